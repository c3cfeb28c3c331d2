/** A session's thread as the server holds it. */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { AppError, type ErrorCode } from '#base'
import { endThread } from '#threads'
import type { Figures, WorkerPlan, WorkerSays } from './wire.ts'

export type Ready = Extract<WorkerSays, { say: 'ready' }>
export type Progress = Extract<WorkerSays, { say: 'progress' }>

export class DiskThread {
  /** Resolves once with how it ended, never rejects. */
  readonly ended: Promise<{ readonly code?: ErrorCode }>
  figures: Figures = { bytesRead: 0, changedBytes: 0, clients: 0 }
  /** The newest of what went wrong while it served: a stretch that cannot be read, no room for changes. */
  trouble: ErrorCode | undefined
  readonly #worker: Worker
  readonly #ready = Promise.withResolvers<Ready>()

  constructor(plan: WorkerPlan, onProgress: (progress: Progress) => void = () => undefined) {
    this.#worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: plan, trackUnmanagedFds: false })
    let last: { code?: ErrorCode } = { code: 'STORAGE_FAILED' }
    this.#worker.on('message', (words: WorkerSays) => {
      if (words.say === 'ready') this.#ready.resolve(words)
      else if (words.say === 'figures') this.figures = words
      else if (words.say === 'trouble') this.trouble = words.code
      else if (words.say === 'progress') onProgress(words)
      else last = words.code === undefined ? {} : { code: words.code }
    })
    // A thread that dies of anything else ends as STORAGE_FAILED: `last` says so until it speaks.
    this.#worker.on('error', () => undefined)
    this.ended = once(this.#worker, 'exit').then(() => last)
    this.#ready.promise.catch(() => undefined)
    void this.ended.then(({ code }) => this.#ready.reject(new AppError(code ?? 'STORAGE_FAILED')))
  }

  /** @throws what kept it from starting */
  ready(): Promise<Ready> {
    return this.#ready.promise
  }

  async end(): Promise<{ readonly code?: ErrorCode }> {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port, not a window
    this.#worker.postMessage('end')
    return this.ended
  }

  /** At once: for work that leaves nothing behind that counts. */
  async kill(): Promise<void> {
    await endThread(this.#worker)
  }
}
