import type { SyncBackend, TargetFs } from '#base'
import { CheckJobs, type CheckWorkerData } from './checker/worker.ts'
import { RestoreJobs, writerContext, type RestoreWorkerData } from './restorer/worker.ts'
import { serveJobs } from './workers.ts'

/** Under `engine` in a worker's data: which part of the engine it serves. */
export type EngineWorkerData = { readonly restore: RestoreWorkerData } | { readonly check: CheckWorkerData }

export interface EngineBindings {
  /** The `engine` value of the data that startWorker was given. */
  readonly data: EngineWorkerData
  /** The repository's files, opened anew in this thread. */
  readonly storage: SyncBackend
  readonly target: TargetFs
}

/** The body of a worker thread for restore and check: answers jobs until it is ended. */
export function runEngineWorker({ data, storage, target }: EngineBindings): void {
  if ('check' in data) {
    const jobs = new CheckJobs(data.check, storage)
    serveJobs(jobs.run.bind(jobs))
  } else {
    const jobs = new RestoreJobs(writerContext(data.restore, storage, target))
    serveJobs(jobs.run.bind(jobs))
  }
}
