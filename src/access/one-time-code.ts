/** Codes that are printed once and typed by people. */
import { randomBytes } from 'node:crypto'

/** A one-time code as it is printed or read aloud: `XXXXX-XXXXX-XXXXX-XXXXX`, 100 bits. */
export type OneTimeCode = string

/** No letters that look like digits. */
const CODE_DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

export function newCode(): OneTimeCode {
  const digits = [...randomBytes(20)].map((byte) => CODE_DIGITS[byte & 31]!).join('')
  return digits.match(/.{5}/g)!.join('-')
}

/** A code typed from paper: any width and case, with or without dashes; O for 0, I and L for 1. */
export function tidyCode(typed: string): string {
  const plain = typed
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, '')
    .replace(/O/g, '0')
    .replace(/[IL]/g, '1')
  return (plain.match(/.{1,5}/g) ?? []).join('-')
}
