/**
 * A baseline grey JPEG (ITU-T T.81) of 8 × 8 blocks of one tone each: only DC coefficients, so the whole encoder is one
 * Huffman table. Enough for a picture that every viewer opens.
 */

/** Huffman code lengths and symbols for DC differences of luminance: table K.3. */
const DC_COUNTS = [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0]
const DC_SYMBOLS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]
/** The AC table holds nothing but end of block (0x00), in one bit `0`. */
const AC_COUNTS = [1, ...Array<number>(15).fill(0)]
const QUANTIZER = 8

/** Canonical codes: symbol → [code, length] (T.81 annex C). */
function codes(counts: readonly number[], symbols: readonly number[]): Map<number, readonly [number, number]> {
  const table = new Map<number, readonly [number, number]>()
  let code = 0
  let next = 0
  counts.forEach((count, i) => {
    for (let n = 0; n < count; n++) table.set(symbols[next++]!, [code++, i + 1])
    code <<= 1
  })
  return table
}

class BitWriter {
  readonly bytes: number[] = []
  #pending = 0
  #count = 0

  /** Bits, most significant first; a byte FF is followed by 00 (T.81 F.1.2.3). */
  write(value: number, length: number): void {
    for (let bit = length - 1; bit >= 0; bit--) {
      this.#pending = (this.#pending << 1) | ((value >> bit) & 1)
      if (++this.#count < 8) continue
      this.bytes.push(this.#pending)
      if (this.#pending === 0xff) this.bytes.push(0)
      this.#pending = 0
      this.#count = 0
    }
  }

  finish(): readonly number[] {
    while (this.#count > 0) this.write(1, 1)
    return this.bytes
  }
}

const marker = (id: number, payload: readonly number[]): number[] => {
  const length = payload.length + 2
  return [0xff, id, length >> 8, length & 0xff, ...payload]
}

/** `tone(x, y)`: 0 black to 255 white for the block in column x, row y. */
export function greyJpeg(columns: number, rows: number, tone: (x: number, y: number) => number): Uint8Array {
  const [width, height] = [columns * 8, rows * 8]
  const table = codes(DC_COUNTS, DC_SYMBOLS)
  const bits = new BitWriter()
  let before = 0
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < columns; x++) {
      // DC of a flat block is eight times its level-shifted tone.
      const level = Math.round(((tone(x, y) - 128) * 8) / QUANTIZER)
      const difference = level - before
      before = level
      const size = 32 - Math.clz32(Math.abs(difference))
      const [code, length] = table.get(size)!
      bits.write(code, length)
      if (size > 0) bits.write(difference > 0 ? difference : difference + (1 << size) - 1, size)
      bits.write(0, 1)
    }
  return Uint8Array.from([
    0xff,
    0xd8,
    ...marker(0xe0, [0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0]),
    ...marker(0xdb, [0, ...Array<number>(64).fill(QUANTIZER)]),
    ...marker(0xc0, [8, height >> 8, height & 0xff, width >> 8, width & 0xff, 1, 1, 0x11, 0]),
    ...marker(0xc4, [0x00, ...DC_COUNTS, ...DC_SYMBOLS]),
    ...marker(0xc4, [0x10, ...AC_COUNTS, 0]),
    ...marker(0xda, [1, 1, 0x00, 0, 63, 0]),
    ...bits.finish(),
    0xff,
    0xd9,
  ])
}

/** A pale drawing that recalls a chest radiograph; `shade` darkens one side. */
export function chestPicture(shade: number): Uint8Array {
  const size = 40
  return greyJpeg(size, size, (x, y) => {
    const lung = (centre: number): boolean => ((x - centre) / 7) ** 2 + ((y - 21) / 14) ** 2 < 1
    if (lung(12)) return 70
    if (lung(28)) return 70 + shade
    return x > 17 && x < 23 ? 210 : 150
  })
}
