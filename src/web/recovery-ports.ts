/** The way back, as the pages show it, and what they need from the rest of the house for it. */
import type { EpochMs, ErrorCode } from '#base'
import type { EvidenceKind, MishapReason } from '#journal'
import type {
  CaseKind,
  Existing,
  Gate,
  GateState,
  Objection,
  PlanClass,
  ScanResult,
  Terminal,
  TerminalQueue,
  TerminalState,
} from '#recovery'
import type { Job, Page, UnderSuspicion } from './read-models.ts'
import type { Viewer } from './ports.ts'

export interface RestoreInput {
  /** Chosen entries as positions from the top; []: everything. */
  readonly picks: readonly (readonly number[])[]
  readonly to: 'new' | 'over'
  readonly target: string
  readonly existing: Existing
  /** Ticked where the plan asks. */
  readonly isNotProduction: boolean
}

export interface RestoreForm {
  readonly generationId: string
  readonly sourceName: string
  readonly takenAtMs: EpochMs
  readonly files: number
  readonly bytes: number
  /** Names of what was chosen; undefined: this viewer may not see names. */
  readonly names: readonly string[] | undefined
  /** Folders of media that are connected. */
  readonly media: readonly { readonly folder: string; readonly label: string }[]
  /** Undefined where the kind of source has none. */
  readonly oldPlace: readonly string[] | undefined
  /** What keeps a restore from the old place now. */
  readonly closed: ErrorCode | undefined
  /** Signs of an attack stand against it, and nobody has cleared them. */
  readonly suspected: UnderSuspicion | undefined
}

export interface PlanClassView {
  readonly files: number
  readonly bytes: number
  /** Undefined: this viewer may not see names. */
  readonly names: readonly string[] | undefined
}

export interface PlanView {
  readonly classes: Readonly<Record<PlanClass, PlanClassView>>
  readonly files: number
  readonly bytes: number
  /** No folder that is written into is there yet. */
  readonly isAllNew: boolean
  readonly neededBytes: number
  readonly freeBytes: number
  readonly fingerprint: string
  /** On a share of another machine: the person says that production does not use it. */
  readonly isUnsure: boolean
  /** Where the disk or share of a new place is mounted. */
  readonly disk: string | undefined
}

export interface RestoreRunView {
  readonly id: string
  readonly generationId: string
  readonly sourceName: string
  readonly takenAtMs: EpochMs | undefined
  readonly kind: 'new' | 'over'
  readonly existing: Existing
  readonly scope: 'all' | 'part'
  readonly state: 'running' | 'complete' | 'incomplete' | 'stopped' | 'failed'
  readonly plannedFiles: number
  readonly result:
    | {
        readonly files: number
        readonly bytes: number
        readonly verified: number
        readonly kept: number
        readonly problems: number
      }
    | undefined
  readonly errorCode: ErrorCode | undefined
  readonly startedAtMs: EpochMs
  readonly endedAtMs: EpochMs | undefined
  readonly who: string
}

export interface RestoreRunDetail extends RestoreRunView {
  readonly target: string | undefined
  readonly job: Job | undefined
  /** Undefined: this viewer may not see paths. */
  readonly problems: readonly { readonly path: string; readonly code: ErrorCode }[] | undefined
}

/** Writing backups back. Who runs backups may; every call is refused to others. */
export interface RestoreService {
  form(viewer: Viewer, generationId: string, picks: RestoreInput['picks']): Promise<RestoreForm | undefined>
  /** Reads only. @throws RECOVERY_*, STORAGE_DENIED */
  plan(viewer: Viewer, generationId: string, input: RestoreInput): Promise<PlanView>
  /** @throws RECOVERY_*, STORAGE_FULL; nothing was written */
  start(
    viewer: Viewer,
    generationId: string,
    input: RestoreInput,
    fingerprint: string,
  ): Promise<{ readonly runId: string }>
  /** @throws RECOVERY_NOTHING_TO_RESUME and as {@link start} */
  resume(viewer: Viewer, runId: string): Promise<void>
  list(viewer: Viewer): Promise<readonly RestoreRunView[]>
  get(viewer: Viewer, runId: string): Promise<RestoreRunDetail | undefined>
}

export interface EvidenceInput {
  readonly kind: EvidenceKind
  readonly place: string
  readonly hash: string
  readonly who: string
}

