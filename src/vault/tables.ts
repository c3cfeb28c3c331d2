/** The vault's tables in the state database. Derived where the ledger or the repositories know better; settings else. */
import type { Migration } from '#db'
import { MEDIA_MIGRATION, MEDIA_NOTES_MIGRATION, type MediaTables } from './media/tables.ts'

export interface SourceRow {
  id: string
  kind: string
  name: string
  /** JSON array of absolute folders (or one file). A folder of a source is not patient data; what lies below it is. */
  paths: string
  /** Cron expression in Asia/Tokyo, or null: by hand only. */
  cron: string | null
  /** Id in the repository's config. */
  repository: string
  policy: string
  created_at: number
  last_due_at: number | null
  last_failure: string | null
  last_failure_at: number | null
  removed_at: number | null
  stopped_at: number | null
  stop_reason: string | null
  /** `business-day` (also null) or `day`; by hours is the cron itself. */
  rhythm: string | null
  /** JSON array of place ids that it is copied to; null: all, also those to come. */
  places: string | null
  /** JSON array of the kinds of record whose legal original it is declared to be; null: none. */
  originals: string | null
  /** 1: its policy was raised and generations that are there still wait for their later ends. */
  raise_pending: number | null
  /** When its plan was last weakened. */
  lowered_at: number | null
  /** Re-keyed: id of the source whose repository goes on instead. Nothing new comes; what is there stays to its end. */
  replaced_by: string | null
  replaced_at: number | null
  /** JSON: what is chosen of the definitions file, and other facts of the kind. */
  options: string | null
  /** JSON: what was begun outside and has not ended; see prepare/around.ts. */
  unfinished: string | null
  /** Of another program's dumps. */
  newest_file_at: number | null
  /** JSON of what the looks at a source that is taken on change found (watch.ts). */
  watch: string | null
}

/** What outside commands printed, sealed. */
export interface CommandLogRow {
  id: string
  source_id: string
  at: number
  stage: string
  ended: string
  sealed: Uint8Array
}

export interface GenerationRow {
  /** Snapshot id. */
  id: string
  source_id: string
  repository: string
  tree: string
  due_at: number
  started_at: number
  finished_at: number
  files: number
  files_new: number
  files_changed: number
  files_unmodified: number
  files_gone: number
  bytes: number
  added_bytes: number
  /** Sealed JSON of what could not be read; the count beside it is not patient data. */
  skipped: number
  skipped_sealed: Uint8Array | null
  closure: string
  walk: string
  manifest_hash: string
  /** Deflated text: one `kind/name size` per line, sorted. */
  manifest: Uint8Array
  keep_until: number
  keep_rule: string
  locked_until: number | null
  lock_strength: string | null
  ledger_index: number
  patients: number | null
  expired_at: number | null
}

/** What a run changed, in counts, and what was suspected of it. */
export interface SignsRow {
  generation_id: string
  source_id: string
  at: number
  /** JSON of `Figures`. */
  figures: string
  /** JSON of `Sign[]`; `[]`: nothing suspect. */
  signs: string
  /** Sealed JSON of the files that the signs rest on. */
  examples_sealed: Uint8Array | null
  cleared_at: number | null
  cleared_by: string | null
  cleared_reason: string | null
}

export interface ProofRow {
  id: string
  generation_id: string
  kind: string
  at: number
  passed: number
  files: number
  bytes: number
  duration_ms: number
  /** Why it failed: the code of most problems, how many in all, and sealed JSON of the first of them. */
  code: string | null
  problem_count: number | null
  problems_sealed: Uint8Array | null
}

/** Where generations lie besides the local place. Its credential is a key of the ring, named after it. */
export interface PlaceRow {
  id: string
  kind: string
  name: string
  /** JSON: address, pin, the name it knows us by, its public key. No secret. */
  config: string
  /** JSON: what people say of it (`places/kinds.ts`). */
  notes: string
  created_at: number
  removed_at: number | null
  last_failure: string | null
  last_failure_at: number | null
}

/** A generation at a place; derived from the ledger's `generation.locked` of that place. */
export interface CopyRow {
  generation_id: string
  place_id: string
  copied_at: number
  /** 0: a copy that nothing holds. */
  locked_until: number
  strength: string | null
  objects: number
  /** That went over the line. */
  sent_bytes: number
  /** Every byte of it was read there, or a verifier attested so. */
  proved_at: number | null
  proof: string | null
}

/** How far the reading of a source's files at a place has come (`places/inspect.ts`); `local` is a place too. */
export interface InspectionRow {
  place_id: string
  source_id: string
  /** Where the round goes on: a file's key, or '' at its beginning. */
  cursor: string
  began_at: number
  files: number
  bytes: number
  damaged: number
  /** The last look of any length, and the last round that saw everything. */
  looked_at: number | null
  round_began_at: number | null
  round_ended_at: number | null
  round_damaged: number | null
}

/** Locks of objects in a bucket that were seen there. */
export interface HeldVersionRow {
  place_id: string
  source_id: string
  path: string
  version_id: string
  until_ms: number
}

