/** Days as people type them, with full-width digits or not: 2026-11-28, 2026/11/28, 2026年11月28日, 11/28, 11月28日. */
import { isDate } from '#base'

const WITH_YEAR = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/
const WITHOUT_YEAR = /^(\d{1,2})[-/.月](\d{1,2})日?$/

const plain = (text: string): string => text.normalize('NFKC').trim()

/** `2026-11-20`; undefined where it is no day, or has no year. */
export function dayOf(text: string): string | undefined {
  const [, year = '', month = '', day = ''] = WITH_YEAR.exec(plain(text)) ?? []
  return isoDay(year, month, day)
}

/** `12-29`; every year has a 29 February here, some have none. */
export function yearlyDayOf(text: string): string | undefined {
  const [, month = '', day = ''] = WITHOUT_YEAR.exec(plain(text)) ?? []
  return isoDay('2024', month, day)?.slice(5)
}

/** Without a year: the last such day up to today, or the next one from today on. @param today `2026-11-28` */
export function dayNear(text: string, today: string, side: 'past' | 'coming'): string | undefined {
  const yearly = yearlyDayOf(text)
  if (yearly === undefined) return dayOf(text)
  // A 29 February is at most eight years away.
  const years = Array.from({ length: 9 }, (_, i) => Number(today.slice(0, 4)) + (side === 'past' ? -i : i))
  return years
    .flatMap((year) => isoDay(String(year), yearly.slice(0, 2), yearly.slice(3)) ?? [])
    .find((day) => (side === 'past' ? day <= today : day >= today))
}

/** Of a field for a date, which browsers fill as `2026-11-20`: what is wrong with it. */
export function dayFault(typed: string): 'no-day' | 'not-a-date' | undefined {
  if (typed === '') return 'no-day'
  return isDate(typed) ? undefined : 'not-a-date'
}

function isoDay(year: string, month: string, day: string): string | undefined {
  const iso = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  const time = Date.parse(`${iso}T00:00:00Z`)
  return Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== iso ? undefined : iso
}
