/**
 * 24 characters of Crockford's base32 in six groups: 23 of chance (115 bits: a lost disc may be tried for ever) and one that
 * finds typing errors, so that 「打ち間違い」 is said at once and not taken for a wrong disc.
 */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const LENGTH = 24
const GROUP = 4

/** @param random 23 bytes of chance */
export function makePassphrase(random: Uint8Array): string {
  const body = [...random.subarray(0, LENGTH - 1)].map((byte) => ALPHABET[byte & 31]).join('')
  return grouped(body + checkOf(body))
}

/**
 * As people type it: any width and case, with or without separators, O for 0, I and L for 1.
 * `wrong-length`, `wrong-character` and `mistyped` are said before anything is tried.
 */
export function readPassphrase(
  typed: string,
): { readonly passphrase: string } | { readonly problem: 'wrong-length' | 'wrong-character' | 'mistyped' } {
  const plain = typed
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s\-‐-―−ー_.]/g, '')
    .replace(/O/g, '0')
    .replace(/[IL]/g, '1')
  if (new RegExp(`[^${ALPHABET}]`).test(plain)) return { problem: 'wrong-character' }
  if (plain.length !== LENGTH) return { problem: 'wrong-length' }
  if (checkOf(plain.slice(0, -1)) !== plain.slice(-1)) return { problem: 'mistyped' }
  return { passphrase: grouped(plain) }
}

/** 60 bits of a hash as people compare it: `7KQF-01ZM-X9TA`. */
export function fingerprintOf(sha256: Uint8Array): string {
  return grouped([...sha256.subarray(0, 12)].map((byte) => ALPHABET[byte & 31]).join(''))
}

const grouped = (text: string) => text.replace(new RegExp(`(.{${GROUP}})(?=.)`, 'g'), '$1-')

/** Odd weights are invertible modulo 32: one wrong character is always found, two swapped neighbours nearly always. */
function checkOf(body: string): string {
  let sum = 0
  for (let i = 0; i < body.length; i++) sum += ALPHABET.indexOf(body[i]!) * ((2 * i + 1) % 32)
  return ALPHABET[sum % 32]!
}
