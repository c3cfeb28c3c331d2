/** The index's payload: one row per unit, in columns. Rows lie in reading order (folded kana, then id). */
import type { FileState, Identity, Problem, ProblemCode, StayNote } from '#ssmix2'
import { foldLoosely, foldName, foldPatientId } from '../search/fold.ts'
import { ColumnReader, ColumnWriter, type TextColumn } from './columns.ts'
import { type Booking, FILE_STATES, type FoldedKeys, type Holding, type UnitEntry } from './unit-entry.ts'

/** The table in memory. Text columns have one row per unit. */
export interface UnitTable {
  readonly rows: number
  readonly unitPath: TextColumn
  readonly signature: TextColumn
  readonly root: TextColumn
  readonly patientId: TextColumn
  readonly kanji: TextColumn
  readonly kana: TextColumn
  readonly birthDate: TextColumn
  readonly sex: TextColumn
  readonly identityAt: TextColumn
  readonly idKey: TextColumn
  readonly nameKey: TextColumn
  readonly kanaKey: TextColumn
  readonly looseKey: TextColumn
  /** JSON of the admission records and the bookings, '' for none: few rows have any, and all of them are read at once. */
  readonly stays: TextColumn
  readonly bookings: TextColumn
  /** 0, or YYYYMMDD of the last care date. */
  readonly lastCareDate: Uint32Array
  /** Bit 0: has an identity; bit 1: recorded as deceased. */
  readonly flags: Uint32Array
  /** FILE_STATES.length numbers per row. */
  readonly counts: Uint32Array
  /** Kinds of row r: entries kindStarts[r] … kindStarts[r + 1]. */
  readonly kindNames: TextColumn
  readonly kindStarts: Uint32Array
  readonly kindIds: Uint32Array
  readonly kindCounts: Uint32Array
  readonly problemRows: Uint32Array
  readonly problemCodes: TextColumn
  readonly problemPaths: TextColumn
  /** Per row `file:patient …` in base 36; '' in SS-MIX2 storages, which have none of the following. */
  readonly holdings: TextColumn
  readonly filePaths: TextColumn
  readonly fileSurveys: TextColumn
  /** How each stands among the complete exports of its table (intake/export-place.ts), or empty. */
  readonly fileExports: TextColumn
  readonly sharedNames: TextColumn
  /** Three numbers per name: file, start, end; a name's place beyond 4 GiB does not fit and is left out. */
  readonly sharedPlaces: Uint32Array
}

const TEXTS = [
  'unitPath',
  'signature',
  'root',
  'patientId',
  'kanji',
  'kana',
  'birthDate',
  'sex',
  'identityAt',
  'idKey',
  'nameKey',
  'kanaKey',
  'looseKey',
  'stays',
  'bookings',
] as const

interface Keyed extends FoldedKeys {
  readonly entry: UnitEntry
}

/** Folding happens here, once per build, so that opening an index is only copying (a third to half of the unlock time). */
export function encodeUnits(entries: readonly UnitEntry[], intake: IntakeColumns = NO_INTAKE): Uint8Array {
  const rows = entries.map(keyed).sort(byReading)
  const writer = new ColumnWriter()
  for (const name of TEXTS) writer.text(name, rows.map(TEXT_OF[name]))
  writer.numbers(
    'lastCareDate',
    Uint32Array.from(rows, ({ entry }) => Number(entry.lastCareDate) || 0),
  )
  writer.numbers(
    'flags',
    Uint32Array.from(rows, ({ entry }) => flagsOf(entry.identity)),
  )
  writer.numbers(
    'counts',
    Uint32Array.from(rows.flatMap(({ entry }) => FILE_STATES.map((state) => entry.counts[state]))),
  )
  writeKinds(writer, rows)
  writeProblems(writer, rows)
  writeIntake(writer, rows, intake)
  return writer.finish(rows.length)
}

