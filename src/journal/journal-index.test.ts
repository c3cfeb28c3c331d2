import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { manualClock } from '#base'
import { openDatabase, sql } from '#db'
import { verifierKeyText } from '#tlog'
import { JOURNAL_MIGRATIONS, newEntry, openJournalIndex, openLedgerReader } from './index.ts'
import { memoryFiles } from './memory-files.fixture.ts'
import { createWriter } from './writer.ts'

async function setUp(t: TestContext, count: number) {
  const folder = mkdtempSync(join(tmpdir(), 'index-'))
  const clock = manualClock(1_000_000)
  const database = await openDatabase({ kind: 'sqlite', file: join(folder, 'state.db') }, [JOURNAL_MIGRATIONS], clock)
  t.after(async () => {
    await database.close()
    rmSync(folder, { recursive: true })
  })
  const files = memoryFiles()
  const keys = { load: () => undefined, save: () => {} }
  const writer = await createWriter(files, { keys, clock, origin: 'a' })
  const append = async (n: number) => {
    clock.advance(1000)
    const actor = n % 2 ? 'person:odd' : 'person:even'
    return n % 3
      ? writer.append(
          newEntry('sign-in.failed', { actor, subject: `login:${n % 5}`, data: { address: '::1', why: 'password' } }),
        )
      : writer.append(newEntry('service.started', { actor, data: { version: String(n), host: 'h' } }))
  }
  for (let n = 1; n <= count; n++) await append(n)
  const reader = () => openLedgerReader(files, writer.signer)
  return { database, index: openJournalIndex(database), reader, append, files, writer }
}

test('by type, actor, subject and time, in pages, newest first', async (t) => {
  const { index, reader, append } = await setUp(t, 40)
  assert.equal(await index.lastSeen(), undefined)
  assert.equal(await index.catchUp(await reader()), 41)
  const { checkpoint } = await reader()
  assert.deepEqual({ ...(await index.lastSeen()), origin: 'a' }, { ...checkpoint, root: Buffer.from(checkpoint.root) })
  const seen: number[] = []
  let before: number | undefined
  do {
    const page = await index.query({
      types: ['sign-in.failed'],
      actor: 'person:odd',
      limit: 4,
      ...(before === undefined ? {} : { before }),
    })
    seen.push(...page.entries.map((row) => row.index))
    before = page.next
  } while (before !== undefined)
  assert.deepEqual(
    seen,
    Array.from({ length: 40 }, (_, i) => 40 - i).filter((n) => n % 2 && n % 3),
  )
  const inTime = await index.query({ fromMs: 1_005_000, untilMs: 1_008_000 })
  assert.deepEqual(
    inTime.entries.map((row) => row.index),
    [7, 6, 5],
  )
  assert.equal((await index.latest('service.started'))?.data['version'], '39')
  assert.equal((await index.latest('sign-in.failed', 'login:0'))?.atMs, 1_040_000)
  assert.equal(await index.latest('chart.opened'), undefined)
  await append(41)
  await index.catchUp(await reader())
  assert.equal((await index.query({ limit: 1 })).entries[0]?.index, 41)
})

test('thrown away or lying, it is made again from the log', async (t) => {
  const { database, index, reader } = await setUp(t, 1100)
  await index.catchUp(await reader())
  const all = async () => (await index.query({ limit: 500 })).entries
  const before = await all()
  await sql`delete from journal_entry where idx > 900`.execute(database.tables())
  await index.rebuild(await reader())
  assert.deepEqual(await all(), before)
  // A crash after rows and before the position: the rows are taken in once.
  await sql`update journal_position set size = 0, root = 'x'`.execute(database.tables())
  await index.catchUp(await reader())
  const count = await sql<{ n: number }>`select count(*) as n from journal_entry`.execute(database.tables())
  assert.equal(count.rows[0]!.n, 1101)
})

test('another log under the same table starts it over', async (t) => {
  const one = await setUp(t, 10)
  await one.index.catchUp(await one.reader())
  const two = await setUp(t, 12)
  await one.index.catchUp(await two.reader())
  const rows = (await one.index.query({ limit: 500 })).entries
  assert.equal(rows.length, 13)
  assert.equal(rows.at(-1)?.entry.data['verifierKey'], verifierKeyText(two.writer.signer))
  const three = await setUp(t, 3)
  await one.index.catchUp(await three.reader())
  assert.equal((await one.index.query({ limit: 500 })).entries.length, 4)
})
