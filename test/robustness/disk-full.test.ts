/**
 * A full disk: refused at random saves of a backup, and really full (a small file system in memory, root only) with the
 * whole institution on it. Nothing half-written stands under a final name, what was there stays, and it goes on when there
 * is room again.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { AppError, type Backend, isAppError } from '#base'
import { Repository } from '#restic'
import { makeLocalFolders, openLocalBackend } from '#storage'
import { noise } from '../restic/nasty-tree.ts'
import { backUpSource } from './engine.ts'
import { errorsOf, houseSource, openHouse, openRepository, repositoryPath, take } from './house.ts'
import {
  assertNamesHold,
  assertSame,
  assertStockClean,
  COST,
  OWNER,
  PASSWORD,
  readGeneration,
  scratch,
} from './look.ts'
import { chance, rounds } from './seed.ts'
import { changeSource, contentsOf, type Contents, makeSource } from './source.ts'

test('the disk is full at a random save: STORAGE_FULL, earlier generations whole, the next run goes on', async (t) => {
  const random = chance(t)
  const base = scratch(t)
  const [path, source, cache] = [join(base, 'repo'), join(base, 'source'), join(base, 'cache')]
  makeSource(source, random)
  await makeLocalFolders(path)
  const local = openLocalBackend(path)
  const { masterKey } = await Repository.init(local, { password: PASSWORD, owner: OWNER, cost: COST })
  const snapshots = new Map<string, Contents>()
  for (let round = 0; round < rounds(15); round++) {
    let left = random.below(5)
    const full: Backend = {
      ...local,
      save: (file, parts) => (left-- > 0 ? local.save(file, parts) : Promise.reject(new AppError('STORAGE_FULL'))),
    }
    const opened = await Repository.open(full, { masterKey })
    const outcome = await backUpSource(opened, source, cache).catch((error: unknown) => error)
    const repository = await Repository.open(local, { masterKey })
    if (outcome instanceof Error) {
      assert.ok(isAppError(outcome, 'STORAGE_FULL'), String(outcome))
      const { snapshotId } = await backUpSource(repository, source, cache)
      snapshots.set(snapshotId, contentsOf(source))
    } else snapshots.set((outcome as { snapshotId: string }).snapshotId, contentsOf(source))
    const present = await repository.backend.list('snapshots')
    assert.deepEqual(present.map((file) => file.name).toSorted(), [...snapshots.keys()].toSorted())
    changeSource(source, random)
  }
  const repository = await Repository.open(local, { masterKey })
  for (const [id, expected] of snapshots) assertSame(await readGeneration(repository, id, source), expected, id)
  assertStockClean(path, PASSWORD, true)
})

/** A file system of its own; undefined, with the reason told, where that is not allowed. */
function smallDisk(t: TestContext, base: string, megabytes: number): string | undefined {
  const small = join(base, 'small')
  mkdirSync(small)
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', small]).status !== 0) {
    t.skip('mounting a small file system needs root')
    return undefined
  }
  return small
}

function leaveFree(disk: string, filler: string, bytes: number): void {
  const { bavail, bsize } = statfsSync(disk)
  writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - bytes)))
}

test('repository, state, ledger and catalogue on a disk that really fills', async (t) => {
  const random = chance(t)
  const base = scratch(t)
  const disk = smallDisk(t, base, 90)
  if (disk === undefined) return
  const [path, filler] = [join(base, 'source'), join(disk, 'filler')]
  makeSource(path, random)
  const house = await openHouse(join(disk, 'data'))
  t.after(() => house.close())
  const source = await houseSource(house, path)
  const contents = new Map([[(await take(house, source)).id, contentsOf(path)]])
  let refused = 0
  for (let round = 0; round < rounds(12); round++) {
    changeSource(path, random)
    mkdirSync(join(path, 'more'), { recursive: true })
    writeFileSync(join(path, 'more', `${round}`), noise(200_000, `${random.seed} ${round}`))
    leaveFree(disk, filler, random.below(400_000))
    const outcome = await take(house, source).catch((error: unknown) => error)
    if (outcome instanceof Error) {
      refused++
      assert.ok(isAppError(outcome, 'STORAGE_FULL'), `round ${round}: ${String(outcome)}`)
    }
    rmSync(filler)
    assertNamesHold(repositoryPath(house, source))
    contents.set((await take(house, source)).id, contentsOf(path))
    assert.deepEqual(errorsOf(await house.vault.verifyLedger()), [])
  }
  assert.ok(refused > 0, 'the disk was full at least once')
  const repository = await openRepository(house, source)
  for (const [id, expected] of contents) assertSame(await readGeneration(repository, id, path), expected, id)
  t.diagnostic(`${refused} runs were refused`)
})
