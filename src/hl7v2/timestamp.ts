import type { TimeStamp } from './types.ts'

const WRITTEN = /^(\d{4})(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:\.?(\d{1,6}))?)?)?)?)?)?([+-]\d{4})?$/
const PRECISIONS = ['year', 'month', 'day', 'hour', 'minute', 'second', 'fraction'] as const

/**
 * TS of any precision, with or without the dot before the fraction (real headers have both). Undefined where it is not a
 * date of the calendar (`00000000`, `20110231`, free text): the caller shows what was written.
 */
export function parseTimeStamp(raw: string): TimeStamp | undefined {
  const match = WRITTEN.exec(raw.trim())
  if (!match) return undefined
  const [, year, month, day, hour, minute, second, fraction, offset] = match
  const written = [year, month, day, hour, minute, second, fraction]
  const precision = PRECISIONS[written.findLastIndex((part) => part !== undefined)]!
  const stamp: TimeStamp = {
    raw,
    precision,
    year: Number(year),
    ...(month !== undefined && { month: Number(month) }),
    ...(day !== undefined && { day: Number(day) }),
    ...(hour !== undefined && { hour: Number(hour) }),
    ...(minute !== undefined && { minute: Number(minute) }),
    ...(second !== undefined && { second: Number(second) }),
    ...(fraction !== undefined && { fraction }),
    ...(offset !== undefined && { offsetMinutes: offsetMinutes(offset) }),
  }
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
  return day <= new Date(Date.UTC(year, month, 0)).getUTCDate()
}
