/**
 * One document as plain blocks, from which a DOCX, an XLSX and (through `sheets`) a PDF are made, so that all three hold
 * the same words. A4, upright. Nothing in a block is ever a formula, a link, a macro or markup: text is text.
 */

export interface Run {
  readonly text: string
  readonly bold?: boolean
}
/** A line feed inside begins a new line of the same paragraph or cell. */
export type Text = string | readonly Run[]

/** A calendar day as it was written down, `YYYY-MM-DD`, or a local time, `YYYY-MM-DDTHH:MM`: never shifted by a time zone. */
export interface Day {
  readonly day: string
}
/** Numbers and days keep their type in a spreadsheet; in DOCX and PDF they stand as text. `undefined`: an empty cell. */
export type Cell = Text | number | Day | undefined

export type Block =
  | { readonly kind: 'heading'; readonly level: 1 | 2 | 3; readonly text: string }
  | { readonly kind: 'paragraph'; readonly text: Text; readonly small?: boolean; readonly isLarge?: boolean }
  | { readonly kind: 'list'; readonly items: readonly Text[]; readonly numbered?: boolean; readonly isLarge?: boolean }
  | {
      readonly kind: 'table'
      /** Stands again on every page; left out where it is empty. */
      readonly header: readonly string[]
      readonly rows: readonly (readonly Cell[])[]
      /** Shares of the page's width, one per column; even ones where left out. */
      readonly widths?: readonly number[]
    }
  | { readonly kind: 'pageBreak' }

export interface OfficeDocument {
  /** Also the file's title in its properties. */
  readonly title: string
  readonly language: 'ja' | 'en'
  /** On every page. The foot of every page ends with `n / m`. */
  readonly header?: string
  readonly footer?: string
  readonly blocks: readonly Block[]
}

/**
 * What XML cannot hold (control characters, halves of a surrogate pair) as U+FFFD: seen as damaged instead of making the
 * file one that nothing opens. Line ends become `\n`.
 */
export function writable(text: string): string {
  return (
    text
      .toWellFormed()
      .replace(/\r\n?/g, '\n')
      // eslint-disable-next-line no-control-regex -- XML 1.0 (2.2 Char) leaves exactly these out
      .replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, '\uFFFD')
  )
}

export const runsOf = (text: Text): readonly Run[] => (typeof text === 'string' ? [{ text }] : text)

/** A cell as it is read on paper. */
export function cellText(cell: Cell): Text {
  if (cell === undefined) return ''
  if (typeof cell === 'number') return String(cell)
  return typeof cell === 'object' && 'day' in cell ? cell.day.replace('T', ' ') : cell
}

export const plainText = (text: Text): string =>
  runsOf(text)
    .map((run) => run.text)
    .join('')

/** Shares that add up to one, one for each of the table's columns. */
export function sharesOf(table: Extract<Block, { kind: 'table' }>): readonly number[] {
  const columns = Math.max(1, table.header.length, ...table.rows.map((row) => row.length))
  const given = Array.from({ length: columns }, (_, i) => table.widths?.[i] ?? 1)
  const sum = given.reduce((all, one) => all + one, 0)
  return given.map((one) => one / sum)
}
