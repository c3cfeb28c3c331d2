/**
 * Opens Toride's state database: SQLite in the data folder, or PostgreSQL where several servers share the state. Both
 * run the same Kysely queries and pass `conformance.suite.ts`.
 */
import type { Clock } from '#base'
import type { Kysely } from 'kysely'
import { mergeMigrations, type Migration } from './migration.ts'
import { openSqlite } from './sqlite.ts'

export type DatabaseConfig =
  /** `file`: absolute path of the database file; its folder exists. Opened by one process at a time. */
  | { readonly kind: 'sqlite'; readonly file: string }
  /** `url`: `postgres://user:password@host:port/name`. */
  | { readonly kind: 'postgres'; readonly url: string }

export interface Database {
  readonly kind: DatabaseConfig['kind']
  /** The id of the newest migration applied. */
  readonly version: number
  /**
   * The query builder over the tables a room knows. The type is the room's promise: its migrations made these tables.
   * BIGINT columns come as number on both databases; blobs as Uint8Array.
   */
  tables<Tables>(): Kysely<Tables>
  /** A consistent copy of the whole state as one SQLite file (only `kind: 'sqlite'`); how the state becomes a source. */
  copyTo(file: string): Promise<void>
  close(): Promise<void>
}

/**
 * Opens and brings the schema up to date. Before the first pending migration of an existing SQLite file a copy is laid
 * beside it (`<file>.before-<id>`); each migration and the note that it ran are one transaction, so a kill at any point
 * leaves a database that the next start continues.
 *
 * Errors: DB_NEWER, DB_MIGRATION_MISMATCH, DB_DAMAGED, DB_BUSY, DB_UNREACHABLE, DB_DENIED, STORAGE_FULL.
 */
export async function openDatabase(
  config: DatabaseConfig,
  migrations: readonly (readonly Migration[])[],
  clock: Clock,
): Promise<Database> {
  const merged = mergeMigrations(migrations)
  if (config.kind === 'sqlite') return openSqlite(config.file, merged, clock)
  // Loaded where it is asked for: most machines have no such server, and an emergency PC none of its driver.
  const { openPostgres } = await import('./postgres.ts')
  return openPostgres(config.url, merged, clock)
}
