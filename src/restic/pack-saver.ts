import { createHash } from 'node:crypto'
import type { BlobIndex, PackedBlob } from './blob-index.ts'
import type { Sealer } from './crypto.ts'
import { FIELDS, type PackBody } from './pack-builder.ts'
import { PACK_TARGET_BYTES, sealPackHeader } from './pack.ts'
import type { IndexedPack, Repository } from './repository.ts'

/** An index file is full with that many blobs (restic's number). */
const BLOBS_PER_INDEX = 50_000

/**
 * Finishes packs that builders filled: header, name, save, places in the blob index; and index files as they fill. In the
 * order that survives a cut at any moment: a pack is durable before an index file names it.
 */
export class PackSaver {
  readonly saved = { packs: 0, dataBlobs: 0, treeBlobs: 0, plainBytes: 0, packedBytes: 0 }
  /** Called after an index file is durable, with its packs. */
  readonly #onIndexed: (indexName: string, packs: readonly IndexedPack[]) => void
  readonly #repository: Repository
  readonly #sealer: Sealer
  readonly #index: BlobIndex
  #unindexed: IndexedPack[] = []
  #unindexedBlobs = 0
  #partial: PackBody[] = []

  constructor(
    repository: Repository,
    index: BlobIndex,
    onIndexed: (indexName: string, packs: readonly IndexedPack[]) => void = () => {},
  ) {
    this.#repository = repository
    this.#sealer = repository.sealer
    this.#index = index
    this.#onIndexed = onIndexed
  }

  /** Saves one pack; an index file too, where enough blobs have gathered. */
  async save(pack: PackBody): Promise<void> {
    const blobs = this.#describe(pack)
    const header = sealPackHeader(this.#sealer, blobs)
    const id = createHash('sha256').update(pack.body).update(header).digest('hex')
    await this.#repository.backend.save({ kind: 'data', name: id }, [pack.body, header])
    this.#place(id, pack, blobs)
    // 16 MiB each: waiting for the collector would hold many of them.
    pack.body.buffer.transfer(0)
    this.#unindexed.push({ id, blobs })
    this.#unindexedBlobs += blobs.length
    if (this.#unindexedBlobs >= BLOBS_PER_INDEX) await this.saveIndex()
  }

  /** Takes the rest of a builder: sealed blobs are bound to no place, so rests of several workers share packs. */
  saveLater(pack: PackBody): void {
    if (pack.blobs.length > 0) this.#partial.push(pack)
  }

  /** Saves the rests and an index file for all that has none. */
  async finish(): Promise<void> {
    for (const type of ['data', 'tree'] as const) {
      const rests = this.#partial.filter((pack) => pack.type === type)
      for (const group of groupRests(rests)) await this.save(joinPacks(group))
    }
    this.#partial = []
    await this.saveIndex()
  }

  async saveIndex(): Promise<void> {
    const packs = this.#unindexed
    if (packs.length === 0) return
    this.#unindexed = []
    this.#unindexedBlobs = 0
    this.#onIndexed(await this.#repository.saveIndexFile(packs), packs)
  }

  #describe(pack: PackBody): PackedBlob[] {
    const blobs: PackedBlob[] = []
    const id = Buffer.alloc(32)
    let offset = 0
    for (let i = 0; i < pack.blobs.length; i += FIELDS) {
      this.#index.readId(pack.blobs[i]!, id)
      const length = pack.blobs[i + 1]!
      const uncompressedLength = pack.blobs[i + 2]!
      blobs.push({ id: id.toString('hex'), type: pack.type, offset, length, uncompressedLength })
      offset += length
    }
    return blobs
  }

  #place(id: string, pack: PackBody, blobs: readonly PackedBlob[]): void {
    const packNumber = this.#index.addPackId(id)
    for (const [i, blob] of blobs.entries()) {
      const entry = pack.blobs[i * FIELDS]!
      this.#index.place(entry, packNumber, blob.offset, blob.length, blob.uncompressedLength)
    }
    this.saved.packs++
    this.saved[pack.type === 'tree' ? 'treeBlobs' : 'dataBlobs'] += blobs.length
    this.saved.plainBytes += pack.plainBytes
    this.saved.packedBytes += blobs.reduce((sum, blob) => sum + blob.length, 0)
  }
}

/** Rests in groups that make packs of about the usual size. */
function groupRests(rests: readonly PackBody[]): PackBody[][] {
  const groups: PackBody[][] = []
  let size = PACK_TARGET_BYTES
  for (const rest of rests) {
    if (size >= PACK_TARGET_BYTES) {
      groups.push([])
      size = 0
    }
    groups.at(-1)!.push(rest)
    size += rest.body.length
  }
  return groups
}

function joinPacks(packs: readonly PackBody[]): PackBody {
  if (packs.length === 1) return packs[0]!
  const body = new Uint8Array(packs.reduce((sum, pack) => sum + pack.body.length, 0))
  let at = 0
  for (const pack of packs) {
    body.set(pack.body, at)
    at += pack.body.length
  }
  const blobs = Uint32Array.from(packs.flatMap((pack) => [...pack.blobs]))
  return { type: packs[0]!.type, body, blobs, plainBytes: packs.reduce((sum, pack) => sum + pack.plainBytes, 0) }
}
