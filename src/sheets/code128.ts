/**
 * Code 128, set B (ISO/IEC 15417): ASCII 32-126 as bars, with the check character. Enough for labels; no library needed.
 */

/** Widths of bars and gaps in turn, per value 0-105; each has six and sums to 11. */
const WIDTHS = (
  '212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 ' +
  '123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 ' +
  '232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 ' +
  '313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 ' +
  '111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 ' +
  '111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 ' +
  '114311 411113 411311 113141 114131 311141 411131 211412 211214 211232'
).split(' ')
const START_B = 104
const STOP = '2331112'
/** Empty on both sides, in widths of the thinnest bar. */
const QUIET = 10

/** Values of the characters with start and check character. undefined where the text is empty or not in set B. */
export function code128Values(text: string): number[] | undefined {
  if (!/^[ -~]+$/.test(text)) return undefined
  const values = Array.from(text, (character) => character.charCodeAt(0) - 32)
  const sum = values.reduce((total, value, i) => total + value * (i + 1), START_B)
  return [START_B, ...values, sum % 103]
}

export interface Barcode {
  /** Width of the whole, quiet zones included, in widths of the thinnest bar. */
  readonly width: number
  readonly bars: readonly { readonly x: number; readonly width: number }[]
}

export function code128(text: string): Barcode | undefined {
  const values = code128Values(text)
  if (values === undefined) return undefined
  const bars: { x: number; width: number }[] = []
  let x = QUIET
  for (const pattern of [...values.map((value) => WIDTHS[value]!), STOP]) {
    for (const [i, digit] of pattern.split('').entries()) {
      const width = Number(digit)
      if (i % 2 === 0) bars.push({ x, width })
      x += width
    }
  }
  return { width: x + QUIET, bars }
}
