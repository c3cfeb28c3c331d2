/**
 * kill -9 at random moments of the engine's backup: at a random operation on the disk (also in the middle of a write) or
 * after a random time. After each, what was there before restores, stock restic finds no damage, and the next backup
 * reads and stores exactly what was not yet saved.
 */
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { encodeMasterKey, Repository, unitFiles } from '#restic'
import { makeLocalFolders, openLocalBackend } from '#storage'
import { noise } from '../restic/nasty-tree.ts'
import { backUpSource } from './engine.ts'
import { folderStore } from './folder-store.ts'
import { type Ended, randomMoment, runUntilKilled } from './kill.ts'
import { assertNamesHold, assertRestores, assertSame, assertStockClean, COST, OWNER, PASSWORD } from './look.ts'
import { readGeneration, scratch } from './look.ts'
import { type Chance, chance, rounds } from './seed.ts'
import { changeSource, contentsOf, type Contents, makeSource, sha256 } from './source.ts'

const SCRIPT = new URL('./backup-until-killed.ts', import.meta.url)
/** Together with kill-vault.test.ts: 200. */
const KILLS = rounds(140)
const ROUNDS_PER_REPOSITORY = 20

class Place {
  readonly source: string
  readonly path: string
  readonly cache: string
  readonly repository: Repository
  /** What each snapshot must hold: those that a run acknowledged, and those that were written but not acknowledged. */
  readonly snapshots = new Map<string, Contents>()

  private constructor(base: string, repository: Repository) {
    this.source = join(base, 'source')
    this.path = repository.backend.location
    this.cache = join(base, 'cache')
    this.repository = repository
  }

  static async make(t: TestContext, chance: Chance): Promise<Place> {
    const base = scratch(t)
    const backend = openLocalBackend(join(base, 'repo'))
    await makeLocalFolders(backend.location)
    const place = new Place(base, await Repository.init(backend, { password: PASSWORD, owner: OWNER, cost: COST }))
    makeSource(place.source, chance)
    // Every fourth fills packs, which are then saved while the workers still read.
    if (chance.below(4) === 0) addNoise(place.source, chance)
    return place
  }

  killed(moment: Parameters<typeof runUntilKilled>[2]): Promise<Ended> {
    const { path, source, cache } = this
    const masterKey = encodeMasterKey(this.repository.masterKey)
    return runUntilKilled(SCRIPT, { path, source, cache, masterKey }, moment)
  }

  /** The run may have been killed just behind its snapshot: that one must be whole too. */
  async noteSnapshots(): Promise<void> {
    for (const { name } of await this.repository.backend.list('snapshots'))
      if (!this.snapshots.has(name)) this.snapshots.set(name, contentsOf(this.source))
  }

  async assertAllReadable(): Promise<void> {
    for (const [id, expected] of this.snapshots)
      assertSame(await readGeneration(this.repository, id, this.source), expected, id)
  }
}

/** 20 MB that do not compress, in files of one blob each. */
function addNoise(source: string, chance: Chance): void {
  for (let i = 0; i < 50; i++) {
    mkdirSync(join(source, `noise-${i % 5}`), { recursive: true })
    writeFileSync(join(source, `noise-${i % 5}`, `${i}`), noise(400_000, `${chance.seed} ${i}`))
  }
}

/** What the next backup has to do, told from what lies there, not from what the run before believed. */
async function leftToDo({ repository, source, cache }: Place): Promise<{ read: number; stored: number }> {
  const stored = new Set<string>()
  const indexed = new Set<string>()
  const index = await repository.loadIndex((_name, packs) => packs.forEach((pack) => indexed.add(pack.id)))
  index.forEach((id, { type }) => type === 'data' && stored.add(id.toString('hex')))
  const contents = contentsOf(source)
  const units = folderStore(cache)
  const known = new Set<string>()
  for (const unit of new Set([...contents.keys()].map((path) => path.split('/')[0]!))) {
    const record = units.get(`${source}/${unit}`)
    for (const file of record ? unitFiles(record) : [])
      if (file.blobs.every((blob) => indexed.has(blob.packId)))
        known.add(`${unit}/${file.path} ${file.blobs.map((blob) => blob.id.toString('hex')).join()}`)
  }
  const empty = sha256('')
  const isKnown = ([path, hash]: [string, string]): boolean => known.has(`${path} ${hash === empty ? '' : hash}`)
  const hashes = new Set([...contents.values()].filter((hash) => hash !== empty))
  return {
    read: [...contents].filter((file) => !isKnown(file)).length,
    stored: [...hashes].filter((hash) => !stored.has(hash)).length,
  }
}

async function round(place: Place, { number, killed }: { number: number; killed: Ended }): Promise<void> {
  const { repository, source, path, cache, snapshots } = place
  await place.noteSnapshots()
  if (killed.finished) assert.ok(snapshots.has(killed.finished.id), 'what was acknowledged is there')
  assertNamesHold(path)
  assertStockClean(path, PASSWORD, number % 10 === 0)
  await place.assertAllReadable()
  const left = await leftToDo(place)
  const next = await backUpSource(repository, source, cache)
  assert.deepEqual({ read: next.filesNew + next.filesChanged, stored: next.dataBlobs }, left)
  assert.deepEqual(next.problems, [])
  await place.noteSnapshots()
  if (number % 10 === 0)
    await assertRestores(repository, next.snapshotId, { root: source, expected: contentsOf(source) })
}

test(`a backup killed ${KILLS} times`, async (t) => {
  const random = chance(t)
  let usual = { operations: 20, ms: 200 }
  let kills = 0
  let resumed = 0
  for (let number = 0, place = await Place.make(t, random); kills < KILLS; number++) {
    const killed = await place.killed(randomMoment(random, usual))
    if (killed.finished) usual = killed.finished
    if (killed.killed) kills++
    const before = place.snapshots.size
    await round(place, { number, killed })
    if (killed.killed && place.snapshots.size > before) resumed++
    changeSource(place.source, random)
    if (number % ROUNDS_PER_REPOSITORY === ROUNDS_PER_REPOSITORY - 1) {
      await place.assertAllReadable()
      assertStockClean(place.path, PASSWORD, true)
      place = await Place.make(t, random)
    }
  }
  t.diagnostic(`${kills} kills, ${resumed} backups continued, the last whole run took ${usual.operations} operations`)
})
