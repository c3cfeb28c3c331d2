import type { SyncBackend, TargetFs } from '#base'
import { CheckJobs, type CheckWorkerData } from './checker/worker.ts'
import { RestoreJobs, writerContext, type RestoreWorkerData } from './restorer/worker.ts'
import { serveJobs } from './workers.ts'

/** What startWorker is given: which part of the engine the thread serves. */
type EngineWorkerData = { readonly restore: RestoreWorkerData } | { readonly check: CheckWorkerData }

export interface EngineBindings {
  /** What startWorker was given. */
  readonly workerData: unknown
  /** The repository's files, opened anew in this thread. */
  readonly storage: SyncBackend
  readonly fs: TargetFs
}

/** The body of a worker thread for restore and check: answers jobs until it is ended. */
export function runEngineWorker({ workerData, storage, fs }: EngineBindings): void {
  const data = workerData as EngineWorkerData
  if ('check' in data) {
    const jobs = new CheckJobs(data.check, storage)
    serveJobs(jobs.run.bind(jobs))
  } else {
    const jobs = new RestoreJobs(writerContext(data.restore, storage, fs))
    serveJobs(jobs.run.bind(jobs))
  }
}
