/** Whether each file of a table seems to be the complete list: by how many rows of one export stand in the next again. */
import { sniffCharset } from './charset.ts'
import { readRows, sniffDelimiter } from './rows.ts'

export interface ExportsLook {
  /** Rows of the older file, and how many of them the newer one holds too. */
  readonly rows: number
  readonly kept: number
  readonly isWhole: boolean
}

/** A list of fewer rows proves nothing. */
const FEWEST_ROWS = 3
const SHARE = 0.8

/** @param older and `newer`: the beginnings of two exports of one table, cut at a row */
export function suggestExports(older: Uint8Array, newer: Uint8Array, headingRow: number): ExportsLook {
  const held = new Set(rowsOf(newer))
  const rows = rowsOf(older).slice(headingRow)
  const kept = rows.filter((row) => held.has(row)).length
  return { rows: rows.length, kept, isWhole: rows.length >= FEWEST_ROWS && kept >= SHARE * rows.length }
}

function rowsOf(bytes: Uint8Array): string[] {
  const { charset, markBytes } = sniffCharset(bytes)
  const form = { charset, delimiter: sniffDelimiter(bytes, charset, markBytes) }
  return Array.from(readRows(bytes, form, markBytes), ({ cells }) => cells.join('\0'))
}
