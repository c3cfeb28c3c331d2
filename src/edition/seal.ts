/** Sealing what the reader unseals (`format/web-crypto.ts`), with Node's own crypto because 100,000 awaits would cost minutes. */
import {
  createCipheriv,
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hkdfSync,
  pbkdf2,
  randomBytes,
  sign,
} from 'node:crypto'
import { promisify } from 'node:util'
import { associatedData, fingerprintOf, NONCE_BYTES, type Manifest, type Purpose, subkeyInfo } from './format/index.ts'

const deriveKey = promisify(pbkdf2)

export class Sealer {
  readonly bundle: string
  readonly dataKey: Uint8Array
  readonly #keys = new Map<Purpose, Uint8Array>()

  constructor(bundle: string, dataKey: Uint8Array) {
    this.bundle = bundle
    this.dataKey = dataKey
  }

  /** nonce ‖ ciphertext ‖ tag. */
  seal(purpose: Purpose, about: readonly string[], plain: Uint8Array): Buffer {
    return sealUnder(this.key(purpose), associatedData(this.bundle, purpose, about), plain)
  }

  key(purpose: Purpose): Uint8Array {
    const known = this.#keys.get(purpose)
    if (known) return known
    const salt = Buffer.from(this.bundle, 'hex')
    const key = new Uint8Array(hkdfSync('sha256', this.dataKey, salt, subkeyInfo(purpose), 32))
    this.#keys.set(purpose, key)
    return key
  }
}

export function sealUnder(key: Uint8Array, bound: Uint8Array, plain: Uint8Array): Buffer {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(bound)
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

export interface SlotPassphrase {
  /** For people: whose envelope it is. */
  readonly name: string
  readonly passphrase: string
}

/** All slots share one salt, so that a reader derives once whatever slot is meant; passphrases are of 115 random bits. */
export async function sealSlots(
  sealer: Sealer,
  slots: readonly SlotPassphrase[],
  iterations: number,
): Promise<Pick<Manifest, 'kdf' | 'slots'>> {
  const salt = randomBytes(16)
  const sealed = await Promise.all(
    slots.map(async ({ name, passphrase }) => {
      const key = await deriveKey(passphrase, salt, iterations, 32, 'sha256')
      const blob = sealUnder(key, associatedData(sealer.bundle, 'slot', [name]), sealer.dataKey)
      const [nonce, rest] = [blob.subarray(0, NONCE_BYTES), blob.subarray(NONCE_BYTES)]
      return { name, nonce: nonce.toString('base64'), sealed: rest.toString('base64') }
    }),
  )
  return { kdf: { name: 'PBKDF2-SHA256', iterations, salt: salt.toString('base64') }, slots: sealed }
}

/** A new key of the institution for all its editions: PKCS #8. P-256, because Ed25519 is not in older browsers. */
export function makeSigningKey(): Uint8Array {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return privateKey.export({ type: 'pkcs8', format: 'der' })
}

export interface Signer {
  /** SubjectPublicKeyInfo. */
  readonly publicKey: Buffer
  readonly fingerprint: string
  sign(text: string): Buffer
}

/** @param pkcs8 as {@link makeSigningKey} made it */
export function signerOf(pkcs8: Uint8Array): Signer {
  const key = createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' })
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'der' })
  return {
    publicKey,
    fingerprint: fingerprintOf(createHash('sha256').update(publicKey).digest()),
    sign: (text) => sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }),
  }
}
