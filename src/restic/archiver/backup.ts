import { availableParallelism } from 'node:os'
import { hash } from 'node:crypto'
import { AppError, isAppError } from '#base'
import { BlobReader } from '../blob-reader.ts'
import { PackSaver } from '../pack-saver.ts'
import type { Repository } from '../repository.ts'
import { encodeSnapshot, loadSnapshot } from '../snapshot.ts'
import { LARGE_FILE_BYTES, saveLargeFile } from './large-file.ts'
import { snapshotSummary, type BackupOptions, type BackupResult, type BackupSummary } from './options.ts'
import { PendingRecords } from './pending-records.ts'
import type { BackupProgress, SourceProblem } from './ports.ts'
import { RecordFolder, TreeFolder, type PreviousFolder } from './previous.ts'
import {
  addCounts,
  Control,
  type FileJob,
  noCounts,
  type UnitJob,
  type WalkCounts,
  type WorkerSetup,
} from './protocol.ts'
import { Spine, type SpineFile, type SpineUnit } from './spine.ts'
import { RepositoryState, SPINE_KEY } from './state.ts'
import { decodeRecord, knownPlaces } from './unit-record.ts'
import { excluder } from './worker.ts'
import { WorkerPool } from './worker-pool.ts'

const NS_PER_MS = 1_000_000n
/** File times move in ticks of some milliseconds; two seconds also cover file systems like exFAT. */
const RACY_NS = 2_000_000_000n
const UNITS_PER_JOB = 16
const FILES_PER_JOB = 64
const PROGRESS_INTERVAL_MS = 250

/**
 * Takes one snapshot. The snapshot file is the last thing written: whatever stops it earlier leaves only unreferenced
 * packs and indexes, which the next run builds upon.
 * @throws BASE_CANCELLED; RESTIC_SOURCE_MISSING where none of the paths exists; whatever the backend throws
 */
export async function backup(options: BackupOptions): Promise<BackupResult> {
  const run = new BackupRun(
    options,
    await RepositoryState.open(options.repository, options.units, options.attestedPacks),
  )
  return run.run()
}

class BackupRun {
  readonly #options: BackupOptions
  readonly #state: RepositoryState
  readonly #saver: PackSaver
  readonly #pending: PendingRecords
  readonly #control = new Control()
  readonly #counts = noCounts()
  readonly #problems: SourceProblem[] = []
  readonly #saves = new Set<Promise<void>>()
  #phase: BackupProgress['phase'] = 'scan'
  #failure: unknown
  /** Of the last run, where it is sound. */
  #spineRecord: Uint8Array | undefined

