import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { isAppError, manualClock } from '#base'
import { backendConformance, retentionConformance } from './conformance.suite.ts'
import { makeLocalFolders, memBackend, openLocalBackend, withFaults, withLimit, withRetry } from './index.ts'

const ID = 'ab'.repeat(32)
const DATA = { kind: 'data', name: ID } as const

function folder(t: TestContext): string {
  const path = fs.mkdtempSync(join(tmpdir(), 'storage-'))
  t.after(() => {
    if (process.getuid?.() === 0) execFileSync('chattr', ['-R', '-f', '-i', path], { stdio: 'ignore' })
    fs.rmSync(path, { recursive: true, force: true })
  })
  return path
}

/** chattr as the attribute's adapter: storage may not import posix, and an outside tool judges better. */
const chattr = {
  set(path: string, on: boolean) {
    if (!fs.existsSync(path)) throw Object.assign(new Error('gone'), { code: 'ENOENT' })
    try {
      execFileSync('chattr', [on ? '+i' : '-i', path], { stdio: 'ignore' })
      return 'done' as const
    } catch {
      return 'unsupported' as const
    }
  },
  isSet: (path: string) => {
    if (!fs.existsSync(path)) throw Object.assign(new Error('gone'), { code: 'ENOENT' })
    return /^\S*i/.test(execFileSync('lsattr', [path], { encoding: 'utf8' }))
  },
}
const quick = { sleep: async () => undefined }

backendConformance('local', (t) => openLocalBackend(folder(t)))
backendConformance('local with folders made', async (t) => {
  const root = folder(t)
  await makeLocalFolders(root)
  return openLocalBackend(root)
})
backendConformance('mem', () => memBackend())
backendConformance('retry over local', (t) => withRetry(openLocalBackend(folder(t))))
backendConformance('retry over a storage that drops half of the calls', () =>
  withRetry(
    withFaults(memBackend(), () => (Math.random() < 0.5 ? 'drop' : undefined)),
    { ...quick, attempts: 99 },
  ),
)
backendConformance('limit over local', (t) =>
  withLimit(openLocalBackend(folder(t)), { concurrency: 3, uploadBytesPerSecond: 1e9, downloadBytesPerSecond: 1e9 }),
)
backendConformance('faults that never come', () => withFaults(memBackend(), () => undefined))

retentionConformance('mem', async () => {
  const clock = manualClock(1e12)
  return { backend: memBackend(clock), nowMs: 1e12, advance: (ms) => clock.advance(ms) }
})
retentionConformance('local, logical', async (t) => {
  const clock = manualClock(1e12)
  return { backend: openLocalBackend(folder(t), { clock }), nowMs: 1e12, advance: (ms) => clock.advance(ms) }
})
retentionConformance('local, by attribute where the system allows it', async (t) => {
  const clock = manualClock(1e12)
  return {
    backend: openLocalBackend(folder(t), { clock, immutable: chattr }),
    nowMs: 1e12,
    advance: (ms) => clock.advance(ms),
  }
})

test('a promise survives the process and its torn last line', async (t) => {
  const root = folder(t)
  const clock = manualClock(1e12)
  const first = openLocalBackend(root, { clock })
  const second = openLocalBackend(root, { clock })
  await first.save(DATA, [Buffer.from('x')])
  await first.retention.lock(DATA, 1e12 + 1000)
  fs.appendFileSync(join(root, 'retention', 'log'), `data/ab/${ID} 9`)
  assert.equal((await second.retention.state(DATA))?.untilMs, 1e12 + 1000)
  await second.retention.lock(DATA, 1e12 + 2000)
  assert.equal((await first.retention.state(DATA))?.untilMs, 1e12 + 2000)
  await assert.rejects(first.remove(DATA), (e) => isAppError(e, 'STORAGE_LOCKED_UNTIL'))
})

test('promises made together cost one flush, and old lines are cleared away', async (t) => {
  const root = folder(t)
  const { retention } = openLocalBackend(root, { clock: manualClock(0) })
  const ids = Array.from({ length: 3000 }, (_, i) => i.toString(16).padStart(64, '0'))
  await makeLocalFolders(root)
  for (let night = 1; night <= 6; night++) {
    await Promise.all(ids.map((name) => retention.lock({ kind: 'data', name }, night * 1000).catch(() => undefined)))
  }
  const lines = fs
    .readFileSync(join(root, 'retention', 'log'), 'utf8')
    .split('\n')
    .filter(Boolean)
  assert.ok(lines.length <= 4 * ids.length, `${lines.length} lines`)
  assert.equal((await retention.state({ kind: 'data', name: ids[7]! }))?.untilMs, 6000)
})

test('an immutable file without a record of ours is not removed', async (t) => {
  const root = folder(t)
  const backend = openLocalBackend(root, { immutable: chattr })
  await backend.save(DATA, [Buffer.from('x')])
  if (chattr.set(join(root, 'data', 'ab', ID), true) !== 'done') return t.skip('no immutable attribute here')
  await assert.rejects(backend.remove(DATA), (e) => isAppError(e, 'STORAGE_LOCKED_UNTIL'))
  assert.equal((await backend.retention.state(DATA))?.strength, 'immutable-attribute')
})

