/** Records of a file gathered into receipts: what one RE record and those behind it say of one person and month. */
import { readRecords, RECEIPT, ukeDay, ukeMonth, type UkeRecord } from './records.ts'

/** Dental claims share the first fields of a receipt with those of physicians; their other fields lie elsewhere. */
export type ClaimForm = 'medical' | 'dental'
/** Field of IR that names the fee schedule: 1 medical, 3 dental. */
const SCHEDULE = 3
const DENTAL = '3'

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

/** What a receipt may hold and no chart shows: of dental and DPC claims. Named with their count. */
const UNREAD = new Set(['BU', 'SB', 'KK', 'CD', 'GR', 'GT', 'GA', 'HH', 'HS', 'SS', 'MT'])

export interface ReadReceipts {
  readonly receipts: readonly Receipt[]
  /** Of which sort the file is, by its first record (点数表). */
  readonly form: ClaimForm
  /** How many lines of each type no chart shows. */
  readonly unread: ReadonlyMap<string, number>
  /** Records of no receipt, and of a type that no layout names. */
  readonly strays: readonly UkeRecord[]
  readonly records: number
}

export function readReceipts(bytes: Uint8Array): ReadReceipts {
  const receipts: { head: UkeRecord; records: UkeRecord[]; start: number; end: number }[] = []
  const strays: UkeRecord[] = []
  let form: ClaimForm = 'medical'
  let open: (typeof receipts)[number] | undefined
  const unread = new Map<string, number>()
  let count = 0
  for (const record of readRecords(bytes)) {
    count++
    if (UNREAD.has(record.type)) unread.set(record.type, (unread.get(record.type) ?? 0) + 1)
    if (record.type === 'RE') {
      open = { head: record, records: [], start: record.start, end: record.end }
      receipts.push(open)
    } else if (OF_FILES.has(record.type)) {
      if (record.type === 'IR' && record.fields[SCHEDULE]?.trim() === DENTAL) form = 'dental'
      // What stands behind belongs to no receipt any more.
      open = undefined
    } else if (open && (OF_RECEIPTS.has(record.type) || UNREAD.has(record.type))) {
      open.records.push(record)
      open.end = record.end
    } else {
      strays.push(record)
      if (open) open.end = record.end
    }
  }
  return { receipts, form, strays, unread, records: count }
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

/** Of a dental receipt no number and no reading: a field of another meaning would join two people. */
export function patientOf({ head }: Pick<Receipt, 'head'>, form: ClaimForm = 'medical'): ReceiptPatient {
  const isMedical = form === 'medical'
  const field = (at: number): string => (head.fields[at] ?? '').replace(/^[\s\u3000]+|[\s\u3000]+$/g, '')
  return {
    patientId: isMedical ? field(RECEIPT.chartNumber) : '',
    kanji: field(RECEIPT.name),
    kana: isMedical ? field(RECEIPT.kana) : '',
    birthDate: ukeDay(field(RECEIPT.birthDate)),
    sex: SEXES[field(RECEIPT.sex)] ?? '',
    month: ukeMonth(field(RECEIPT.month)),
  }
}
