import type { Migration } from '#db'

export interface DowntimeTables {
  /** Device numbers that were ever used here, each with the last running number of a form. */
  sheet_serial: { device: number; form: number; last: number }
}

export const DOWNTIME_MIGRATIONS: readonly Migration[] = [
  {
    id: 2026113260,
    name: 'downtime: serials of sheets',
    sql: [
      'CREATE TABLE sheet_serial (device BIGINT NOT NULL, form BIGINT NOT NULL, last BIGINT NOT NULL, PRIMARY KEY (device, form))',
    ],
  },
]
