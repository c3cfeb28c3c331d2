import { AppError, isAppError, type Clock, type EpochMs } from '#base'
import { formatTime, parseTime } from './go-time.ts'
import type { Repository } from './repository.ts'

/**
 * restic's lock files (internal/repository/lock.go, lock_file.go). Writers and readers share; what removes is alone.
 * A lock is a sealed file in locks/, renewed while it is held, stale when it is old or its process is gone.
 */
export const STALE_AFTER_MS = 30 * 60_000
const REFRESH_EVERY_MS = 5 * 60_000
/** Without a successful refresh for this long a holder must stop: others will soon take its lock for stale. */
const LOST_AFTER_MS = STALE_AFTER_MS - 1.5 * REFRESH_EVERY_MS
/** Between writing our lock and looking again: two that start together must see each other. */
const SETTLE_MS = 200
const UNREADABLE_PAUSES_MS = [5000, 10_000, 20_000]

/** Who is asking; `isProcessAlive` answers for process ids of this host. */
export interface LockHost {
  readonly hostname: string
  readonly username: string
  readonly pid: number
  readonly uid?: number
  readonly gid?: number
  isProcessAlive(pid: number): boolean
}

type Sleep = (ms: number, signal?: AbortSignal) => Promise<void>

export interface LockOptions {
  readonly exclusive: boolean
  readonly host: LockHost
  readonly clock: Clock
  /** How long to wait for others to finish; 0 gives up at once. */
  readonly retryForMs?: number
  readonly sleep?: Sleep
  readonly signal?: AbortSignal
}

/** What a lock file says. */
export interface LockInfo {
  readonly id: string
  readonly timeMs: EpochMs
  readonly exclusive: boolean
  readonly hostname: string
  readonly username: string
  readonly pid: number
}

/** A held lock. */
export interface RepositoryLock {
  /** Aborts with RESTIC_LOCK_LOST when the lock could not be kept: work under it must end. */
  readonly signal: AbortSignal
  /** Resolves after the second look; rejects with RESTIC_LOCKED, and the signal aborts, where others came at the same time. */
  readonly settled: Promise<void>
  /** Gives the lock back; never fails, since what was done under it is done. */
  release(): Promise<void>
}

/**
 * Takes a lock and keeps it fresh until it is released.
 * @throws RESTIC_LOCKED naming the holder, when others do not finish within `retryForMs`
 */
export async function acquireLock(repository: Repository, options: LockOptions): Promise<RepositoryLock> {
  const { clock, sleep = pause, retryForMs = 0, signal } = options
  const deadline = clock.monotonic() + retryForMs
  for (let waitMs = 1000; ; waitMs = Math.min(waitMs * 2, 60_000)) {
    signal?.throwIfAborted()
    try {
      const lock = await place(repository, options, sleep)
      try {
        await lock.settled
      } catch (error) {
        await lock.release()
        throw error
      }
      return lock
    } catch (error) {
      const leftMs = deadline - clock.monotonic()
      if (!isAppError(error, 'RESTIC_LOCKED') || leftMs <= 0) throw error
      await sleep(Math.min(waitMs, leftMs))
    }
  }
}

/** Runs under a lock and gives it back whatever happens. `skip` is --no-lock: for read-only work on read-only storage. */
export async function withLock<T>(
  repository: Repository,
  options: LockOptions & { readonly skip?: boolean },
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (options.skip) return run(options.signal ?? new AbortController().signal)
  return runUnder(await acquireLock(repository, options), options, run)
}

/**
 * As {@link withLock}, but reads while the lock settles: the second look is due only before something is saved, and
 * {@link Repository.holdSaves} sees to that. For work that removes nothing. What was read and did not fail was proved by
 * its hashes, whoever else was there.
 */
export async function withLockReadingFirst<T>(
  repository: Repository,
  options: LockOptions & { readonly skip?: boolean },
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  // Who waits for others has the time to settle too.
  if (options.skip || options.retryForMs) return withLock(repository, options, run)
  const lock = await place(repository, options, options.sleep ?? pause)
  repository.holdSaves(lock.settled)
  try {
    return await runUnder(lock, options, run)
  } finally {
    repository.holdSaves(undefined)
  }
}

async function runUnder<T>(
  lock: RepositoryLock,
  options: LockOptions,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  try {
    return await run(options.signal ? AbortSignal.any([lock.signal, options.signal]) : lock.signal)
  } catch (error) {
    // Where another came at the same time, that is the reason, whatever it led to.
    await lock.settled
    throw error
  } finally {
    await lock.release()
  }
}

/** Removes stale locks, or all of them; how many went. */
export async function removeLocks(
  repository: Repository,
  options: { readonly all?: boolean; readonly host: LockHost; readonly clock: Clock },
): Promise<number> {
  let removed = 0
  for (const { name, sizeBytes } of await repository.backend.list('locks')) {
    const info = await readLock(repository, name, sizeBytes)
    const goes = options.all || (info !== undefined && info !== 'unreadable' && isStale(info, options))
    if (!goes) continue
    await repository.backend.remove({ kind: 'locks', name })
    removed += 1
  }
  return removed
}

