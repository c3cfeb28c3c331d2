/** Proposes what each column is, from its heading and from what stands in it. A person looks at it before it is saved. */
import { foldWidth } from '#base'
import { sniffCharset } from './charset.ts'
import { readRows, firstRows, mostFrequent, sniffDelimiter, type TableForm } from './rows.ts'
import { looksLikeHeadings, type Column, type Role, type TableKind } from './table.ts'
import { parseCellDate, parseSex } from './words.ts'

export interface TableLook {
  readonly form: TableForm
  /** From 1; 0 where there seems to be none. */
  readonly headingRow: number
  /** Headings, or '' for each column. */
  readonly headings: readonly string[]
  /** The first rows below the headings. */
  readonly rows: readonly (readonly string[])[]
}

const LOOKED_AT_ROWS = 60

/** The first rows of a table, and where its headings stand. @param headingRow what a person says of it */
export function lookAtTable(bytes: Uint8Array, headingRow?: number): TableLook {
  const { charset, markBytes } = sniffCharset(bytes)
  const form = { charset, delimiter: sniffDelimiter(bytes, charset, markBytes) }
  const rows = firstRows(bytes, form, markBytes, LOOKED_AT_ROWS).map(({ cells }) => cells)
  const columns = mostFrequent(rows.map((row) => row.length))
  const first = rows.findIndex((row) => row.length === columns)
  const found = first !== -1 && looksLikeHeadings(rows[first]!) ? first + 1 : 0
  const chosen = Math.min(headingRow ?? found, rows.length)
  const headings = chosen > 0 ? rows[chosen - 1]! : Array<string>(columns).fill('')
  return { form, headingRow: chosen, headings, rows: rows.slice(chosen) }
}

/** All rows of a table that is small, whatever its charset and delimiter; blank ones are left out. */
export function tableRows(bytes: Uint8Array): (readonly string[])[] {
  const { charset, markBytes } = sniffCharset(bytes)
  const form = { charset, delimiter: sniffDelimiter(bytes, charset, markBytes) }
  return [...readRows(bytes, form, markBytes)].map(({ cells }) => cells)
}

/** Of the beginning of a file: without the row that was cut. */
export function wholeRows(bytes: Uint8Array): Uint8Array {
  const width = sniffCharset(bytes).charset.startsWith('utf-16') ? 2 : 1
  const feed = bytes.lastIndexOf(0x0a)
  return feed === -1 ? bytes : bytes.subarray(0, Math.ceil((feed + 1) / width) * width)
}

/** On folded headings; the first that fits counts, so the narrower words stand first. */
const HEADINGS: readonly (readonly [RegExp, Role])[] = [
  [/保険|負担|記号/, 'extra'],
  [/患者(?:番号|ID|NO|コード|CD)|(?:カルテ|診察券|登録)(?:番号|NO|ID)?$|PATIENT.?ID|^(?:ID|PID|MRN|NO)\.?$/, 'id'],
  [/担当医|医師|記載者|記録者|入力者|DOCTOR|AUTHOR/, 'author'],
  [/カナ|ｶﾅ|かな|フリガナ|ふりがな|読み|KANA/, 'kana'],
  [/(?:薬品|薬剤|医薬品|検査|項目|病|傷病|診断|処方)名/, 'extra'],
  [/生年月日|誕生日|生日|BIRTH|DOB/, 'birthDate'],
  [/性別|SEX|GENDER/, 'sex'],
  [/氏名|患者名|姓名|^名前$|^NAME$|PATIENT.?NAME/, 'name'],
  [/住所|ADDRESS/, 'address'],
  [/電話|TEL|携帯|PHONE/, 'phone'],
  [/薬.*アレルギー|薬剤禁忌|禁忌薬/, 'drugAllergy'],
  [/食.*アレルギー/, 'foodAllergy'],
  [/アレルギー症状|反応|REACTION/, 'reaction'],
  [/アレルギー|アレルゲン|禁忌|ALLERG/, 'allergy'],
  [/血液型|BLOOD/, 'bloodType'],
  [/感染症|HBS|HCV|HIV|梅毒/, 'infection'],
  [/ICD/, 'icd10'],
  [/転帰|OUTCOME/, 'outcome'],
  [/RP/, 'rp'],
  [/処方(?:番号|箋番号|NO)|オーダー(?:番号|NO)/, 'orderNumber'],
  [/1回量|一回量/, 'perTime'],
  [/1日量|一日量/, 'perDay'],
  [/総量|数量合計|全量/, 'total'],
  [/用法|USAGE|服用方法/, 'usage'],
  [/日数|投与日数|DAYS/, 'days'],
  [/用量|分量|DOSE|DOSAGE|^数量$/, 'dose'],
  [/単位|UNIT/, 'unit'],
  [/基準|正常|RANGE/, 'range'],
  [/判定|異常|H\/?L|FLAG|フラグ/, 'flag'],
  [/体温|脈拍|心拍|血圧|SPO2|呼吸|身長|体重|BMI|KT|^BT$|^HR$|^BP$|^PR$/, 'vital'],
  [/検査値|結果|測定値|^値$|VALUE|RESULT/, 'value'],
  [/終了日|中止日|転帰日|END/, 'endDate'],
  [/時刻|時間|TIME$/, 'time'],
  [/診療科|科名|^科$|DEPARTMENT/, 'department'],
  [/予約日|日付|年月日|受診日|診療日|処方日|検査日|採取日|採血日|測定日|開始日|発症日|登録日|記載日|日時|DATE/, 'date'],
  [/状態|状況|STATUS|キャンセル/, 'status'],
  [/タイトル|表題|文書名|TITLE/, 'title'],
  [/所見|経過|本文|内容|記録|カルテ|メモ|備考|SOAP|^[SOAP]$|TEXT|NOTE|COMMENT|コメント/, 'text'],
]
/** After the list above: headings whose words depend on the sort of table. */
const NAMES: readonly (readonly [RegExp, Role])[] = [
  [/傷病|病名|診断名|DIAGNOSIS/, 'problem'],
  [/薬品|薬剤|医薬品|品名|^薬$|DRUG|MEDICATION|処方(?:名|内容)/, 'drug'],
  [/検査(?:項目)?名|^検査$|項目|ITEM|TEST/, 'item'],
]