/** Used and free room of a place, once a day: what the forecast is drawn from. */
export interface PlaceUseRow {
  place_id: string
  /** Days since 1970-01-01 in the institution's time. */
  day: number
  used_bytes: number
  free_bytes: number | null
}

/** Of the erasure register. `sealed`: what it is, since paths and ids are patient data. */
export interface ErasureRow {
  id: string
  source_id: string
  kind: string
  reason: string
  sealed: Uint8Array
  entered_at: number
  entered_by: string
  lifted_at: number | null
  done_at: number | null
}

/** A disk of a generation that was started without restoring it (`instant/`). */
export interface InstantRow {
  id: string
  generation_id: string
  source_id: string
  /** Where the image lies: sealed, since names of files may be patient data. */
  sealed: Uint8Array
  format: string | null
  size_bytes: number | null
  reason: string
  /** Of another computer: what it listens on; null: the socket on this one. */
  address: string | null
  began_at: number
  began_by: string
  ended_at: number | null
  ended: string | null
  bytes_read: number
  changed_bytes: number
  /** Folder of its changes; null: the disk cannot be written. One that goes on carries the folder of the one before. */
  changes: string | null
  /** 1: the folder is there and belongs to this session. */
  changes_here: number
}

export interface SettingRow {
  name: string
  value: string
}

export interface VaultTables extends MediaTables {
  source: SourceRow
  generation: GenerationRow
  proof: ProofRow
  setting: SettingRow
  place: PlaceRow
  copy: CopyRow
  erasure: ErasureRow
  command_log: CommandLogRow
  inspection: InspectionRow
  held_version: HeldVersionRow
  signs: SignsRow
  place_use: PlaceUseRow
  instant: InstantRow
}

