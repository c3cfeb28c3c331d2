/**
 * When a backup is due. Pure decisions over instants: the loop in `runner.ts` asks every half minute. Four rules, a test
 * each: see docs/design/vault.md.
 */
import { Cron } from 'croner'
import { AppError, type EpochMs } from '#base'

/** Times in the institution's zone, as a cron expression of five fields (`0 2 * * *` is every night at two). */
export interface Schedule {
  cron: string
}

export const NIGHTLY: Schedule = { cron: '0 2 * * *' }
const ZONE = 'Asia/Tokyo'
/** A start within this long of its due time is on time. */
const ON_TIME_MS = 15 * 60_000

/** Throws BASE_CONFIG_INVALID for an expression that cannot be read. */
export function parseSchedule(cron: string): Schedule {
  try {
    nextDue({ cron }, 0)
    return { cron }
  } catch (cause) {
    throw new AppError('BASE_CONFIG_INVALID', { detail: `schedule: ${cron}`, cause })
  }
}

/** The first due time after an instant, or undefined where the expression never comes again. */
export function nextDue(schedule: Schedule, after: EpochMs): EpochMs | undefined {
  const next = new Cron(schedule.cron, { timezone: ZONE, mode: '5-part' }).nextRun(new Date(after))
  return next?.getTime()
}

/** The last due time at or before an instant, looking back at most 32 days. */
export function lastDue(schedule: Schedule, at: EpochMs): EpochMs | undefined {
  // croner looks forward only: step from one day back, and from a month back where a day holds no due time.
  for (const lookBackDays of [1, 32]) {
    let found: EpochMs | undefined
    let next = nextDue(schedule, at - lookBackDays * 86_400_000)
    while (next !== undefined && next <= at) {
      found = next
      next = nextDue(schedule, next)
    }
    if (found !== undefined) return found
  }
  return undefined
}

export type Decision =
  | { start: true; due: EpochMs; late: boolean }
  | { start: false; reason: 'not-due' | 'still-running'; next: EpochMs | undefined }

export interface RunState {
  /** Due time that the last started run answered; undefined before the first. */
  lastStartedDue: EpochMs | undefined
  isRunning: boolean
}

/**
 * Whether to start now. One missed time or thirty give one run: the newest due time counts, the earlier ones are answered
 * with it. A clock that went back finds its due times already answered.
 */
export function decide(schedule: Schedule, state: RunState, now: EpochMs): Decision {
  const due = lastDue(schedule, now)
  const next = nextDue(schedule, now)
  if (due === undefined || (state.lastStartedDue !== undefined && due <= state.lastStartedDue))
    return { start: false, reason: 'not-due', next }
  if (state.isRunning) return { start: false, reason: 'still-running', next }
  return { start: true, due, late: now - due > ON_TIME_MS }
}

/** A restore test counts as fresh for 35 days (lights.ts): a week of nights to find room for the next. */
export const REHEARSE_AFTER_MS = 28 * 86_400_000

/**
 * Whether a source's restore test is due: none yet, or the last is four weeks old. One that failed is not tried again
 * sooner: a later success would take it off the screen before anybody looked.
 */
export function isRehearsalDue(last: EpochMs | undefined, now: EpochMs, everyMs = REHEARSE_AFTER_MS): boolean {
  return last === undefined || now - last >= everyMs
}
