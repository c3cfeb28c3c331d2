/**
 * Tables of which every file is the complete list of its day (a person said so): what the newest list lacks is no longer so.
 * Tables that are written in parts say nothing by what they lack.
 */
import { parseCellDate } from './words.ts'
import { tableFor, type TableSettings } from './table.ts'
import type { IntakeKind } from '../format.ts'

export interface TableExport {
  /** The same for all files of one table. */
  readonly table: string
  /** What changes in the name from export to export, as digits; '' where nothing does. */
  readonly digits: string
  /** `YYYY-MM-DD` by the name, or ''. */
  readonly date: string
}

/** Undefined for a file that is no complete list. @param path below the source's folder */
export function exportOf(kind: IntakeKind, settings: unknown, path: string): TableExport | undefined {
  const mapping = kind === 'csv' ? tableFor(path, settings as TableSettings) : undefined
  if (mapping?.exports !== 'whole') return undefined
  const numbers = path.slice(path.lastIndexOf('/') + 1).match(/\d{4}[-_.]\d\d[-_.]\d\d|\d{4,14}/g) ?? []
  const digits = numbers.join('').replace(/\D/g, '')
  return { table: mapping.file, digits, date: parseCellDate(digits)?.date ?? '' }
}
