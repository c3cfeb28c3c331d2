/** What lies in the local place, as the verifier of the ledger wants to see it: the snapshot files themselves, no cache. */
import { createHash } from 'node:crypto'
import { isAppError } from '#base'
import type { GenerationsView, LedgerGeneration, SeenRepository, SeenSnapshot } from '#journal'
import { loadSnapshot } from '#restic'
import { ObjectsSeen, type ObjectsParts } from './objects-seen.ts'
import { LOCAL_PLACE, type OpenRepository } from './repositories.ts'

/** A snapshot is about a kilobyte; what is far larger is not opened, and its content counts as another. */
const MOST_SNAPSHOT_BYTES = 64 * 1024 * 1024

/** `repositories`: those that open; one that does not is left out and the verifier says so (REPOSITORY_NOT_SEEN). */
export function generationsView(
  repositories: readonly OpenRepository[],
  parts: Omit<ObjectsParts, 'opened'>,
): GenerationsView {
  return {
    async repositories(known) {
      const seen: SeenRepository[] = []
      for (const opened of repositories)
        try {
          seen.push(await seeRepository(opened, known, parts))
        } catch (error) {
          // Its folder went while it was open.
          if (!isAppError(error)) throw error
        }
      return seen
    },
  }
}

async function seeRepository(
  opened: OpenRepository,
  known: readonly LedgerGeneration[],
  parts: Omit<ObjectsParts, 'opened'>,
): Promise<SeenRepository> {
  const { repository, backend } = opened
  const snapshots: SeenSnapshot[] = []
  for (const { name, sizeBytes } of await backend.list('snapshots'))
    snapshots.push(await seeSnapshot(opened, name, sizeBytes))
  const objects = await ObjectsSeen.of({ ...parts, opened })
  const wanted = new Map(
    known
      .filter((g) => !g.expired && g.recorded.repository === repository.config.id)
      .map((g) => [g.recorded.snapshot, g]),
  )
  for (const [i, snapshot] of snapshots.entries()) {
    const generation = wanted.get(snapshot.snapshot)
    if (generation) snapshots[i] = { ...snapshot, objects: await objects.of(generation) }
  }
  return { repository: repository.config.id, place: LOCAL_PLACE, primary: true, snapshots }
}

async function seeSnapshot({ repository, backend }: OpenRepository, name: string, size: number): Promise<SeenSnapshot> {
  const file = { kind: 'snapshots', name } as const
  const lock = await backend.retention.state(file)
  const bytes = size > MOST_SNAPSHOT_BYTES ? Buffer.alloc(0) : await backend.load(file)
  const contentHash = createHash('sha256').update(bytes).digest('hex')
  // Without a lock the file is held until never: a lock that somebody lifted is shorter than the one promised.
  const seen = { snapshot: name, contentHash, lockedUntilMs: lock?.untilMs ?? 0 }
  try {
    const { timeNs, tree } = await loadSnapshot(repository, name)
    return { ...seen, timeMs: Number(timeNs / 1_000_000n), tree }
  } catch (error) {
    if (!isAppError(error)) throw error
    return seen
  }
}
