/**
 * Copies that are no longer needed, where this disk runs short: what the place has let go of and no backup that is ready here
 * needs. While there is room everything stays, since whoever empties the place must not reach the PC. Of each source the
 * backups that are ready (the newest that somebody vouches for among them) stay whole whatever the place says; so does every
 * pack that an index file names which the place still has: what it lost may be good here alone.
 */
import { statfsSync } from 'node:fs'
import { AppError, type Backend, type FileKind } from '#base'
import type { Repository } from '#restic'
import type { Catalogue } from '#vault'
import { closureOf } from '#vault'

const SHORT_PERCENT = 10

/** Whether less than a tenth of the disk is free. */
export function isShortOfSpace(folder: string): boolean {
  const { bavail, blocks } = statfsSync(folder)
  return bavail * 100 < blocks * SHORT_PERCENT
}

export interface SweptCopy {
  readonly repository: Repository
  readonly catalogue: Catalogue
}

/**
 * Order: snapshots, index files, packs, so that a cut leaves only packs that nothing names. Nothing is touched where a ready
 * backup is not whole: what it lacks may lie in what would go.
 * @param from the place, just mirrored whole @param ready backups that are read here
 * @returns how many files went @throws what the backends throw
 */
export async function sweepCopy(
  { repository, catalogue }: SweptCopy,
  from: Pick<Backend, 'list'>,
  ready: readonly { readonly snapshot: string; readonly tree: string }[],
  signal: AbortSignal,
): Promise<number> {
  const { backend } = repository
  const gone = async (kind: FileKind): Promise<string[]> => {
    const there = new Set((await from.list(kind)).map(({ name }) => name))
    // A place that holds nothing at all was emptied, or is another.
    if (there.size === 0) return []
    return (await backend.list(kind)).map(({ name }) => name).filter((name) => !there.has(name))
  }
  const [snapshots, indexes, packs] = [await gone('snapshots'), await gone('index'), await gone('data')]
  if (packs.length === 0 && snapshots.length === 0) return 0
  const needed = new Set<string>()
  for (const one of ready) {
    const { closure } = await closureOf({ repository, catalogue }, one, signal)
    if (closure.missing.length > 0) return 0
    for (const pack of closure.packs) needed.add(pack)
  }
  const held = new Set(ready.map(({ snapshot }) => snapshot))
  const letGo = new Set(packs.filter((name) => !needed.has(name)))
  const staying = await namedByOthers(repository, new Set(indexes), letGo)
  const remove = async (kind: FileKind, names: Iterable<string>): Promise<number> => {
    let count = 0
    for (const name of names) {
      if (signal.aborted) throw new AppError('BASE_CANCELLED')
      await backend.remove({ kind, name })
      count++
    }
    return count
  }
  return (
    (await remove(
      'snapshots',
      snapshots.filter((name) => !held.has(name)),
    )) +
    (await remove('index', staying.indexesToGo)) +
    (await remove(
      'data',
      [...letGo].filter((name) => !staying.packs.has(name)),
    ))
  )
}

/** An index file goes only with everything that it names; what another names stays: no index names what is not there. */
async function namedByOthers(
  repository: Repository,
  goneThere: ReadonlySet<string>,
  letGo: ReadonlySet<string>,
): Promise<{ indexesToGo: string[]; packs: ReadonlySet<string> }> {
  const packs = new Set<string>()
  const indexesToGo: string[] = []
  for (const { name } of await repository.backend.list('index')) {
    const named = (await repository.loadIndexFile(name)).packs.map(({ id }) => id)
    if (goneThere.has(name) && named.every((id) => letGo.has(id))) indexesToGo.push(name)
    else for (const id of named) packs.add(id)
  }
  return { indexesToGo, packs }
}