export const VAULT_MIGRATIONS: readonly Migration[] = [
  {
    id: 2026112240,
    name: 'vault: sources, generations, proofs, settings',
    sql: [
      `CREATE TABLE source (
        id {text} PRIMARY KEY, kind {text} NOT NULL, name {text} NOT NULL, paths {text} NOT NULL, cron {text},
        repository {text} NOT NULL, policy {text} NOT NULL, created_at BIGINT NOT NULL, last_due_at BIGINT,
        last_failure {text}, last_failure_at BIGINT, removed_at BIGINT)`,
      `CREATE TABLE generation (
        id {text} PRIMARY KEY, source_id {text} NOT NULL REFERENCES source (id), repository {text} NOT NULL,
        tree {text} NOT NULL, due_at BIGINT NOT NULL, started_at BIGINT NOT NULL, finished_at BIGINT NOT NULL,
        files BIGINT NOT NULL, files_new BIGINT NOT NULL, files_changed BIGINT NOT NULL, files_unmodified BIGINT NOT NULL,
        files_gone BIGINT NOT NULL, bytes BIGINT NOT NULL, added_bytes BIGINT NOT NULL, skipped BIGINT NOT NULL,
        skipped_sealed {blob}, closure {text} NOT NULL, walk {text} NOT NULL, manifest_hash {text} NOT NULL,
        manifest {blob} NOT NULL, keep_until BIGINT NOT NULL, keep_rule {text} NOT NULL, locked_until BIGINT,
        lock_strength {text}, ledger_index BIGINT NOT NULL, patients BIGINT, expired_at BIGINT)`,
      'CREATE INDEX generation_by_source ON generation (source_id, due_at)',
      `CREATE TABLE proof (
        id {text} PRIMARY KEY, generation_id {text} NOT NULL REFERENCES generation (id), kind {text} NOT NULL,
        at BIGINT NOT NULL, passed BIGINT NOT NULL, files BIGINT NOT NULL, bytes BIGINT NOT NULL, duration_ms BIGINT NOT NULL)`,
      'CREATE INDEX proof_by_generation ON proof (generation_id, at)',
      'CREATE TABLE setting (name {text} PRIMARY KEY, value {text} NOT NULL)',
    ],
  },
  {
    id: 2026112840,
    name: 'vault: sources that are stopped',
    sql: ['ALTER TABLE source ADD COLUMN stopped_at BIGINT', 'ALTER TABLE source ADD COLUMN stop_reason {text}'],
  },
  {
    id: 2026112841,
    name: 'vault: places and copies',
    sql: [
      `CREATE TABLE place (
        id {text} PRIMARY KEY, kind {text} NOT NULL, name {text} NOT NULL, config {text} NOT NULL,
        created_at BIGINT NOT NULL, removed_at BIGINT, last_failure {text}, last_failure_at BIGINT)`,
      `CREATE TABLE copy (
        generation_id {text} NOT NULL, place_id {text} NOT NULL REFERENCES place (id), copied_at BIGINT NOT NULL,
        locked_until BIGINT NOT NULL, objects BIGINT NOT NULL, sent_bytes BIGINT NOT NULL,
        PRIMARY KEY (generation_id, place_id))`,
    ],
  },
  {
    id: 2026112845,
    name: 'vault: places of several kinds, what is read of them, their room',
    sql: [
      `ALTER TABLE place ADD COLUMN notes {text} NOT NULL DEFAULT '{}'`,
      'ALTER TABLE copy ADD COLUMN strength {text}',
      'ALTER TABLE copy ADD COLUMN proved_at BIGINT',
      'ALTER TABLE copy ADD COLUMN proof {text}',
      `UPDATE copy SET strength = 'keeper'`,
      `CREATE TABLE inspection (
        place_id {text} NOT NULL, source_id {text} NOT NULL, cursor {text} NOT NULL, began_at BIGINT NOT NULL,
        files BIGINT NOT NULL, bytes BIGINT NOT NULL, damaged BIGINT NOT NULL, looked_at BIGINT, round_began_at BIGINT,
        round_ended_at BIGINT, round_damaged BIGINT, PRIMARY KEY (place_id, source_id))`,
      `CREATE TABLE held_version (
        place_id {text} NOT NULL, source_id {text} NOT NULL, path {text} NOT NULL, version_id {text} NOT NULL,
        until_ms BIGINT NOT NULL, PRIMARY KEY (place_id, source_id, path))`,
      `CREATE TABLE place_use (
        place_id {text} NOT NULL, day BIGINT NOT NULL, used_bytes BIGINT NOT NULL, free_bytes BIGINT,
        PRIMARY KEY (place_id, day))`,
    ],
  },
  {
    id: 2026112850,
    name: 'vault: rhythm, places and declared originals of a source',
    sql: [
      'ALTER TABLE source ADD COLUMN rhythm {text}',
      'ALTER TABLE source ADD COLUMN places {text}',
      'ALTER TABLE source ADD COLUMN originals {text}',
      'ALTER TABLE source ADD COLUMN raise_pending BIGINT',
    ],
  },
  MEDIA_MIGRATION,
  {
    id: 2026112880,
    name: 'vault: sources that were re-keyed',
    sql: ['ALTER TABLE source ADD COLUMN replaced_by {text}', 'ALTER TABLE source ADD COLUMN replaced_at BIGINT'],
  },
  {
    id: 2026112860,
    name: 'vault: sources from databases and other programs, outside commands',
    sql: [
      'ALTER TABLE source ADD COLUMN options {text}',
      'ALTER TABLE source ADD COLUMN unfinished {text}',
      'ALTER TABLE source ADD COLUMN newest_file_at BIGINT',
      `CREATE TABLE command_log (
        id {text} PRIMARY KEY, source_id {text} NOT NULL REFERENCES source (id), at BIGINT NOT NULL, stage {text} NOT NULL,
        ended {text} NOT NULL, sealed {blob} NOT NULL)`,
      'CREATE INDEX command_log_by_source ON command_log (source_id, at)',
    ],
  },
  {
    id: 2026112872,
    name: 'vault: sources that are taken on change',
    sql: ['ALTER TABLE source ADD COLUMN watch {text}'],
  },
  {
    id: 2026112851,
    name: 'vault: when a plan was last weakened',
    sql: ['ALTER TABLE source ADD COLUMN lowered_at BIGINT'],
  },
  {
    id: 2026112883,
    name: 'vault: the erasure register',
    sql: [
      `CREATE TABLE erasure (
        id {text} PRIMARY KEY, source_id {text} NOT NULL, kind {text} NOT NULL, reason {text} NOT NULL,
        sealed {blob} NOT NULL, entered_at BIGINT NOT NULL, entered_by {text} NOT NULL, lifted_at BIGINT, done_at BIGINT)`,
    ],
  },
  MEDIA_NOTES_MIGRATION,
  {
    id: 2026112961,
    name: 'vault: signs of an attack',
    sql: [
      `CREATE TABLE signs (
        generation_id {text} PRIMARY KEY, source_id {text} NOT NULL, at BIGINT NOT NULL,
        figures {text} NOT NULL, signs {text} NOT NULL, examples_sealed {blob}, cleared_at BIGINT, cleared_by {text},
        cleared_reason {text})`,
      'CREATE INDEX signs_by_source ON signs (source_id, at)',
    ],
  },
  {
    id: 2026113030,
    name: 'vault: why a restore test failed',
    sql: [
      'ALTER TABLE proof ADD COLUMN code {text}',
      'ALTER TABLE proof ADD COLUMN problem_count BIGINT',
      'ALTER TABLE proof ADD COLUMN problems_sealed {blob}',
    ],
  },
  {
    id: 2026113050,
    name: 'vault: disks that are started out of a generation',
    sql: [
      `CREATE TABLE instant (
        id {text} PRIMARY KEY, generation_id {text} NOT NULL REFERENCES generation (id), source_id {text} NOT NULL,
        sealed {blob} NOT NULL, format {text}, size_bytes BIGINT, reason {text} NOT NULL, address {text},
        began_at BIGINT NOT NULL, began_by {text} NOT NULL, ended_at BIGINT, ended {text}, bytes_read BIGINT NOT NULL,
        changed_bytes BIGINT NOT NULL, changes {text}, changes_here BIGINT NOT NULL)`,
      'CREATE INDEX instant_by_generation ON instant (generation_id)',
    ],
  },
]
