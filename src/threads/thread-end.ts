import { getEnvironmentData, isMainThread, setEnvironmentData, type Worker } from 'node:worker_threads'

/**
 * A thread that is ended while a native addon registers itself there takes the whole process with it: the addon's calls
 * fail, its own error cannot be thrown, and Node aborts. So one word that all threads share says whose turn it is: a
 * thread that loads, or those that end threads.
 */
const KEY = 'toride:thread-end'
const FREE = 0
const TAKEN = 1
/** Loading takes some ten milliseconds; who waited longer than this waits for a thread that died with its turn. */
const LONGEST_WAIT_MS = 2_000

const turn = new Int32Array(shared())
let endings = 0

// Threads also end with the process. The turn is kept: nobody begins to load any more.
if (isMainThread) process.on('exit', take)

/** What a thread loads as an addon, undisturbed by its own end. The main thread's loads nobody can cut. */
export function loadAddon<T>(load: () => T): T {
  if (isMainThread) return load()
  take()
  try {
    return load()
  } finally {
    give()
  }
}

/** Ends a thread, whatever it does. Not by `worker.terminate()`: see above. */
export async function endThread(worker: Worker): Promise<void> {
  // One turn for all that this thread ends at the same time.
  if (endings++ === 0) take()
  try {
    await worker.terminate()
  } finally {
    if (--endings === 0) give()
  }
}

function shared(): SharedArrayBuffer {
  const known = getEnvironmentData(KEY)
  if (known instanceof SharedArrayBuffer) return known
  const made = new SharedArrayBuffer(4)
  setEnvironmentData(KEY, made)
  return made
}

function take(): void {
  const until = performance.now() + LONGEST_WAIT_MS
  while (Atomics.compareExchange(turn, 0, FREE, TAKEN) !== FREE) {
    const left = until - performance.now()
    if (left <= 0) return
    Atomics.wait(turn, 0, TAKEN, left)
  }
}

function give(): void {
  Atomics.store(turn, 0, FREE)
  Atomics.notify(turn, 0)
}
