/**
 * An envelope that many editions are sealed for: its passphrase opens a private key (ECDH P-256), to whose public half a
 * data key is sealed. Whoever makes tonight's edition without a person holds nothing that opens last night's.
 */
import { associatedData, type Envelope, NONCE_BYTES } from './format.ts'
import { fromBase64, unseal } from './web-crypto.ts'

const { subtle } = globalThis.crypto

export const ENVELOPE_INFO = 'toride edition 1 envelope'

/** Bound to its name and to no edition. */
export const envelopeAbout = (name: string) => ({ bundle: '', purpose: 'slot' as const, about: ['envelope', name] })

export const boundToEnvelope = (name: string): Uint8Array => {
  const { bundle, purpose, about } = envelopeAbout(name)
  return associatedData(bundle, purpose, about)
}

/**
 * The key under which this edition's data key lies in the slot; undefined where the passphrase is not this envelope's.
 * @param typed what the passphrase was derived to
 */
export async function envelopeKey(
  typed: CryptoKey,
  bundle: string,
  name: string,
  { key, ephemeral }: Envelope,
): Promise<CryptoKey | undefined> {
  const pkcs8 = await unseal(typed, fromBase64(key), envelopeAbout(name))
  if (!pkcs8) return undefined
  const curve = { name: 'ECDH', namedCurve: 'P-256' } as const
  const own = await subtle.importKey('pkcs8', pkcs8, curve, false, ['deriveBits'])
  // Anybody may have written this point: one that is none opens nothing.
  const theirs = await subtle.importKey('raw', fromBase64(ephemeral), curve, false, []).catch(() => undefined)
  if (!theirs) return undefined
  const shared = await subtle.deriveBits({ name: 'ECDH', public: theirs }, own, 256)
  const root = await subtle.importKey('raw', shared, 'HKDF', false, ['deriveKey'])
  const salt = new Uint8Array(bundle.match(/../g)!.map((pair) => Number.parseInt(pair, 16)))
  const info = new TextEncoder().encode(ENVELOPE_INFO)
  return subtle.deriveKey(
    { name: 'HKDF', hash: 'SHA-256', salt, info },
    root,
    { name: 'AES-GCM', length: 256 },
    false,
    ['decrypt'],
  )
}

export const isEnvelope = (envelope: Envelope | undefined): boolean =>
  envelope === undefined ||
  (typeof envelope.key === 'string' &&
    typeof envelope.ephemeral === 'string' &&
    envelope.key.length > NONCE_BYTES &&
    envelope.ephemeral.length < 200)
