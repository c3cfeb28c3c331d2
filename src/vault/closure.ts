/**
 * Whether a snapshot is whole: every tree can be read, every blob it names lies in a pack that exists and whose own header
 * names it. Stock restic says "saved" without this (dedup poisoning: one forged index entry is enough), so no
 * snapshot becomes a generation before it passed.
 */
import { AppError, isAppError } from '#base'
import { type BlobIndex, decodeTree } from '#restic'

export interface ClosureResult {
  readonly blobs: number
  /** Packs the snapshot needs. */
  readonly packs: ReadonlySet<string>
  /** Blobs (or trees that cannot be read), by id. */
  readonly missing: readonly string[]
  readonly files: number
  readonly bytes: number
}

export interface ClosureInput {
  readonly index: BlobIndex
  /** Size of each pack that exists. */
  readonly packSizes: ReadonlyMap<string, number>
  readonly rootTree: string
  /** Plaintext of a tree, its hash checked. @throws RESTIC_DAMAGED, RESTIC_BLOB_MISSING, STORAGE_NOT_FOUND */
  readonly loadTree: (id: string) => Promise<Uint8Array> | Uint8Array
  readonly signal?: AbortSignal
}

/** Names beyond this many are not kept: the count of missing blobs says how bad it is. */
const MOST_MISSING = 10_000

export async function checkClosure(input: ClosureInput): Promise<ClosureResult> {
  const { index, packSizes, rootTree, loadTree, signal } = input
  const packs = new Set<string>()
  const missing = new Set<string>()
  const seen = new Set<string>()
  const open = [rootTree]
  let files = 0
  let bytes = 0

  const locate = (id: string, type: 'tree' | 'data'): boolean => {
    const places = index
      .find(id, type)
      .filter((place) => place.offset + place.length <= (packSizes.get(place.packId) ?? 0))
    for (const place of places) packs.add(place.packId)
    if (places.length === 0 && missing.size < MOST_MISSING) missing.add(id)
    return places.length > 0
  }

  for (let tree = open.pop(); tree !== undefined; tree = open.pop()) {
    if (seen.has(tree)) continue
    seen.add(tree)
    if (signal?.aborted) throw new AppError('BASE_CANCELLED')
    if (!locate(tree, 'tree')) continue
    try {
      for (const node of decodeTree(await loadTree(tree))) {
        if (node.subtree) open.push(node.subtree)
        if (node.type !== 'file') continue
        files++
        bytes += node.sizeBytes ?? 0
        for (const blob of node.content ?? []) {
          if (seen.has(blob)) continue
          seen.add(blob)
          locate(blob, 'data')
        }
      }
    } catch (error) {
      if (!isAppError(error)) throw error
      missing.add(tree)
    }
  }
  return { blobs: seen.size, packs, missing: [...missing], files, bytes }
}
