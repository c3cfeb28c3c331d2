/** The sealed index of an edition: who is in it and where their charts lie, in columns that a browser searches. */
import {
  ColumnReader,
  ColumnWriter,
  compareIdentity,
  foldLoosely,
  foldName,
  foldPatientId,
  type IdentityMatch,
  isConfusable,
  rowsOfNumber,
  SameFinder,
  type Chart,
  type Identity,
  type SameWhat,
  type SearchableIndex,
  type SimilarPatient,
  type TextColumn,
} from '#chart/browser'
import type { About, Location } from './format.ts'

/** One patient of an edition. */
export interface EditionPatient {
  readonly row: number
  /** Place in `Head.sources`; rows of one source lie together. */
  readonly source: number
  readonly patientKey: string
  readonly patientId: string
  readonly kanji: string
  readonly kana: string
  /** '' where not recorded. */
  readonly birthDate: string
  readonly sex: Identity['sex']
  readonly lastCareDate: string
  /** Current records beside the patient's own data in the backup; documents are counted apart. */
  readonly recordCount: number
  readonly documentCount: number
  /** A member of the staff or another who is protected: every look asks for a reason. */
  readonly isProtected: boolean
  /** Number of the disc that holds the chart. */
  readonly disc: number
  /** Where on that disc; undefined where the chart could not be read when the edition was made. */
  readonly chart: Location | undefined
  /** List of the documents that lie on the disc. */
  readonly documents: Location | undefined
}

/** As the builder hands it in. */
export type IndexedPatient = Omit<EditionPatient, 'row'>

const TEXTS = ['patientKey', 'patientId', 'kanji', 'kana', 'birthDate', 'sex', 'lastCareDate'] as const
const KEYS = ['idKey', 'nameKey', 'kanaKey', 'looseKey'] as const
const NUMBERS = [
  'source',
  'records',
  'papers',
  'flags',
  'disc',
  'pack',
  'offset',
  'length',
  'docPack',
  'docOffset',
  'docLength',
] as const
const NOWHERE = 0xff_ff_ff_ff
const PROTECTED = 1
const SAME_SHIFT = 4
const SEX_CODE: Readonly<Record<Identity['sex'], string>> = { male: 'M', female: 'F', other: 'O', unknown: '' }
const SEX_OF: Readonly<Record<string, Identity['sex']>> = { M: 'male', F: 'female', O: 'other' }

export function encodeIndex(about: About, patients: readonly IndexedPatient[]): Uint8Array {
  const writer = new ColumnWriter().text('about', [JSON.stringify(about)])
  for (const name of TEXTS)
    writer.text(
      name,
      patients.map((p) => (name === 'sex' ? SEX_CODE[p.sex] : p[name])),
    )
  const keys: Record<(typeof KEYS)[number], (p: IndexedPatient) => string> = {
    idKey: (p) => foldPatientId(p.patientId),
    nameKey: (p) => foldName(p.kanji),
    kanaKey: (p) => foldName(p.kana),
    looseKey: (p) => foldLoosely(p.kana),
  }
  const folded = Object.fromEntries(KEYS.map((name) => [name, patients.map(keys[name])])) as Record<
    (typeof KEYS)[number],
    string[]
  >
  for (const name of KEYS) writer.text(name, folded[name])
  const marks = marksOf(patients, folded)
  const numbers: Record<(typeof NUMBERS)[number], (p: IndexedPatient, row: number) => number> = {
    source: (p) => p.source,
    records: (p) => p.recordCount,
    papers: (p) => p.documentCount,
    flags: (p, row) => (p.isProtected ? PROTECTED : 0) | (marks(row) << SAME_SHIFT),
    disc: (p) => p.disc,
    pack: (p) => p.chart?.pack ?? NOWHERE,
    offset: (p) => p.chart?.offset ?? 0,
    length: (p) => p.chart?.length ?? 0,
    docPack: (p) => p.documents?.pack ?? NOWHERE,
    docOffset: (p) => p.documents?.offset ?? 0,
    docLength: (p) => p.documents?.length ?? 0,
  }
  for (const name of NUMBERS) writer.numbers(name, Uint32Array.from(patients, numbers[name]))
  return writer.finish(patients.length)
}

/** A record of the same number in another source that shares its numbers. */
export interface SameNumberElsewhere {
  readonly patient: EditionPatient
  readonly match: IdentityMatch
  /** Leading zeros or separators differ. */
  readonly writtenOtherwise: boolean
}

/** Where each source's rows begin, and the end. Whoever is alike is looked for within a source, as on the server. */
function startsOf(sources: ArrayLike<number>): number[] {
  const starts: number[] = []
  for (let row = 0; row < sources.length; row++) while (starts.length <= sources[row]!) starts.push(row)
  return [...starts, sources.length]
}

