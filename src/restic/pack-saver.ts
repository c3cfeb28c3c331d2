import { createHash } from 'node:crypto'
import type { BlobIndex, BlobType, PackedBlob } from './blob-index.ts'
import type { Sealer } from './crypto.ts'
import type { DescribedPack } from './index-file.ts'
import { FIELDS, type PackBody } from './pack-builder.ts'
import { PACK_TARGET_BYTES, sealPackHeader } from './pack.ts'
import type { Repository } from './repository.ts'

/** An index file is full with that many blobs (restic's number). */
const BLOBS_PER_INDEX = 50_000

/** A pack that is durable, with the size of its file. */
export interface SavedPack {
  readonly id: string
  readonly sizeBytes: number
}

/** One that no index file names yet. Its blobs stay numbers (see {@link PackBody}): as objects they would be 20 times larger. */
interface UnindexedPack extends SavedPack {
  readonly contents: readonly Pick<PackBody, 'type' | 'blobs'>[]
}

/**
 * Finishes packs that builders filled: header, name, save, places in the blob index; and index files as they fill. In the
 * order that survives a cut at any moment: a pack is durable before an index file names it.
 */
export class PackSaver {
  readonly saved = { packs: 0, dataBlobs: 0, treeBlobs: 0, plainBytes: 0, packedBytes: 0 }
  /** Called after an index file is durable, with its packs. */
  readonly #onIndexed: (indexName: string, packs: readonly SavedPack[]) => void
  readonly #repository: Repository
  readonly #sealer: Sealer
  readonly #index: BlobIndex
  #unindexed: UnindexedPack[] = []
  #unindexedBlobs = 0
  /** Bodies that wait until they make a pack. */
  readonly #open: Record<BlobType, PackBody[]> = { data: [], tree: [] }

  constructor(
    repository: Repository,
    index: BlobIndex,
    onIndexed: (indexName: string, packs: readonly SavedPack[]) => void = () => {},
  ) {
    this.#repository = repository
    this.#sealer = repository.sealer
    this.#index = index
    this.#onIndexed = onIndexed
  }

  /**
   * Takes what a builder filled: sealed blobs are bound to no place, so bodies of several workers share packs. Resolves at
   * once while the pack is not full; then when it is saved, and an index file too where enough blobs have gathered.
   */
  async add(body: PackBody): Promise<void> {
    if (body.blobs.length === 0) return
    const open = this.#open[body.type]
    open.push(body)
    if (open.reduce((sum, part) => sum + part.body.length, 0) >= PACK_TARGET_BYTES) await this.#savePack(open.splice(0))
  }

  /** Saves the packs that are not full and an index file for all that has none. */
  async finish(): Promise<void> {
    // At once: over a network the one waits as long as the other.
    const open = [this.#open.data, this.#open.tree].filter((bodies) => bodies.length > 0)
    await Promise.all(open.map((bodies) => this.#savePack(bodies.splice(0))))
    await this.saveIndex()
  }

  async saveIndex(): Promise<void> {
    const packs = this.#unindexed
    if (packs.length === 0) return
    this.#unindexed = []
    this.#unindexedBlobs = 0
    this.#onIndexed(await this.#repository.saveIndexFile(this.#describedPacks(packs)), packs)
  }

  /** One pack file of bodies of one type, one behind the other. */
  async #savePack(bodies: readonly PackBody[]): Promise<void> {
    const header = sealPackHeader(this.#sealer, this.#describe(bodies))
    const parts = [...bodies.map(({ body }) => body), header]
    const hash = createHash('sha256')
    for (const part of parts) hash.update(part)
    const id = hash.digest('hex')
    const sizeBytes = parts.reduce((sum, part) => sum + part.length, 0)
    await this.#repository.savePack(id, parts)
    this.#place(id, bodies)
    // 16 MiB each: waiting for the collector would hold many of them.
    for (const { body } of bodies) body.buffer.transfer(0)
    this.#unindexed.push({ id, sizeBytes, contents: bodies.map(({ type, blobs }) => ({ type, blobs })) })
    this.#unindexedBlobs += bodies.reduce((sum, { blobs }) => sum + blobs.length / FIELDS, 0)
    if (this.#unindexedBlobs >= BLOBS_PER_INDEX) await this.saveIndex()
  }

  *#describedPacks(packs: readonly UnindexedPack[]): IterableIterator<DescribedPack> {
    for (const { id, contents } of packs) yield { id, blobs: this.#describe(contents) }
  }

  /** The blobs of bodies that lie one behind the other, told anew each time they are asked for. */
  #describe(bodies: readonly Pick<PackBody, 'type' | 'blobs'>[]): Iterable<PackedBlob> {
    return { [Symbol.iterator]: () => this.#blobsOf(bodies) }
  }

  *#blobsOf(bodies: readonly Pick<PackBody, 'type' | 'blobs'>[]): IterableIterator<PackedBlob> {
    const id = Buffer.alloc(32)
    let offset = 0
    for (const { type, blobs } of bodies) {
      for (let i = 0; i < blobs.length; i += FIELDS) {
        this.#index.readId(blobs[i]!, id)
        const length = blobs[i + 1]!
        yield { id: id.toString('hex'), type, offset, length, uncompressedLength: blobs[i + 2]! }
        offset += length
      }
    }
  }

  #place(id: string, bodies: readonly PackBody[]): void {
    const packNumber = this.#index.addPackId(id)
    let offset = 0
    for (const { type, blobs, plainBytes } of bodies) {
      for (let i = 0; i < blobs.length; i += FIELDS) {
        this.#index.place(blobs[i]!, packNumber, offset, blobs[i + 1]!, blobs[i + 2]!)
        offset += blobs[i + 1]!
      }
      this.saved[type === 'tree' ? 'treeBlobs' : 'dataBlobs'] += blobs.length / FIELDS
      this.saved.plainBytes += plainBytes
    }
    this.saved.packs++
    this.saved.packedBytes += offset
  }
}
