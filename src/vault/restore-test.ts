/**
 * The restore test (復元テスト): a generation is written back as files, read again and compared with what the trees say, and
 * the result is recorded. The files lie in memory (tmpfs) where the system has it, so that nothing of a patient is left on
 * a disk; what does not fit is tested in part and the record says so.
 */
import { rmSync, statfsSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { AppError, type Clock, type ErrorCode, isAppError } from '#base'
import type { Ledger } from '#journal'
import { posixTarget } from '#posix'
import { restore, type RestoreResult } from '#restic'
import type { Generation, Generations } from './generations.ts'
import type { JobHandle } from './jobs.ts'
import { makeScratch, scratchPlace, sweepRestoreTests } from './restore-scratch.ts'
import { LOCAL_PLACE, type OpenRepository } from './repositories.ts'

export interface RestoreTestParts {
  readonly generation: Generation
  /** A repository that does not open fails the test too. */
  readonly afresh: <T>(sourceId: string, look: (opened: OpenRepository) => Promise<T>) => Promise<T>
  readonly generations: Generations
  readonly ledger: Ledger
  readonly clock: Clock
  readonly job: JobHandle
}

/** Files take whole pages in memory, folders one each. */
const PAGE_BYTES = 4096
/** Ends that say nothing about the generation: stopped, no room to write it to, keys still closed. */
const SAYS_NOTHING: ReadonlySet<ErrorCode> = new Set(['BASE_CANCELLED', 'STORAGE_FULL', 'VAULT_KEY_MISSING'])

/**
 * True where everything came back byte for byte. A test that throws is recorded as failed before it throws, so that an
 * older success does not stand for it. @throws STORAGE_FULL, BASE_CANCELLED, and what opening and restoring throw
 */
export async function restoreTest(parts: RestoreTestParts): Promise<boolean> {
  const started = parts.clock.monotonic()
  const durationMs = (): number => Math.round(parts.clock.monotonic() - started)
  let outcome: Outcome
  try {
    outcome = await parts.afresh(parts.generation.sourceId, (opened) => attempt(parts, opened))
  } catch (error) {
    if (!isAppError(error) || !SAYS_NOTHING.has(error.code))
      await recordTest(parts, { passed: false, files: 0, bytes: 0, isWhole: false, durationMs: durationMs() })
    throw error
  }
  await recordTest(parts, { ...outcome, durationMs: durationMs() })
  parts.job.report({ generationId: parts.generation.id })
  return outcome.passed
}

interface Outcome {
  readonly passed: boolean
  readonly files: number
  readonly bytes: number
  readonly isWhole: boolean
}

async function attempt(parts: RestoreTestParts, opened: OpenRepository): Promise<Outcome> {
  sweepRestoreTests()
  const include = choose(opened, parts.generation, freeBytes(scratchPlace()) / 2)
  const target = makeScratch()
  try {
    const { files, bytes, problemCount, verifiedFiles } = await restoreInto(target, parts, opened, include)
    return { passed: problemCount === 0 && verifiedFiles === files, files, bytes, isWhole: include.length === 0 }
  } finally {
    rmSync(target, { recursive: true, force: true })
  }
}

async function restoreInto(
  target: string,
  { generation, job }: RestoreTestParts,
  opened: OpenRepository,
  include: string[],
): Promise<RestoreResult> {
  return restore({
    repository: opened.repository,
    index: await opened.repository.loadIndex(),
    storage: opened.backend.sync,
    fs: posixTarget,
    tree: generation.tree,
    settings: {
      target,
      overwrite: 'always',
      include,
      exclude: [],
      ignoreCase: false,
      sparse: false,
      special: false,
      owner: false,
    },
    startWorker: (data) =>
      new Worker(new URL('./engine-worker.ts', import.meta.url), {
        workerData: { engine: data, storage: opened.storage },
        // Descriptors of openat() are not Node's: it would warn of each that is closed.
        trackUnmanagedFds: false,
      }),
    verify: true,
    signal: job.signal,
    onProgress: ({ files, bytes, phase }) =>
      job.report({
        phase: phase === 'verify' ? 'check' : 'read',
        filesDone: files,
        filesTotal: generation.files,
        bytesDone: bytes,
        bytesTotal: generation.bytes,
      }),
  })
}

function freeBytes(path: string): number {
  const { bavail, bsize } = statfsSync(path)
  return bavail * bsize
}

/** [] where the whole generation fits; else as many units as fit, a random start each time. @throws STORAGE_FULL */
function choose(opened: OpenRepository, generation: Generation, roomBytes: number): string[] {
  const wanted = generation.bytes + generation.files * 2 * PAGE_BYTES
  if (wanted <= roomBytes) return []
  const paths = [...opened.catalogue.units(generation.id)].map((unit) => unit.path)
  const share = Math.floor((paths.length * roomBytes) / wanted / 2)
  if (share === 0) throw new AppError('STORAGE_FULL', { context: { wantedMegabytes: Math.ceil(wanted / 1_048_576) } })
  const first = Math.floor(Math.random() * paths.length)
  return [...paths.slice(first), ...paths.slice(0, first)]
    .slice(0, share)
    .map((path) => Buffer.from(path, 'latin1').toString())
}

async function recordTest(
  { generation, generations, ledger, clock }: RestoreTestParts,
  outcome: Outcome & { readonly durationMs: number },
): Promise<void> {
  const { passed, files, bytes, durationMs, isWhole } = outcome
  const named = { repository: generation.repository, snapshot: generation.id }
  const head = { actor: 'system:vault', subject: `generation:${generation.id}` } as const
  await ledger.append({
    type: 'generation.restored',
    ...head,
    data: { ...named, scope: 'rehearsal', files, bytes, result: passed ? 'complete' : 'incomplete' },
  })
  await ledger.append({
    type: 'generation.verified',
    ...head,
    data: {
      ...named,
      place: LOCAL_PLACE,
      scope: isWhole ? 'all-data' : 'sample',
      result: passed ? 'ok' : 'damaged',
      bytesRead: bytes,
      problems: passed ? 0 : 1,
    },
  })
  await generations.addProof(generation.id, { kind: 'restore', at: clock.now(), passed, files, bytes, durationMs })
}
