import { parentPort, type Worker } from 'node:worker_threads'
import { AppError, fromPlain, toPlain, type PlainError } from '#base'
import { endThread } from '#threads'

/**
 * Threads that answer jobs one at a time. What crosses must survive structured clone; buffers that are shared carry
 * progress and cancellation ({@link Control}) without messages.
 */
export type StartWorker = (workerData: unknown) => Worker

interface Waiting<Job, Result> {
  readonly job: Job
  readonly resolve: (result: Result) => void
  readonly reject: (error: unknown) => void
}

type Answer<Result> = { readonly result: Result } | { readonly error: PlainError }

export class WorkerPool<Job, Result> {
  readonly #start: () => Worker
  readonly #limit: number
  readonly #idle: Worker[] = []
  readonly #running = new Map<Worker, Waiting<Job, Result>>()
  readonly #queue: Waiting<Job, Result>[] = []
  #closed = false

  /** Threads start when there is work for them, at most `limit`. */
  constructor(start: () => Worker, limit: number) {
    this.#start = start
    this.#limit = limit
  }

  run(job: Job): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ job, resolve, reject })
      this.#next()
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    const all = [...this.#idle, ...this.#running.keys()]
    await Promise.all(all.map(endThread))
  }

  #next(): void {
    if (this.#queue.length === 0) return
    const worker = this.#idle.pop() ?? (this.#running.size < this.#limit ? this.#launch() : undefined)
    if (worker === undefined) return
    const waiting = this.#queue.shift()!
    this.#running.set(worker, waiting)
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port, not a window
    worker.postMessage(waiting.job)
  }

  #launch(): Worker {
    const worker = this.#start()
    worker.on('message', (answer: Answer<Result>) => {
      const waiting = this.#running.get(worker)
      this.#running.delete(worker)
      this.#idle.push(worker)
      if ('error' in answer) waiting?.reject(fromPlain(answer.error))
      else waiting?.resolve(answer.result)
      this.#next()
    })
    worker.on('error', (error) => this.#lose(worker, error))
    worker.on('exit', () => this.#lose(worker, new AppError('BASE_BUG', { detail: 'a worker thread ended' })))
    return worker
  }

  #lose(worker: Worker, error: unknown): void {
    if (this.#closed) return
    const waiting = this.#running.get(worker)
    this.#running.delete(worker)
    const idle = this.#idle.indexOf(worker)
    if (idle >= 0) this.#idle.splice(idle, 1)
    waiting?.reject(error)
  }
}

/** The worker's side: answers each message with what `handle` returns or throws. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- names what the other side sends
export function serveJobs<Job>(handle: (job: Job) => unknown): void {
  parentPort!.on('message', (job: Job) => {
    let answer: Answer<unknown>
    try {
      answer = { result: handle(job) }
    } catch (error) {
      answer = { error: toPlain(error) }
    }
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port, not a window
    parentPort!.postMessage(answer)
  })
}

const CANCEL = 0
const ENTRIES = 1
/** A few trees that name each other often can claim more folders than the world has files. */
const MAX_ENTRIES = 100_000_000
const FILES = 0
const BYTES = 1

/** What main thread and workers share while they run: a flag to stop, and what is done. */
export class Control {
  readonly shared: SharedArrayBuffer
  readonly #flags: Int32Array
  readonly #counts: BigInt64Array

  constructor(shared: SharedArrayBuffer = new SharedArrayBuffer(24)) {
    this.shared = shared
    this.#flags = new Int32Array(shared, 0, 2)
    this.#counts = new BigInt64Array(shared, 8, 2)
  }

  cancel(): void {
    Atomics.store(this.#flags, CANCEL, 1)
  }

  /**
   * Once for each entry of a folder.
   * @throws BASE_CANCELLED once cancelled, RESTIC_HOSTILE past {@link MAX_ENTRIES}
   */
  enter(): void {
    this.check()
    if (Atomics.add(this.#flags, ENTRIES, 1) > MAX_ENTRIES) {
      throw new AppError('RESTIC_HOSTILE', { detail: `more than ${MAX_ENTRIES} files and folders` })
    }
  }

  /** @throws BASE_CANCELLED once cancelled */
  check(): void {
    if (Atomics.load(this.#flags, CANCEL) !== 0) throw new AppError('BASE_CANCELLED')
  }

  count(files: number, bytes: number): void {
    if (files > 0) Atomics.add(this.#counts, FILES, BigInt(files))
    if (bytes > 0) Atomics.add(this.#counts, BYTES, BigInt(bytes))
  }

  get done(): { files: number; bytes: number } {
    return { files: Number(Atomics.load(this.#counts, FILES)), bytes: Number(Atomics.load(this.#counts, BYTES)) }
  }
}

const PROGRESS_EVERY_MS = 250

/** Ties a control to an AbortSignal and a progress callback while `run` lasts; tells the final count once more. */
export async function controlled<T>(
  control: Control,
  options: {
    readonly signal?: AbortSignal | undefined
    readonly onProgress?: ((done: { files: number; bytes: number }) => void) | undefined
  },
  run: () => Promise<T>,
): Promise<T> {
  const cancel = () => control.cancel()
  if (options.signal?.aborted) cancel()
  options.signal?.addEventListener('abort', cancel)
  const timer = options.onProgress && setInterval(() => options.onProgress!(control.done), PROGRESS_EVERY_MS)
  try {
    return await run()
  } finally {
    clearInterval(timer)
    options.signal?.removeEventListener('abort', cancel)
    options.onProgress?.(control.done)
  }
}
