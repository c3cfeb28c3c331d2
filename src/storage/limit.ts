import { systemClock, type Backend, type Clock, type FileRef } from '#base'

export interface LimitOptions {
  /** Calls at the same time. */
  readonly concurrency?: number
  /** Bytes per second written and read, each for itself; asked anew for every file, since the hour may have changed. */
  readonly uploadBytesPerSecond?: Rate
  readonly downloadBytesPerSecond?: Rate
  readonly clock?: Clock
  readonly sleep?: (ms: number) => Promise<void>
}

/** Undefined: no bound. */
export type Rate = number | (() => number | undefined)

/** Keeps a repository's traffic within bounds. Large files pass whole; the calls after them wait the longer. */
export function withLimit(inner: Backend, options: LimitOptions): Backend {
  const slots = semaphore(options.concurrency ?? Infinity)
  const up = pace(options.uploadBytesPerSecond, options)
  const down = pace(options.downloadBytesPerSecond, options)
  return {
    location: inner.location,
    ...(inner.retention && { retention: inner.retention }),
    save: (file, parts) =>
      slots(async () => {
        await up(parts.reduce((sum, part) => sum + part.length, 0))
        await inner.save(file, parts)
      }),
    load: (file, offset, length) =>
      slots(async () => {
        const bytes = await inner.load(file, offset, length)
        await down(bytes.length)
        return bytes
      }),
    stat: (file) => slots(() => inner.stat(file)),
    list: (kind) => slots(() => inner.list(kind)),
    remove: (file) => slots(() => inner.remove(file)),
    ...(inner.replace && {
      replace: (file: FileRef, bytes: Uint8Array) =>
        slots(async () => {
          await up(bytes.length)
          await inner.replace!(file, bytes)
        }),
    }),
    close: () => inner.close(),
  }
}

/** At most `count` runs at once, in the order of asking. */
export function semaphore(count: number): <T>(run: () => Promise<T>) => Promise<T> {
  let free = count
  const waiting: (() => void)[] = []
  return async (run) => {
    // A slot that somebody waits for is handed over and never becomes free in between.
    if (free > 0) free -= 1
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await run()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else free += 1
    }
  }
}

/** Waits until the bytes asked for before, and these, are within the rate. */
function pace(rate: Rate | undefined, options: LimitOptions): (bytes: number) => Promise<void> {
  if (rate === undefined) return async () => undefined
  const clock = options.clock ?? systemClock
  const sleep = options.sleep ?? ((ms) => new Promise<void>((resolve) => setTimeout(resolve, ms)))
  let freeAt = clock.monotonic()
  return async (bytes) => {
    const bytesPerSecond = typeof rate === 'function' ? rate() : rate
    if (bytesPerSecond === undefined) return
    const now = clock.monotonic()
    freeAt = Math.max(freeAt, now) + (bytes / bytesPerSecond) * 1000
    if (freeAt > now) await sleep(freeAt - now)
  }
}
