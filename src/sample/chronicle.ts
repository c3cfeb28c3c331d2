/** Collects the records of one patient: numbers orders, knows the doctor, and writes corrections and cancellations. */
import type { EpochMs } from '#base'
import { dateOf } from './calendar.ts'
import type { TextStyle } from './encode-text.ts'
import type { Bed, Department, Staff } from './hospital.ts'
import type { Segment } from './hl7-segment.ts'
import type { Situation } from './message-common.ts'
import type { Person } from './person.ts'
import { randomFor } from './random.ts'
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
  #orders = 0
  #milliseconds: Random

  constructor(person: Person, seed: string, firstDay: number) {
    this.person = person
    this.firstDay = firstDay
    this.seed = seed
    this.#milliseconds = randomFor(`${seed}/chronicle/${person.index}`)
  }

  /** A stream for one thing that happens, so that one visit's chances do not change the next one's. */
  random(what: string): Random {
    return randomFor(`${this.seed}/${this.person.index}/${what}`)
  }

  /** Order numbers rise through the history of a patient; 15 digits, no two alike in the hospital. */
  nextOrder(): string {
    this.#orders++
    return String(this.person.index * 1_000_000 + this.#orders * 100).padStart(15, '0')
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
    const at = place.at + this.#milliseconds.int(0, 999)
    this.events.push({
      ...this.#common(place, at),
      storage: 'standardized',
      orderNo: place.orderNo ?? NO_ORDER,
      content: { message: () => write(at), style: this.#style() },
    })
  }

  /** A content folder of the extended storage. HL7 text goes by `hl7Attachment`. */
  attach(place: OrderPlace & { key: string }, attachments: readonly { name: string; bytes: () => Uint8Array }[]): void {
    const at = place.at + this.#milliseconds.int(0, 999)
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

  #style(): TextStyle {
    return this.person.style
  }
}