test('a failed save leaves nothing behind', async (t) => {
  if (process.getuid?.() !== 0) return t.skip('needs root to mount a small file system')
  const root = folder(t)
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'none', root], { stdio: 'ignore' })
  } catch {
    return t.skip('mounting is not allowed here')
  }
  try {
    const backend = openLocalBackend(root)
    const parts = [Buffer.alloc(2_000_000)]
    await assert.rejects(backend.save(DATA, parts), (e) => isAppError(e, 'STORAGE_FULL'))
    assert.throws(
      () => backend.sync.save(DATA, parts),
      (e) => isAppError(e, 'STORAGE_FULL'),
    )
    assert.deepEqual(fs.readdirSync(join(root, 'data', 'ab')), [])
    execFileSync('mount', ['-o', 'remount,ro', root])
    await assert.rejects(backend.save(DATA, [Buffer.from('x')]), (e) => isAppError(e, 'STORAGE_READ_ONLY'))
  } finally {
    execFileSync('umount', [root])
  }
})

test('half-written files of others are not listed', async (t) => {
  const root = folder(t)
  const backend = openLocalBackend(root)
  await backend.save(DATA, [Buffer.from('x')])
  fs.writeFileSync(join(root, 'data', 'ab', `${ID}-tmp-1-2`), 'half')
  fs.mkdirSync(join(root, 'data', 'ab', 'cd'.repeat(32)))
  assert.deepEqual(await backend.list('data'), [{ name: ID, sizeBytes: 1 }])
  assert.deepEqual(backend.sync.list('data'), [{ name: ID, sizeBytes: 1 }])
})

test('retry: temporary trouble only, and an answer that was lost is no failure', async () => {
  const calls: string[] = []
  const plan = (fault: 'drop' | 'full' | 'drop-after', upTo: number) => {
    return withFaults(memBackend(), ({ operation, count }) => {
      calls.push(`${operation} ${count}`)
      return operation === 'save' && count <= upTo ? fault : undefined
    })
  }
  const pauses: number[] = []
  const sleep = async (ms: number) => void pauses.push(ms)
  await withRetry(plan('drop', 3), { sleep, pauseMs: 100, random: () => 0.5 }).save(DATA, [Buffer.from('x')])
  assert.deepEqual(pauses, [100, 200, 400])
  calls.length = 0
  await assert.rejects(withRetry(plan('full', 9), quick).save(DATA, [Buffer.from('x')]), (e) =>
    isAppError(e, 'STORAGE_FULL'),
  )
  assert.deepEqual(calls, ['save 1'])
  await withRetry(plan('drop-after', 1), quick).save(DATA, [Buffer.from('x')])
  await assert.rejects(withRetry(plan('drop', 99), quick).save(DATA, [Buffer.from('x')]), (e) =>
    isAppError(e, 'STORAGE_UNREACHABLE'),
  )
  const truth = memBackend()
  await truth.save(DATA, [Buffer.from('other')])
  const lying = withFaults(truth, ({ operation, count }) => (operation === 'save' && count === 1 ? 'drop' : undefined))
  await assert.rejects(withRetry(lying, quick).save(DATA, [Buffer.from('x')]), (e) => isAppError(e, 'STORAGE_EXISTS'))
})

test('retry: a pause ends and nothing is tried again once it is cancelled', async () => {
  const stop = new AbortController()
  let calls = 0
  const dead = withFaults(memBackend(), () => {
    calls++
    return 'drop'
  })
  const backend = withRetry(dead, {
    pauseMs: 600_000,
    maxPauseMs: 600_000,
    signal: stop.signal,
    onRetry: () => stop.abort(),
  })
  await assert.rejects(backend.stat(DATA), (e) => isAppError(e, 'STORAGE_UNREACHABLE'))
  await assert.rejects(backend.stat(DATA), (e) => isAppError(e, 'STORAGE_UNREACHABLE'))
  assert.equal(calls, 2)
})

test('limit: no more calls at once than allowed, bytes within the rate', async () => {
  let running = 0
  let most = 0
  const inner = memBackend()
  const slow = {
    ...inner,
    async stat() {
      running += 1
      most = Math.max(most, running)
      await new Promise((resolve) => setImmediate(resolve))
      running -= 1
      return undefined
    },
  }
  const limited = withLimit(slow, { concurrency: 2 })
  await Promise.all(Array.from({ length: 9 }, () => limited.stat(DATA)))
  assert.equal(most, 2)

  const pauses: number[] = []
  const clock = manualClock(0)
  const sleep = async (ms: number) => {
    pauses.push(ms)
    clock.advance(ms)
  }
  const paced = withLimit(inner, { uploadBytesPerSecond: 1000, downloadBytesPerSecond: 500, clock, sleep })
  await paced.save(DATA, [Buffer.alloc(1500), Buffer.alloc(500)])
  await paced.load(DATA, 0, 1000)
  assert.deepEqual(pauses, [2000, 2000])
})

test('faults do what they say', async () => {
  const inner = memBackend()
  await inner.save(DATA, [Buffer.from('0123')])
  const kinds = ['truncate', 'flip', undefined] as const
  const faulty = withFaults(inner, ({ count }) => kinds[count - 1])
  assert.equal((await faulty.load(DATA)).toString(), '01')
  assert.equal((await faulty.load(DATA)).toString(), '0133')
  assert.equal((await faulty.load(DATA)).toString(), '0123')
})
