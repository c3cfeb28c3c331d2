/**
 * Numbered migrations. Each room hands in its own list; the lists are merged and sorted by id, ids are unique over the
 * whole product and only grow (`yyyymmddNN`). The SQL is portable text; two words are translated per database:
 * `{blob}` (BLOB / BYTEA) and `{text}` (TEXT compared byte by byte, so both databases sort alike).
 * Whole numbers are BIGINT, truth values BIGINT 0/1, instants BIGINT epoch milliseconds.
 */
import { createHash } from 'node:crypto'
import { AppError } from '#base'

export interface Migration {
  /** `yyyymmddNN`: date of writing and a running number. Unique over all rooms. */
  readonly id: number
  /** `room: what it does`, for people reading the list. */
  readonly name: string
  /** Statements in order. Never edited once released: the checksum of an applied migration is compared at each start. */
  readonly sql: readonly string[]
}

export interface AppliedMigration {
  readonly id: number
  readonly checksum: string
}

/** SHA-256 (hex) over the portable statements: the same on both databases. */
export function migrationChecksum(migration: Migration): string {
  return createHash('sha256').update(migration.sql.join('\u0000')).digest('hex')
}

/** All rooms' migrations in the order they run. Throws BASE_BUG where two share an id. */
export function mergeMigrations(lists: readonly (readonly Migration[])[]): Migration[] {
  const merged = lists.flat().sort((a, b) => a.id - b.id)
  const twin = merged.find((migration, i) => migration.id === merged[i + 1]?.id)
  if (twin) throw new AppError('BASE_BUG', { detail: `two migrations have the id ${twin.id}` })
  return merged
}

/**
 * What is left to run, given what the database says was run.
 * Throws DB_NEWER where it knows a migration this program does not, DB_MIGRATION_MISMATCH where an applied one was
 * different or where a pending one lies before an applied one (the order would differ between installations).
 */
export function pendingMigrations(known: readonly Migration[], applied: readonly AppliedMigration[]): Migration[] {
  const byId = new Map(known.map((migration) => [migration.id, migration]))
  for (const { id, checksum } of applied) {
    const migration = byId.get(id)
    if (!migration) throw new AppError('DB_NEWER', { context: { migration: id } })
    if (migrationChecksum(migration) !== checksum)
      throw new AppError('DB_MIGRATION_MISMATCH', {
        detail: 'changed after it was applied',
        context: { migration: id },
      })
  }
  const lastApplied = Math.max(0, ...applied.map((row) => row.id))
  const done = new Set(applied.map((row) => row.id))
  const pending = known.filter((migration) => !done.has(migration.id))
  const late = pending.find((migration) => migration.id < lastApplied)
  if (late)
    throw new AppError('DB_MIGRATION_MISMATCH', {
      detail: `older than ${lastApplied}, which is applied`,
      context: { migration: late.id },
    })
  return pending
}
