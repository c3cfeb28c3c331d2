/** Improvements: who does what until when, after incidents and exercises. Names and words of people stand here, never in the ledger. */
import type { Migration } from '#db'

export interface ImprovementRow {
  id: string
  /** `incident:<id>`, `exercise:<id>` or another room's. */
  origin: string
  what: string
  owner: string
  /** `YYYY-MM-DD` */
  due_on: string
  state: string
  /** What was done, or why it is dropped; '' while it is open. */
  outcome: string
  added_at: number
  added_by: string
  changed_at: number
  changed_by: string
  /** Of the last time that an exercise looked whether it works: '' or its origin. */
  checked_in: string
  checked_works: number | null
  checked_at: number | null
}

export interface IncidentTables {
  improvement: ImprovementRow
}

export const INCIDENT_MIGRATIONS: readonly Migration[] = [
  {
    id: 2026113140,
    name: 'incident: improvements',
    sql: [
      `CREATE TABLE improvement (
        id {text} PRIMARY KEY, origin {text} NOT NULL, what {text} NOT NULL, owner {text} NOT NULL, due_on {text} NOT NULL,
        state {text} NOT NULL, outcome {text} NOT NULL, added_at BIGINT NOT NULL, added_by {text} NOT NULL,
        changed_at BIGINT NOT NULL, changed_by {text} NOT NULL, checked_in {text} NOT NULL, checked_works BIGINT,
        checked_at BIGINT)`,
      'CREATE INDEX improvement_by_origin ON improvement (origin)',
    ],
  },
]
