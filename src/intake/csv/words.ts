/** What cells say: dates, sex, なし and 未確認. What cannot be told for sure is undefined, never guessed. */
import { foldWidth, isoDate, parseWareki } from '#base'

/** `YYYY-MM-DD`, `YYYY-MM` or `YYYY`, and the time of day where there is one: `hh:mm` or `hh:mm:ss`. */
export interface CellDate {
  readonly date: string
  readonly time?: string
}

const TIME = /^([01]?\d|2[0-3])(?::|時)([0-5]?\d)(?:(?::|分)([0-5]?\d)?秒?)?分?$/
const WESTERN = /^(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?|年)?$/

/**
 * 2026/11/28, 2026-11-28T09:30, 20261128, 202611280930, 2026年11月28日(土) 9時30分, S45.3.3, 昭和45年3月3日, 3450303 (era
 * number as on claims). A year of two digits without era, or a day before the month, could be several dates: undefined.
 */
export function parseCellDate(text: string): CellDate | undefined {
  const folded = foldWidth(text)
    .replace(/[(（][日月火水木金土][)）]/, ' ')
    .replace(/(?<=\d)T(?=\d)/, ' ')
    .replace(/\+09:?00$/, '')
    .trim()
  const digits = /^(\d{8})(\d\d)(\d\d)(\d\d)?$/.exec(folded)
  const [day = '', time] = digits
    ? [digits[1], [digits[2], digits[3], digits[4]].filter(Boolean).join(':')]
    : splitTime(folded)
  const date = parseDay(day)
  if (!date) return undefined
  if (time === undefined) return { date }
  const clock = parseTime(time)
  return clock === undefined ? undefined : { date, time: clock }
}

/** `9:30`, `09:30:15`, `9時30分`, `0930` to `hh:mm[:ss]`. */
export function parseTime(text: string): string | undefined {
  const folded = foldWidth(text).trim()
  const match = TIME.exec(folded) ?? /^([01]\d|2[0-3])([0-5]\d)$/.exec(folded)
  if (!match) return undefined
  return [match[1]!, match[2]!, match[3]].flatMap((part) => (part ? part.padStart(2, '0') : [])).join(':')
}

function splitTime(text: string): [string, string | undefined] {
  const match = /^(.*?[\d日])\s+(\d{1,2}(?::|時).*)$/.exec(text)
  return match ? [match[1]!, match[2]!.replace(/\.\d+$/, '')] : [text, undefined]
}

function parseDay(text: string): string | undefined {
  const plain = text.replace(/\s/g, '')
  const [, year, month, day] = /^(\d{4})(\d\d)(\d\d)$/.exec(plain) ?? WESTERN.exec(plain) ?? []
  if (year === undefined) return eraDay(plain)
  if (Number(year) < 1850) return undefined
  return calendarDay(Number(year), month, day)
}

function eraDay(plain: string): string | undefined {
  const era = parseWareki(plain)
  if (!era?.year) return undefined
  return calendarDay(era.year, era.month?.toString(), era.day?.toString())
}

function calendarDay(year: number, month?: string, day?: string): string | undefined {
  const [m, d] = [Number(month ?? 1), Number(day ?? 1)]
  if (m < 1 || m > 12 || d < 1 || d > new Date(Date.UTC(year, m, 0)).getUTCDate()) return undefined
  const full = isoDate({ year, month: m, day: d })
  return day !== undefined ? full : month !== undefined ? full.slice(0, 7) : full.slice(0, 4)
}

const SEXES: Readonly<Record<string, 'M' | 'F' | 'O'>> = {
  男: 'M',
  男性: 'M',
  男子: 'M',
  M: 'M',
  MALE: 'M',
  '1': 'M',
  女: 'F',
  女性: 'F',
  女子: 'F',
  F: 'F',
  FEMALE: 'F',
  '2': 'F',
  その他: 'O',
  O: 'O',
  OTHER: 'O',
}

/** 1 and 2 as on claims (男女区分). */
export function parseSex(text: string): 'M' | 'F' | 'O' | undefined {
  return SEXES[foldWidth(text).trim().toUpperCase()]
}

export type Absence = 'none' | 'unconfirmed'
export type AllergyScope = 'all' | 'medication' | 'food' | 'environment'

const NONE = /^(?:特に|とくに)?(?:なし|無し|無|ナシ|ありません|NONE|NO)$/
const UNCONFIRMED = /^(?:未確認|未聴取|未問診|未|不明|確認できず|UNKNOWN)$/
const SCOPES: readonly (readonly [RegExp, AllergyScope])[] = [
  [/^(?:薬剤|薬物|薬)/, 'medication'],
  [/^(?:食物|食品|食)/, 'food'],
  [/^環境/, 'environment'],
]

/** なし and 未確認 as people write them, also アレルギーなし, 薬剤：なし and なし（2026/10/1確認）. Empty says nothing. */
export function absenceOf(text: string): { says: Absence; scope: AllergyScope } | undefined {
  const bare = foldWidth(text)
    .replace(/\([^)]*\)$/, '')
    .replace(/[\s。．.]/g, '')
    .toUpperCase()
  const scope = SCOPES.find(([pattern]) => pattern.test(bare))
  const rest = bare
    .replace(scope?.[0] ?? '', '')
    .replace(/^アレルギー(?:歴)?/, '')
    .replace(/^[:=は]/, '')
  const says = NONE.test(rest) ? 'none' : UNCONFIRMED.test(rest) ? 'unconfirmed' : undefined
  return says && { says, scope: scope?.[1] ?? 'all' }
}

/** A dash or a mark alone: nobody can tell whether it means なし or 未確認. */
export function saysNothing(text: string): boolean {
  return !/[\p{L}\p{N}]/u.test(foldWidth(text).replace(/ー/g, ''))
}
