import { AppError, type Clock, type EpochMs, type SyncBackend } from '#base'
import type { BlobIndex } from '../blob-index.ts'
import { CheckTeam } from '../checker/check.ts'
import { loadIndexes, type LoadedIndex } from '../checker/load.ts'
import { Findings } from '../findings.ts'
import { Marks } from '../marks.ts'
import type { Repository } from '../repository.ts'
import { loadSnapshots } from '../snapshot.ts'
import { Control, controlled, type StartWorker } from '../workers.ts'
import { gatherPacks, isHeld, removeFiles, saveIndexFiles } from './index-writer.ts'
import { planPrune, type PackUse, type PrunePlan } from './prune-plan.ts'

export interface PruneOptions {
  readonly repository: Repository
  readonly storage: SyncBackend
  readonly clock: Clock
  readonly dryRun?: boolean
  /** restic's --max-unused; 5 percent. Without effect where the storage holds files: nothing is repacked there. */
  readonly maxUnusedPercent?: number
  /** Snapshots to leave out of account: about to be forgotten (dry run of forget and prune together). */
  readonly ignoreSnapshots?: ReadonlySet<string>
  /**
   * Deletes in two steps: packs leave the indexes now and the disk only when a later run finds them unneeded still, this
   * long afterwards. Without it packs go at once, as restic does under its exclusive lock.
   */
  readonly twoPhase?: { readonly pending: ReadonlyMap<string, EpochMs>; readonly delayMs: number }
  readonly startWorker?: StartWorker
  readonly workerCount?: number
  readonly signal?: AbortSignal
}

export interface PruneResult {
  readonly packsRemoved: number
  readonly packsRepacked: number
  readonly bytesFreed: number
  /** Dead bytes that stay, in packs that are partly needed or held. */
  readonly bytesUnused: number
  readonly bytesNeeded: number
  /** Unneeded packs that stay since they, or an index file that lists them, are held. */
  readonly packsHeld: number
  readonly indexFilesAdded: readonly string[]
  readonly indexFilesRemoved: number
  /** To be handed in as `twoPhase.pending` next time. */
  readonly pending: ReadonlyMap<string, EpochMs>
}

/** So many index files with few blobs are worth one larger one. */
const SMALL_INDEX_FILES = 8
const SMALL_INDEX_BLOBS = 10_000

/**
 * Removes what no snapshot needs. The order survives a cut at any moment: new packs, new indexes, old indexes, old packs.
 * The caller holds the exclusive lock. Where the storage holds files against deletion nothing is repacked, only whole
 * packs go, and small index files are joined once they are free.
 * @throws RESTIC_DAMAGED, RESTIC_BLOB_MISSING where something that is needed cannot be found: nothing was changed then
 */
export async function prune(options: PruneOptions): Promise<PruneResult> {
  const { repository } = options
  const loaded = await loadAll(options)
  const files = await repository.backend.list('data')
  const plan = planPrune({
    index: loaded.index,
    claims: loaded.claims,
    files,
    needed: loaded.needed,
    repack: repository.backend.retention === undefined || !(await holdsAnything(options, files)),
    maxUnusedPercent: options.maxUnusedPercent ?? 5,
  })
  return new PruneRun(options, loaded, plan).execute()
}

interface Loaded extends LoadedIndex {
  readonly needed: Marks
}

async function loadAll(options: PruneOptions): Promise<Loaded> {
  const { repository, ignoreSnapshots } = options
  const { snapshots, unreadable } = await loadSnapshots(repository)
  if (unreadable.length > 0) throw refuse(`${unreadable.length} snapshots cannot be read`)
  const findings = new Findings()
  const loaded = await loadIndexes(repository, findings)
  if (findings.errorCount > 0) throw refuse('an index file cannot be read')
  const needed = Marks.create(loaded.index.blobCount)
  const control = new Control()
  const team = new CheckTeam(options, {
    index: loaded.index.shared,
    marks: needed.shared,
    masterKey: repository.masterKey,
    control: control.shared,
  })
  try {
    const roots = snapshots.filter((one) => !ignoreSnapshots?.has(one.id)).map((one) => one.tree)
    const walked = await controlled(control, { signal: options.signal }, () => team.walk(roots))
    const broken = walked.list.find((one) => one.what === 'tree-unreadable' || one.what === 'node-content-missing')
    if (broken) throw refuse(`${broken.what}: ${broken.tree?.slice(0, 8)}`)
  } finally {
    await team.close()
  }
  return { ...loaded, needed }
}

function refuse(detail: string): AppError {
  return new AppError('RESTIC_DAMAGED', { detail: `not pruned: ${detail}` })
}

/** One held pack says that this storage is a place with locks. */
async function holdsAnything(options: PruneOptions, files: readonly { name: string }[]): Promise<boolean> {
  for (const { name } of files) if (await isHeld(options.repository, 'data', name, options.clock.now())) return true
  return false
}

class PruneRun {
  readonly #options: PruneOptions
  readonly #repository: Repository
  readonly #loaded: Loaded
  readonly #plan: PrunePlan
  readonly #nowMs: EpochMs

  constructor(options: PruneOptions, loaded: Loaded, plan: PrunePlan) {
    this.#options = options
    this.#repository = options.repository
    this.#loaded = loaded
    this.#plan = plan
    this.#nowMs = options.clock.now()
  }

