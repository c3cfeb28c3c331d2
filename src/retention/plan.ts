/**
 * What a person decides about one source, held against the law before it is saved: what is refused, and what it will look
 * like once every day of the past was kept by it.
 */
import { addDays, type EpochMs, institutionDate, institutionInstant } from '#base'
import { type BusinessCalendar, nextBusinessDay } from './calendar.ts'
import { type Rhythm } from './late.ts'
import {
  type HeldGeneration,
  keepUntil,
  LEGAL_FLOOR_GENERATIONS,
  lockUntil,
  longestKeepDays,
  type RetentionPolicy,
} from './policy.ts'
import { RECORD_KINDS, type RecordKind } from './record-kinds.ts'

export interface Plan {
  readonly policy: RetentionPolicy
  readonly rhythm: Rhythm
  /** Kinds of record whose legal original this backup is declared to be; mostly none. */
  readonly originals: readonly RecordKind[]
}

/** Less than the law asks. Days, but for `less-than-daily` (hours). */
export interface PlanRefusal {
  readonly code: 'less-than-daily' | 'third-unlocked' | 'original-too-short'
  readonly have: number
  readonly need: number
}

const DAY_MS = 86_400_000
const YEAR_DAYS = 366
const LOOK_AHEAD_DAYS = 2 * YEAR_DAYS

/** What is refused (R1, R3, years by kind of record); what is only recommended is shown by {@link forecast}. */
export function refusalsOf(plan: Plan, calendar: BusinessCalendar, now: EpochMs): PlanRefusal[] {
  const { policy, rhythm, originals } = plan
  const locked = Math.min(Math.max(policy.dailyDays, policy.lockDays), policy.ceiling.days)
  const years = Math.max(0, ...originals.map((kind) => RECORD_KINDS[kind].years))
  const all: PlanRefusal[] = [
    { code: 'third-unlocked', have: locked, need: leastLockDays(rhythm, calendar, now) },
    { code: 'original-too-short', have: longestKeepDays(policy), need: years * YEAR_DAYS },
  ]
  const refused = all.filter(({ have, need }) => have < need)
  if (rhythm.every === 'hours' && rhythm.hours > 24)
    refused.unshift({ code: 'less-than-daily', have: rhythm.hours, need: 24 })
  return refused
}

/**
 * How long an ordinary generation has to be locked so that the third newest is still locked when the next one comes, over
 * the longest days off of the two years ahead, and one day over. What is taken each so many hours may be rarer than a day:
 * a source that is taken on change.
 */
export function leastLockDays(rhythm: Rhythm, calendar: BusinessCalendar, now: EpochMs): number {
  if (rhythm.every !== 'business-day') return LEGAL_FLOOR_GENERATIONS * daysBetween(rhythm) + 1
  const end = addDays(institutionDate(now), LOOK_AHEAD_DAYS)
  const days: number[] = []
  let day = nextBusinessDay(calendar, institutionDate(now))
  while (day !== undefined && day <= end) {
    days.push(Date.parse(day) / DAY_MS)
    day = nextBusinessDay(calendar, day)
  }
  const spans = days.slice(LEGAL_FLOOR_GENERATIONS).map((later, i) => later - days[i]!)
  return Math.max(LEGAL_FLOOR_GENERATIONS, ...spans) + 1
}

/** At most, in whole days, of a plan that does not ask the calendar; several of one day count as one. */
const daysBetween = (rhythm: Rhythm): number =>
  rhythm.every === 'hours' ? Math.max(1, Math.ceil(rhythm.hours / 24)) : 1

/** The generations that would be there now if the source had always been kept by this plan. */
export function forecast(
  { policy, rhythm }: Pick<Plan, 'policy' | 'rhythm'>,
  calendar: BusinessCalendar,
  now: EpochMs,
): HeldGeneration[] {
  const closesAtHour = rhythm.every === 'hours' ? 0 : rhythm.closesAtHour
  const kept: HeldGeneration[] = []
  const earlier: EpochMs[] = []
  let day: string | undefined = addDays(institutionDate(now), -longestKeepDays(policy) - YEAR_DAYS)
  while (day !== undefined) {
    const at = institutionInstant(day) + closesAtHour * 3_600_000
    if (at > now) break
    // In order of time the one before tells alone whether this is the first of its week, month or year.
    const { untilMs } = keepUntil(policy, at, earlier.slice(-1))
    earlier.push(at)
    if (untilMs > now)
      kept.push({ takenAt: at, keepUntil: untilMs, isGood: true, lockedUntil: lockUntil(policy, at, untilMs) })
    day = rhythm.every === 'business-day' ? nextBusinessDay(calendar, day) : addDays(day, daysBetween(rhythm))
  }
  return kept
}
