/**
 * Search over the columns of a patient index: a linear scan of long strings (measured: a few milliseconds at 100,000
 * patients; no index structure needed). Words are joined by AND; the best meaning of each word counts.
 */
import type { PartialDate } from '#base'
import type { SameWhat } from '../model.ts'
import type { TextColumn } from '../patient-index/columns.ts'
import { foldPatientId } from './fold.ts'
import { parseQuery, type Word } from './query.ts'

/** What is searched: the patient index of a generation, or that of an edition. `Entry` is one patient of it. */
export interface SearchableIndex<Entry> {
  /** Number of patients; rows are 0 … size - 1 in reading order. */
  readonly size: number
  /** One row per unit: folded as `fold.ts` does, and the sex (HL7 table 0001). */
  readonly table: Readonly<Record<'idKey' | 'nameKey' | 'kanaKey' | 'looseKey' | 'sex', TextColumn>>
  /** Patient of each unit row, or NO_PATIENT. */
  readonly patientOf: Uint32Array
  /** The unit row that names the patient. */
  readonly identityRow: Uint32Array
  readonly birthDates: Uint32Array
  entry(row: number): Entry
  sameAs(row: number): SameWhat[]
}

export const NO_PATIENT = 0xff_ff_ff_ff

export interface SearchHit<Entry> {
  readonly patient: Entry
  /** In what this patient could be taken for another one of the whole index. */
  readonly sameAs: readonly SameWhat[]
}

export interface SearchResult<Entry> {
  /** Best first; among equals in reading order. */
  readonly hits: readonly SearchHit<Entry>[]
  /** All that match, however many are handed back. */
  readonly total: number
}

/** Rank of a match, added up over the words: one exact id outweighs everything that names can give. */
const RANK = { exactId: 1000, scannedId: 400, exactName: 200, birthDate: 60, partOfBirthDate: 6, sex: 1 }
const CLEAR = { exact: RANK.exactName, prefix: 20, inside: 3 }
/** Found only when voiced marks and long vowels are dropped. */
const LOOSE = { exact: 150, prefix: 15, inside: 2 }

/** At most `limit` hits from `offset` on, and the total. An empty query matches nobody: a list of all is no search. */
export function searchPatients<Entry>(
  index: SearchableIndex<Entry>,
  query: string,
  limit: number,
  offset = 0,
): SearchResult<Entry> {
  const words = parseQuery(query)
  if (words.length === 0) return { hits: [], total: 0 }
  const ranks = rankAll(index, words)
  const rows = best(ranks, offset + limit)
  return {
    hits: rows.rows.slice(offset).map((row) => ({ patient: index.entry(row), sameAs: index.sameAs(row) })),
    total: rows.total,
  }
}

/** Rows of all that match, in reading order: for whoever looks closer at each. */
export function matchingRows(index: SearchableIndex<unknown>, query: string): number[] {
  const words = parseQuery(query)
  if (words.length === 0) return []
  const rows: number[] = []
  rankAll(index, words).forEach((rank, row) => {
    if (rank !== 0) rows.push(row)
  })
  return rows
}

/** Rows of all who have this number, folded as a search folds it: leading zeros and separators make no difference. */
export function rowsOfNumber({ table, patientOf }: Searched, number: string): number[] {
  const id = foldPatientId(number)
  const rows = new Set<number>()
  table.idKey.forEachRowWith(id, (unit) => {
    const patient = patientOf[unit]!
    if (patient !== NO_PATIENT && table.idKey.equals(unit, id)) rows.add(patient)
  })
  return [...rows]
}

type Searched = Omit<SearchableIndex<unknown>, 'entry'>

/** Rank of every patient; 0 does not match. */
function rankAll(index: Searched, words: readonly Word[]): Uint32Array {
  const ranks = rankWord(index, words[0]!)
  for (const word of words.slice(1)) {
    const other = rankWord(index, word)
    for (let row = 0; row < ranks.length; row++)
      ranks[row] = ranks[row] === 0 || other[row] === 0 ? 0 : ranks[row]! + other[row]!
  }
  if (words.length > 1) preferWholeName(index, words, ranks)
  return ranks
}

function rankWord(index: Searched, word: Word): Uint32Array {
  const ranks = new Uint32Array(index.size)
  const raise = (unit: number, rank: number) => {
    const patient = index.patientOf[unit]!
    if (patient !== NO_PATIENT && ranks[patient]! < rank) ranks[patient] = rank
  }
  const { idKey, nameKey, kanaKey, looseKey } = index.table
  rankText(idKey, word.id, { ...CLEAR, exact: RANK.exactId }, raise)
  rankText(nameKey, word.name, CLEAR, raise)
  rankText(kanaKey, word.name, CLEAR, raise)
  rankText(looseKey, word.loose, LOOSE, raise)
  for (const id of word.scannedIds)
    idKey.forEachRowWith(id, (unit) => {
      if (idKey.equals(unit, id)) raise(unit, RANK.scannedId)
    })
  rankPeople(index, word, ranks)
  return ranks
}

function rankText(
  column: TextColumn,
  needle: string,
  rank: typeof CLEAR,
  raise: (unit: number, rank: number) => void,
): void {
  column.forEachRowWith(needle, (unit, offset) => {
    if (offset !== 0) raise(unit, rank.inside)
    else raise(unit, column.equals(unit, needle) ? rank.exact : rank.prefix)
  })
}

/** Birth date and sex, which belong to the patient's newest identity. */
function rankPeople(index: Searched, word: Word, ranks: Uint32Array): void {
  for (const date of word.birthDates) {
    const rank = date.year && date.day ? RANK.birthDate : RANK.partOfBirthDate
    for (let row = 0; row < ranks.length; row++)
      if (ranks[row]! < rank && isBorn(index.birthDates[row]!, date)) ranks[row] = rank
  }
  if (word.sex === '') return
  for (let row = 0; row < ranks.length; row++)
    if (ranks[row]! < RANK.sex && index.table.sex.equals(index.identityRow[row]!, word.sex)) ranks[row] = RANK.sex
}

/** `born` as YYYYMMDD. What a query leaves open fits anything; what the record leaves open fits only an open query. */
function isBorn(born: number, { year, month, day }: PartialDate): boolean {
  return (
    (year === undefined || year === Math.floor(born / 10_000)) &&
    (month === undefined || month === Math.floor(born / 100) % 100) &&
    (day === undefined || day === born % 100)
  )
}

/** 「山田 太郎」 typed as two words is the exact name of 山田太郎, before 山田太郎丸. */
function preferWholeName(index: Searched, words: readonly Word[], ranks: Uint32Array): void {
  const { nameKey, kanaKey } = index.table
  const name = words.map((word) => word.name).join('')
  if (name === '') return
  for (let row = 0; row < ranks.length; row++) {
    const at = index.identityRow[row]!
    if (ranks[row] !== 0 && (nameKey.equals(at, name) || kanaKey.equals(at, name))) ranks[row]! += RANK.exactName
  }
}

/** The first `count` rows by rank, without sorting all of them: there are few different ranks and rows are in order. */
function best(ranks: Uint32Array, count: number): { rows: number[]; total: number } {
  const byRank = new Map<number, number[]>()
  let total = 0
  for (let row = 0; row < ranks.length; row++) {
    const rank = ranks[row]!
    if (rank === 0) continue
    total++
    const rows = byRank.get(rank)
    if (!rows) byRank.set(rank, [row])
    else if (rows.length < count) rows.push(row)
  }
  const ordered = [...byRank.keys()].sort((a, b) => b - a)
  return { rows: ordered.flatMap((rank) => byRank.get(rank)!).slice(0, count), total }
}
