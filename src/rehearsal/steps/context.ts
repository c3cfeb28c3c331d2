/** What the steps of one rehearsal share. */
import type { ErrorCode } from '#base'
import type { Generation, JobHandle, RestoreOutcome, Scratch, Source, Vault } from '#vault'
import type { Details, Question, RehearsalSettings, StepResult } from '../model.ts'

export interface RunContext {
  readonly generation: Generation
  readonly source: Source
  readonly vault: Vault
  readonly job: JobHandle
  readonly scratch: Scratch
  /** The files that came back lie below it. */
  readonly target: string
  readonly settings: RehearsalSettings
  readonly questions: readonly Question[]
  /** Folder of the system's signatures. */
  readonly systemSignatures: string
  readonly details: { -readonly [K in keyof Details]: Details[K] }
  /** Undefined until everything was written back. */
  restored?: RestoreOutcome
}

/** What one step found. */
export type Found = Pick<StepResult, 'state' | 'code' | 'names'> & { readonly figures?: StepResult['figures'] }

export const passed = (figures: StepResult['figures'], names?: readonly string[]): Found => ({
  state: 'passed',
  figures,
  ...(names && { names }),
})
export const not = (
  state: 'partly' | 'failed' | 'not-done',
  code: ErrorCode,
  figures: StepResult['figures'],
): Found => ({
  state,
  code,
  figures,
})
