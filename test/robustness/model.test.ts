/**
 * Random histories against a simple model: a source changes, is backed up, backups are cut, generations are forgotten,
 * the repository is pruned and checked. Always: every kept generation holds exactly the files of its day.
 */
import assert from 'node:assert/strict'
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test, type TestContext } from 'node:test'
import * as fc from 'fast-check'
import { AppError, type Backend, isAppError } from '#base'
import { check, prune, removeSnapshots, Repository } from '#restic'
import { makeLocalFolders, openLocalBackend, withFaults } from '#storage'
import { aheadClock, backUpSource } from './engine.ts'
import { assertRestores, assertSame, assertStockClean, COST, OWNER, PASSWORD, readGeneration, scratch } from './look.ts'
import { chance, rounds } from './seed.ts'
import { contentsOf, type Contents } from './source.ts'

const NAMES = ['1/a', '1/b', '2/a', '2/漢字', '3/deep/er/x'] as const
const name = fc.constantFrom(...NAMES)
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('write' as const), name, text: fc.string({ maxLength: 300 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('rename' as const), name, to: name }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete' as const), name }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('backup' as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('cut' as const), afterSaves: fc.nat({ max: 5 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('lose-cache' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('forget' as const), which: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('prune' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('check' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restore' as const), which: fc.nat() }) },
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

class World {
  readonly source: string
  readonly cache: string
  readonly #local: ReturnType<typeof openLocalBackend>
  readonly #repository: Repository
  readonly #kept = new Map<string, Contents>()

  private constructor(base: string, repository: Repository, local: ReturnType<typeof openLocalBackend>) {
    this.source = join(base, 'source')
    this.cache = join(base, 'cache')
    mkdirSync(this.source)
    this.#local = local
    this.#repository = repository
  }

  static async make(t: TestContext): Promise<World> {
    const base = scratch(t)
    const local = openLocalBackend(join(base, 'repo'))
    await makeLocalFolders(local.location)
    return new World(base, await Repository.init(local, { password: PASSWORD, owner: OWNER, cost: COST }), local)
  }

  async run(one: Step): Promise<void> {
    switch (one.do) {
      case 'write':
        return this.#write(one.name, one.text)
      case 'rename':
        return this.#rename(one.name, one.to)
      case 'delete':
        return rmSync(join(this.source, one.name), { force: true })
      case 'backup':
        return this.#backUp(this.#repository)
      case 'cut':
        return this.#cut(one.afterSaves)
      case 'lose-cache':
        return rmSync(this.cache, { recursive: true, force: true })
      case 'forget':
        return this.#forget(one.which)
      case 'prune':
        return void (await prune({ repository: this.#repository, storage: this.#local.sync, clock: aheadClock }))
      case 'check':
        return this.#check()
      case 'restore':
        return this.#restore(one.which)
    }
  }

  async assertAllKept(): Promise<void> {
    const present = (await this.#local.list('snapshots')).map((file) => file.name)
    assert.deepEqual(present.toSorted(), [...this.#kept.keys()].toSorted())
    for (const [id, expected] of this.#kept)
      assertSame(await readGeneration(this.#repository, id, this.source), expected, id)
  }

  #write(name: string, text: string): void {
    mkdirSync(dirname(join(this.source, name)), { recursive: true })
    writeFileSync(join(this.source, name), text)
  }

  #rename(from: string, to: string): void {
    if (from === to || !contentsOf(this.source).has(from)) return
    mkdirSync(dirname(join(this.source, to)), { recursive: true })
    renameSync(join(this.source, from), join(this.source, to))
  }

  async #backUp(repository: Repository): Promise<void> {
    const { snapshotId } = await backUpSource(repository, this.source, this.cache)
    this.#kept.set(snapshotId, contentsOf(this.source))
  }

  /** From one save on nothing reaches the disk any more, as when the place is unplugged. */
  async #cut(afterSaves: number): Promise<void> {
    const cut: Backend = withFaults(this.#local, ({ operation, count }) =>
      operation === 'save' && count > afterSaves ? 'drop' : undefined,
    )
    const repository = await Repository.open(cut, { masterKey: this.#repository.masterKey })
    await this.#backUp(repository).catch((error: unknown) => {
      if (!isAppError(error, 'STORAGE_UNREACHABLE')) throw error
    })
  }

  async #forget(which: number): Promise<void> {
    const ids = [...this.#kept.keys()]
    const id = ids[which % ids.length]
    if (id === undefined) return
    await removeSnapshots(this.#repository, [id])
    this.#kept.delete(id)
  }

  async #check(): Promise<void> {
    const result = await check({ repository: this.#repository, storage: this.#local.sync, readData: 'all' })
    if (result.errorCount > 0) throw new AppError('RESTIC_DAMAGED', { detail: JSON.stringify(result.findings) })
    assertStockClean(this.#local.location, PASSWORD, true)
  }

  async #restore(which: number): Promise<void> {
    const all = [...this.#kept]
    const [id, expected] = all[which % all.length] ?? []
    if (id && expected) await assertRestores(this.#repository, id, { root: this.source, expected })
  }
}

test('every kept generation restores exactly the files of its day', async (t) => {
  const { seed } = chance(t)
  const histories = fc.array(step, { minLength: 3, maxLength: 14 })
  const holds = fc.asyncProperty(histories, async (steps) => {
    const world = await World.make(t)
    for (const one of steps) {
      await world.run(one)
      if (!['write', 'rename', 'delete'].includes(one.do)) await world.assertAllKept()
    }
  })
  await fc.assert(holds, {
    seed,
    numRuns: rounds(25),
    interruptAfterTimeLimit: 10 * 60_000,
    markInterruptAsFailure: true,
  })
})
