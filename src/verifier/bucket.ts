/**
 * A bucket with Object Lock, looked at by somebody other than production, with credentials that read alone (SECURITY.md 13).
 * Production extends the locks of what each new generation needs; one that is stolen may go on writing generations and
 * quietly stop that. Here it shows: every new generation is locked, and whatever it needs at least as long.
 */
import { isAppError, type EpochMs, type FileRef } from '#base'
import { objectKey } from '#attest'
import { check, loadSnapshot, Repository, type StartWorker } from '#restic'
import { openPlaceBackend, openS3Backend, type StorageConfig } from '#storage'

export type BucketPlace = Extract<StorageConfig, { kind: 's3' }>

/** What was seen before; locks in COMPLIANCE mode never get shorter, so their ends stay true. */
export interface BucketBook {
  /** Generations that were looked at. */
  seen: string[]
  /** Of these something was wrong: looked at again until nothing is. */
  wrong: string[]
  /** When a new one was last seen, by this machine's clock. */
  newAt: EpochMs
  /** End of each lock, by `kind/name`. */
  readonly ends: Record<string, EpochMs>
}

export interface BucketFinding {
  /**
   * late = no new generation for too long; unlocked = a generation without a lock that nobody can lift; short = it is
   * locked, and something that it needs not as long; ends-soon = something that a locked one needs ends within a week;
   * damaged = a tree or index file cannot be read, or something is missing.
   */
  readonly what: 'late' | 'unlocked' | 'short' | 'ends-soon' | 'damaged'
  readonly snapshot: string
  readonly objects: number
}

export interface LookOptions {
  readonly place: BucketPlace
  readonly password: string
  readonly book: BucketBook
  readonly now: EpochMs
  readonly lateMs: number
  readonly startWorker?: StartWorker
  readonly signal?: AbortSignal
}

const WEEK_MS = 7 * 86_400_000
/** Servers keep whole seconds. */
const SECOND_MS = 1000

/** @returns what is wrong; the book is changed @throws what keeps it from the bucket, RESTIC_WRONG_PASSWORD */
export async function lookAtBucket(options: LookOptions): Promise<BucketFinding[]> {
  const { place, password, book, now } = options
  const backend = openPlaceBackend(place)
  const locks = openS3Backend({ ...place, objectLock: 'compliance' })
  try {
    const repository = await Repository.open(backend, { password })
    const snapshots = (await backend.list('snapshots')).map(({ name }) => name)
    const fresh = await newOnes(repository, snapshots, book)
    if (fresh.length > 0) book.newAt = now
    const again = book.wrong.filter((snapshot) => snapshots.includes(snapshot))
    const findings: BucketFinding[] = []
    if (now - book.newAt > options.lateMs || snapshots.length === 0)
      findings.push({ what: 'late', snapshot: '', objects: snapshots.length })
    const look = new Look(options, repository, backend.sync, (file) => endOf(locks, file))
    for (const snapshot of [...again, ...fresh]) findings.push(...(await look.isHeld(snapshot)))
    findings.push(...(await look.doesNotEnd(snapshots)))
    book.seen = snapshots
    book.wrong = [...new Set(findings.map(({ snapshot }) => snapshot))].filter((snapshot) => snapshot !== '')
    return findings
  } finally {
    await Promise.all([backend.close(), locks.close()])
  }
}

/** At the first look only the newest by its own word: older ones may be past their time. */
async function newOnes(repository: Repository, snapshots: readonly string[], book: BucketBook): Promise<string[]> {
  if (book.seen.length > 0) return snapshots.filter((snapshot) => !book.seen.includes(snapshot))
  const times: { snapshot: string; timeNs: bigint }[] = []
  for (const snapshot of snapshots) {
    try {
      times.push({ snapshot, timeNs: (await loadSnapshot(repository, snapshot)).timeNs })
    } catch (error) {
      // Somebody's rubbish: it is no generation, and hides none.
      if (!isAppError(error)) throw error
    }
  }
  return times
    .toSorted((a, b) => (a.timeNs < b.timeNs ? 1 : -1))
    .slice(0, 1)
    .map(({ snapshot }) => snapshot)
}

