import { randomInt } from 'node:crypto'
import type { SyncBackend } from '#base'
import { BlobIndex } from '../blob-index.ts'
import { Findings, type Finding } from '../findings.ts'
import { Marks } from '../marks.ts'
import type { Repository } from '../repository.ts'
import { loadSnapshots, type Snapshot } from '../snapshot.ts'
import { Control, controlled, WorkerPool, type StartWorker } from '../workers.ts'
import { comparePacks, loadIndexes, type PackClaim } from './load.ts'
import type { PackToRead } from './packs.ts'
import { CheckJobs, type CheckJob, type CheckWorkerData, type PlainFindings } from './worker.ts'

/** How much data to read: none, all, part n of t (a rotating check), about so many percent, chosen at random, or these packs. */
export type ReadData =
  | 'none'
  | 'all'
  | { readonly part: number; readonly of: number }
  | { readonly percent: number }
  | { readonly packs: ReadonlySet<string> }

export interface CheckOptions {
  readonly repository: Repository
  readonly storage: SyncBackend
  readonly readData: ReadData
  /** Only these snapshots' trees; absent: all. Packs are checked in any case. */
  readonly snapshots?: readonly string[]
  readonly startWorker?: StartWorker
  readonly workerCount?: number
  readonly signal?: AbortSignal
  readonly onProgress?: (done: { phase: 'trees' | 'packs'; files: number; bytes: number; total?: number }) => void
}

export interface CheckResult {
  /** Up to 1,000 of each kind; the counts count all. */
  readonly findings: readonly Finding[]
  readonly errorCount: number
  readonly warningCount: number
  readonly snapshots: readonly Snapshot[]
  readonly packCount: number
  readonly packsRead: number
  readonly bytesRead: number
  /** What loading found, for those who go on from here (prune, vault's closure). */
  readonly index: BlobIndex
  readonly needed: Marks
  readonly claims: ReadonlyMap<string, PackClaim>
}

/**
 * Checks a repository: snapshots and indexes readable, packs there with their sizes, every tree and node sound and every
 * blob that a snapshot needs in the index; with `readData` every byte of the chosen packs. Changes nothing.
 */
export async function check(options: CheckOptions): Promise<CheckResult> {
  const { repository, signal } = options
  const findings = new Findings()
  const control = new Control()
  // Snapshots before indexes: what a backup adds meanwhile is then in neither or in both (design.rst, "Read ordering").
  const { snapshots, unreadable } = await loadSnapshots(repository)
  for (const { id, error } of unreadable) {
    findings.add({ severity: 'error', what: 'snapshot-unreadable', snapshot: id, detail: String(error) })
  }
  const { index, claims } = await loadIndexes(repository, findings)
  const files = await repository.backend.list('data')
  comparePacks(claims, files, findings)
  const marks = Marks.create(index.blobCount)
  const data = { index: index.shared, marks: marks.shared, masterKey: repository.masterKey, control: control.shared }
  const team = new CheckTeam(options, data)
  try {
    const roots = snapshots.filter((one) => options.snapshots?.includes(one.id) ?? true).map((one) => one.tree)
    const onTrees =
      options.onProgress &&
      ((done: { files: number; bytes: number }) => options.onProgress!({ phase: 'trees', ...done }))
    await controlled(control, { signal, onProgress: onTrees }, async () => findings.addAll(await team.walk(roots)))
    const packs = choosePacks(options.readData, claims, files)
    const before = control.done
    const onPacks =
      options.onProgress &&
      ((done: { files: number; bytes: number }) =>
        options.onProgress!({
          phase: 'packs',
          files: done.files - before.files,
          bytes: done.bytes,
          total: packs.length,
        }))
    await controlled(control, { signal, onProgress: onPacks }, async () => findings.addAll(await team.read(packs)))
    return {
      findings: findings.list,
      errorCount: findings.errorCount,
      warningCount: findings.warningCount,
      snapshots,
      packCount: files.length,
      packsRead: packs.length,
      bytesRead: control.done.bytes,
      index,
      needed: marks,
      claims,
    }
  } finally {
    await team.close()
  }
}

