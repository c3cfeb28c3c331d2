/** Taking generations: by hand and by time, on change, Toride's own state after them, the monthly restore tests. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { AppError, type Clock, type EpochMs, isAppError } from '#base'
import type { CommandBook } from '#commands'
import type { Database } from '#db'
import type { Ledger } from '#journal'
import { type DataFolder, INSIDE } from './data-folder.ts'
import { type Erasures, excludesOf } from './erasure.ts'
import { expireGenerations } from './expire.ts'
import type { Generation, Generations } from './generations.ts'
import type { JobHandle, Jobs } from './jobs.ts'
import { stageOwnState } from './own-state.ts'
import type { Policies } from './policy/policies.ts'
import { demandWhole, fhirSettings, pullFhir } from './prepare/fhir-pull.ts'
import { IntakeFiles } from './intake.ts'
import { around, type AroundParts, finishKilled } from './prepare/around.ts'
import { type CommandRecord, commandRecords } from './prepare/command-log.ts'
import { recoverGenerations } from './recover.ts'
import type { Freeze } from './freeze.ts'
import type { Instants } from './instant/instants.ts'
import type { OpenRepository, Repositories, RepositorySecrets } from './repositories.ts'
import { restoreTest } from './restore-test.ts'
import { takeGeneration } from './run.ts'
import { decide, isRehearsalDue, REHEARSE_AFTER_MS } from './schedule.ts'
import { checkPaths, isOwnFolder, type PathRules, type Source } from './source.ts'
import type { Signs } from './signs.ts'
import type { Sources } from './sources.ts'
import type { VaultTables } from './tables.ts'
import { fingerprintOf, isLookDue, isTakeDue, isWatched, looked, started, taken } from './watch.ts'

export interface RunsParts {
  readonly folder: DataFolder
  readonly database: Database
  readonly ledger: Ledger
  readonly clock: Clock
  readonly version: string
  readonly isSample: boolean
  readonly sources: Sources
  readonly repositories: Repositories
  readonly generations: Generations
  readonly jobs: Jobs
  readonly policies: Policies
  readonly erasures: Erasures
  readonly freeze: Freeze
  readonly instants: Pick<Instants, 'inUse'>
  readonly signs: Signs
  readonly commands: CommandBook
  readonly pathRules: PathRules
  readonly secrets: RepositorySecrets
}

/** The sample shows a real lock that a visitor can see end. */
const SAMPLE_LOCK_MS = 10 * 60_000

/** What proves a source by itself, where it is more than the restore test. */
export interface Rehearsing {
  /** The next is due so long after the last; undefined: only by hand. */
  everyMs(): Promise<number | undefined>
  /** To its end, however it ends. */
  rehearse(generation: Generation): Promise<unknown>
}

