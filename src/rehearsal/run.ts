/** One rehearsal, step by step. A step that fails ends nothing but what needs it. */
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Clock, codeOf, detailOf, type EpochMs, type ErrorCode, isAppError } from '#base'
import { isolationProblem } from '#isolation'
import type { RestoreOutcome } from '#vault'
import { type Declared, MOST_DETAILS, type Step, type StepResult } from './model.ts'
import { databases } from './steps/databases.ts'
import { type Found, not, passed, type RunContext } from './steps/context.ts'
import { records } from './steps/records.ts'
import { scan } from './steps/scan.ts'
import { second } from './steps/second.ts'
import { times } from './steps/times.ts'

/** Of this machine, or of the moment: what could not be looked at is not bad, and not good either. */
const NOT_DONE: ReadonlySet<ErrorCode> = new Set([
  'ISOLATION_MISSING',
  'ISOLATION_NO_SCANNER',
  'ISOLATION_NO_SIGNATURES',
  'ISOLATION_SCAN_FAILED',
  'ISOLATION_KILLED',
  'COMMANDS_TIMED_OUT',
  'COMMANDS_FILE_UNSAFE',
  'STORAGE_FULL',
  'VAULT_KEY_MISSING',
  'BASE_BUG',
])

export interface Going extends RunContext {
  readonly clock: Clock
  readonly declared: Declared
  /** When the newest whole backup of the source began. */
  readonly newestAt: EpochMs
  /** After each step. */
  note: (steps: readonly StepResult[]) => Promise<void>
}

/** All steps up to the tearing down, which it does also where it is stopped. @throws BASE_CANCELLED */
export async function goThrough(going: Going): Promise<readonly StepResult[]> {
  const steps: StepResult[] = []
  const add = async (step: Step, work: () => Promise<Found> | Found): Promise<void> => {
    steps.push(await timed(going.clock, step, work))
    await going.note(steps)
  }
  try {
    await add('place', () => place(going))
    const isIsolated = steps[0]!.state === 'passed'
    // Nothing of it is written back where what opens it could not be kept apart.
    await add('restore', () => (isIsolated ? restore(going) : NEEDS_PLACE))
    const there = (work: (context: RunContext) => Promise<Found>) => () =>
      going.restored && going.restored.files > 0 ? work(going) : NEEDS_RESTORE
    const apart = (work: (context: RunContext) => Promise<Found>) => (isIsolated ? there(work) : () => NEEDS_PLACE)
    await add('scan', apart(scan))
    await add('records', there(records))
    await add('databases', apart(databases))
    await add('second', apart(second))
    await add('times', () => times(steps, { ...going, share: going.restored?.share ?? 0, now: going.clock.now() }))
  } finally {
    await add('teardown', () => tearDown(going))
  }
  return steps
}

const NEEDS_RESTORE: Found = { state: 'not-done', code: 'REHEARSAL_NEEDS_RESTORE' }
const NEEDS_PLACE: Found = { state: 'not-done', code: 'ISOLATION_MISSING' }

async function timed(clock: Clock, step: Step, work: () => Promise<Found> | Found): Promise<StepResult> {
  const started = clock.monotonic()
  const found = await caught(work)
  return { figures: {}, ...found, step, durationMs: Math.max(0, Math.round(clock.monotonic() - started)) }
}

async function caught(work: () => Promise<Found> | Found): Promise<Found> {
  try {
    return await work()
  } catch (error) {
    const code = codeFrom(error)
    if (code === 'BASE_CANCELLED') throw error
    return { state: NOT_DONE.has(code) ? 'not-done' : 'failed', code }
  }
}

/** The scratch is full for our own writing as for anybody's. */
function codeFrom(error: unknown): ErrorCode {
  if (codeOf(error) === 'ENOSPC' || codeOf(error) === 'EDQUOT') return 'STORAGE_FULL'
  return isAppError(error) ? error.code : 'BASE_BUG'
}

async function place({ job }: RunContext): Promise<Found> {
  job.report({ phase: 'isolate' })
  return (await isolationProblem()) === undefined ? { state: 'passed' } : NEEDS_PLACE
}

async function restore(going: Going): Promise<Found> {
  const { vault, generation, target, job, details } = going
  mkdirSync(target, { mode: 0o700 })
  const outcome = await written(() => vault.rehearse.restore(generation, target, job))
  going.restored = outcome
  const { files, bytes, share, problems, problemCount } = outcome
  details.restore = problems
    .slice(0, MOST_DETAILS)
    .map(({ path, code }) => ({ path: Buffer.from(path, 'latin1').toString(), code }))
  const figures = { files, bytes, sharePercent: Math.round(share * 100), problems: problemCount }
  if (problemCount > 0) return not('failed', problems[0]!.code, figures)
  return share < 1 ? not('partly', 'REHEARSAL_PART_ONLY', figures) : passed(figures)
}

/** A repository that does not open has failed its rehearsal; one that could not be tried has not. */
async function written(work: () => Promise<RestoreOutcome>): Promise<RestoreOutcome> {
  try {
    return await work()
  } catch (error) {
    const code = codeFrom(error)
    if (code === 'BASE_CANCELLED' || NOT_DONE.has(code)) throw error
    const problems = [{ path: '', code, detail: isAppError(error) ? detailOf(error) : '' }]
    return { files: 0, bytes: 0, share: 0, problems, problemCount: 1 }
  }
}

function tearDown({ scratch, job }: RunContext): Found {
  job.report({ phase: 'clean-up' })
  scratch.remove()
  return existsSync(scratch.path) ? not('failed', 'REHEARSAL_LEFT_OVER', {}) : { state: 'passed' }
}

export const targetIn = (scratch: string): string => join(scratch, 'data')