  constructor(options: BackupOptions, state: RepositoryState) {
    this.#options = options
    this.#state = state
    this.#pending = new PendingRecords(state, options.units)
    this.#saver = new PackSaver(options.repository, state.index, (name, packs) => {
      state.addIndexFile(name, packs)
      // The records first: a state that names the packs of a record that is not there yet only costs time.
      state.save(options.excludes ?? [], undefined)
      this.#pending.putResolved()
    })
  }

  async run(): Promise<BackupResult> {
    const { signal } = this.#options
    const stop = (): void => this.#fail(new AppError('BASE_CANCELLED'))
    signal?.addEventListener('abort', stop)
    const timer = setInterval(() => this.#progress(), PROGRESS_INTERVAL_MS)
    try {
      if (signal?.aborted) throw new AppError('BASE_CANCELLED')
      return await this.#archive()
    } finally {
      clearInterval(timer)
      signal?.removeEventListener('abort', stop)
    }
  }

  async #archive(): Promise<BackupResult> {
    const racyFromNs = BigInt(this.#options.clock.now()) * NS_PER_MS - RACY_NS
    const startMs = this.#options.clock.now()
    const { fs, paths, isUnit, excludes = [] } = this.#options
    const spine = new Spine(paths, await this.#previous(), {
      fs,
      isUnit,
      isExcluded: excluder(excludes),
      racyFromNs,
      report: (problem) => this.#problems.push(problem),
    })
    this.#phase = 'files'
    const pool = this.#startPool(spine, racyFromNs)
    try {
      await this.#saveSource(pool, spine)
      await Promise.all(this.#saves)
      this.#throwIfFailed()
    } catch (error) {
      throw this.#failure ?? error
    } finally {
      this.#control.cancel()
      await pool.end()
    }
    return this.#finish(spine, startMs)
  }

  /** What the spine held the last time: its record, or else the parent snapshot's trees where they can be read at once. */
  async #previous(): Promise<PreviousFolder | undefined> {
    this.#spineRecord = this.#state.record(SPINE_KEY)
    if (this.#spineRecord) return new RecordFolder(decodeRecord(this.#spineRecord).root)
    const { repository, snapshot } = this.#options
    const { sync } = repository.backend
    if (snapshot.parent === undefined || !sync) return undefined
    await this.#state.loadIndex()
    const tree = await parentTree(repository, snapshot.parent)
    if (tree === undefined) return undefined
    return new TreeFolder(new BlobReader(sync, this.#state.index, repository.masterKey, repository.sealer), tree)
  }

  #startPool(spine: Spine, racyFromNs: bigint): WorkerPool {
    const { repository, startWorker, trustFolderTimes = false, excludes = [] } = this.#options
    const setup: WorkerSetup = {
      masterKey: repository.masterKey,
      version: repository.config.version,
      chunkerPolynomial: repository.config.chunkerPolynomial,
      index: this.#state.index.shared,
      control: this.#control.shared,
      excludes,
      trustFolderTimes: trustFolderTimes && this.#state.hasSameExcludes(excludes),
      racyFromNs,
    }
    const files = spine.files.filter((file) => !file.outcome)
    // A large file is work for all.
    const hasLarge = files.some(isLarge)
    const jobs = hasLarge ? Infinity : Math.ceil(spine.units.length / UNITS_PER_JOB) + files.length
    const count = Math.min(this.#options.workerCount ?? availableParallelism(), Math.max(1, jobs))
    return new WorkerPool(jobs === 0 ? 0 : count, () => startWorker(setup), {
      onPack: (pack) => this.#track(this.#saver.add(pack)),
      onNeedIndex: () => this.#track(this.#loadIndex(), false),
      onWalked: (counts, problems) => this.#addCounts(counts, problems),
      onFailure: (error) => this.#fail(error),
    })
  }

  async #saveSource(pool: WorkerPool, spine: Spine): Promise<void> {
    for (const file of spine.files) if (file.outcome) this.#countKnown(file)
    const jobs = [
      ...this.#unitJobs(pool, spine.units),
      ...this.#fileJobs(
        pool,
        spine.files.filter((file) => !file.outcome),
      ),
    ]
    await Promise.all(jobs)
    await pool.runOnEach({ type: 'finish' })
  }

  #unitJobs(pool: WorkerPool, units: readonly SpineUnit[]): Promise<void>[] {
    const jobs: Promise<void>[] = []
    for (let i = 0; i < units.length; i += UNITS_PER_JOB) {
      jobs.push(this.#saveUnits(pool, units.slice(i, i + UNITS_PER_JOB)))
    }
    return jobs
  }

  async #saveUnits(pool: WorkerPool, units: readonly SpineUnit[]): Promise<void> {
    const makeJob = ({ path, parentTree }: SpineUnit): UnitJob => {
      const record = this.#state.record(path)
      return { path, ...(record ? { record } : parentTree === undefined ? {} : { parentTree }) }
    }
    // Records are read when their turn comes: those of a million files are 300 MB.
    const outcomes = await pool.run(() => ({ type: 'units', units: units.map(makeJob) }))
    for (const [i, outcome] of outcomes.entries()) {
      units[i]!.outcome = outcome
      if (outcome.body) this.#pending.add(units[i]!.path, outcome.body)
    }
  }

  #fileJobs(pool: WorkerPool, files: readonly SpineFile[]): Promise<void>[] {
    const jobs = files.filter(isLarge).map(async (file) => {
      file.outcome = await saveLargeFile(pool, file.path, Number(file.stat.size))
      if (file.outcome) this.#countLarge(file)
    })
    const small = files.filter((file) => !isLarge(file))
    for (let i = 0; i < small.length; i += FILES_PER_JOB) {
      const batch = small.slice(i, i + FILES_PER_JOB)
      const job = pool.run({ type: 'files', files: batch.map(fileJob) })
      jobs.push(job.then((outcomes) => outcomes.forEach((outcome, k) => (batch[k]!.outcome = outcome))))
    }
    return jobs
  }

  async #finish(spine: Spine, startMs: number): Promise<BackupResult> {
    this.#phase = 'saving'
    const { repository, snapshot, paths, clock, excludes = [], units } = this.#options
    const writer = repository.packWriter(this.#state.index, this.#saver)
    const { tree, body } = await spine.finish(async (json, previousTree) => {
      // A tree that the sound spine record names is there. Others are stored without loading the index where it is not
      // loaded yet: these few are at worst stored twice, while loading costs more than listing the whole source.
      if (previousTree !== undefined && hash('sha256', json) === previousTree) return previousTree
      if (!this.#spineRecord) await this.#loadIndex()
      return writer.add('tree', Buffer.from(json))
    })
    await writer.finish()
    this.#throwIfFailed()
    this.#addCounts(spine.counts, [])
    const summary = this.#summary()
    const snapshotId = await repository.saveUnpacked(
      'snapshots',
      encodeSnapshot({
        ...snapshot,
        timeNs: BigInt(snapshot.time.getTime()) * NS_PER_MS,
        tree,
        paths: paths.map((path) => Buffer.from(path, 'latin1').toString('utf8')),
        excludes,
        summary: snapshotSummary(summary, startMs, clock.now()),
      }),
    )
    await this.#putSpineRecord(body)
    this.#state.save(excludes, { files: summary.totalFiles, bytes: summary.totalBytes })
    units?.retain(new Set(spine.units.map((unit) => unit.path)))
    this.#phase = 'done'
    this.#progress()
    return {
      snapshotId,
      treeId: tree,
      ...summary,
      problems: this.#problems,
      units: spine.units.map((unit) => unit.path),
    }
  }

  async #putSpineRecord(body: Uint8Array): Promise<void> {
    this.#pending.add(SPINE_KEY, body, this.#spineRecord && knownPlaces(this.#spineRecord))
    this.#pending.putResolved()
    if (this.#pending.isEmpty) return
    // A run that was cut left units that are newer than the spine's record: only the index knows their trees.
    await this.#loadIndex()
    this.#pending.putResolved()
  }

  #summary(): BackupSummary {
    const { saved } = this.#saver
    const { filesNew, filesChanged, filesUnmodified } = this.#counts
    return {
      ...this.#counts,
      totalFiles: filesNew + filesChanged + filesUnmodified,
      dataBlobs: saved.dataBlobs,
      treeBlobs: saved.treeBlobs,
      dataAdded: saved.plainBytes,
      dataAddedPacked: saved.packedBytes,
    }
  }

  async #loadIndex(): Promise<void> {
    await this.#state.loadIndex()
    this.#control.indexIsReady()
  }

  /** Follows work that nobody awaits at once; its failure ends the run. */
  #track(work: Promise<void>, isPack = true): void {
    const tracked = work
      .catch((error: unknown) => this.#fail(error))
      .finally(() => {
        this.#saves.delete(tracked)
        if (isPack) this.#control.packSaved()
      })
    this.#saves.add(tracked)
  }

  #fail(error: unknown): void {
    this.#failure ??= error
    this.#control.cancel()
  }

  #throwIfFailed(): void {
    if (this.#failure !== undefined) throw this.#failure
  }

  #addCounts(counts: WalkCounts, problems: readonly SourceProblem[]): void {
    addCounts(this.#counts, counts)
    this.#problems.push(...problems)
  }

  #countKnown(file: SpineFile): void {
    this.#counts.filesUnmodified++
    this.#counts.totalBytes += Number(file.stat.size)
    this.#control.progress(1, Number(file.stat.size))
  }

  #countLarge(file: SpineFile): void {
    this.#counts[file.isNew ? 'filesNew' : 'filesChanged']++
    this.#counts.totalBytes += file.outcome!.sizeBytes
    this.#control.progress(1, 0)
  }

  #progress(): void {
    const { files, bytes } = this.#control.done
    this.#options.onProgress?.({
      phase: this.#phase,
      filesDone: files,
      bytesDone: bytes,
      filesExpected: this.#state.lastTotals?.files,
      bytesExpected: this.#state.lastTotals?.bytes,
    })
  }
}

const fileJob = ({ path, isNew, stat }: SpineFile): FileJob => ({ path, isNew, sizeBytes: Number(stat.size) })

const isLarge = (file: SpineFile): boolean => file.stat.size >= LARGE_FILE_BYTES

/** A parent that is gone or damaged costs time: everything is read again. */
async function parentTree(repository: Repository, parent: string): Promise<string | undefined> {
  try {
    return (await loadSnapshot(repository, parent)).tree
  } catch (error) {
    if (isAppError(error, 'STORAGE_NOT_FOUND') || isAppError(error, 'RESTIC_DAMAGED')) return undefined
    throw error
  }
}
