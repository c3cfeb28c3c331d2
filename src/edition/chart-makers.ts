/** Threads that make charts out of what the main thread reads: half the time on two processors, the same bytes. */
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { AppError, fromPlain } from '#base'
import type { GatheredChart } from '#chart'
import { endThread } from '#threads'
import type { WorkerAnswer, WorkerTask } from './chart-worker.ts'
import type { ChartPolicy, MadeChart } from './make-chart.ts'

/** More threads than this only wait for the one that reads. */
const MOST_THREADS = 4

/** A batch needs a few; without a limit each thread lets its garbage grow to hundreds. */
const HEAP = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 24 }

type Made = readonly (MadeChart | undefined)[]

export class ChartMakers {
  readonly #workers: Worker[]
  readonly #waiting = new Map<
    number,
    { readonly resolve: (made: Made) => void; readonly reject: (error: unknown) => void }
  >()
  #batches = 0

  constructor() {
    const threads = Math.min(MOST_THREADS, availableParallelism())
    this.#workers = Array.from({ length: threads }, () => {
      const worker = new Worker(new URL('./chart-worker.ts', import.meta.url), {
        resourceLimits: HEAP,
      })
      worker.on('message', (answer: WorkerAnswer) => this.#answered(answer))
      worker.on('error', (error) => this.#failed(error))
      worker.on('exit', () => this.#failed(new AppError('BASE_BUG', { detail: 'a thread that makes charts ended' })))
      return worker
    })
  }

  /** How many batches keep every thread busy while the next are read. */
  get ahead(): number {
    return this.#workers.length * 2
  }

  make(charts: readonly GatheredChart[], policy: ChartPolicy): Promise<Made> {
    const batch = this.#batches++
    const { promise, resolve, reject } = Promise.withResolvers<Made>()
    this.#waiting.set(batch, { resolve, reject })
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    this.#workers[batch % this.#workers.length]!.postMessage({ batch, charts, policy } satisfies WorkerTask)
    return promise
  }

  async close(): Promise<void> {
    this.#waiting.clear()
    await Promise.all(this.#workers.map(endThread))
  }

  #answered(answer: WorkerAnswer): void {
    const waiting = this.#waiting.get(answer.batch)
    this.#waiting.delete(answer.batch)
    if ('made' in answer) waiting?.resolve(answer.made)
    else waiting?.reject(fromPlain(answer.failed))
  }

  #failed(error: unknown): void {
    for (const { reject } of this.#waiting.values()) reject(error)
    this.#waiting.clear()
  }
}
