/**
 * All patients of one generation, in memory: made from the sealed index, never written in the clear. Rows of the unit
 * table are joined to patients here, because a storage may be split over several roots (by period, by kind of record)
 * and each holds a part of the same patient.
 */
import type { EpochMs } from '#base'
import type { ByteRange } from '#intake'
import { facilityId } from '#ssmix2'
import type { StayNote } from '#ssmix2'
import type { DateText, SameWhat, SimilarPatient } from '../model.ts'
import { dateText, localTime } from '../date-text.ts'
import type { TextColumn } from './columns.ts'
import { type ExportPlace, readPlace } from '../intake/export-place.ts'
import { type ExpectedPatient, expectedOf, isUnreadStay, type WardList, wardsOf } from './lists.ts'
import { NO_PATIENT } from '../search/search.ts'
import { SameFinder } from './same.ts'
import { FILE_STATES, type FileCounts, PATIENT_ROW, type UnitEntry } from './unit-entry.ts'
import {
  bookingsAt,
  countsAt,
  holdingsAt,
  identityAt,
  kindsAt,
  problemsAt,
  staysAt,
  unitEntryAt,
  type UnitTable,
} from './unit-table.ts'

/** One patient as lists and headers show them. */
export interface PatientEntry {
  /** Facility and id: the same in every generation of a source. Patient data: not for addresses or logs. */
  readonly patientKey: string
  readonly patientId: string
  readonly kanji: string
  readonly kana: string
  /** '' where not recorded. */
  readonly birthDate: DateText
  readonly sex: 'male' | 'female' | 'other' | 'unknown'
  readonly deceased: boolean
  /** False where no readable ADT-00 gives a name: only the id is known. */
  readonly identified: boolean
  readonly lastCareDate: DateText
  readonly units: readonly string[]
  /** Current records by data kind; extended storage as `ext:<code>^<name>`. */
  readonly kinds: Readonly<Record<string, number>>
  readonly counts: FileCounts
}

/** A file that is not shown as it should be, for the list of problems. */
export interface IndexedProblem {
  readonly code: string
  readonly path: string
  /** Absent where the file lies in no patient's folder. */
  readonly patientKey?: string
}

export interface PatientHolding {
  readonly path: string
  readonly surveyId: string
  /** Its number in the file's survey. */
  readonly patient: number
}

export class PatientIndex {
  readonly generationId: string
  readonly asOf: EpochMs
  /** Number of patients; rows are 0 … size - 1 in reading order. */
  readonly size: number
  readonly table: UnitTable
  /** Patient of each unit row; NO_PATIENT for units that are nobody's. */
  readonly patientOf: Uint32Array
  /** Unit rows of patient p: unitRows[starts[p]] … unitRows[starts[p + 1]]. */
  readonly #starts: Uint32Array
  readonly #unitRows: Uint32Array
  readonly #rowOfKey = new Map<string, number>()
  /** The unit row that names the patient: of the newest ADT-00. */
  readonly identityRow: Uint32Array
  readonly #same: SameFinder
  readonly #soleFacility: string
  #kindTotals: ReadonlyMap<string, number> | undefined
  #shared: ReadonlyMap<string, number> | undefined
  #stayNotes: ReadonlyMap<number, readonly StayNote[]> | undefined
  #wards: WardList | undefined
  #expected: readonly ExpectedPatient[] | undefined

