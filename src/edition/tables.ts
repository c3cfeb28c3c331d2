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
]
