import type { TimeStamp } from './types.ts'

const WRITTEN = /^(\d{4})(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:\.?(\d{1,6}))?)?)?)?)?)?([+-]\d{4})?$/
const PRECISIONS = ['year', 'month', 'day', 'hour', 'minute', 'second', 'fraction'] as const
type Written = { -readonly [K in keyof TimeStamp]: TimeStamp[K] }

/**
 * TS of any precision, with or without the dot before the fraction (real headers have both). Undefined where it is not a
 * date of the calendar (`00000000`, `20110231`, free text): the caller shows what was written.
 */
export function parseTimeStamp(raw: string): TimeStamp | undefined {
  const match = WRITTEN.exec(raw.trim())
  if (!match) return undefined
  const [, year, month, day, hour, minute, second, fraction, offset] = match
  // Each part is there only if the ones before it are. Written out, because there is one of these per second field.
  const parts = [year, month, day, hour, minute, second, fraction].findIndex((part) => part === undefined)
  const stamp: Written = { raw, precision: PRECISIONS.at(parts < 0 ? -1 : parts - 1)!, year: Number(year) }
  if (month !== undefined) stamp.month = Number(month)
  if (day !== undefined) stamp.day = Number(day)
  if (hour !== undefined) stamp.hour = Number(hour)
  if (minute !== undefined) stamp.minute = Number(minute)
  if (second !== undefined) stamp.second = Number(second)
  if (fraction !== undefined) stamp.fraction = fraction
  if (offset !== undefined) stamp.offsetMinutes = offsetMinutes(offset)
  return inCalendar(stamp) ? stamp : undefined
}

/** Milliseconds since 1970 of the earliest instant that the stamp covers. Without an offset it is Japan's time. */
export function instantOf(stamp: TimeStamp): number {
  const { year, month = 1, day = 1, hour = 0, minute = 0, second = 0, fraction = '', offsetMinutes = 540 } = stamp
  const milliseconds = Math.floor(Number(`0.${fraction || 0}`) * 1000)
  return Date.UTC(year, month - 1, day, hour, minute - offsetMinutes, second, milliseconds)
}

function offsetMinutes(written: string): number {
  const minutes = Number(written.slice(1, 3)) * 60 + Number(written.slice(3, 5))
  return written.startsWith('-') ? -minutes : minutes
}

/** 24:00 is refused: the sender's text is shown as it stands. A leap second (60) is not. */
function inCalendar({ year, month = 1, day = 1, hour = 0, minute = 0, second = 0 }: TimeStamp): boolean {
  if (year < 1800 || month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 60) return false
  return day <= 28 || day <= new Date(Date.UTC(year, month, 0)).getUTCDate()
}
