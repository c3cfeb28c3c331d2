/** A form's token is derived from the session's: nothing to store, and it ends with the session. */
import { createHmac, timingSafeEqual } from 'node:crypto'

/** What every form that changes something carries in a hidden field. */
export function csrfToken(sessionToken: string): string {
  return createHmac('sha256', sessionToken).update('toride form token 1').digest('base64url')
}

export function isCsrfToken(sessionToken: string, given: string | undefined): boolean {
  const expected = Buffer.from(csrfToken(sessionToken))
  const actual = Buffer.from(given ?? '')
  return expected.length === actual.length && timingSafeEqual(expected, actual)
}
