/** The sealed index of an edition: who is in it and where their charts lie, in columns that a browser searches. */
import {
  ColumnReader,
  ColumnWriter,
  foldLoosely,
  foldName,
  foldPatientId,
  isConfusable,
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
  readonly patientKey: string
  readonly patientId: string
  readonly kanji: string
  readonly kana: string
  /** '' where not recorded. */
  readonly birthDate: string
  readonly sex: Identity['sex']
  readonly lastCareDate: string
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
const NUMBERS = ['flags', 'disc', 'pack', 'offset', 'length', 'docPack', 'docOffset', 'docLength'] as const
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

/** Who could be taken for another is found once, when the edition is made: it would cost the reader a second. */
function marksOf(
  patients: readonly IndexedPatient[],
  folded: Readonly<Record<'nameKey' | 'kanaKey', readonly string[]>>,
): (row: number) => number {
  const column = (values: readonly string[]) => ({
    get: (row: number) => values[row]!,
    equals: (row: number, value: string) => values[row] === value,
  })
  const finder = new SameFinder(
    {
      kanji: column(patients.map((p) => p.kanji)),
      kana: column(patients.map((p) => p.kana)),
      birthDate: column(patients.map((p) => p.birthDate.replace(/-/g, ''))),
      nameKey: column(folded.nameKey),
      kanaKey: column(folded.kanaKey),
    },
    Uint32Array.from(patients, (_, row) => row),
  )
  return (row) => finder.marks(row)
}

export class EditionIndex implements SearchableIndex<EditionPatient> {
  readonly about: About
  readonly size: number
  readonly table: Readonly<Record<(typeof TEXTS)[number] | (typeof KEYS)[number], TextColumn>>
  readonly patientOf: Uint32Array
  readonly identityRow: Uint32Array
  readonly #numbers: Readonly<Record<(typeof NUMBERS)[number], Uint32Array>>
  readonly #same: SameFinder

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
    this.#same = new SameFinder(this.#dashless(), this.identityRow, marks)
  }

  get birthDates(): Uint32Array {
    return this.#same.birthDates
  }

  entry(row: number): EditionPatient {
    const { table } = this
    const n = this.#numbers
    const at = (pack: Uint32Array, offset: Uint32Array, length: Uint32Array): Location | undefined =>
      pack[row] === NOWHERE ? undefined : { pack: pack[row]!, offset: offset[row]!, length: length[row]! }
    return {
      row,
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
    return this.#same.flags(row)
  }

  /** As the chart names them: names and twins, and how many share anything. */
  similarTo(row: number, limit = 20): Chart['similar'] {
    const found = this.#same.find(row)
    const patients = found.slice(0, limit).map(({ row: other, same }): SimilarPatient => {
      const { patientKey, patientId, kanji, kana, birthDate } = this.entry(other)
      return { patientKey, patientId, kanji, kana, birthDate, same }
    })
    return { patients: patients.filter(isConfusable), total: found.length }
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
