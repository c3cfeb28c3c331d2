/** A clock that is set back, files whose times were restored, a cache that outlives its repository: through whole runs. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { isAppError, manualClock, systemClock } from '#base'
import { acquireLock, removeLocks, Repository } from '#restic'
import { makeLocalFolders, openLocalBackend } from '#storage'
import { houseSource, openHouse, openRepository, passwordOf, repositoryPath, take } from './house.ts'
import { assertSame, OWNER, readGeneration, scratch, stock } from './look.ts'
import { chanceOf } from './seed.ts'
import { contentsOf, makeSource } from './source.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

async function make(t: TestContext, units = 12) {
  const base = scratch(t)
  const path = join(base, 'source')
  makeSource(path, chanceOf(1), units)
  const clock = manualClock(systemClock.now() + HOUR)
  const house = await openHouse(join(base, 'data'), clock)
  t.after(() => house.close())
  const source = await houseSource(house, path, { schedule: { cron: '0 2 * * *' } })
  return { path, clock, house, source }
}

test('the clock goes back a week: no second run, full walk, no lock shorter, nothing expires', async (t) => {
  // From 256 folders on they are units, whose listings may be skipped.
  const { path, clock, house, source } = await make(t, 260)
  await house.vault.ensureOwnState()
  const list = () => house.vault.generations.list({ sourceId: source.id })
  for (let i = 0; i < 4; i++) {
    await house.vault.tick()
    clock.advance(DAY)
  }
  const before = await list()
  assert.equal(before.length, 4)
  assert.ok(
    before.some((one) => one.walk === 'incremental'),
    'folder times are trusted while the clock goes forward',
  )

  clock.advance(-7 * DAY)
  await house.vault.tick()
  assert.equal((await list()).length, 4, 'due times that were answered are not answered again')
  const now = await take(house, source)
  assert.equal(now.walk, 'full', 'folder times are not trusted after a step back')
  assertSame(
    await readGeneration(await openRepository(house, source), now.id, path),
    contentsOf(path),
    'after the step',
  )
  const after = new Map((await list()).map((one) => [one.id, one.lockedUntil]))
  for (const one of before) assert.equal(after.get(one.id), one.lockedUntil)
  const backend = openLocalBackend(repositoryPath(house, source), { clock })
  await assert.rejects(backend.remove({ kind: 'snapshots', name: before.at(-1)!.id }), (error) =>
    isAppError(error, 'STORAGE_LOCKED_UNTIL'),
  )
})

test('a lock file from the future holds while its process lives, and goes with it', async (t) => {
  const base = scratch(t)
  const clock = manualClock(systemClock.now())
  const local = openLocalBackend(join(base, 'repo'))
  await makeLocalFolders(local.location)
  const repository = await Repository.init(local, { password: 'x', owner: OWNER, cost: { N: 1024, r: 8, p: 1 } })
  const living = new Set([4242])
  const host = { hostname: 'h', username: 'u', isProcessAlive: (pid: number) => living.has(pid) }
  const sleep = () => Promise.resolve()
  await acquireLock(repository, { exclusive: true, host: { ...host, pid: 4242 }, clock, sleep })
  clock.advance(-2 * DAY)
  const wanted = { exclusive: false, host: { ...host, pid: 1 }, clock, sleep }
  await assert.rejects(acquireLock(repository, wanted), (error) => isAppError(error, 'RESTIC_LOCKED'))
  assert.equal(await removeLocks(repository, { host: wanted.host, clock }), 0)
  living.delete(4242)
  await (await acquireLock(repository, wanted)).release()
  assert.equal(await removeLocks(repository, { host: wanted.host, clock }), 1)
})

test('a file that changed with size and times restored is seen', async (t) => {
  const { path, house, source } = await make(t)
  await take(house, source)
  const file = join(path, '4/202602/1.hl7')
  const { atimeNs, mtimeNs } = statSync(file, { bigint: true })
  const bytes = readFileSync(file)
  writeFileSync(file, bytes.length === 0 ? 'x' : bytes.fill('Z'))
  utimesSync(file, Number(atimeNs / 1_000_000_000n), Number(mtimeNs) / 1e9)
  const { id } = await take(house, source)
  assertSame(await readGeneration(await openRepository(house, source), id, path), contentsOf(path), 'changed unseen')
})

test('a repository emptied or pruned behind the cache costs time and no blob', { skip: stock!.missing }, async (t) => {
  const { path, house, source } = await make(t)
  await take(house, source)
  const repository = await openRepository(house, source)
  const folder = repositoryPath(house, source)
  // Locks that do not hold against the administrator of the machine: everything but the keys goes.
  unlock(folder)
  for (const kind of ['data', 'index', 'snapshots']) rmSync(join(folder, kind), { recursive: true })
  await makeLocalFolders(folder)
  const second = await take(house, source)
  assertSame(await readGeneration(repository, second.id, path), contentsOf(path), 'after everything went')

  writeFileSync(join(path, 'late'), 'late')
  unlock(folder)
  stock!.run(folder, passwordOf(source.id), 'forget', second.id, '--prune')
  const third = await take(house, source)
  assertSame(await readGeneration(repository, third.id, path), contentsOf(path), 'after a prune by others')
})

/** What an administrator of the machine can do to files under the immutable attribute. */
function unlock(folder: string): void {
  spawnSync('chattr', ['-R', '-f', '-i', folder])
}
