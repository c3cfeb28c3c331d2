export type BlobType = 'data' | 'tree'

/** Where one blob lies. `uncompressedLength` 0 means stored as it is. */
export interface BlobLocation {
  readonly packId: string
  readonly type: BlobType
  readonly offset: number
  /** Sealed length in bytes. */
  readonly length: number
  readonly uncompressedLength: number
}

/** What crosses to worker threads. */
export interface SharedBlobIndex {
  readonly table: SharedArrayBuffer
  readonly packs: SharedArrayBuffer
}

/**
 * All blobs of a repository in shared memory, about 60 bytes each; threads read and add at the same time. Ids are 32 bytes
 * or 64 hex digits. A blob may lie in several packs.
 */
export declare class BlobIndex {
  static attach(shared: SharedBlobIndex): BlobIndex
  readonly shared: SharedBlobIndex
  /** Blobs counted with their duplicates. */
  readonly blobCount: number
  readonly packCount: number
  has(id: Uint8Array | string, type?: BlobType): boolean
  /** Every place that claims to hold the blob, in the order in which they were added. */
  find(id: Uint8Array | string, type?: BlobType): BlobLocation[]
  packIds(): string[]
  /** Calls `visit` for every entry; `id` is only valid during the call. */
  forEach(visit: (id: Buffer, location: BlobLocation) => void): void
  /** Adds one pack with its blobs; for readers of index files and packs. */
  addPack(packId: string, blobs: readonly ({ id: string } & Omit<BlobLocation, 'packId'>)[]): void
}
