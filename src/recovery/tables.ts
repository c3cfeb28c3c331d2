/** State of the way back. Free text of people (where, why) stands here and never in the ledger. */
import type { Migration } from '#db'

export interface CaseRow {
  number: number
  kind: string
  /** Code of why it is no attack; of an attack ''. */
  reason: string
  /** JSON: source id → `Choice` of cases.ts. */
  chosen: string
  opened_at: number
  opened_by: string
  ended_at: number | null
}

export interface EvidenceRow {
  id: string
  case_number: number
  kind: string
  place: string
  /** SHA-256, 64 hex digits; '' where none was made. */
  hash: string
  who: string
  at: number
  entered_by: string
}

/** What was decided at a gate, in order; nothing is ever changed or removed. */
export interface GateRow {
  id: string
  case_number: number
  /** Of the case, from 1: no two decisions are the n-th. */
  position: number
  gate: string
  result: string
  reason: string
  at: number
  by_person: string
}

export interface RestoreRunRow {
  id: string
  case_number: number | null
  source_id: string
  generation_id: string
  /** 'new' or 'over'. */
  kind: string
  existing: string
  scope: string
  state: string
  /** Sealed JSON of what was ordered: paths are patient data. */
  sealed: Uint8Array
  /** JSON of the plan's counts. */
  counts: string
  /** JSON of the result's counts; '' while there is none. */
  result: string
  error_code: string | null
  started_at: number
  ended_at: number | null
  started_by: string
}

export interface TerminalRow {
  id: string
  name: string
  place: string
  priority: number
  state: string
  who: string
  changed_at: number
  changed_by: string
  added_at: number
  done_at: number | null
}

export interface RecoveryTables {
  recovery_case: CaseRow
  recovery_evidence: EvidenceRow
  recovery_gate: GateRow
  restore_run: RestoreRunRow
  terminal: TerminalRow
}

export const RECOVERY_MIGRATIONS: readonly Migration[] = [
  {
    id: 2026113040,
    name: 'recovery: cases, evidence, gates, restores, terminals',
    sql: [
      `CREATE TABLE recovery_case (
        number BIGINT PRIMARY KEY, kind {text} NOT NULL, reason {text} NOT NULL, chosen {text} NOT NULL,
        opened_at BIGINT NOT NULL, opened_by {text} NOT NULL, ended_at BIGINT)`,
      `CREATE TABLE recovery_evidence (
        id {text} PRIMARY KEY, case_number BIGINT NOT NULL REFERENCES recovery_case (number), kind {text} NOT NULL,
        place {text} NOT NULL, hash {text} NOT NULL, who {text} NOT NULL, at BIGINT NOT NULL, entered_by {text} NOT NULL)`,
      `CREATE TABLE recovery_gate (
        id {text} PRIMARY KEY, case_number BIGINT NOT NULL REFERENCES recovery_case (number), position BIGINT NOT NULL,
        gate {text} NOT NULL, result {text} NOT NULL, reason {text} NOT NULL, at BIGINT NOT NULL, by_person {text} NOT NULL,
        UNIQUE (case_number, position))`,
      `CREATE TABLE restore_run (
        id {text} PRIMARY KEY, case_number BIGINT, source_id {text} NOT NULL, generation_id {text} NOT NULL,
        kind {text} NOT NULL, existing {text} NOT NULL, scope {text} NOT NULL, state {text} NOT NULL, sealed {blob} NOT NULL,
        counts {text} NOT NULL, result {text} NOT NULL, error_code {text}, started_at BIGINT NOT NULL, ended_at BIGINT,
        started_by {text} NOT NULL)`,
      'CREATE INDEX restore_run_by_time ON restore_run (started_at)',
      `CREATE TABLE terminal (
        id {text} PRIMARY KEY, name {text} NOT NULL, place {text} NOT NULL, priority BIGINT NOT NULL, state {text} NOT NULL,
        who {text} NOT NULL, changed_at BIGINT NOT NULL, changed_by {text} NOT NULL, added_at BIGINT NOT NULL,
        done_at BIGINT)`,
      'CREATE UNIQUE INDEX terminal_by_name ON terminal (name)',
    ],
  },
]
