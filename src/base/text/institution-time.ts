/**
 * The institution's time is Asia/Tokyo whatever the host's zone. Japan has had no summer time since 1952, so it is UTC+9
 * by arithmetic: no zone database, no host setting, and the same on every machine.
 */
import type { EpochMs } from '../clock.ts'
import { isoDate } from './wareki.ts'
import type { CalendarDate } from './wareki.ts'

const OFFSET_MS = 9 * 3_600_000
const DAY_MS = 86_400_000

export interface InstitutionTime extends CalendarDate {
  readonly hour: number
  readonly minute: number
  readonly second: number
  /** 0 = Sunday. */
  readonly weekday: number
}

export function institutionTime(instantMs: EpochMs): InstitutionTime {
  const shifted = new Date(instantMs + OFFSET_MS)
  return {
    year: shifted.getUTCFullYear(),
    month: shifted.getUTCMonth() + 1,
    day: shifted.getUTCDate(),
    hour: shifted.getUTCHours(),
    minute: shifted.getUTCMinutes(),
    second: shifted.getUTCSeconds(),
    weekday: shifted.getUTCDay(),
  }
}

/** The date in Japan at an instant, `YYYY-MM-DD`. */
export function institutionDate(instantMs: EpochMs): string {
  return isoDate(institutionTime(instantMs))
}

/** The instant of a date (`YYYY-MM-DD`) and time of day in Japan. */
export function institutionInstant(date: string, hour = 0, minute = 0, second = 0): EpochMs {
  return Date.parse(`${date}T00:00:00Z`) + ((hour * 60 + minute) * 60 + second) * 1000 - OFFSET_MS
}

/**
 * The business day that an instant belongs to, where a day begins at `startHour` o'clock: with 5, a backup at 02:00 on
 * the 2nd still belongs to the 1st.
 */
export function businessDate(instantMs: EpochMs, startHour = 0): string {
  return institutionDate(instantMs - startHour * 3_600_000)
}

/** When the business day of an instant began. */
export function businessDayStart(instantMs: EpochMs, startHour = 0): EpochMs {
  return institutionInstant(businessDate(instantMs, startHour), startHour)
}

/** Whole days later (or earlier) in the calendar. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10)
}

/** A day that there is, as `YYYY-MM-DD`. */
export function isDate(text: string): boolean {
  if (!/^(19|20|21)\d\d-\d\d-\d\d$/.test(text)) return false
  const at: EpochMs = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text)
}
