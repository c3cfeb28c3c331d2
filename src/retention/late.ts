/** Is a backup late? Needs no cron: the Keeper asks it too, which knows only when something arrived (SECURITY.md 9). */
import { z } from 'zod'
import { addDays, type EpochMs, institutionDate, institutionInstant } from '#base'
import { type BusinessCalendar, nextBusinessDay } from './calendar.ts'

const HOUR_MS = 3_600_000
const graceHours = z.number().min(0).max(240)

/** How often a source is expected. Houses with inpatients: `day` or `hours` (USERS, "Age limits by use"). */
export const rhythmSchema = z.discriminatedUnion('every', [
  z.strictObject({
    every: z.enum(['business-day', 'day']),
    /** When the day's work is over; 30 is six in the morning of the next day. A backup begun after it holds that day. */
    closesAtHour: z.number().min(0).max(36),
    graceHours,
  }),
  z.strictObject({
    every: z.literal('hours'),
    hours: z
      .number()
      .min(0.25)
      .max(24 * 31),
    graceHours,
  }),
])

export type Rhythm = Readonly<z.infer<typeof rhythmSchema>>

/** What the nightly run at two fits: late at eight in the morning. */
export const DEFAULT_RHYTHM: Rhythm = { every: 'business-day', closesAtHour: 19, graceHours: 13 }

const EVERY_DAY: BusinessCalendar = { closedWeekdays: [], closedOnHolidays: false, closedDays: [], openDays: [] }

/**
 * The moment after which a source counts as late: the close of the first (business) day that its newest backup does not
 * hold, and the grace. Undefined where the calendar never opens again.
 * @param lastAt when its newest good backup began, or when the source was added where there is none
 * @param now a time later than this is none: a clock set forward must not silence the alarm
 */
export function dueBy(rhythm: Rhythm, calendar: BusinessCalendar, lastAt: EpochMs, now: EpochMs): EpochMs | undefined {
  const last = Math.min(lastAt, now)
  if (rhythm.every === 'hours') return last + (rhythm.hours + rhythm.graceHours) * HOUR_MS
  const days = rhythm.every === 'day' ? EVERY_DAY : calendar
  // Closing hours reach up to 36, so a day of the day before yesterday may still be open.
  let day = nextBusinessDay(days, addDays(institutionDate(last), -3))
  while (day !== undefined) {
    const closed = institutionInstant(day) + rhythm.closesAtHour * HOUR_MS
    if (closed > last) return closed + rhythm.graceHours * HOUR_MS
    day = nextBusinessDay(days, day)
  }
  return undefined
}

/** More are not counted: the light is bad from the second on. */
const MOST_MISSED = 2

/**
 * How many expected backups have had their grace and did not come: 0, 1 or 2 (or more).
 * @param lastAt as in {@link dueBy}
 */
export function missedBackups(rhythm: Rhythm, calendar: BusinessCalendar, lastAt: EpochMs, now: EpochMs): number {
  let last = lastAt
  for (let missed = 0; missed < MOST_MISSED; missed++) {
    const due = dueBy(rhythm, calendar, last, now)
    if (due === undefined || now <= due) return missed
    // As if the backup that was expected had begun at the first moment at which it would have held its day.
    last = due - rhythm.graceHours * HOUR_MS
  }
  return MOST_MISSED
}
