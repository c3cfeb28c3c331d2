/** What the ledger says about patients: a keyed hash to find them by, and details sealed for those who may read. */
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'
import { AppError } from '#base'

/**
 * `patient:<HMAC-SHA256 of the id, hex>`. The same patient is found again with the key; without it not even a list of all
 * possible ids helps. `key`: 32 bytes, a data key of the key ring.
 */
export function patientSubject(key: Uint8Array, patientId: string): `patient:${string}` {
  return `patient:${createHmac('sha256', key).update(`toride patient\n${patientId}`).digest('hex')}`
}

export interface DetailSealer {
  /** base64(nonce 12 ‖ AES-256-GCM ciphertext ‖ tag 16); `subject` is bound in, so a detail cannot be moved elsewhere. */
  seal(detail: string, subject: string): string
  /** Throws JOURNAL_DAMAGED where key, subject or bytes are not those of {@link seal}. */
  open(sealed: string, subject: string): string
}

/** `key`: 32 bytes. */
export function detailSealer(key: Uint8Array): DetailSealer {
  return {
    seal(detail, subject) {
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(subject))
      return Buffer.concat([nonce, cipher.update(detail, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString(
        'base64',
      )
    },
    open(sealed, subject) {
      const bytes = Buffer.from(sealed, 'base64')
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12), { authTagLength: 16 })
        decipher.setAAD(Buffer.from(subject)).setAuthTag(bytes.subarray(-16))
        return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString('utf8')
      } catch (cause) {
        throw new AppError('JOURNAL_DAMAGED', { detail: 'sealed detail', cause })
      }
    },
  }
}
