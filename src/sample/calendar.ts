/** The clinic's days and times: Asia/Tokyo, UTC+9 without summer time since 1951. Days are counted from 1970-01-01. */
import type { EpochMs } from '#base'

export const MINUTE_MS = 60_000
export const HOUR_MS = 60 * MINUTE_MS
export const DAY_MS = 24 * HOUR_MS
const OFFSET_MS = 9 * HOUR_MS

/** Number of the day in Tokyo. */
export function dayOf(at: EpochMs): number {
  return Math.floor((at + OFFSET_MS) / DAY_MS)
}

/** The instant of a wall clock time in Tokyo. */
export function atTime(day: number, hour: number, minute = 0, second = 0): EpochMs {
  return day * DAY_MS - OFFSET_MS + hour * HOUR_MS + minute * MINUTE_MS + second * 1000
}

const digits = (at: EpochMs): string => new Date(at + OFFSET_MS).toISOString().replace(/\D/g, '')

/** `YYYYMMDDHHMMSSFFF`, 発生日時. */
export const stamp17 = (at: EpochMs): string => digits(at)
/** `YYYYMMDDHHMMSS`. */
export const stamp14 = (at: EpochMs): string => digits(at).slice(0, 14)
/** `YYYYMMDDHHMM`. */
export const stamp12 = (at: EpochMs): string => digits(at).slice(0, 12)
/** `YYYYMMDD`. */
export const dateOf = (at: EpochMs): string => digits(at).slice(0, 8)
export const dateOfDay = (day: number): string => dateOf(atTime(day, 0))

/** `2026年11月21日`. */
export function dateInWords(at: EpochMs): string {
  const d = digits(at)
  return `${Number(d.slice(0, 4))}年${Number(d.slice(4, 6))}月${Number(d.slice(6, 8))}日`
}

/** Day number of a civil date. */
export function dayFrom(year: number, month: number, day: number): number {
  return Math.floor(Date.UTC(year, month - 1, day) / DAY_MS)
}

/** The instant `months` before, at the start of its day; a day that the month lacks becomes its last. */
export function monthsBefore(at: EpochMs, months: number): EpochMs {
  const now = new Date(at + OFFSET_MS)
  const first = dayFrom(now.getUTCFullYear(), now.getUTCMonth() + 1 - months, 1)
  const next = dayFrom(now.getUTCFullYear(), now.getUTCMonth() + 2 - months, 1)
  return atTime(Math.min(first + now.getUTCDate() - 1, next - 1), 0)
}

/** 0 = Sunday. 1970-01-01 was a Thursday. */
export const weekdayOf = (day: number): number => (day + 4) % 7

/** Outpatients are seen on weekdays outside the New Year's closure. */
export function isOpen(day: number): boolean {
  const monthDay = dateOfDay(day).slice(4)
  return weekdayOf(day) >= 1 && weekdayOf(day) <= 5 && !(monthDay >= '1229' || monthDay <= '0103')
}

export function nextOpenDay(day: number): number {
  let open = day
  while (!isOpen(open)) open++
  return open
}

/** Full years between birth (`YYYYMMDD`) and a day. */
export function ageOn(birthDate: string, day: number): number {
  const today = dateOfDay(day)
  return Number(today.slice(0, 4)) - Number(birthDate.slice(0, 4)) - (today.slice(4) < birthDate.slice(4) ? 1 : 0)
}
