import { isAppError } from '#base'
import type { PackedBlob } from '../blob-index.ts'
import { Findings } from '../findings.ts'
import { loadIndexes } from '../checker/load.ts'
import { readPackHeader } from '../pack.ts'
import type { Repository } from '../repository.ts'
import { gatherPacks, removeFiles, saveIndexFiles } from './index-writer.ts'

export interface RepairPacksResult {
  readonly blobsSaved: number
  readonly blobsLost: number
  /** Damaged packs that stay since they, or an index file that lists them, are held. */
  readonly held: readonly string[]
}

/**
 * Saves the good blobs of damaged packs into new ones and drops the damaged packs. Each blob is proved by its hash, so a
 * pack with one flipped bit loses one blob.
 */
export async function repairPacks(repository: Repository, packIds: readonly string[]): Promise<RepairPacksResult> {
  const { index, claims } = await loadIndexes(repository, new Findings())
  const writer = repository.packWriter(index)
  const listing = [...new Set(packIds.flatMap((id) => claims.get(id)?.indexes ?? []))]
  const damaged = new Set(packIds)
  const listed = new Map((await gatherPacks(repository, listing, (id) => !damaged.has(id))).map((p) => [p.id, p.blobs]))
  let blobsSaved = 0
  let blobsLost = 0
  for (const id of damaged) {
    const bytes = await loadWhatIsThere(repository, id)
    for (const blob of listed.get(id) ?? headerOf(repository, bytes)) {
      const plain = openBlob(repository, bytes, blob)
      if (plain) await writer.add(blob.type, plain, true)
      if (plain) blobsSaved += 1
      else blobsLost += 1
    }
  }
  await writer.finish()
  const rest = await gatherPacks(repository, listing, (id) => damaged.has(id))
  const added = new Set(await saveIndexFiles(repository, rest))
  const heldIndexes = await removeFiles(
    repository,
    'index',
    listing.filter((name) => !added.has(name)),
  )
  const removable = packIds.filter((id) => !claims.get(id)?.indexes.some((name) => heldIndexes.includes(name)))
  const heldPacks = await removeFiles(repository, 'data', removable)
  return { blobsSaved, blobsLost, held: [...packIds.filter((id) => !removable.includes(id)), ...heldPacks] }
}

async function loadWhatIsThere(repository: Repository, name: string): Promise<Buffer> {
  try {
    return await repository.backend.load({ kind: 'data', name })
  } catch (error) {
    if (isAppError(error)) return Buffer.alloc(0)
    throw error
  }
}

function headerOf(repository: Repository, bytes: Buffer): readonly PackedBlob[] {
  try {
    const read = readPackHeader(repository.sealer, bytes, bytes.length)
    return 'blobs' in read ? read.blobs : []
  } catch (error) {
    if (isAppError(error)) return []
    throw error
  }
}

function openBlob(repository: Repository, bytes: Buffer, blob: PackedBlob): Buffer | undefined {
  try {
    const sealed = bytes.subarray(blob.offset, blob.offset + blob.length)
    return repository.openBlob(blob.id, sealed, blob.uncompressedLength)
  } catch (error) {
    if (isAppError(error)) return undefined
    throw error
  }
}