  constructor(generationId: string, asOf: EpochMs, table: UnitTable) {
    this.generationId = generationId
    this.asOf = asOf
    this.table = table
    this.#soleFacility = soleFacility(table)
    this.patientOf = this.#join()
    this.size = this.#rowOfKey.size
    ;[this.#starts, this.#unitRows] = this.#unitsByPatient()
    this.identityRow = this.#newestIdentities()
    this.#same = new SameFinder(table, this.identityRow)
  }

  rowOf(patientKey: string): number | undefined {
    return this.#rowOfKey.get(patientKey)
  }

  patientKeys(): Iterable<string> {
    return this.#rowOfKey.keys()
  }

  entry(row: number): PatientEntry {
    const named = this.identityRow[row]!
    const identity = identityAt(this.table, named)
    return {
      patientKey: this.#keyOf(named),
      patientId: this.table.patientId.get(named),
      kanji: identity?.kanji ?? '',
      kana: identity?.kana ?? '',
      birthDate: this.birthDateOf(row),
      sex: SEX[identity?.sex ?? ''] ?? 'unknown',
      deceased: identity?.dead ?? false,
      identified: identity !== undefined,
      ...this.#careOf(row),
    }
  }

  /** What {@link entry} says of it, without the rest. */
  birthDateOf(row: number): DateText {
    return dateText(identityAt(this.table, this.identityRow[row]!)?.birthDate ?? '')
  }

  /** YYYYMMDD of each patient; 00 for a month or day that is not recorded, 0 for no date. */
  get birthDates(): Uint32Array {
    return this.#same.birthDates
  }

  /** In what this patient could be taken for somebody else, over the whole index. */
  sameAs(row: number): SameWhat[] {
    return this.#same.flags(row)
  }

  /** Who that is: same name first, then reading, twins, birth date; at most `limit`. */
  similarTo(row: number, limit = 20): { patients: SimilarPatient[]; total: number } {
    const found = this.#same.find(row)
    return {
      total: found.length,
      patients: found.slice(0, limit).map(({ row: other, same }) => {
        const { patientKey, patientId, kanji, kana, birthDate } = this.entry(other)
        return { patientKey, patientId, kanji, kana, birthDate, same }
      }),
    }
  }

  /** Current records of the whole generation by data kind: what this source writes at all. Counted once. */
  kindTotals(): ReadonlyMap<string, number> {
    this.#kindTotals ??= totalsOf(this.table)
    return this.#kindTotals
  }

  /** Sums of all units. They add up to the number of files. */
  counts(): FileCounts {
    return sumCounts(
      this.table,
      Array.from({ length: this.table.rows }, (_, row) => row),
    )
  }

  /** Who was in hospital when the backup began, by the admission records. Worked out once. */
  inpatients(): WardList {
    if (!this.#wards) {
      const wards = wardsOf(this.#stays, localTime(this.asOf))
      const unreadable = [...this.problems()].filter(isUnreadStay).length
      this.#wards = { wards, total: wards.reduce((sum, { patients }) => sum + patients.length, 0), unreadable }
    }
    return this.#wards
  }

  /** Whether the source writes appointments or announces visits at all. */
  get hasBookings(): boolean {
    return this.#allExpected().length > 0
  }

  /** Who is expected on a day (`YYYY-MM-DD`), by time. */
  bookings(day: string): ExpectedPatient[] {
    return this.#allExpected().filter(({ start }) => start.startsWith(day))
  }

  *problems(): Iterable<IndexedProblem> {
    const { problemRows, problemCodes, problemPaths } = this.table
    for (let i = 0; i < problemRows.length; i++) {
      const patient = this.patientOf[problemRows[i]!]!
      const found = { code: problemCodes.get(i), path: problemPaths.get(i) }
      yield patient === NO_PATIENT ? found : { ...found, patientKey: this.#keyOf(this.identityRow[patient]!) }
    }
  }

  problemsOf(row: number): IndexedProblem[] {
    const patientKey = this.#keyOf(this.identityRow[row]!)
    return this.#unitsOf(row).flatMap((unit) => problemsAt(this.table, unit).map((p) => ({ ...p, patientKey })))
  }

  /** Of a source without SS-MIX2: where the patient's records lie. */
  holdings(row: number): PatientHolding[] {
    const { filePaths, fileSurveys } = this.table
    return this.#unitsOf(row).flatMap((unit) =>
      holdingsAt(this.table, unit).map(({ file, patient }) => ({
        path: filePaths.get(file),
        surveyId: fileSurveys.get(file),
        patient,
      })),
    )
  }

  /** Of complete exports of tables: where each stands in the order of its table, by path. */
  exports(): Map<string, ExportPlace> {
    const { filePaths, fileExports } = this.table
    const places = new Map<string, ExportPlace>()
    fileExports.forEachRowWith('[', (file) => places.set(filePaths.get(file), readPlace(fileExports.get(file))))
    return places
  }

  /** Where a record lies that is nobody's, by a name that others call it by. */
  shared(name: string): { path: string; range: ByteRange } | undefined {
    this.#shared ??= new Map(
      Array.from({ length: this.table.sharedPlaces.length / 3 }, (_, i) => [this.table.sharedNames.get(i), i]),
    )
    const at = this.#shared.get(name)
    if (at === undefined) return undefined
    const [file, start, end] = this.table.sharedPlaces.subarray(3 * at, 3 * at + 3)
    return { path: this.table.filePaths.get(file!), range: [start!, end!] }
  }

  /** Unit rows by path, for the incremental build. */
  unitEntries(): Map<string, () => UnitEntry> {
    const entries = new Map<string, () => UnitEntry>()
    for (let row = 0; row < this.table.rows; row++)
      entries.set(this.table.unitPath.get(row), () => unitEntryAt(this.table, row))
    return entries
  }

  /** Signature of every unit, to know without decoding which are unchanged. */
  signatureOf(): Map<string, string> {
    const signatures = new Map<string, string>()
    for (let row = 0; row < this.table.rows; row++)
      signatures.set(this.table.unitPath.get(row), this.table.signature.get(row))
    return signatures
  }

  #allExpected(): readonly ExpectedPatient[] {
    this.#expected ??= expectedOf(this.#byPatient(this.table.bookings, bookingsAt), this.#stays)
    return this.#expected
  }

