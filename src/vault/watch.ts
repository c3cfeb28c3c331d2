/**
 * Programs and settings are taken on change (R18): a look at names, sizes and times every few minutes, a generation once
 * something changed and was quiet, bounded per day. Nothing is read for a look; a change that leaves size and both times
 * as they were is met by the generation of every six days, whose engine reads what its own records do not vouch for.
 */
import { createHash } from 'node:crypto'
import { lstat, readdir } from 'node:fs/promises'
import { type EpochMs, institutionDate } from '#base'
import type { Source } from './source.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
export const LOOK_EVERY_MS = 5 * MINUTE_MS
/** An update that is still being laid down is not taken half. */
export const QUIET_MS = 10 * MINUTE_MS
/** What never becomes quiet is taken all the same. */
export const WAIT_AT_MOST_MS = 6 * HOUR_MS
export const MOST_PER_DAY = 12
/** Without a change too: its lock begins anew, and what a look cannot see is read. Three times this and a day is under the
 *  default lock of 21 days, so that the third newest is always locked. */
export const AT_LEAST_EVERY_DAYS = 6
/** The last look counts this long: a day and the hours that a late one may take. */
const LOOK_COUNTS_MS = 26 * HOUR_MS

/** What the looks at a source found. The fingerprint is a hash: no name lies here. */
export interface WatchState {
  /** The last look that saw everything; 0 before the first. */
  readonly lookedAt: EpochMs
  readonly fingerprint: string
  /** When it last differed from the look before. */
  readonly changedAt: EpochMs
  /** As it was when the newest generation began. */
  readonly taken?: string
  /** Since when it differs from that. */
  readonly waitingSince?: EpochMs
  /** The last look did not see everything. */
  readonly failedAt?: EpochMs
  /** Generations that changes began on this day. */
  readonly day: string
  readonly runs: number
}

export function isWatched({ kind, options }: Pick<Source, 'kind' | 'options'>): boolean {
  return options.onChange === true && (kind === 'folder' || kind === 'csv' || kind === 'intake')
}

export function isLookDue(state: WatchState | undefined, now: EpochMs): boolean {
  const last = Math.max(state?.lookedAt ?? 0, state?.failedAt ?? 0)
  return now - last >= LOOK_EVERY_MS || last > now
}

/** After a look. @param fingerprint undefined where not everything could be seen */
export function looked(before: WatchState | undefined, fingerprint: string | undefined, now: EpochMs): WatchState {
  const day = institutionDate(now)
  const runs = before?.day === day ? before.runs : 0
  if (fingerprint === undefined)
    return { ...(before ?? { lookedAt: 0, fingerprint: '', changedAt: now }), day, runs, failedAt: now }
  const { failedAt: _seenAgain, waitingSince, ...rest } = before ?? {}
  const isChanged = fingerprint !== before?.taken
  return {
    ...rest,
    lookedAt: now,
    fingerprint,
    changedAt: before?.fingerprint === fingerprint ? Math.min(before.changedAt, now) : now,
    ...(isChanged ? { waitingSince: Math.min(waitingSince ?? now, now) } : {}),
    day,
    runs,
  }
}

/** Whether a generation is to be taken now. @param newestAt of the newest generation */
export function isTakeDue(state: WatchState, newestAt: EpochMs | undefined, now: EpochMs): boolean {
  if (state.failedAt !== undefined || state.runs >= MOST_PER_DAY) return false
  if (newestAt === undefined || now - newestAt >= AT_LEAST_EVERY_DAYS * 24 * HOUR_MS) return true
  if (state.waitingSince === undefined) return false
  return now - state.changedAt >= QUIET_MS || now - state.waitingSince >= WAIT_AT_MOST_MS
}

/** A run begins because of a look. */
export const started = (state: WatchState): WatchState => ({ ...state, runs: state.runs + 1 })

/** A run of whatever cause ended well. @param taken the fingerprint as it was before the run read anything */
export function taken(state: WatchState | undefined, fingerprint: string | undefined, now: EpochMs): WatchState {
  const { waitingSince: _taken, ...rest } = looked(state, fingerprint, now)
  return fingerprint === undefined ? rest : { ...rest, taken: fingerprint }
}

/** What the light says: unchanged since the newest generation, a change that waits, or looks that do not come. */
export function watchVerdict(state: WatchState | undefined, now: EpochMs): 'current' | 'waiting' | 'late' | 'blind' {
  if (!state || now - state.lookedAt > LOOK_COUNTS_MS || state.lookedAt > now + HOUR_MS) return 'blind'
  if (state.waitingSince === undefined) return 'current'
  return now - state.waitingSince > 24 * HOUR_MS ? 'late' : 'waiting'
}

/** Of one that is taken on change alone, what its looks say; one that is taken each day as well is late by its day. */
export function looksOf(source: Pick<Source, 'kind' | 'options' | 'schedule' | 'watch'>, now: EpochMs) {
  return isWatched(source) && !source.schedule ? watchVerdict(source.watch, now) : undefined
}

const AT_ONCE = 32

/**
 * Names, kinds, sizes, modes and times of everything below the paths, hashed in the order of the names' bytes.
 * @returns undefined where something that is there cannot be listed or looked at
 */
export async function fingerprintOf(paths: readonly string[]): Promise<string | undefined> {
  const hash = createHash('sha256')
  try {
    for (const path of paths) await addEntry(hash, Buffer.from(path))
  } catch {
    return undefined
  }
  return hash.digest('hex')
}

async function addEntry(hash: ReturnType<typeof createHash>, path: Buffer): Promise<void> {
  const stat = await lstat(path, { bigint: true })
  const { size, mode, mtimeNs, ctimeNs } = stat
  // A folder's own size and times say nothing that its entries do not, and differ between file systems.
  const facts = stat.isDirectory() ? `${mode}` : `${mode} ${size} ${mtimeNs} ${ctimeNs}`
  hash.update(path).update(`\0${facts}\0`)
  if (!stat.isDirectory()) return
  const names = (await readdir(path, { encoding: 'buffer' })).toSorted((a, b) => Buffer.compare(a, b))
  for (let i = 0; i < names.length; i += AT_ONCE) {
    const parts = names.slice(i, i + AT_ONCE).map(async (name) => {
      const one = createHash('sha256')
      await addEntry(one, Buffer.concat([path, Buffer.from('/'), name]))
      return one.digest()
    })
    for (const part of await Promise.all(parts)) hash.update(part)
  }
}
