/** Where a patient was at an instant, by replaying admission records up to it: one rule for the chart and for the list of wards. */
import { defined } from './build/read.ts'
import type { DateText } from './model.ts'
import type { EncounterEvent } from './model-clinical.ts'

/** What replaying needs of a record. `at` '' = no time at all: it is left out. */
export interface StayRecord {
  readonly event: EncounterEvent
  readonly at: DateText
  readonly ward?: string
  readonly room?: string
  readonly bed?: string
  readonly department?: string
  readonly doctor?: string
}

export interface PlaceNow {
  readonly admittedOn?: DateText
  readonly ward?: string
  readonly room?: string
  readonly bed?: string
  readonly department?: string
  readonly doctor?: string
  /** Away overnight or on leave (外泊) by the last record. */
  readonly onLeave: boolean
}

export interface ReplayedStay<R> {
  readonly now: PlaceNow
  /** Admission, moves and leaves of this stay, oldest first. */
  readonly moves: readonly R[]
  /** The record that the place is from. */
  readonly placedBy: R | undefined
}

/** Within one minute: first out of the old state, then into the new one. */
const SAME_TIME_ORDER: readonly EncounterEvent[] = [
  'discharge',
  'admission',
  'transfer',
  'doctor-change',
  'leave',
  'return',
]

/** The stay that holds at `asOf`; undefined where the patient was not in hospital by the records. */
export function replayStay<R extends StayRecord>(records: readonly R[], asOf: DateText): ReplayedStay<R> | undefined {
  const past = records.filter(({ at }) => at !== '' && at <= asOf.slice(0, at.length)).toSorted(byTime)
  const discharged = past.findLastIndex(({ event }) => event === 'discharge')
  const admitted = past.findLastIndex(({ event }) => event === 'admission')
  // A move after the last discharge shows a stay even where its admission is not in the storage.
  const stay = past.slice(Math.max(discharged + 1, admitted)).filter((e) => isMove(e) || e.event === 'doctor-change')
  const moves = stay.filter(isMove)
  if (moves.length === 0) return undefined
  const placed = stay.filter(({ event }) => event === 'admission' || event === 'transfer' || event === 'return')
  const placedBy = placed.findLast(({ ward }) => ward !== undefined) ?? placed.at(-1)
  return { now: placeNow(stay, placedBy), moves, placedBy }
}

function byTime(a: StayRecord, b: StayRecord): number {
  if (a.at !== b.at) return a.at < b.at ? -1 : 1
  return SAME_TIME_ORDER.indexOf(a.event) - SAME_TIME_ORDER.indexOf(b.event)
}

function isMove({ event }: StayRecord): boolean {
  return event === 'admission' || event === 'transfer' || event === 'leave' || event === 'return'
}

/** The last place that was recorded; department and doctor by the newest record that names one. */
function placeNow(stay: readonly StayRecord[], placedBy: StayRecord | undefined): PlaceNow {
  const newest = (key: 'department' | 'doctor') => stay.findLast((record) => record[key] !== undefined)?.[key]
  return defined<PlaceNow>({
    admittedOn: stay.find(({ event }) => event === 'admission')?.at,
    ward: placedBy?.ward,
    room: placedBy?.room,
    bed: placedBy?.bed,
    department: newest('department'),
    doctor: newest('doctor'),
    onLeave: stay.findLast(({ event }) => event === 'leave' || event === 'return')?.event === 'leave',
  })
}
