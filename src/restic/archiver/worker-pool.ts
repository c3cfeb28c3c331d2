import { Worker } from 'node:worker_threads'
import { AppError, ERROR_KINDS, type ErrorCode } from '#base'
import { endThread } from '#threads'
import type { PackBody } from '../pack-builder.ts'
import type { SourceProblem } from './ports.ts'
import type { FromWorker, Job, JobResults, WalkCounts } from './protocol.ts'

interface Waiting {
  readonly makeJob: () => Job
  readonly resolve: (result: never) => void
  readonly reject: (error: unknown) => void
}

export interface PoolEvents {
  onPack(pack: PackBody): void
  onNeedIndex(): void
  onWalked(counts: WalkCounts, problems: readonly SourceProblem[]): void
  onFailure(error: unknown): void
}

/** Jobs in hand per worker: a second one waits at its door, so that it never idles for a message. */
const JOBS_AT_ONCE = 2

/** Hands jobs to the workers of one backup, first come first served. */
export class WorkerPool {
  readonly #workers: { readonly worker: Worker; readonly jobs: Map<number, Waiting> }[]
  readonly #queue: Waiting[] = []
  readonly #events: PoolEvents
  #nextId = 0
  #failure: AppError | undefined

  constructor(count: number, start: () => Worker, events: PoolEvents) {
    this.#events = events
    this.#workers = Array.from({ length: count }, () => ({ worker: start(), jobs: new Map() }))
    for (const member of this.#workers) {
      member.worker.on('message', (message: FromWorker) => this.#receive(member.jobs, message))
      member.worker.on('error', (cause: unknown) => this.#fail(new AppError('RESTIC_WORKER_FAILED', { cause })))
    }
  }

  /**
   * @param job what is large is better made when its turn comes: thousands of jobs wait
   * @param isNext before all others that wait: its result is what makes further jobs
   */
  run<T extends Job>(job: T | (() => T), isNext = false): Promise<JobResults[T['type']]> {
    const makeJob = typeof job === 'function' ? job : () => job
    return new Promise((resolve, reject) => {
      if (this.#failure) reject(this.#failure)
      else if (isNext) this.#queue.unshift({ makeJob, resolve, reject })
      else this.#queue.push({ makeJob, resolve, reject })
      this.#dispatch()
    })
  }

  /** One such job for every worker, when nothing else waits. */
  async runOnEach(job: Job): Promise<void> {
    const done = this.#workers.map(
      (member) => new Promise<void>((resolve, reject) => this.#send(member, { makeJob: () => job, resolve, reject })),
    )
    await Promise.all(done)
  }

  async end(): Promise<void> {
    await Promise.all(this.#workers.map(({ worker }) => endThread(worker)))
  }

  #dispatch(): void {
    for (const member of this.#workers) {
      while (member.jobs.size < JOBS_AT_ONCE && this.#queue.length > 0) this.#send(member, this.#queue.shift()!)
    }
  }

  #send({ worker, jobs }: { worker: Worker; jobs: Map<number, Waiting> }, waiting: Waiting): void {
    let job: Job
    try {
      job = waiting.makeJob()
    } catch (error) {
      waiting.reject(error)
      return
    }
    const id = this.#nextId++
    jobs.set(id, waiting)
    // oxlint-disable-next-line require-post-message-target-origin -- a thread, not a window
    worker.postMessage({ id, job })
  }

  #receive(jobs: Map<number, Waiting>, message: FromWorker): void {
    if (message.type === 'pack') this.#events.onPack(message.pack)
    else if (message.type === 'need-index') this.#events.onNeedIndex()
    else if (message.type === 'failed') this.#fail(revive(message.error))
    else {
      const waiting = jobs.get(message.id)
      jobs.delete(message.id)
      this.#events.onWalked(message.counts, message.problems)
      waiting?.resolve(message.result as never)
      this.#dispatch()
    }
  }

  /** One failure ends the run: everything that waits fails with it. */
  #fail(error: AppError): void {
    if (this.#failure) return
    this.#failure = error
    this.#events.onFailure(error)
    const waiting = [...this.#queue.splice(0), ...this.#workers.flatMap(({ jobs }) => [...jobs.values()])]
    for (const { reject } of waiting) reject(error)
  }
}

function revive({ code, detail }: { code: string; detail: string }): AppError {
  return new AppError(code in ERROR_KINDS ? (code as ErrorCode) : 'RESTIC_WORKER_FAILED', { detail })
}
