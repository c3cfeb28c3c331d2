/**
 * A patient's key in a form that may stand in an address: addresses end up in histories and proxies' logs, and the key
 * holds the patient's id. Deterministic authenticated encryption (SIV: the IV is a MAC of the text), so that the same
 * patient keeps the same address and a changed or invented token opens nothing.
 */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'

const IV_BYTES = 16

export interface PatientTokens {
  tokenOf(patientKey: string): string
  /** Undefined for a token that this key did not make. */
  keyOf(token: string): string | undefined
}

/** `key`: 32 bytes that stay the same over restarts and generations (from the key ring). */
export function patientTokens(key: Uint8Array): PatientTokens {
  const derive = (use: string) => Buffer.from(hkdfSync('sha256', key, '', `toride patient token ${use}`, 32))
  const [macKey, cipherKey] = [derive('mac'), derive('cipher')]
  const ivOf = (text: Buffer) => createHmac('sha256', macKey).update(text).digest().subarray(0, IV_BYTES)
  return {
    tokenOf(patientKey) {
      const text = Buffer.from(patientKey)
      const iv = ivOf(text)
      const cipher = createCipheriv('aes-256-ctr', cipherKey, iv)
      return Buffer.concat([iv, cipher.update(text), cipher.final()]).toString('base64url')
    },
    keyOf(token) {
      const bytes = Buffer.from(token, 'base64url')
      if (bytes.length <= IV_BYTES || bytes.toString('base64url') !== token) return undefined
      const iv = bytes.subarray(0, IV_BYTES)
      const decipher = createDecipheriv('aes-256-ctr', cipherKey, iv)
      const text = Buffer.concat([decipher.update(bytes.subarray(IV_BYTES)), decipher.final()])
      return timingSafeEqual(ivOf(text), iv) ? text.toString() : undefined
    },
  }
}
