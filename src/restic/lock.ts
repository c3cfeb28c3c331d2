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

export interface LockOptions {
  readonly exclusive: boolean
  readonly host: LockHost
  readonly clock: Clock
  /** How long to wait for others to finish; 0 gives up at once. */
  readonly retryForMs?: number
  readonly sleep?: (ms: number) => Promise<void>
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
      return keepFresh(repository, await tryAcquire(repository, options, sleep), options)
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
  const lock = await acquireLock(repository, options)
  try {
    return await run(options.signal ? AbortSignal.any([lock.signal, options.signal]) : lock.signal)
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

async function tryAcquire(
  repository: Repository,
  options: LockOptions,
  sleep: (ms: number) => Promise<void>,
): Promise<string> {
  await refuseConflict(repository, options, undefined, sleep)
  const own = await writeLock(repository, options)
  try {
    await sleep(SETTLE_MS)
    await refuseConflict(repository, options, own, sleep)
    return own
  } catch (error) {
    await repository.backend.remove({ kind: 'locks', name: own })
    throw error
  }
}

/** Another's lock stands in the way when either wants to be alone. Unreadable ones get time: they may be half-uploaded. */
async function refuseConflict(
  repository: Repository,
  options: LockOptions,
  own: string | undefined,
  sleep: (ms: number) => Promise<void>,
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
function keepFresh(repository: Repository, first: string, options: LockOptions): RepositoryLock {
  const lost = new AbortController()
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
    async release() {
      clearInterval(timer)
      await running
      await repository.backend.remove({ kind: 'locks', name: current }).catch(() => undefined)
    },
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
