import { isAppError } from '#base'
import { BlobIndex } from '../blob-index.ts'
import type { Findings } from '../findings.ts'
import type { IndexedPack } from '../index-file.ts'
import { packSizeBytes } from '../pack.ts'
import type { Repository } from '../repository.ts'

/** What index files say about one pack. */
export interface PackClaim {
  readonly blobCount: number
  /** Size that a pack with exactly these blobs has. */
  readonly sizeBytes: number
  /** Index files that list it. */
  readonly indexes: string[]
}

export interface LoadedIndex {
  readonly index: BlobIndex
  readonly claims: ReadonlyMap<string, PackClaim>
  readonly indexFiles: readonly { readonly name: string; readonly sizeBytes: number; readonly blobCount: number }[]
}

/** Loads every index file that can be read; the others are findings. Also what each pack is claimed to hold. */
export async function loadIndexes(repository: Repository, findings: Findings): Promise<LoadedIndex> {
  const files = await repository.backend.list('index')
  const index = BlobIndex.create(files.reduce((sum, file) => sum + file.sizeBytes, 0) / 55)
  const claims = new Map<string, PackClaim>()
  const indexFiles: { name: string; sizeBytes: number; blobCount: number }[] = []
  for (const { name, sizeBytes } of files) {
    try {
      const { packs } = await repository.loadIndexFile(name)
      for (const pack of packs) claim(index, claims, name, pack)
      indexFiles.push({ name, sizeBytes, blobCount: packs.reduce((sum, pack) => sum + pack.blobs.length, 0) })
    } catch (error) {
      if (!isAppError(error)) throw error
      findings.add({ severity: 'error', what: 'index-unreadable', index: name, detail: error.message })
    }
  }
  return { index, claims, indexFiles }
}

function claim(index: BlobIndex, claims: Map<string, PackClaim>, file: string, pack: IndexedPack): void {
  const known = claims.get(pack.id)
  if (known) {
    known.indexes.push(file)
    return
  }
  index.addPack(pack.id, pack.blobs)
  claims.set(pack.id, { blobCount: pack.blobs.length, sizeBytes: packSizeBytes(pack.blobs), indexes: [file] })
}

/** Compares what index files claim with the files that lie in data/. */
export function comparePacks(
  claims: ReadonlyMap<string, PackClaim>,
  files: readonly { readonly name: string; readonly sizeBytes: number }[],
  findings: Findings,
): void {
  const sizes = new Map(files.map((file) => [file.name, file.sizeBytes]))
  for (const [pack, { sizeBytes, indexes }] of claims) {
    const found = sizes.get(pack)
    if (found === undefined) findings.add({ severity: 'error', what: 'pack-missing', pack })
    else if (found !== sizeBytes) {
      findings.add({ severity: 'error', what: 'pack-size', pack, detail: `${found} bytes, index says ${sizeBytes}` })
    }
    if (indexes.length > 1) {
      findings.add({ severity: 'warning', what: 'pack-in-several-indexes', pack, detail: indexes.join(' ') })
    }
  }
  for (const { name } of files) {
    if (!claims.has(name)) findings.add({ severity: 'warning', what: 'pack-not-indexed', pack: name })
  }
}
