import { createHash, hash } from 'node:crypto'
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { AppError, isAppError, type Backend, type FileKind, type FileRef } from '#base'
import { BlobIndex, type BlobType } from './blob-index.ts'
import { BlobOpener, idBytes, MAX_BLOB_BYTES, missing } from './blob-reader.ts'
import { loadConfig, newConfig, saveConfig, type RepositoryConfig } from './config.ts'
import { Sealer, type MasterKey } from './crypto.ts'
import { addIndexFile, decodeIndex, encodeIndex, type DescribedPack, type IndexedPack } from './index-file.ts'
import { Kernel, Region } from './kernel/kernel.ts'
import { addKey, newMasterKey, openKey, type KeyOwner, type ScryptCost } from './keys.ts'
import { PackBuilder } from './pack-builder.ts'
import { PackSaver } from './pack-saver.ts'
import { randomPolynomial } from './polynomial.ts'

export type { IndexedPack, IndexFile } from './index-file.ts'
export type { RepositoryConfig } from './config.ts'

/** How to get in: by a password (tries the key files) or with the keys themselves (workers, the system's own key store). */
export type Secret =
  | { readonly password: string | Uint8Array; readonly keyHint?: string }
  | { readonly masterKey: MasterKey }

/** Files that hold one sealed JSON document each. */
export type UnpackedKind = Extract<FileKind, 'index' | 'snapshots' | 'locks'>

export interface InitOptions {
  readonly password: string | Uint8Array
  readonly owner: KeyOwner
  readonly version?: 1 | 2
  /** Another repository's polynomial, so that both cut files alike. */
  readonly chunkerPolynomial?: bigint
  readonly cost?: ScryptCost
}

/** First byte of a compressed document in version 2; `{` or `[` stand for JSON as it is. */
const COMPRESSED = 2
/** Ids do not compress: level 1 takes half the time of the default and gives a seventh less. */
const FAST = { params: { [constants.ZSTD_c_compressionLevel]: 1 } }
const MAX_DOCUMENT_BYTES = 256 * 1024 * 1024
const MAX_DOCUMENT_PLAIN_BYTES = 512 * 1024 * 1024
/** Index files read at the same time: hides a network's delay without holding many documents in memory. */
const PARALLEL_LOADS = 4

/** A piece of a pack, from `offset` on. */
export type PieceReader = (pack: FileRef, offset: number, length: number) => Promise<Buffer>

/** An open repository: configuration, keys, sealed documents and blobs. */
export class Repository {
  readonly backend: Backend
  readonly config: RepositoryConfig
  readonly masterKey: MasterKey
  readonly sealer: Sealer
  /** Name of the key file that opened it; undefined when the master key was handed over. */
  readonly keyName: string | undefined
  readonly #idleMemory: WriterMemory[] = []
  #opener: BlobOpener | undefined
  #maySave: Promise<void> | undefined

  private constructor(
    backend: Backend,
    config: RepositoryConfig,
    keys: { masterKey: MasterKey; sealer: Sealer; keyName: string | undefined },
  ) {
    this.backend = backend
    this.config = config
    this.masterKey = keys.masterKey
    this.sealer = keys.sealer
    this.keyName = keys.keyName
  }

  /** Makes a new repository: first key, then configuration. @throws RESTIC_REPOSITORY_EXISTS */
  static async init(backend: Backend, options: InitOptions): Promise<Repository> {
    const exists = (await backend.stat({ kind: 'config', name: '' })) !== undefined
    if (exists || (await backend.list('keys')).length > 0) {
      throw new AppError('RESTIC_REPOSITORY_EXISTS', { context: { location: backend.location } })
    }
    const kernel = new Kernel()
    const masterKey = newMasterKey()
    const keyName = await addKey(backend, kernel, masterKey, options.password, options.owner, options.cost)
    const config = newConfig(options.version ?? 2, options.chunkerPolynomial ?? randomPolynomial())
    const sealer = new Sealer(kernel, masterKey)
    await saveConfig(backend, sealer, config)
    return new Repository(backend, config, { masterKey, sealer, keyName })
  }

