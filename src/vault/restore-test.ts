/**
 * The restore test (復元テスト): a generation is written back as files, read again and compared with what the trees say, and
 * the result is recorded. The files lie in memory (tmpfs) where the system has it, so that nothing of a patient is left on
 * a disk; what does not fit is tested in part and the record says so.
 */
import { rmSync } from 'node:fs'
import { type Clock, detailOf, type ErrorCode, isAppError } from '#base'
import type { Ledger } from '#journal'
import type { Generation, Generations } from './generations.ts'
import type { JobHandle } from './jobs.ts'
import { choose, freeBytes, recordRestore, restoreAside, type RestoreOutcome } from './restore-aside.ts'
import { makeScratch, scratchPlace, sweepRestoreTests } from './restore-scratch.ts'
import type { OpenRepository } from './repositories.ts'

export interface RestoreTestParts {
  readonly generation: Generation
  /** A repository that does not open fails the test too. */
  readonly afresh: <T>(sourceId: string, look: (opened: OpenRepository) => Promise<T>) => Promise<T>
  readonly generations: Generations
  readonly ledger: Ledger
  readonly clock: Clock
  readonly job: JobHandle
}

/** Ends that say nothing about the generation: stopped, no room to write it to, keys still closed. */
const SAYS_NOTHING: ReadonlySet<ErrorCode> = new Set(['BASE_CANCELLED', 'STORAGE_FULL', 'VAULT_KEY_MISSING'])

/**
 * True where everything came back byte for byte. A test that throws is recorded as failed before it throws, so that an
 * older success does not stand for it. @throws STORAGE_FULL, BASE_CANCELLED, and what opening and restoring throw
 */
export async function restoreTest(parts: RestoreTestParts): Promise<boolean> {
  const started = parts.clock.monotonic()
  const durationMs = (): number => Math.round(parts.clock.monotonic() - started)
  let outcome: RestoreOutcome
  try {
    outcome = await parts.afresh(parts.generation.sourceId, (opened) => attempt(parts, opened))
  } catch (error) {
    const code = isAppError(error) ? error.code : 'BASE_BUG'
    if (!SAYS_NOTHING.has(code)) {
      const problems = [{ path: '', code, detail: isAppError(error) ? detailOf(error) : '' }]
      await recordRestore(parts, {
        files: 0,
        bytes: 0,
        share: 0,
        problems,
        problemCount: 1,
        durationMs: durationMs(),
      })
    }
    throw error
  }
  await recordRestore(parts, { ...outcome, durationMs: durationMs() })
  parts.job.report({ generationId: parts.generation.id })
  return outcome.problemCount === 0
}

async function attempt(parts: RestoreTestParts, opened: OpenRepository): Promise<RestoreOutcome> {
  sweepRestoreTests()
  const chosen = choose(opened, parts.generation, freeBytes(scratchPlace()) / 2)
  const target = makeScratch()
  try {
    return await restoreAside(target, parts, opened, chosen)
  } finally {
    rmSync(target, { recursive: true, force: true })
  }
}
