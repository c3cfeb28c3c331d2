import { hash } from 'node:crypto'
import { AppError, isAppError, type Backend, type FileKind, type FileRef } from '#base'

/** What a file needs comes before it: a copy that was cut short holds no snapshot without its data. Locks are never copied. */
const ORDER: readonly FileKind[] = ['data', 'index', 'keys', 'config', 'snapshots']

export interface MirrorOptions {
  readonly signal?: AbortSignal
  /** Called after every file, and once before the first. */
  readonly onProgress?: (progress: MirrorProgress) => void
  /** Which files are wanted; absent: all. `config` is compared whatever it says. */
  readonly only?: (file: FileRef) => boolean
  /** Files on the way at once, each whole in memory. */
  readonly concurrency?: number
}

/** Files that have to be copied, and how far it is. */
export interface MirrorProgress {
  readonly filesDone: number
  readonly filesTotal: number
  readonly bytesDone: number
  readonly bytesTotal: number
}

export interface MirrorResult {
  readonly copied: Count
  /** There already, with the same name and size. */
  readonly present: Count
  /**
   * Bytes here that are not what the name promises, or of another length than those there: not copied, nothing replaced.
   * Whoever calls the copy complete asks that this is empty.
   */
  readonly damaged: readonly MirrorDamage[]
}

export interface MirrorDamage extends FileRef {
  readonly side: 'from' | 'to'
}

interface Count {
  files: number
  bytes: number
}

interface Wanted extends FileRef {
  readonly sizeBytes: number
}

/**
 * Copies the files of a repository that another place lacks, byte by byte: the same repository with the same keys lies there
 * afterwards. Reads no key and removes nothing. Cut at any moment, what is there is sound and the next call goes on: files
 * are known by name and size. Every file's SHA-256 is its name and is checked on the way.
 *
 * One damaged file stops no other: it is named in the result, and the snapshots that need it are copied all the same.
 * @throws RESTIC_NO_REPOSITORY where there is nothing to copy; VAULT_COPY_FOREIGN where another repository lies there;
 *   BASE_CANCELLED; what the backends throw
 */
export async function mirrorRepository(from: Backend, to: Backend, options: MirrorOptions = {}): Promise<MirrorResult> {
  await refuseForeign(from, to)
  const mirror = new Mirror(from, to, options)
  await mirror.plan()
  await mirror.copyAll()
  const { copied, present, damaged } = mirror
  return { copied, present, damaged }
}

/** How much {@link mirrorRepository} would copy. Writes nothing. @throws as it does */
export async function mirrorSize(from: Backend, to: Backend): Promise<Count> {
  await refuseForeign(from, to)
  const mirror = new Mirror(from, to, {})
  await mirror.plan()
  return mirror.total
}

/** A repository's config is sealed with a random nonce: two that are alike are of one repository. */
async function refuseForeign(from: Backend, to: Backend): Promise<void> {
  const config: FileRef = { kind: 'config', name: '' }
  const [here, there] = await Promise.all([from, to].map((backend) => loadIfThere(backend, config)))
  if (here === undefined) throw new AppError('RESTIC_NO_REPOSITORY')
  if (there !== undefined && !there.equals(here)) throw new AppError('VAULT_COPY_FOREIGN')
}

async function loadIfThere(backend: Backend, file: FileRef): Promise<Buffer | undefined> {
  try {
    return await backend.load(file)
  } catch (error) {
    if (isAppError(error, 'STORAGE_NOT_FOUND')) return undefined
    throw error
  }
}

class Mirror {
  readonly copied: Count = { files: 0, bytes: 0 }
  readonly present: Count = { files: 0, bytes: 0 }
  readonly damaged: MirrorDamage[] = []
  readonly #from: Backend
  readonly #to: Backend
  readonly #options: MirrorOptions
  readonly #missing = new Map<FileKind, Wanted[]>()
  readonly total: Count = { files: 0, bytes: 0 }
  readonly #done: Count = { files: 0, bytes: 0 }

  constructor(from: Backend, to: Backend, options: MirrorOptions) {
    this.#from = from
    this.#to = to
    this.#options = options
  }

  /** Snapshots are listed first, data last: of a repository that is being written to, all that a listed one needs is seen. */
  async plan(): Promise<void> {
    for (const kind of ORDER.toReversed()) {
      this.#refuseCancelled()
      const [here, there] = await Promise.all([this.#from.list(kind), this.#to.list(kind)])
      const sizes = new Map(there.map(({ name, sizeBytes }) => [name, sizeBytes]))
      const missing = here.map((file) => ({ kind, ...file })).filter((file) => this.#isMissing(file, sizes))
      this.#missing.set(kind, missing)
      for (const file of missing) add(this.total, file)
    }
  }

  #isMissing(file: Wanted, sizes: ReadonlyMap<string, number>): boolean {
    if (this.#options.only?.(file) === false) return false
    const there = sizes.get(file.name)
    if (there === undefined) return true
    if (there === file.sizeBytes) add(this.present, file)
    else this.damaged.push({ kind: file.kind, name: file.name, side: 'to' })
    return false
  }

  async copyAll(): Promise<void> {
    this.#tell()
    for (const kind of ORDER) {
      const waiting = this.#missing.get(kind)!
      const lanes = Array.from({ length: this.#options.concurrency ?? 3 }, () => this.#copyFrom(waiting))
      // All lanes end before an error goes up: nothing writes on behind the caller's back.
      const failed = (await Promise.allSettled(lanes)).find((lane) => lane.status === 'rejected')
      if (failed) throw failed.reason
    }
  }

  /** Lanes share one list; one that fails empties it for the others. */
  async #copyFrom(waiting: Wanted[]): Promise<void> {
    try {
      for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) await this.#copy(file)
    } catch (error) {
      waiting.length = 0
      throw error
    }
  }

  async #copy(file: Wanted): Promise<void> {
    this.#refuseCancelled()
    const ref: FileRef = { kind: file.kind, name: file.name }
    const bytes = await this.#from.load(ref)
    if (file.kind !== 'config' && hash('sha256', bytes, 'hex') !== file.name) {
      this.damaged.push({ ...ref, side: 'from' })
    } else {
      add(await this.#save(ref, bytes), { sizeBytes: bytes.length })
    }
    add(this.#done, file)
    this.#tell()
  }

  /** Which count it belongs to: another process may have brought it meanwhile. */
  async #save(file: FileRef, bytes: Buffer): Promise<Count> {
    try {
      await this.#to.save(file, [bytes])
      return this.copied
    } catch (error) {
      if (!isAppError(error, 'STORAGE_EXISTS')) throw error
      if ((await this.#to.stat(file))?.sizeBytes !== bytes.length) throw error
      return this.present
    }
  }

  #tell(): void {
    const { files: filesDone, bytes: bytesDone } = this.#done
    const { files: filesTotal, bytes: bytesTotal } = this.total
    this.#options.onProgress?.({ filesDone, filesTotal, bytesDone, bytesTotal })
  }

  #refuseCancelled(): void {
    if (this.#options.signal?.aborted) throw new AppError('BASE_CANCELLED')
  }
}

function add(count: Count, { sizeBytes }: { sizeBytes: number }): void {
  count.files += 1
  count.bytes += sizeBytes
}
