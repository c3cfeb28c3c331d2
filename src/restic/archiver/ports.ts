import type { ByteString } from '#base'

/**
 * Sees files while they are backed up. Called in the worker, only for files that were read anyway. What it gives back (at
 * most 4 KiB) is kept with the file in its unit's record until the file changes.
 */
export interface Observer {
  /** Files up to this size (8 MiB at most) are handed over whole, of larger ones the beginning. */
  readonly maxBytes: number
  /**
   * @param unitPath absolute path of the unit
   * @param filePath path of the file below the unit, without a leading slash
   * @param bytes the file or its beginning; only valid during the call
   * @param sizeBytes of the whole file
   */
  observeFile(unitPath: ByteString, filePath: ByteString, bytes: Uint8Array, sizeBytes: number): Uint8Array | undefined
}

/** What one file's observer gets of it. */
export interface Seeing {
  readonly maxBytes: number
  see(bytes: Uint8Array, sizeBytes: number): void
}

/**
 * Where records of units are kept between runs: a cache, sealed by whoever implements it, bound to one repository. Losing
 * it costs time only. Keys are absolute paths of units; the empty path holds the state of the whole (see state.ts).
 */
export interface UnitStore {
  get(unitPath: ByteString): Uint8Array | undefined
  put(unitPath: ByteString, record: Uint8Array): void
  /** Runs many puts as one; absent where the store gains nothing by it. */
  together?(puts: () => void): void
  /** Forgets units that were not seen in a complete run. */
  retain(unitPaths: ReadonlySet<ByteString>): void
}

/** One blob of a file, where it lies: enough to read it without any index. */
export interface UnitBlob {
  readonly id: Buffer
  readonly packId: string
  readonly offset: number
  readonly length: number
  readonly uncompressedLength: number
}

/** A file in a unit's record. */
export interface UnitFile {
  /** Below the unit, no leading slash. */
  readonly path: ByteString
  readonly sizeBytes: number
  readonly mtimeNs: bigint
  readonly blobs: readonly UnitBlob[]
  readonly note: Uint8Array | undefined
}

/** Something in the source that could not be saved. `path` is patient data. */
export interface SourceProblem {
  readonly path: ByteString
  readonly operation: 'list' | 'stat' | 'open' | 'read' | 'attributes' | 'link'
  /** The system's code: EACCES, EIO, ENOENT (vanished). */
  readonly code: string
}

export interface BackupProgress {
  readonly phase: 'scan' | 'files' | 'saving' | 'done'
  readonly filesDone: number
  readonly bytesDone: number
  /** From the previous run's totals; undefined on a first one. */
  readonly filesExpected: number | undefined
  readonly bytesExpected: number | undefined
}
