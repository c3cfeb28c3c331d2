/**
 * The one part of the Keeper that may set and lift the immutable attribute, and that owns the time and the administrators'
 * second factor. It knows no network, no client and no key; it holds until, lets go if due, makes a repository's folders,
 * says who a one-time password is, and corrects the clock for two people (SECURITY.md 6, 7). What it promised is in a log
 * of its own; nothing that asks it can shorten a promise.
 */
import {
  chmodSync,
  chownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
} from 'node:fs'
import { open } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { EpochMs } from '#base'
import { DATA_FOLDERS, RetentionLog, syncFolder } from '#storage'
import { demandOneName, freeFile, type HeldAttribute, holdFile, isHeld } from './held-file.ts'
import { type RepositoryRef, repositoryFolder, RETENTION_LOG, KINDS, STATEMENTS } from './layout.ts'
import { Refusal } from './refusal.ts'
import { hashOfFile, lookAtFile } from './rot.ts'
import { Guesses } from './second-factor.ts'
import type { ClockState, TrustedClock } from './trusted-clock.ts'

/** Nothing is held longer than this by one request: a stolen client must not fill a disk for ever (USERS.md, ceiling). */
export const LONGEST_HOLD_MS = 11 * 366 * 86_400_000

export type HoldStrength = 'immutable-attribute' | 'logical'

export interface Locker {
  /** Trusted time, and what the clocks are like. */
  time(): Promise<ClockState>
  makeRepository(ref: RepositoryRef): Promise<void>
  /**
   * Holds files (paths below the repository's folder) until at least `untilMs`. Files that are gone are refused.
   * @throws Refusal second-name where one has another name
   */
  hold(ref: RepositoryRef, paths: readonly string[], untilMs: EpochMs): Promise<HoldStrength>
  /** Removes those whose hold has ended by trusted time; says which are gone now. */
  letGo(ref: RepositoryRef, paths: readonly string[]): Promise<string[]>
  /**
   * Puts the bytes of `fresh` in the place of a file that no longer has the hash that is its name, and holds it as before.
   * @returns false where what stands there is sound, or nothing does
   * @throws where `fresh` has not that hash either; Refusal second-name where what stands there is held by another name
   */
  replace(ref: RepositoryRef, path: string, fresh: string): Promise<boolean>
  /** The administrator whose one-time password it is; each works once. */
  whoseCode(code: string): Promise<string | undefined>
  /** Takes the wall clock for right, by the word of two administrators; false where it is not two. */
  correctClock(code: string, secondCode: string): Promise<boolean>
}

const HELD_PATH = new RegExp(
  `^(?:config|data/[0-9a-f]{2}/[0-9a-f]{64}|(?:index|keys|snapshots|${STATEMENTS})/[0-9a-f]{64}(?:\\.[a-z]+)?)$`,
)

const HASH_NAMED = /^(?:data\/[0-9a-f]{2}|index|keys|snapshots)\/[0-9a-f]{64}$/
const UPLOADED = /^(?:data\/[0-9a-f]{2}|index|keys|snapshots)\/\.upload-[0-9a-f-]{36}$/
/** Where what rotted is put aside, for those who ask why; the newest few. */
const ASIDE = 'retention/rotten'
const MOST_ASIDE = 20
/** Sound bytes on their way into its place. */
const FRESH = 'retention/fresh'

export interface LockerParts {
  readonly root: string
  readonly clock: TrustedClock
  readonly attribute: HeldAttribute
  /** Wall clock, for the one-time passwords: a phone knows no other. */
  readonly wall: () => EpochMs
  /** Whose group may write into the repositories' folders; absent: this process is the only one. */
  readonly gid?: number
}

