/** The register of editions (持ち出し). Holders and places are names of staff and rooms: free text, out of the ledger. */
import type { Migration } from '#db'

export interface EditionRow {
  number: number
  bundle: string
  kind: string
  medium: string
  generation_id: string
  as_of: number
  made_at: number
  made_by: string
  since: string | null
  discs: number
  patients: number
  bytes: number
  left_out: string
  page_sha256: string
  fingerprint: string
  /** Names of the slots, JSON. */
  slots: string
  holder: string
  place: string
  /** `YYYY-MM-DD` of the institution. */
  return_on: string
  state: string
  /** Opens its readers' logs; sealed for who may read charts. */
  log_key: string | null
  /** JSON; null where it was made of one source, before names were kept. */
  sources: string | null
  /** Titles, JSON. */
  papers: string | null
}

/** One log that came back; the same session may come again, longer. */
export interface EditionLogRow {
  number: number
  session: string
  lines: number
  /** SHA-256 of those lines. */
  digest: string
  looks: number
  merged_at: number
  /** Looks at the last review; undefined before it. */
  reviewed_looks: number | null
}

export interface EditionMoveRow {
  id: string
  number: number
  at: number
  what: string
  by_person: string
  witness: string | null
  holder: string | null
  place: string | null
  return_on: string | null
}

export interface EditionTables {
  edition: EditionRow
  edition_move: EditionMoveRow
  edition_log: EditionLogRow
}

export const EDITION_MIGRATIONS: readonly Migration[] = [
  {
    id: 2026112897,
    name: 'edition: register and what happened to each',
    sql: [
      `CREATE TABLE edition (
        number BIGINT PRIMARY KEY, bundle {text} NOT NULL, kind {text} NOT NULL, medium {text} NOT NULL,
        generation_id {text} NOT NULL, as_of BIGINT NOT NULL, made_at BIGINT NOT NULL, made_by {text} NOT NULL,
        since {text}, discs BIGINT NOT NULL, patients BIGINT NOT NULL, bytes BIGINT NOT NULL, left_out {text} NOT NULL,
        page_sha256 {text} NOT NULL, fingerprint {text} NOT NULL, slots {text} NOT NULL, holder {text} NOT NULL,
        place {text} NOT NULL, return_on {text} NOT NULL, state {text} NOT NULL)`,
      `CREATE TABLE edition_move (
        id {text} PRIMARY KEY, number BIGINT NOT NULL REFERENCES edition (number), at BIGINT NOT NULL,
        what {text} NOT NULL, by_person {text} NOT NULL, witness {text}, holder {text}, place {text}, return_on {text})`,
      'CREATE INDEX edition_move_by_number ON edition_move (number, at)',
    ],
  },
  {
    id: 2026112960,
    name: 'edition: logs of who looked come back',
    sql: [
      'ALTER TABLE edition ADD COLUMN log_key {text}',
      `CREATE TABLE edition_log (
        number BIGINT NOT NULL REFERENCES edition (number), session {text} NOT NULL, lines BIGINT NOT NULL,
        digest {text} NOT NULL, looks BIGINT NOT NULL, merged_at BIGINT NOT NULL, reviewed_looks BIGINT,
        PRIMARY KEY (number, session))`,
    ],
  },
  {
    id: 2026113001,
    name: 'edition: several sources and papers in one',
    sql: ['ALTER TABLE edition ADD COLUMN sources {text}', 'ALTER TABLE edition ADD COLUMN papers {text}'],
  },
]
