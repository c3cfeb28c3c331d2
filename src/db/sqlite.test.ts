import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { manualClock } from '#base'
import { databaseConformance, FIRST, SECOND } from './conformance.suite.ts'
import { openDatabase, sql } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'db-'))
after(() => rmSync(folder, { recursive: true }))
const clock = manualClock(0)
let count = 0
const freshFile = () => {
  const own = mkdtempSync(join(folder, 'x-'))
  return join(own, `${count++}.db`)
}

databaseConformance('sqlite', async () => ({ kind: 'sqlite', file: freshFile() }))

test('sqlite: durable at every commit, foreign keys checked', async () => {
  const db = await openDatabase({ kind: 'sqlite', file: freshFile() }, [], clock)
  const pragma = async (name: string) =>
    Object.values((await sql.raw<object>(`PRAGMA ${name}`).execute(db.tables())).rows[0]!)[0]
  assert.equal(await pragma('journal_mode'), 'wal')
  assert.equal(await pragma('synchronous'), 2)
  assert.equal(await pragma('foreign_keys'), 1)
  assert.equal(await pragma('busy_timeout'), 5000)
  await db.close()
})

test('sqlite: before a change of schema a copy of the old state is laid aside, the newest three are kept', async () => {
  const file = freshFile()
  const more = [3, 4, 5, 6].map((n) => ({ id: 2026112200 + n, name: `m${n}`, sql: [`CREATE TABLE t${n} (id BIGINT)`] }))
  for (let n = 0; n <= more.length; n++) {
    const db = await openDatabase({ kind: 'sqlite', file }, [[FIRST, SECOND, ...more.slice(0, n)]], clock)
    await db.close()
  }
  const copies = readdirSync(join(file, '..')).filter((name) => name.includes('.before-'))
  assert.deepEqual(copies.map((name) => name.split('.before-')[1]).sort(), ['2026112204', '2026112205', '2026112206'])
  const copy = new DatabaseSync(`${file}.before-2026112206`)
  assert.equal(copy.prepare('SELECT max(id) AS id FROM toride_migration').get()!['id'], 2026112205)
  copy.close()
})

test('sqlite: a copy is whole while the state is in use', async () => {
  const file = freshFile()
  const db = await openDatabase({ kind: 'sqlite', file }, [[FIRST, SECOND]], clock)
  await db.copyTo(`${file}.copy`)
  await db.copyTo(`${file}.copy`)
  const copy = new DatabaseSync(`${file}.copy`)
  assert.equal(copy.prepare('SELECT name FROM thing').get()!['name'], 'by migration')
  copy.close()
  await db.close()
})

test('sqlite: what is no database, cannot be opened or written is said so and left as it was', async () => {
  const foreign = freshFile()
  writeFileSync(foreign, 'not a database, but long enough to be taken for one '.repeat(40))
  await assert.rejects(openDatabase({ kind: 'sqlite', file: foreign }, [[FIRST]], clock), { code: 'DB_DAMAGED' })
  await assert.rejects(openDatabase({ kind: 'sqlite', file: join(folder, 'no', 'such', 'folder.db') }, [], clock), {
    code: 'DB_UNREACHABLE',
  })
})

test('sqlite: a state held by another writer is DB_BUSY', async () => {
  const file = freshFile()
  const db = await openDatabase({ kind: 'sqlite', file }, [[FIRST]], clock)
  const other = new DatabaseSync(file)
  other.exec('BEGIN IMMEDIATE')
  await sql.raw('PRAGMA busy_timeout = 10').execute(db.tables())
  await assert.rejects(sql.raw("INSERT INTO thing (id, name) VALUES (3, 'x')").execute(db.tables()), {
    code: 'DB_BUSY',
    retry: 'temporary',
  })
  other.close()
  await db.close()
})

test('sqlite: a transaction that only read so far already holds other writers off', async () => {
  const file = freshFile()
  const db = await openDatabase({ kind: 'sqlite', file }, [[FIRST]], clock)
  const other = new DatabaseSync(file)
  await db
    .tables()
    .transaction()
    .execute(async (transaction) => {
      await sql`select * from thing`.execute(transaction)
      assert.throws(() => other.exec("INSERT INTO thing (id, name) VALUES (1, 'between')"), /locked/)
      await sql.raw("INSERT INTO thing (id, name) VALUES (1, 'mine')").execute(transaction)
    })
  other.close()
  await db.close()
})
