/**
 * The institution's business days (毎営業日, R3): weekdays it is closed, Japanese holidays, days of its own. Dates are
 * `YYYY-MM-DD` in Japan.
 */
import holidayJp from '@holiday-jp/holiday_jp'
import { z } from 'zod'
import { addDays, AppError, type EpochMs, institutionDate } from '#base'
import type { Words } from './source-of.ts'

const date = z.iso.date()
/** `MM-DD`: every year. */
const yearly = z.string().regex(/^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/)

/** Of each list: several years of a house's own days, and still one ledger entry. */
const MOST_DAYS = 400

export const calendarSchema = z.strictObject({
  /** 0 is Sunday. Not all seven: a house that never opens has no business day. */
  closedWeekdays: z.array(z.int().min(0).max(6)).refine((all) => new Set(all).size < 7, 'closed on every weekday'),
  closedOnHolidays: z.boolean(),
  /** Days off of one year (`2026-08-13`) or of every year (`12-30`). */
  closedDays: z.array(z.union([date, yearly])).max(MOST_DAYS),
  /** Open in spite of all of the above: the day of the duty clinic. */
  openDays: z.array(date).max(MOST_DAYS),
})

export type BusinessCalendar = Readonly<z.infer<typeof calendarSchema>>

/** Sundays, holidays and the turn of the year; every clinic sets its own. */
export const DEFAULT_CALENDAR: BusinessCalendar = {
  closedWeekdays: [0],
  closedOnHolidays: true,
  closedDays: ['12-29', '12-30', '12-31', '01-01', '01-02', '01-03'],
  openDays: [],
}

/** The library knows holidays to this year; from then on a holiday counts as a business day: late is said too early, never too late. */
export const HOLIDAYS_KNOWN_TO_YEAR = Math.max(...Object.keys(holidayJp.holidays).map((day) => Number(day.slice(0, 4))))

/** @throws BASE_CONFIG_INVALID */
export function parseCalendar(input: unknown): BusinessCalendar {
  const parsed = calendarSchema.safeParse(input)
  if (parsed.success) return parsed.data
  throw new AppError('BASE_CONFIG_INVALID', { detail: `calendar: ${z.prettifyError(parsed.error)}` })
}

/** The name of a Japanese holiday. */
export function holidayOf(day: string): Words | undefined {
  const holidays: Readonly<Record<string, { readonly name: string; readonly name_en: string } | undefined>> =
    holidayJp.holidays
  const holiday = holidays[day]
  return holiday && { ja: holiday.name, en: holiday.name_en }
}

export function isBusinessDay(calendar: BusinessCalendar, day: string): boolean {
  if (calendar.openDays.includes(day)) return true
  if (calendar.closedDays.includes(day) || calendar.closedDays.includes(day.slice(5))) return false
  if (calendar.closedOnHolidays && day in holidayJp.holidays) return false
  return !calendar.closedWeekdays.includes(new Date(`${day}T00:00:00Z`).getUTCDay())
}

/** A calendar may close whole months, not more than a year. */
const LOOK_AHEAD_DAYS = 400

/** The first business day after a day, or undefined where none comes within 400 days. */
export function nextBusinessDay(calendar: BusinessCalendar, day: string): string | undefined {
  let next = day
  for (let i = 0; i < LOOK_AHEAD_DAYS; i++) {
    next = addDays(next, 1)
    if (isBusinessDay(calendar, next)) return next
  }
  return undefined
}

/** Business days after `from`, up to and with `to`; 0 where `to` is not later. */
export function businessDaysBetween(calendar: BusinessCalendar, from: string, to: string): number {
  let count = 0
  for (let day = from; day < to;) {
    day = addDays(day, 1)
    if (isBusinessDay(calendar, day)) count++
  }
  return count
}

/** How old something is in business days: what was taken on Saturday is one business day old on Monday. */
export function businessDaysOld(calendar: BusinessCalendar, at: EpochMs, now: EpochMs): number {
  return businessDaysBetween(calendar, institutionDate(at), institutionDate(now))
}
