/** Kysely over node:sqlite: one connection, WAL, every commit on the disk before it is acknowledged. */
import { readdir, rename, rm } from 'node:fs/promises'
import { existsSync, openSync, closeSync, fsyncSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { AppError, type Clock, type ErrorCode } from '#base'
import { Kysely, type SqliteDatabase, SqliteDialect } from 'kysely'
import { migrate } from './migrate.ts'
import type { Migration } from './migration.ts'
import type { Database } from './open.ts'

/** How long a statement waits for another process's write. */
const BUSY_TIMEOUT_MS = 5000
/** Copies from before migrations that are kept. */
const KEPT_COPIES = 3

export async function openSqlite(file: string, migrations: readonly Migration[], clock: Clock): Promise<Database> {
  const connection = classified(() => connect(file))
  const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database: adapt(connection) }) })
  try {
    const version = await migrate({
      db,
      migrations,
      clock,
      words: { blob: 'BLOB', text: 'TEXT' },
      beforeFirst: (migration) => copyBefore(connection, file, migration),
      // BEGIN IMMEDIATE (see adapt) already holds every other writer off.
      exclude: async () => {},
    })
    return {
      kind: 'sqlite',
      version,
      tables: <Tables>() => db as Kysely<Tables>,
      copyTo: (target) => copyDatabase(connection, target),
      close: () => db.destroy(),
    }
  } catch (error) {
    await db.destroy()
    throw error
  }
}

function connect(file: string): DatabaseSync {
  const connection = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS, enableForeignKeyConstraints: true })
  try {
    connection.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF')
    return connection
  } catch (error) {
    connection.close()
    throw error
  }
}

/** The four calls that Kysely makes of better-sqlite3, on node:sqlite. */
function adapt(connection: DatabaseSync): SqliteDatabase {
  return {
    close: () => connection.close(),
    prepare(text) {
      // A deferred transaction that reads first and writes later fails at once when another process wrote between.
      const statement = classified(() => connection.prepare(text === 'begin' ? 'begin immediate' : text))
      const bind = (parameters: readonly unknown[]) => parameters.map(toSqlite)
      return {
        reader: statement.columns().length > 0,
        all: (parameters) => classified(() => statement.all(...bind(parameters))),
        run(parameters) {
          // A full disk ends the transaction by itself (sqlite.org/lang_transaction.html); an error of the rollback would hide it.
          if (text === 'rollback' && !connection.isTransaction) return { changes: 0, lastInsertRowid: 0 }
          return classified(() => statement.run(...bind(parameters)))
        },
        iterate: (parameters) => statement.iterate(...bind(parameters)),
      }
    },
  }
}

function toSqlite(value: unknown): SQLInputValue {
  return typeof value === 'boolean' ? Number(value) : (value as SQLInputValue)
}

/** A consistent copy under its final name only when it is whole and on the disk. */
async function copyDatabase(connection: DatabaseSync, target: string): Promise<void> {
  const unfinished = `${target}.tmp`
  await rm(unfinished, { force: true })
  classified(() => connection.prepare('VACUUM INTO ?').run(unfinished))
  const descriptor = openSync(unfinished, 'r+')
  fsyncSync(descriptor)
  closeSync(descriptor)
  await rename(unfinished, target)
}

/** `<file>.before-<id>`: the way back if a new version disappoints. A copy that is there already is the older truth. */
async function copyBefore(connection: DatabaseSync, file: string, migration: Migration): Promise<void> {
  const target = `${file}.before-${migration.id}`
  if (!existsSync(target)) await copyDatabase(connection, target)
  const prefix = `${basename(file)}.before-`
  const copies = (await readdir(dirname(file))).filter((name) => name.startsWith(prefix) && /\d$/.test(name)).sort()
  for (const name of copies.slice(0, -KEPT_COPIES)) await rm(join(dirname(file), name), { force: true })
}

/** SQLite's primary result codes (sqlite.org/rescode.html) in our words. */
const CODES: Readonly<Record<number, ErrorCode>> = {
  3: 'DB_DENIED',
  5: 'DB_BUSY',
  6: 'DB_BUSY',
  8: 'DB_DENIED',
  10: 'DB_DAMAGED',
  11: 'DB_DAMAGED',
  13: 'STORAGE_FULL',
  14: 'DB_UNREACHABLE',
  19: 'DB_CONFLICT',
  26: 'DB_DAMAGED',
}

/** Runs a call on SQLite; what SQLite refuses comes as an AppError (STORAGE_FULL, DB_BUSY, …). */
export function classified<T>(work: () => T): T {
  try {
    return work()
  } catch (cause) {
    const number = cause instanceof Error && 'errcode' in cause ? Number(cause.errcode) & 0xff : 0
    const code = CODES[number]
    // SQLite's messages name tables and columns, never values.
    if (code)
      throw new AppError(code, {
        cause,
        detail: (cause as Error).message,
        retry: code === 'DB_BUSY' ? 'temporary' : 'permanent',
      })
    throw cause
  }
}
