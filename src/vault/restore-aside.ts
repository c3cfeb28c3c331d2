/** A generation written back beside everything, each byte read again, and what that proved. */
import { statfsSync } from 'node:fs'
import { AppError, type Clock, type ErrorCode } from '#base'
import type { Ledger } from '#journal'
import { posixTarget } from '#posix'
import { restore, type RestoreProblem, type RestoreResult } from '#restic'
import type { Generation, Generations, ProofFailure } from './generations.ts'
import type { JobHandle } from './jobs.ts'
import { engineWorkers } from './restorable.ts'
import { LOCAL_PLACE, type OpenRepository } from './repositories.ts'
import { type DerivedKeys, seal, unseal } from './seal.ts'

/** So many of what failed are kept with their paths. */
const KEPT_PROBLEMS = 20
/** Files take whole pages in memory, folders one each. */
const PAGE_BYTES = 4096

export interface RestoreOutcome extends Pick<RestoreResult, 'problems' | 'problemCount'> {
  /** Undefined where the repository did not open. */
  readonly keys?: DerivedKeys
  readonly files: number
  readonly bytes: number
  /** 1: all of it; else the share that there was room for. */
  readonly share: number
}

export interface Recording {
  readonly generation: Generation
  readonly generations: Generations
  readonly ledger: Ledger
  readonly clock: Clock
}

/**
 * Restores what `include` names (all where it is empty) into a folder of its own and reads every byte of it again.
 * @throws STORAGE_FULL, BASE_CANCELLED, and what makes the whole impossible
 */
export async function restoreAside(
  target: string,
  { generation, job }: { readonly generation: Generation; readonly job: JobHandle },
  opened: OpenRepository,
  { include, share }: Chosen,
): Promise<RestoreOutcome> {
  const done = await restoreInto(target, generation, job, opened, include)
  const { files, bytes } = done
  return { files, bytes, share, keys: opened.keys, ...problemsOf(done) }
}

/** Files that nobody read back are a problem of their own, though none of them is named. */
function problemsOf({
  files,
  verifiedFiles,
  problems,
  problemCount,
}: RestoreResult): Pick<RestoreOutcome, 'problems' | 'problemCount'> {
  if (problemCount > 0 || verifiedFiles === files) return { problems, problemCount }
  const detail = `${files} files written, ${verifiedFiles} read back`
  return {
    problems: [{ path: '', code: 'VAULT_RESTORE_SHORT', detail }],
    problemCount: Math.abs(files - verifiedFiles),
  }
}

/** What a failed test says to everybody: the code that most of its problems have. */
function failureOf({ problems, problemCount }: RestoreOutcome): ProofFailure | undefined {
  if (problemCount === 0) return undefined
  const code = codeCounts(problems)[0]?.code ?? 'RESTIC_NOT_RESTORED'
  return { code, count: problemCount }
}

/** Most frequent first. */
function codeCounts(problems: readonly RestoreProblem[]): { code: ErrorCode; count: number }[] {
  return [...Map.groupBy(problems, ({ code }) => code)]
    .map(([code, all]) => ({ code, count: all.length }))
    .toSorted((a, b) => b.count - a.count)
}

/** The first problems of a generation's restore test. Paths and details are patient data. @throws VAULT_SEAL_BROKEN */
export function openProblems(sealed: Uint8Array, keys: DerivedKeys, generationId: string): RestoreProblem[] {
  return JSON.parse(unseal(keys.seal, sealed, boundTo(generationId)).toString()) as RestoreProblem[]
}

const boundTo = (generationId: string): Buffer => Buffer.from(`restore-test ${generationId}`)

async function restoreInto(
  target: string,
  generation: Generation,
  job: JobHandle,
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
    startWorker: engineWorkers(opened),
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

export function freeBytes(path: string): number {
  const { bavail, bsize } = statfsSync(path)
  return bavail * bsize
}

export interface Chosen {
  /** Paths; none: all. */
  readonly include: string[]
  readonly share: number
}

/** The whole generation where it fits; else as many units as fit, a random start each time. @throws STORAGE_FULL */
export function choose(opened: OpenRepository, generation: Generation, roomBytes: number): Chosen {
  const wanted = generation.bytes + generation.files * 2 * PAGE_BYTES
  if (wanted <= roomBytes) return { include: [], share: 1 }
  const paths = [...opened.catalogue.units(generation.id)].map((unit) => unit.path)
  const share = Math.floor((paths.length * roomBytes) / wanted / 2)
  if (share === 0) throw new AppError('STORAGE_FULL', { context: { wantedMegabytes: Math.ceil(wanted / 1_048_576) } })
  const first = Math.floor(Math.random() * paths.length)
  const include = [...paths.slice(first), ...paths.slice(0, first)]
    .slice(0, share)
    .map((path) => Buffer.from(path, 'latin1').toString())
  return { include, share: share / paths.length }
}

/**
 * Into the ledger, and as the proof that the third light goes by.
 * @param worse what else was found wrong of what came back, where the bytes are right
 */
export async function recordRestore(
  { generation, generations, ledger, clock }: Recording,
  outcome: RestoreOutcome & { readonly durationMs: number; readonly worse?: ProofFailure | undefined },
): Promise<void> {
  const { files, bytes, durationMs, share, keys, problems } = outcome
  const damage = failureOf(outcome)
  const failure = damage ?? outcome.worse
  const passed = failure === undefined
  const named = { repository: generation.repository, snapshot: generation.id }
  const head = { actor: 'system:vault', subject: `generation:${generation.id}` } as const
  await ledger.append({
    type: 'generation.restored',
    ...head,
    data: { ...named, scope: 'rehearsal', files, bytes, result: damage ? 'incomplete' : 'complete' },
  })
  await ledger.append({
    type: 'generation.verified',
    ...head,
    data: {
      ...named,
      place: LOCAL_PLACE,
      scope: share === 1 ? 'all-data' : 'sample',
      result: damage ? 'damaged' : 'ok',
      bytesRead: bytes,
      problems: outcome.problemCount,
      ...(damage && { codes: codeCounts(problems) }),
    },
  })
  const proof = { kind: 'restore', at: clock.now(), passed, files, bytes, durationMs, failure } as const
  const kept = Buffer.from(JSON.stringify(problems.slice(0, KEPT_PROBLEMS)))
  const sealed = failure && keys && seal(keys.seal, kept, boundTo(generation.id))
  await generations.addProof(generation.id, proof, sealed)
}