export function roleByHeading(heading: string): Role | undefined {
  const folded = foldWidth(heading).replace(/\s/g, '').toUpperCase()
  if (/コード|CODE|CD$/.test(folded) && !/患者/.test(folded)) return 'extra'
  const find = (list: readonly (readonly [RegExp, Role])[]) => list.find(([pattern]) => pattern.test(folded))?.[1]
  const named = find(NAMES)
  const general = find(HEADINGS)
  return general === undefined || general === 'extra' ? (named ?? general) : general
}

/** What cells alone tell: a birth date lies back and differs from row to row; an id is digits and seldom repeats. */
function roleByContent(cells: readonly string[], taken: ReadonlySet<Role>): Role | undefined {
  const filled = cells.map((cell) => foldWidth(cell).trim()).filter((cell) => cell !== '')
  if (filled.length === 0) return undefined
  const share = (test: (cell: string) => boolean) => filled.filter(test).length / filled.length
  if (!taken.has('sex') && share((cell) => parseSex(cell) !== undefined) === 1 && new Set(filled).size <= 3)
    return 'sex'
  if (!taken.has('birthDate') && share(isOldDate) > 0.9) return 'birthDate'
  if (!taken.has('date') && share((cell) => parseCellDate(cell) !== undefined && cell.length >= 6) > 0.9) return 'date'
  if (!taken.has('id') && share((cell) => /^[A-Z]?\d{1,10}$/i.test(cell)) > 0.95) return 'id'
  if (!taken.has('kana') && share((cell) => /^[\p{sc=Hira}\p{sc=Kana}ー\s・]{3,}$/u.test(cell)) > 0.9) return 'kana'
  if (
    !taken.has('name') &&
    share((cell) => /^[\p{sc=Han}々ヶ]{1,4}\s[\p{Script=Han}\p{sc=Hira}\p{sc=Kana}々]{1,5}$/u.test(cell)) > 0.8
  )
    return 'name'
  return undefined
}

/** Somebody born in the last fifteen years among the first sixty rows does not make them visits: the oldest counts. */
function isOldDate(cell: string): boolean {
  const date = parseCellDate(cell)?.date
  return date !== undefined && date.length === 10 && date < '2015'
}

/** Repeats are allowed where a role may stand at several columns; the first of the others keeps it. */
export function suggestColumns({ headings, rows }: TableLook): Column[] {
  const taken = new Set<Role>()
  const claim = (role: Role | undefined): Role | undefined => {
    if (role === undefined || role === 'extra') return role
    if (taken.has(role) && !['vital', 'infection', 'text', 'allergy', 'problem'].includes(role)) return 'extra'
    taken.add(role)
    return role
  }
  const byHeading = headings.map((heading) => (heading.trim() === '' ? undefined : claim(roleByHeading(heading))))
  return headings.map((heading, at) => {
    const known = byHeading[at]
    const cells = rows.map((row) => row[at] ?? '')
    return { heading, role: known ?? claim(roleByContent(cells, taken)) ?? 'extra' }
  })
}

/** What the table seems to hold. */
export function suggestKind(columns: readonly Column[]): TableKind {
  const has = (...roles: readonly Role[]) => roles.every((role) => columns.some((column) => column.role === role))
  const booked = columns.some(({ heading }) => /予約|APPOINT/i.test(foldWidth(heading)))
  if (booked && has('date')) return 'bookings'
  if (has('drug')) return 'prescriptions'
  if (has('item', 'value')) return 'labs'
  if (has('vital')) return 'vitals'
  if (has('birthDate') && (has('name') || has('kana'))) return 'patients'
  if (has('problem')) return 'problems'
  if (has('allergy') || has('drugAllergy') || has('foodAllergy')) return 'allergies'
  if (has('text')) return 'notes'
  return has('date') ? 'bookings' : 'patients'
}
