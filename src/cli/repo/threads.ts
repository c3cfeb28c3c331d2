import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { WORKER_LIMITS, type StartWorker } from '#restic'
import type { StorageConfig } from '#storage'

const ENTRIES = {
  archive: { file: './archive-worker.ts', options: { resourceLimits: WORKER_LIMITS } },
  // Files are opened by the C library's openat, which Node's books of a thread's files do not see.
  engine: { file: './engine-worker.ts', options: { trackUnmanagedFds: false, resourceLimits: WORKER_LIMITS } },
} as const

export type ThreadKind = keyof typeof ENTRIES

/**
 * The threads of one command. They get what they work on with their first message, so that they can start before the
 * repository is open: loading their modules takes as long as deriving its key. Idle ones do not keep the process alive.
 */
export class Threads {
  readonly count = availableParallelism()
  readonly #kind: ThreadKind
  readonly #ready: Worker[]

  /** @param early starts them now: for commands that nearly always use all of them */
  constructor(kind: ThreadKind, early: boolean) {
    this.#kind = kind
    this.#ready = Array.from({ length: early ? this.count : 0 }, () => this.#launch())
    for (const worker of this.#ready) worker.unref()
  }

  starter(storage: StorageConfig): StartWorker {
    return (data) => {
      const worker = this.#ready.pop() ?? this.#launch()
      worker.ref()
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port, not a window
      worker.postMessage({ data, storage } satisfies ThreadSetup)
      return worker
    }
  }

  #launch(): Worker {
    const { file, options } = ENTRIES[this.#kind]
    return new Worker(new URL(file, import.meta.url), options)
  }
}

/** The first message to a thread. */
export interface ThreadSetup {
  readonly data: unknown
  readonly storage: StorageConfig
}
