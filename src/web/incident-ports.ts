/** An incident as the screens need it, on the server and on the emergency PC alike. */
import type { EpochMs } from '#base'
import type { CaseInput, CheckCode, ClockCode, CutLine, IncidentCase, Improvement, ImprovementState } from '#incident'
import type { Gate } from '#recovery'
import type { Viewer } from './ports.ts'

export interface Phone {
  readonly who: string
  readonly phone: string
  /** When to call, or a contract's number. */
  readonly note: string
  /** Shown to who is signed in only. */
  readonly isPrivate: boolean
  /** Needed in the first minutes. */
  readonly isFirst: boolean
  /** Came with Toride, and nobody has called it yet. */
  readonly isUnchecked: boolean
}

/** What anybody may see who stands before a screen that does not work. */
export interface DoorView {
  readonly cuts: readonly CutLine[]
  readonly phones: readonly Phone[]
  readonly hasPrivate: boolean
  readonly deciders: readonly string[]
  readonly openSinceMs: EpochMs | undefined
  readonly isStation: boolean
}

/** What the program sees for itself; `unknown` is never taken for yes. */
export interface Check {
  readonly state: 'yes' | 'no' | 'unknown'
  readonly atMs?: EpochMs
  readonly count?: number
}

/** Drawn from the ledger when it is shown; nothing is copied. */
export interface AutoEntry {
  readonly atMs: EpochMs
  /** Type of the ledger's entry. */
  readonly type: string
}

/** What keeps the emergency from being ended. */
export interface EndLeft {
  /** Gates of the way back that are open; empty where none was begun. */
  readonly gates: readonly Gate[]
  /** Sheets and entries that are not compared yet; undefined: nothing counts them here. */
  readonly openSheets: number | undefined
  /** False: paper was used, and nobody has compared everybody's sheets with the chart yet. */
  readonly isCompared: boolean | undefined
  /** Ends are decided on the server. */
  readonly isHere: boolean
}

/** What the approved plan says on when it is an emergency. */
export interface PlanCriteria {
  readonly version: number
  /** Codes of the plan's question; none where nobody chose any. */
  readonly criteria: readonly string[]
  readonly waitMinutes: number | undefined
}

export interface IncidentView {
  readonly one: IncidentCase
  /** False: names and free text stay sealed for this viewer. */
  readonly isReadable: boolean
  readonly auto: readonly AutoEntry[]
  readonly checks: Readonly<Partial<Record<CheckCode, Check>>>
  readonly left: EndLeft
  readonly phones: readonly Phone[]
  readonly deciders: readonly string[]
  readonly cuts: readonly CutLine[]
  /** Absent: no plan was approved, and the known criteria stand for it. */
  readonly plan: PlanCriteria | undefined
  readonly frozenUntilMs: EpochMs | undefined
  readonly isStation: boolean
  readonly others: readonly { readonly id: string; readonly openedAtMs: EpochMs }[]
  readonly improvements: readonly Improvement[]
}

export interface MergedBooks {
  readonly entries: number
  readonly forks: number
  /** Of machines whose key nobody has compared yet. */
  readonly strangers: number
  /** Altered, or what stands before them is not here. */
  readonly refused: number
}

/** An entry whose photos have not come with it. */
export interface LackingPhotos {
  /** The case; undefined for a sheet of paper. */
  readonly incident: string | undefined
  /** The sheet of paper, and the number that is printed on it where the entry says it. */
  readonly sheet: string | undefined
  readonly number: string
  readonly atMs: EpochMs
  /** Who wrote it: `server`, or the id of an emergency PC. */
  readonly device: string
  readonly photos: number
}

export interface BooksView {
  readonly lacking: readonly LackingPhotos[]
  /** Files that everything takes. */
  readonly parts: number
  /** Of this machine's key: typed at another one where a person brings a file of this one. */
  readonly fingerprint: string
}

export interface IncidentService {
  /** @param viewer undefined: nobody is signed in, and nothing private is given */
  door(viewer: Viewer | undefined): Promise<DoorView>
  /** `isKept` false: names could not be sealed yet, and only that something was said is kept. */
  report(
    viewer: Viewer | undefined,
    said: { readonly name: string; readonly place: string; readonly what: string; readonly once: string },
    /** Address of the machine: where nobody is signed in one does not speak for all. */
    from?: string,
  ): Promise<{ readonly isKept: boolean }>
  list(viewer: Viewer): Promise<readonly IncidentCase[]>
  get(viewer: Viewer, id: string): Promise<IncidentView | undefined>
  /** @throws INCIDENT_UNKNOWN, VAULT_KEY_MISSING */
  write(viewer: Viewer, id: string, input: CaseInput): Promise<void>
  /** One that was joined to another by mistake stands by itself again. @throws INCIDENT_UNKNOWN */
  part(viewer: Viewer, id: string, input: CaseInput): Promise<void>
  /** @param exception why it ends although something is left @throws INCIDENT_NOT_YET, ACCESS_DENIED */
  end(viewer: Viewer, id: string, input: CaseInput, exception: string): Promise<void>
  /** JPEG and PNG alone, by what they are. @returns SHA-256 @throws INCIDENT_PICTURE_WRONG, VAULT_KEY_MISSING */
  attach(viewer: Viewer, bytes: Uint8Array): Promise<string>
  picture(viewer: Viewer, id: string, sha256: string): Promise<{ bytes: Uint8Array; type: string } | undefined>
  books(viewer: Viewer): Promise<BooksView>
  /** @param part from 0 */
  exportBooks(viewer: Viewer, part: number): Promise<Uint8Array>
  /** @param typed the other machine's fingerprint, '' where nobody typed one @throws CASEBOOK_FOREIGN */
  mergeBooks(viewer: Viewer, bytes: Uint8Array, typed: string): Promise<MergedBooks>
}

/** Improvement items; on the server alone. */
export interface ImprovementService {
  list(): Promise<readonly Improvement[]>
  /** @throws INCIDENT_IMPROVEMENT_INCOMPLETE */
  add(viewer: Viewer, origin: string, input: { what: string; owner: string; dueOn: string }): Promise<void>
  settle(viewer: Viewer, id: string, state: ImprovementState, outcome: string): Promise<void>
}

/** What stands on every page while it goes on. `reported`: somebody pressed the button, and nobody has judged it yet. */
export interface EmergencyMark {
  readonly state: 'reported' | 'active'
  readonly id: string
  readonly sinceMs: EpochMs
  /** Of the plan: whoever begins to read knows where the house stands (R37). */
  readonly phase: IncidentCase['phase']
  readonly frozenUntilMs: EpochMs | undefined
}

export type { ClockCode }
