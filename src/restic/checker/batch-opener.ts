import { isAppError, type AppError } from '#base'
import type { PackedBlob } from '../blob-index.ts'
import { BlobOpener } from '../blob-reader.ts'
import { MAX_BATCH_BYTES, SEAL_OVERHEAD, type Sealer } from '../crypto.ts'
import { Region } from '../kernel/kernel.ts'

/** Blobs of SS-MIX2 files hold 500 to 1,000 bytes: their seals are opened some hundred at a time. */
const MAX_BATCH_BLOBS = 512

/** A blob that does not open, and why. */
export interface BadBlob {
  readonly blob: PackedBlob
  readonly error: AppError
}

/** Proves the blobs of a pack that stands in memory: seal, decompression and hash of each, many in one call. */
export class BatchOpener {
  readonly #sealer: Sealer
  readonly #opener: BlobOpener
  readonly #batch: Region

  constructor(sealer: Sealer) {
    this.#sealer = sealer
    this.#opener = new BlobOpener(sealer)
    this.#batch = new Region(sealer.kernel, MAX_BATCH_BYTES)
  }

  /** Those of the blobs that cannot be opened. */
  failures(pack: Buffer, blobs: readonly PackedBlob[]): BadBlob[] {
    const bad: BadBlob[] = []
    for (let from = 0; from < blobs.length;) {
      const to = batchEnd(blobs, from)
      this.#openBatch(pack, blobs.slice(from, to), bad)
      from = to
    }
    return bad
  }

  #openBatch(pack: Buffer, blobs: readonly PackedBlob[], bad: BadBlob[]): void {
    const { kernel } = this.#sealer
    const at: number[] = []
    let end = this.#batch.at
    // A single blob may be larger than a batch: it is opened alone.
    const fits = blobs.length > 1
    for (const { offset, length } of fits ? blobs : []) {
      kernel.bytes.set(pack.subarray(offset, offset + length), end)
      at.push(end)
      end += length
    }
    // One wrong seal leaves the whole batch unopened: each is then judged by itself.
    const opened = fits && this.#sealer.openAt(at, blobs.map(textLength))
    for (const [i, blob] of blobs.entries()) {
      try {
        const id = Buffer.from(blob.id, 'hex')
        if (opened) this.#opener.prove(id, at[i]!, textLength(blob), blob.uncompressedLength)
        else this.#openAlone(pack, blob, id)
      } catch (error) {
        if (!isAppError(error)) throw error
        bad.push({ blob, error })
      }
    }
  }

  #openAlone(pack: Buffer, { offset, length, uncompressedLength }: PackedBlob, id: Buffer): void {
    this.#opener.place(length).set(pack.subarray(offset, offset + length))
    this.#opener.openPlaced(id, length, uncompressedLength)
  }
}

/** Behind the last blob of the batch that begins at `from`: at least one. */
function batchEnd(blobs: readonly PackedBlob[], from: number): number {
  let to = from
  for (let bytes = 0; to < blobs.length && to - from < MAX_BATCH_BLOBS; to++) {
    bytes += blobs[to]!.length
    if (to > from && bytes > MAX_BATCH_BYTES) break
  }
  return to
}

const textLength = ({ length }: PackedBlob): number => length - SEAL_OVERHEAD
