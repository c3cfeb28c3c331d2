/**
 * Cuts a table's bytes into rows and cells with their places (RFC 4180, and what Japanese exports make of it). It works on
 * bytes, so that a row's range can be kept and read again alone: delimiter, quote and line end are never the second byte of
 * a CP932 or UTF-8 character.
 */
import { decodeCell, type TableCharset } from './charset.ts'

export const DELIMITERS = [',', '\t', ';'] as const
export type Delimiter = (typeof DELIMITERS)[number]

export interface TableForm {
  readonly charset: TableCharset
  readonly delimiter: Delimiter
}

export interface Row {
  readonly start: number
  /** Behind the line end. */
  readonly end: number
  readonly cells: readonly string[]
  /** A quote that nothing closes, or with text behind it, or no end: its cells cannot be told apart. */
  readonly broken: boolean
}

/** A quote left open would swallow everybody below it. */
const MOST_ROW_BYTES = 1024 * 1024
/** A spreadsheet ends at 16,384; a line of more cells is none of a table's, and a file of them would not fit into memory. */
const MOST_CELLS = 20_000
/** Each broken row is looked at twice; more than this is no table. */
const MOST_BROKEN = 1000
const QUOTE = 0x22
const FEED = 0x0a
const RETURN = 0x0d
/** Some programs of DOS times end a file so. */
const END_OF_FILE = 0x1a

/** All rows, blank lines left out. A broken row ends at its line end, so that it costs no other row. */
export function* readRows(bytes: Uint8Array, form: TableForm, from = 0): IterableIterator<Row> {
  const length = bytes.at(-1) === END_OF_FILE ? bytes.length - 1 : bytes.length
  const reader = new RowReader(bytes.subarray(0, length), form)
  let broken = 0
  for (let at = from; at < length;) {
    const row = reader.row(at) ?? reader.brokenLine(at)
    at = row.end
    if (row.broken && ++broken > MOST_BROKEN) return
    if (row.broken || row.cells.some((cell) => cell !== '')) yield row
  }
}

class RowReader {
  readonly #bytes: Uint8Array
  readonly #form: TableForm
  readonly #width: 1 | 2
  readonly #high: 0 | 1
  readonly #delimiter: number

  constructor(bytes: Uint8Array, form: TableForm) {
    this.#bytes = bytes
    this.#form = form
    this.#width = form.charset.startsWith('utf-16') ? 2 : 1
    this.#high = form.charset === 'utf-16be' ? 0 : 1
    this.#delimiter = form.delimiter.charCodeAt(0)
  }

  /** The character at a place as far as the cutting cares; -1 behind the end, and for what is no ASCII. */
  #unit(at: number): number {
    if (at + this.#width > this.#bytes.length) return -1
    if (this.#width === 1) return this.#bytes[at]!
    return this.#bytes[at + this.#high] === 0 ? this.#bytes[at + 1 - this.#high]! : -2
  }

  #isEnd(unit: number): boolean {
    return unit === -1 || unit === FEED || unit === RETURN
  }

  /** Behind the line end at `at`: CRLF, LF, or CR alone. */
  #behindLine(at: number): number {
    if (this.#unit(at) === -1) return this.#bytes.length
    const next = at + this.#width
    return this.#unit(at) === RETURN && this.#unit(next) === FEED ? next + this.#width : next
  }

  /** Undefined where a quote does not close as it should, and for what is too long to be a row. */
  row(start: number): Row | undefined {
    const cells: string[] = []
    let at = start
    for (;;) {
      const end = this.#unit(at) === QUOTE ? this.#quoted(at, start) : this.#plain(at)
      if (end === undefined) return undefined
      if (cells.length === MOST_CELLS || end - start > MOST_ROW_BYTES) return undefined
      cells.push(this.#cell(at, end))
      if (this.#unit(end) !== this.#delimiter) return { start, end: this.#behindLine(end), cells, broken: false }
      at = end + this.#width
    }
  }

  #plain(from: number): number {
    let at = from
    while (this.#unit(at) !== this.#delimiter && !this.#isEnd(this.#unit(at))) at += this.#width
    return at
  }

  #quoted(from: number, rowStart: number): number | undefined {
    for (let at = from + this.#width; at - rowStart < MOST_ROW_BYTES; at += this.#width) {
      const unit = this.#unit(at)
      if (unit === -1) return undefined
      if (unit !== QUOTE) continue
      const next = at + this.#width
      if (this.#unit(next) === QUOTE) at = next
      else return this.#unit(next) === this.#delimiter || this.#isEnd(this.#unit(next)) ? next : undefined
    }
    return undefined
  }

  #cell(from: number, to: number): string {
    const quoted = this.#unit(from) === QUOTE
    const inner = quoted ? this.#bytes.subarray(from + this.#width, to - this.#width) : this.#bytes.subarray(from, to)
    const text = decodeCell(inner, this.#form.charset)
    return quoted ? text.replaceAll('""', '"') : text
  }

  brokenLine(start: number): Row {
    let at = start
    while (!this.#isEnd(this.#unit(at))) at += this.#width
    const end = this.#behindLine(at)
    const text = decodeCell(this.#bytes.subarray(start, Math.min(at, start + MOST_ROW_BYTES)), this.#form.charset)
    return { start, end, cells: text.split(this.#form.delimiter, MOST_CELLS), broken: true }
  }
}

/** Rows looked at to find the delimiter. */
const LOOKED_AT_ROWS = 50

/** The one that cuts most rows into the same number of cells, more than one; a comma where nothing tells. */
export function sniffDelimiter(bytes: Uint8Array, charset: TableCharset, from: number): Delimiter {
  const scores = DELIMITERS.map((delimiter) => {
    const counts = firstRows(bytes, { charset, delimiter }, from, LOOKED_AT_ROWS).map(({ cells }) => cells.length)
    const columns = mostFrequent(counts)
    const share = counts.filter((count) => count === columns).length / Math.max(1, counts.length)
    return { delimiter, score: columns > 1 ? share + columns / 10_000 : 0 }
  })
  return scores.reduce((best, next) => (next.score > best.score ? next : best)).delimiter
}

export function firstRows(bytes: Uint8Array, form: TableForm, from: number, most: number): Row[] {
  const rows: Row[] = []
  for (const row of readRows(bytes, form, from)) {
    rows.push(row)
    if (rows.length === most) break
  }
  return rows
}

/** 0 of nothing. */
export function mostFrequent(counts: readonly number[]): number {
  const times = new Map<number, number>()
  for (const count of counts) times.set(count, (times.get(count) ?? 0) + 1)
  return [...times].reduce((best, next) => (next[1] > best[1] ? next : best), [0, 0])[0]
}
