import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isAppError, manualClock } from '#base'
import {
  acquireLock,
  listLocks,
  removeLocks,
  STALE_AFTER_MS,
  withLock,
  withLockReadingFirst,
  type LockHost,
  type LockOptions,
} from './lock.ts'
import type { Repository } from './repository.ts'

/** As much of a repository as locks need: sealed documents in a map. */
function place(): { repository: Repository; files: Map<string, string> } {
  const files = new Map<string, string>()
  let count = 0
  const repository = {
    backend: {
      list: async () => [...files].map(([name, text]) => ({ name, sizeBytes: text.length })),
      remove: async ({ name }: { name: string }) => void files.delete(name),
    },
    loadUnpacked: async (_kind: string, name: string) => Buffer.from(files.get(name) ?? ''),
    async saveUnpacked(_kind: string, text: string) {
      const name = `lock ${++count}`
      files.set(name, text)
      return name
    },
  }
  return { repository: repository as unknown as Repository, files }
}

const host = (pid: number, alive = true, hostname = 'here'): LockHost => ({
  hostname,
  username: 'u',
  pid,
  isProcessAlive: () => alive,
})
const clock = manualClock(1e12)
const options = (exclusive: boolean, more: Partial<LockOptions> = {}): LockOptions => ({
  exclusive,
  host: host(1),
  clock,
  sleep: async (ms) => clock.advance(ms),
  ...more,
})

test('readers share, a remover is alone', async () => {
  const { repository, files } = place()
  const first = await acquireLock(repository, options(false))
  const second = await acquireLock(repository, options(false))
  await assert.rejects(
    acquireLock(repository, options(true)),
    (e) => isAppError(e, 'RESTIC_LOCKED') && e.context['pid'] === 1,
  )
  assert.equal(files.size, 2, 'the loser leaves no lock')
  await first.release()
  await second.release()
  await withLock(repository, options(true), async () => {
    await assert.rejects(acquireLock(repository, options(false)), (e) => isAppError(e, 'RESTIC_LOCKED'))
    await withLock(repository, { ...options(false), skip: true }, async () => assert.equal(files.size, 1))
  })
  assert.equal(files.size, 0)
})

test('the lock goes when the work fails', async () => {
  const { repository, files } = place()
  await assert.rejects(withLock(repository, options(false), () => Promise.reject(new Error('no'))))
  assert.equal(files.size, 0)
})

test('two that start together see each other', async () => {
  const { repository } = place()
  const other = { time: new Date(clock.now()).toISOString(), exclusive: true, hostname: 'there', username: 'x', pid: 9 }
  const sleep = async () => void (await repository.saveUnpacked('locks', JSON.stringify(other)))
  await assert.rejects(acquireLock(repository, options(false, { sleep })), (e) => isAppError(e, 'RESTIC_LOCKED'))
})

test('old locks and those of dead processes do not stand in the way', async () => {
  const { repository, files } = place()
  await acquireLock(repository, options(true, { host: host(7, true, 'there') }))
  await assert.rejects(acquireLock(repository, options(false)), (e) => isAppError(e, 'RESTIC_LOCKED'))
  clock.advance(STALE_AFTER_MS + 1)
  await (await acquireLock(repository, options(false))).release()
  await acquireLock(repository, options(true, { host: host(8) }))
  await (await acquireLock(repository, options(true, { host: host(1, false) }))).release()
  assert.equal((await listLocks(repository)).length, 2)
  assert.equal(await removeLocks(repository, { host: host(1, false), clock }), 2)
  assert.equal(files.size, 0)
})

test('waits as long as told, and gives unreadable locks time', async () => {
  const { repository, files } = place()
  const held = await acquireLock(repository, options(true))
  const sleep = async (ms: number) => {
    clock.advance(ms)
    if (ms >= 2000) await held.release()
  }
  await (await acquireLock(repository, options(false, { retryForMs: 60_000, sleep }))).release()
  files.set('half', '{"time"')
  const pauses: number[] = []
  await assert.rejects(acquireLock(repository, options(false, { sleep: async (ms) => void pauses.push(ms) })), (e) =>
    isAppError(e, 'RESTIC_LOCKED'),
  )
  assert.deepEqual(pauses, [5000, 10_000, 20_000])
  files.set('half', '')
  await (await acquireLock(repository, options(false))).release()
})

/** A sleep that ends when the test says so. */
function held(): { sleep: LockOptions['sleep'] & {}; wake: () => void } {
  let wake = (): void => {}
  const sleep = (_ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      wake = resolve
      signal?.addEventListener('abort', () => resolve())
    })
  return { sleep, wake: () => wake() }
}

test('reading begins while the lock settles, saving waits', async () => {
  const { repository } = place()
  const saves: (Promise<void> | undefined)[] = []
  repository.holdSaves = (until) => void saves.push(until)
  const { sleep, wake } = held()
  let settled = false
  await withLockReadingFirst(repository, options(false, { sleep }), async () => {
    const maySave = saves[0]!.then(() => (settled = true))
    await new Promise(setImmediate)
    assert.equal(settled, false)
    wake()
    await maySave
  })
  assert.equal(settled, true)
  assert.equal(saves[1], undefined, 'nothing holds the next one')
})

test('who came at the same time is the reason that work under way fails for', async () => {
  const { repository, files } = place()
  repository.holdSaves = () => {}
  const { sleep, wake } = held()
  const work = withLockReadingFirst(repository, options(true, { sleep }), async (signal) => {
    const own = [...files.values()][0]!
    files.set('another', own.replace('"pid":1', '"pid":2'))
    wake()
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
    throw new Error('cut off')
  })
  await assert.rejects(work, (e) => isAppError(e, 'RESTIC_LOCKED') && e.context['pid'] === 2)
  assert.deepEqual([...files.keys()], ['another'], 'the loser leaves no lock')
})

test('work that is done before the lock settled does not wait for it', async () => {
  const { repository, files } = place()
  repository.holdSaves = () => {}
  assert.equal(await withLockReadingFirst(repository, options(false, { sleep: held().sleep }), async () => 7), 7)
  assert.equal(files.size, 0)
})
