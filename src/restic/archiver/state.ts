import { AppError, type ByteString } from '#base'
import { BlobIndex, type BlobLocation, type BlobType } from '../blob-index.ts'
import { packSizeBytes } from '../pack.ts'
import type { SavedPack } from '../pack-saver.ts'
import type { Repository } from '../repository.ts'
import type { UnitStore } from './ports.ts'
import { decodeRecord } from './unit-record.ts'

/** Keys in the unit store beside the units, whose paths are absolute. */
export const STATE_KEY: ByteString = 'state'
export const SPINE_KEY: ByteString = 'spine'

/** What a unit store remembers of its repository. */
interface StoredState {
  readonly version: 1
  readonly repositoryId: string
  readonly excludes: readonly string[]
  /** By name of the index file: the packs it lists, with their sizes. */
  readonly indexFiles: Record<string, readonly (readonly [id: string, sizeBytes: number])[]>
  readonly totals: { readonly files: number; readonly bytes: number }
}

/**
 * Which packs may be built upon. A pack is *sound* where an index file that is still there lists it, a file of exactly
 * its size lies in `data`, and, where the caller attests packs, it is among them. Names are hashes of contents, so a
 * remembered index file need not be read again. Everything that a run takes over (a record, a known blob) lies in sound
 * packs: a cache that outlived its repository, a prune by others, a forged or lost index cannot make a snapshot that
 * misses blobs.
 */
export class RepositoryState {
  readonly index: BlobIndex
  readonly #repository: Repository
  readonly #store: UnitStore | undefined
  readonly #attested: ReadonlySet<string> | undefined
  readonly #sizes: ReadonlyMap<string, number>
  readonly #indexNames: readonly string[]
  readonly #sound = new Set<string>()
  readonly #indexFiles: Record<string, (readonly [string, number])[]> = {}
  readonly #stored: StoredState | undefined
  #loading: Promise<void> | undefined

  private constructor(
    repository: Repository,
    listing: { sizes: ReadonlyMap<string, number>; indexes: readonly { name: string; sizeBytes: number }[] },
    store: UnitStore | undefined,
    attested: ReadonlySet<string> | undefined,
  ) {
    this.#repository = repository
    this.#store = store
    this.#attested = attested
    this.#sizes = listing.sizes
    this.#indexNames = listing.indexes.map((file) => file.name)
    // An entry takes about 55 compressed bytes in an index file.
    this.index = BlobIndex.create(listing.indexes.reduce((sum, file) => sum + file.sizeBytes, 0) / 55)
    this.#stored = readState(store, repository.config.id)
    for (const name of this.#indexNames) {
      const packs = this.#stored?.indexFiles[name]
      if (packs) this.#remember(name, packs)
    }
  }

  static async open(
    repository: Repository,
    store: UnitStore | undefined,
    attested: ReadonlySet<string> | undefined,
  ): Promise<RepositoryState> {
    const { backend } = repository
    // Index files before packs: what a concurrent writer adds in between only makes more packs known.
    const indexes = await backend.list('index')
    const packs = await backend.list('data')
    const sizes = new Map(packs.map((pack) => [pack.name, pack.sizeBytes]))
    return new RepositoryState(repository, { sizes, indexes }, store, attested)
  }

  /** Totals of the last complete run, to tell how much is to be expected. */
  get lastTotals(): { readonly files: number; readonly bytes: number } | undefined {
    return this.#stored?.totals
  }

  /** Whether folder listings of the last run were made under the same patterns. */
  hasSameExcludes(excludes: readonly string[]): boolean {
    return JSON.stringify(this.#stored?.excludes ?? []) === JSON.stringify(excludes)
  }

  /** The record of a unit, where all its packs are sound. */
  record(key: ByteString): Uint8Array | undefined {
    if (!this.#stored) return undefined
    const record = this.#store?.get(key)
    if (!record) return undefined
    try {
      return decodeRecord(record).packs.every((pack) => this.#sound.has(pack)) ? record : undefined
    } catch (error) {
      if (error instanceof RangeError) return undefined // damaged or of another version: read the unit anew
      throw error
    }
  }

  /** Where a blob lies in a sound pack that an index file names already. */
  locate(id: Uint8Array, type: BlobType): BlobLocation | undefined {
    const entry = this.index.firstPlaced(id, type, (pack) => this.#sound.has(this.index.packId(pack)))
    return entry === -1 ? undefined : this.index.location(entry)
  }

  /** Loads all index files into {@link index}, once; blobs of packs that are not sound stay unknown. */
  loadIndex(): Promise<void> {
    this.#loading ??= this.#loadIndexFiles()
    return this.#loading
  }

  async #loadIndexFiles(): Promise<void> {
    for (const name of this.#indexNames) {
      const { packs } = await this.#repository.loadIndexFile(name)
      this.#remember(
        name,
        packs.map((pack) => [pack.id, packSizeBytes(pack.blobs)]),
      )
      for (const pack of packs) if (this.#sound.has(pack.id)) this.index.addPack(pack.id, pack.blobs)
    }
  }

  /** Takes note of an index file that this run saved. */
  addIndexFile(name: string, packs: readonly SavedPack[]): void {
    this.#indexFiles[name] = packs.map(({ id, sizeBytes }) => [id, sizeBytes] as const)
    for (const { id } of packs) this.#sound.add(id)
  }

  /** Writes down what is known. */
  save(excludes: readonly string[], totals: { files: number; bytes: number } | undefined): void {
    const state: StoredState = {
      version: 1,
      repositoryId: this.#repository.config.id,
      excludes,
      indexFiles: this.#indexFiles,
      totals: totals ?? this.#stored?.totals ?? { files: 0, bytes: 0 },
    }
    this.#store?.put(STATE_KEY, Buffer.from(JSON.stringify(state)))
  }

  #remember(name: string, packs: readonly (readonly [string, number])[]): void {
    this.#indexFiles[name] = [...packs]
    for (const [id, sizeBytes] of packs) {
      const isThere = this.#sizes.get(id) === sizeBytes
      if (isThere && (this.#attested === undefined || this.#attested.has(id))) this.#sound.add(id)
    }
  }
}

/** The stored state where it belongs to this repository; a cache of another one is no cache. */
function readState(store: UnitStore | undefined, repositoryId: string): StoredState | undefined {
  const bytes = store?.get(STATE_KEY)
  if (!bytes) return undefined
  try {
    const state = JSON.parse(Buffer.from(bytes).toString('utf8')) as StoredState
    return state.version === 1 && state.repositoryId === repositoryId ? state : undefined
  } catch (cause) {
    if (cause instanceof SyntaxError) return undefined
    throw new AppError('BASE_BUG', { cause })
  }
}
