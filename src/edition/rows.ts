/** Patients of all sources as the rows of one edition: whose come first, and on which lists they stand. */
import { addDays, institutionDate } from '#base'
import { type PatientEntry, type PatientIndex, rowsOfNumber } from '#chart'
import type { EditionKind, PatientList } from './format/index.ts'
import type { SourceOrder } from './order.ts'

/** Who is expected that long after the backup counts as booked. */
const BOOKED_DAYS = 14

/** One source's patients lie together, in the order of its own index. */
export class Rows {
  readonly sources: readonly SourceOrder[]
  readonly size: number
  readonly #starts: readonly number[]

  constructor(sources: readonly SourceOrder[]) {
    let size = 0
    this.#starts = sources.map(({ index }) => {
      const start = size
      size += index.size
      return start
    })
    this.sources = sources
    this.size = size
  }

  row(source: number, own: number): number {
    return this.#starts[source]! + own
  }

  /** Source and row in its own index. */
  place(row: number): { readonly source: number; readonly own: number } {
    const source = this.#starts.findLastIndex((start) => start <= row)
    return { source, own: row - this.#starts[source]! }
  }

  entry(row: number): PatientEntry {
    const { source, own } = this.place(row)
    return this.sources[source]!.index.entry(own)
  }

  /** Who is in hospital or booked, then newest care: whoever was here last week is likelier to come than last year's. */
  inOrder(first: ReadonlySet<number>): number[] {
    const others = Array.from({ length: this.size }, (_, row) => row)
      .filter((row) => !first.has(row))
      .map((row) => ({ row, last: this.entry(row).lastCareDate }))
      .toSorted((a, b) => (a.last < b.last ? 1 : a.last > b.last ? -1 : a.row - b.row))
    return [...first, ...others.map(({ row }) => row)]
  }

  /** Who is on a list, and records of the same number elsewhere: a scan is of use where the chart is. */
  first(lists: readonly PatientList[]): Set<number> {
    const listed = lists.flatMap(({ rows }) => rows.map(({ row }) => row))
    return new Set([...listed, ...listed.flatMap((row) => this.#sameNumber(row))])
  }

  #sameNumber(row: number): number[] {
    const { source } = this.place(row)
    const { patientId } = this.entry(row)
    if (patientId === '' || !this.sources[source]!.sharesNumbers) return []
    return this.sources.flatMap(({ sharesNumbers, index }, other) =>
      other === source || !sharesNumbers ? [] : rowsOfNumber(index, patientId).map((own) => this.row(other, own)),
    )
  }

  /** Wards as the records tell them, and who is expected in the two weeks after; wards not for reception. */
  lists(kind: EditionKind): PatientList[] {
    const ofEach = this.sources.map(({ index }, source) => [
      ...(kind === 'care' ? this.#wards(index, source) : []),
      ...this.#bookings(index, source, kind === 'care'),
    ])
    const rank = ({ kind: which, title }: PatientList) => (which === 'ward' ? '' : title)
    return ofEach.flat().toSorted((a, b) => (rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : 0))
  }

  #wards(index: PatientIndex, source: number): PatientList[] {
    return index.inpatients().wards.map(({ name, patients }) => ({
      kind: 'ward',
      source,
      title: name,
      rows: patients.map(({ row, place }) => ({
        row: this.row(source, row),
        note: place.room ?? '',
        ...(place.bed && { bed: place.bed }),
      })),
    }))
  }

  #bookings(index: PatientIndex, source: number, seesStays: boolean): PatientList[] {
    const day = institutionDate(index.asOf)
    return Array.from({ length: BOOKED_DAYS }, (_, n) => addDays(day, n))
      .map((title) => ({
        title,
        expected: index.bookings(title).filter(({ by }) => by === 'appointment' || seesStays),
      }))
      .filter(({ expected }) => expected.length > 0)
      .map(({ title, expected }) => ({
        kind: 'booking',
        source,
        title,
        rows: expected.map(({ row, start, department }) => ({
          row: this.row(source, row),
          note: [start.slice(11, 16), department].filter(Boolean).join(' '),
        })),
      }))
  }
}
