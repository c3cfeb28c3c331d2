/** Collects the records of one patient: numbers orders, knows the doctor, and writes corrections and cancellations. */
import type { EpochMs } from '#base'
import { dateOf, dayOf } from './calendar.ts'
import type { TextStyle } from './encode-text.ts'
import type { Bed, Department, Staff } from './hospital.ts'
import type { Segment } from './hl7-segment.ts'
import type { Situation } from './message-common.ts'
import type { Person } from './person.ts'
import { hash, randomFor } from './random.ts'
import type { Random } from './random.ts'
import type { RecordEvent } from './types.ts'

export const NO_ORDER = '999999999999999'

export interface OrderPlace {
  readonly kind: string
  readonly at: EpochMs
  readonly orderNo?: string
  /** Instant whose day is the care date; `-` for records without date; `at` when absent. */
  readonly careAt?: EpochMs | '-'
  readonly action?: 'INS' | 'DEL'
  readonly department?: string
}

export class Chronicle {
  readonly person: Person
  readonly seed: string
  /** First day of the history: what drifts is counted from here. */
  readonly firstDay: number
  readonly events: RecordEvent[] = []
  readonly #orders = new Map<number, number>()

  constructor(person: Person, seed: string, firstDay: number) {
    this.person = person
    this.firstDay = firstDay
    this.seed = seed
  }

  /** A stream for one thing that happens, so that one visit's chances do not change the next one's. */
  random(what: string): Random {
    return randomFor(`${this.seed}/${this.person.index}/${what}`)
  }

  /**
   * An order number of 15 digits: date, patient, count of the day. It must not depend on how far the history is told, so
   * nothing is counted beyond the day.
   */
  nextOrder(at: EpochMs): string {
    const day = dayOf(at)
    const count = (this.#orders.get(day) ?? 0) + 1
    this.#orders.set(day, count)
    const [patient, number] = [String(this.person.index).padStart(4, '0'), String(count).padStart(3, '0')]
    return `${dateOf(at).slice(2)}${patient}${number}00`
  }

  situation(at: EpochMs, more: { bed?: Bed; department?: Department; doctor?: Staff } = {}): Situation {
    const { person } = this
    return {
      person,
      at,
      doctor: more.doctor ?? person.doctor,
      department: more.department ?? person.department,
      ...(more.bed ? { bed: more.bed } : {}),
    }
  }

  /** A record of the standardized storage. `write` makes the segments for the exact time of sending. */
  record(place: OrderPlace, write: (at: EpochMs) => readonly Segment[]): void {
    const at = this.#sentAt(place)
    this.events.push({
      ...this.#common(place, at),
      storage: 'standardized',
      orderNo: place.orderNo ?? NO_ORDER,
      content: { message: () => write(at), style: this.#style() },
    })
  }

  /** A content folder of the extended storage. HL7 text goes by `hl7Attachment`. */
  attach(place: OrderPlace & { key: string }, attachments: readonly { name: string; bytes: () => Uint8Array }[]): void {
    const at = this.#sentAt(place)
    this.events.push({ ...this.#common(place, at), storage: 'extended', orderNo: place.key, content: { attachments } })
  }

  #common({ kind, careAt, action, department }: OrderPlace, at: EpochMs) {
    const careDate = careAt === '-' ? '-' : dateOf(careAt ?? at)
    return {
      at,
      patient: this.person.id,
      careDate,
      dataKind: kind,
      department: department ?? (careDate === '-' ? '-' : this.person.department),
      action: action ?? ('INS' as const),
    }
  }

  /** Milliseconds as clocks leave them, the same however far the history is told. */
  #sentAt({ kind, at, orderNo }: OrderPlace): EpochMs {
    return at + (hash(`${this.seed}/${this.person.index}/${kind}/${at}/${orderNo}`) % 1000)
  }

  #style(): TextStyle {
    return this.person.style
  }
}
