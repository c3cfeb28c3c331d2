/** What every database must do for the rooms above; run on SQLite beside the source and on PostgreSQL in test/db. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { manualClock } from '#base'
import { type Database, type DatabaseConfig, type Migration, openDatabase, sql } from './index.ts'

interface Tables {
  thing: { id: number; name: string; body: Uint8Array | null; flag: number }
  part: { thing_id: number; word: string }
}

export const FIRST: Migration = {
  id: 2026112201,
  name: 'test: things',
  sql: [
    'CREATE TABLE thing (id BIGINT PRIMARY KEY, name {text} NOT NULL UNIQUE, body {blob}, flag BIGINT NOT NULL DEFAULT 0)',
    'CREATE TABLE part (thing_id BIGINT NOT NULL REFERENCES thing (id), word {text} NOT NULL)',
  ],
}
export const SECOND: Migration = {
  id: 2026112202,
  name: 'test: index',
  sql: ['CREATE INDEX thing_flag ON thing (flag)', "INSERT INTO thing (id, name) VALUES (1, 'by migration')"],
}

const clock = manualClock(Date.UTC(2026, 10, 22))

/** `fresh`: gives an empty database each time. */
export function databaseConformance(name: string, fresh: () => Promise<DatabaseConfig>): void {
  const withDatabase = async (work: (db: Database, config: DatabaseConfig) => Promise<void>) => {
    const config = await fresh()
    const db = await openDatabase(config, [[FIRST, SECOND]], clock)
    try {
      await work(db, config)
    } finally {
      await db.close()
    }
  }

  test(`${name}: numbers to 2^53, bytes and null come back as they went`, () =>
    withDatabase(async (db) => {
      const row = { id: 2 ** 53 - 1, name: '𠮷野 ｶﾅ', body: Uint8Array.of(0, 255, 7), flag: 1 }
      await db.tables<Tables>().insertInto('thing').values(row).execute()
      const found = await db
        .tables<Tables>()
        .selectFrom('thing')
        .selectAll()
        .where('id', '=', row.id)
        .executeTakeFirstOrThrow()
      assert.deepEqual({ ...found, body: [...found.body!] }, { ...row, body: [0, 255, 7] })
      const count = await db
        .tables<Tables>()
        .selectFrom('thing')
        .select((e) => e.fn.countAll<number>().as('n'))
        .executeTakeFirstOrThrow()
      assert.equal(count.n, 2)
    }))

  test(`${name}: text sorts by bytes`, () =>
    withDatabase(async (db) => {
      const names = ['b', 'B', 'a', 'あ', 'ア', '_']
      await db
        .tables<Tables>()
        .insertInto('thing')
        .values(names.map((name, i) => ({ id: 10 + i, name, body: null, flag: 9 })))
        .execute()
      const found = await db
        .tables<Tables>()
        .selectFrom('thing')
        .select('name')
        .where('flag', '=', 9)
        .orderBy('name')
        .execute()
      assert.deepEqual(
        found.map((row) => row.name),
        [...names].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
      )
    }))

  test(`${name}: a second of the same and a part without its whole are DB_CONFLICT`, () =>
    withDatabase(async (db) => {
      const insert = (id: number) =>
        db.tables<Tables>().insertInto('thing').values({ id, name: 'twin', body: null, flag: 0 }).execute()
      await insert(5)
      await assert.rejects(insert(6), { code: 'DB_CONFLICT' })
      await assert.rejects(db.tables<Tables>().insertInto('part').values({ thing_id: 99, word: 'x' }).execute(), {
        code: 'DB_CONFLICT',
      })
    }))

  test(`${name}: a transaction that fails leaves nothing; transactions at once do not mix`, () =>
    withDatabase(async (db) => {
      const tables = db.tables<Tables>()
      await assert.rejects(
        tables.transaction().execute(async (transaction) => {
          await transaction.insertInto('thing').values({ id: 7, name: 'gone', body: null, flag: 0 }).execute()
          throw new Error('changed my mind')
        }),
        /changed my mind/,
      )
      assert.equal((await tables.selectFrom('thing').selectAll().where('id', '=', 7).execute()).length, 0)
      await Promise.all(
        Array.from({ length: 20 }, (_, i) =>
          tables.transaction().execute(async (transaction) => {
            await sql`update thing set flag = flag + 1 where id = 1`.execute(transaction)
            await transaction
              .insertInto('part')
              .values({ thing_id: 1, word: String(i) })
              .execute()
          }),
        ),
      )
      const thing = await tables.selectFrom('thing').select('flag').where('id', '=', 1).executeTakeFirstOrThrow()
      assert.equal(thing.flag, 20)
    }))

  test(`${name}: opened again nothing runs twice; a newer state, an edited and a late migration are refused`, async () => {
    const config = await fresh()
    const open = async (...lists: (readonly Migration[])[]) => {
      const db = await openDatabase(config, lists, clock)
      await db.close()
      return db.version
    }
    assert.equal(await open([FIRST]), FIRST.id)
    assert.equal(await open([SECOND], [FIRST]), SECOND.id)
    assert.equal(await open([FIRST, SECOND]), SECOND.id)
    await assert.rejects(open([FIRST]), { code: 'DB_NEWER' })
    await assert.rejects(open([FIRST, { ...SECOND, sql: ['CREATE INDEX other ON thing (flag)'] }]), {
      code: 'DB_MIGRATION_MISMATCH',
    })
    await assert.rejects(open([FIRST, SECOND, { id: 2026112200, name: 'late', sql: [] }]), {
      code: 'DB_MIGRATION_MISMATCH',
    })
    await assert.rejects(open([FIRST], [FIRST]), { code: 'BASE_BUG' })
    assert.equal(await open([FIRST, SECOND]), SECOND.id)
  })

  test(`${name}: a migration that fails in the middle leaves nothing of itself`, async () => {
    const config = await fresh()
    const broken = { id: 2026112203, name: 'broken', sql: ['CREATE TABLE half (id BIGINT)', 'CREATE NONSENSE'] }
    await assert.rejects(openDatabase(config, [[FIRST, SECOND, broken]], clock))
    const db = await openDatabase(config, [[FIRST, SECOND]], clock)
    await assert.rejects(sql`select * from half`.execute(db.tables()))
    assert.equal((await db.tables<Tables>().selectFrom('thing').selectAll().execute()).length, 1)
    await db.close()
  })
}
