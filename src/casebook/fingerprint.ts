/** A device's key as people compare it: read off one screen, typed at another. */
import { createHash } from 'node:crypto'

/** Crockford's base 32: no I, L, O, U. */
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const BYTES = 10

/** 80 bits in four groups of four: nobody makes a second key to it. @param publicKey 32 bytes in base64url */
export function fingerprintOf(publicKey: string): string {
  const digest = createHash('sha256').update(`toride casebook key\n${publicKey}`).digest().subarray(0, BYTES)
  let value = BigInt(`0x${digest.toString('hex')}`)
  let text = ''
  for (let i = 0; i < (BYTES * 8) / 5; i++) {
    text = DIGITS[Number(value & 31n)]! + text
    value >>= 5n
  }
  return text.match(/.{4}/g)!.join('-')
}

/** As somebody typed it: any case, width and spaces; O for 0, I and L for 1. */
export function isFingerprint(typed: string, publicKey: string): boolean {
  const plain = typed
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, '')
    .replace(/O/g, '0')
    .replace(/[IL]/g, '1')
  return plain === fingerprintOf(publicKey).replaceAll('-', '')
}
