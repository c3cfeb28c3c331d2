/** Sealing of what Toride derives from patient data and keeps outside a repository (SECURITY.md 15). */
import { createCipheriv, createDecipheriv, hash, hkdfSync, randomBytes } from 'node:crypto'
import { AppError } from '#base'
import type { MasterKey } from '#restic'

const IV_BYTES = 12
const TAG_BYTES = 16

/** Keys derived from a repository's master key: whoever may open the repository may open these, nobody else. */
export interface DerivedKeys {
  readonly seal: Buffer
  /** For looking up by a value that must not lie there in the clear. */
  readonly lookup: Buffer
}

export function deriveKeys(masterKey: MasterKey, repositoryId: string, purpose: string): DerivedKeys {
  const derive = (use: string): Buffer =>
    Buffer.from(
      hkdfSync('sha256', masterKey.encrypt, Buffer.from(repositoryId, 'hex'), `toride ${purpose} ${use} v1`, 32),
    )
  return { seal: derive('seal'), lookup: derive('lookup') }
}

/** AES-256-GCM: `iv(12) || ciphertext || tag(16)`. `bound` is authenticated but not stored: where the value belongs. */
export function seal(key: Buffer, plaintext: Uint8Array, bound: Uint8Array): Buffer {
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(bound)
  return Buffer.concat([iv, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()])
}

/** @throws VAULT_SEAL_BROKEN where the bytes, the key or what it is bound to is not what was sealed */
export function unseal(key: Buffer, sealed: Uint8Array, bound: Uint8Array): Buffer {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength)
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES)).setAAD(bound)
    decipher.setAuthTag(bytes.subarray(bytes.length - TAG_BYTES))
    return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES, bytes.length - TAG_BYTES)), decipher.final()])
  } catch (cause) {
    throw new AppError('VAULT_SEAL_BROKEN', { cause })
  }
}

const BLOCK_BYTES = 64

/**
 * HMAC-SHA256 (RFC 2104) of many short values under one 32-byte key: a `createHmac` each costs 27 µs, this 3.
 * @returns what gives a value's key
 */
export function lookupKeys(key: Buffer): (value: Buffer) => Buffer {
  const [inner, outer] = [0x36, 0x5c].map((pad) => {
    const block = Buffer.alloc(BLOCK_BYTES, pad)
    for (let i = 0; i < key.length; i++) block[i]! ^= key[i]!
    return block
  }) as [Buffer, Buffer]
  const sha256 = (block: Buffer, text: Buffer): Buffer => hash('sha256', Buffer.concat([block, text]), 'buffer')
  return (value) => sha256(outer, sha256(inner, value))
}
