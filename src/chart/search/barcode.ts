/**
 * What a scanned card, wristband or label may mean: the printed id, with or without the start and stop characters of
 * NW-7 (Codabar) and with or without a check digit. Which scheme a hospital chose is not recorded anywhere, so each
 * known one is tried; a candidate counts only where it is exactly somebody's id.
 */

/** Weighted sum of digits from the right, `weights` repeated. */
function weighted(digits: string, weights: readonly number[], fold: (product: number) => number = (p) => p): number {
  let sum = 0
  for (let i = 0; i < digits.length; i++)
    sum += fold(Number(digits[digits.length - 1 - i]) * weights[i % weights.length]!)
  return sum
}

/** Check digit of `body`, one function per scheme (JIS X 0506 annex and common hospital practice). */
const SCHEMES: readonly ((body: string) => string)[] = [
  // Modulus 10, weight 3-1 (JAN, GTIN).
  (body) => String((10 - (weighted(body, [3, 1]) % 10)) % 10),
  // Modulus 10, weight 2-1 with digit sums (Luhn).
  (body) => String((10 - (weighted(body, [2, 1], (p) => (p > 9 ? p - 9 : p)) % 10)) % 10),
  // Modulus 11, weights 2 to 7; 10 and 11 print as 0.
  (body) => String(((11 - (weighted(body, [2, 3, 4, 5, 6, 7]) % 11)) % 11) % 10),
  // 7DR: remainder by seven; 7DSR: what is missing to seven; the same with nine.
  (body) => String(remainder(body, 7)),
  (body) => String(7 - remainder(body, 7)),
  (body) => String(remainder(body, 9)),
  (body) => String(9 - remainder(body, 9)),
]

/** By long division: ids may be longer than a double counts exactly. */
function remainder(digits: string, by: number): number {
  let rest = 0
  for (const digit of digits) rest = (rest * 10 + Number(digit)) % by
  return rest
}

/** The ids that `scanned` (already folded: upper case, no separators) may stand for, itself not included. */
export function barcodeIds(scanned: string): string[] {
  const bare = /^[A-D](.+)[A-D]$/.exec(scanned)?.[1]
  const candidates = new Set<string>(bare ? [bare] : [])
  for (const digits of [scanned, bare])
    if (digits && /^\d{4,}$/.test(digits) && hasCheckDigit(digits)) candidates.add(digits.slice(0, -1))
  // Modulus 16 of NW-7 counts start and stop characters in and may give a letter or sign, so its validity is not tested.
  if (bare && /^\d{4,}$/.test(bare.slice(0, -1))) candidates.add(bare.slice(0, -1))
  return [...candidates]
}

function hasCheckDigit(digits: string): boolean {
  const body = digits.slice(0, -1)
  return SCHEMES.some((check) => check(body) === digits.at(-1))
}
