import type { Backend, FileKind, SyncBackend } from '#base'
import type { BlobIndex, BlobType } from './blob-index.ts'
import type { MasterKey, Sealer } from './crypto.ts'

export interface RepositoryConfig {
  readonly version: 1 | 2
  readonly id: string
  readonly chunkerPolynomial: bigint
}

/** How to get in: by a password (tries the key files) or with the keys themselves (workers, the system's own key store). */
export type Secret =
  | { readonly password: string | Uint8Array; readonly keyHint?: string }
  | { readonly masterKey: MasterKey }

/** Files that hold one sealed JSON document each. */
export type UnpackedKind = Extract<FileKind, 'index' | 'snapshots' | 'locks'>

/** One entry of an index file (restic internal/repository/index). */
export interface IndexFile {
  readonly name: string
  readonly packs: readonly {
    readonly id: string
    readonly blobs: readonly {
      readonly id: string
      readonly type: BlobType
      readonly offset: number
      readonly length: number
      readonly uncompressedLength: number
    }[]
  }[]
}

/** An open repository: configuration, keys, sealed files and blobs. */
export declare class Repository {
  /** Makes a new repository: config, first key. @throws RESTIC_REPOSITORY_EXISTS */
  static init(
    backend: Backend,
    options: {
      password: string | Uint8Array
      version?: 1 | 2
      chunkerPolynomial?: bigint
      hostname: string
      username: string
    },
  ): Promise<Repository>
  /** @throws RESTIC_NO_REPOSITORY, RESTIC_WRONG_PASSWORD, RESTIC_VERSION_UNKNOWN, RESTIC_HOSTILE, RESTIC_DAMAGED */
  static open(backend: Backend, secret: Secret): Promise<Repository>
  readonly backend: Backend
  readonly config: RepositoryConfig
  readonly masterKey: MasterKey
  readonly sealer: Sealer
  /** Name of the key file that opened it; undefined when the master key was handed over. */
  readonly keyName: string | undefined
  /** Plaintext JSON of a sealed file whose bytes hash to its name. @throws RESTIC_DAMAGED, RESTIC_HOSTILE, STORAGE_NOT_FOUND */
  loadUnpacked(kind: UnpackedKind, name: string): Promise<Buffer>
  /** Seals (and in v2 compresses) and saves a document; its name. */
  saveUnpacked(kind: UnpackedKind, json: Uint8Array | string): Promise<string>
  loadIndexFile(name: string): Promise<IndexFile>
  /** Saves one index file for the given packs. */
  saveIndexFile(packs: IndexFile['packs']): Promise<string>
  /** The index of everything that the index files claim. */
  loadIndex(): Promise<BlobIndex>
  /** One blob, tried in each pack that holds it until its bytes hash to its id. @throws RESTIC_BLOB_MISSING, RESTIC_DAMAGED */
  loadBlob(index: BlobIndex, id: string, type: BlobType): Promise<Buffer>
  /** Seals blobs into packs and saves them: for copy, repair and prune. Not for backups (see archiver). */
  packWriter(index: BlobIndex): PackWriter
}

/** Collects blobs into packs of about 16 MiB, one open pack per type; saves each with its index entries. */
export interface PackWriter {
  /** Adds a plaintext blob unless the index has it; its id. */
  add(type: BlobType, plaintext: Uint8Array): Promise<string>
  /** Saves open packs and an index file for all packs since the last one. */
  finish(): Promise<void>
}

/** Reads blobs synchronously in a worker: one per thread. */
export declare class BlobReader {
  constructor(storage: SyncBackend, index: BlobIndex, masterKey: MasterKey)
  /** The plaintext, hash checked; a view that is valid until the next call. @throws as {@link Repository.loadBlob} */
  load(id: Uint8Array | string, type: BlobType): Uint8Array
}
