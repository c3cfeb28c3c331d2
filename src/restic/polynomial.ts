import { randomBytes } from 'node:crypto'

/**
 * Irreducible polynomials over GF(2) of degree 53, bit i standing for x^i: what restic's chunker rolls with. Each
 * repository has its own, so that chunk sizes tell an onlooker nothing about known files.
 */
const DEGREE = 53n
const TOP = 1n << DEGREE

/**
 * Rabin's test for a prime degree n: f is irreducible exactly when x^(2^n) = x modulo f and f has no root in GF(2).
 */
export function isIrreducible(polynomial: bigint): boolean {
  if (polynomial >> DEGREE !== 1n) return false
  if ((polynomial & 1n) === 0n || hasEvenWeight(polynomial)) return false
  let power = 2n
  for (let i = 0; i < 53; i++) power = square(power, polynomial)
  return power === 2n
}

/** A random irreducible polynomial: one candidate in about 27 is one. */
export function randomPolynomial(): bigint {
  for (;;) {
    const candidate = (randomBytes(8).readBigUInt64LE() & (TOP - 1n)) | TOP | 1n
    if (isIrreducible(candidate)) return candidate
  }
}

/** f(1) = 0 where the number of terms is even. */
function hasEvenWeight(polynomial: bigint): boolean {
  return polynomial.toString(2).replaceAll('0', '').length % 2 === 0
}

/** value² modulo f: squaring spreads the bits, then the high half is reduced from the top. */
function square(value: bigint, polynomial: bigint): bigint {
  let spread = 0n
  for (let i = 0n; i < DEGREE; i++) if ((value >> i) & 1n) spread |= 1n << (2n * i)
  for (let i = 2n * DEGREE - 2n; i >= DEGREE; i--) if ((spread >> i) & 1n) spread ^= polynomial << (i - DEGREE)
  return spread
}
