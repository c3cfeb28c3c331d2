/** How sources are kept, as the pages show it, and what they need from the rest of the house for it. */
import type { EpochMs } from '#base'
import type {
  BusinessCalendar,
  Change,
  CleanCandidate,
  Judgement,
  LockedGeneration,
  LockHorizon,
  PlanPreview,
  PlanResult,
  SourcePlan,
} from '#vault'
import type { Viewer } from './ports.ts'

/** A source held against every rule, and what the three aims find. */
export interface SourceJudgement extends Judgement {
  readonly id: string
  readonly name: string
}

/** A change of how something is kept: when, who, from what to what. */
export interface PolicyChange {
  readonly atMs: EpochMs
  /** '' where the house worked by itself. */
  readonly who: string
  readonly changes: readonly Change[]
}

/** How one source is kept, for the page on which it is changed. */
export interface SourcePolicy {
  readonly judged: SourceJudgement
  readonly plan: SourcePlan
  /** Goes with the form: tells whether somebody else changed it meanwhile. */
  readonly version: string
  /** An ordinary backup has to be locked that long at least, over the longest days off. */
  readonly leastLockDays: number
  /** Besides this computer. */
  readonly places: readonly { readonly id: string; readonly name: string }[]
  /** Newest first. */
  readonly history: readonly PolicyChange[]
  /** Backups that are there still wait for their later ends. */
  readonly raisePending: boolean
  /** Taken on change, not by a rhythm. */
  readonly isWatched: boolean
}

/** Until when nobody can delete what of a source. */
export interface SourceHorizon {
  readonly id: string
  readonly name: string
  /** Newest first. */
  readonly generations: readonly LockedGeneration[]
  /** By any lock, also those of this computer, which its administrator can lift. */
  readonly any: LockHorizon
  /** By locks that the administrator of this computer has no power over. */
  readonly outOfReach: LockHorizon
}

/** The generation to go back to after an intrusion, per source; absent where none is that old. */
export interface SourceCandidate {
  readonly id: string
  readonly name: string
  readonly found?: CleanCandidate<LockedGeneration>
}

/** That nothing whose time is over is let go, since somebody suspects an intrusion. */
export interface FreezeState {
  readonly untilMs: EpochMs
  /** Places that let go by themselves, and whether they have heard of it. */
  readonly places: readonly { readonly name: string; readonly told: boolean }[]
}

/** How sources are kept, and what that withstands. Whoever is signed in may look; changing asks for the right to it. */
export interface PolicyService {
  judged(): Promise<readonly SourceJudgement[]>
  /** Undefined while what is over goes as usual. */
  frozen(): Promise<FreezeState | undefined>
  /** For 30 days from now; again while it lasts renews it. */
  freeze(viewer: Viewer): Promise<void>
  source(id: string): Promise<SourcePolicy | undefined>
  /** What saving would do; nothing is saved. Undefined for an unknown source. */
  preview(viewer: Viewer, id: string, plan: SourcePlan): Promise<PlanPreview | undefined>
  save(viewer: Viewer, id: string, plan: SourcePlan, version: string): Promise<PlanResult | undefined>
  calendar(): Promise<{
    readonly calendar: BusinessCalendar
    readonly history: readonly PolicyChange[]
    /** Sources whose locks are too short for the longest days off. */
    readonly short: readonly { readonly id: string; readonly name: string }[]
  }>
  saveCalendar(viewer: Viewer, calendar: BusinessCalendar): Promise<void>
  horizon(): Promise<readonly SourceHorizon[]>
  /** What was finished before `sinceMs`. Reads only. */
  candidates(sinceMs: EpochMs): Promise<readonly SourceCandidate[]>
}
