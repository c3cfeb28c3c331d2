/**
 * kill -9 at random moments of a whole run: opening the folder, recovery, backup, closure, ledger, locks, catalogue. After
 * each, the next start finds nothing worse than a snapshot that the ledger does not know, every generation that it does
 * know is whole and locked, and the next run stores exactly what was not yet saved.
 */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import type { Repository } from '#restic'
import type { Generation, Source } from '#vault'
import {
  type House,
  houseSource,
  openHouse,
  errorsOf,
  openRepository,
  passwordOf,
  repositoryPath,
  take,
} from './house.ts'
import { type Ended, randomMoment, runUntilKilled } from './kill.ts'
import { assertNamesHold, assertRestores, assertSame, assertStockClean, readGeneration, scratch } from './look.ts'
import { type Chance, chance, rounds } from './seed.ts'
import { changeSource, contentsOf, type Contents, makeSource, sha256 } from './source.ts'

const SCRIPT = new URL('./run-until-killed.ts', import.meta.url)
/** Together with kill-backup.test.ts: 200. */
const KILLS = rounds(60)
const ROUNDS_PER_HOUSE = 15

interface Place {
  readonly folder: string
  readonly path: string
  /** What each snapshot must hold. */
  readonly snapshots: Map<string, Contents>
}

interface Opened {
  readonly house: House
  readonly source: Source
  readonly repository: Repository
}

async function makePlace(t: TestContext, random: Chance): Promise<Place> {
  const base = scratch(t)
  const place = { folder: join(base, 'data'), path: join(base, 'source'), snapshots: new Map<string, Contents>() }
  makeSource(place.path, random)
  const house = await openHouse(place.folder)
  await houseSource(house, place.path)
  await house.close()
  return place
}

/** Generations the ledger knows are the acknowledged ones: each must be whole, readable and locked. */
async function assertGenerations(place: Place, { house, source, repository }: Opened): Promise<Generation[]> {
  for (const { name } of await repository.backend.list('snapshots'))
    if (!place.snapshots.has(name)) place.snapshots.set(name, contentsOf(place.path))
  const generations = await house.vault.generations.list({ sourceId: source.id })
  for (const { id, closure, lockedUntil, lockStrength } of generations) {
    assert.equal(closure, 'complete')
    assert.ok(lockedUntil && lockStrength, 'locked')
    assertSame(await readGeneration(repository, id, place.path), place.snapshots.get(id)!, id)
  }
  return generations
}

/** Ids of the data blobs that an index file names, one for each time it does. */
async function storedBlobs(repository: Repository): Promise<string[]> {
  const stored: string[] = []
  const index = await repository.loadIndex()
  index.forEach((id, { type }) => type === 'data' && stored.push(id.toString('hex')))
  return stored
}

async function round(place: Place, { number, killed }: { number: number; killed: Ended }): Promise<void> {
  const house = await openHouse(place.folder)
  try {
    const source = await houseSource(house, place.path)
    const repository = await openRepository(house, source)
    const opened = { house, source, repository }
    assert.deepEqual(errorsOf(await house.vault.verifyLedger()), [])
    assertNamesHold(repositoryPath(house, source))
    assertStockClean(repositoryPath(house, source), passwordOf(source.id), number % 10 === 0)
    await house.vault.runs.recover()
    const known = new Set((await assertGenerations(place, opened)).map((generation) => generation.id))
    if (killed.finished) assert.ok(known.has(killed.finished.id), 'an acknowledged one is known')
    const contents = contentsOf(place.path)
    const before = await storedBlobs(repository)
    const next = await take(house, source)
    assert.equal(next.files, contents.size)
    const wanted = new Set([...before, ...contents.values()].filter((hash) => hash !== sha256('')))
    assert.equal((await storedBlobs(repository)).length, before.length + wanted.size - new Set(before).size)
    await assertGenerations(place, opened)
    assert.deepEqual(errorsOf(await house.vault.verifyLedger()), [])
    if (number % 10 === 0) await assertRestores(repository, next.id, { root: place.path, expected: contents })
  } finally {
    await house.close()
  }
}

test(`a run with ledger, locks and catalogue killed ${KILLS} times`, async (t) => {
  const random = chance(t)
  let usual = { operations: 60, ms: 800 }
  let kills = 0
  for (let number = 0, place = await makePlace(t, random); kills < KILLS; number++) {
    const { folder, path } = place
    const killed = await runUntilKilled(SCRIPT, { folder, path }, randomMoment(random, usual))
    if (killed.finished) usual = killed.finished
    if (killed.killed) kills++
    await round(place, { number, killed })
    changeSource(place.path, random)
    if (number % ROUNDS_PER_HOUSE === ROUNDS_PER_HOUSE - 1) place = await makePlace(t, random)
  }
  t.diagnostic(`${kills} kills, the last whole run took ${usual.operations} operations`)
})
