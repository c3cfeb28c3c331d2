/** Gathers what a file says of each patient while it is gone through. */
import type { Booking, ByteRange, RecordVersion, SurveyedIdentity, SurveyedPatient, SurveyedStay } from './format.ts'

interface Gathered {
  readonly names: Set<string>
  identity: SurveyedIdentity | undefined
  readonly ranges: [number, number][]
  readonly counts: Record<string, number>
  lastCareDate: string
  readonly bookings: Booking[]
  readonly stays: SurveyedStay[]
  readonly changed: Map<string, number>
}

/** A record of one patient. */
export interface GatheredRecord {
  readonly range: ByteRange
  readonly kind: string
  /** `YYYY-MM-DD…`, or ''. */
  readonly careDate?: string
  readonly identity?: SurveyedIdentity
  readonly booking?: Booking
  readonly stays?: readonly SurveyedStay[]
  /** Of a record that lists are made of, also where it says nothing (any more). */
  readonly version?: RecordVersion
}

export class PatientGatherer {
  readonly #byName = new Map<string, Gathered>()
  readonly #all = new Set<Gathered>()

  /** @param names of the patient, at least one; two that were apart become one where a record names both */
  add(names: readonly string[], record: GatheredRecord): void {
    const patient = this.#find(names)
    const [start, end] = record.range
    const last = patient.ranges.at(-1)
    // A row or receipt gives several records: its bytes are there once.
    if (last && last[1] === start) last[1] = end
    else if (!last || start < last[0] || end > last[1]) patient.ranges.push([start, end])
    patient.counts[record.kind] = (patient.counts[record.kind] ?? 0) + 1
    const day = record.careDate?.slice(0, 10) ?? ''
    if (day.length === 10 && day > patient.lastCareDate) patient.lastCareDate = day
    if (record.booking) patient.bookings.push(record.booking)
    patient.stays.push(...(record.stays ?? []))
    if (record.version) setNewest(patient.changed, record.version)
    if (record.identity && record.identity.recordedAt >= (patient.identity?.recordedAt ?? ''))
      patient.identity = record.identity
  }

  #find(names: readonly string[]): Gathered {
    const [first, ...others] = new Set(names.flatMap((name) => this.#byName.get(name) ?? []))
    const patient = first ?? this.#new()
    for (const other of others) this.#join(patient, other)
    for (const name of names) {
      patient.names.add(name)
      this.#byName.set(name, patient)
    }
    return patient
  }

  #new(): Gathered {
    const patient: Gathered = {
      names: new Set(),
      identity: undefined,
      ranges: [],
      counts: {},
      lastCareDate: '',
      bookings: [],
      stays: [],
      changed: new Map(),
    }
    this.#all.add(patient)
    return patient
  }

  #join(into: Gathered, other: Gathered): void {
    this.#all.delete(other)
    for (const name of other.names) {
      into.names.add(name)
      this.#byName.set(name, into)
    }
    if (!into.identity || (other.identity && other.identity.recordedAt >= into.identity.recordedAt))
      into.identity = other.identity ?? into.identity
    into.ranges.push(...other.ranges)
    into.ranges.sort(([a], [b]) => a - b)
    for (const [kind, count] of Object.entries(other.counts)) into.counts[kind] = (into.counts[kind] ?? 0) + count
    if (other.lastCareDate > into.lastCareDate) into.lastCareDate = other.lastCareDate
    into.bookings.push(...other.bookings)
    into.stays.push(...other.stays)
    for (const version of other.changed) setNewest(into.changed, version)
  }

  result(): SurveyedPatient[] {
    return [...this.#all].map((patient) => ({
      names: [...patient.names],
      ...(patient.identity && { identity: patient.identity }),
      ranges: patient.ranges,
      counts: patient.counts,
      ...(patient.lastCareDate && { lastCareDate: patient.lastCareDate }),
      ...(patient.bookings.length > 0 && { bookings: patient.bookings }),
      ...(patient.stays.length > 0 && { stays: patient.stays }),
      ...(patient.changed.size > 0 && { changed: Object.fromEntries(patient.changed) }),
    }))
  }
}

function setNewest(changed: Map<string, number>, [name, at]: RecordVersion): void {
  changed.set(name, Math.max(at, changed.get(name) ?? at))
}