/** Who could be taken for another is found once, when the edition is made: it would cost the reader a second. */
function marksOf(
  patients: readonly IndexedPatient[],
  folded: Readonly<Record<'nameKey' | 'kanaKey', readonly string[]>>,
): (row: number) => number {
  const column = (values: readonly string[]) => ({
    get: (row: number) => values[row]!,
    equals: (row: number, value: string) => values[row] === value,
  })
  const table = {
    kanji: column(patients.map((p) => p.kanji)),
    kana: column(patients.map((p) => p.kana)),
    birthDate: column(patients.map((p) => p.birthDate.replace(/-/g, ''))),
    nameKey: column(folded.nameKey),
    kanaKey: column(folded.kanaKey),
  }
  const rows = Uint32Array.from(patients, (_, row) => row)
  const starts = startsOf(patients.map(({ source }) => source))
  const finders = starts.slice(1).map((end, n) => new SameFinder(table, rows.subarray(starts[n], end)))
  return (row) => {
    const { source } = patients[row]!
    return finders[source]!.marks(row - starts[source]!)
  }
}

export class EditionIndex implements SearchableIndex<EditionPatient> {
  readonly about: About
  readonly size: number
  readonly table: Readonly<Record<(typeof TEXTS)[number] | (typeof KEYS)[number], TextColumn>>
  readonly patientOf: Uint32Array
  readonly identityRow: Uint32Array
  readonly #numbers: Readonly<Record<(typeof NUMBERS)[number], Uint32Array>>
  /** Where the rows of each source begin, and the end. */
  readonly #starts: readonly number[]
  readonly #finders: readonly SameFinder[]
  readonly birthDates: Uint32Array

  /** @param payload what {@link encodeIndex} made, authenticated */
  constructor(payload: Uint8Array) {
    const reader = new ColumnReader(payload)
    this.about = JSON.parse(reader.text('about', 1).get(0)) as About
    this.size = reader.rows
    const names = [...TEXTS, ...KEYS]
    this.table = Object.fromEntries(names.map((name) => [name, reader.text(name)])) as EditionIndex['table']
    this.#numbers = Object.fromEntries(NUMBERS.map((name) => [name, reader.numbers(name)])) as Record<
      (typeof NUMBERS)[number],
      Uint32Array
    >
    // One unit per patient: the search speaks of both.
    this.patientOf = Uint32Array.from({ length: this.size }, (_, row) => row)
    this.identityRow = this.patientOf
    const marks = Uint8Array.from(this.#numbers.flags, (flags) => flags >>> SAME_SHIFT)
    this.#starts = startsOf(this.#numbers.source)
    this.#finders = this.#starts.slice(1).map((end, n) => {
      const start = this.#starts[n]
      return new SameFinder(this.#dashless(), this.identityRow.subarray(start, end), marks.subarray(start, end))
    })
    this.birthDates = new Uint32Array(this.size)
    this.#finders.forEach((finder, n) => this.birthDates.set(finder.birthDates, this.#starts[n]))
  }

  entry(row: number): EditionPatient {
    const { table } = this
    const n = this.#numbers
    const at = (pack: Uint32Array, offset: Uint32Array, length: Uint32Array): Location | undefined =>
      pack[row] === NOWHERE ? undefined : { pack: pack[row]!, offset: offset[row]!, length: length[row]! }
    return {
      row,
      source: n.source[row]!,
      recordCount: n.records[row]!,
      documentCount: n.papers[row]!,
      patientKey: table.patientKey.get(row),
      patientId: table.patientId.get(row),
      kanji: table.kanji.get(row),
      kana: table.kana.get(row),
      birthDate: table.birthDate.get(row),
      sex: SEX_OF[table.sex.get(row)] ?? 'unknown',
      lastCareDate: table.lastCareDate.get(row),
      isProtected: (n.flags[row]! & PROTECTED) !== 0,
      disc: n.disc[row]!,
      chart: at(n.pack, n.offset, n.length),
      documents: at(n.docPack, n.docOffset, n.docLength),
    }
  }

  sameAs(row: number): SameWhat[] {
    const source = this.#numbers.source[row]!
    return this.#finders[source]!.flags(row - this.#starts[source]!)
  }

  /** As the chart names them: names and twins, and how many share anything. */
  similarTo(row: number, limit = 20): Chart['similar'] {
    const source = this.#numbers.source[row]!
    const start = this.#starts[source]!
    const found = this.#finders[source]!.find(row - start)
    const patients = found.slice(0, limit).map(({ row: other, same }): SimilarPatient => {
      const { patientKey, patientId, kanji, kana, birthDate } = this.entry(start + other)
      return { patientKey, patientId, kanji, kana, birthDate, same }
    })
    return { patients: patients.filter(isConfusable), total: found.length }
  }

  /** Records of one number are two until a person says otherwise: told beside, never joined. */
  sameNumber(row: number): SameNumberElsewhere[] {
    const { sources } = this.about
    const own = this.entry(row)
    if (own.patientId === '' || !sources[own.source]?.sharesNumbers || sources.length === 1) return []
    return rowsOfNumber(this, own.patientId)
      .map((other) => this.entry(other))
      .filter(({ source }) => source !== own.source && sources[source]?.sharesNumbers)
      .map((patient) => ({
        patient,
        match: compareIdentity(own, patient),
        writtenOtherwise: patient.patientId !== own.patientId,
      }))
  }

  /** Birth dates as the finder reads them: `YYYYMMDD`. */
  #dashless(): ConstructorParameters<typeof SameFinder>[0] {
    const { table } = this
    return { ...table, birthDate: withoutDashes(table.birthDate) }
  }
}

const withoutDashes = (column: TextColumn): Pick<TextColumn, 'get'> => ({
  get: (row) => column.get(row).replace(/-/g, ''),
})
