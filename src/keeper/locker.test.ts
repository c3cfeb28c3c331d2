import assert from 'node:assert/strict'
import {
  existsSync,
  fstatSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { createHash } from 'node:crypto'
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

/** A locker whose attribute is a set of inodes: the rules, not the file system. */
async function setUp(t: TestContext) {
  const root = mkdtempSync(join(tmpdir(), 'toride-locker-'))
  t.after(() => rmSync(root, { recursive: true, force: true }))
  const at = { wall: START, oscillator: 0 }
  let saved: ClockState | undefined
  const store = { load: () => saved, save: (state: ClockState) => void (saved = state) }
  const sources = { wall: () => at.wall, oscillator: () => at.oscillator, bootId: 'one' }
  const immutable = new Set<number>()
  const raced = { before: (): void => undefined }
  const attribute = {
    set(opened: number, on: boolean) {
      raced.before()
      if (on) immutable.add(fstatSync(opened).ino)
      else immutable.delete(fstatSync(opened).ino)
      return 'done' as const
    },
    isSet: (opened: number) => immutable.has(fstatSync(opened).ino),
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
    raced,
    folder: join(root, 'repositories', 'clinic', 'records'),
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
  immutable.add(statSync(file).ino)
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

const SECOND = { code: 'second-name' }

test('what has another name, or is no file, is not held: the attribute would go by the other one', async (t) => {
  const { locker, file, folder, immutable, raced } = await setUp(t)
  const other = join(folder, `data/ab/${NAME}`)
  linkSync(file, other)
  await assert.rejects(locker.hold(REF, [PATH], START + DAY), SECOND)
  assert.equal(immutable.size, 0)
  unlinkSync(other)
  assert.equal(await locker.hold(REF, [PATH], START + DAY), 'immutable-attribute', 'an upload whose end was cut, later')

  const late = join(folder, `index/${NAME}`)
  writeFileSync(late, 'bytes')
  for (const meanwhile of [() => linkSync(late, other), () => renameSync(late, other)]) {
    // Between the first look and the attribute: what is looked at while it is set counts.
    raced.before = () => {
      raced.before = () => undefined
      meanwhile()
    }
    await assert.rejects(locker.hold(REF, [`index/${NAME}`], START + DAY), SECOND)
    assert.ok(!immutable.has(statSync(other).ino), 'as it was')
    rmSync(other)
  }
  symlinkSync(file, other)
  mkdirSync(late)
  for (const path of [`data/ab/${NAME}`, `index/${NAME}`]) {
    await assert.rejects(locker.hold(REF, [path], START + DAY), SECOND)
    assert.deepEqual(await locker.letGo(REF, [path]), [])
  }
  assert.ok(existsSync(file))
})

test('the attribute of what is held goes by no other name that it had before', async (t) => {
  const { locker, file, folder, immutable, pass } = await setUp(t)
  const mine = 'bytes of my own'
  const name = createHash('sha256').update(mine).digest('hex')
  const path = `data/${name.slice(0, 2)}/${name}`
  const fresh = `data/${name.slice(0, 2)}/.upload-${'a'.repeat(36)}`
  const held = statSync(file).ino
  writeFileSync(join(folder, path), 'others')
  await locker.hold(REF, [path, PATH], START + DAY)
  // As an earlier version let it come: two names, and a promise for each.
  immutable.delete(statSync(join(folder, path)).ino)
  rmSync(join(folder, path))
  linkSync(file, join(folder, path))
  writeFileSync(join(folder, fresh), mine)
  await assert.rejects(locker.replace(REF, path, fresh), SECOND)
  pass(2 * DAY)
  await assert.rejects(locker.hold(REF, [PATH], START + 9 * DAY), SECOND)
  assert.deepEqual(await locker.letGo(REF, [path]), [])
  assert.ok(immutable.has(held))
  assert.ok(!existsSync(join(folder, 'retention/fresh', name)))

  rmSync(join(folder, path))
  writeFileSync(join(folder, path), 'others')
  assert.ok(await locker.replace(REF, path, fresh), 'what rotted has one name')
  assert.equal(readFileSync(join(folder, path), 'utf8'), mine)
  assert.ok(immutable.has(statSync(join(folder, path)).ino), 'held as before')
})
