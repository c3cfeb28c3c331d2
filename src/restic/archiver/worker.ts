import type { SourceFs, SyncBackend } from '#base'
import type { Observer } from './ports.ts'

export interface WorkerBindings {
  /** What startWorker was given. */
  readonly workerData: unknown
  readonly fs: SourceFs
  /** Present for local repositories: folders without a record are then compared with the parent snapshot's trees. */
  readonly storage?: SyncBackend
  readonly observer?: Observer
}

/** The body of an archiver's worker thread: answers jobs on parentPort until told to end. */
export declare function runArchiverWorker(bindings: WorkerBindings): void