export function openLocker({ root, clock, attribute, wall, gid }: LockerParts): Locker {
  const logs = new Map<string, RetentionLog>()
  const guesses = new Guesses(root)
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
    makeRepository: async (ref) => makeFolders(root, ref, gid),
    async hold(ref, paths, untilMs) {
      const folder = checked(ref, paths)
      const until = Math.min(untilMs, clock.now() + LONGEST_HOLD_MS)
      // A name that is not there yet must not be promised: it could be another's tomorrow.
      for (const path of paths) demandOneName(join(folder, path))
      log(folder).extend(paths.map((path) => ({ path, untilMs: until })))
      const done = paths.map((path) => holdFile(attribute, join(folder, path)))
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
        const found = lstatSync(file, { throwIfNoEntry: false })
        if (!found?.isFile()) return found === undefined
        // Immutable without a promise of ours: somebody on this machine holds it, for a reason we do not know.
        if (until === undefined && isHeld(attribute, file)) return false
        if (freeFile(attribute, file) === 'kept') return false
        unlinkSync(file)
        return true
      })
    },
    async replace(ref, path, fresh) {
      const folder = checked(ref, [path])
      if (!HASH_NAMED.test(path) || !UPLOADED.test(fresh)) throw new TypeError('not a file by its hash')
      const name = basename(path)
      const file = join(folder, path)
      if ((await lookAtFile(file, name)) !== 'rotten') return false
      // A copy of the locker's own, where nobody else can reach it: who wrote the other may still write.
      const own = join(folder, FRESH, name)
      try {
        await copyChecked(join(folder, fresh), own, name, gid)
        const before = freeFile(attribute, file)
        if (before === 'kept') throw new Refusal('second-name')
        putAside(folder, path)
        renameSync(own, file)
        if (before === 'freed' || log(folder).until(path) !== undefined) holdFile(attribute, file)
        syncFolder(dirname(file))
        return true
      } finally {
        rmSync(own, { force: true })
      }
    },
    whoseCode: async (code) => guesses.whoseCode(code, wall()),
    async correctClock(code, secondCode) {
      const first = guesses.whoseCode(code, wall())
      const second = guesses.whoseCode(secondCode, wall())
      if (first === undefined || second === undefined || first === second) return false
      clock.correct()
      return true
    },
  }
}

/** @throws where the bytes have another hash */
async function copyChecked(from: string, to: string, name: string, gid: number | undefined): Promise<void> {
  mkdirSync(dirname(to), { recursive: true, mode: 0o700 })
  rmSync(to, { force: true })
  const file = await open(to, 'wx', 0o440)
  try {
    if ((await hashOfFile(from, file)) !== name) throw new TypeError('other bytes')
    if (gid !== undefined) await file.chown(0, gid)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** A second name before the first goes over to the sound bytes: at no moment is there none. */
function putAside(folder: string, path: string): void {
  const aside = join(folder, ASIDE)
  mkdirSync(aside, { recursive: true, mode: 0o700 })
  const target = join(aside, path.replaceAll('/', '-'))
  rmSync(target, { force: true })
  linkSync(join(folder, path), target)
  const oldestFirst = readdirSync(aside)
    .map((name) => ({ name, at: statSync(join(aside, name)).ctimeMs }))
    .toSorted((a, b) => a.at - b.at)
  for (const { name } of oldestFirst.slice(0, -MOST_ASIDE)) unlinkSync(join(aside, name))
}

/**
 * Where two processes share them the folders belong to the locker and are sticky: the network process writes files there
 * and may remove its own while they are not held, but can neither rename nor replace a folder. A repository is opened to it
 * and gets its name when it is whole: no link can be planted in between, and no half one stays.
 */
function makeFolders(root: string, ref: RepositoryRef, gid: number | undefined): void {
  const final = repositoryFolder(root, ref)
  if (statSync(final, { throwIfNoEntry: false })) return
  const make = (path: string, mode: number): void => {
    mkdirSync(path, { recursive: true, mode: 0o700 })
    if (gid === undefined) return
    chownSync(path, 0, gid)
    chmodSync(path, mode)
  }
  make(dirname(final), 0o750)
  const folder = mkdtempSync(join(dirname(final), '.new-'))
  for (const inner of [...KINDS, ...DATA_FOLDERS.map((prefix) => `data/${prefix}`), STATEMENTS])
    make(join(folder, inner), 0o1770)
  make(dirname(join(folder, RETENTION_LOG)), 0o750)
  make(folder, 0o1770)
  renameSync(folder, final)
}