export class Runs {
  readonly #parts: RunsParts
  #rehearsing: Rehearsing = {
    everyMs: async () => REHEARSE_AFTER_MS,
    rehearse: async ({ id }) => (await this.startRestoreTest(id)).done,
  }
  readonly #running = new Set<Promise<unknown>>()

  constructor(parts: RunsParts) {
    this.#parts = parts
  }

  /**
   * Takes a generation now. The job's id at once; the end as a promise that the caller need not wait for.
   * @throws VAULT_RUN_IN_PROGRESS naming the job that is going, VAULT_SOURCE_INVALID for an unknown id, VAULT_SOURCE_STOPPED
   */
  async run(
    sourceId: string,
    due: EpochMs = this.#parts.clock.now(),
  ): Promise<{ jobId: string; done: Promise<Generation> }> {
    const source = await this.#parts.sources.get(sourceId)
    if (!source) throw new AppError('VAULT_SOURCE_INVALID', { context: { why: 'unknown' } })
    if (source.stopped || source.replaced) throw new AppError('VAULT_SOURCE_STOPPED')
    const { id, done } = this.#parts.jobs.start('backup', source.name, (job) => this.#runNow(source, due, job))
    const ended = done.catch(() => undefined).finally(() => this.#running.delete(ended))
    this.#running.add(ended)
    // A failure is in the job and the source; nobody has to wait for it.
    return { jobId: id, done }
  }

  async #runNow(source: Source, due: EpochMs, job: JobHandle): Promise<Generation> {
    const { clock, version, database, folder } = this.#parts
    try {
      if (source.kind === 'own-state') await stageOwnState(folder.path, database)
      const opened = await this.#parts.repositories.open(source.id)
      const taking = {
        ...this.#with(source, opened),
        version,
        lockMs: this.#parts.isSample ? SAMPLE_LOCK_MS : undefined,
        due,
        excludes: excludesOf(await this.#parts.erasures.hidden()),
      }
      const largestBytes = (await this.#parts.generations.list({ sourceId: source.id, limit: 1 }))[0]?.bytes ?? 0
      // Before anything is read: what changes during the run is seen as a change after it.
      const before = isWatched(source) ? await fingerprintOf(source.paths) : undefined
      const generation = await around(this.#around(source, opened), job, largestBytes, (within, share) => {
        // After the command before: it may be what lays the files there.
        if (!isOwnFolder(source.kind)) checkPaths(source, this.#parts.pathRules)
        return takeGeneration({ ...taking, job: within, share })
      })
      // Before anything is let go: what looks like an attack freezes that.
      await this.#parts.signs.look({ source, generation, catalogue: opened.catalogue, keys: opened.keys })
      const watch = isWatched(source) ? { watch: JSON.stringify(taken(source.watch, before, clock.now())) } : {}
      await this.#parts.sources.note(source.id, {
        last_due_at: due,
        last_failure: null,
        last_failure_at: null,
        ...watch,
      })
      await this.#letGo(source, opened)
      return generation
    } catch (error) {
      const code = isAppError(error) ? error.code : 'BASE_BUG'
      await this.#parts.sources.note(source.id, { last_due_at: due, last_failure: code, last_failure_at: clock.now() })
      throw error
    }
  }

  #around(source: Source, opened: OpenRepository): AroundParts {
    const { database, clock } = this.#parts
    return {
      source,
      commands: this.#parts.commands,
      log: { tables: database.tables<VaultTables>(), sourceId: source.id, sealKey: opened.keys.seal },
      note: (change) => this.#parts.sources.note(source.id, change),
      clock,
      ...(source.kind === 'fhir-server' && { pull: (job: JobHandle) => this.#pull(source, opened, job) }),
    }
  }

  async #pull(source: Source, opened: OpenRepository, job: JobHandle): Promise<() => void> {
    const { generations, clock, secrets } = this.#parts
    job.report({ phase: 'dump' })
    const last = (await generations.list({ sourceId: source.id })).find(({ closure }) => closure === 'complete')
    const copy = await pullFhir({
      settings: fhirSettings(source, secrets),
      folder: source.paths[0]!,
      previous: last && new IntakeFiles(opened, last.tree, source, { covers: () => false }),
      clock,
      job,
    })
    return () => demandWhole(copy)
  }

  /** What the commands of a source printed, newest first. May hold patient data. @throws VAULT_KEY_MISSING */
  async commandRecords(source: Source): Promise<CommandRecord[]> {
    return commandRecords(this.#around(source, await this.#parts.repositories.open(source.id)).log)
  }

  #with(source: Source, opened: OpenRepository) {
    const { ledger, clock, generations } = this.#parts
    return { source, opened, generations, ledger, clock }
  }

  /**
   * Restores a whole generation into a scratch folder, compares every byte with what the trees say, removes it again and
   * records the result: the evidence of the third light.
   */
  async startRestoreTest(generationId: string): Promise<{ jobId: string; done: Promise<boolean> }> {
    const generation = await this.#parts.generations.demand(generationId)
    const source = await this.#parts.sources.get(generation.sourceId)
    const { id, done } = this.#parts.jobs.start('restore-test', source?.name ?? generation.sourceId, async (job) => {
      const { ledger, clock } = this.#parts
      const afresh = this.#parts.repositories.afresh.bind(this.#parts.repositories)
      return restoreTest({ generation, afresh, generations: this.#parts.generations, ledger, clock, job })
    })
    done.catch(() => undefined)
    return { jobId: id, done }
  }

  /** Asked every half minute: starts what is due, Toride's own state after it, and at the end the restore tests. */
  async runDue(): Promise<void> {
    let ran = await this.#takeChanged()
    for (const source of await this.#parts.sources.list()) {
      if (!source.schedule || source.stopped || source.replaced) continue
      const state = {
        lastStartedDue: source.lastDueAt,
        isRunning: this.#parts.jobs.running('backup', source.name) !== undefined,
      }
      const decision = decide(source.schedule, state, this.#parts.clock.now())
      if (!decision.start) continue
      const { done } = await this.run(source.id, decision.due)
      await done.catch(() => undefined)
      await this.runOwnState(decision.due)
      ran = true
    }
    await this.#parts.policies.raise({ again: ran })
    if (ran) await this.letGoReplaced()
    if (ran) await this.#rehearse()
  }

  /** Looks at what is taken on change, and takes what changed. One after the other, like everything by time. */
  async #takeChanged(): Promise<boolean> {
    let ran = false
    for (const source of await this.#parts.sources.list()) {
      const now = this.#parts.clock.now()
      if (!isWatched(source) || source.stopped || source.replaced || !isLookDue(source.watch, now)) continue
      if (this.#parts.jobs.running('backup', source.name)) continue
      const state = looked(source.watch, await fingerprintOf(source.paths), now)
      const newest = (await this.#parts.generations.list({ sourceId: source.id, limit: 1 }))[0]
      const isDue = isTakeDue(state, newest?.startedAt, now)
      await this.#parts.sources.note(source.id, { watch: JSON.stringify(isDue ? started(state) : state) })
      if (!isDue) continue
      const { done } = await this.run(source.id, now)
      await done.catch(() => undefined)
      await this.runOwnState(now)
      ran = true
    }
    return ran
  }

  async #letGo(source: Source, opened: OpenRepository): Promise<void> {
    if ((await this.#parts.freeze.until()) === undefined)
      await expireGenerations({ ...this.#with(source, opened), inUse: () => this.#parts.instants.inUse() })
  }

  /** After a night's runs: sources that were re-keyed take no run after which their generations would go; with the last of them erasures are done. */
  async letGoReplaced(): Promise<void> {
    for (const source of await this.#parts.sources.list())
      if (source.replaced && (await this.#parts.repositories.isThere(source.id)))
        await this.#letGo(source, await this.#parts.repositories.open(source.id))
    await this.#parts.erasures.complete()
  }

  /** Instead of the plain restore test, by the room above that knows more steps. */
  rehearseWith(rehearsing: Rehearsing): void {
    this.#rehearsing = rehearsing
  }

  /**
   * The monthly restore test of each source, without a hand. What it finds is recorded as any other's; one that had no room
   * or was stopped says nothing, and the next night tries again.
   */
  async #rehearse(): Promise<void> {
    const everyMs = await this.#rehearsing.everyMs()
    if (everyMs === undefined) return
    for (const source of await this.#parts.sources.list()) {
      if (source.kind === 'own-state' || source.replaced) continue
      const newest = (await this.#parts.generations.list({ sourceId: source.id })).find(
        (one) => one.closure === 'complete',
      )
      const last = await this.#parts.generations.newestProof(source.id, 'restore')
      const isTesting = this.#parts.jobs.running('restore-test', source.name) !== undefined
      if (!newest || isTesting || !isRehearsalDue(last?.at, this.#parts.clock.now(), everyMs)) continue
      await this.#rehearsing.rehearse(newest).catch(() => undefined)
    }
  }

  /** A run by hand; Toride's own state follows it (SECURITY.md 19) in the background. What fails stands at its source. */
  async runThenOwnState(sourceId: string, due: EpochMs): Promise<{ readonly jobId: string }> {
    const { jobId, done } = await this.run(sourceId, due)
    void done.then(() => this.runOwnState()).catch(() => undefined)
    return { jobId }
  }

  async runOwnState(due?: EpochMs): Promise<void> {
    const own = await this.#parts.sources.ownState()
    if (!own) throw new AppError('VAULT_SOURCE_INVALID', { context: { why: 'unknown' } })
    const { done } = await this.run(own.id, due)
    await done.catch(() => undefined)
  }

  /**
   * After a start: takes up what a kill left between ledger, database and locks. A repository that does not open is the
   * failure of its source; the others go on.
   */
  async recover(): Promise<void> {
    // Dumps in the clear, of runs that were killed.
    rmSync(join(this.#parts.folder.path, INSIDE.dumps), { recursive: true, force: true })
    for (const source of await this.#parts.sources.list()) {
      try {
        const opened = await this.#parts.repositories.open(source.id)
        await recoverGenerations(this.#with(source, opened))
        if (source.unfinished !== undefined) await finishKilled(this.#around(source, opened))
      } catch (error) {
        if (!isAppError(error)) throw error
        await this.#parts.sources.note(source.id, {
          last_failure: error.code,
          last_failure_at: this.#parts.clock.now(),
        })
      }
    }
  }

  /** Until the commands after runs have done their work; running work was asked to stop before. */
  async ended(): Promise<void> {
    await Promise.all(this.#running)
  }
}
