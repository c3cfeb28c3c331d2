/** The vault as the rest of the house uses it: sources, runs, generations, proofs, readers. One per data folder. */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { AppError, type Clock, type EpochMs, isAppError } from '#base'
import type { Database, Kysely } from '#db'
import { type Ledger, type LedgerReport, ledgerTiles, verifyLedger } from '#journal'
import { fileSystemFacts } from '#posix'
import type { SourceProblem } from '#restic'
import { type Checkpoint, parseVerifierKey } from '#tlog'
import { Browser } from './browse.ts'
import { type DataFolder, INSIDE } from './data-folder.ts'
import { expireGenerations } from './expire.ts'
import { type Generation, Generations } from './generations.ts'
import { generationsView } from './generations-view.ts'
import { type JobHandle, Jobs } from './jobs.ts'
import { type HouseFacts, type Light, lights, type SourceFacts } from './lights.ts'
import { ownStateFolder, stageOwnState } from './own-state.ts'
import { DEFAULT_POLICY, type RetentionPolicy } from './policy.ts'
import { CatalogueReader, type GenerationReader } from './reader.ts'
import { recoverGenerations } from './recover.ts'
import { LOCAL_PLACE, type OpenRepository, Repositories, type RepositorySecrets } from './repositories.ts'
import { restoreTest } from './restore-test.ts'
import { takeGeneration } from './run.ts'
import { decide, nextDue } from './schedule.ts'
import { unseal } from './seal.ts'
import { Settings } from './settings.ts'
import { checkPaths, type Source, type SourceInput, type SourceTrial, type StopReason, trySource } from './source.ts'
import type { SourceRow, VaultTables } from './tables.ts'

export interface VaultOptions {
  readonly folder: DataFolder
  readonly database: Database
  readonly ledger: Ledger
  readonly secrets: RepositorySecrets
  readonly clock: Clock
  readonly version: string
}

export interface PlaceFacts {
  readonly id: string
  readonly location: string
  readonly usedBytes: number
  readonly freeBytes: number
}

/** Id and name of the source that every institution has. */
const OWN_STATE = 'own-state'
const OWN_STATE_NAME = '砦の設定と記録'
/** The sample shows a real lock that a visitor can see end. */
const SAMPLE_LOCK_MS = 10 * 60_000

export class Vault {
  readonly jobs: Jobs
  readonly generations: Generations
  readonly #options: VaultOptions
  readonly #tables: Kysely<VaultTables>
  readonly #repositories: Repositories
  readonly #readers = new Map<string, CatalogueReader>()

