/**
 * What the packs themselves say they hold, from their sealed headers. Index files are claims: whoever has the repository's
 * password can add one that names blobs where there are none, and restic calls the next backup saved. The closure of a
 * generation therefore believes headers only.
 */
import { isAppError, type Backend, type ListedFile } from '#base'
import { BlobIndex, readPackHeader, type Repository } from '#restic'

/** Most headers fit: 41 bytes a blob, some thousand blobs in a pack of small files. */
const TAIL_BYTES = 128 * 1024
const READ_AT_ONCE = 8

/** Packs that cannot be read or whose header is no header hold nothing: their blobs are then found missing. */
export async function indexOfPacks(repository: Repository, packs: readonly ListedFile[]): Promise<BlobIndex> {
  const index = BlobIndex.create()
  const queue = [...packs]
  const next = async (): Promise<void> => {
    for (let pack = queue.pop(); pack !== undefined; pack = queue.pop()) {
      const blobs = await blobsOf(repository, pack)
      if (blobs) index.addPack(pack.name, blobs)
    }
  }
  await Promise.all(Array.from({ length: READ_AT_ONCE }, next))
  return index
}

async function blobsOf({ backend, sealer }: Repository, { name, sizeBytes }: ListedFile) {
  try {
    const first = readPackHeader(sealer, await tail(backend, name, sizeBytes, TAIL_BYTES), sizeBytes)
    if ('blobs' in first) return first.blobs
    const second = readPackHeader(sealer, await tail(backend, name, sizeBytes, first.needBytes), sizeBytes)
    return 'blobs' in second ? second.blobs : undefined
  } catch (error) {
    if (!isAppError(error)) throw error
    return undefined
  }
}

function tail(backend: Backend, name: string, sizeBytes: number, wanted: number): Promise<Buffer> {
  const length = Math.min(wanted, sizeBytes)
  return backend.load({ kind: 'data', name }, sizeBytes - length, length)
}
