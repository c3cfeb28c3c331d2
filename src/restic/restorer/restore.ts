import { detailOf, isAppError, type SyncBackend, type TargetFs } from '#base'
import type { BlobIndex } from '../blob-index.ts'
import type { Node } from '../node.ts'
import type { Repository } from '../repository.ts'
import { Control, controlled, WorkerPool, type StartWorker } from '../workers.ts'
import type { WriterContext } from './file-writer.ts'
import { TargetFolder } from './folder.ts'
import { linkNames } from './hard-links.ts'
import { restoreLarge } from './large-file.ts'
import { addProblem, addTally, emptyTally, type RestoreSettings, type RestoreTally } from './ports.ts'
import { SubtreeRestorer, type RestoreMode } from './subtree.ts'
import { writerContext, type RestoreJob, type RestoreWorkerData, type Subtree } from './worker.ts'

export interface RestoreOptions {
  readonly repository: Repository
  readonly index: BlobIndex
  /** Where packs are read from; workers open the same. */
  readonly storage: SyncBackend
  readonly fs: TargetFs
  /** Tree of the snapshot, or of a folder in it. */
  readonly tree: string
  readonly settings: RestoreSettings
  /** Starts a worker that calls runEngineWorker. Absent: everything in this thread. */
  readonly startWorker?: StartWorker
  readonly workerCount?: number
  /** Read everything back afterwards. */
  readonly verify?: boolean
  readonly signal?: AbortSignal
  readonly onProgress?: (done: { files: number; bytes: number; phase: RestoreMode }) => void
}

export interface RestoreResult {
  readonly files: number
  readonly folders: number
  /** Symbolic links and special files. */
  readonly others: number
  readonly skipped: number
  /** That had the name of something in the snapshot, differ from it, and are still there: beside it, or in its place. */
  readonly kept: number
  readonly bytes: number
  readonly specialSkipped: number
  readonly verifiedFiles: number
  /** The first 10,000; `problemCount` counts all. */
  readonly problems: RestoreTally['problems']
  readonly problemCount: number
  /** What metadata the target system refused: kind and reason, and for how many. */
  readonly lost: ReadonlyMap<string, number>
}

/** So many folders are looked at here before threads are worth their start. */
const FOLDERS_HERE = 256
/** Folders with more nodes than this are restored in slices by all threads. */
const SLICE_NODES = 2000

/**
 * Writes a tree into the target folder. Existing content is treated by the overwrite policy and never left half-written;
 * nothing is written outside the target. What fails is named in the result and the rest goes on.
 * @throws STORAGE_FULL, BASE_CANCELLED, and what makes the whole impossible (target, root tree)
 */
export async function restore(options: RestoreOptions): Promise<RestoreResult> {
  const total = await runMode(options, 'restore')
  const verified = options.verify ? await runMode(options, 'verify') : emptyTally()
  addProblems(total, verified)
  const { files, folders, others, skipped, bytes, specialSkipped, problems, problemCount, lost } = total
  const counts = { files, folders, others, skipped, kept: total.kept + verified.kept, bytes, specialSkipped }
  return { ...counts, verifiedFiles: verified.files, problems, problemCount, lost }
}

/** A file that could not be restored fails its reading too: it is named once. */
function addProblems(total: RestoreTally, verified: RestoreTally): void {
  const known = new Set(total.problems.map((problem) => problem.path))
  for (const problem of verified.problems) if (!known.has(problem.path)) addProblem(total, problem)
}

async function runMode(options: RestoreOptions, mode: RestoreMode): Promise<RestoreTally> {
  const control = new Control()
  const { signal } = options
  const onProgress =
    options.onProgress && ((done: { files: number; bytes: number }) => options.onProgress!({ ...done, phase: mode }))
  return controlled(control, { signal, onProgress }, async () => {
    const data: RestoreWorkerData = {
      index: options.index.shared,
      masterKey: options.repository.masterKey,
      settings: options.settings,
      control: control.shared,
    }
    const run = new RestoreRun(options, mode, writerContext(data, options.storage, options.fs), data)
    try {
      return await run.all()
    } finally {
      await run.close()
    }
  })
}

/** One pass over the tree: this thread takes the upper folders, workers the subtrees below. */
class RestoreRun {
  readonly #options: RestoreOptions
  readonly #mode: RestoreMode
  readonly #context: WriterContext
  readonly #root: TargetFolder
  readonly #restorer: SubtreeRestorer
  readonly #pool: WorkerPool<RestoreJob, RestoreTally> | undefined
  readonly #total = emptyTally()
  /** Folders opened here, whose metadata comes when all beneath them is done. */
  readonly #above: TargetFolder[] = []
  readonly #jobs: RestoreJob[] = []
  readonly #subtrees: Subtree[] = []