/** All readable locks, for people: who holds the repository, since when. */
export async function listLocks(repository: Repository): Promise<LockInfo[]> {
  const found: LockInfo[] = []
  for (const { name, sizeBytes } of await repository.backend.list('locks')) {
    const info = await readLock(repository, name, sizeBytes)
    if (info !== undefined && info !== 'unreadable') found.push(info)
  }
  return found
}

export function isStale(info: LockInfo, { host, clock }: { readonly host: LockHost; readonly clock: Clock }): boolean {
  if (clock.now() - info.timeMs > STALE_AFTER_MS) return true
  return info.hostname === host.hostname && info.pid !== host.pid && !host.isProcessAlive(info.pid)
}

/** Looks, writes the lock file, and looks again a moment later. @throws RESTIC_LOCKED at the first look */
async function place(repository: Repository, options: LockOptions, sleep: Sleep): Promise<RepositoryLock> {
  await refuseConflict(repository, options, undefined, sleep)
  const own = await writeLock(repository, options)
  const done = new AbortController()
  const lookAgain = async (): Promise<void> => {
    await sleep(SETTLE_MS, done.signal)
    if (!done.signal.aborted) await refuseConflict(repository, options, own, sleep)
  }
  return keepFresh(repository, own, options, { settled: lookAgain(), done })
}

/** Another's lock stands in the way when either wants to be alone. Unreadable ones get time: they may be half-uploaded. */
async function refuseConflict(
  repository: Repository,
  options: LockOptions,
  own: string | undefined,
  sleep: Sleep,
): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    let unreadable = 0
    for (const { name, sizeBytes } of await repository.backend.list('locks')) {
      if (name === own) continue
      const info = await readLock(repository, name, sizeBytes)
      if (info === 'unreadable') unreadable += 1
      else if (info && (options.exclusive || info.exclusive) && !isStale(info, options)) throw locked(info)
    }
    if (unreadable === 0) return
    const waitMs = UNREADABLE_PAUSES_MS[attempt]
    if (waitMs === undefined) {
      throw new AppError('RESTIC_LOCKED', {
        detail: `${unreadable} lock files cannot be read`,
        context: { unreadable },
      })
    }
    await sleep(waitMs)
  }
}

function locked(info: LockInfo): AppError {
  const { hostname, username, pid, timeMs, exclusive } = info
  return new AppError('RESTIC_LOCKED', {
    detail: `held by process ${pid} on ${hostname}`,
    context: { hostname, username, pid, timeMs, exclusive },
  })
}

/** undefined: gone meanwhile, or empty, which restic takes for an upload that died (0.15.1 and later). */
async function readLock(
  repository: Repository,
  id: string,
  sizeBytes: number,
): Promise<LockInfo | 'unreadable' | undefined> {
  if (sizeBytes === 0) return undefined
  try {
    const json = JSON.parse((await repository.loadUnpacked('locks', id)).toString('utf8')) as Record<string, unknown>
    const timeNs = typeof json['time'] === 'string' ? parseTime(json['time']) : undefined
    if (timeNs === undefined) return 'unreadable'
    return {
      id,
      timeMs: Number(timeNs / 1_000_000n),
      exclusive: json['exclusive'] === true,
      hostname: typeof json['hostname'] === 'string' ? json['hostname'] : '',
      username: typeof json['username'] === 'string' ? json['username'] : '',
      pid: typeof json['pid'] === 'number' ? json['pid'] : 0,
    }
  } catch (error) {
    return isAppError(error, 'STORAGE_NOT_FOUND') ? undefined : 'unreadable'
  }
}

function writeLock(repository: Repository, { exclusive, host, clock }: LockOptions): Promise<string> {
  const { hostname, username, pid, uid, gid } = host
  return repository.saveUnpacked(
    'locks',
    JSON.stringify({
      time: formatTime(BigInt(clock.now()) * 1_000_000n),
      exclusive,
      hostname,
      username,
      pid,
      ...(uid && { uid }),
      ...(gid && { gid }),
    }),
  )
}

/** Renews by writing a new file before removing the old one, so that there is always one. */
function keepFresh(
  repository: Repository,
  first: string,
  options: LockOptions,
  { settled, done }: { settled: Promise<void>; done: AbortController },
): RepositoryLock {
  const lost = new AbortController()
  settled.catch((error: unknown) => lost.abort(error))
  let current = first
  let refreshedAt = options.clock.monotonic()
  let running: Promise<void> = Promise.resolve()
  const refresh = async () => {
    try {
      const next = await writeLock(repository, options)
      const old = current
      current = next
      refreshedAt = options.clock.monotonic()
      await repository.backend.remove({ kind: 'locks', name: old })
    } catch {
      // Tried again at the next turn; only when that fails for long is the lock lost.
    }
    if (options.clock.monotonic() - refreshedAt > LOST_AFTER_MS) lost.abort(new AppError('RESTIC_LOCK_LOST'))
  }
  const timer = setInterval(() => {
    running = running.then(refresh)
  }, REFRESH_EVERY_MS)
  timer.unref()
  return {
    signal: lost.signal,
    settled,
    async release() {
      clearInterval(timer)
      done.abort()
      await running
      await repository.backend.remove({ kind: 'locks', name: current }).catch(() => undefined)
    },
  }
}

/** Ends early, without failing, where the signal aborts. */
function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal?.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}
