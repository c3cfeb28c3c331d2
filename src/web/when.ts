/** A moment as people type it: `2026-11-28 9:30` in Japan. */
import { type EpochMs, institutionDate, institutionInstant } from '#base'
import { dayNear } from './day-text.ts'

const JAPAN_MS = 9 * 3_600_000
const MINUTE_MS = 60_000

export function formatWhen(ms: EpochMs): string {
  return new Date(ms + JAPAN_MS).toISOString().slice(0, 16).replace('T', ' ')
}

/**
 * Undefined for what is no moment, or lies ahead. The present minute is the present moment: what has just happened must not
 * seem to have happened before.
 */
export function parseWhen(text: string, nowMs: EpochMs): EpochMs | undefined {
  const match = /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})\s+(\d{1,2}):(\d{2})$/.exec(text.normalize('NFKC').trim())
  if (!match) return undefined
  const [, year = '', month = '', day = '', hour = '', minute = ''] = match
  const iso = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}T${hour.padStart(2, '0')}:${minute}:00`
  const at = Date.parse(`${iso}+09:00`)
  // 31 November would become 1 December.
  if (Number.isNaN(at) || formatWhen(at) !== iso.slice(0, 16).replace('T', ' ') || at > nowMs) return undefined
  return nowMs - at < MINUTE_MS ? nowMs : at
}

const AFTERNOON_MINUTES = 12 * 60

/** `6:45`, `0645`, `6時45分`, `6時半`, `午後3時`: minutes from 0:00; undefined for what is no time of a day. */
export function minuteOfDay(text: string): number | undefined {
  const [, half, hour = '', colon, isHalfPast, words = '0'] =
    /^(午前|午後)?\s*(\d{1,2})(?::?(\d{2})|時(?:(半)|(\d{1,2})分)?)$/.exec(text.normalize('NFKC').trim()) ?? []
  const [hours, minutes] = [Number(hour), isHalfPast ? 30 : Number(colon ?? words)]
  if (hour === '' || minutes > 59 || hours > (half ? 12 : 23)) return undefined
  if (half === undefined) return hours * 60 + minutes
  return (half === '午後' ? AFTERNOON_MINUTES : 0) + (hours % 12) * 60 + minutes
}

const AHEAD_MS = 3_600_000

/**
 * When a thing happened: a time of today, or of the day beside it. `ahead`: today it is still to come, so it was yesterday or
 * the machine's clock is wrong; with a day written beside it, it is taken as it stands. Undefined for what is no time.
 */
export function parseHappened(time: string, day: string, nowMs: EpochMs): EpochMs | 'ahead' | undefined {
  const minute = minuteOfDay(time)
  const today = institutionDate(nowMs)
  const found = day === '' ? today : dayNear(day, today, 'past')
  if (minute === undefined || found === undefined) return undefined
  const at = institutionInstant(found, Math.floor(minute / 60), minute % 60)
  return day === '' && at > nowMs + AHEAD_MS ? 'ahead' : at
}

const CLOCK = /\s+((?:午前|午後)?\s*\d{1,2}(?::\d{2}|時(?:半|\d{1,2}分)?))$/

/**
 * Since when, as people remember it: a day alone is its first moment, `11/20 14:30` and `11月20日 14時` that time of it.
 * May lie ahead. Undefined for what is no day.
 */
export function parseSince(text: string, nowMs: EpochMs): EpochMs | undefined {
  const plain = text.normalize('NFKC').trim()
  const [found = '', time = '0:00'] = CLOCK.exec(plain) ?? []
  const minute = minuteOfDay(time)
  const day = dayNear(plain.slice(0, plain.length - found.length), institutionDate(nowMs), 'past')
  if (day === undefined || minute === undefined) return undefined
  return institutionInstant(day, Math.floor(minute / 60), minute % 60)
}