  /** @throws RESTIC_NO_REPOSITORY, RESTIC_WRONG_PASSWORD, RESTIC_VERSION_UNKNOWN, RESTIC_HOSTILE, RESTIC_DAMAGED */
  static async open(backend: Backend, secret: Secret): Promise<Repository> {
    const kernel = new Kernel()
    const { masterKey, name } =
      'masterKey' in secret
        ? { masterKey: secret.masterKey, name: undefined }
        : await openKey(backend, kernel, secret.password, secret.keyHint)
    const sealer = new Sealer(kernel, masterKey)
    return new Repository(backend, await loadConfig(backend, sealer), { masterKey, sealer, keyName: name })
  }

  /**
   * Plaintext JSON of a sealed document whose bytes hash to its name.
   * @throws RESTIC_DAMAGED, RESTIC_HOSTILE, STORAGE_NOT_FOUND
   */
  async loadUnpacked(kind: UnpackedKind, name: string): Promise<Buffer> {
    const stat = await this.backend.stat({ kind, name })
    if (stat !== undefined && stat.sizeBytes > MAX_DOCUMENT_BYTES) throw hostile(kind, name)
    const sealed = await this.backend.load({ kind, name })
    if (hash('sha256', sealed) !== name) throw damaged(kind, name, 'the bytes do not hash to the name')
    return this.#inflate(this.sealer.open(sealed), kind, name)
  }

  /** Nothing but locks is saved before this resolves; where it rejects, saving fails with its reason. */
  holdSaves(until: Promise<void> | undefined): void {
    this.#maySave = until
  }

  /** @param parts of the pack, one behind the other, which hash to its name */
  async savePack(name: string, parts: readonly Uint8Array[]): Promise<void> {
    await this.#maySave
    await this.backend.save({ kind: 'data', name }, parts)
  }

  /** Seals (and in version 2 compresses) and saves a document; its name. */
  async saveUnpacked(kind: UnpackedKind, json: Uint8Array | string): Promise<string> {
    const plain = typeof json === 'string' ? Buffer.from(json) : json
    const compressed = this.config.version >= 2 && kind !== 'locks'
    const text = compressed ? Buffer.concat([Buffer.of(COMPRESSED), zstdCompressSync(plain, FAST)]) : plain
    const sealed = this.sealer.seal(text)
    const name = createHash('sha256').update(sealed).digest('hex')
    if (kind !== 'locks') await this.#maySave
    await this.backend.save({ kind, name }, [sealed])
    return name
  }

  async loadIndexFile(name: string): Promise<{ name: string; packs: IndexedPack[] }> {
    return { name, packs: decodeIndex(await this.loadUnpacked('index', name)) }
  }

  /** Saves one index file for the given packs; its name. */
  async saveIndexFile(packs: Iterable<DescribedPack>): Promise<string> {
    return this.saveUnpacked('index', encodeIndex(packs))
  }

  /**
   * Everything that the index files claim.
   * @param visit sees each file as it is read
   */
  async loadIndex(visit?: (name: string, packs: readonly IndexedPack[]) => void): Promise<BlobIndex> {
    const files = await this.backend.list('index')
    // An entry takes about 55 compressed bytes: its id does not compress.
    const index = BlobIndex.create(files.reduce((sum, file) => sum + file.sizeBytes, 0) / 55)
    const queue = files.map((file) => file.name)
    const next = async (): Promise<void> => {
      for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
        const { packs } = await this.loadIndexFile(name)
        addIndexFile(index, packs)
        visit?.(name, packs)
      }
    }
    await Promise.all(Array.from({ length: PARALLEL_LOADS }, next))
    return index
  }

  /**
   * One blob, tried in each pack that holds it until its bytes hash to its id.
   * @param load how pieces of packs are read; absent: each by itself
   * @throws RESTIC_BLOB_MISSING where no pack claims it, else what the last pack's reading threw
   */
  async loadBlob(
    index: BlobIndex,
    id: string,
    type: BlobType,
    load: PieceReader = (pack, at, bytes) => this.backend.load(pack, at, bytes),
  ): Promise<Buffer> {
    const bytes = idBytes(id)
    let failure: unknown = missing(bytes)
    for (const { packId, offset, length, uncompressedLength } of index.find(id, type)) {
      try {
        if (length > MAX_BLOB_BYTES) throw hostile('data', packId)
        const sealed = await load({ kind: 'data', name: packId }, offset, length)
        return this.openBlob(id, sealed, uncompressedLength)
      } catch (error) {
        if (!isAppError(error)) throw error
        failure = error
      }
    }
    throw failure
  }

  /** The plaintext of a sealed blob, checked against its id. `uncompressedLength` 0: stored as it is. */
  openBlob(id: string, sealed: Uint8Array, uncompressedLength: number): Buffer {
    this.#opener ??= new BlobOpener(this.sealer)
    this.#opener.place(sealed.length).set(sealed)
    return Buffer.from(this.#opener.openPlaced(idBytes(id), sealed.length, uncompressedLength))
  }

  /** Seals blobs into packs and saves them: for copy, repair and prune, and the archiver's top folders. */
  packWriter(index: BlobIndex, saver = new PackSaver(this, index)): PackWriter {
    return new PackWriter(this, index, saver, this.#idleMemory)
  }

  #inflate(text: Buffer, kind: UnpackedKind, name: string): Buffer {
    const first = text[0]
    if (this.config.version === 1 || first === 0x7b || first === 0x5b) return text
    if (first !== COMPRESSED) throw damaged(kind, name, 'unknown form')
    try {
      return zstdDecompressSync(text.subarray(1), { maxOutputLength: MAX_DOCUMENT_PLAIN_BYTES })
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw hostile(kind, name)
      throw damaged(kind, name, 'it does not decompress', cause)
    }
  }
}

