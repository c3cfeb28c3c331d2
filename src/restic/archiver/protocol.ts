import type { ByteString } from '#base'
import type { SharedBlobIndex } from '../blob-index.ts'
import type { MasterKey } from '../crypto.ts'
import type { PackBody } from '../pack-builder.ts'
import type { SourceProblem } from './ports.ts'

/** What the main thread and the workers of one backup say to each other. */

/**
 * For `new Worker(…, { resourceLimits })`: a worker's garbage is short-lived, a large nursery only costs memory (by default
 * 50 MB a thread).
 */
export const WORKER_LIMITS = { maxYoungGenerationSizeMb: 8 } as const

/** Given to each worker as `workerData.archiver`. */
export interface WorkerSetup {
  readonly masterKey: MasterKey
  readonly version: 1 | 2
  readonly chunkerPolynomial: bigint
  readonly index: SharedBlobIndex
  readonly control: SharedArrayBuffer
  readonly excludes: readonly string[]
  readonly trustFolderTimes: boolean
  /** Files changed at or after this moment are read again next time: they may change within one tick of the clock. */
  readonly racyFromNs: bigint
}

export interface UnitJob {
  readonly path: ByteString
  /** Record of the last run, whose packs all exist. */
  readonly record?: Uint8Array
  /** Where there is none: the folder's tree in the parent snapshot. */
  readonly parentTree?: string
}

export interface UnitOutcome {
  /** undefined where the folder could not be listed at all. */
  readonly tree: string | undefined
  /** Absent where nothing changed since the record that was handed in. */
  readonly body?: Uint8Array<ArrayBuffer>
  readonly complete: boolean
}

export interface FileJob {
  readonly path: ByteString
  /** As lstat said. */
  readonly sizeBytes: number
  readonly isNew: boolean
}

/** Undefined where the file could not be read. */
export type FileOutcome = SavedFile | undefined

export interface SavedFile {
  readonly content: string[]
  readonly sizeBytes: number
  /** What the observer gave back. */
  readonly note?: Uint8Array | undefined
}

export type Job =
  | { readonly type: 'units'; readonly units: readonly UnitJob[] }
  | { readonly type: 'files'; readonly files: readonly FileJob[] }
  | CutJob
  | { readonly type: 'chunks'; readonly path: ByteString; readonly from: number; readonly lengths: readonly number[] }
  | { readonly type: 'finish' }

/** Finds where chunks end from `from`, a chunk's start, for about `length` bytes; does not store. */
export interface CutJob {
  readonly type: 'cut'
  readonly path: ByteString
  readonly from: number
  readonly length: number
  /** Of the whole file, as lstat said. */
  readonly sizeBytes: number
}

export interface CutOutcome {
  readonly lengths: number[]
  readonly atEnd: boolean
  /** What the observer gave back for the file's beginning. */
  readonly note?: Uint8Array | undefined
}

/** Results by job type. */
export interface JobResults {
  units: UnitOutcome[]
  files: FileOutcome[]
  cut: CutOutcome | undefined
  chunks: FileOutcome
  finish: undefined
}

export interface WalkCounts {
  filesNew: number
  filesChanged: number
  filesUnmodified: number
  dirsNew: number
  dirsChanged: number
  dirsUnmodified: number
  totalBytes: number
  listingsSkipped: number
}

export function noCounts(): WalkCounts {
  return {
    filesNew: 0,
    filesChanged: 0,
    filesUnmodified: 0,
    dirsNew: 0,
    dirsChanged: 0,
    dirsUnmodified: 0,
    totalBytes: 0,
    listingsSkipped: 0,
  }
}

export function addCounts(sum: WalkCounts, counts: WalkCounts): void {
  for (const key of Object.keys(counts) as (keyof WalkCounts)[]) sum[key] += counts[key]
}

export type ToWorker = { readonly id: number; readonly job: Job }

export type FromWorker =
  | {
      readonly type: 'done'
      readonly id: number
      readonly result: unknown
      readonly counts: WalkCounts
      readonly problems: readonly SourceProblem[]
    }
  | { readonly type: 'failed'; readonly id: number; readonly error: { code: string; detail: string } }
  | { readonly type: 'pack'; readonly pack: PackBody }
  | { readonly type: 'need-index' }

const CANCELLED = 0
const INDEX_READY = 1
const PACKS_IN_FLIGHT = 2
const FILES_DONE = 3
const BYTES_DONE = 1 // of the 64-bit view, behind the four words
const CONTROL_BYTES = 64
/** Bodies that may be on their way to disk at the same time: one that completes a pack waits until all 16 MiB are durable. */
const MAX_PACKS_IN_FLIGHT = 4

/** Words that all threads of one backup share. */
export class Control {
  readonly shared: SharedArrayBuffer
  readonly #words: Int32Array
  readonly #longs: BigInt64Array

  constructor(shared: SharedArrayBuffer = new SharedArrayBuffer(CONTROL_BYTES)) {
    this.shared = shared
    this.#words = new Int32Array(shared)
    this.#longs = new BigInt64Array(shared, 16)
  }

  cancel(): void {
    Atomics.store(this.#words, CANCELLED, 1)
    Atomics.store(this.#words, INDEX_READY, 1)
    Atomics.notify(this.#words, INDEX_READY)
    Atomics.store(this.#words, PACKS_IN_FLIGHT, 0)
    Atomics.notify(this.#words, PACKS_IN_FLIGHT)
  }

  get isCancelled(): boolean {
    return Atomics.load(this.#words, CANCELLED) === 1
  }

  get isIndexReady(): boolean {
    return Atomics.load(this.#words, INDEX_READY) === 1
  }

  indexIsReady(): void {
    Atomics.store(this.#words, INDEX_READY, 1)
    Atomics.notify(this.#words, INDEX_READY)
  }

  /** In a worker: sleeps until the index is loaded. */
  awaitIndex(): void {
    Atomics.wait(this.#words, INDEX_READY, 0)
  }

  /** In a worker: sleeps while too many packs wait to be saved, then counts one more. */
  packLeaves(): void {
    for (;;) {
      const count = Atomics.load(this.#words, PACKS_IN_FLIGHT)
      if (count < MAX_PACKS_IN_FLIGHT || this.isCancelled) break
      Atomics.wait(this.#words, PACKS_IN_FLIGHT, count)
    }
    Atomics.add(this.#words, PACKS_IN_FLIGHT, 1)
  }

  packSaved(): void {
    Atomics.sub(this.#words, PACKS_IN_FLIGHT, 1)
    Atomics.notify(this.#words, PACKS_IN_FLIGHT)
  }

  progress(files: number, bytes: number): void {
    if (files) Atomics.add(this.#words, FILES_DONE, files)
    if (bytes) Atomics.add(this.#longs, BYTES_DONE, BigInt(bytes))
  }

  get done(): { files: number; bytes: number } {
    return {
      files: Atomics.load(this.#words, FILES_DONE),
      bytes: Number(Atomics.load(this.#longs, BYTES_DONE)),
    }
  }
}
