import { parentPort, type MessagePort } from 'node:worker_threads'
import { AppError, isAppError, type ByteString, type SourceFs, type SyncBackend } from '#base'
import { BlobIndex } from '../blob-index.ts'
import { BlobReader } from '../blob-reader.ts'
import { Sealer } from '../crypto.ts'
import { Kernel } from '../kernel/kernel.ts'
import { pathPatterns } from '../pattern.ts'
import { BlobStore } from './blob-store.ts'
import { FileSaver } from './file-saver.ts'
import { FolderWalk } from './folder-walk.ts'
import type { Observer, SourceProblem } from './ports.ts'
import { RecordFolder, TreeFolder, type PreviousFolder } from './previous.ts'
import {
  type CutJob,
  type CutOutcome,
  Control,
  noCounts,
  type FileJob,
  type FileOutcome,
  type FromWorker,
  type Job,
  type ToWorker,
  type UnitJob,
  type UnitOutcome,
  type WorkerSetup,
} from './protocol.ts'
import { decodeRecord } from './unit-record.ts'

export interface WorkerBindings {
  /** What startWorker was given. */
  readonly workerData: unknown
  readonly fs: SourceFs
  /** Present for local repositories: folders without a record are then compared with the parent snapshot's trees. */
  readonly storage?: SyncBackend
  readonly observer?: Observer
}

/** The body of an archiver's worker thread: answers jobs on parentPort until it is terminated. */
export function runArchiverWorker(bindings: WorkerBindings): void {
  if (!parentPort) throw new AppError('BASE_BUG', { detail: 'not in a worker thread' })
  const port = parentPort
  const worker = new ArchiverWorker(bindings, port)
  port.on('message', (message: ToWorker) => port.postMessage(worker.answer(message)))
}

class ArchiverWorker {
  readonly #storage: SyncBackend | undefined
  readonly #setup: WorkerSetup
  readonly #index: BlobIndex
  readonly #sealer: Sealer
  readonly #store: BlobStore
  readonly #files: FileSaver
  readonly #walk: FolderWalk
  readonly #observer: Observer | undefined
  #problems: SourceProblem[] = []
  #reader: BlobReader | undefined

  constructor({ workerData, fs, storage, observer }: WorkerBindings, port: MessagePort) {
    this.#storage = storage
    this.#observer = observer
    this.#setup = reviveSetup(workerData as WorkerSetup)
    const { masterKey, version, chunkerPolynomial, excludes, trustFolderTimes, racyFromNs } = this.#setup
    const control = new Control(this.#setup.control)
    const kernel = new Kernel()
    const report = (problem: SourceProblem): void => void this.#problems.push(problem)
    this.#index = BlobIndex.attach(this.#setup.index)
    this.#sealer = new Sealer(kernel, masterKey)
    this.#store = new BlobStore(this.#sealer, this.#index, control, port, version >= 2)
    this.#files = new FileSaver({ fs, kernel, polynomial: chunkerPolynomial, store: this.#store, control, report })
    this.#walk = new FolderWalk({
      fs,
      files: this.#files,
      store: this.#store,
      control,
      report,
      observer,
      isExcluded: excluder(excludes),
      trustFolderTimes,
      racyFromNs,
    })
  }

  answer({ id, job }: ToWorker): FromWorker {
    this.#problems = []
    this.#walk.counts = noCounts()
    try {
      const result = this.#run(job)
      return { type: 'done', id, result, counts: this.#walk.counts, problems: this.#problems }
    } catch (error) {
      const code = isAppError(error) ? error.code : 'RESTIC_WORKER_FAILED'
      return { type: 'failed', id, error: { code, detail: error instanceof Error ? (error.stack ?? '') : '' } }
    }
  }

  #run(job: Job): unknown {
    switch (job.type) {
      case 'units':
        return job.units.map((unit) => this.#unit(unit))
      case 'files':
        return job.files.map((file) => this.#file(file))
      case 'cut':
        return this.#cut(job)
      case 'chunks':
        return this.#files.saveChunks(job.path, job.from, job.lengths)
      case 'finish':
        this.#store.finish()
        return undefined
    }
  }

  #unit(unit: UnitJob): UnitOutcome {
    const outcome = this.#walk.unit(unit.path, this.#previous(unit))
    if (!outcome) return { tree: undefined, complete: false }
    const { tree, changed, complete } = outcome
    return changed ? { tree, complete, body: this.#walk.record.take() } : { tree, complete }
  }

  #previous({ record, parentTree }: UnitJob): PreviousFolder | undefined {
    if (record) return new RecordFolder(decodeRecord(record).root)
    if (parentTree === undefined || !this.#storage) return undefined
    this.#store.awaitIndex()
    this.#reader ??= new BlobReader(this.#storage, this.#index, this.#setup.masterKey)
    return new TreeFolder(this.#reader, parentTree)
  }

  #cut({ path, from, length, sizeBytes }: CutJob): CutOutcome | undefined {
    const observer = from === 0 ? this.#observer : undefined
    let note: Uint8Array | undefined
    const cut = this.#files.cut(path, from, length, (first) => {
      note = observer?.observeFile('', path.slice(1), first, sizeBytes)
    })
    return cut && { ...cut, note }
  }

  #file({ path, isNew, sizeBytes }: FileJob): FileOutcome {
    const observer = this.#observer
    let note: Uint8Array | undefined
    const saved = this.#files.save(
      path,
      sizeBytes,
      observer && {
        maxBytes: observer.maxBytes,
        see: (bytes, size) => (note = observer.observeFile('', path.slice(1), bytes, size)),
      },
    )
    if (!saved) return undefined
    this.#walk.counts[isNew ? 'filesNew' : 'filesChanged']++
    this.#walk.counts.totalBytes += saved.sizeBytes
    // The attributes are read by the spine, with those of its folders: buffers change their kind between threads.
    return { content: saved.content, sizeBytes: saved.sizeBytes, note }
  }
}

/** Whether a path is left out. @param patterns restic's, see pattern.ts */
export function excluder(patterns: readonly string[]): (path: ByteString) => boolean {
  if (patterns.length === 0) return () => false
  const compiled = pathPatterns(patterns)
  return (path) => compiled.matches(path)
}

/** Buffers arrive as plain byte arrays. */
function reviveSetup(setup: WorkerSetup): WorkerSetup {
  const { encrypt, macK, macR } = setup.masterKey
  return { ...setup, masterKey: { encrypt: Buffer.from(encrypt), macK: Buffer.from(macK), macR: Buffer.from(macR) } }
}
