import type {
  Drill,
  EndLack,
  FindingTest,
  Length,
  GroupTraining,
  Learner,
  Lesson,
  RulesVersion,
  ScenarioId,
  TimedPart,
  Unannounced,
} from '#exercise'
import type { Improvement } from '#incident'
import type { Viewer } from './ports.ts'

export interface LessonState {
  readonly lesson: Lesson
  /** When this viewer read it. */
  readonly readAtMs?: number
  readonly people: number
}

/** 職員の決まり. */
export interface RulesState {
  /** Newest first. */
  readonly versions: readonly RulesVersion[]
  /** Of the newest: each account that is in use, by name. */
  readonly people: readonly { readonly name: string; readonly readAtMs?: number }[]
  /** When this viewer read the newest. */
  readonly readAtMs?: number
}

/** What Toride can show for the proofs that fees ask for. Times: ms. */
export interface ProofFacts {
  /** Places that hold a copy, this computer among them. */
  readonly copies: number
  /** Of them, with copies under a lock that has not ended. */
  readonly locked: number
  /** Exchangeable disks are registered. */
  readonly media: boolean
  readonly plan: { readonly number: number; readonly approvedAtMs: number } | undefined
  /** The newest that ended. */
  readonly drill: { readonly id: string; readonly endedAtMs: number; readonly people: number } | undefined
  readonly improvements: { readonly all: number; readonly open: number }
  /** The newest rules for the staff, and how many of the accounts read them. */
  readonly rules: { readonly number: number; readonly people: number; readonly staff: number } | undefined
  /** The staff, with or without an account, and what each has had within a year. */
  readonly learners: readonly Learner[]
}

export interface DrillService {
  proofs(): Promise<ProofFacts>
  list(): Promise<readonly Drill[]>
  get(id: string): Promise<Drill | undefined>
  plan(viewer: Viewer, scenario: ScenarioId, minutes: Length, day: string): Promise<string>
  drop(viewer: Viewer, id: string): Promise<void>
  start(viewer: Viewer, id: string): Promise<void>
  pause(viewer: Viewer, id: string): Promise<void>
  bring(viewer: Viewer, id: string, inject: number): Promise<void>
  time(viewer: Viewer, id: string, part: TimedPart, by: string): Promise<void>
  /** Timed with a watch. */
  took(viewer: Viewer, id: string, part: TimedPart, seconds: number, by: string): Promise<void>
  write(
    viewer: Viewer,
    id: string,
    fields: Partial<Pick<Drill, 'people' | 'objectives' | 'good' | 'bad' | 'draft'>>,
  ): Promise<void>
  /** Whom the contact tree calls: people with a duty first, each with a telephone. */
  contacts(): Promise<readonly { readonly name: string; readonly phone: string }[]>
  call(viewer: Viewer, id: string, who: string, answered: boolean): Promise<void>
  end(viewer: Viewer, id: string): Promise<EndLack | undefined>
  /** Those of this drill, and open or unchecked ones of earlier ones. */
  improvements(id: string): Promise<{ readonly own: readonly Improvement[]; readonly toCheck: readonly Improvement[] }>
  improve(viewer: Viewer, id: string, input: { what: string; owner: string; dueOn: string }): Promise<void>
  checkImprovement(viewer: Viewer, id: string, item: string, works: boolean): Promise<void>
  report(id: string, format: 'pdf' | 'docx'): Promise<Uint8Array | undefined>
  packet(id: string): Promise<Uint8Array | undefined>
  /** What was declared for all to be back, minutes; the shortest of all sources. */
  declaredMinutes(): Promise<number | undefined>
  rules(viewer: Viewer): Promise<RulesState>
  publishRules(viewer: Viewer, text: string): Promise<void>
  readRules(viewer: Viewer, version: number): Promise<void>
  unannounced(): Promise<Unannounced | undefined>
  /** @returns false where the days are none, past or too many */
  drawUnannounced(viewer: Viewer, from: string, until: string): Promise<boolean>
  tests(): Promise<readonly FindingTest[]>
  addTest(viewer: Viewer, test: Omit<FindingTest, 'at'>): Promise<void>
  learners(): Promise<readonly Learner[]>
  groupTrainings(): Promise<readonly GroupTraining[]>
  /** @param keys whom, by a key of each; unknown ones are left out */
  addGroupTraining(viewer: Viewer, day: string, lessons: readonly Lesson[], keys: readonly string[]): Promise<void>
  removeGroupTraining(viewer: Viewer, id: string): Promise<void>
  lessons(viewer: Viewer): Promise<{ readonly all: readonly LessonState[]; readonly staff: number }>
  /** @param right how many answers were right */
  readLesson(viewer: Viewer, lesson: Lesson, right: number): Promise<void>
}
