import type { Migration } from '#db'

export interface DowntimeTables {
  /** Of releases that counted upwards: device numbers that were ever used here. */
  sheet_serial: { device: number; form: number; last: number }
  /** Blocks that the server began: by form, how many of each are used. */
  sheet_block: { device: number; form: number; first: number; used: number }
  /** Ranges that were given to emergency PCs. */
  sheet_range: {
    device: number
    first: number
    last: number
    station: string
    granted_at: number
    why: string
    /** Of the report that asked for it; a second asking is answered with the same. */
    asked: string
    /** What the PC said last: who counts there, its starts, the newest one's name, JSON of what is used by form. */
    instance: string | null
    starts: number
    nonce: string | null
    used: string
    reported_at: number | null
  }
  /** Counted by hand: what lies there differs from printed less used by so much. */
  sheet_count: { form: number; differs: number; at: number; counted_by: string }
  department_manual: { department: string; number: number; text: string; saved_at: number; saved_by: string }
}

export const DOWNTIME_MIGRATIONS: readonly Migration[] = [
  {
    id: 2026113260,
    name: 'downtime: serials of sheets',
    sql: [
      'CREATE TABLE sheet_serial (device BIGINT NOT NULL, form BIGINT NOT NULL, last BIGINT NOT NULL, PRIMARY KEY (device, form))',
    ],
  },
  {
    id: 2026113310,
    name: 'downtime: blocks of serials, ranges of emergency PCs, counts',
    sql: [
      `CREATE TABLE sheet_block (device BIGINT NOT NULL, form BIGINT NOT NULL, first BIGINT NOT NULL, used BIGINT NOT NULL,
        PRIMARY KEY (device, form, first))`,
      `CREATE TABLE sheet_range (device BIGINT NOT NULL, first BIGINT NOT NULL, last BIGINT NOT NULL, station {text} NOT NULL,
        granted_at BIGINT NOT NULL, why {text} NOT NULL, asked {text} NOT NULL, instance {text}, starts BIGINT NOT NULL,
        nonce {text}, used {text} NOT NULL, reported_at BIGINT, PRIMARY KEY (device, first))`,
      'CREATE TABLE sheet_count (form BIGINT PRIMARY KEY, differs BIGINT NOT NULL, at BIGINT NOT NULL, counted_by {text} NOT NULL)',
    ],
  },
  {
    id: 2026113311,
    name: 'downtime: manuals of departments',
    sql: [
      `CREATE TABLE department_manual (department {text} NOT NULL, number BIGINT NOT NULL, text {text} NOT NULL,
        saved_at BIGINT NOT NULL, saved_by {text} NOT NULL, PRIMARY KEY (department, number))`,
    ],
  },
]
