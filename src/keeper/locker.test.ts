import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { LONGEST_HOLD_MS, openLocker } from './locker.ts'
import { type ClockState, DRIFT_BUDGET_MS, TrustedClock } from './trusted-clock.ts'

const DAY = 86_400_000
const START = Date.parse('2026-11-28T00:00:00Z')
const REF = { client: 'clinic', repository: 'records' }
const NAME = 'ab'.repeat(32)
const PATH = `snapshots/${NAME}`

/** A locker whose attribute is a set of paths: the rules, not the file system. */
async function setUp(t: TestContext) {
  const root = mkdtempSync(join(tmpdir(), 'toride-locker-'))
  t.after(() => rmSync(root, { recursive: true, force: true }))
  const at = { wall: START, oscillator: 0 }
  let saved: ClockState | undefined
  const store = { load: () => saved, save: (state: ClockState) => void (saved = state) }
  const sources = { wall: () => at.wall, oscillator: () => at.oscillator, bootId: 'one' }
  const immutable = new Set<string>()
  const attribute = {
    set(path: string, on: boolean) {
      if (on) immutable.add(path)
      else immutable.delete(path)
      return 'done' as const
    },
    isSet: (path: string) => immutable.has(path),
  }
  mkdirSync(join(root, 'locker'))
  const clock = new TrustedClock(sources, store, () => undefined)
  const open = () => openLocker({ root, clock, attribute, wall: () => at.wall })
  const locker = open()
  await locker.makeRepository(REF)
  const file = join(root, 'repositories', 'clinic', 'records', PATH)
  writeFileSync(file, 'bytes')
  return {
    locker,
    open,
    at,
    file,
    immutable,
    pass: (ms: number) => {
      at.wall += ms
      at.oscillator += ms
    },
  }
}

test('what is held does not go before its end, whoever asks, also after a restart', async (t) => {
  const { locker, open, file, pass } = await setUp(t)
  assert.equal(await locker.hold(REF, [PATH], START + 10 * DAY), 'immutable-attribute')
  assert.deepEqual(await locker.letGo(REF, [PATH]), [])
  await locker.hold(REF, [PATH], START + DAY)
  pass(9 * DAY)
  assert.deepEqual(await open().letGo(REF, [PATH]), [], 'a later, shorter wish shortens nothing')
  assert.ok(existsSync(file))
  pass(DAY + 1)
  assert.deepEqual(await open().letGo(REF, [PATH]), [PATH])
  assert.ok(!existsSync(file))
})

test('frozen time lets nothing go', async (t) => {
  const { locker, at, pass, file } = await setUp(t)
  await locker.hold(REF, [PATH], START + DAY)
  pass(2 * DAY)
  at.wall += DRIFT_BUDGET_MS + 1000
  assert.deepEqual(await locker.letGo(REF, [PATH]), [])
  assert.ok(existsSync(file))
})

test('a file that somebody else made immutable stays', async (t) => {
  const { locker, immutable, file, pass } = await setUp(t)
  immutable.add(file)
  pass(1000 * DAY)
  assert.deepEqual(await locker.letGo(REF, [PATH]), [])
  assert.ok(existsSync(file))
})

test('no wish holds for ever, and none reaches outside', async (t) => {
  const { locker, pass } = await setUp(t)
  await locker.hold(REF, [PATH], Number.MAX_SAFE_INTEGER)
  pass(LONGEST_HOLD_MS + DAY)
  assert.deepEqual(await locker.letGo(REF, [PATH]), [PATH])
  for (const path of ['../x', '/etc/passwd', 'data/ab/../../x', `locks/${NAME}`, 'expiry.json', `${PATH}/x`]) {
    await assert.rejects(locker.hold(REF, [path], START), path)
    await assert.rejects(locker.letGo(REF, [path]), path)
  }
  await assert.rejects(locker.hold({ client: '..', repository: 'x' }, [PATH], START))
  await assert.rejects(locker.hold(REF, [`data/ab/${NAME}`], START + DAY), 'what is not there is promised to nobody')
})
