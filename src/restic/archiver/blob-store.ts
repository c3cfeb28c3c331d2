import { hash } from 'node:crypto'
import type { MessagePort } from 'node:worker_threads'
import { AppError } from '#base'
import type { BlobIndex, BlobType } from '../blob-index.ts'
import type { Sealer } from '../crypto.ts'
import { Region, type Address } from '../kernel/kernel.ts'
import { PackBuilder, type PackBody } from '../pack-builder.ts'
import type { Control, FromWorker } from './protocol.ts'

/**
 * A worker's way into the repository: hashes a blob, stores it unless some thread did, and hands full packs to the main
 * thread, which saves them while this thread goes on.
 */
export class BlobStore {
  readonly #index: BlobIndex
  readonly #control: Control
  readonly #port: MessagePort
  readonly #text: Region
  readonly #sealer: Sealer
  readonly #builders: Record<BlobType, PackBuilder>
  #indexIsReady = false

  constructor(sealer: Sealer, index: BlobIndex, control: Control, port: MessagePort, compress: boolean) {
    this.#index = index
    this.#control = control
    this.#port = port
    this.#sealer = sealer
    this.#text = new Region(sealer.kernel, 64 * 1024)
    this.#builders = {
      data: new PackBuilder(sealer, 'data', compress),
      tree: new PackBuilder(sealer, 'tree', compress),
    }
  }

  /** Stores `length` bytes of the kernel's memory; their id in hex. */
  save(type: BlobType, at: Address, length: number): string {
    const id = hash('sha256', this.#sealer.kernel.view(at, length), 'buffer')
    this.awaitIndex()
    const entry = this.#index.claim(id, type)
    if (entry >= 0) {
      const builder = this.#builders[type]
      builder.add(entry, id, at, length)
      if (builder.isFull) this.#handOver(builder.take())
    }
    return id.toString('hex')
  }

  /** Stores a tree's JSON. */
  saveTree(json: string): string {
    const { kernel } = this.#sealer
    // At most three bytes of UTF-8 for each UTF-16 unit.
    this.#text.reserve(json.length * 3)
    const length = kernel.writeText(json, this.#text.at)
    return this.save('tree', this.#text.at, length)
  }

  /** Hands over what is left. */
  finish(): void {
    for (const builder of [this.#builders.data, this.#builders.tree]) {
      if (!builder.isEmpty) this.#handOver(builder.take())
    }
  }

  #handOver(pack: PackBody): void {
    this.#control.packLeaves()
    const message: FromWorker = { type: 'pack', pack }
    this.#port.postMessage(message, [pack.body.buffer, pack.blobs.buffer])
  }

  /** A run in which nothing changed never needs the index; the first blob, or tree of the parent snapshot, asks for it. */
  awaitIndex(): void {
    if (this.#indexIsReady) return
    if (!this.#control.isIndexReady) {
      // oxlint-disable-next-line require-post-message-target-origin -- a thread, not a window
      this.#port.postMessage({ type: 'need-index' } satisfies FromWorker)
      this.#control.awaitIndex()
    }
    if (this.#control.isCancelled) throw new AppError('BASE_CANCELLED')
    this.#indexIsReady = true
  }
}
