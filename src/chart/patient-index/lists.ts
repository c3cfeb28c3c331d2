/** Lists out of the index: who is in hospital, by ward, and who is expected on a day. */
import { INTAKE_PROBLEM_SEVERITY, type IntakeProblemCode } from '#intake'
import { PROBLEM_SEVERITY } from '#ssmix2'
import type { ProblemCode, StayNote } from '#ssmix2'
import type { DateText } from '../model.ts'
import { type PlaceNow, replayStay } from '../stay.ts'
import type { Booking } from './unit-entry.ts'

export interface Inpatient {
  /** Of the index. */
  readonly row: number
  readonly place: PlaceNow
  /** The next discharge and move that are planned, from the day of the as-of on. */
  readonly dischargePlanned?: DateText
  readonly transferPlanned?: { readonly at: DateText; readonly ward?: string }
}

export interface Ward {
  /** '' where the records name none. */
  readonly name: string
  /** By room and bed. */
  readonly patients: readonly Inpatient[]
}

export interface WardList {
  /** By name; patients without a ward last. */
  readonly wards: readonly Ward[]
  readonly total: number
  /** Admission records that could not be read or belong to somebody else: somebody may be missing or in the wrong bed. */
  readonly unreadable: number
}

export interface ExpectedPatient extends Omit<Booking, 'by'> {
  readonly row: number
  /** `admission`: a planned admission out of the admission records. */
  readonly by: Booking['by'] | 'admission'
}

const inOrder = new Intl.Collator('ja', { numeric: true })

/** @param staysOf admission records of each patient row that has any */
export function wardsOf(staysOf: ReadonlyMap<number, readonly StayNote[]>, asOf: DateText): Ward[] {
  const inpatients = [...staysOf].flatMap(([row, stays]) => inpatient(row, stays, asOf) ?? [])
  const byWard = Map.groupBy(inpatients, ({ place }) => place.ward ?? '')
  return [...byWard]
    .map(([name, patients]) => ({ name, patients: patients.toSorted(byBed) }))
    .toSorted((a, b) => Number(a.name === '') - Number(b.name === '') || inOrder.compare(a.name, b.name))
}

function inpatient(row: number, stays: readonly StayNote[], asOf: DateText): Inpatient | undefined {
  const stay = replayStay(stays, asOf)
  if (!stay) return undefined
  const planned = (event: StayNote['event']) =>
    stays.filter((s) => s.event === event && s.at >= asOf.slice(0, 10)).toSorted((a, b) => (a.at < b.at ? -1 : 1))[0]
  const discharge = planned('discharge-planned')
  const transfer = planned('transfer-planned')
  return {
    row,
    place: stay.now,
    ...(discharge && { dischargePlanned: discharge.at }),
    ...(transfer && { transferPlanned: { at: transfer.at, ...(transfer.ward && { ward: transfer.ward }) } }),
  }
}

function byBed(a: Inpatient, b: Inpatient): number {
  return (
    inOrder.compare(a.place.room ?? '', b.place.room ?? '') ||
    inOrder.compare(a.place.bed ?? '', b.place.bed ?? '') ||
    a.row - b.row
  )
}

/** Everybody who is expected, by time; the same appointment out of two records once. */
export function expectedOf(
  bookings: Iterable<readonly [row: number, bookings: readonly Booking[]]>,
  stays: ReadonlyMap<number, readonly StayNote[]>,
): ExpectedPatient[] {
  const found = new Map<string, ExpectedPatient>()
  const add = (expected: ExpectedPatient) => {
    const { row, start, department = '', text = '', by } = expected
    found.set([row, start, department, text, by].join('\0'), expected)
  }
  for (const [row, booked] of bookings) for (const booking of booked) add({ row, ...booking })
  for (const [row, notes] of stays)
    for (const { event, at, department, ward } of notes)
      if (event === 'admission-planned')
        add({ row, start: at, by: 'admission', ...(department && { department }), ...(ward && { text: ward }) })
  return [...found.values()].toSorted((a, b) => (a.start === b.start ? a.row - b.row : a.start < b.start ? -1 : 1))
}

/** Admission records among the problems that keep a record from being shown. */
export function isUnreadStay({ code, path }: { readonly code: string; readonly path: string }): boolean {
  if (PROBLEM_SEVERITY[code as ProblemCode] === 'stop') return /(?:^|\/)ADT-[2-5]\d\//.test(path)
  return /(?:^|[/(])Encounter\b/.test(path) && INTAKE_PROBLEM_SEVERITY[code as IntakeProblemCode] !== 'notice'
}
