import type { BurnDown, Choice, Item, ItemKind, Match, RestEnd, Rests, Settling, Sheet } from '#reconciliation'
import type { Viewer } from './ports.ts'

export interface PaperEntryList {
  readonly sheets: readonly Sheet[]
  readonly open: number
  /** What is left over of comparing everybody. */
  readonly rests: Rests
  readonly running: WholeRunning | undefined
  /** First day of the newest emergency. */
  readonly since: string | undefined
  readonly burnDown: BurnDown
  readonly choices: Readonly<Record<ItemKind, Choice>>
  /** False: names and text stay sealed for this viewer. */
  readonly isReadable: boolean
}

/** A comparison of everybody that goes on now, by patients; `failed`: why it stopped. */
export interface WholeRunning {
  readonly done: number
  readonly of: number
  readonly failed?: string
}

export interface NewSheet {
  readonly number: string
  readonly kind: ItemKind
  /** `YYYY-MM-DD` */
  readonly day: string
  readonly patient: string
  readonly author: string
  readonly note: string
  /** The number was written by hand on a sheet that has none. */
  readonly isUnnumbered?: boolean
  /** The person was told that the form is of another kind, and keeps theirs. */
  readonly isKindSure?: boolean
}

/**
 * Why a sheet is not taken. `number`: what was read as the sheet's; `patient`: what was read as the patient's 仮番号.
 * `other-kind`: its form is of this kind.
 */
export type NotRegistered =
  | { readonly refused: 'already'; readonly id: string }
  | { readonly refused: 'number'; readonly why: NumberProblem }
  | { readonly refused: 'patient'; readonly why: 'other-institution' | 'damaged' }
  | { readonly refused: 'other-kind'; readonly kind: ItemKind }
export type NumberProblem = 'other-institution' | 'damaged' | 'not-a-sheet' | 'temporary'

export interface FoundPatient {
  readonly patientId: string
  readonly name: string
  readonly kana: string
  readonly birthDate: string
}

/** `withheld`: this viewer may not see what it would be compared with; `not-found`: the patient is in no backup. */
export type Compared =
  | { readonly kind: 'ok'; readonly asOfMs: number; readonly sourceName: string; readonly matches: readonly Match[] }
  | { readonly kind: 'withheld' | 'not-found' | 'not-joined' | 'no-backup' }

/** Why something is not done. `same-person`: another person, or another day and a reason. */
export type Refusal =
  | 'already'
  | 'same-person'
  | 'not-same'
  | 'reason'
  | 'not-verified'
  | 'not-joined'
  | 'not-found'
  | 'nothing'
  | 'temporary'

export interface PaperEntryService {
  list(viewer: Viewer): Promise<PaperEntryList>
  get(viewer: Viewer, id: string): Promise<Sheet | undefined>
  /** @throws INCIDENT_PICTURE_WRONG */
  register(
    viewer: Viewer,
    sheet: NewSheet,
    photos?: readonly Uint8Array[],
  ): Promise<{ id: string; empty: number } | NotRegistered>
  /** @returns how many show next to nothing @throws INCIDENT_PICTURE_WRONG */
  photograph(viewer: Viewer, id: string, photos: readonly Uint8Array[]): Promise<number>
  /** A quarter to the right. */
  turn(viewer: Viewer, id: string, sha256: string): Promise<void>
  photo(viewer: Viewer, id: string, sha256: string): Promise<{ bytes: Uint8Array; type: string } | undefined>
  /** @param after what the person saw entered; '' for nothing */
  enter(viewer: Viewer, id: string, items: readonly Item[], after: string): Promise<void>
  verify(viewer: Viewer, id: string, of: string, reason: string): Promise<Refusal | undefined>
  find(viewer: Viewer, patientId: string): Promise<FoundPatient | undefined>
  join(viewer: Viewer, id: string, patientId: string, reason: string): Promise<Refusal | undefined>
  /** Against the newest backup. The look is journaled. */
  compare(viewer: Viewer, id: string): Promise<Compared>
  settle(viewer: Viewer, id: string, how: Settling, note: string): Promise<Refusal | undefined>
  reopen(viewer: Viewer, id: string): Promise<void>
  /** Begins to compare everybody's sheets with all records of these days (`YYYY-MM-DD`, both included), in the background. */
  compareAll(
    viewer: Viewer,
    period: { from: string; until: string },
  ): Promise<'running' | 'no-backup' | 'period' | undefined>
  signRest(viewer: Viewer, id: string, how: RestEnd, note: string): Promise<Refusal | undefined>
  reopenRest(viewer: Viewer, id: string): Promise<void>
  /** Names of drugs, tests or diseases that the house uses, the most frequent first; none where they cannot be read. */
  names(viewer: Viewer, kind: ItemKind): Promise<readonly string[]>
  /** The sheets that are given away, journaled: all as a table, verified ones as FHIR. */
  handOver(viewer: Viewer, form: 'csv' | 'fhir'): Promise<readonly Sheet[]>
  choose(viewer: Viewer, kind: ItemKind, choice: Choice): Promise<void>
}
