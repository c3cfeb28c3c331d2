import { hash } from 'node:crypto'
import { isAppError, type SyncBackend } from '#base'
import { BlobOpener } from '../blob-reader.ts'
import type { Sealer } from '../crypto.ts'
import { Findings } from '../findings.ts'
import { readPackHeader } from '../pack.ts'
import type { BlobIndex, PackedBlob } from '../blob-index.ts'
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
  readonly findings = new Findings()
  readonly #storage: SyncBackend
  readonly #sealer: Sealer
  readonly #opener: BlobOpener
  readonly #index: BlobIndex
  readonly #control: Control
  #buffer = Buffer.alloc(0)

  constructor(storage: SyncBackend, sealer: Sealer, index: BlobIndex, control: Control) {
    this.#storage = storage
    this.#sealer = sealer
    this.#opener = new BlobOpener(sealer)
    this.#index = index
    this.#control = control
  }

  /** Judges one pack. */
  read(pack: PackToRead): void {
    this.#control.check()
    const bytes = this.#load(pack)
    if (bytes === undefined) return
    if (hash('sha256', bytes, 'hex') !== pack.id) {
      this.findings.add({ severity: 'error', what: 'pack-hash', pack: pack.id })
    }
    const blobs = this.#header(pack, bytes) ?? []
    if (blobs.length !== pack.blobCount || !blobs.every((blob) => this.#isIndexed(pack.id, blob))) {
      this.findings.add({ severity: 'error', what: 'pack-header', pack: pack.id, detail: 'header and index differ' })
    }
    for (const blob of blobs) this.#open(pack, bytes, blob)
    this.#control.count(1, bytes.length)
  }

  #load({ id, sizeBytes }: PackToRead): Buffer | undefined {
    if (this.#buffer.length < sizeBytes) this.#buffer = Buffer.allocUnsafeSlow(Math.ceil(sizeBytes * 1.1))
    const bytes = this.#buffer.subarray(0, sizeBytes)
    try {
      this.#storage.loadInto({ kind: 'data', name: id }, 0, bytes)
      return bytes
    } catch (error) {
      if (!isAppError(error)) throw error
      this.findings.add({ severity: 'error', what: 'pack-unreadable', pack: id, detail: error.message })
      return undefined
    }
  }

  #header(pack: PackToRead, bytes: Buffer): readonly PackedBlob[] | undefined {
    try {
      const read = readPackHeader(this.#sealer, bytes, bytes.length)
      return 'blobs' in read ? read.blobs : undefined
    } catch (error) {
      if (!isAppError(error)) throw error
      this.findings.add({ severity: 'error', what: 'pack-header', pack: pack.id, detail: error.message })
      return undefined
    }
  }

  #isIndexed(packId: string, { id, type, offset, length, uncompressedLength }: PackedBlob): boolean {
    return this.#index.find(id, type).some((place) => {
      const same = place.packId === packId && place.offset === offset
      return same && place.length === length && place.uncompressedLength === uncompressedLength
    })
  }

  #open(pack: PackToRead, bytes: Buffer, blob: PackedBlob): void {
    const { id, offset, length, uncompressedLength } = blob
    try {
      const sealed = bytes.subarray(offset, offset + length)
      this.#opener.place(length).set(sealed)
      this.#opener.openPlaced(Buffer.from(id, 'hex'), length, uncompressedLength)
    } catch (error) {
      if (!isAppError(error)) throw error
      this.findings.add({ severity: 'error', what: 'blob-unreadable', pack: pack.id, blob: id, detail: error.message })
    }
  }
}
