/** What the pages of rehearsals ask for. */
import type { EpochMs, ErrorCode } from '#base'
import type { Declared, Details, Question, Rehearsal, RehearsalSettings } from '#rehearsal'
import type { Viewer } from './ports.ts'

export interface RehearsedSource {
  readonly id: string
  readonly name: string
  /** Of its newest whole backup; undefined: there is none yet. */
  readonly newestId: string | undefined
  readonly declared: Declared
  readonly nextAt: EpochMs | undefined
  /** Databases are started from its dumps. */
  readonly hasDumps: boolean
}

export interface RehearsalList {
  readonly sources: readonly RehearsedSource[]
  /** Newest first. */
  readonly rehearsals: readonly Rehearsal[]
  readonly everyDays: number
  /** Undefined, or why nothing can be rehearsed on this machine. */
  readonly refusal: ErrorCode | undefined
  /** What goes on, by the source's id. */
  readonly going: Readonly<Record<string, string>>
}

export interface RehearsalDetail {
  readonly rehearsal: Rehearsal
  readonly sourceName: string
  readonly hasReport: boolean
  /** The signed note beside it is there. */
  readonly hasNote: boolean
  /** The ledger's, in one line. */
  readonly verifierKey: string
  /** Undefined: this viewer may not see them, or there are none. */
  readonly details: Details | undefined
}

export interface RehearsalForm {
  readonly settings: RehearsalSettings
  readonly sources: readonly (RehearsedSource & { readonly questions: readonly Question[] })[]
}

export interface RehearsalService {
  list(): Promise<RehearsalList>
  /** @throws REHEARSAL_UNKNOWN */
  get(viewer: Viewer, id: string): Promise<RehearsalDetail>
  report(id: string): Promise<Uint8Array | undefined>
  reportNote(id: string): Promise<string | undefined>
  /** A second click leads to the one that goes on. @throws ACCESS_DENIED, VAULT_GENERATION_UNKNOWN, ISOLATION_MISSING */
  start(viewer: Viewer, generationId: string): Promise<{ readonly jobId: string }>
  form(viewer: Viewer): Promise<RehearsalForm>
  /** The field that cannot be so, or undefined where it was saved. */
  saveHouse(
    viewer: Viewer,
    settings: RehearsalSettings,
  ): Promise<'signatures' | 'scratch' | 'scratch-closed' | undefined>
  saveDeclared(viewer: Viewer, sourceId: string, declared: Declared): Promise<void>
  saveQuestions(viewer: Viewer, sourceId: string, questions: readonly Question[]): Promise<void>
}
