/** What the lists of patients show: who is in hospital, and who is expected on a day. */
import type { EpochMs } from '#base'
import type { MissingTopic } from '#chart'
import type { PatientHit } from './read-models.ts'

/** One patient on a ward, by the admission records. Dates as recorded: `YYYY-MM-DD` or `YYYY-MM-DDThh:mm`. */
export interface InpatientRow {
  readonly patient: PatientHit
  readonly room?: string
  readonly bed?: string
  readonly department?: string
  readonly doctor?: string
  readonly since?: string
  readonly onLeave: boolean
  /** A death is recorded, a discharge is not. */
  readonly deceased: boolean
  readonly dischargePlanned?: string
  readonly transferPlanned?: { readonly at: string; readonly ward?: string }
}

export interface WardRows {
  /** '' where the records name no ward. */
  readonly name: string
  readonly patients: readonly InpatientRow[]
  readonly minimum?: WardMinimum
  /** What the minimum asks for and this source does not carry. */
  readonly lacking: readonly MissingTopic[]
}

/** What a ward cannot do without, as somebody responsible for its nursing decided. */
export interface WardMinimum {
  readonly ward: string
  readonly topics: readonly MissingTopic[]
  /** Name of who decided it, and when. */
  readonly by: string
  readonly onMs: EpochMs
}

export interface WardList {
  readonly generationId: string
  readonly sourceName: string
  readonly asOfMs: EpochMs
  readonly wards: readonly WardRows[]
  readonly total: number
  /** Admission records that cannot be read: somebody may be missing. */
  readonly unreadable: number
}

export interface ExpectedRow {
  readonly patient: PatientHit
  /** The generation in which this patient's chart is read. */
  readonly generationId: string
  readonly start: string
  readonly department?: string
  readonly text?: string
  readonly by: 'appointment' | 'order' | 'admission'
}

/** Lists of a day that are kept apart: the house's own words in the appointment tell. */
export type ExpectedGroup = 'dialysis' | 'home'

export interface ExpectedList {
  readonly day: string
  /** Of the oldest record that the list is made from. */
  readonly asOfMs: EpochMs
  /** How many business days old that is: one is the limit for outpatients. */
  readonly businessDaysOld: number
  readonly rows: readonly ExpectedRow[]
}
