/** What a survey keeps of a table, so that its rows can be read again without the headings above them. */
import type { Column, TableKind } from './table.ts'
import { DELIMITERS, type TableForm } from './rows.ts'
import { TABLE_CHARSETS } from './charset.ts'
import { ROLES, ROLES_OF, TABLE_KINDS } from './table.ts'
import { z } from 'zod'

export interface SurveyedTable {
  readonly form: TableForm
  readonly kind: TableKind
  readonly columns: readonly Column[]
  /** Columns of the mapping that this file no longer has. */
  readonly lost: readonly string[]
}

const shape = z.object({
  form: z.object({ charset: z.enum(TABLE_CHARSETS), delimiter: z.enum(DELIMITERS) }),
  kind: z.enum(TABLE_KINDS),
  columns: z.array(z.object({ heading: z.string(), role: z.enum(ROLES) })),
  lost: z.array(z.string()),
})

export const writeForm = (table: SurveyedTable): string => JSON.stringify(table)

/** Undefined where it is of another version. */
export function readForm(form: string | undefined): SurveyedTable | undefined {
  try {
    return shape.parse(JSON.parse(form ?? ''))
  } catch {
    return undefined
  }
}

/** A role that this kind of table does not know is kept as an extra column, so that it is shown. */
export function usedColumns(kind: TableKind, columns: readonly Column[]): Column[] {
  return columns.map(({ heading, role }) => ({ heading, role: ROLES_OF[kind].includes(role) ? role : 'extra' }))
}
