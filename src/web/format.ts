/**
 * Times, sizes and counts as people read them. All times are Asia/Tokyo whatever the host's zone; 和暦 stands beside the
 * western year where a birth date or a full date is shown. Pure, so that a browser edition formats alike.
 */
import { formatWareki, type EpochMs } from '#base'

export const LANGUAGES = ['ja', 'en'] as const
export type Language = (typeof LANGUAGES)[number]

export interface Format {
  readonly language: Language
  /** 2026年（令和8年）11月22日（日） */
  fullDate(ms: EpochMs): string
  /** 11月22日（日）; with the year where it is not the year of `nowMs`. */
  date(ms: EpochMs, nowMs: EpochMs): string
  /** 2:14 */
  time(ms: EpochMs): string
  /** 11月22日（日）2:14 */
  dateTime(ms: EpochMs, nowMs: EpochMs): string
  /** 今朝2:14, 今日14:00, 昨日2:14, else {@link dateTime}. */
  near(ms: EpochMs, nowMs: EpochMs): string
  /** 約5時間前; the largest fitting unit, rounded down. */
  ago(ms: EpochMs, nowMs: EpochMs): string
  /** 38分, 1時間5分, 12秒, 3日 */
  duration(ms: number): string
  count(value: number): string
  /** 1.2 GB (powers of 1000, as disks are sold). */
  size(bytes: number): string
  /** A recorded date "YYYY-MM-DD" (or a part of it) with 和暦: 1947年（昭和22年）4月9日. Other text passes unchanged. */
  recordedDate(text: string): string
  /** Full years between a recorded birth date and an instant; undefined where the date is partial. */
  age(birthDate: string, atMs: EpochMs): number | undefined
  /** Machine-readable instant for <time datetime>. */
  iso(ms: EpochMs): string
}

const ZONE = 'Asia/Tokyo'
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

interface Parts {
  year: number
  month: number
  day: number
  hour: number
  minute: number
  weekday: string
}

const jaParts = new Intl.DateTimeFormat('ja-JP-u-ca-gregory', {
  timeZone: ZONE,
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
  weekday: 'short',
  hourCycle: 'h23',
})
const enMonth = new Intl.DateTimeFormat('en-GB', { timeZone: ZONE, month: 'short' })
const enWeekday = new Intl.DateTimeFormat('en-GB', { timeZone: ZONE, weekday: 'short' })

function partsOf(ms: EpochMs): Parts {
  const found: Record<string, string> = {}
  for (const { type, value } of jaParts.formatToParts(ms)) found[type] = value
  const number = (name: string) => Number(found[name] ?? 0)
  return {
    year: number('year'),
    month: number('month'),
    day: number('day'),
    hour: number('hour'),
    minute: number('minute'),
    weekday: found['weekday'] ?? '',
  }
}

/** 令和8年, 昭和64年, 令和元年. */
export function japaneseYear(ms: EpochMs): string {
  return /^[^年]*年/.exec(formatWareki(partsOf(ms)))?.[0] ?? ''
}

const two = (value: number) => String(value).padStart(2, '0')
/** A count of days that grows by one at midnight in Tokyo. */
const tokyoDay = (ms: EpochMs) => Math.floor((ms + 9 * HOUR) / DAY)
const clockTime = (ms: EpochMs) => {
  const { hour, minute } = partsOf(ms)
  return `${hour}:${two(minute)}`
}
const isoDate = /^(\d{4})-(\d{2})-(\d{2})$/

