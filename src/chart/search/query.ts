/** What a person typed or scanned, cut into words, and everything each word may mean. */
import { birthDateRanges, type DateRange } from './birth-date.ts'
import { barcodeIds } from './barcode.ts'
import { foldName, foldPatientId, foldReading } from './fold.ts'

/** The meanings of one word; a patient matches the word by any of them. Empty strings and lists match nothing. */
export interface Word {
  readonly id: string
  /** Ids that a scanned code may stand for; compared whole. */
  readonly scannedIds: readonly string[]
  readonly name: string
  readonly reading: string
  readonly birthDates: readonly DateRange[]
  readonly sex: '' | 'M' | 'F'
}

const SEXES: Readonly<Record<string, Word['sex']>> = { 男: 'M', 男性: 'M', 女: 'F', 女性: 'F', MALE: 'M', FEMALE: 'F' }

/** Words are separated by any white space. A birth date with spaces inside is not recognised. */
export function parseQuery(text: string): Word[] {
  return text
    .split(/[\s\u3000、,]+/)
    .filter((word) => word !== '')
    .map(parseWord)
}

function parseWord(word: string): Word {
  const plain = word.normalize('NFKC')
  // Marks of a date (1947/4/9, S22.4.9) are no part of an id, and an id has no letters outside ASCII.
  const id = /^[0-9A-Za-z-]*\d[0-9A-Za-z-]*$/.test(plain) ? foldPatientId(plain) : ''
  const text = /^\d+$/.test(plain) ? '' : word
  return {
    id,
    scannedIds: id === '' ? [] : barcodeIds(plain.toUpperCase().replace(/[^0-9A-Z]/g, '')).map(foldPatientId),
    name: foldName(text),
    reading: foldReading(text),
    birthDates: birthDateRanges(plain),
    sex: SEXES[plain.toUpperCase()] ?? '',
  }
}
