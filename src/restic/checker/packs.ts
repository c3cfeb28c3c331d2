import { hash } from 'node:crypto'
import { isAppError, type SyncBackend } from '#base'
import type { Sealer } from '../crypto.ts'
import type { Findings } from '../findings.ts'
import { readPackHeader } from '../pack.ts'
import type { BlobIndex, EntryNumber, PackedBlob } from '../blob-index.ts'
import type { Marks } from '../marks.ts'
import { BatchOpener } from './batch-opener.ts'
import type { Control } from '../workers.ts'

/** One pack to read: its size on disk and how many blobs the index places in it. */
export interface PackToRead {
  readonly id: string
  readonly sizeBytes: number
  readonly blobCount: number
}

/**
 * Reads whole packs and proves every byte: SHA-256 of the file, header against index, MAC, decompression and SHA-256 of
 * each blob. One per thread: the buffer is as large as the largest pack.
 */
export class PackReader {
  readonly #storage: SyncBackend
  readonly #sealer: Sealer
  readonly #opener: BatchOpener
  readonly #index: BlobIndex
  readonly #proven: Marks
  readonly #control: Control
  #buffer = Buffer.alloc(0)

  constructor(storage: SyncBackend, sealer: Sealer, index: BlobIndex, proven: Marks, control: Control) {
    this.#storage = storage
    this.#sealer = sealer
    this.#opener = new BatchOpener(sealer)
    this.#index = index
    this.#proven = proven
    this.#control = control
  }

  /** Judges one pack. Blobs that the walk over the trees proved need no second proof where the pack's own hash holds. */
  read(pack: PackToRead, findings: Findings): void {
    this.#control.check()
    const bytes = this.#load(pack, findings)
    if (bytes === undefined) return
    const isWhole = hash('sha256', bytes, 'hex') === pack.id
    if (!isWhole) findings.add({ severity: 'error', what: 'pack-hash', pack: pack.id })
    const blobs = this.#header(pack, bytes, findings) ?? []
    const entries = blobs.map((blob) => this.#entryOf(pack.id, blob))
    if (blobs.length !== pack.blobCount || entries.includes(-1)) {
      findings.add({ severity: 'error', what: 'pack-header', pack: pack.id, detail: 'header and index differ' })
    }
    const open = blobs.filter((_, i) => !(isWhole && entries[i] !== -1 && this.#proven.has(entries[i]!)))
    for (const { blob, error } of this.#opener.failures(bytes, open)) {
      const where = { pack: pack.id, blob: blob.id }
      findings.add({ severity: 'error', what: 'blob-unreadable', ...where, detail: error.message })
    }
    this.#control.count(1, bytes.length)
  }

  #load({ id, sizeBytes }: PackToRead, findings: Findings): Buffer | undefined {
    if (this.#buffer.length < sizeBytes) this.#buffer = Buffer.allocUnsafeSlow(Math.ceil(sizeBytes * 1.1))
    const bytes = this.#buffer.subarray(0, sizeBytes)
    try {
      this.#storage.loadInto({ kind: 'data', name: id }, 0, bytes)
      return bytes
    } catch (error) {
      if (!isAppError(error)) throw error
      findings.add({ severity: 'error', what: 'pack-unreadable', pack: id, detail: error.message })
      return undefined
    }
  }

  #header(pack: PackToRead, bytes: Buffer, findings: Findings): readonly PackedBlob[] | undefined {
    try {
      const read = readPackHeader(this.#sealer, bytes, bytes.length)
      return 'blobs' in read ? read.blobs : undefined
    } catch (error) {
      if (!isAppError(error)) throw error
      findings.add({ severity: 'error', what: 'pack-header', pack: pack.id, detail: error.message })
      return undefined
    }
  }

  /** The entry of the index for a blob at exactly this place, or -1. */
  #entryOf(packId: string, blob: PackedBlob): EntryNumber {
    const isHere = (entry: EntryNumber): boolean => {
      const place = this.#index.location(entry)
      const same = place.packId === packId && place.offset === blob.offset && place.length === blob.length
      return same && place.uncompressedLength === blob.uncompressedLength
    }
    return this.#index.entriesOf(blob.id, blob.type).find(isHere) ?? -1
  }
}