  async execute(): Promise<PruneResult> {
    const freeIndexes = await this.#freeIndexes()
    const { going, held } = await this.#divide(freeIndexes)
    const rewritten = this.#chooseIndexes(freeIndexes, new Set(going.map((pack) => pack.id)))
    const deletion = this.#whenToDelete(going)
    const dryRun = this.#options.dryRun ?? false
    const added = dryRun ? [] : await this.#write(rewritten, new Set(going.map((pack) => pack.id)))
    if (!dryRun) {
      await removeFiles(this.#repository, 'index', rewritten)
      await removeFiles(
        this.#repository,
        'data',
        deletion.now.map((pack) => pack.id),
      )
    }
    return {
      packsRemoved: deletion.now.length,
      packsRepacked: this.#plan.repack.length,
      bytesFreed: sum(deletion.now, (pack) => pack.sizeBytes) - sum(this.#plan.repack, (pack) => pack.neededBytes),
      bytesUnused: sum([...this.#plan.keep, ...held], (pack) => pack.sizeBytes - pack.neededBytes),
      bytesNeeded: sum([...this.#plan.keep, ...this.#plan.repack], (pack) => pack.neededBytes),
      packsHeld: held.length,
      indexFilesAdded: added,
      indexFilesRemoved: rewritten.length,
      pending: deletion.later,
    }
  }

  async #freeIndexes(): Promise<Set<string>> {
    const free = new Set<string>()
    for (const { name } of this.#loaded.indexFiles) {
      if (!(await isHeld(this.#repository, 'index', name, this.#nowMs))) free.add(name)
    }
    return free
  }

  /** A pack can go when neither it nor any index file that lists it is held: no index may name what is not there. */
  async #divide(freeIndexes: ReadonlySet<string>): Promise<{ going: PackUse[]; held: PackUse[] }> {
    const going: PackUse[] = []
    const held: PackUse[] = []
    const orphans = this.#plan.orphans.map((one): PackUse => ({ ...one, neededBytes: 0, neededBlobs: 0, blobCount: 0 }))
    for (const pack of [...this.#plan.unneeded, ...this.#plan.repack, ...orphans]) {
      const listed = this.#loaded.claims.get(pack.id)?.indexes ?? []
      const free = listed.every((name) => freeIndexes.has(name))
      if (free && !(await isHeld(this.#repository, 'data', pack.id, this.#nowMs))) going.push(pack)
      else held.push(pack)
    }
    return { going, held }
  }

  /** Index files to write anew: those that list a pack that goes, and small ones when there are many. */
  #chooseIndexes(free: ReadonlySet<string>, going: ReadonlySet<string>): string[] {
    const listing = new Set<string>()
    for (const id of going) for (const name of this.#loaded.claims.get(id)?.indexes ?? []) listing.add(name)
    const small = this.#loaded.indexFiles.filter((file) => free.has(file.name) && file.blobCount < SMALL_INDEX_BLOBS)
    if (small.length >= SMALL_INDEX_FILES) for (const file of small) listing.add(file.name)
    return [...listing]
  }

  #whenToDelete(going: readonly PackUse[]): { now: PackUse[]; later: Map<string, EpochMs> } {
    const { twoPhase } = this.#options
    if (twoPhase === undefined) return { now: [...going], later: new Map() }
    const now: PackUse[] = []
    const later = new Map<string, EpochMs>()
    for (const pack of going) {
      const since = twoPhase.pending.get(pack.id) ?? this.#nowMs
      if (this.#nowMs - since >= twoPhase.delayMs && twoPhase.pending.has(pack.id)) now.push(pack)
      else later.set(pack.id, since)
    }
    return { now, later }
  }

  /** New packs, then new index files; the names of the latter. */
  async #write(rewritten: readonly string[], going: ReadonlySet<string>): Promise<string[]> {
    const { index } = this.#loaded
    const before = new Set((await this.#repository.backend.list('index')).map((file) => file.name))
    const entryCount = index.blobCount
    if (this.#plan.repack.length > 0) await this.#repack(index, entryCount)
    const packs = await gatherPacks(this.#repository, rewritten, (id) => going.has(id))
    await saveIndexFiles(this.#repository, packs)
    return (await this.#repository.backend.list('index')).map((file) => file.name).filter((name) => !before.has(name))
  }

  /** Copies needed blobs out of packs that are mostly dead, each checked against its id on the way. */
  async #repack(index: BlobIndex, entryCount: number): Promise<void> {
    const packs = new Set(this.#plan.repack.map((pack) => pack.id))
    const writer = this.#repository.packWriter(index)
    const id = Buffer.alloc(32)
    for (let entry = 0; entry < entryCount; entry++) {
      if (!this.#plan.kept.has(entry)) continue
      const { packId, type, offset, length, uncompressedLength } = index.location(entry)
      if (!packs.has(packId)) continue
      this.#options.signal?.throwIfAborted()
      index.readId(entry, id)
      const sealed = await this.#repository.backend.load({ kind: 'data', name: packId }, offset, length)
      await writer.add(type, this.#repository.openBlob(id.toString('hex'), sealed, uncompressedLength), true)
    }
    await writer.finish()
  }
}

function sum<T>(list: readonly T[], value: (one: T) => number): number {
  return list.reduce((total, one) => total + value(one), 0)
}
