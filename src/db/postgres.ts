/** Kysely over pg, for installations where several servers share the state. */
import { AppError, type Clock, type ErrorCode } from '#base'
import { Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient, sql } from 'kysely'
import { Pool, types } from 'pg'
import { migrate, MIGRATION_LOCK } from './migrate.ts'
import type { Migration } from './migration.ts'
import type { Database } from './open.ts'

/** Text that sorts by bytes whatever the server's locale, as SQLite's does. */
const BYTEWISE_TEXT = 'TEXT COLLATE "C"'

export async function openPostgres(url: string, migrations: readonly Migration[], clock: Clock): Promise<Database> {
  const pool = new Pool({
    connectionString: url,
    max: 8,
    connectionTimeoutMillis: 10_000,
    types: {
      getTypeParser: (oid, format) => (oid === types.builtins.INT8 ? parseInt8 : types.getTypeParser(oid, format)),
    },
  })
  // An idle connection that the server ends is no news: the next query makes its own and reports what it meets.
  pool.on('error', () => {})
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: classifiedPool(pool) }) })
  try {
    const version = await migrate({
      db,
      migrations,
      clock,
      words: { blob: 'BYTEA', text: BYTEWISE_TEXT },
      // A server's own dump is its administrator's; the manual says so.
      beforeFirst: async () => {},
      exclude: async (transaction) =>
        void (await sql`select pg_advisory_xact_lock(${MIGRATION_LOCK})`.execute(transaction)),
    })
    return {
      kind: 'postgres',
      version,
      tables: <Tables>() => db as Kysely<Tables>,
      copyTo: async () => {
        throw new AppError('BASE_BUG', { detail: 'a PostgreSQL state is copied with pg_dump' })
      },
      close: () => db.destroy(),
    }
  } catch (error) {
    await db.destroy()
    throw error
  }
}

/** BIGINT comes as text from pg; our numbers are instants, counts and ids below 2^53. */
function parseInt8(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new AppError('BASE_BUG', { detail: 'BIGINT above 2^53' })
  return value
}

function classifiedPool(pool: Pool): PostgresPool {
  return {
    options: pool.options,
    end: () => pool.end(),
    async connect() {
      const client = await classified(() => pool.connect())
      const query = (text: unknown, values?: unknown) =>
        classified(() => client.query(text as string, values as unknown[]))
      return { query, release: (discard?: boolean) => client.release(discard) } as unknown as PostgresPoolClient
    },
  }
}

/** SQLSTATE classes (PostgreSQL appendix A) and socket errors in our words. */
function codeFor(state: string): ErrorCode | undefined {
  if (state.startsWith('23')) return 'DB_CONFLICT'
  if (state.startsWith('28') || state === '42501' || state === '25006') return 'DB_DENIED'
  if (state === '53100') return 'STORAGE_FULL'
  if (state.startsWith('40') || state.startsWith('55')) return 'DB_BUSY'
  if (
    state.startsWith('08') ||
    state === '3D000' ||
    state.startsWith('53') ||
    state.startsWith('57') ||
    /^E[A-Z]+$/.test(state)
  )
    return 'DB_UNREACHABLE'
  if (state.startsWith('XX') || state === '58030') return 'DB_DAMAGED'
  return undefined
}

async function classified<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    const state = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
    const unreachable = cause instanceof Error && /timeout|terminated|ended/i.test(cause.message) && state === ''
    const code = unreachable ? 'DB_UNREACHABLE' : codeFor(state)
    if (!code) throw cause
    const temporary = code === 'DB_BUSY' || code === 'DB_UNREACHABLE'
    // Only the state: pg puts the offending values into `detail` and sometimes into the message.
    throw new AppError(code, { cause, detail: `SQLSTATE ${state}`, retry: temporary ? 'temporary' : 'permanent' })
  }
}
