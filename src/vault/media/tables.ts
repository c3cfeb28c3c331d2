/** Tables of rotating media in the state database. Copies and readings back are derived from what happened; the rest is set by people. */
import type { Migration } from '#db'

export interface MediaSetRow {
  id: string
  name: string
  /** How many the institution wants to have in turn. */
  size: number
  /** `HH:MM` in Japan: the check of a business day's morning. */
  check_at: string
  /** Where media rest that are away for longer, as people call it. */
  vault_name: string
  vault_offsite: number
  /** JSON, see `mediaSetSchema.carriers`. */
  carriers: string
  /** JSON, see `mediaNotesSchema`. */
  notes: string
  created_at: number
  last_failure: string | null
  last_failure_at: number | null
}

export interface MediumRow {
  set_id: string
  number: number
  uuid: string
  label: string
  kind: string
  shelf: string
  /** Anew where its contents were gone, or another disk took the number: what was copied before is not on it. */
  registered_at: number
}

export interface MediumMoveRow {
  id: string
  set_id: string
  number: number
  place: string
  at: number
  person: string
}

/** What a medium got on one business day; a second copy of that day renews the row. */
export interface MediumCopyRow {
  set_id: string
  number: number
  day: string
  copied_at: number
  verified_at: number | null
  /** Files that are not what their names promise, here or there. */
  damaged: number
  files: number
  bytes: number
  /** How far it was taken off; null: still to be done. */
  ejected: string | null
}

/** A generation that lies whole on a medium. */
export interface MediumHoldingRow {
  set_id: string
  number: number
  generation_id: string
  source_id: string
  copied_at: number
  verified_at: number | null
}

/** What the last look of a morning found. */
export interface MediaCheckRow {
  set_id: string
  at: number
  finding: string
  due: number | null
  /** JSON array of numbers. */
  found: string
  missing_bytes: number | null
  /** What was connected then: another look is due when that changes. */
  connected: string
}

export interface MediaTables {
  media_set: MediaSetRow
  medium: MediumRow
  medium_move: MediumMoveRow
  medium_copy: MediumCopyRow
  medium_holding: MediumHoldingRow
  media_check: MediaCheckRow
}

export const MEDIA_MIGRATION: Migration = {
  id: 2026112890,
  name: 'vault: rotating media',
  sql: [
    `CREATE TABLE media_set (
      id {text} PRIMARY KEY, name {text} NOT NULL, size BIGINT NOT NULL, check_at {text} NOT NULL,
      vault_name {text} NOT NULL, vault_offsite BIGINT NOT NULL, carriers {text} NOT NULL, created_at BIGINT NOT NULL,
      last_failure {text}, last_failure_at BIGINT)`,
    `CREATE TABLE medium (
      set_id {text} NOT NULL REFERENCES media_set (id), number BIGINT NOT NULL, uuid {text} NOT NULL,
      label {text} NOT NULL, kind {text} NOT NULL, shelf {text} NOT NULL, registered_at BIGINT NOT NULL,
      PRIMARY KEY (set_id, number), UNIQUE (uuid))`,
    `CREATE TABLE medium_move (
      id {text} PRIMARY KEY, set_id {text} NOT NULL, number BIGINT NOT NULL, place {text} NOT NULL, at BIGINT NOT NULL,
      person {text} NOT NULL)`,
    `CREATE TABLE medium_copy (
      set_id {text} NOT NULL, number BIGINT NOT NULL, day {text} NOT NULL, copied_at BIGINT NOT NULL,
      verified_at BIGINT, damaged BIGINT NOT NULL, files BIGINT NOT NULL, bytes BIGINT NOT NULL, ejected {text},
      PRIMARY KEY (set_id, number, day))`,
    `CREATE TABLE medium_holding (
      set_id {text} NOT NULL, number BIGINT NOT NULL, generation_id {text} NOT NULL, source_id {text} NOT NULL,
      copied_at BIGINT NOT NULL, verified_at BIGINT, PRIMARY KEY (set_id, number, generation_id))`,
    `CREATE TABLE media_check (
      set_id {text} PRIMARY KEY, at BIGINT NOT NULL, finding {text} NOT NULL, due BIGINT, found {text} NOT NULL,
      missing_bytes BIGINT, connected {text} NOT NULL)`,
  ],
}

export const MEDIA_NOTES_MIGRATION: Migration = {
  id: 2026112896,
  name: 'vault: what people write of rotating media',
  sql: [`ALTER TABLE media_set ADD COLUMN notes {text} NOT NULL DEFAULT '{}'`],
}
