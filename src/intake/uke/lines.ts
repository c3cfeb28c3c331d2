/** What a receipt claims, as lines of text: drugs first, then the rest in its order. */
import { COMMENT, groupWords, ITEM, MATERIAL, type UkeRecord } from './records.ts'

/** A code that no text of the file explains. */
export const NAME_UNKNOWN = '名称は資料に無い'

/** What a master in the source calls a code. @param type of the record, or `modifier` */
export type NameOf = (type: string, code: string) => string | undefined

/** Comments beside an item: pairs of code and text. */
const ITEM_COMMENTS: Readonly<Record<string, readonly number[]>> = {
  SI: [8, 10, 12],
  IY: [8, 10, 12],
  TO: [12, 14, 16],
}
/** The times a day of the month: field of the first. */
const FIRST_DAY: Readonly<Record<string, number>> = { SI: 13, IY: 13, TO: 17 }
const SECTIONS = [
  ['IY', '薬（医薬品）'],
  ['SI', '診療行為'],
  ['TO', '材料・酸素など'],
  ['CO', 'コメント'],
  ['SJ', '症状詳記'],
] as const

export function itemLines(records: readonly UkeRecord[], nameOf: NameOf): string[] {
  const grouped = withGroups(records)
  return SECTIONS.flatMap(([type, title]) => {
    const lines = grouped
      .filter(({ record }) => record.type === type)
      .map(({ record, group }) => lineOf(record, group, nameOf))
    return lines.length === 0 ? [] : ['', `■${title}`, ...lines]
  })
}

/** Only the first line of several that belong together names its group (診療識別). */
function withGroups(records: readonly UkeRecord[]): { record: UkeRecord; group: string }[] {
  let group = ''
  return records.map((record) => {
    const own = (record.fields[ITEM.group] ?? '').trim()
    if (['SI', 'IY', 'TO', 'CO'].includes(record.type) && own !== '') group = own
    return { record, group }
  })
}

function lineOf(record: UkeRecord, group: string, nameOf: NameOf): string {
  const field = (at: number): string => (record.fields[at] ?? '').trim()
  if (record.type === 'SJ') return field(2)
  if (record.type === 'CO') return [field(COMMENT.text) || NAME_UNKNOWN, `コード ${field(COMMENT.code)}`].join('　')
  const own = record.type === 'TO' ? [field(MATERIAL.name), field(MATERIAL.product)].filter(Boolean).join(' ') : ''
  const code = field(ITEM.code)
  const known = own === '' ? nameOf(record.type, code) : undefined
  const facts = [
    groupWords(group),
    known === undefined ? `コード ${code}（${own || NAME_UNKNOWN}）` : `${known}（コード ${code}）`,
    field(ITEM.amount) && `量 ${field(ITEM.amount)}`,
    field(ITEM.times) && `回数 ${field(ITEM.times)}`,
    daysOf(record).length > 0 && `${daysOf(record).join('・')}日`,
    ...(ITEM_COMMENTS[record.type] ?? []).map(field),
  ]
  return facts.filter(Boolean).join('　')
}

/** Days of the month on which it was given, from 1. */
export function daysOf({ type, fields }: UkeRecord): number[] {
  const first = FIRST_DAY[type]
  if (first === undefined) return []
  return fields.slice(first, first + 31).flatMap((times, at) => (/^[1-9]\d*$/.test(times.trim()) ? [at + 1] : []))
}
