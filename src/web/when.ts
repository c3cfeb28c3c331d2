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

const CLOCK = /\s+(\d{1,2})(?::(\d{2})|時(?:(\d{1,2})分)?)$/

/**
 * Since when, as people remember it: a day alone is its first moment, `11/20 14:30` and `11月20日 14時` that time of it.
 * May lie ahead. Undefined for what is no day.
 */
export function parseSince(text: string, nowMs: EpochMs): EpochMs | undefined {
  const plain = text.normalize('NFKC').trim()
  const [found = '', hour = '0', colon, word] = CLOCK.exec(plain) ?? []
  const minute = colon ?? word ?? '0'
  const day = dayNear(plain.slice(0, plain.length - found.length), institutionDate(nowMs), 'past')
  if (day === undefined || Number(hour) > 23 || Number(minute) > 59) return undefined
  return institutionInstant(day, Number(hour), Number(minute))
}
