/** Rehearsals in the state database: what a screen asks for; the ledger knows the same without the sealed part. */
import type { Migration } from '#db'

export interface RehearsalRow {
  id: string
  generation_id: string
  source_id: string
  taken_at: number
  started_at: number
  ended_at: number | null
  /** `schedule`, or the id of a person. */
  started_by: string
  result: string | null
  /** JSON of `StepResult[]`. */
  steps: string
  /** JSON of `Declared`, as it was on the day. */
  declared: string
  /** Sealed JSON of `Details`. */
  details_sealed: Uint8Array | null
  report_hash: string | null
  /** The PDF; it holds nothing of a patient. */
  report: Uint8Array | null
  /** The ledger's signed note beside it. */
  report_note: string | null
}

export interface RehearsalTables {
  rehearsal: RehearsalRow
}

export const REHEARSAL_MIGRATIONS: readonly Migration[] = [
  {
    id: 2026113031,
    name: 'rehearsal: rehearsals',
    sql: [
      `CREATE TABLE rehearsal (
        id {text} PRIMARY KEY, generation_id {text} NOT NULL, source_id {text} NOT NULL, taken_at BIGINT NOT NULL,
        started_at BIGINT NOT NULL, ended_at BIGINT, started_by {text} NOT NULL, result {text}, steps {text} NOT NULL,
        declared {text} NOT NULL, details_sealed {blob}, report_hash {text}, report {blob})`,
      'CREATE INDEX rehearsal_by_source ON rehearsal (source_id, started_at)',
    ],
  },
  {
    id: 2026113300,
    name: 'rehearsal: the signed note beside a report',
    sql: ['ALTER TABLE rehearsal ADD COLUMN report_note {text}'],
  },
]
