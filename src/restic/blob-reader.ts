import { hash } from 'node:crypto'
import { AppError, isAppError, type SyncBackend } from '#base'
import type { BlobIndex, BlobLocation, BlobType } from './blob-index.ts'
import { SEAL_OVERHEAD, Sealer, type MasterKey } from './crypto.ts'
import { Kernel, Region, type Address } from './kernel/kernel.ts'

/** Largest plaintext taken from a repository: a folder of a million files has a tree of 400 MB. */
export const MAX_BLOB_BYTES = 512 * 1024 * 1024

/**
 * Turns sealed bytes into a blob's plaintext with every check: MAC, stated length, SHA-256. One per thread.
 */
export class BlobOpener {
  readonly #sealer: Sealer
  readonly #sealed: Region
  readonly #plain: Region

  constructor(sealer: Sealer) {
    this.#sealer = sealer
    this.#sealed = new Region(sealer.kernel, 256 * 1024)
    this.#plain = new Region(sealer.kernel, 256 * 1024)
  }

  /** Where sealed bytes of a blob are to be put before {@link openPlaced}; valid until the next call. */
  place(length: number): Uint8Array {
    if (length < SEAL_OVERHEAD || length > MAX_BLOB_BYTES + 1024 * 1024) {
      throw new AppError('RESTIC_HOSTILE', { detail: `a blob of ${length} sealed bytes` })
    }
    this.#sealed.reserve(length)
    return this.#sealer.kernel.view(this.#sealed.at, length)
  }

  /**
   * The plaintext of what {@link place} received: a view that is valid until the next call.
   * @throws RESTIC_DAMAGED, RESTIC_HOSTILE
   */
  openPlaced(id: Uint8Array, length: number, uncompressedLength: number): Uint8Array {
    const text = length - SEAL_OVERHEAD
    if (!this.#sealer.openAt([this.#sealed.at], [text])) throw damaged(id, 'the MAC does not hold')
    return this.prove(id, this.#sealed.at, text, uncompressedLength)
  }

  /**
   * The plaintext of a blob that stands decrypted in the kernel's memory, its text 16 bytes behind `at`: for callers that
   * open batches. Valid until the next call.
   * @throws RESTIC_DAMAGED, RESTIC_HOSTILE
   */
  prove(id: Uint8Array, at: Address, textLength: number, uncompressedLength: number): Uint8Array {
    const { kernel } = this.#sealer
    const plain =
      uncompressedLength > 0
        ? this.#inflate(id, at + 16, textLength, uncompressedLength)
        : kernel.view(at + 16, textLength)
    if (!hash('sha256', plain, 'buffer').equals(id)) throw damaged(id, 'the bytes do not hash to its id')
    return plain
  }

  #inflate(id: Uint8Array, at: Address, length: number, plainLength: number): Uint8Array {
    if (plainLength > MAX_BLOB_BYTES) throw new AppError('RESTIC_HOSTILE', { detail: `a blob of ${plainLength} bytes` })
    const { kernel } = this.#sealer
    // Growing keeps what stands elsewhere in the kernel's memory: addresses stay, only views are renewed.
    this.#plain.reserve(plainLength)
    const size = kernel.call.zstd_decompress(this.#plain.at, plainLength, at, length)
    if (size !== plainLength) throw damaged(id, 'it does not decompress to its stated length')
    return kernel.view(this.#plain.at, plainLength)
  }
}

/** Reads blobs synchronously in a worker: one per thread. */
export class BlobReader {
  readonly #storage: SyncBackend
  readonly #index: BlobIndex
  readonly #opener: BlobOpener

  constructor(storage: SyncBackend, index: BlobIndex, masterKey: MasterKey, sealer?: Sealer) {
    this.#storage = storage
    this.#index = index
    this.#opener = new BlobOpener(sealer ?? new Sealer(new Kernel(), masterKey))
  }

  /**
   * The plaintext, hash checked, from the first pack that gives it; a view that is valid until the next call.
   * @throws RESTIC_BLOB_MISSING where no pack claims it, else what the last pack's reading threw
   */
  load(id: Uint8Array | string, type: BlobType): Uint8Array {
    const bytes = idBytes(id)
    let failure: unknown
    for (const location of this.#index.find(bytes, type)) {
      try {
        return this.loadAt(bytes, location)
      } catch (error) {
        if (!isAppError(error)) throw error
        failure = error
      }
    }
    throw failure ?? missing(bytes)
  }

  /** Whether the index knows all of these data blobs. */
  hasAll(ids: readonly string[]): boolean {
    return ids.every((id) => this.#index.has(id, 'data'))
  }

  /** The same from a known place, without the index. */
  loadAt(id: Uint8Array, { packId, offset, length, uncompressedLength }: Omit<BlobLocation, 'type'>): Uint8Array {
    this.#storage.loadInto({ kind: 'data', name: packId }, offset, this.#opener.place(length))
    return this.#opener.openPlaced(id, length, uncompressedLength)
  }
}

export function idBytes(id: Uint8Array | string): Uint8Array {
  return typeof id === 'string' ? Buffer.from(id, 'hex') : id
}

export function missing(id: Uint8Array): AppError {
  return new AppError('RESTIC_BLOB_MISSING', { context: { blob: shortId(id) } })
}

function damaged(id: Uint8Array, detail: string): AppError {
  return new AppError('RESTIC_DAMAGED', { detail: `blob: ${detail}`, context: { blob: shortId(id) } })
}

function shortId(id: Uint8Array): string {
  return Buffer.from(id).toString('hex', 0, 8)
}
