/** The few operations of WebCrypto that a reader needs; the same in a browser over file:// and in Node. */
import { unzlibSync } from 'fflate'
import { associatedData, NONCE_BYTES, type Purpose, subkeyInfo } from './format.ts'

const { subtle } = globalThis.crypto

export const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)

/** Characters that base64 has not are read as A: a flipped byte costs the record it lies in, not its neighbours. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const clean = text.replace(/[^A-Za-z0-9+/=]/g, 'A')
  let end = clean.length
  while (end > 0 && clean[end - 1] === '=') end--
  const whole = clean.slice(0, end).replace(/=/g, 'A') + clean.slice(end, end + 2)
  const binary = atob(whole.slice(0, whole.length - (whole.length % 4)))
  const bytes = new Uint8Array(binary.length)
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i)
  return bytes
}

export function toBase64(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary)
}

export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await subtle.digest('SHA-256', bytes))
}

export const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

/** The key under which slots seal the data key. */
export async function slotKey(passphrase: string, salt: Uint8Array<ArrayBuffer>, iterations: number) {
  const typed = await subtle.importKey('raw', utf8(passphrase), 'PBKDF2', false, ['deriveKey'])
  return subtle.deriveKey(
    { name: 'PBKDF2', hash: 'SHA-256', salt, iterations },
    typed,
    { name: 'AES-GCM', length: 256 },
    false,
    ['decrypt'],
  )
}

export async function subkey(
  dataKey: Uint8Array<ArrayBuffer>,
  bundle: string,
  purpose: Purpose,
  uses: readonly KeyUsage[] = ['decrypt'],
) {
  const root = await subtle.importKey('raw', dataKey, 'HKDF', false, ['deriveKey'])
  const salt = new Uint8Array(bundle.match(/../g)!.map((pair) => Number.parseInt(pair, 16)))
  return subtle.deriveKey(
    { name: 'HKDF', hash: 'SHA-256', salt, info: utf8(subkeyInfo(purpose)) },
    root,
    { name: 'AES-GCM', length: 256 },
    false,
    [...uses],
  )
}

/** What is sealed for exactly this purpose and this about. */
export interface Bound {
  readonly bundle: string
  readonly purpose: Purpose
  readonly about: readonly string[]
}

const boundTo = ({ bundle, purpose, about }: Bound) => associatedData(bundle, purpose, about) as Uint8Array<ArrayBuffer>

/** nonce ‖ ciphertext ‖ tag, as {@link unseal} takes it. */
export async function seal(key: CryptoKey, plain: Uint8Array<ArrayBuffer>, bound: Bound) {
  const nonce = globalThis.crypto.getRandomValues(new Uint8Array(NONCE_BYTES))
  const sealed = await subtle.encrypt({ name: 'AES-GCM', iv: nonce, additionalData: boundTo(bound) }, key, plain)
  return new Uint8Array([...nonce, ...new Uint8Array(sealed)])
}

/** nonce ‖ ciphertext ‖ tag. Undefined where it is not what was sealed for exactly this. */
export async function unseal(
  key: CryptoKey,
  sealed: Uint8Array<ArrayBuffer>,
  bound: Bound,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    const plain = await subtle.decrypt(
      {
        name: 'AES-GCM',
        iv: sealed.subarray(0, NONCE_BYTES),
        additionalData: boundTo(bound),
      },
      key,
      sealed.subarray(NONCE_BYTES),
    )
    return new Uint8Array(plain)
  } catch {
    return undefined
  }
}

/** ECDSA P-256 over SHA-256; false also where the key or the signature is none. */
export async function isSigned(text: string, publicKey: string, signature: string): Promise<boolean> {
  try {
    const key = await subtle.importKey('spki', fromBase64(publicKey), { name: 'ECDSA', namedCurve: 'P-256' }, false, [
      'verify',
    ])
    return await subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, fromBase64(signature), utf8(text))
  } catch {
    return false
  }
}

/** zlib (RFC 1950), which browsers have known longest; those before 2023 partly do not know it at all. */
export async function inflate(packed: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  if (!('DecompressionStream' in globalThis)) return unzlibSync(packed)
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate'))
  return new Uint8Array(await new Response(stream).arrayBuffer())
}