  constructor(options: VaultOptions) {
    this.#options = options
    this.#tables = options.database.tables<VaultTables>()
    this.generations = new Generations(this.#tables)
    this.jobs = new Jobs(options.clock)
    this.#repositories = new Repositories({
      dataFolder: options.folder.path,
      secrets: options.secrets,
      clock: options.clock,
    })
  }

  get isSample(): boolean {
    return this.#options.folder.info.kind === 'sample'
  }

  /** The sources of the institution, in the order they were added; Toride's own state last. */
  async sources(): Promise<Source[]> {
    const rows = await this.#tables
      .selectFrom('source')
      .selectAll()
      .where('removed_at', 'is', null)
      .orderBy('created_at')
      .execute()
    const all = rows.map(fromRow)
    return [
      ...all.filter((source) => source.kind !== 'own-state'),
      ...all.filter((source) => source.kind === 'own-state'),
    ]
  }

  async source(id: string): Promise<Source | undefined> {
    return (await this.sources()).find((source) => source.id === id)
  }

  /** Looks at a source that is not saved yet. @throws VAULT_SOURCE_INVALID, _UNREADABLE, _HOLDS_VAULT */
  trySource(input: SourceInput): SourceTrial {
    return trySource(input, this.#options.folder.path)
  }

  /** Saves a source and makes its repository. @throws as {@link trySource}, and what making a repository throws */
  async addSource(input: SourceInput): Promise<Source> {
    const paths = input.kind === 'own-state' ? [...input.paths] : checkPaths(input, this.#options.folder.path)
    const id = input.kind === 'own-state' ? OWN_STATE : `${input.kind}-${randomUUID().slice(0, 8)}`
    const { repository } = await this.#repositories.create(id)
    await this.#tables
      .insertInto('source')
      .values({
        id,
        kind: input.kind,
        name: input.name,
        paths: JSON.stringify(paths),
        cron: input.schedule?.cron ?? null,
        repository: repository.config.id,
        policy: JSON.stringify(input.policy ?? DEFAULT_POLICY),
        created_at: this.#options.clock.now(),
        last_due_at: null,
        last_failure: null,
        last_failure_at: null,
        removed_at: null,
        stopped_at: null,
        stop_reason: null,
      })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute()
    return (await this.source(id))!
  }

  /**
   * Another name or time; what was taken stays as it is. Running work goes by its name: it is waited for.
   * @throws VAULT_SOURCE_INVALID for an unknown id and Toride's own state, VAULT_RUN_IN_PROGRESS
   */
  async changeSource(id: string, change: Pick<SourceInput, 'name' | 'schedule'>): Promise<void> {
    const source = await this.#clinicSource(id)
    const running = this.jobs.running('backup', source.name)
    if (running) throw new AppError('VAULT_RUN_IN_PROGRESS', { context: { jobId: running.id } })
    await this.#note(id, { name: change.name, cron: change.schedule?.cron ?? null })
  }

  /** No more runs until {@link resumeSource}; a run that is going ends by itself. No generation goes. @throws as {@link changeSource} */
  async stopSource(id: string, reason: StopReason): Promise<void> {
    await this.#clinicSource(id)
    await this.#note(id, { stopped_at: this.#options.clock.now(), stop_reason: reason })
  }

  async resumeSource(id: string): Promise<void> {
    await this.#clinicSource(id)
    await this.#note(id, { stopped_at: null, stop_reason: null })
  }

  async #clinicSource(id: string): Promise<Source> {
    const source = await this.source(id)
    if (!source || source.kind === 'own-state')
      throw new AppError('VAULT_SOURCE_INVALID', { context: { why: 'unknown' } })
    return source
  }

  /** Makes the source of Toride's own state where it is not there yet. */
  async ensureOwnState(): Promise<void> {
    if (await this.source(OWN_STATE)) return
    const path = ownStateFolder(this.#options.folder.path)
    await this.addSource({ kind: 'own-state', name: OWN_STATE_NAME, paths: [path] })
  }

  /**
   * Takes a generation now. The job's id at once; the end as a promise that the caller need not wait for.
   * @throws VAULT_RUN_IN_PROGRESS naming the job that is going, VAULT_SOURCE_INVALID for an unknown id, VAULT_SOURCE_STOPPED
   */
  async run(
    sourceId: string,
    due: EpochMs = this.#options.clock.now(),
  ): Promise<{ jobId: string; done: Promise<Generation> }> {
    const source = await this.source(sourceId)
    if (!source) throw new AppError('VAULT_SOURCE_INVALID', { context: { why: 'unknown' } })
    if (source.stopped) throw new AppError('VAULT_SOURCE_STOPPED')
    const { id, done } = this.jobs.start('backup', source.name, (job) => this.#runNow(source, due, job))
    // A failure is in the job and the source; nobody has to wait for it.
    done.catch(() => undefined)
    return { jobId: id, done }
  }

  async #runNow(source: Source, due: EpochMs, job: JobHandle): Promise<Generation> {
    const { clock, version, database, folder } = this.#options
    try {
      if (source.kind === 'own-state') await stageOwnState(folder.path, database)
      else checkPaths(source, folder.path)
      const opened = await this.#repositories.open(source.id)
      const generation = await takeGeneration({
        ...this.#parts(source, opened),
        clock,
        version,
        lockMs: this.isSample ? SAMPLE_LOCK_MS : undefined,
        due,
        job,
      })
      await this.#note(source.id, { last_due_at: due, last_failure: null, last_failure_at: null })
      await expireGenerations(this.#parts(source, opened))
      return generation
    } catch (error) {
      const code = isAppError(error) ? error.code : 'BASE_BUG'
      await this.#note(source.id, { last_due_at: due, last_failure: code, last_failure_at: clock.now() })
      throw error
    }
  }

  #parts(source: Source, opened: OpenRepository) {
    const { ledger, clock } = this.#options
    return { source, opened, generations: this.generations, ledger, clock }
  }

  async #note(id: string, change: Partial<SourceRow>): Promise<void> {
    await this.#tables.updateTable('source').set(change).where('id', '=', id).execute()
  }

  /**
   * Restores a whole generation into a scratch folder, compares every byte with what the trees say, removes it again and
   * records the result: the evidence of the third light.
   */
  async startRestoreTest(generationId: string): Promise<{ jobId: string; done: Promise<boolean> }> {
    const generation = await this.#generation(generationId)
    const source = await this.source(generation.sourceId)
    const { id, done } = this.jobs.start('restore-test', source?.name ?? generation.sourceId, async (job) => {
      const { ledger, clock } = this.#options
      const afresh = this.#repositories.afresh.bind(this.#repositories)
      return restoreTest({ generation, afresh, generations: this.generations, ledger, clock, job })
    })
    done.catch(() => undefined)
    return { jobId: id, done }
  }

  /** @throws VAULT_GENERATION_UNKNOWN, VAULT_KEY_MISSING */
  async openGeneration(id: string): Promise<GenerationReader> {
    const known = this.#readers.get(id)
    if (known) return known
    const generation = await this.#generation(id)
    const reader = new CatalogueReader(await this.#repositories.open(generation.sourceId), generation)
    this.#readers.set(id, reader)
    return reader
  }

  async #generation(id: string): Promise<Generation> {
    const generation = await this.generations.get(id)
    if (!generation) throw new AppError('VAULT_GENERATION_UNKNOWN')
    return generation
  }

  /** Folders and files of a generation of a source without charts. @throws VAULT_GENERATION_UNKNOWN, VAULT_KEY_MISSING */
  async browse(id: string): Promise<Browser> {
    const generation = await this.#generation(id)
    return new Browser(await this.#repositories.open(generation.sourceId), generation)
  }

  /** Where the repository of a source lies in the local place. */
  repositoryFolder(sourceId: string): string {
    return this.#repositories.folder(sourceId)
  }

  /** Says that a chart was opened out of a generation and every byte matched: the evidence of the fourth light. */
  async chartOpened(generationId: string, opened: { files: number; bytes: number; durationMs: number }): Promise<void> {
    await this.generations.addProof(generationId, {
      kind: 'chart',
      at: this.#options.clock.now(),
      passed: true,
      ...opened,
    })
  }

  /** What a generation could not read of its source. Paths are patient data. */
  async skipped(generationId: string): Promise<SourceProblem[]> {
    const sealed = await this.generations.skippedSealed(generationId)
    if (!sealed) return []
    const generation = await this.#generation(generationId)
    const { keys } = await this.#repositories.open(generation.sourceId)
    return JSON.parse(unseal(keys.seal, sealed, Buffer.from(generationId)).toString()) as SourceProblem[]
  }

  /**
   * Checks the ledger, and the generations that lie here against it. Reads only, also while a server works on the folder.
   * Every file that a generation needs is looked for; its bytes are read where `readData` asks for it.
   * @param known checkpoints kept elsewhere: the state database's last sight of the log, a printed sheet
   */
  async verifyLedger(
    known: readonly Pick<Checkpoint, 'size' | 'root'>[] = [],
    { readData = false } = {},
  ): Promise<LedgerReport> {
    const { folder, ledger, clock } = this.#options
    const opened: OpenRepository[] = []
    for (const source of await this.sources()) {
      // One that does not open (damaged, keys closed) is not looked at, and the report says so (REPOSITORY_NOT_SEEN).
      try {
        opened.push(await this.#repositories.open(source.id))
      } catch (error) {
        if (!isAppError(error)) throw error
      }
    }
    const tiles = ledgerTiles(join(folder.path, INSIDE.ledger))
    const verifier = parseVerifierKey(ledger.verifierKey)
    const parts = { generations: this.generations, clock, readData }
    return verifyLedger({ tiles, verifier, known }, generationsView(opened, parts))
  }

  async lights(extra: { stations: number }): Promise<readonly Light[]> {
    const sources = (await this.sources()).filter((source) => source.kind !== 'own-state')
    const facts: HouseFacts = {
      isSample: this.isSample,
      now: this.#options.clock.now(),
      sources: await Promise.all(sources.map((source) => this.#facts(source))),
      places: 1,
      stations: extra.stations,
    }
    return lights(facts)
  }

  async #facts(source: Source): Promise<SourceFacts> {
    const generations = await this.generations.list({ sourceId: source.id })
    const proofs = generations.flatMap((generation) =>
      generation.proofs.map((proof) => ({ ...proof, asOf: generation.startedAt })),
    )
    const newest = (kind: string) => proofs.filter((proof) => proof.kind === kind).toSorted((a, b) => b.at - a.at)[0]
    const test = newest('restore')
    const chart = newest('chart')
    const isThere = await this.#repositories.isThere(source.id)
    return {
      name: source.name,
      schedule: source.schedule,
      stoppedAt: source.stopped?.at,
      addedAt: source.createdAt,
      holdsCharts: source.kind === 'ssmix2',
      lastRunFailed: !isThere || source.lastFailure !== undefined,
      // What cannot be opened protects nobody: not taken, not locked, no proof of it holds.
      generations: (isThere ? generations : []).map((g) => ({
        ...g,
        takenAt: g.dueAt,
        isGood: g.closure === 'complete',
      })),
      lastRestoreTest: test && {
        at: test.at,
        passed: isThere && test.passed,
        durationMs: test.durationMs,
        files: test.files,
      },
      lastOpened: chart && isThere ? { at: chart.at, asOf: chart.asOf } : undefined,
    }
  }

  async places(): Promise<PlaceFacts[]> {
    const path = this.#options.folder.path
    const sizes = await Promise.all((await this.sources()).map((source) => this.#usedBytes(source.id)))
    const { freeBytes } = fileSystemFacts(path)
    return [{ id: LOCAL_PLACE, location: path, usedBytes: sizes.reduce((a, b) => a + b, 0), freeBytes }]
  }

  async #usedBytes(sourceId: string): Promise<number> {
    try {
      const { backend } = await this.#repositories.open(sourceId)
      return (await backend.list('data')).reduce((sum, file) => sum + file.sizeBytes, 0)
    } catch {
      return 0
    }
  }

  nextRun(source: Source): EpochMs | undefined {
    if (source.stopped) return undefined
    return source.schedule && nextDue(source.schedule, this.#options.clock.now())
  }

  /** Asked every half minute: starts what is due, and Toride's own state after it. */
  async tick(): Promise<void> {
    for (const source of await this.sources()) {
      if (!source.schedule || source.stopped) continue
      const state = {
        lastStartedDue: source.lastDueAt,
        isRunning: this.jobs.running('backup', source.name) !== undefined,
      }
      const decision = decide(source.schedule, state, this.#options.clock.now())
      if (!decision.start) continue
      const { done } = await this.run(source.id, decision.due)
      await done.catch(() => undefined)
      await this.runOwnState(decision.due)
    }
  }

  async runOwnState(due?: EpochMs): Promise<void> {
    const { done } = await this.run(OWN_STATE, due)
    await done.catch(() => undefined)
  }

  /**
   * After a start: takes up what a kill left between ledger, database and locks. A repository that does not open is the
   * failure of its source; the others go on.
   */
  async recover(): Promise<void> {
    for (const source of await this.sources()) {
      try {
        await recoverGenerations(this.#parts(source, await this.#repositories.open(source.id)))
      } catch (error) {
        if (!isAppError(error)) throw error
        await this.#note(source.id, { last_failure: error.code, last_failure_at: this.#options.clock.now() })
      }
    }
  }

  async setting(name: string): Promise<string | undefined> {
    return new Settings(this.#options.database).setting(name)
  }

  async saveSetting(name: string, value: string): Promise<void> {
    await new Settings(this.#options.database).saveSetting(name, value)
  }

  /** Stops running work (it leaves only what the next run uses) and closes the repositories. */
  async close(): Promise<void> {
    this.jobs.cancelAll()
    await this.#repositories.close()
  }
}

function fromRow(row: SourceRow): Source {
  return {
    id: row.id,
    kind: row.kind as Source['kind'],
    name: row.name,
    paths: JSON.parse(row.paths) as string[],
    schedule: row.cron === null ? undefined : { cron: row.cron },
    policy: JSON.parse(row.policy) as RetentionPolicy,
    repository: row.repository,
    createdAt: row.created_at,
    lastDueAt: row.last_due_at ?? undefined,
    stopped:
      row.stopped_at === null ? undefined : { at: row.stopped_at, reason: (row.stop_reason ?? 'other') as StopReason },
    lastFailure: row.last_failure === null ? undefined : { code: row.last_failure, at: row.last_failure_at ?? 0 },
  }
}
