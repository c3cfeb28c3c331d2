import assert from 'node:assert/strict'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { manualClock } from '#base'
import { openDatabase } from '#db'
import { DOWNTIME_MIGRATIONS, type DowntimeTables, Ranges, readSheetCode, Serials, sheetCode, Stock } from './index.ts'

function house(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'toride-serials-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const open = async (name = 'state.db') => {
    const database = await openDatabase(
      { kind: 'sqlite', file: join(folder, name) },
      [DOWNTIME_MIGRATIONS],
      manualClock(0),
    )
    t.after(() => database.close())
    return database.tables<DowntimeTables>()
  }
  return { folder, open, file: join(folder, 'paper-device.json') }
}

const codes = async (serials: Serials, form: number, count: number) => (await serials.allot(form, count)).map(sheetCode)

test('numbers are used once: two clicks, a restart, and a state that was put back to yesterday', async (t) => {
  const { file, open } = house(t)
  const tables = await open()
  const start = (mark = 417) => new Serials(tables, file, mark, manualClock(0))
  const serials = start()
  const both = await Promise.all([codes(serials, 2, 3), codes(serials, 2, 120)])
  const all = [...both.flat(), ...(await codes(start(999), 2, 1))]
  assert.equal(new Set(all).size, 124)
  assert.ok(all.every((code) => readSheetCode(code, { mark: 417, form: 2 }).kind === 'sheet'))
  assert.equal((await serials.used()).get(2), 124)
  // Yesterday's state came back, the file of the device did not: what was printed since is never given again.
  rmSync(file)
  await tables.deleteFrom('sheet_block').where('used', '>', 3).execute()
  const after = await codes(start(), 2, 200)
  assert.ok(after.every((one) => !all.includes(one)))
  assert.throws(() => serials.allot(2, 201))
})

test('a whole disk that was put back goes on elsewhere, at a start and while it runs', async (t) => {
  const { folder, file, open } = house(t)
  const tables = await open()
  const clock = manualClock(0)
  let machineMs = 0
  const serials = new Serials(tables, file, 417, clock, () => machineMs)
  const before = await codes(serials, 3, 10)
  await tables.selectFrom('sheet_block').selectAll().execute()
  copyFileSync(join(folder, 'state.db'), join(folder, 'snapshot.db'))
  const since = await codes(serials, 3, 20)
  const old = await open('snapshot.db')
  const restored = await codes(new Serials(old, file, 417, manualClock(0)), 3, 20)
  assert.ok(restored.every((one) => !before.includes(one) && !since.includes(one)))
  // Memory came back with the disk: the wall's clock was put right, the machine's own was not.
  const [block] = since.slice(-1)
  machineMs += 1000
  clock.advance(3_600_000)
  const [later] = await codes(serials, 3, 1)
  assert.notEqual(blockOf(later!), blockOf(block!))
})

const blockOf = (code: string): number => {
  const read = readSheetCode(code, { mark: 417 })
  return read.kind === 'sheet' ? Math.floor((read.sheet.number - 1) / 50) : -1
}

const hex = (digit: string) => digit.repeat(32)

test('emergency PCs get ranges that never meet; one that was put back, and a copy of one, get another', async (t) => {
  const { open } = house(t)
  const ranges = new Ranges(await open(), manualClock(1000))
  const first = await ranges.forFile('aaaa')
  assert.deepEqual(await ranges.forFile('aaaa'), first, 'a file that is saved twice')
  const other = await ranges.forFile('bbbb')
  assert.ok(first.device > 60 && (other.device !== first.device || other.first !== first.first))
  const range = { device: first.device, first: first.first, last: first.last }
  const said = { range, instance: hex('1'), starts: 3, nonce: hex('a'), used: { '2': 40, '0': 4 }, blocksLeft: 90 }
  assert.equal((await ranges.report('aaaa', said)).why, 'same')
  assert.equal((await ranges.report('aaaa', said)).why, 'same', 'told twice')
  const ask = async (change: object) => (await ranges.report('aaaa', { ...said, nonce: hex('b'), ...change })).why
  assert.equal(await ask({ starts: 2 }), 'put-back')
  assert.equal(await ask({ starts: 4, used: { '2': 39, '0': 4 } }), 'put-back')
  assert.equal(await ask({ starts: 4, used: { '2': 90 } }), 'put-back', 'a form is gone')
  assert.equal(await ask({}), 'put-back', 'two that started as often')
  assert.equal(await ask({ instance: hex('2'), starts: 9 }), 'put-back')
  assert.equal((await ranges.report('bbbb', said)).why, 'put-back', 'another PC with this range')
  const one = await ranges.report('aaaa', { ...said, starts: 1, nonce: hex('c') })
  const two = await ranges.report('aaaa', { ...said, starts: 1, nonce: hex('c') })
  assert.deepEqual(
    [one.range.device, one.range.first],
    [two.range.device, two.range.first],
    'an answer that was lost makes no second range',
  )
  assert.equal((await ranges.report('aaaa', { ...said, starts: 4, nonce: hex('d'), blocksLeft: 3 })).why, 'few-left')
  const all = await ranges.list()
  assert.equal(new Set(all.map(({ device, first: from }) => `${device}/${from}`)).size, all.length)
  assert.equal(all.find((row) => row.device === first.device && row.first === first.first)!.used.get(2), 40)
})

test('a range that the server forgot when it was put back stays with its PC', async (t) => {
  const { open } = house(t)
  const ranges = new Ranges(await open(), manualClock(0))
  const said = {
    range: { device: 77, first: 5001, last: 10_000 },
    instance: hex('1'),
    starts: 1,
    nonce: hex('a'),
    used: {},
    blocksLeft: 99,
  }
  assert.equal((await ranges.report('aaaa', said)).why, 'same')
  assert.equal((await ranges.report('bbbb', said)).why, 'put-back')
})

test('what lies there is printed less used, until somebody counts', async (t) => {
  const { open } = house(t)
  const stock = new Stock(await open(), manualClock(5))
  const printed = new Map([[2, 40]])
  assert.equal((await stock.list(printed, new Map([[2, 15]])))[0]!.left, 25)
  await stock.count(2, 20, 25, '見本')
  const [after] = await stock.list(new Map([[2, 60]]), new Map([[2, 16]]))
  assert.deepEqual([after!.left, after!.counted], [39, { at: 5, by: '見本' }])
})
