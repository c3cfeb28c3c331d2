/**
 * A file that anybody here may seal and only who may read charts can open: by night no reading key is open. X25519 with a
 * fresh key per file, HKDF-SHA256, AES-256-GCM. The private key is derived from the reading keys; the public one is kept
 * where it is sealed.
 *
 * `TORIDEPR` · public key of the file (32 bytes) · nonce (12) · ciphertext · tag (16)
 */
import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto'
import { AppError } from '#base'

const MAGIC = Buffer.from('TORIDEPR')
const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16
/** What stands before the 32 bytes of a key (RFC 8410). */
const PKCS8 = Buffer.from('302e020100300506032b656e04220420', 'hex')
const SPKI = Buffer.from('302a300506032b656e032100', 'hex')

const publicKey = (raw: Uint8Array) => createPublicKey({ key: Buffer.concat([SPKI, raw]), format: 'der', type: 'spki' })
const rawOf = (key: KeyObject) => key.export({ format: 'der', type: 'spki' }).subarray(-KEY_BYTES)

function privateKey(readingKey: Uint8Array): KeyObject {
  const raw = Buffer.from(hkdfSync('sha256', readingKey, '', 'toride print file v1', KEY_BYTES))
  return createPrivateKey({ key: Buffer.concat([PKCS8, raw]), format: 'der', type: 'pkcs8' })
}

/** The public key that belongs to an institution's reading key. */
export const recipientOf = (readingKey: Uint8Array): Uint8Array => rawOf(createPublicKey(privateKey(readingKey)))

const fileKey = (shared: Buffer, header: Uint8Array) =>
  Buffer.from(hkdfSync('sha256', shared, header, 'toride print file v1', KEY_BYTES))

export function sealFor(recipient: Uint8Array, content: Uint8Array): Buffer {
  return sealerFor(recipient)(content)
}

/** The same for many small things: one agreement of keys (0.2 ms), a nonce for each. */
export function sealerFor(recipient: Uint8Array): (content: Uint8Array) => Buffer {
  const fresh = generateKeyPairSync('x25519')
  const header = Buffer.concat([MAGIC, rawOf(fresh.publicKey)])
  const key = fileKey(diffieHellman({ privateKey: fresh.privateKey, publicKey: publicKey(recipient) }), header)
  return (content) => {
    const nonce = randomBytes(NONCE_BYTES)
    const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(header)
    return Buffer.concat([header, nonce, cipher.update(content), cipher.final(), cipher.getAuthTag()])
  }
}

/** @throws VAULT_SEAL_BROKEN where the bytes or the key are not those that were sealed */
export function openSealed(readingKey: Uint8Array, sealed: Uint8Array): Buffer {
  return openerFor(readingKey)(sealed)
}

/** The same for many: each agreement of keys is made once. */
export function openerFor(readingKey: Uint8Array): (sealed: Uint8Array) => Buffer {
  const keys = new Map<string, Buffer>()
  const keyFor = (header: Buffer): Buffer => {
    const name = header.toString('base64')
    const known = keys.get(name)
    if (known) return known
    const shared = diffieHellman({
      privateKey: privateKey(readingKey),
      publicKey: publicKey(header.subarray(MAGIC.length)),
    })
    const key = fileKey(shared, header)
    keys.set(name, key)
    return key
  }
  return (sealed) => {
    const bytes = Buffer.from(sealed)
    const header = bytes.subarray(0, MAGIC.length + KEY_BYTES)
    const nonce = bytes.subarray(header.length, header.length + NONCE_BYTES)
    try {
      const decipher = createDecipheriv('aes-256-gcm', keyFor(header), nonce).setAAD(header)
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
      return Buffer.concat([decipher.update(bytes.subarray(header.length + NONCE_BYTES, -TAG_BYTES)), decipher.final()])
    } catch (cause) {
      throw new AppError('VAULT_SEAL_BROKEN', { cause })
    }
  }
}
