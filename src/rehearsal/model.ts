/** A rehearsal and its steps as plain data: what the ledger, the report and the screens are made of. */
import type { EpochMs, ErrorCode } from '#base'

export const STEPS = [
  'place',
  'restore',
  'scan',
  'records',
  'databases',
  'second',
  'times',
  'teardown',
  'report',
] as const
export type Step = (typeof STEPS)[number]

/** `partly`: done, and not all of it; `not-done`: could not be done here; `not-needed`: the source holds nothing for it. */
export type StepState = 'passed' | 'partly' | 'failed' | 'not-done' | 'not-needed'

/** Figures that a step may give; each has its words. */
export const FIGURES = [
  'files',
  'bytes',
  'sharePercent',
  'problems',
  'found',
  'overLimit',
  'unreadable',
  'patients',
  'charts',
  'fields',
  'differences',
  'dumps',
  'loaded',
  'tables',
  'questions',
  'answered',
  'readMegabytes',
  'compared',
  'fullMs',
  'wholeFullMs',
  'minimumMs',
  'lossMs',
] as const
export type Figure = (typeof FIGURES)[number]

export interface StepResult {
  readonly step: Step
  readonly state: StepState
  /** Why it is not `passed`. */
  readonly code?: ErrorCode | undefined
  readonly durationMs: number
  readonly figures: Partial<Record<Figure, number>>
  /** Names that say nothing of a patient: of malware, of programs that judged. */
  readonly names?: readonly string[]
}

/** `interrupted`: the process was killed. */
export type Result = 'passed' | 'partly' | 'failed' | 'stopped' | 'interrupted'

/** What the institution promised itself, in minutes; undefined: nothing yet. Two times to recover, as two aims (R12). */
export interface Declared {
  /** Until the most needed records can be read. */
  readonly minimumMinutes?: number | undefined
  /** Until everything is back. */
  readonly fullMinutes?: number | undefined
  /** How much work may be lost. */
  readonly lossMinutes?: number | undefined
}
export const DECLARED = ['minimumMinutes', 'fullMinutes', 'lossMinutes'] as const

export interface Rehearsal {
  readonly id: string
  readonly generationId: string
  readonly sourceId: string
  /** When the backup began. */
  readonly takenAt: EpochMs
  readonly startedAt: EpochMs
  readonly endedAt: EpochMs | undefined
  /** `schedule`, or the id of a person. */
  readonly by: string
  /** Undefined while it goes on. */
  readonly result: Result | undefined
  readonly steps: readonly StepResult[]
  readonly declared: Declared
  /** SHA-256 of the report. */
  readonly reportHash: string | undefined
}

/** What only a signed-in person who may see paths sees. At most {@link MOST_DETAILS} of each. */
export interface Details {
  readonly restore: readonly { readonly path: string; readonly code: ErrorCode }[]
  readonly found: readonly { readonly path: string; readonly name: string }[]
  readonly overLimit: readonly string[]
  readonly unreadable: readonly string[]
  readonly charts: readonly { readonly patient: string; readonly field: string }[]
  readonly dumps: readonly DumpResult[]
  /** What the other program said. */
  readonly second: string
}
export const MOST_DETAILS = 20

export interface DumpResult {
  readonly path: string
  readonly server: string
  readonly isLoaded: boolean
  readonly tables: number
  readonly code?: ErrorCode | undefined
  readonly log: string
  readonly answers: readonly {
    readonly name: string
    readonly expected: string
    readonly answer: string
    readonly same: boolean
  }[]
}

/** One question to a database that was started from its dump. */
export interface Question {
  readonly name: string
  /** Part of the dump's file name; '' asks each dump. */
  readonly dump: string
  readonly sql: string
  readonly expected: string
}

export const EVERY_DAYS = [0, 7, 14, 28] as const

/** Of the whole house. */
export interface RehearsalSettings {
  /** 0: by hand only. */
  readonly everyDays: (typeof EVERY_DAYS)[number]
  /** Folder of the institution's own signatures and YARA rules. */
  readonly signatures: string
  /** Folder on an encrypted disk for what does not fit into memory; '' for none. */
  readonly scratch: string
  /** Charts compared field by field. */
  readonly charts: number
}
export const USUAL_SETTINGS: RehearsalSettings = { everyDays: 28, signatures: '', scratch: '', charts: 20 }

/** What the steps say together. */
export function resultOf(steps: readonly Pick<StepResult, 'state'>[]): 'passed' | 'partly' | 'failed' {
  if (steps.some(({ state }) => state === 'failed')) return 'failed'
  return steps.some(({ state }) => state === 'partly' || state === 'not-done') ? 'partly' : 'passed'
}

/** All of the generation was restored, not a part. */
export const isWhole = ({ steps }: Pick<Rehearsal, 'steps'>): boolean =>
  steps.find(({ step }) => step === 'restore')?.figures.sharePercent === 100
