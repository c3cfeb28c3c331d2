/**
 * JIS X 0208 (with NEC row 13 and the NEC selection of IBM kanji in rows 89 to 92, as Windows writes them) and
 * JIS X 0212 as 94 × 94 tables of UTF-16 code units, built once from the runtime's EUC-JP decoder. Both sets lie in the
 * Basic Multilingual Plane. 0 = no character there.
 *
 * WHATWG mapping: － is U+FF0D (not U+2212), ～ is U+FF5E (not U+301C). Searching folds both (`base/text`).
 */
const CELLS = 94

/** Index of a two-byte code: both bytes 0x21 to 0x7E. */
export function cellOf(lead: number, trail: number): number {
  return (lead - 0x21) * CELLS + (trail - 0x21)
}

function buildTable(prefix: readonly number[]): Uint16Array {
  const decoder = new TextDecoder('euc-jp')
  const table = new Uint16Array(CELLS * CELLS)
  for (let cell = 0; cell < table.length; cell++) {
    const row = Math.floor(cell / CELLS)
    const text = decoder.decode(Uint8Array.of(...prefix, row + 0xa1, (cell % CELLS) + 0xa1))
    if (text.length === 1 && text !== '\uFFFD') table[cell] = text.charCodeAt(0)
  }
  return table
}

let table0208: Uint16Array | undefined
let table0212: Uint16Array | undefined

export function jisX0208(): Uint16Array {
  table0208 ??= buildTable([])
  return table0208
}

export function jisX0212(): Uint16Array {
  table0212 ??= buildTable([0x8f])
  return table0212
}
