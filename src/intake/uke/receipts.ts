/** Records of a file gathered into receipts: what one RE record and those behind it say of one person and month. */
import { readRecords, RECEIPT, ukeDay, ukeMonth, type UkeRecord } from './records.ts'

export interface Receipt {
  readonly head: UkeRecord
  readonly records: readonly UkeRecord[]
  readonly start: number
  readonly end: number
}

const OF_RECEIPTS = new Set([
  'HO',
  'KO',
  'SN',
  'JD',
  'MF',
  'KK',
  'GR',
  'SY',
  'SI',
  'IY',
  'TO',
  'CO',
  'NI',
  'SJ',
  'TI',
  'TR',
  'TS',
  'MD',
  'BU',
  'SB',
  'GT',
  'CD',
  'KH',
  'SK',
  'EX',
  'RC',
  'HR',
  'JR',
  'MN',
  'ON',
  'HK',
])
/** Of the whole file. */
const OF_FILES = new Set(['IR', 'GO', 'UK', 'YK', 'RI', 'MK', 'HM', 'HI', 'YM'])

export interface ReadReceipts {
  readonly receipts: readonly Receipt[]
  readonly institution: UkeRecord | undefined
  /** Records of no receipt, and of a type that no layout names. */
  readonly strays: readonly UkeRecord[]
  readonly records: number
}

export function readReceipts(bytes: Uint8Array): ReadReceipts {
  const receipts: { head: UkeRecord; records: UkeRecord[]; start: number; end: number }[] = []
  const strays: UkeRecord[] = []
  let institution: UkeRecord | undefined
  let open: (typeof receipts)[number] | undefined
  let count = 0
  for (const record of readRecords(bytes)) {
    count++
    if (record.type === 'RE') {
      open = { head: record, records: [], start: record.start, end: record.end }
      receipts.push(open)
    } else if (OF_FILES.has(record.type)) {
      if (record.type === 'IR') institution = record
      // What stands behind belongs to no receipt any more.
      open = undefined
    } else if (open && OF_RECEIPTS.has(record.type)) {
      open.records.push(record)
      open.end = record.end
    } else {
      strays.push(record)
      if (open) open.end = record.end
    }
  }
  return { receipts, institution, strays, records: count }
}

export interface ReceiptPatient {
  readonly patientId: string
  readonly kanji: string
  readonly kana: string
  readonly birthDate: string
  readonly sex: 'M' | 'F' | ''
  /** `YYYY-MM`. */
  readonly month: string
}

/** 男女区分. */
const SEXES: Readonly<Record<string, 'M' | 'F'>> = { '1': 'M', '2': 'F' }

export function patientOf({ head }: Pick<Receipt, 'head'>): ReceiptPatient {
  const field = (at: number): string => (head.fields[at] ?? '').replace(/^[\s\u3000]+|[\s\u3000]+$/g, '')
  return {
    patientId: field(RECEIPT.chartNumber),
    kanji: field(RECEIPT.name),
    kana: field(RECEIPT.kana),
    birthDate: ukeDay(field(RECEIPT.birthDate)),
    sex: SEXES[field(RECEIPT.sex)] ?? '',
    month: ukeMonth(field(RECEIPT.month)),
  }
}
