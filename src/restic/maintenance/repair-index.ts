import { isAppError } from '#base'
import { Findings } from '../findings.ts'
import { loadIndexes } from '../checker/load.ts'
import type { IndexedPack } from '../index-file.ts'
import { readPackHeader } from '../pack.ts'
import type { Repository } from '../repository.ts'
import { gatherPacks, removeFiles, saveIndexFiles } from './index-writer.ts'

export interface RepairIndexResult {
  readonly packsAdded: number
  /** Listed, but not there or of another size: forged or stale entries. */
  readonly packsDropped: number
  /** Packs whose header cannot be read: `repair packs` may save what is in them. */
  readonly unreadable: readonly string[]
  readonly indexFilesAdded: readonly string[]
  /** Old index files that could not be removed since they are held. */
  readonly indexFilesHeld: readonly string[]
}

/** Enough for the header of nearly every pack in one read. */
const TAIL_BYTES = 64 * 1024

/**
 * Makes the indexes say what the packs hold: entries of packs that are gone or changed are dropped, packs that no index
 * lists are read from their headers. The packs are the truth; with `readAll` every header is read and the old indexes
 * count for nothing.
 */
export async function repairIndex(
  repository: Repository,
  options: { readonly readAll?: boolean } = {},
): Promise<RepairIndexResult> {
  const { backend } = repository
  const { claims, indexFiles } = await loadIndexes(repository, new Findings())
  const readable = new Set(indexFiles.map((file) => file.name))
  const allIndexes = (await backend.list('index')).map((file) => file.name)
  const files = await backend.list('data')
  const sizes = new Map(files.map((file) => [file.name, file.sizeBytes]))
  const isWrong = (id: string) => options.readAll || sizes.get(id) !== claims.get(id)?.sizeBytes
  const dropped = [...claims.keys()].filter((id) => sizes.get(id) !== claims.get(id)?.sizeBytes)
  const read = await readHeaders(
    repository,
    files.filter((file) => !claims.has(file.name) || isWrong(file.name)),
  )
  const wrongIndexes = allIndexes.filter((name) => !readable.has(name))
  for (const [id, { indexes }] of claims) if (isWrong(id)) wrongIndexes.push(...indexes)
  const rewritten = [...new Set(wrongIndexes)]
  const kept = await gatherPacks(
    repository,
    rewritten.filter((name) => readable.has(name)),
    isWrong,
  )
  const indexFilesAdded = await saveIndexFiles(repository, [...kept, ...read.packs])
  const added = new Set(indexFilesAdded)
  const indexFilesHeld = await removeFiles(
    repository,
    'index',
    rewritten.filter((name) => !added.has(name)),
  )
  return {
    packsAdded: read.packs.filter((pack) => !claims.has(pack.id)).length,
    packsDropped: dropped.length,
    unreadable: read.unreadable,
    indexFilesAdded,
    indexFilesHeld,
  }
}

async function readHeaders(
  repository: Repository,
  files: readonly { readonly name: string; readonly sizeBytes: number }[],
): Promise<{ packs: IndexedPack[]; unreadable: string[] }> {
  const packs: IndexedPack[] = []
  const unreadable: string[] = []
  for (const { name, sizeBytes } of files) {
    try {
      packs.push({ id: name, blobs: await readHeader(repository, name, sizeBytes) })
    } catch (error) {
      if (!isAppError(error)) throw error
      unreadable.push(name)
    }
  }
  return { packs, unreadable }
}

async function readHeader(repository: Repository, name: string, sizeBytes: number): Promise<IndexedPack['blobs']> {
  for (let want = Math.min(TAIL_BYTES, sizeBytes); ;) {
    const tail = await repository.backend.load({ kind: 'data', name }, sizeBytes - want, want)
    const read = readPackHeader(repository.sealer, tail, sizeBytes)
    if ('blobs' in read) return read.blobs
    want = read.needBytes
  }
}