/** Trees visited here before the rest is worth threads. */
const TREES_HERE = 200

/** This thread and its workers: the same jobs run in either. */
export class CheckTeam {
  readonly #pool: WorkerPool<CheckJob, PlainFindings> | undefined
  readonly #here: CheckJobs
  readonly #threads: number

  constructor(
    options: Pick<CheckOptions, 'storage' | 'startWorker' | 'workerCount'>,
    shared: Omit<CheckWorkerData, 'proven'>,
  ) {
    const { startWorker, workerCount = 2 } = options
    const { blobCount } = BlobIndex.attach(shared.index)
    const data = { ...shared, proven: Marks.create(blobCount).shared }
    this.#threads = workerCount
    this.#here = new CheckJobs(data, options.storage)
    if (startWorker) this.#pool = new WorkerPool(() => startWorker({ check: data }), workerCount)
  }

  /** Walks all trees below the roots once. */
  async walk(roots: readonly string[]): Promise<Findings> {
    const walker = this.#here.walker()
    let level: string[] = [...roots]
    for (let seen = 0; level.length > 0 && seen < TREES_HERE; seen += level.length) {
      level = level.flatMap((tree) => walker.visit(tree))
    }
    if (this.#pool === undefined) walker.walk(level.splice(0))
    const { findings } = walker
    // Small jobs: subtrees differ in size by orders of magnitude.
    for (const part of await this.#runAll(
      cut([...new Set(level)], this.#threads * 16).map((trees) => ({ kind: 'trees', trees })),
    )) {
      findings.addAll(part)
    }
    return findings
  }

  async read(packs: readonly PackToRead[]): Promise<Findings> {
    const findings = new Findings()
    const jobs = cut(packs, Math.max(this.#threads * 4, Math.ceil(packs.length / 8)))
    for (const part of await this.#runAll(jobs.map((some) => ({ kind: 'packs', packs: some })))) findings.addAll(part)
    return findings
  }

  async close(): Promise<void> {
    await this.#pool?.close()
  }

  async #runAll(jobs: readonly CheckJob[]): Promise<PlainFindings[]> {
    // One small job is not worth the start of a thread.
    const { readBytes } = size(jobs)
    if (this.#pool === undefined || (jobs.length <= 1 && readBytes < 32_000_000)) {
      return jobs.map((job) => this.#here.run(job))
    }
    return Promise.all(jobs.map((job) => this.#pool!.run(job)))
  }
}

function size(jobs: readonly CheckJob[]): { readBytes: number } {
  const packs = jobs.flatMap((job) => (job.kind === 'packs' ? job.packs : []))
  return { readBytes: packs.reduce((sum, pack) => sum + pack.sizeBytes, 0) }
}

function choosePacks(
  readData: ReadData,
  claims: ReadonlyMap<string, PackClaim>,
  files: readonly { readonly name: string; readonly sizeBytes: number }[],
): PackToRead[] {
  if (readData === 'none') return []
  const all = files.flatMap(({ name, sizeBytes }) => {
    const claim = claims.get(name)
    return claim ? [{ id: name, sizeBytes, blobCount: claim.blobCount }] : []
  })
  if (readData === 'all') return all
  if ('packs' in readData) return all.filter((pack) => readData.packs.has(pack.id))
  // restic's parts: by the first byte of the pack's id, so that t runs with n = 1..t read everything once.
  if ('part' in readData)
    return all.filter((pack) => parseInt(pack.id.slice(0, 2), 16) % readData.of === readData.part - 1)
  return sample(all, Math.ceil((all.length * readData.percent) / 100))
}

function sample<T>(all: readonly T[], count: number): T[] {
  const left = [...all]
  return Array.from({ length: Math.min(count, all.length) }, () => left.splice(randomInt(left.length), 1)[0]!)
}

/** In at most `count` parts of about the same length, dealt out in turn: large ones meet no neighbour of their kind. */
function cut<T>(all: readonly T[], count: number): T[][] {
  const parts = Array.from({ length: Math.min(count, all.length) }, (): T[] => [])
  for (const [i, one] of all.entries()) parts[i % parts.length]!.push(one)
  return parts
}