async function endOf(locks: ReturnType<typeof openS3Backend>, file: FileRef): Promise<EpochMs> {
  const state = await locks.retention!.state(file)
  return state?.strength === 'object-lock-compliance' ? state.untilMs : 0
}

class Look {
  readonly #options: LookOptions
  readonly #repository: Repository
  readonly #storage: Parameters<typeof check>[0]['storage']
  readonly #ask: (file: FileRef) => Promise<EpochMs>

  constructor(
    options: LookOptions,
    repository: Repository,
    storage: Parameters<typeof check>[0]['storage'],
    ask: (file: FileRef) => Promise<EpochMs>,
  ) {
    this.#options = options
    this.#repository = repository
    this.#storage = storage
    this.#ask = ask
  }

  /** Locked, with everything it needs, to its own end. */
  async isHeld(snapshot: string): Promise<BucketFinding[]> {
    const end = await this.#end({ kind: 'snapshots', name: snapshot }, this.#options.now)
    if (end <= this.#options.now) return [{ what: 'unlocked', snapshot, objects: 1 }]
    return this.#heldUntil([snapshot], end, 'short', snapshot)
  }

  /** What is promised for more than a week needs nothing that is free within one. */
  async doesNotEnd(snapshots: readonly string[]): Promise<BucketFinding[]> {
    const until = this.#options.now + WEEK_MS
    const promised: string[] = []
    for (const name of snapshots) if ((await this.#end({ kind: 'snapshots', name }, until)) > until) promised.push(name)
    return promised.length === 0 ? [] : this.#heldUntil(promised, until, 'ends-soon', promised.at(-1)!)
  }

  async #heldUntil(
    snapshots: readonly string[],
    until: EpochMs,
    what: 'short' | 'ends-soon',
    named: string,
  ): Promise<BucketFinding[]> {
    const { files, isWhole } = await this.#needed(snapshots)
    let short = 0
    for (const file of files) if ((await this.#end(file, until)) < until - SECOND_MS) short++
    return [
      ...(isWhole ? [] : [{ what: 'damaged', snapshot: named, objects: 1 } as const]),
      ...(short > 0 ? [{ what, snapshot: named, objects: short }] : []),
    ]
  }

  /** The server is asked only where what is known does not reach so far. */
  async #end(file: FileRef, until: EpochMs): Promise<EpochMs> {
    const { ends } = this.#options.book
    const known = ends[objectKey(file)] ?? 0
    return known >= until ? known : (ends[objectKey(file)] = await this.#ask(file))
  }

  async #needed(snapshots: readonly string[]): Promise<{ files: FileRef[]; isWhole: boolean }> {
    const { startWorker, signal } = this.#options
    const { index, needed, claims, findings } = await check({
      repository: this.#repository,
      storage: this.#storage,
      readData: 'none',
      snapshots,
      ...(startWorker && { startWorker }),
      ...(signal && { signal }),
    })
    const files = new Map<string, FileRef>()
    const add = (file: FileRef): void => void files.set(objectKey(file), file)
    for (let entry = 0; entry < index.blobCount; entry++) {
      if (!needed.has(entry)) continue
      const { packId: name } = index.location(entry)
      if (files.has(`data/${name}`)) continue
      add({ kind: 'data', name })
      // One index file that names it is enough; production locks them all.
      const [first] = claims.get(name)?.indexes ?? []
      if (first !== undefined) add({ kind: 'index', name: first })
    }
    for (const name of snapshots) add({ kind: 'snapshots', name })
    add({ kind: 'config', name: '' })
    // Others' rubbish is theirs.
    const own = findings.filter(
      ({ severity, snapshot }) => severity === 'error' && (!snapshot || snapshots.includes(snapshot)),
    )
    return { files: [...files.values()], isWhole: own.length === 0 }
  }
}
