/** What a survey keeps of a table, so that its rows can be read again without the headings above them. */
import type { Column, Role, TableKind } from './table.ts'
import { DELIMITERS, type TableForm } from './rows.ts'
import { TABLE_CHARSETS } from './charset.ts'
import { ROLES, ROLES_OF, TABLE_KINDS } from './table.ts'
import { z } from 'zod'

export interface SurveyedTable {
  readonly form: TableForm
  readonly kind: TableKind
  readonly columns: readonly Column[]
  /** Columns of the mapping that this file no longer has. */
  readonly lost: readonly Column[]
}

const column = z.object({ heading: z.string(), role: z.enum(ROLES) })
const shape = z.object({
  form: z.object({ charset: z.enum(TABLE_CHARSETS), delimiter: z.enum(DELIMITERS) }),
  kind: z.enum(TABLE_KINDS),
  columns: z.array(column),
  lost: z.array(column),
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

const TYPE_OF_KIND: Readonly<Record<TableKind, string>> = {
  patients: 'Patient',
  allergies: 'AllergyIntolerance',
  problems: 'Condition',
  prescriptions: 'MedicationRequest',
  labs: 'Observation',
  vitals: 'Observation',
  notes: 'DocumentReference',
  bookings: 'Appointment',
}
const TYPE_OF_ROLE: Readonly<Partial<Record<Role, string>>> = {
  allergy: 'AllergyIntolerance',
  drugAllergy: 'AllergyIntolerance',
  foodAllergy: 'AllergyIntolerance',
  bloodType: 'Observation',
  infection: 'Observation',
  problem: 'Condition',
  text: 'DocumentReference',
}

/** What a row that cannot be read, or a column that is gone, would have told: counted, so that its absence says nothing. */
export function unreadableKinds(kind: TableKind, columns: readonly Column[]): string[] {
  const types = columns.flatMap(({ role }) => (kind === 'patients' ? (TYPE_OF_ROLE[role] ?? []) : []))
  return [...new Set([TYPE_OF_KIND[kind], ...types])].map((type) => `${type}:unreadable`)
}

/** A role that this kind of table does not know is kept as an extra column, so that it is shown. */
export function usedColumns(kind: TableKind, columns: readonly Column[]): Column[] {
  return columns.map(({ heading, role }) => ({ heading, role: ROLES_OF[kind].includes(role) ? role : 'extra' }))
}
