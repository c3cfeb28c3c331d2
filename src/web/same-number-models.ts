/** One patient number in several sources: what stands beside a chart and in a search. Two records, never one. */
import type { EpochMs } from '#base'
import type { IdentityMatch } from '#chart'
import type { PatientHit } from './read-models.ts'

export interface SameNumber {
  readonly sourceName: string
  /** The newest backup of that source. */
  readonly generationId: string
  readonly asOfMs: EpochMs
  readonly patient: PatientHit
  /** Current records beside the patient's own data; documents are counted apart. */
  readonly records: number
  readonly documents: number
  /** Name and birth date, as both sources have them. */
  readonly match: IdentityMatch
  /** Leading zeros or separators differ, which a search passes over. */
  readonly writtenOtherwise: boolean
}

export interface SameNumbers {
  /** By patient key of the generation that was asked about; who is nowhere else is left out. */
  readonly found: ReadonlyMap<string, readonly SameNumber[]>
  /** Sources that could not be asked now: what they hold is not known. */
  readonly failed: readonly string[]
}
