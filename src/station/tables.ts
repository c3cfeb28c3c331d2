/** Emergency PCs as production lists them. */
import type { Migration } from '#db'

export interface StationRow {
  /** Four hex digits, as on its card. */
  id: string
  name: string
  /** The file for the PC; its secrets are sealed by the card, which is on paper only. */
  package: string
  made_at: number
  withdrawn_at: number | null
  withdrawn_reason: string | null
  /** Public key of its log, pinned with the first report or the first log. */
  key: string | null
  /** JSON: what it said last. */
  report: string | null
  /** By production's clock. */
  reported_at: number | null
  /** Most entries that its log was ever seen to have, and the log's root then. */
  seen_size: number
  seen_root: string | null
  /** Entries that were merged into production's journal. */
  merged_size: number
  merged_root: string | null
}

export interface StationTables {
  station: StationRow
}

export const STATION_MIGRATIONS: readonly Migration[] = [
  {
    id: 2026112891,
    name: 'station: emergency PCs',
    sql: [
      `CREATE TABLE station (
        id {text} PRIMARY KEY, name {text} NOT NULL, package {text} NOT NULL, made_at BIGINT NOT NULL,
        withdrawn_at BIGINT, withdrawn_reason {text}, key {text}, report {text}, reported_at BIGINT,
        seen_size BIGINT NOT NULL, seen_root {text}, merged_size BIGINT NOT NULL, merged_root {text})`,
    ],
  },
]
