import { hash } from 'node:crypto'
import { AppError } from '#base'
import type { BlobType, EntryNumber } from './blob-index.ts'
import { MAX_BATCH_BYTES, SEAL_OVERHEAD, type Sealer } from './crypto.ts'
import { Region, type Address } from './kernel/kernel.ts'

/** A part of a pack's body on its way to be saved: sealed blobs, and three numbers for each (see {@link FIELDS}). */
export interface PackBody {
  readonly type: BlobType
  readonly body: Uint8Array<ArrayBuffer>
  /** Entry number in the blob index, sealed length, uncompressed length (0 where stored as it is). */
  readonly blobs: Uint32Array<ArrayBuffer>
  /** Bytes of plaintext. */
  readonly plainBytes: number
}

export const FIELDS = 3
/** A quarter of a pack: what every thread holds of each type, while the pack saver joins the parts of all. */
const BODY_BYTES = 4 * 1024 * 1024
/** Room behind a body that is almost full: a chunk of 8 MiB that did not compress. Untouched memory costs nothing. */
const LARGEST_CHUNK_BYTES = 9 * 1024 * 1024

/**
 * Fills one part of a pack in the kernel's memory: blobs are compressed straight to their place, sealed in batches, and each is then
 * decrypted, decompressed and hashed again, as restic does, before it can leave (a bit that fell over in memory must not
 * become a backup).
 */
export class PackBuilder {
  readonly type: BlobType
  readonly #sealer: Sealer
  readonly #compress: boolean
  readonly #pack: Region
  readonly #copy: Region
  readonly #plain: Region
  #fill = 0
  #plainBytes = 0
  #fields: number[] = []
  /** Blobs compressed but not sealed yet. */
  #pending: Pending[] = []
  #pendingBytes = 0

  /** @param compress false in version 1 repositories */
  constructor(sealer: Sealer, type: BlobType, compress: boolean) {
    this.type = type
    this.#sealer = sealer
    this.#compress = compress
    this.#pack = new Region(sealer.kernel, BODY_BYTES + LARGEST_CHUNK_BYTES)
    this.#copy = new Region(sealer.kernel, 2 * MAX_BATCH_BYTES)
    this.#plain = new Region(sealer.kernel, MAX_BATCH_BYTES)
  }

  get isEmpty(): boolean {
    return this.#fields.length === 0
  }

  get isFull(): boolean {
    return this.#fill >= BODY_BYTES
  }

  /** Appends a claimed blob: `length` (at least 1) bytes of plaintext at `from`, which hash to `id`. */
  add(entry: EntryNumber, id: Uint8Array, from: Address, length: number): void {
    const { call } = this.#sealer.kernel
    // zstd's bound for incompressible input.
    const bound = length + (length >> 8) + 1024 + SEAL_OVERHEAD
    this.#pack.reserve(this.#fill + bound, this.#fill)
    const at = this.#pack.at + this.#fill
    const size = this.#compress ? call.zstd_compress(at + 16, bound - SEAL_OVERHEAD, from, length) : length
    if (size < 0) throw new AppError('BASE_BUG', { detail: 'zstd refused to compress' })
    if (!this.#compress) call.move(at + 16, from, length)
    if (this.#pendingBytes + size > MAX_BATCH_BYTES) this.#seal()
    this.#pending.push({ offset: this.#fill, size, plainSize: length, id })
    this.#pendingBytes += size
    this.#fields.push(entry, size + SEAL_OVERHEAD, this.#compress ? length : 0)
    this.#fill += size + SEAL_OVERHEAD
    this.#plainBytes += length
    if (this.#pendingBytes >= MAX_BATCH_BYTES || this.#pending.length === MAX_PENDING) this.#seal()
  }

  /** The blobs so far, copied out; the builder is empty again. */
  take(): PackBody {
    this.#seal()
    const body = new Uint8Array(this.#sealer.kernel.view(this.#pack.at, this.#fill))
    const taken = { type: this.type, body, blobs: Uint32Array.from(this.#fields), plainBytes: this.#plainBytes }
    this.#fill = 0
    this.#plainBytes = 0
    this.#fields = []
    return taken
  }

  #seal(): void {
    if (this.#pending.length === 0) return
    const sizes = this.#pending.map((blob) => blob.size)
    this.#sealer.sealAt(
      this.#pending.map((blob) => this.#pack.at + blob.offset),
      sizes,
    )
    this.#verify(sizes)
    this.#pending = []
    this.#pendingBytes = 0
  }

  #verify(sizes: readonly number[]): void {
    const { call } = this.#sealer.kernel
    const start = this.#pending[0]!.offset
    const length = this.#fill - start
    this.#copy.reserve(length)
    call.move(this.#copy.at, this.#pack.at + start, length)
    const at = this.#pending.map((blob) => this.#copy.at + blob.offset - start)
    if (!this.#sealer.openAt(at, sizes)) throw unverified()
    for (const [i, blob] of this.#pending.entries()) this.#verifyPlain(at[i]! + 16, blob)
  }

  #verifyPlain(text: Address, { id, size, plainSize }: Pending): void {
    const { kernel } = this.#sealer
    this.#plain.reserve(plainSize)
    const plain = this.#compress ? this.#plain.at : text
    if (this.#compress && kernel.call.zstd_decompress(plain, plainSize, text, size) !== plainSize) throw unverified()
    const again = hash('sha256', kernel.view(plain, plainSize), 'buffer')
    if (!again.equals(id)) throw unverified()
  }
}

interface Pending {
  readonly offset: number
  /** Bytes of text, compressed where the repository compresses. */
  readonly size: number
  readonly plainSize: number
  readonly id: Uint8Array
}

/** As many as the sealer takes at once. */
const MAX_PENDING = 1024

function unverified(): AppError {
  return new AppError('RESTIC_NOT_VERIFIED', {
    detail: 'a sealed blob did not open to what was sealed: memory or processor at fault',
  })
}
