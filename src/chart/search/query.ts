/** What a person typed or scanned, cut into words, and everything each word may mean. */
import { parseBirthQuery, type PartialDate } from '#base'
import { barcodeIds } from './barcode.ts'
import { foldLoosely, foldName, foldPatientId } from './fold.ts'

/** The meanings of one word; a patient matches the word by any of them. Empty strings and lists match nothing. */
export interface Word {
  readonly id: string
  /** Ids that a scanned code may stand for; compared whole. */
  readonly scannedIds: readonly string[]
  /** A name in kanji or a reading. */
  readonly name: string
  /** A reading as heard: voiced marks and long vowels dropped. */
  readonly loose: string
  readonly birthDates: readonly PartialDate[]
  readonly sex: '' | 'M' | 'F'
}

const SEXES: Readonly<Record<string, Word['sex']>> = { 男: 'M', 男性: 'M', 女: 'F', 女性: 'F', MALE: 'M', FEMALE: 'F' }

/** More words than this are no search; the rest would only cost time. */
const MAX_WORDS = 8

/** Words are separated by white space; a birth date written with spaces (昭和22年 4月 9日) stays one word. */
export function parseQuery(text: string): Word[] {
  const joined = text.replace(/([年月])[\s\u3000]+(?=\d|元)/g, '$1').normalize('NFKC')
  return joined
    .split(/[\s、,]+/)
    .filter((word) => word !== '')
    .slice(0, MAX_WORDS)
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
    loose: foldLoosely(text),
    birthDates: parseBirthQuery(plain),
    sex: SEXES[plain.toUpperCase()] ?? '',
  }
}
