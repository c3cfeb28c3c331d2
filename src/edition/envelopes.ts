/** Envelopes that are printed once and open every edition that is made for them without a person (format/envelope.ts). */
import { createECDH, generateKeyPairSync, hkdfSync, pbkdf2, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { associatedData, boundToEnvelope, ENVELOPE_INFO, type Manifest, NONCE_BYTES } from './format/index.ts'
import { type Sealer, sealUnder, type SlotPassphrase } from './seal.ts'

const deriveKey = promisify(pbkdf2)

/** Nothing of it opens anything: it may lie in the settings. All base64. */
export interface EnvelopeSet {
  readonly salt: string
  readonly iterations: number
  readonly envelopes: readonly {
    readonly name: string
    /** Raw point of P-256. */
    readonly publicKey: string
    /** PKCS #8 under the passphrase. */
    readonly key: string
  }[]
}

export async function makeEnvelopes(slots: readonly SlotPassphrase[], iterations: number): Promise<EnvelopeSet> {
  const salt = randomBytes(16)
  const envelopes = await Promise.all(
    slots.map(async ({ name, passphrase }) => {
      const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      const typed = await deriveKey(passphrase, salt, iterations, 32, 'sha256')
      const pkcs8 = privateKey.export({ type: 'pkcs8', format: 'der' })
      const point = publicKey.export({ type: 'spki', format: 'der' }).subarray(-POINT_BYTES)
      const key = sealUnder(typed, boundToEnvelope(name), pkcs8)
      return { name, publicKey: point.toString('base64'), key: key.toString('base64') }
    }),
  )
  return { salt: salt.toString('base64'), iterations, envelopes }
}

/** An uncompressed point of P-256: what stands at the end of its SubjectPublicKeyInfo. */
const POINT_BYTES = 65

export function sealForEnvelopes(
  { bundle, dataKey }: Sealer,
  { salt, iterations, envelopes }: EnvelopeSet,
): Pick<Manifest, 'kdf' | 'slots'> {
  const slots = envelopes.map(({ name, publicKey, key }) => {
    const fresh = createECDH('prime256v1')
    const ephemeral = fresh.generateKeys('base64')
    const shared = fresh.computeSecret(publicKey, 'base64')
    const slotKey = new Uint8Array(hkdfSync('sha256', shared, Buffer.from(bundle, 'hex'), ENVELOPE_INFO, 32))
    const blob = sealUnder(slotKey, associatedData(bundle, 'slot', [name]), dataKey)
    const [nonce, rest] = [blob.subarray(0, NONCE_BYTES), blob.subarray(NONCE_BYTES)]
    return {
      name,
      nonce: nonce.toString('base64'),
      sealed: rest.toString('base64'),
      envelope: { key, ephemeral },
    }
  })
  return { kdf: { name: 'PBKDF2-SHA256', iterations, salt }, slots }
}
