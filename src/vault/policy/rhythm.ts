/** How often a source is expected, told from when it runs: nobody is asked for the same thing twice. */
import type { EpochMs } from '#base'
import type { Rhythm } from '#retention'
import { NIGHTLY, nextDue, type Schedule } from '../schedule.ts'
import type { DayRhythm, Source } from '../source.ts'
import { AT_LEAST_EVERY_DAYS, isWatched } from '../watch.ts'

/** What a person chooses: once a (business) day, or every so many hours. */
export type RhythmChoice = DayRhythm | `hours:${number}`

/** They divide a day, so that each day's runs lie at the same hours. */
export const RHYTHM_HOURS = [1, 2, 3, 4, 6, 8, 12] as const

/** A run may take this long after its due time before it is called late. */
const RUN_GRACE_HOURS = 6
/** The day's work is over. A run before ten in the morning still takes the day before. */
const CLOSES_AT_HOUR = 19
const MORNING_HOUR = 10
const NIGHTLY_HOUR = 2
/** Looked at for the longest time between two runs of a plan that no form can show. */
const MOST_RUNS = 100

type Planned = Pick<Source, 'schedule' | 'dayRhythm'> & Partial<Pick<Source, 'kind' | 'options'>>

/** What the lights and the rules expect of a source. By hand only: as if it were taken each night. */
export function rhythmOf({ schedule, dayRhythm, kind, options }: Planned, now: EpochMs): Rhythm {
  if (!schedule && kind && options && isWatched({ kind, options }))
    return { every: 'hours', hours: AT_LEAST_EVERY_DAYS * 24, graceHours: RUN_GRACE_HOURS }
  const hours = everyHours(schedule)
  if (hours !== undefined) return { every: 'hours', hours, graceHours: Math.max(1, hours / 2) }
  const hour = dailyHour(schedule)
  if (hour === undefined) return { every: 'hours', hours: longestGap(schedule!, now), graceHours: RUN_GRACE_HOURS }
  const runsAt = hour < MORNING_HOUR ? hour + 24 : hour
  const closesAtHour = Math.min(CLOSES_AT_HOUR, runsAt)
  return { every: dayRhythm, closesAtHour, graceHours: runsAt + RUN_GRACE_HOURS - closesAtHour }
}

export function choiceOf({ schedule, dayRhythm }: Planned): RhythmChoice {
  const hours = everyHours(schedule)
  return hours === undefined ? dayRhythm : `hours:${hours}`
}

/** The plan that a choice asks for; the time of day of a daily one stays. */
export function plannedBy<S extends Planned>(choice: RhythmChoice, source: S): S & Planned {
  if (choice === 'business-day' || choice === 'day') {
    const before = everyHours(source.schedule) === undefined ? source.schedule : NIGHTLY
    return { ...source, schedule: before, dayRhythm: choice }
  }
  return { ...source, schedule: { cron: `0 */${choice.slice('hours:'.length)} * * *` } }
}

function everyHours(schedule: Schedule | undefined): number | undefined {
  const found = /^0 \*\/(\d+) \* \* \*$/.exec(schedule?.cron ?? '')?.[1]
  return RHYTHM_HOURS.find((hours) => String(hours) === found)
}

/** Hour of the day with its minutes; undefined for a plan that is not daily. */
function dailyHour(schedule: Schedule | undefined): number | undefined {
  if (schedule === undefined) return NIGHTLY_HOUR
  const [, minute, hour] = /^(\d+) (\d+) \* \* \*$/.exec(schedule.cron) ?? []
  return hour === undefined ? undefined : Number(hour) + Number(minute) / 60
}

/** In hours; a plan that never comes again asks for one a month. */
function longestGap(schedule: Schedule, now: EpochMs): number {
  let longest = 0
  let last = now
  for (let i = 0; i < MOST_RUNS; i++) {
    const next = nextDue(schedule, last)
    if (next === undefined) return 24 * 31
    if (i > 0) longest = Math.max(longest, next - last)
    last = next
  }
  return Math.min(24 * 31, longest / 3_600_000)
}
