import { AppError } from '#base'
import type { BlobIndex } from './blob-index.ts'
import { type BlobReader, missing } from './blob-reader.ts'
import { SEAL_OVERHEAD } from './crypto.ts'

/** Plaintext of blobs that was opened last, in bytes. At least one blob of the largest size that restic cuts. */
const CACHE_BYTES = 96 * 1024 * 1024
/** Plaintext of blobs that were opened last, for all files of a disk together. */
export class BlobCache {
  readonly #reader: BlobReader
  /** Memory that is used in a ring: a buffer for each blob would cost more than opening it (measured: 265 of 550 ms). */
  readonly #ring: Buffer
  #head = 0
  /** Where in the ring blobs stand, the oldest first. */
  readonly #held = new Map<string, Stretch>()

  constructor(reader: BlobReader, bytes = CACHE_BYTES) {
    this.#reader = reader
    this.#ring = Buffer.allocUnsafeSlow(bytes)
  }

  /** A view that is valid until the next call. @throws RESTIC_DAMAGED, RESTIC_BLOB_MISSING, the storage's */
  load(id: string): Uint8Array {
    const held = this.#held.get(id)
    if (held) return this.#ring.subarray(held.at, held.at + held.length)
    const blob = this.#reader.load(id, 'data')
    if (blob.length > this.#ring.length) return blob
    const at = this.#makeRoom(blob.length)
    this.#ring.set(blob, at)
    this.#held.set(id, { at, length: blob.length })
    return blob
  }

  /** Where the next blob goes; what stood there is let go. */
  #makeRoom(length: number): number {
    const at = this.#head + length > this.#ring.length ? 0 : this.#head
    for (const [id, held] of this.#held) {
      // Between the head and the end of the ring nothing newer lies, where it begins anew.
      const isBehind = at === 0 && held.at >= this.#head
      if (!isBehind && (held.at >= at + length || held.at + held.length <= at)) break
      this.#held.delete(id)
    }
    this.#head = at + length
    return at
  }
}

interface Stretch {
  readonly at: number
  readonly length: number
}

/**
 * Any stretch of one file of a repository, straight out of the packs, every blob proved by its hash. For files that are too
 * large to be read whole: disk images, dumps.
 */
export class FileRange {
  readonly sizeBytes: number
  readonly #cache: BlobCache
  readonly #content: readonly string[]
  /** Where each blob begins in the file, and where the last one ends. */
  readonly #starts: Float64Array

  /**
   * @param content of a file's node
   * @throws RESTIC_BLOB_MISSING where the index does not know a blob of it
   */
  constructor(cache: BlobCache, index: BlobIndex, content: readonly string[]) {
    this.#cache = cache
    this.#content = content
    this.#starts = new Float64Array(content.length + 1)
    let size = 0
    content.forEach((id, i) => {
      size += plainLength(index, id)
      this.#starts[i + 1] = size
    })
    this.sizeBytes = size
  }

  /** Exactly `length` bytes, as pieces that are the caller's own. @throws RESTIC_DAMAGED, RESTIC_BLOB_MISSING, the storage's */
  read(offset: number, length: number): Uint8Array[] {
    const end = offset + length
    if (offset < 0 || length < 0 || end > this.sizeBytes)
      throw new AppError('BASE_BUG', { detail: 'a range beyond the end of a file' })
    if (length === 0) return []
    const pieces: Uint8Array[] = []
    for (let i = this.#blobAt(offset); i < this.#content.length && this.#starts[i]! < end; i++) {
      const from = Math.max(0, offset - this.#starts[i]!)
      const to = Math.min(this.#starts[i + 1]!, end) - this.#starts[i]!
      pieces.push(Buffer.from(this.#cache.load(this.#content[i]!).subarray(from, to)))
    }
    return pieces
  }

  /** The last blob that begins at or before. */
  #blobAt(offset: number): number {
    let low = 0
    let high = this.#content.length - 1
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if (this.#starts[middle]! <= offset) low = middle
      else high = middle - 1
    }
    return low
  }
}

function plainLength(index: BlobIndex, id: string): number {
  const [place] = index.find(id, 'data')
  if (!place) throw missing(Buffer.from(id, 'hex'))
  return place.uncompressedLength || place.length - SEAL_OVERHEAD
}
