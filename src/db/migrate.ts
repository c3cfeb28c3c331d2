/** Running migrations: one transaction each, together with the note that it ran. */
import { createHash } from 'node:crypto'
import type { Clock } from '#base'
import { type Kysely, sql } from 'kysely'
import { type AppliedMigration, type Migration, migrationChecksum, pendingMigrations } from './migration.ts'

interface MigrationTables {
  toride_migration: { id: number; name: string; checksum: string; applied_at_ms: number }
}

/** The words that are translated per database. */
interface SqlWords {
  readonly blob: string
  readonly text: string
}

export interface MigrateOptions {
  readonly db: Kysely<unknown>
  readonly migrations: readonly Migration[]
  readonly words: SqlWords
  readonly clock: Clock
  /** Called once before the first pending migration where something was applied before: lay a copy aside. */
  readonly beforeFirst: (migration: Migration) => Promise<void>
  /** Inside each migration's transaction, before it looks: keeps a second server from running the same one. */
  readonly exclude: (transaction: Kysely<unknown>) => Promise<void>
}

/** Brings the schema up to date; returns the id of the newest migration (0 where there are none). */
export async function migrate(options: MigrateOptions): Promise<number> {
  const db = options.db as Kysely<MigrationTables>
  await createTable(options)
  const applied = await readApplied(db)
  const pending = pendingMigrations(options.migrations, applied)
  if (pending[0] && applied.length > 0) await options.beforeFirst(pending[0])
  for (const migration of pending) await applyOne(db, migration, options)
  return options.migrations.at(-1)?.id ?? 0
}

async function createTable({ db, words, exclude }: MigrateOptions): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    await exclude(transaction)
    await sql
      .raw(
        translate(
          'CREATE TABLE IF NOT EXISTS toride_migration (id BIGINT PRIMARY KEY, name {text} NOT NULL, checksum {text} NOT NULL, applied_at_ms BIGINT NOT NULL)',
          words,
        ),
      )
      .execute(transaction)
  })
}

function readApplied(db: Kysely<MigrationTables>): Promise<AppliedMigration[]> {
  return db.selectFrom('toride_migration').select(['id', 'checksum']).orderBy('id').execute()
}

async function applyOne(db: Kysely<MigrationTables>, migration: Migration, options: MigrateOptions): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    await options.exclude(transaction as unknown as Kysely<unknown>)
    // Another server may have run it while this one waited for its turn.
    const [still] = pendingMigrations(options.migrations, await readApplied(transaction))
    if (still?.id !== migration.id) return
    for (const statement of migration.sql) await sql.raw(translate(statement, options.words)).execute(transaction)
    await transaction
      .insertInto('toride_migration')
      .values({
        id: migration.id,
        name: migration.name,
        checksum: migrationChecksum(migration),
        applied_at_ms: options.clock.now(),
      })
      .execute()
  })
}

const translate = (statement: string, words: SqlWords): string =>
  statement.replace(/\{(blob|text)\}/g, (_, word: 'blob' | 'text') => words[word])

/** A number for PostgreSQL's advisory lock, the same in every Toride. */
export const MIGRATION_LOCK = createHash('sha256').update('toride migrations').digest().readInt32BE(0)
