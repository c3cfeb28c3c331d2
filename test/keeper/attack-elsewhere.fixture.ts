/** A clinic with a repository of some days, for the attack on places that are no Keeper: buckets and media. */
import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { Backend, FileRef } from '#base'
import { Repository } from '#restic'
import { makeLocalFolders, openLocalBackend } from '#storage'
import { backUpSource } from '../robustness/engine.ts'
import { assertRestores, assertStockClean, COST, OWNER, PASSWORD, scratch } from '../robustness/look.ts'
import { chanceOf } from '../robustness/seed.ts'
import { changeSource, contentsOf, type Contents, makeSource } from '../robustness/source.ts'

export const KINDS = ['config', 'keys', 'data', 'index', 'snapshots'] as const

export interface Clinic {
  readonly local: ReturnType<typeof openLocalBackend>
  /** By snapshot, what the clinic's files were that day. */
  readonly generations: ReadonlyMap<string, Contents>
  /** Every file of the repository as it was before anybody came. */
  readonly files: readonly FileRef[]
  /** Each generation restores byte for byte out of that place, by our engine, and stock restic finds no fault. */
  demandRestores(place: Backend): Promise<void>
}

export async function clinicOf(t: TestContext, days: number): Promise<Clinic> {
  const base = scratch(t)
  const source = join(base, 'source')
  const chance = chanceOf(days)
  makeSource(source, chance, 4)
  const local = openLocalBackend(join(base, 'repository'))
  await makeLocalFolders(local.location)
  const repository = await Repository.init(local, { password: PASSWORD, owner: OWNER, cost: COST })
  const generations = new Map<string, Contents>()
  for (let day = 0; day < days; day++) {
    changeSource(source, chance)
    const { snapshotId } = await backUpSource(repository, source, join(base, 'cache'))
    generations.set(snapshotId, contentsOf(source))
  }
  const files: FileRef[] = []
  for (const kind of KINDS) for (const { name } of await local.list(kind)) files.push({ kind, name })
  return {
    local,
    generations,
    files,
    async demandRestores(place) {
      const folder = join(scratch(t), 'fetched')
      mkdirSync(folder)
      const fetched = openLocalBackend(folder)
      await makeLocalFolders(folder)
      for (const kind of KINDS)
        for (const { name } of await place.list(kind))
          await fetched.save({ kind, name }, [await place.load({ kind, name })])
      const copy = await Repository.open(fetched, { password: PASSWORD })
      for (const [id, expected] of generations) await assertRestores(copy, id, { root: source, expected })
      assertStockClean(folder, PASSWORD, true)
    },
  }
}

/** Tries by name, each once, and each must fail with one of these words. */
export class Tries {
  readonly made = new Set<string>()

  async refused(what: string, words: RegExp, work: () => Promise<unknown>): Promise<void> {
    this.#note(what)
    await assert.rejects(work, (error: Error) => words.test(`${error.name} ${error.message}`), what)
  }

  /** One that the other side takes, and that must harm nothing all the same. */
  async taken(what: string, work: () => Promise<unknown>): Promise<void> {
    this.#note(what)
    await work()
  }

  #note(what: string): void {
    assert.ok(!this.made.has(what), `${what}: each is another`)
    this.made.add(what)
  }
}
