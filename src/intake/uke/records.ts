/**
 * Records of a claim file of physicians (レセプト電算, 医科): one a line, fields by comma, no quotes, CP932. Layout: the
 * reimbursement fund's 記録条件仕様（医科用）, by field number (0 = record type). Field numbers and codes are facts of it;
 * codes whose names stand in no file stay codes.
 */
import { parseWareki } from '#base'

const decoder = new TextDecoder('shift_jis')

export interface UkeRecord {
  readonly type: string
  /** Without the record type at 0. */
  readonly fields: readonly string[]
  readonly start: number
  /** Behind the line end. */
  readonly end: number
  /** From 1. */
  readonly line: number
}

export const RECEIPT = { number: 1, month: 3, name: 4, sex: 5, birthDate: 6, admittedOn: 8, chartNumber: 13, kana: 36 }
export const DISEASE = { code: 1, start: 2, outcome: 3, modifiers: 4, name: 5, main: 6, comment: 7 }
/** Of SI, IY and TO alike. */
export const ITEM = { group: 1, code: 3, amount: 4, points: 5, times: 6 }
export const MATERIAL = { name: 9, product: 10 }
export const COMMENT = { code: 3, text: 4 }

/** A claim's line is short; more is none. */
const MOST_LINE_BYTES = 64 * 1024
/** DOS's end of file. */
const END_OF_FILE = 0x1a

/** Lines of a file as records, blank ones left out. Never throws. */
export function* readRecords(bytes: Uint8Array): IterableIterator<UkeRecord> {
  for (const { text, ...place } of recordLines(bytes)) {
    const fields = text.split(',')
    yield { type: fields[0]!.trim(), fields, ...place }
  }
}

/** Lines with text, `line` from 1, `end` behind the line end. */
export function* recordLines(
  bytes: Uint8Array,
): IterableIterator<{ text: string; start: number; end: number; line: number }> {
  let line = 0
  for (let start = 0; start < bytes.length;) {
    const feed = bytes.indexOf(0x0a, start)
    const end = feed === -1 ? bytes.length : feed + 1
    line++
    const text = lineText(bytes.subarray(start, end))
    if (text !== '') yield { text, start, end, line }
    start = end
  }
}

function lineText(bytes: Uint8Array): string {
  if (bytes.length > MOST_LINE_BYTES) return '?'
  return decoder.decode(bytes.filter((byte) => byte !== END_OF_FILE)).replace(/[\r\n]+$/, '')
}

/** 20261128, and as older files wrote it with the number of the era: 5081128. `YYYY-MM-DD` or ''. */
export function ukeDay(text: string): string {
  if (/^\d{8}$/.test(text)) return dayOf(text.slice(0, 4), text.slice(4, 6), text.slice(6))
  const era = /^[1-5]\d{6}$/.test(text) ? parseWareki(text) : undefined
  return era?.day ? dayOf(String(era.year), String(era.month), String(era.day)) : ''
}

/** 202611 or 50811 to `YYYY-MM`, or ''. */
export function ukeMonth(text: string): string {
  return (/^\d{5,6}$/.test(text) ? ukeDay(`${text}01`) : '').slice(0, 7)
}

function dayOf(year: string, month: string, day: string): string {
  const [y, m, d] = [Number(year), Number(month), Number(day)]
  if (y < 1850 || m < 1 || m > 12 || d < 1 || d > new Date(Date.UTC(y, m, 0)).getUTCDate()) return ''
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
}

/** 診療識別: of what sort an item is. */
export function groupWords(group: string): string {
  return GROUPS.find(([pattern]) => pattern.test(group))?.[1] ?? ''
}

const GROUPS: readonly (readonly [RegExp, string])[] = [
  [/^11$/, '初診'],
  [/^12$/, '再診'],
  [/^13$/, '医学管理'],
  [/^14$/, '在宅'],
  [/^21$/, '内服'],
  [/^22$/, '屯服'],
  [/^23$/, '外用'],
  [/^2[4-8]$/, '投薬・調剤'],
  [/^31$/, '皮下・筋肉内注射'],
  [/^32$/, '静脈内注射'],
  [/^33$/, 'その他の注射'],
  [/^39$/, '注射'],
  [/^40$/, '処置'],
  [/^50$/, '手術'],
  [/^54$/, '麻酔'],
  [/^60$/, '検査・病理'],
  [/^70$/, '画像診断'],
  [/^80$/, 'その他'],
  [/^9\d$/, '入院'],
]

/** 転帰区分. */
export const OUTCOMES: Readonly<Record<string, string>> = { '1': '', '2': '治ゆ', '3': '死亡', '4': '中止（転医）' }

/** 修飾語コード: four digits each. 8000 and above stand behind the name, below before it; 8002 is の疑い. */
export function modifiersOf(text: string): string[] {
  return text.match(/\d{4}/g) ?? []
}
export const SUSPECTED = '8002'
/** 未コード化傷病名: the name stands in the file. */
export const UNCODED = '0000999'
