/**
 * Restores that people order: planned, shown, confirmed, written, read again, told. A run that was stopped or killed goes on
 * from what lies at its target: every file there is either complete or not under its name.
 */
import { randomUUID } from 'node:crypto'
import { AppError, type Clock, type ErrorCode, isAppError } from '#base'
import type { Kysely } from '#db'
import type { Ledger } from '#journal'
import { posixTarget } from '#posix'
import { restore, type RestoreResult } from '#restic'
import { pathText } from '#ssmix2'
import { engineWorkers, type JobHandle, type Restorable, seal, type Vault } from '#vault'
import type { Cases } from './cases.ts'
import { diskOf, isOnShare, mountsNow } from './mounts.ts'
import { pick, rootsOf, type RestoreRoot } from './picks.ts'
import { type Existing, planRestore, type RestorePlan } from './plan.ts'
import {
  type Detail,
  detailOf,
  type RestoreOrder,
  type RestoreRun,
  type RunCounts,
  type RunState,
  toRun,
} from './run-rows.ts'
import type { RecoveryTables, RestoreRunRow } from './tables.ts'
import { asItLies, demandWritable, newPlace, within } from './targets.ts'

export interface RestoresParts {
  readonly vault: Vault
  readonly tables: Kysely<RecoveryTables>
  readonly ledger: Pick<Ledger, 'append'>
  readonly clock: Clock
  readonly dataFolder: string
  readonly cases: Pick<Cases, 'demandForProduction'>
  /** The kernel's table of mounts; absent: as it is. */
  readonly mounts?: () => string
}

/** Kinds whose paths are where a program's records lie; a dump or another server's answers have no place of their own. */
const HAS_OLD_PLACE = new Set(['folder', 'csv', 'ssmix2', 'intake'])
/** Problems that are kept by name. */
const NAMED = 200

export class Restores {
  readonly #parts: RestoresParts
  /** Targets that runs of this process write to. */
  readonly #busy = new Map<string, readonly string[]>()

  constructor(parts: RestoresParts) {
    this.#parts = parts
  }

