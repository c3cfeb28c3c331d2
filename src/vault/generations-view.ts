/** What lies in the local place, as the verifier of the ledger wants to see it: the snapshot files themselves, no cache. */
import { createHash } from 'node:crypto'
import { isAppError } from '#base'
import type { GenerationsView, SeenRepository, SeenSnapshot } from '#journal'
import { loadSnapshot } from '#restic'
import { LOCAL_PLACE, type OpenRepository } from './repositories.ts'

/** A snapshot is about a kilobyte; what is far larger is not opened, and its content counts as another. */
const MOST_SNAPSHOT_BYTES = 64 * 1024 * 1024

/** `repositories`: those that open; one that does not is left out and the verifier says so (REPOSITORY_NOT_SEEN). */
export function generationsView(repositories: readonly OpenRepository[]): GenerationsView {
  return { repositories: () => Promise.all(repositories.map(seeRepository)) }
}

async function seeRepository(opened: OpenRepository): Promise<SeenRepository> {
  const { repository, backend } = opened
  const snapshots: SeenSnapshot[] = []
  for (const { name, sizeBytes } of await backend.list('snapshots'))
    snapshots.push(await seeSnapshot(opened, name, sizeBytes))
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
