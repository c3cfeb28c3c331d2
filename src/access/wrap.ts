/** One key sealed by another: AES-256-GCM, base64(nonce 12 ‖ ciphertext ‖ tag 16), bound to what it is for. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

export function wrap(key: Uint8Array, secret: Uint8Array, purpose: string): string {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(purpose))
  return Buffer.concat([nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag()]).toString('base64')
}

/** The secret, or undefined where key, purpose or bytes are not those of {@link wrap}. */
export function unwrap(key: Uint8Array, wrapped: string, purpose: string): Buffer | undefined {
  const bytes = Buffer.from(wrapped, 'base64')
  if (bytes.length < 28) return undefined
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12), { authTagLength: 16 })
  decipher.setAAD(Buffer.from(purpose)).setAuthTag(bytes.subarray(-16))
  try {
    return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()])
  } catch {
    // Authentication failed: the expected answer to a wrong password.
    return undefined
  }
}
