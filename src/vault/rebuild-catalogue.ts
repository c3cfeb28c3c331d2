/**
 * The catalogue of a generation out of the repository alone, where the host that made it is gone or was another: charts are
 * read by it. Units whose tree is the last generation's are taken over; of a new one each file is read once.
 */
import { AppError, isAppError } from '#base'
import { decodeRecord, recordFromTree } from '#restic'
import type { Catalogue } from './catalogue.ts'
import { unitTrees } from './complete-catalogue.ts'
import { nearbyReads } from './nearby-reads.ts'
import type { Generation } from './generations.ts'
import { ssmix2Observer } from './observer.ts'
import type { OpenRepository } from './repositories.ts'
import { type Source, unitRule } from './source.ts'

export interface RebuildSteps {
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: { readonly unitsDone: number; readonly unitsTotal: number }) => void
}

export interface Rebuilt {
  readonly units: number
  /** Patient folders that could not be read: they are in no list, and whoever shows one says how many. */
  readonly unreadable: number
}

/** Units of one transaction: each by itself would write whole pages of the log again and again. */
const TOGETHER = 64

/**
 * Nothing is done where the catalogue knows the generation, or its source has no units. Cut anywhere, the next call goes on
 * with the units that were put.
 * @throws BASE_CANCELLED, RESTIC_BLOB_MISSING or RESTIC_DAMAGED for what leads to the units
 */
export async function rebuildCatalogue(
  source: Pick<Source, 'kind' | 'paths'>,
  opened: Pick<OpenRepository, 'repository' | 'catalogue'>,
  generation: Pick<Generation, 'id' | 'tree'>,
  steps: RebuildSteps = {},
): Promise<Rebuilt> {
  const { repository, catalogue } = opened
  const isUnit = unitRule(source)
  if (!isUnit || catalogue.knows(generation.id)) return { units: 0, unreadable: 0 }
  const observer = ssmix2Observer(source.paths.map((path) => Buffer.from(path).toString('latin1')))
  const index = await repository.loadIndex()
  const packs = await repository.backend.list('data')
  const load = nearbyReads(repository.backend, new Map(packs.map(({ name, sizeBytes }) => [name, sizeBytes])))
  const { store } = catalogue.run()
  const units = await unitTrees(opened, generation.tree, isUnit, { index, load })
  const seen = new Set(units.keys())
  const unitsTotal = units.size
  let unitsDone = 0
  let waiting: (() => void)[] = []
  const flush = (): void => {
    const puts = waiting
    waiting = []
    if (puts.length > 0) putTogether(store, () => puts.forEach((put) => put()))
  }
  for (const [path, tree] of units) {
    if (steps.signal?.aborted) {
      flush()
      throw new AppError('BASE_CANCELLED')
    }
    unitsDone++
    if (unitsDone % TOGETHER === 0) {
      flush()
      steps.onProgress?.({ unitsDone, unitsTotal })
      // Whoever reads meanwhile gets an answer.
      await new Promise((resolve) => setImmediate(resolve))
    }
    const before = store.get(path)
    if (before && decodeRecord(before).root.tree === tree) continue
    const observe = (file: string, bytes: Uint8Array, size: number) => observer.observeFile(path, file, bytes, size)
    try {
      const record = await recordFromTree({ repository, index, load, observe, maxBytes: observer.maxBytes }, tree)
      if (record) waiting.push(() => store.put(path, record))
      else seen.delete(path)
    } catch (error) {
      // One damaged patient folder keeps no other from being read. What an earlier generation held of it is not this one's.
      if (!isAppError(error)) throw error
      seen.delete(path)
    }
  }
  flush()
  catalogue.commit(generation.id, seen)
  return { units: seen.size, unreadable: unitsTotal - seen.size }
}

function putTogether(store: ReturnType<Catalogue['run']>['store'], puts: () => void): void {
  if (store.together) store.together(puts)
  else puts()
}
