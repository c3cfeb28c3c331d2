/**
 * Whether a snapshot is whole: every tree can be read, every blob it names lies in a pack that exists and whose own header
 * names it. Stock restic says "saved" without this (dedup poisoning: one forged index entry is enough), so no
 * snapshot becomes a generation before it passed.
 */
import { AppError, isAppError } from '#base'
import { type BlobIndex, type BlobLocation, type BlobType, decodeTree } from '#restic'

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
  const packs = new Set<number>()
  const missing = new Set<string>()
  // One bit for each entry of the index: a set of ids would take 1.5 GB at six million blobs.
  const seen = new Uint8Array(Math.ceil(index.blobCount / 8))
  const open = [rootTree]
  let blobs = 0
  let files = 0
  let bytes = 0

  const miss = (id: string): void => {
    if (missing.size < MOST_MISSING) missing.add(id)
  }
  const isWhole = (place: BlobLocation): boolean => place.offset + place.length <= (packSizes.get(place.packId) ?? 0)
  /** True the first time that a blob is met and lies somewhere whole. */
  const isNew = (id: string, type: BlobType): boolean => {
    const first = index.lookup(id, type)
    if (first === -1) miss(id)
    if (first === -1 || (seen[first >> 3]! & (1 << (first & 7))) !== 0) return false
    seen[first >> 3]! |= 1 << (first & 7)
    blobs++
    const whole = index.entriesOf(id, type).filter((entry) => isWhole(index.location(entry)))
    for (const entry of whole) packs.add(index.packNumber(entry))
    if (whole.length === 0) miss(id)
    return whole.length > 0
  }

  for (let tree = open.pop(); tree !== undefined; tree = open.pop()) {
    if (signal?.aborted) throw new AppError('BASE_CANCELLED')
    if (!isNew(tree, 'tree')) continue
    try {
      for (const node of decodeTree(await loadTree(tree))) {
        if (node.subtree) open.push(node.subtree)
        if (node.type !== 'file') continue
        files++
        bytes += node.sizeBytes ?? 0
        for (const blob of node.content ?? []) isNew(blob, 'data')
      }
    } catch (error) {
      if (!isAppError(error)) throw error
      miss(tree)
    }
  }
  const packIds = new Set([...packs].map((number) => index.packId(number)))
  return { blobs, packs: packIds, missing: [...missing], files, bytes }
}
