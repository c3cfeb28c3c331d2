/** FHIR dates of any precision as the time they cover, and the prefixes of date searches (R4 search, 3.1.1.5.8). */

/** From `start` up to, not including, `end`. */
export interface DateRange {
  readonly start: number
  readonly end: number
}

const WRITTEN = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,9})?)?(Z|[+ -]\d\d:\d\d)?)?)?)?$/
const MINUTE_MS = 60_000
/** Times without a zone are Japan's. */
const JAPAN = '+09:00'

/** Undefined for what is no date. A `+` of a zone that an address turned into a space counts as `+`. */
export function dateRange(text: string): DateRange | undefined {
  const found = WRITTEN.exec(text)
  if (!found) return undefined
  const [, year, month, day, hour, minute, second, zone] = found
  const [y, mo, d] = [Number(year), Number(month ?? 1), Number(day ?? 1)]
  const midnight = Date.UTC(y, mo - 1, d)
  const back = new Date(midnight)
  if (back.getUTCMonth() !== mo - 1 || back.getUTCDate() !== d || y < 1000) return undefined
  if (Number(hour ?? 0) > 23 || Number(minute ?? 0) > 59 || Number(second ?? 0) > 60) return undefined
  const offset = offsetMs((zone ?? JAPAN).replace(' ', '+'))
  if (hour !== undefined) {
    const start = midnight + Number(hour) * 60 * MINUTE_MS + Number(minute) * MINUTE_MS + Number(second ?? 0) * 1000
    return { start: start - offset, end: start - offset + (second === undefined ? MINUTE_MS : 1000) }
  }
  const end = day ? Date.UTC(y, mo - 1, d + 1) : month ? Date.UTC(y, mo, 1) : Date.UTC(y + 1, 0, 1)
  return { start: midnight - offset, end: end - offset }
}

function offsetMs(zone: string): number {
  if (zone === 'Z') return 0
  const [, sign, hours, minutes] = /^([+-])(\d\d):(\d\d)$/.exec(zone) ?? []
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * MINUTE_MS
}

const PREFIXES = ['eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb', 'ap'] as const
type Prefix = (typeof PREFIXES)[number]
export type DateTest = (recorded: DateRange) => boolean

const TESTS: Readonly<Record<Prefix, (asked: DateRange, recorded: DateRange) => boolean>> = {
  eq: (asked, recorded) => recorded.start >= asked.start && recorded.end <= asked.end,
  ne: (asked, recorded) => recorded.start < asked.start || recorded.end > asked.end,
  gt: (asked, recorded) => recorded.end > asked.end,
  lt: (asked, recorded) => recorded.start < asked.start,
  ge: (asked, recorded) => recorded.end > asked.start,
  le: (asked, recorded) => recorded.start < asked.end,
  sa: (asked, recorded) => recorded.start >= asked.end,
  eb: (asked, recorded) => recorded.end <= asked.start,
  ap: (asked, recorded) => recorded.start < asked.end && recorded.end > asked.start,
}

/** `ge2024-01`, `2024-01-05`; undefined where it is none. */
export function dateTest(text: string): DateTest | undefined {
  const prefix = PREFIXES.find((known) => text.startsWith(known))
  const asked = dateRange(prefix ? text.slice(2) : text)
  return asked && ((recorded) => TESTS[prefix ?? 'eq'](asked, recorded))
}
