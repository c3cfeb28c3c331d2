import { setTimeout as wait } from 'node:timers/promises'
import { AppError, systemClock, type Backend, type Clock, type FileRef, type Retention } from '#base'

export interface RetryOptions {
  /** How often a call is tried in all. */
  readonly attempts?: number
  /** First pause; each next one is twice as long, up to `maxPauseMs`, and varies by half so that many do not knock at once. */
  readonly pauseMs?: number
  readonly maxPauseMs?: number
  readonly clock?: Clock
  readonly sleep?: (ms: number) => Promise<void>
  readonly random?: () => number
  readonly onRetry?: (error: AppError, attempt: number) => void
  /** Aborted: nothing is tried again, a pause ends at once. What is tried once is still tried: locks must be given back. */
  readonly signal?: AbortSignal
}

/**
 * Tries again what failed for a temporary reason; everything else fails at once. A save whose answer was lost may find its
 * own file at the next try: where the length agrees, that is success (names are hashes of the bytes).
 */
export function withRetry(inner: Backend, options: RetryOptions = {}): Backend {
  const run: Run = (call) => retrying(call, options)
  return {
    location: inner.location,
    ...(inner.retention && { retention: retryingRetention(inner.retention, run) }),
    save(file, parts) {
      let tries = 0
      return run(async () => {
        tries += 1
        try {
          await inner.save(file, parts)
        } catch (error) {
          const again =
            tries > 1 && file.kind !== 'config' && error instanceof AppError && error.code === 'STORAGE_EXISTS'
          if (!again || (await inner.stat(file))?.sizeBytes !== totalLength(parts)) throw error
        }
      })
    },
    load: (file, offset, length) => run(() => inner.load(file, offset, length)),
    stat: (file) => run(() => inner.stat(file)),
    list: (kind) => run(() => inner.list(kind)),
    remove: (file) => run(() => inner.remove(file)),
    ...(inner.replace && { replace: (file: FileRef, bytes: Uint8Array) => run(() => inner.replace!(file, bytes)) }),
    close: () => inner.close(),
  }
}

type Run = <T>(call: () => Promise<T>) => Promise<T>

function retryingRetention(inner: Retention, run: Run): Retention {
  return {
    lock: (file, untilMs) => run(() => inner.lock(file, untilMs)),
    state: (file) => run(() => inner.state(file)),
    known: (file) => inner.known?.(file),
  }
}

async function retrying<T>(call: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { attempts = 6, pauseMs = 500, maxPauseMs = 30_000, random = Math.random, signal } = options
  const sleep = options.sleep ?? ((ms) => wait(ms, undefined, { ...(signal && { signal }) }).catch(() => undefined))
  const clock = options.clock ?? systemClock
  const startedAt = clock.monotonic()
  for (let attempt = 1; ; attempt++) {
    try {
      return await call()
    } catch (error) {
      // Fifteen minutes are what restic grants a storage too.
      const late = clock.monotonic() - startedAt > 15 * 60_000
      if (!(error instanceof AppError) || error.retry !== 'temporary' || attempt >= attempts || late) throw error
      if (signal?.aborted) throw error
      options.onRetry?.(error, attempt)
      await sleep(Math.min(maxPauseMs, pauseMs * 2 ** (attempt - 1)) * (0.75 + random() / 2))
      if (signal?.aborted) throw error
    }
  }
}

function totalLength(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0)
}
