/** Ledgers of the institution in the state database: names and reasons are free text and stay out of the journal. */
import type { Migration } from '#db'

export interface SystemRow {
  id: string
  kind: string
  name: string
  vendor: string
  responsible: string
  created_at: number
  removed_at: number | null
}

/** One row per part that somebody decided; a part without a row is open. Dates are `YYYY-MM-DD` of the institution. */
export interface SystemPartRow {
  system_id: string
  part: string
  way: string
  source_id: string | null
  paper_on: string | null
  next_check_on: string | null
  reason: string | null
}

export interface AcceptanceRow {
  id: string
  system_id: string
  accepted_on: string
  who: string
  /** Which generation was restored for it. */
  generation_id: string
  result: string
  created_at: number
}

export interface DeviceRow {
  id: string
  kind: string
  name: string
  model: string
  location: string
  system_id: string | null
  stale_months: number
  created_at: number
  removed_at: number | null
}

/** One version; settings of devices hold passwords, so name and content are sealed under a key that a person opens. */
export interface DeviceRecordRow {
  id: string
  device_id: string
  at: number
  size: number
  sealed: Uint8Array
}

export interface SpareRow {
  id: string
  what: string
  stands_for: string
  location: string
  checked_on: string | null
  created_at: number
  removed_at: number | null
}

/** People, vendors, contacts, connections, supplies; `body` is JSON of text by field. */
export interface RegisterRow {
  id: string
  register: string
  body: string
  unverified: number
  checked_at: number | null
  checked_by: string | null
  created_at: number
  changed_at: number
  removed_at: number | null
}

export interface GovernanceTables {
  register_entry: RegisterRow
  device: DeviceRow
  device_record: DeviceRecordRow
  spare: SpareRow
  system: SystemRow
  system_part: SystemPartRow
  acceptance: AcceptanceRow
}

export const GOVERNANCE_MIGRATIONS: readonly Migration[] = [
  {
    id: 2026112870,
    name: 'governance: systems, their parts, acceptance',
    sql: [
      `CREATE TABLE system (
        id {text} PRIMARY KEY, kind {text} NOT NULL, name {text} NOT NULL, vendor {text} NOT NULL,
        responsible {text} NOT NULL, created_at BIGINT NOT NULL, removed_at BIGINT)`,
      `CREATE TABLE system_part (
        system_id {text} NOT NULL REFERENCES system (id), part {text} NOT NULL, way {text} NOT NULL,
        source_id {text}, paper_on {text}, next_check_on {text}, reason {text}, PRIMARY KEY (system_id, part))`,
      `CREATE TABLE acceptance (
        id {text} PRIMARY KEY, system_id {text} NOT NULL REFERENCES system (id), accepted_on {text} NOT NULL,
        who {text} NOT NULL, generation_id {text} NOT NULL, result {text} NOT NULL, created_at BIGINT NOT NULL)`,
    ],
  },
  {
    id: 2026112873,
    name: 'governance: devices, records of their settings, spare hardware',
    sql: [
      `CREATE TABLE device (
        id {text} PRIMARY KEY, kind {text} NOT NULL, name {text} NOT NULL, model {text} NOT NULL,
        location {text} NOT NULL, system_id {text}, stale_months BIGINT NOT NULL, created_at BIGINT NOT NULL,
        removed_at BIGINT)`,
      `CREATE TABLE device_record (
        id {text} PRIMARY KEY, device_id {text} NOT NULL REFERENCES device (id), at BIGINT NOT NULL,
        size BIGINT NOT NULL, sealed {blob} NOT NULL)`,
      'CREATE INDEX device_record_by_device ON device_record (device_id, at)',
      `CREATE TABLE spare (
        id {text} PRIMARY KEY, what {text} NOT NULL, stands_for {text} NOT NULL, location {text} NOT NULL,
        checked_on {text}, created_at BIGINT NOT NULL, removed_at BIGINT)`,
    ],
  },
  {
    id: 2026113100,
    name: 'governance: registers of people, vendors, contacts, connections, supplies',
    sql: [
      `CREATE TABLE register_entry (
        id {text} PRIMARY KEY, register {text} NOT NULL, body {text} NOT NULL, unverified BIGINT NOT NULL,
        checked_at BIGINT, checked_by {text}, created_at BIGINT NOT NULL, changed_at BIGINT NOT NULL,
        removed_at BIGINT)`,
    ],
  },
]
