import { AppError } from '#base'
import type { BlobIndex } from '../blob-index.ts'
import { Marks } from '../marks.ts'
import type { PackClaim } from '../checker/load.ts'

/** One pack with what of it is needed. */
export interface PackUse {
  readonly id: string
  readonly sizeBytes: number
  neededBytes: number
  neededBlobs: number
  readonly blobCount: number
}

export interface PrunePlan {
  /** Nothing in them is needed. */
  readonly unneeded: PackUse[]
  /** Worth copying the needed blobs out of. */
  readonly repack: PackUse[]
  readonly keep: PackUse[]
  /** Packs in data/ that no index lists: rests of interrupted runs. */
  readonly orphans: { readonly id: string; readonly sizeBytes: number }[]
  /** Entries whose copy is the one to keep. */
  readonly kept: Marks
}

export interface PlanInput {
  readonly index: BlobIndex
  readonly claims: ReadonlyMap<string, PackClaim>
  readonly files: readonly { readonly name: string; readonly sizeBytes: number }[]
  readonly needed: Marks
  readonly repack: boolean
  /** Dead bytes that may stay, in percent of the needed ones. */
  readonly maxUnusedPercent: number
}

/** @throws RESTIC_BLOB_MISSING where a needed blob lies in no pack that exists: removing anything would hide it */
export function planPrune(input: PlanInput): PrunePlan {
  const { index, claims, files } = input
  const sizes = new Map(files.map((file) => [file.name, file.sizeBytes]))
  const uses = index.packIds().map((id): PackUse => {
    return {
      id,
      sizeBytes: sizes.get(id) ?? 0,
      neededBytes: 0,
      neededBlobs: 0,
      blobCount: claims.get(id)?.blobCount ?? 0,
    }
  })
  const kept = Marks.create(index.blobCount)
  const id = Buffer.alloc(32)
  for (let entry = 0; entry < index.blobCount; entry++) {
    if (!input.needed.has(entry)) continue
    const copy = bestCopy(index, entry, id, (packId) => sizes.get(packId) === claims.get(packId)?.sizeBytes)
    kept.add(copy)
    const use = uses[index.packNumber(copy)]!
    use.neededBytes += index.location(copy).length
    use.neededBlobs += 1
  }
  const existing = uses.filter((use) => sizes.has(use.id))
  const unneeded = existing.filter((use) => use.neededBlobs === 0)
  const partly = existing.filter((use) => use.neededBlobs > 0 && use.neededBlobs < use.blobCount)
  const repack = input.repack ? chooseRepack(existing, partly, input.maxUnusedPercent) : []
  const going = new Set([...unneeded, ...repack])
  const orphans = files
    .filter((file) => !claims.has(file.name))
    .map((file) => ({ id: file.name, sizeBytes: file.sizeBytes }))
  return { unneeded, repack, keep: existing.filter((use) => !going.has(use)), orphans, kept }
}

/** The entry itself where its pack is sound, else another copy's. */
function bestCopy(index: BlobIndex, entry: number, id: Buffer, isSound: (packId: string) => boolean): number {
  const { packId, type } = index.location(entry)
  if (isSound(packId)) return entry
  index.readId(entry, id)
  for (const copy of index.entriesOf(id, type)) if (isSound(index.location(copy).packId)) return copy
  throw new AppError('RESTIC_BLOB_MISSING', { detail: 'a needed blob has no sound pack', context: { pack: packId } })
}

/** The worst packs first, until what stays dead is within the bound. */
function chooseRepack(all: readonly PackUse[], partly: readonly PackUse[], maxUnusedPercent: number): PackUse[] {
  const neededBytes = all.reduce((sum, use) => sum + use.neededBytes, 0)
  let dead = partly.reduce((sum, use) => sum + use.sizeBytes - use.neededBytes, 0)
  const chosen: PackUse[] = []
  const worstFirst = partly.toSorted((a, b) => a.neededBytes / a.sizeBytes - b.neededBytes / b.sizeBytes)
  for (const use of worstFirst) {
    if (dead * 100 <= neededBytes * maxUnusedPercent) break
    chosen.push(use)
    dead -= use.sizeBytes - use.neededBytes
  }
  return chosen
}