export function decodeUnits(payload: Uint8Array): UnitTable {
  const reader = new ColumnReader(payload)
  const kindCount = reader.numbers('kindCount')[0] ?? 0
  const problemRows = reader.numbers('problemRows')
  const counts = reader.numbers('fileCount')
  const sharedPlaces = reader.numbers('sharedPlaces')
  const texts = Object.fromEntries(TEXTS.map((name) => [name, reader.text(name)])) as Record<
    (typeof TEXTS)[number],
    TextColumn
  >
  return {
    rows: reader.rows,
    ...texts,
    lastCareDate: reader.numbers('lastCareDate'),
    flags: reader.numbers('flags'),
    counts: reader.numbers('counts'),
    kindNames: reader.text('kindNames', kindCount),
    kindStarts: reader.numbers('kindStarts'),
    kindIds: reader.numbers('kindIds'),
    kindCounts: reader.numbers('kindCounts'),
    problemRows,
    problemCodes: reader.text('problemCodes', problemRows.length),
    problemPaths: reader.text('problemPaths', problemRows.length),
    holdings: reader.text('holdings'),
    filePaths: reader.text('filePaths', counts[0]),
    fileSurveys: reader.text('fileSurveys', counts[0]),
    fileExports: reader.text('fileExports', counts[0]),
    sharedNames: reader.text('sharedNames', sharedPlaces.length / 3),
    sharedPlaces,
  }
}

/** One row as an entry again: what the next generation's index takes over for an unchanged unit. */
export function unitEntryAt(table: UnitTable, row: number): UnitEntry {
  const lastCareDate = table.lastCareDate[row]!
  return {
    unitPath: table.unitPath.get(row),
    signature: table.signature.get(row),
    root: table.root.get(row),
    patientId: table.patientId.get(row),
    identity: identityAt(table, row),
    identityAt: table.identityAt.get(row),
    lastCareDate: lastCareDate === 0 ? '' : String(lastCareDate),
    kinds: new Map(kindsAt(table, row)),
    counts: countsAt(table, row),
    problems: problemsAt(table, row),
    stays: staysAt(table, row),
    bookings: bookingsAt(table, row),
    keys: {
      idKey: table.idKey.get(row),
      nameKey: table.nameKey.get(row),
      kanaKey: table.kanaKey.get(row),
      looseKey: table.looseKey.get(row),
    },
  }
}

export function staysAt(table: UnitTable, row: number): StayNote[] {
  const json = table.stays.get(row)
  return json === '' ? [] : (JSON.parse(json) as StayNote[])
}

export function bookingsAt(table: UnitTable, row: number): Booking[] {
  const json = table.bookings.get(row)
  return json === '' ? [] : (JSON.parse(json) as Booking[])
}

export function identityAt(table: UnitTable, row: number): Identity | undefined {
  const flags = table.flags[row]!
  if ((flags & 1) === 0) return undefined
  return {
    patientId: table.patientId.get(row),
    kanji: table.kanji.get(row),
    kana: table.kana.get(row),
    birthDate: table.birthDate.get(row),
    sex: table.sex.get(row),
    dead: (flags & 2) !== 0,
  }
}

export function kindsAt(table: UnitTable, row: number): [string, number][] {
  const kinds: [string, number][] = []
  for (let i = table.kindStarts[row]!; i < table.kindStarts[row + 1]!; i++)
    kinds.push([table.kindNames.get(table.kindIds[i]!), table.kindCounts[i]!])
  return kinds
}

export function countsAt(table: UnitTable, row: number): Record<FileState, number> {
  const at = row * FILE_STATES.length
  return Object.fromEntries(FILE_STATES.map((state, i) => [state, table.counts[at + i]!])) as Record<FileState, number>
}

export function problemsAt(table: UnitTable, row: number): Problem[] {
  const problems: Problem[] = []
  // Problems are rare and lie sorted by row.
  for (let i = firstAtLeast(table.problemRows, row); table.problemRows[i] === row; i++)
    problems.push({ code: table.problemCodes.get(i) as ProblemCode, path: table.problemPaths.get(i) })
  return problems
}

function firstAtLeast(sorted: Uint32Array, value: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sorted[middle]! < value) low = middle + 1
    else high = middle
  }
  return low
}

function keyed(entry: UnitEntry): Keyed {
  if (entry.keys) return { entry, ...entry.keys }
  const { kanji = '', kana = '' } = entry.identity ?? {}
  // Where the reading is missing, a name written in kana is its own reading.
  const reading = kana || kanji
  return {
    entry,
    idKey: foldPatientId(entry.patientId),
    nameKey: foldName(kanji),
    kanaKey: foldName(reading),
    looseKey: foldLoosely(reading),
  }
}

