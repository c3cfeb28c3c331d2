import { isAppError } from '#base'
import type { IndexedPack } from '../index-file.ts'
import type { Repository } from '../repository.ts'

/** restic's measure of a full index file. */
const BLOBS_PER_INDEX = 50_000

/** Saves packs as index files of the usual size; their names. */
export async function saveIndexFiles(repository: Repository, packs: readonly IndexedPack[]): Promise<string[]> {
  const names: string[] = []
  let part: IndexedPack[] = []
  let blobs = 0
  for (const pack of packs) {
    part.push(pack)
    blobs += pack.blobs.length
    if (blobs >= BLOBS_PER_INDEX) {
      names.push(await repository.saveIndexFile(part))
      part = []
      blobs = 0
    }
  }
  if (part.length > 0) names.push(await repository.saveIndexFile(part))
  return names
}

/** What index files list together, without the packs that go and without packs that are listed elsewhere already. */
export async function gatherPacks(
  repository: Repository,
  indexFiles: readonly string[],
  unless: (packId: string) => boolean,
): Promise<IndexedPack[]> {
  const packs = new Map<string, IndexedPack>()
  for (const name of indexFiles) {
    for (const pack of (await repository.loadIndexFile(name)).packs) if (!unless(pack.id)) packs.set(pack.id, pack)
  }
  return [...packs.values()]
}

/** Whether a file is held against deletion at this moment. */
export async function isHeld(
  repository: Repository,
  kind: 'data' | 'index' | 'snapshots',
  name: string,
  nowMs: number,
): Promise<boolean> {
  const state = await repository.backend.retention?.state({ kind, name })
  return state !== undefined && state.untilMs > nowMs
}

/** Removes files; those that turn out to be held are left and returned. */
export async function removeFiles(
  repository: Repository,
  kind: 'data' | 'index' | 'snapshots',
  names: readonly string[],
): Promise<string[]> {
  const held: string[] = []
  for (const name of names) {
    try {
      await repository.backend.remove({ kind, name })
    } catch (error) {
      if (!isAppError(error, 'STORAGE_LOCKED_UNTIL')) throw error
      held.push(name)
    }
  }
  return held
}
