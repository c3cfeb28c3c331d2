/** Japanese eras (和暦), both ways, and birth dates as people type them. A date is a day of the calendar, not an instant. */
import { foldWidth } from './fold.ts'

export interface CalendarDate {
  readonly year: number
  /** 1 to 12. */
  readonly month: number
  readonly day: number
}
/** What is known of a date. */
export type PartialDate = Partial<CalendarDate>

/**
 * First and last day of each era. Meiji and Taishō ended on the day that the next began (改元の詔書, 1912 and 1926: the
 * day belongs to both), Shōwa and Heisei on the day before. Meiji counts here from 1873, when Japan took the Gregorian
 * calendar; earlier dates are of the old calendar.
 */
const ERAS = [
  { name: '明治', letter: 'M', number: '1', first: '1873-01-01', last: '1912-07-30', yearZero: 1867 },
  { name: '大正', letter: 'T', number: '2', first: '1912-07-30', last: '1926-12-25', yearZero: 1911 },
  { name: '昭和', letter: 'S', number: '3', first: '1926-12-25', last: '1989-01-07', yearZero: 1925 },
  { name: '平成', letter: 'H', number: '4', first: '1989-01-08', last: '2019-04-30', yearZero: 1988 },
  { name: '令和', letter: 'R', number: '5', first: '2019-05-01', last: '9999-12-31', yearZero: 2018 },
] as const
type Era = (typeof ERAS)[number]

/** 昭和45年3月3日 or S45.3.3. Dates before 1873 are written in the western way. */
export function formatWareki(date: CalendarDate, style: 'long' | 'short' = 'long'): string {
  const era = ERAS.findLast(({ first }) => first <= isoDate(date))
  if (!era) return style === 'long' ? `${date.year}年${date.month}月${date.day}日` : isoDate(date)
  const year = date.year - era.yearZero
  if (style === 'short') return `${era.letter}${year}.${date.month}.${date.day}`
  return `${era.name}${year === 1 ? '元' : year}年${date.month}月${date.day}日`
}

/**
 * S45.3.3, 昭和45年3月3日, ㍼45年, 令和元年5月, S450303, in any width. Undefined where it is no such date or lies outside
 * its era (平成31年5月1日, 昭和64年1月8日).
 */
export function parseWareki(text: string): PartialDate | undefined {
  const read = readWareki(fold(text))
  return read && withinEra(read.date, read.era) ? read.date : undefined
}

/** `YYYY-MM-DD`. */
export function isoDate({ year, month, day }: CalendarDate): string {
  return `${pad(year, 4)}-${pad(month)}-${pad(day)}`
}

/**
 * What a typed birth date may mean; empty where it is none. Any of: an era date, also outside its era (people go on
 * counting); a western date 1970, 1970年3月, 1970-3-3, 19700303; without era 45年3月3日, 45.3.3 or 450303 (every era that
 * has such a year, up to `latestYear`); 3450303 (era number as on claims); 3月3日 of any year.
 */
export function parseBirthQuery(text: string, latestYear = 9999): PartialDate[] {
  const folded = fold(text)
  const era = readWareki(folded)
  if (era) return [era.date]
  const candidates = [...western(folded), ...withoutEra(folded), ...monthAndDay(folded)]
  return candidates.filter((date) => (date.year ?? 0) <= latestYear)
}

/** Does a birth date (`YYYYMMDD`, or a shorter prefix as the source wrote it) fit one of the candidates? */
export function matchesBirth(candidates: readonly PartialDate[], birthDate: string): boolean {
  const digits = birthDate.replaceAll('-', '')
  const [year, month, day] = [digits.slice(0, 4), digits.slice(4, 6), digits.slice(6, 8)].map(Number)
  return candidates.some(
    (date) =>
      (date.year === undefined || date.year === year) &&
      (date.month === undefined || date.month === month) &&
      (date.day === undefined || date.day === day),
  )
}

/** Folds width and spaces; dots, slashes and hyphens become one hyphen. */
function fold(text: string): string {
  return foldWidth(text)
    .replace(/\s/g, '')
    .replace(/[./,]/g, '-')
    .replace(/日生まれ|日生$/, '日')
    .toUpperCase()
}

const ERA_DATE =
  /^([MTSHR]|明治?|大正?|昭和?|平成?|令和?)-?(元|\d{1,2})(?:[年-](?:(\d{1,2})(?:[月-](?:(\d{1,2})日?)?)?)?)?$/
const ERA_DIGITS = /^([MTSHR1-5])(\d\d)(\d\d)(\d\d)$/

function readWareki(folded: string): { era: Era; date: PartialDate } | undefined {
  const match = ERA_DATE.exec(folded) ?? ERA_DIGITS.exec(folded)
  if (!match) return undefined
  const [, mark = '', year = '', month, day] = match
  const era = ERAS.find(({ name, letter, number }) => letter === mark || number === mark || name.startsWith(mark))
  const date = era && partial(era.yearZero + (year === '元' ? 1 : Number(year)), month, day)
  return era && date && date.year !== era.yearZero ? { era, date } : undefined
}

function withinEra(date: PartialDate, era: Era): boolean {
  const written = [
    pad(date.year!, 4),
    ...(date.month ? [pad(date.month)] : []),
    ...(date.day ? [pad(date.day)] : []),
  ].join('-')
  return era.first.slice(0, written.length) <= written && written <= era.last.slice(0, written.length)
}

const WESTERN = [/^(\d{4})(?:[年-](?:(\d{1,2})(?:[月-](?:(\d{1,2})日?)?)?)?)?$/, /^(\d{4})(\d\d)(\d\d)?$/]

function western(folded: string): PartialDate[] {
  for (const pattern of WESTERN) {
    const match = pattern.exec(folded)
    const date = match && Number(match[1]) >= 1850 && partial(Number(match[1]), match[2], match[3])
    if (date) return [date]
  }
  return []
}

const WITHOUT_ERA = [
  /^(元|\d{1,2})年(?:(\d{1,2})(?:月(?:(\d{1,2})日?)?)?)?$/,
  /^(\d{1,2})-(\d{1,2})-(\d{1,2})$/,
  /^(\d\d)(\d\d)(\d\d)$/,
]

function withoutEra(folded: string): PartialDate[] {
  const match = WITHOUT_ERA.map((pattern) => pattern.exec(folded)).find(Boolean)
  if (!match) return []
  const year = match[1] === '元' ? 1 : Number(match[1])
  return ERAS.flatMap((era) => {
    const date = year > 0 ? partial(era.yearZero + year, match[2], match[3]) : undefined
    return date && withinEra({ year: date.year! }, era) ? [date] : []
  })
}

function monthAndDay(folded: string): PartialDate[] {
  const match = /^(\d{1,2})月(?:(\d{1,2})日?)?$/.exec(folded) ?? /^(\d{1,2})-(\d{1,2})$/.exec(folded)
  // 2000 is a leap year, so that 2月29日 is a day.
  const date = match && partial(2000, match[1], match[2])
  return date ? [{ month: date.month!, ...(date.day && { day: date.day }) }] : []
}

/** Undefined where month or day is not of the calendar. */
function partial(year: number, month?: string, day?: string): PartialDate | undefined {
  if (month === undefined) return { year }
  const m = Number(month)
  if (m < 1 || m > 12) return undefined
  if (day === undefined) return { year, month: m }
  const d = Number(day)
  return d >= 1 && d <= new Date(Date.UTC(year, m, 0)).getUTCDate() ? { year, month: m, day: d } : undefined
}

function pad(value: number, width = 2): string {
  return String(value).padStart(width, '0')
}