  /** What would happen. Reads only. @throws what {@link planRestore} throws, RECOVERY_TARGET_*, RECOVERY_NOTHING_CHOSEN */
  async plan(order: RestoreOrder, signal?: AbortSignal): Promise<ShownPlan> {
    const restorable = await this.#restorable(order.generationId)
    const roots = await this.#roots(restorable, order)
    return {
      ...(await this.#planOf(restorable, roots, order.existing, signal)),
      isUnsure: this.#isUnsure(order, roots),
      disk: order.target === undefined || !roots[0] ? undefined : diskOf(roots[0].target, this.#mounts()),
    }
  }

  /**
   * Begins, if the target is still as the plan showed it. A second click answers the run that is going.
   * @throws RECOVERY_PLAN_CHANGED, RECOVERY_TARGET_UNSURE, STORAGE_FULL, RECOVERY_TARGET_IN_USE, and over the old place what
   *   {@link Cases.demandForProduction} throws
   */
  async start(
    order: RestoreOrder,
    fingerprint: string,
    by: string,
  ): Promise<{ runId: string; jobId: string; done: Promise<RestoreRun> }> {
    const restorable = await this.#restorable(order.generationId)
    const caseNumber = await this.#caseFor(restorable, order)
    const roots = await this.#roots(restorable, order)
    // First: what a second click finds changed is what the first one wrote.
    this.#demandFree(roots)
    const plan = await this.#planOf(restorable, roots, order.existing)
    if (plan.fingerprint !== fingerprint) throw new AppError('RECOVERY_PLAN_CHANGED')
    if (this.#isUnsure(order, roots) && order.isNotProduction !== true) throw new AppError('RECOVERY_TARGET_UNSURE')
    if (plan.neededBytes > plan.freeBytes) throw new AppError('STORAGE_FULL')
    const id = randomUUID()
    const { changed, newer, blocked } = plan.classes
    const counts = { files: plan.files, bytes: plan.bytes, differing: changed.files + newer.files + blocked.files }
    const detail: Detail = { order, roots, problems: [] }
    return this.#launch(restorable, { id, detail, counts, caseNumber, by, resumed: false })
  }

  /** Goes on with one that was stopped, killed or failed. @throws as {@link start}, RECOVERY_NOTHING_TO_RESUME */
  async resume(runId: string, by: string): Promise<{ runId: string; jobId: string; done: Promise<RestoreRun> }> {
    const row = await this.#row(runId)
    const run = row && toRun(row, this.#busy.has(runId))
    if (!run || run.state === 'running' || run.state === 'complete') throw new AppError('RECOVERY_NOTHING_TO_RESUME')
    const restorable = await this.#restorable(run.generationId)
    const detail = detailOf(restorable, row)
    const caseNumber = await this.#caseFor(restorable, detail.order)
    const launch = {
      id: runId,
      detail: { ...detail, problems: [] },
      counts: run.planned,
      caseNumber,
      by,
      resumed: true,
    }
    return this.#launch(restorable, launch)
  }

  /** Newest first. */
  async list(): Promise<RestoreRun[]> {
    const rows = await this.#parts.tables
      .selectFrom('restore_run')
      .selectAll()
      .orderBy('started_at', 'desc')
      .limit(100)
      .execute()
    return rows.map((row) => toRun(row, this.#busy.has(row.id)))
  }

  /** With the names that only who may see paths is shown. */
  async get(
    runId: string,
  ): Promise<(RestoreRun & { target: string | undefined; problems: Detail['problems'] }) | undefined> {
    const row = await this.#row(runId)
    if (!row) return undefined
    const detail = detailOf(await this.#restorable(row.generation_id), row)
    return { ...toRun(row, this.#busy.has(runId)), target: detail.order.target, problems: detail.problems }
  }

  /** No table tells for sure that a share of another machine is none of production's. */
  #isUnsure({ target }: RestoreOrder, roots: readonly RestoreRoot[]): boolean {
    const mounts = this.#mounts()
    return target !== undefined && roots.some((root) => isOnShare(root.target, mounts))
  }

  #mounts(): string {
    return (this.#parts.mounts ?? mountsNow)()
  }

  async #restorable(generationId: string): Promise<Restorable> {
    const restorable = await this.#parts.vault.restorable(generationId)
    // Toride's own state goes back by `toride recover`, never as loose files.
    if (restorable.source?.kind === 'own-state') throw new AppError('ACCESS_DENIED')
    return restorable
  }

  async #caseFor({ generation, source }: Restorable, order: RestoreOrder): Promise<number | undefined> {
    if (order.target !== undefined) return undefined
    if (!source || !HAS_OLD_PLACE.has(source.kind)) throw new AppError('RECOVERY_NO_OLD_PLACE')
    return this.#parts.cases.demandForProduction(generation)
  }

  async #roots(
    { generation, source, opened, hidden }: Restorable,
    { paths, target }: RestoreOrder,
  ): Promise<RestoreRoot[]> {
    const { vault, dataFolder } = this.#parts
    if (target === undefined && (!source || !HAS_OLD_PLACE.has(source.kind)))
      throw new AppError('RECOVERY_NO_OLD_PLACE')
    const place =
      target === undefined
        ? undefined
        : newPlace(target, {
            dataFolder,
            sources: await productionOf(vault),
            places: await placesOfBackups(vault),
            mounts: this.#mounts(),
          })
    if (place !== undefined) demandWritable(place)
    const index = await opened.repository.loadIndex()
    const whole = (source?.paths ?? []).map((path) => Buffer.from(path).toString('latin1'))
    const top = async () => [(await (await vault.browse(generation.id)).path([])) ?? '']
    const wanted = paths ?? (source && HAS_OLD_PLACE.has(source.kind) ? whole : await top())
    return rootsOf(await pick(opened.repository, index, generation.tree, wanted), hidden, place)
  }

  async #planOf(
    { opened }: Restorable,
    roots: readonly RestoreRoot[],
    existing: Existing,
    signal?: AbortSignal,
  ): Promise<RestorePlan> {
    const { repository } = opened
    const index = await repository.loadIndex()
    return planRestore({ repository, index, fs: posixTarget, roots, existing, ...(signal && { signal }) })
  }

  /** @throws RECOVERY_TARGET_IN_USE */
  #demandFree(roots: readonly RestoreRoot[]): void {
    for (const others of this.#busy.values())
      if (others.some((one) => roots.some(({ target }) => within(one, target) || within(target, one))))
        throw new AppError('RECOVERY_TARGET_IN_USE')
  }

  async #launch(
    restorable: Restorable,
    launch: Launch,
  ): Promise<{ runId: string; jobId: string; done: Promise<RestoreRun> }> {
    const { vault } = this.#parts
    this.#demandFree(launch.detail.roots)
    const targets = launch.detail.roots.map(({ target }) => target)
    const name = restorable.source?.name ?? restorable.generation.sourceId
    this.#busy.set(launch.id, targets)
    try {
      const begun = Promise.withResolvers<void>()
      const { id: jobId, done } = vault.jobs.start('restore', name, async (job) => {
        begun.resolve(this.#begin(restorable, launch))
        await begun.promise
        return this.#run(restorable, launch, job)
      })
      const ended = done.finally(() => this.#busy.delete(launch.id))
      ended.catch(() => undefined)
      // Nobody is sent to its page before it is written down.
      await Promise.race([begun.promise, ended])
      return { runId: launch.id, jobId, done: ended }
    } catch (error) {
      this.#busy.delete(launch.id)
      throw error
    }
  }

  async #run(restorable: Restorable, launch: Launch, job: JobHandle): Promise<RestoreRun> {
    const total = { files: 0, bytes: 0, verified: 0, kept: 0, problems: 0, skipped: 0 }
    const problems: { path: string; code: ErrorCode }[] = []
    try {
      for (const root of launch.detail.roots) {
        const result = await writeRoot(restorable, root, launch, { job, total })
        total.files += result.files
        total.bytes += result.bytes
        total.verified += result.verifiedFiles
        total.kept += result.kept
        total.problems += result.problemCount
        for (const { path, code } of result.problems.slice(0, NAMED - problems.length))
          problems.push({ path: pathText(`${root.target}${path}`), code })
      }
      // Under `skip` as many may differ as the plan said; one more was written meanwhile, or not as it should be.
      const mayDiffer = launch.detail.order.existing === 'skip' ? launch.counts.differing : Infinity
      const isWhole = total.problems === 0 && total.kept <= mayDiffer
      return await this.#end(restorable, launch, isWhole ? 'complete' : 'incomplete', total, problems)
    } catch (error) {
      const state = isAppError(error, 'BASE_CANCELLED') ? 'stopped' : 'failed'
      const code = isAppError(error) ? error.code : 'BASE_BUG'
      await this.#end(restorable, launch, state, total, problems, code)
      throw error
    }
  }

  async #begin(
    { generation, opened }: Restorable,
    { id, detail, counts, caseNumber, by, resumed }: Launch,
  ): Promise<void> {
    const { tables, ledger, clock } = this.#parts
    const { order } = detail
    await ledger.append({
      type: 'restore.started',
      actor: `person:${by}`,
      subject: `generation:${generation.id}`,
      data: {
        repository: generation.repository,
        snapshot: generation.id,
        run: id,
        existing: order.existing,
        resumed,
        to: order.target === undefined ? 'over' : 'new',
        scope: order.paths ? 'part' : 'all',
        files: counts.files,
        bytes: counts.bytes,
        ...(caseNumber !== undefined && { case: caseNumber }),
      },
    })
    const sealed = seal(opened.keys.seal, Buffer.from(JSON.stringify(detail)), Buffer.from(id))
    const row: RestoreRunRow = {
      id,
      case_number: caseNumber ?? null,
      source_id: generation.sourceId,
      generation_id: generation.id,
      sealed,
      kind: order.target === undefined ? 'over' : 'new',
      existing: order.existing,
      state: 'running',
      result: '',
      scope: order.paths ? 'part' : 'all',
      counts: JSON.stringify(counts),
      error_code: null,
      ended_at: null,
      started_at: clock.now(),
      started_by: by,
    }
    await tables
      .insertInto('restore_run')
      .values(row)
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet({ state: 'running', error_code: null, ended_at: null }),
      )
      .execute()
  }

  async #end(
    restorable: Restorable,
    { id, detail }: Launch,
    state: Exclude<RunState, 'running'>,
    { files, bytes, verified, kept, problems }: RunCounts,
    named: Detail['problems'],
    code?: ErrorCode,
  ): Promise<RestoreRun> {
    const { tables, ledger, clock, vault } = this.#parts
    const { generation, opened } = restorable
    const counts = { files, bytes, verified, kept, problems }
    const named_ = { repository: generation.repository, snapshot: generation.id }
    await ledger.append({
      type: 'restore.ended',
      actor: 'system:recovery',
      subject: `generation:${generation.id}`,
      data: { ...named_, run: id, result: state, ...counts },
    })
    const sealed = seal(opened.keys.seal, Buffer.from(JSON.stringify({ ...detail, problems: named })), Buffer.from(id))
    await tables
      .updateTable('restore_run')
      .set({ state, sealed, result: JSON.stringify(counts), error_code: code ?? null, ended_at: clock.now() })
      .where('id', '=', id)
      .execute()
    const row = (await this.#row(id))!
    const isProof = state === 'complete' && row.kind === 'new' && row.scope === 'all'
    if (isProof) {
      const durationMs = clock.now() - row.started_at
      const proof = { kind: 'restore', at: clock.now(), passed: true, files: verified, bytes, durationMs } as const
      await vault.generations.addProof(generation.id, proof)
    }
    return toRun(row, false)
  }

  #row(id: string): Promise<RestoreRunRow | undefined> {
    return this.#parts.tables.selectFrom('restore_run').selectAll().where('id', '=', id).executeTakeFirst()
  }
}

/** A plan as a person sees it. */
export interface ShownPlan extends RestorePlan {
  /** A new place on another machine: a person has to say that it is none that production uses. */
  readonly isUnsure: boolean
  /** Where the disk or share of a new place is mounted: `/` where a forgotten disk's folder would land too. */
  readonly disk: string | undefined
}

interface Launch {
  readonly id: string
  readonly detail: Detail
  readonly counts: RestoreRun['planned']
  readonly caseNumber: number | undefined
  readonly by: string
  readonly resumed: boolean
}

async function writeRoot(
  { opened, generation }: Restorable,
  { tree, target, include, exclude }: RestoreRoot,
  { id, detail: { order }, counts }: Launch,
  { job, total }: { job: JobHandle; total: { files: number; bytes: number; skipped: number } },
): Promise<RestoreResult> {
  const { repository, backend } = opened
  const before = { files: total.files, bytes: total.bytes }
  return restore({
    repository,
    index: await repository.loadIndex(),
    storage: backend.sync,
    fs: posixTarget,
    tree,
    settings: {
      target,
      include,
      exclude,
      ignoreCase: false,
      sparse: false,
      special: false,
      whole: true,
      overwrite: order.existing === 'skip' ? 'never' : 'always',
      owner: process.getuid?.() === 0,
      ...(order.existing === 'beside' && { aside: `.toride-${id.slice(0, 8)}` }),
    },
    startWorker: engineWorkers(opened),
    verify: true,
    signal: job.signal,
    onProgress: ({ files, bytes, phase }) =>
      job.report({
        phase: phase === 'verify' ? 'check' : 'write',
        generationId: generation.id,
        filesDone: before.files + files,
        filesTotal: counts.files,
        bytesDone: before.bytes + bytes,
        bytesTotal: counts.bytes,
      }),
  })
}

async function placesOfBackups(vault: Vault): Promise<string[]> {
  const places = await vault.otherPlaces.list()
  const named = places.flatMap((place) => (place.kind === 'folder' ? [place.config.folder] : []))
  return [...named, ...(await Promise.all(named.map(asItLies)))]
}

/** Folders of everything that is backed up here. */
async function productionOf(vault: Vault): Promise<string[]> {
  const named = (await vault.sources()).filter(({ kind }) => HAS_OLD_PLACE.has(kind)).flatMap(({ paths }) => paths)
  return [...named, ...(await Promise.all(named.map(asItLies)))]
}