function byReading(a: Keyed, b: Keyed): number {
  if (a.kanaKey !== b.kanaKey) return a.kanaKey < b.kanaKey ? -1 : 1
  if (a.entry.patientId !== b.entry.patientId) return a.entry.patientId < b.entry.patientId ? -1 : 1
  return a.entry.unitPath < b.entry.unitPath ? -1 : 1
}

const TEXT_OF: Record<(typeof TEXTS)[number], (row: Keyed) => string> = {
  unitPath: ({ entry }) => entry.unitPath,
  signature: ({ entry }) => entry.signature,
  root: ({ entry }) => entry.root,
  patientId: ({ entry }) => entry.patientId,
  kanji: ({ entry }) => entry.identity?.kanji ?? '',
  kana: ({ entry }) => entry.identity?.kana ?? '',
  birthDate: ({ entry }) => entry.identity?.birthDate ?? '',
  sex: ({ entry }) => entry.identity?.sex ?? '',
  identityAt: ({ entry }) => entry.identityAt,
  idKey: (row) => row.idKey,
  nameKey: (row) => row.nameKey,
  kanaKey: (row) => row.kanaKey,
  looseKey: (row) => row.looseKey,
  stays: ({ entry }) => jsonOf(entry.stays),
  bookings: ({ entry }) => jsonOf(entry.bookings),
}

const jsonOf = (list: readonly unknown[]): string => (list.length === 0 ? '' : JSON.stringify(list))

function flagsOf(identity: Identity | undefined): number {
  return identity ? 1 | (identity.dead ? 2 : 0) : 0
}

function writeKinds(writer: ColumnWriter, rows: readonly Keyed[]): void {
  const ids = new Map<string, number>()
  const starts = new Uint32Array(rows.length + 1)
  const kindIds: number[] = []
  const counts: number[] = []
  rows.forEach(({ entry }, row) => {
    for (const [kind, count] of entry.kinds) {
      if (!ids.has(kind)) ids.set(kind, ids.size)
      kindIds.push(ids.get(kind)!)
      counts.push(count)
    }
    starts[row + 1] = kindIds.length
  })
  writer
    .text('kindNames', [...ids.keys()])
    .numbers('kindCount', Uint32Array.of(ids.size))
    .numbers('kindStarts', starts)
  writer.numbers('kindIds', Uint32Array.from(kindIds)).numbers('kindCounts', Uint32Array.from(counts))
}

function writeProblems(writer: ColumnWriter, rows: readonly Keyed[]): void {
  const problems = rows.flatMap(({ entry }, row) => entry.problems.map((problem) => ({ row, problem })))
  writer.numbers(
    'problemRows',
    Uint32Array.from(problems, ({ row }) => row),
  )
  writer.text(
    'problemCodes',
    problems.map(({ problem }) => problem.code),
  )
  writer.text(
    'problemPaths',
    problems.map(({ problem }) => problem.path),
  )
}

export interface IntakeColumns {
  readonly files: readonly { readonly path: string; readonly surveyId: string; readonly exported: string }[]
  readonly shared: readonly {
    readonly name: string
    readonly file: number
    readonly range: readonly [number, number]
  }[]
}
const NO_INTAKE: IntakeColumns = { files: [], shared: [] }

function writeIntake(writer: ColumnWriter, rows: readonly Keyed[], { files, shared }: IntakeColumns): void {
  const near = shared.filter(({ range }) => range[1] <= 0xff_ff_ff_ff)
  writer
    .text(
      'holdings',
      rows.map(({ entry }) => (entry.holdings ?? []).map(holdingText).join(' ')),
    )
    .numbers('fileCount', Uint32Array.of(files.length))
    .text(
      'filePaths',
      files.map(({ path }) => path),
    )
    .text(
      'fileSurveys',
      files.map(({ surveyId }) => surveyId),
    )
    .text(
      'fileExports',
      files.map(({ exported }) => exported),
    )
    .text(
      'sharedNames',
      near.map(({ name }) => name),
    )
    .numbers('sharedPlaces', Uint32Array.from(near.flatMap(({ file, range }) => [file, ...range])))
}

const holdingText = ({ file, patient }: Holding): string => `${file.toString(36)}:${patient.toString(36)}`

export function holdingsAt(table: UnitTable, row: number): Holding[] {
  const text = table.holdings.get(row)
  if (text === '') return []
  return text.split(' ').map((one) => {
    const [file, patient] = one.split(':')
    return { file: parseInt(file!, 36), patient: parseInt(patient!, 36) }
  })
}