  constructor(options: RestoreOptions, mode: RestoreMode, context: WriterContext, data: RestoreWorkerData) {
    this.#options = options
    this.#mode = mode
    this.#context = context
    this.#root = TargetFolder.root(options.fs, options.settings.target, options.settings.whole)
    this.#restorer = new SubtreeRestorer(context, mode)
    const { startWorker, workerCount = 2 } = options
    if (startWorker) this.#pool = new WorkerPool(() => startWorker({ restore: data }), workerCount)
  }

  async all(): Promise<RestoreTally> {
    this.#upperFolders()
    this.#dealSubtrees()
    await Promise.all(this.#jobs.map(async (job) => addTally(this.#total, await this.#pool!.run(job))))
    addTally(this.#total, this.#restorer.tally)
    if (this.#mode === 'restore') {
      for (const large of this.#total.large)
        await this.#named(large, () => restoreLarge(this.#context, this.#root, large, this.#pool, this.#total))
      linkNames(this.#context, this.#root, this.#total)
    }
    const last = new SubtreeRestorer(this.#context, this.#mode)
    for (const folder of this.#above.toReversed()) last.finishFolder(folder)
    addTally(this.#total, last.tally)
    return this.#total
  }

  async close(): Promise<void> {
    await this.#pool?.close()
    for (const folder of this.#above) folder.close()
    this.#root.close()
  }

  /** Level by level, until enough subtrees lie ready for the workers or there is nothing more. */
  #upperFolders(): void {
    let level: { folder: TargetFolder; node: Pick<Node, 'subtree'> }[] = [
      { folder: this.#root, node: { subtree: this.#options.tree } },
    ]
    let seen = 0
    while (level.length > 0) {
      const next: typeof level = []
      for (const { folder, node } of level) {
        this.#expand(folder, node, (child, childNode) => {
          if (this.#pool === undefined) this.#restorer.restoreFolder(child, childNode)
          else if (seen + next.length >= FOLDERS_HERE) this.#hand(child, childNode)
          else next.push({ folder: child, node: childNode })
        })
      }
      seen += level.length
      level = next
    }
  }

  #expand(
    folder: TargetFolder,
    node: Pick<Node, 'subtree'>,
    onFolder: (child: TargetFolder, node: Node) => void,
  ): void {
    if (folder !== this.#root) this.#above.push(folder)
    try {
      const nodes = this.#restorer.nodesOf(node)
      const slices = this.#pool !== undefined && nodes.length > SLICE_NODES
      const here = slices ? nodes.filter((one) => one.type === 'dir') : nodes
      this.#restorer.restoreNodes(folder, here, onFolder, nodes)
      if (slices) this.#slice(folder, node.subtree!, nodes)
    } catch (error) {
      if (folder === this.#root || !isAppError(error) || ['BASE_CANCELLED', 'STORAGE_FULL'].includes(error.code))
        throw error
      addProblem(this.#total, { path: folder.path, code: error.code, detail: detailOf(error) })
    }
  }

  /** Many small jobs would cost more in messages than in work; few large ones would leave threads idle at the end. */
  #dealSubtrees(): void {
    const size = Math.max(1, Math.ceil(this.#subtrees.length / (16 * (this.#options.workerCount ?? 2))))
    for (let i = 0; i < this.#subtrees.length; i += size) {
      this.#jobs.push({ kind: 'folders', mode: this.#mode, folders: this.#subtrees.slice(i, i + size) })
    }
  }

  #hand(child: TargetFolder, node: Node): void {
    child.close()
    this.#subtrees.push({ above: child.parent!.names, node })
  }

  /** Files of a large folder in equal parts; its folders were met above. */
  #slice(folder: TargetFolder, tree: string, nodes: readonly Node[]): void {
    for (let from = 0; from < nodes.length; from += SLICE_NODES) {
      this.#jobs.push({ kind: 'slice', mode: this.#mode, folder: folder.names, tree, from, to: from + SLICE_NODES })
    }
  }

  async #named(what: { folder: readonly Uint8Array[]; node: Node }, run: () => Promise<void>): Promise<void> {
    try {
      await run()
    } catch (error) {
      if (!isAppError(error) || ['BASE_CANCELLED', 'STORAGE_FULL'].includes(error.code)) throw error
      const path = `/${[...what.folder, what.node.name].map((name) => Buffer.from(name).toString('latin1')).join('/')}`
      addProblem(this.#total, { path, code: error.code, detail: detailOf(error) })
    }
  }
}
