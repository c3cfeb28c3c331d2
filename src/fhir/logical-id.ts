/**
 * Stable logical ids: `patient.date.kind.order.place` (as the SS-MIX2 to FHIR mapping of JAMI proposes), so that the same
 * record keeps its id from generation to generation. What R4 does not allow in an id (over 64 characters, other than
 * letters, digits, `-` and `.`) is replaced and told apart by a digest of the whole.
 */
import { createHash } from 'node:crypto'

const ALLOWED = /^[A-Za-z0-9.-]{1,64}$/
const DIGEST_DIGITS = 16

export function logicalId(...parts: readonly string[]): string {
  const id = parts.join('.')
  if (ALLOWED.test(id)) return id
  const digest = createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, DIGEST_DIGITS)
  return `${id.replace(/[^A-Za-z0-9.-]/g, '-').slice(0, 64 - DIGEST_DIGITS - 1)}-${digest}`
}
