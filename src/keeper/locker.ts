/**
 * The one part of the Keeper that may set and lift the immutable attribute, and that owns the time. It knows no network,
 * no client and no key, and three commands: make a repository's folders, hold until, let go if due (SECURITY.md 6). What
 * it promised is in a log of its own; nothing that asks it can shorten a promise.
 */
import { mkdirSync, statSync, unlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { EpochMs } from '#base'
import { type ImmutableAttribute, RetentionLog } from '#storage'
import { type RepositoryRef, repositoryFolder, RETENTION_LOG, KINDS, STATEMENTS } from './layout.ts'
import type { ClockState, TrustedClock } from './trusted-clock.ts'

/** Nothing is held longer than this by one request: a stolen client must not fill a disk for ever (USERS.md, ceiling). */
export const LONGEST_HOLD_MS = 11 * 366 * 86_400_000

export type HoldStrength = 'immutable-attribute' | 'logical'

export interface Locker {
  /** Trusted time, and what the clocks are like. */
  time(): Promise<ClockState>
  makeRepository(ref: RepositoryRef): Promise<void>
  /** Holds files (paths below the repository's folder) until at least `untilMs`. Files that are gone are refused. */
  hold(ref: RepositoryRef, paths: readonly string[], untilMs: EpochMs): Promise<HoldStrength>
  /** Removes those whose hold has ended by trusted time; says which are gone now. */
  letGo(ref: RepositoryRef, paths: readonly string[]): Promise<string[]>
}

const HELD_PATH = new RegExp(
  `^(?:config|data/[0-9a-f]{2}/[0-9a-f]{64}|(?:index|keys|snapshots|${STATEMENTS})/[0-9a-f]{64}(?:\\.[a-z]+)?)$`,
)

export interface LockerParts {
  readonly root: string
  readonly clock: TrustedClock
  readonly attribute: ImmutableAttribute
}

export function openLocker({ root, clock, attribute }: LockerParts): Locker {
  const logs = new Map<string, RetentionLog>()
  const log = (folder: string): RetentionLog => {
    const known = logs.get(folder)
    if (known) return known
    const opened = new RetentionLog(join(folder, RETENTION_LOG))
    logs.set(folder, opened)
    return opened
  }
  const checked = (ref: RepositoryRef, paths: readonly string[]): string => {
    const folder = repositoryFolder(root, ref)
    if (!paths.every((path) => HELD_PATH.test(path))) throw new TypeError('not a path of a repository')
    return folder
  }
  return {
    time: async () => clock.state,
    makeRepository: async (ref) => makeFolders(repositoryFolder(root, ref)),
    async hold(ref, paths, untilMs) {
      const folder = checked(ref, paths)
      const until = Math.min(untilMs, clock.now() + LONGEST_HOLD_MS)
      // A name that is not there yet must not be promised: it could be another's tomorrow.
      for (const path of paths) statSync(join(folder, path))
      log(folder).extend(paths.map((path) => ({ path, untilMs: until })))
      const done = paths.map((path) => attribute.set(join(folder, path), true))
      return done.every((result) => result === 'done') ? 'immutable-attribute' : 'logical'
    },
    async letGo(ref, paths) {
      const folder = checked(ref, paths)
      const { trusted, frozen } = clock.state
      if (frozen) return []
      return paths.filter((path) => {
        const until = log(folder).until(path)
        if (until !== undefined && until > trusted) return false
        const file = join(folder, path)
        if (statSync(file, { throwIfNoEntry: false }) === undefined) return true
        // Immutable without a promise of ours: somebody on this machine holds it, for a reason we do not know.
        if (attribute.isSet(file)) {
          if (until === undefined || attribute.set(file, false) !== 'done') return false
        }
        unlinkSync(file)
        return true
      })
    },
  }
}

function makeFolders(folder: string): void {
  for (const kind of KINDS) mkdirSync(join(folder, kind), { recursive: true, mode: 0o700 })
  for (let i = 0; i < 256; i++)
    mkdirSync(join(folder, 'data', i.toString(16).padStart(2, '0')), { recursive: true, mode: 0o700 })
  mkdirSync(join(folder, STATEMENTS), { recursive: true, mode: 0o700 })
  mkdirSync(dirname(join(folder, RETENTION_LOG)), { recursive: true, mode: 0o700 })
}
