/** What the rooms that write generations back need of the vault. */
import { Worker } from 'node:worker_threads'
import type { StartWorker } from '#restic'
import type { Hidden } from './erasure.ts'
import type { Generation } from './generations.ts'
import type { OpenRepository } from './repositories.ts'
import type { Source } from './source.ts'

export interface Restorable {
  readonly generation: Generation
  /** Undefined where it was removed; its generations stay. */
  readonly source: Source | undefined
  readonly opened: OpenRepository
  /** Nothing of it is written back. */
  readonly hidden: Pick<Hidden, 'paths' | 'covers'>
}

/** Threads of the engine on the same repository. */
export function engineWorkers({ storage }: Pick<OpenRepository, 'storage'>): StartWorker {
  return (data) =>
    new Worker(new URL('./engine-worker.ts', import.meta.url), {
      workerData: { engine: data, storage },
      // Descriptors of openat() are not Node's: it would warn of each that is closed.
      trackUnmanagedFds: false,
    })
}