export interface CaseView {
  readonly number: number
  readonly kind: CaseKind
  readonly reason: MishapReason | undefined
  readonly openedAtMs: EpochMs
  readonly openedBy: string
  readonly endedAtMs: EpochMs | undefined
  readonly evidence: readonly (EvidenceInput & { readonly atMs: EpochMs; readonly enteredBy: string })[]
  readonly gates: readonly {
    readonly gate: Gate
    readonly state: GateState['state']
    readonly decision:
      | { readonly atMs: EpochMs; readonly by: string; readonly byMe: boolean; readonly reason: string }
      | undefined
  }[]
  readonly chosen: readonly {
    readonly generationId: string
    readonly sourceName: string
    readonly takenAtMs: EpochMs | undefined
    /** When all of it was last written back apart and compared; undefined: never. */
    readonly restoredAtMs: EpochMs | undefined
    /** What scans of it found here. */
    readonly scan: ScanResult
    readonly by: string
    readonly reason: string
  }[]
}

export interface WayBackView {
  readonly open: CaseView | undefined
  readonly past: readonly CaseView[]
  /** Items of the evidence register of an incident that this case does not have yet. */
  readonly inRegister: number
  /** Signs stand or expiry is frozen: no mishap can be declared. */
  readonly looksLikeAttack: boolean
}

export interface CandidateView {
  readonly generationId: string
  readonly takenAtMs: EpochMs
  readonly objections: readonly Objection[]
  readonly isProposed: boolean
  readonly isChosen: boolean
  readonly signs: 'none' | 'suspected' | 'cleared' | 'not-looked'
  readonly scan: ScanResult
  readonly restored: { readonly atMs: EpochMs; readonly passed: boolean } | undefined
  /** From it to the newest, which are lost by going back. */
  readonly daysLost: number
  readonly recordsLost: number
  /** Patients that came or changed; undefined where the source has none, or too much is compared. */
  readonly unitsLost: number | undefined
}

export interface SourceCandidates {
  readonly sourceId: string
  readonly name: string
  /** Newest first. */
  readonly rows: readonly CandidateView[]
  /** The last time that any of it was written back whole and compared. */
  readonly lastProof: { readonly atMs: EpochMs; readonly takenAtMs: EpochMs } | undefined
  readonly intrusionMs: EpochMs | undefined
  /** Where nobody knows the day. */
  readonly dwell: { readonly fromMs: EpochMs; readonly toMs: EpochMs } | undefined
}

/** The gates. Whoever is signed in may look; deciding needs the right to run backups. */
export interface WayBackService {
  view(viewer: Viewer): Promise<WayBackView>
  begin(viewer: Viewer, kind: CaseKind, reason: MishapReason | undefined): Promise<void>
  addEvidence(viewer: Viewer, number: number, input: EvidenceInput): Promise<void>
  /** Takes in what the evidence register of the incident holds, each with its link. @throws VAULT_KEY_MISSING */
  takeEvidence(viewer: Viewer, number: number): Promise<void>
  /** @param isException goes on although sheets of paper are left */
  pass(viewer: Viewer, number: number, gate: Gate, reason: string, isException: boolean): Promise<void>
  askOverride(viewer: Viewer, number: number, reason: string): Promise<void>
  confirmOverride(viewer: Viewer, number: number, reason: string): Promise<void>
  undo(viewer: Viewer, number: number, gate: Gate, reason: string): Promise<void>
  choose(viewer: Viewer, number: number, generationId: string, reason: string): Promise<void>
  /**
   * The backups of each source beside one another.
   * @param intrusionMs undefined: nobody knows the day
   */
  candidates(viewer: Viewer, intrusionMs: EpochMs | undefined): Promise<readonly SourceCandidates[]>
}

export interface TerminalsView {
  readonly queue: TerminalQueue
  readonly page: Page<Terminal>
}

/** Terminals that are set up anew; for who runs backups. */
export interface TerminalsService {
  view(
    viewer: Viewer,
    filter: { readonly state?: TerminalState | undefined; readonly words?: string },
    page: number,
  ): Promise<TerminalsView>
  all(viewer: Viewer): Promise<readonly Terminal[]>
  /** @throws RECOVERY_LIST_WRONG, and nothing was changed */
  enter(viewer: Viewer, list: Uint8Array): Promise<{ readonly added: number; readonly changed: number }>
  move(viewer: Viewer, ids: readonly string[], to: TerminalState, who: string): Promise<number>
}