function size(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']
  let value = bytes
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${value >= 100 || unit === 0 ? Math.round(value) : Number(value.toPrecision(2))} ${units[unit]}`
}

function age(birthDate: string, atMs: EpochMs): number | undefined {
  const match = isoDate.exec(birthDate)
  if (!match) return undefined
  const now = partsOf(atMs)
  const years = now.year - Number(match[1])
  const before = now.month * 100 + now.day < Number(match[2]) * 100 + Number(match[3])
  return before ? years - 1 : years
}

/** Noon of a recorded day in Tokyo, far from any change of day. */
const noon = (match: RegExpExecArray) => Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3]), 3)

/** Units of a duration, largest first, with the smaller unit that is shown beside it. */
function durationParts(ms: number): { days: number; hours: number; minutes: number; seconds: number } {
  const seconds = Math.max(0, Math.round(ms / 1000))
  return {
    days: Math.floor(seconds / 86_400),
    hours: Math.floor((seconds % 86_400) / 3600),
    minutes: Math.floor((seconds % 3600) / 60),
    seconds: seconds % 60,
  }
}

const common = {
  time: clockTime,
  count: (value: number) => value.toLocaleString('en-US'),
  size,
  age,
  iso: (ms: EpochMs) => new Date(ms).toISOString(),
}

const ja: Format = {
  ...common,
  language: 'ja',
  fullDate(ms) {
    const { year, month, day, weekday } = partsOf(ms)
    return `${year}年（${japaneseYear(ms)}）${month}月${day}日（${weekday}）`
  },
  date(ms, nowMs) {
    const { year, month, day, weekday } = partsOf(ms)
    return `${year === partsOf(nowMs).year ? '' : `${year}年`}${month}月${day}日（${weekday}）`
  },
  dateTime: (ms, nowMs) => `${ja.date(ms, nowMs)}${clockTime(ms)}`,
  near(ms, nowMs) {
    const days = tokyoDay(nowMs) - tokyoDay(ms)
    if (days === 0) return `${partsOf(ms).hour < 10 ? '今朝' : '今日'}${clockTime(ms)}`
    return days === 1 ? `昨日${clockTime(ms)}` : ja.dateTime(ms, nowMs)
  },
  ago(ms, nowMs) {
    const past = nowMs - ms
    if (past < MINUTE) return 'たった今'
    if (past < HOUR) return `約${Math.floor(past / MINUTE)}分前`
    return past < 2 * DAY ? `約${Math.floor(past / HOUR)}時間前` : `約${Math.floor(past / DAY)}日前`
  },
  duration(ms) {
    const { days, hours, minutes, seconds } = durationParts(ms)
    if (days > 0) return `${days}日${hours > 0 ? `${hours}時間` : ''}`
    if (hours > 0) return `${hours}時間${minutes > 0 ? `${minutes}分` : ''}`
    return minutes > 0 ? `${minutes}分` : `${seconds}秒`
  },
  recordedDate(text) {
    const match = isoDate.exec(text)
    if (!match) return text
    return `${match[1]}年（${japaneseYear(noon(match))}）${Number(match[2])}月${Number(match[3])}日`
  },
}

const en: Format = {
  ...common,
  language: 'en',
  fullDate(ms) {
    return `${enWeekday.format(ms)} ${partsOf(ms).day} ${enMonth.format(ms)} ${partsOf(ms).year} (${japaneseYear(ms)})`
  },
  date(ms, nowMs) {
    const { year, day } = partsOf(ms)
    return `${enWeekday.format(ms)} ${day} ${enMonth.format(ms)}${year === partsOf(nowMs).year ? '' : ` ${year}`}`
  },
  dateTime: (ms, nowMs) => `${en.date(ms, nowMs)} ${clockTime(ms)}`,
  near(ms, nowMs) {
    const days = tokyoDay(nowMs) - tokyoDay(ms)
    if (days === 0) return `today ${clockTime(ms)}`
    return days === 1 ? `yesterday ${clockTime(ms)}` : en.dateTime(ms, nowMs)
  },
  ago(ms, nowMs) {
    const past = nowMs - ms
    if (past < MINUTE) return 'just now'
    if (past < HOUR) return `about ${Math.floor(past / MINUTE)} min ago`
    return past < 2 * DAY ? `about ${Math.floor(past / HOUR)} h ago` : `about ${Math.floor(past / DAY)} days ago`
  },
  duration(ms) {
    const { days, hours, minutes, seconds } = durationParts(ms)
    if (days > 0) return `${days} d${hours > 0 ? ` ${hours} h` : ''}`
    if (hours > 0) return `${hours} h${minutes > 0 ? ` ${minutes} min` : ''}`
    return minutes > 0 ? `${minutes} min` : `${seconds} s`
  },
  recordedDate(text) {
    const match = isoDate.exec(text)
    return match ? `${text} (${japaneseYear(noon(match))})` : text
  },
}

export const FORMATS: Record<Language, Format> = { ja, en }
