/**
 * Columns instead of objects: 100,000 patients as a few long strings and typed arrays cost some 30 MB and are searched by
 * one `indexOf` over a string, where objects would cost ten times that. Nothing here is Node's: an edition reads its
 * columns in a browser.
 */
import { AppError } from '#base'

/** NUL: no file name and no HL7 text holds it. */
const END = '\0'

/** Strings of rows 0…n-1 in one long string, separated by NUL; values hold none. */
export class TextColumn {
  readonly text: string
  /** Start of each row, and one past the end: n + 1 entries. */
  readonly starts: Uint32Array

  constructor(text: string, rows: number) {
    this.text = text
    this.starts = new Uint32Array(rows + 1)
    for (let row = 1, at = 0; row < rows; row++) {
      at = text.indexOf(END, at) + 1
      if (at === 0) throw new AppError('CHART_INDEX_DAMAGED', { detail: 'column too short' })
      this.starts[row] = at
    }
    this.starts[rows] = text.length + 1
  }

  get(row: number): string {
    return this.text.slice(this.starts[row], this.starts[row + 1]! - 1)
  }

  /** Without making a string: a whole column is compared in a few milliseconds. */
  equals(row: number, value: string): boolean {
    const start = this.starts[row]!
    return this.starts[row + 1]! - 1 - start === value.length && this.text.startsWith(value, start)
  }

  /** Row that the character at `position` belongs to. */
  rowAt(position: number): number {
    let low = 0
    let high = this.starts.length - 1
    while (high - low > 1) {
      const middle = (low + high) >>> 1
      if (this.starts[middle]! <= position) low = middle
      else high = middle
    }
    return low
  }

  /** Calls back once for each row that contains `needle`, with the position of its first occurrence inside the row. */
  forEachRowWith(needle: string, found: (row: number, offset: number) => void): void {
    if (needle === '') return
    let at = this.text.indexOf(needle)
    let row = 0
    while (at !== -1) {
      // Hits are often in the next row or two: a few steps cost less than a binary search.
      if (at >= this.starts[row + 1]!) row = at < (this.starts[row + 2] ?? 0) ? row + 1 : this.rowAt(at)
      found(row, at - this.starts[row]!)
      at = this.text.indexOf(needle, this.starts[row + 1])
    }
  }
}

/** Writes named columns into one block: u32 LE length of a JSON directory, the directory, the bytes. */
export class ColumnWriter {
  readonly #directory: { name: string; bytes: number }[] = []
  readonly #parts: Uint8Array[] = []

  text(name: string, values: readonly string[]): this {
    return this.#add(name, encode(values.map((v) => v.replaceAll(END, ' ')).join(END)))
  }

  numbers(name: string, values: Uint32Array): this {
    return this.#add(name, new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
  }

  finish(rows: number): Uint8Array {
    const directory = encode(JSON.stringify({ rows, columns: this.#directory }))
    const length = new Uint8Array(4)
    new DataView(length.buffer).setUint32(0, directory.length, true)
    return concat([length, directory, ...this.#parts])
  }

  #add(name: string, bytes: Uint8Array): this {
    this.#directory.push({ name, bytes: bytes.length })
    this.#parts.push(bytes)
    return this
  }
}

const encode = (text: string) => new TextEncoder().encode(text)
/** A byte order mark inside a name is a character of it. */
const decode = (bytes: Uint8Array) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** Reads what {@link ColumnWriter} wrote. The bytes are authenticated before they come here. */
export class ColumnReader {
  readonly rows: number
  readonly #at = new Map<string, Uint8Array>()

  constructor(payload: Uint8Array) {
    const bodyStart = 4 + new DataView(payload.buffer, payload.byteOffset).getUint32(0, true)
    const { rows, columns } = JSON.parse(decode(payload.subarray(4, bodyStart))) as {
      rows: number
      columns: { name: string; bytes: number }[]
    }
    this.rows = rows
    let at = bodyStart
    for (const { name, bytes } of columns) this.#at.set(name, payload.subarray(at, (at += bytes)))
  }

  text(name: string, rows = this.rows): TextColumn {
    return new TextColumn(decode(this.#column(name)), rows)
  }

  /** A copy: the payload's buffer is not aligned and may be dropped. */
  numbers(name: string): Uint32Array {
    const bytes = this.#column(name)
    const copy = new Uint8Array(bytes.length)
    copy.set(bytes)
    return new Uint32Array(copy.buffer)
  }

  #column(name: string): Uint8Array {
    const bytes = this.#at.get(name)
    if (!bytes) throw new AppError('CHART_INDEX_DAMAGED', { detail: `no column ${name}` })
    return bytes
  }
}