  get #stays(): ReadonlyMap<number, readonly StayNote[]> {
    this.#stayNotes ??= this.#byPatient(this.table.stays, staysAt)
    return this.#stayNotes
  }

  /** What the units of each patient hold in a column of lists; patients without any are left out. */
  #byPatient<T>(column: TextColumn, at: (table: UnitTable, unit: number) => T[]): Map<number, T[]> {
    const found = new Map<number, T[]>()
    for (let unit = 0; unit < this.table.rows; unit++) {
      const patient = this.patientOf[unit]!
      if (patient === NO_PATIENT || column.equals(unit, '')) continue
      found.set(patient, [...(found.get(patient) ?? []), ...at(this.table, unit)])
    }
    return found
  }

  /** Same id in two institutions is two people; volumes of one institution (a root without its number) join. */
  #keyOf(unit: number): string {
    const path = this.table.unitPath.get(unit)
    if (path.startsWith(PATIENT_ROW)) return path.slice(PATIENT_ROW.length)
    const id = this.table.patientId.get(unit)
    return id === '' ? '' : `${facilityId(this.table.root.get(unit)) ?? this.#soleFacility}|${id}`
  }

  #careOf(row: number): Pick<PatientEntry, 'lastCareDate' | 'units' | 'kinds' | 'counts'> {
    const units = this.#unitsOf(row)
    const kinds: Record<string, number> = {}
    for (const unit of units) for (const [kind, n] of kindsAt(this.table, unit)) kinds[kind] = (kinds[kind] ?? 0) + n
    const last = Math.max(...units.map((unit) => this.table.lastCareDate[unit]!))
    return {
      lastCareDate: last === 0 ? '' : dateText(String(last)),
      units: units.map((unit) => this.table.unitPath.get(unit)),
      kinds,
      counts: sumCounts(this.table, units),
    }
  }

  #unitsOf(row: number): number[] {
    return [...this.#unitRows.subarray(this.#starts[row], this.#starts[row + 1])]
  }

  #join(): Uint32Array {
    const patientOf = new Uint32Array(this.table.rows)
    for (let row = 0; row < this.table.rows; row++) {
      const key = this.#keyOf(row)
      if (key === '') patientOf[row] = NO_PATIENT
      else {
        const patient = this.#rowOfKey.get(key) ?? this.#rowOfKey.size
        if (patient === this.#rowOfKey.size) this.#rowOfKey.set(key, patient)
        patientOf[row] = patient
      }
    }
    return patientOf
  }

  #unitsByPatient(): [Uint32Array, Uint32Array] {
    const starts = new Uint32Array(this.size + 1)
    for (const patient of this.patientOf) if (patient !== NO_PATIENT) starts[patient + 1]!++
    for (let p = 0; p < this.size; p++) starts[p + 1]! += starts[p]!
    const next = starts.slice()
    const rows = new Uint32Array(starts[this.size]!)
    this.patientOf.forEach((patient, row) => {
      if (patient !== NO_PATIENT) rows[next[patient]!++] = row
    })
    return [starts, rows]
  }

  #newestIdentities(): Uint32Array {
    const newest = new Uint32Array(this.size)
    for (let p = 0; p < this.size; p++) {
      let best = this.#unitRows[this.#starts[p]!]!
      for (let i = this.#starts[p]! + 1; i < this.#starts[p + 1]!; i++) {
        const row = this.#unitRows[i]!
        if (this.table.identityAt.get(row) > this.table.identityAt.get(best)) best = row
      }
      newest[p] = best
    }
    return newest
  }
}

/** HL7 table 0001 as SS-MIX2 uses it. */
const SEX: Readonly<Record<string, PatientEntry['sex']>> = { M: 'male', F: 'female', O: 'other', A: 'other' }

/** The one institution that is named anywhere, or '': a volume that does not name it belongs to it. */
function soleFacility(table: UnitTable): string {
  const roots = new Set(Array.from({ length: table.rows }, (_, row) => table.root.get(row)))
  const named = new Set([...roots].flatMap((root) => facilityId(root) ?? []))
  return named.size === 1 ? [...named][0]! : ''
}

function totalsOf({ kindNames, kindIds, kindCounts }: UnitTable): ReadonlyMap<string, number> {
  const totals = new Map<number, number>()
  for (let i = 0; i < kindIds.length; i++) totals.set(kindIds[i]!, (totals.get(kindIds[i]!) ?? 0) + kindCounts[i]!)
  return new Map([...totals].map(([id, count]) => [kindNames.get(id), count]))
}

function sumCounts(table: UnitTable, units: readonly number[]): FileCounts {
  const sums = Object.fromEntries(FILE_STATES.map((state) => [state, 0])) as Record<
    (typeof FILE_STATES)[number],
    number
  >
  for (const unit of units) {
    const counts = countsAt(table, unit)
    for (const state of FILE_STATES) sums[state] += counts[state]
  }
  return sums
}