/** What a writer needs in the kernel's memory. */
class WriterMemory {
  readonly plain: Region
  readonly builders: Record<BlobType, PackBuilder>

  constructor(sealer: Sealer, compress: boolean) {
    this.plain = new Region(sealer.kernel, 64 * 1024)
    this.builders = {
      data: new PackBuilder(sealer, 'data', compress),
      tree: new PackBuilder(sealer, 'tree', compress),
    }
  }
}

/** Collects blobs into packs of about 16 MiB, one open pack per type; saves each with its index entries. */
export class PackWriter {
  readonly #index: BlobIndex
  readonly #saver: PackSaver
  readonly #sealer: Sealer
  readonly #idle: WriterMemory[]
  readonly #compress: boolean
  #memory: WriterMemory | undefined

  /** @param idle memory that other writers gave back: the kernel's memory is never returned, so it is handed on */
  constructor(repository: Repository, index: BlobIndex, saver: PackSaver, idle: WriterMemory[]) {
    this.#index = index
    this.#saver = saver
    this.#idle = idle
    this.#sealer = repository.sealer
    this.#compress = repository.config.version >= 2
  }

  /**
   * Adds a plaintext blob unless the index has it; its id.
   * @param again stores it even where the index has it (prune and repair move blobs)
   */
  async add(type: BlobType, plaintext: Uint8Array, again = false): Promise<string> {
    const id = hash('sha256', plaintext, 'buffer')
    const entry = again ? this.#index.claimAgain(id, type) : this.#index.claim(id, type)
    if (entry >= 0) {
      this.#memory ??= this.#idle.pop() ?? new WriterMemory(this.#sealer, this.#compress)
      const { plain, builders } = this.#memory
      plain.reserve(plaintext.length)
      this.#sealer.kernel.bytes.set(plaintext, plain.at)
      const builder = builders[type]
      builder.add(entry, id, plain.at, plaintext.length)
      if (builder.isFull) await this.#saver.add(builder.take())
    }
    return id.toString('hex')
  }

  /** Saves open packs and an index file for all packs since the last one. */
  async finish(): Promise<void> {
    if (this.#memory !== undefined) {
      await this.#saver.add(this.#memory.builders.data.take())
      await this.#saver.add(this.#memory.builders.tree.take())
      this.#idle.push(this.#memory)
      this.#memory = undefined
    }
    await this.#saver.finish()
  }
}

function hostile(kind: FileKind, name: string): AppError {
  return new AppError('RESTIC_HOSTILE', { detail: `${kind}/${name.slice(0, 8)} is too large` })
}

function damaged(kind: FileKind, name: string, detail: string, cause?: unknown): AppError {
  return new AppError('RESTIC_DAMAGED', { detail: `${kind}/${name.slice(0, 8)}: ${detail}`, cause })
}
