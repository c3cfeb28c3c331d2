import type { ByteString, SyncBackend } from '#base'
import { decodeRecord, type RecordEntry } from './archiver/unit-record.ts'
import { SPINE_KEY } from './archiver/state.ts'
import { BlobIndex, type PackedBlob } from './blob-index.ts'
import { readPackHeader } from './pack.ts'
import type { Repository } from './repository.ts'

/** Reading more pack headers than this costs more than the whole index: those of nightly runs are small. */
const MAX_HEADERS = 24
/** Covers the header of a pack of 1,500 blobs in the first read. */
const TAIL_BYTES = 64 * 1024

/**
 * An index of just what the units at some paths need: data blobs where their records say, trees of the units and of the
 * folders above them from the headers of the packs that the records name. With it one patient's files are restored
 * without loading the repository's index. Nothing here is trusted: who reads a blob proves its hash.
 * @param recordOf the record under a unit's path, or under the spine's key, as of one snapshot
 * @returns undefined where the records do not tell enough; the whole index is then the way
 */
export function unitIndex(
  repository: Repository,
  storage: SyncBackend,
  units: readonly ByteString[],
  recordOf: (key: ByteString) => Uint8Array | undefined,
): BlobIndex | undefined {
  const wanted = new Wanted()
  try {
    const spine = recordOf(SPINE_KEY)
    for (const unit of units) {
      const record = recordOf(unit)
      if (!spine || !record) return undefined
      wanted.addUnit(record)
      wanted.addPath(spine, unit)
    }
  } catch (error) {
    if (error instanceof RangeError) return undefined // damaged, or of another version
    throw error
  }
  if (!wanted.findTrees((pack) => readHeader(repository, storage, pack))) return undefined
  return wanted.toIndex()
}

class Wanted {
  readonly #trees = new Set<string>()
  /** By pack, and by id in it. */
  readonly #blobs = new Map<string, Map<string, PackedBlob>>()
  /** Packs that records name: those of the units first, then the many of the spine, the newest of which hold most of it. */
  readonly #unitPacks = new Set<string>()
  readonly #spinePacks = new Set<string>()

  /** Everything in a unit. */
  addUnit(record: Uint8Array): void {
    const bytes = Buffer.from(record.buffer, record.byteOffset, record.byteLength)
    const { packs, root } = decodeRecord(record)
    for (const pack of packs) this.#unitPacks.add(pack)
    this.#addFolder(root, bytes, packs)
  }

  #addFolder(folder: RecordEntry, bytes: Buffer, packs: readonly string[]): void {
    this.#trees.add(folder.tree)
    for (const child of folder.children()) {
      if (child.kind === 'folder') this.#addFolder(child, bytes, packs)
      if (child.kind !== 'file') continue
      for (const at of child.blobPositions()) {
        this.#put(packs[bytes.readUInt32LE(at + 32)] ?? '', {
          id: bytes.toString('hex', at, at + 32),
          type: 'data',
          offset: bytes.readUInt32LE(at + 36),
          length: bytes.readUInt32LE(at + 40),
          uncompressedLength: bytes.readUInt32LE(at + 44),
        })
      }
    }
  }

  /** The folders that lead to a unit. */
  addPath(spine: Uint8Array, unit: ByteString): void {
    const { packs, root } = decodeRecord(spine)
    // A record names the packs that it took over before its own.
    for (const pack of packs.toReversed()) this.#spinePacks.add(pack)
    let folder: RecordEntry | undefined = root
    for (const name of unit.split('/').slice(1)) {
      if (folder === undefined) return
      this.#trees.add(folder.tree)
      folder = child(folder, name)
    }
  }

  /** Looks for the trees in packs of trees; true once all are found. */
  findTrees(headerOf: (pack: string) => readonly PackedBlob[]): boolean {
    const missing = new Set(this.#trees)
    const dataPacks = new Set(this.#blobs.keys())
    const packs = [...new Set([...this.#unitPacks, ...this.#spinePacks])].filter((pack) => !dataPacks.has(pack))
    for (const pack of packs.slice(0, MAX_HEADERS)) {
      for (const blob of headerOf(pack)) {
        if (blob.type !== 'tree' || !missing.delete(blob.id)) continue
        this.#put(pack, blob)
      }
      if (missing.size === 0) return true
    }
    return missing.size === 0
  }

  toIndex(): BlobIndex {
    const index = BlobIndex.create()
    for (const [pack, blobs] of this.#blobs) index.addPack(pack, [...blobs.values()])
    return index
  }

  #put(pack: string, blob: PackedBlob): void {
    const known = this.#blobs.get(pack)
    if (known) known.set(blob.id, blob)
    else this.#blobs.set(pack, new Map([[blob.id, blob]]))
  }
}

function child(folder: RecordEntry, name: ByteString): RecordEntry | undefined {
  for (const entry of folder.children()) if (entry.kind === 'folder' && entry.name === name) return entry
  return undefined
}

/** @throws STORAGE_NOT_FOUND, RESTIC_DAMAGED and what else reading throws */
function readHeader({ sealer }: Repository, storage: SyncBackend, pack: string): readonly PackedBlob[] {
  const file = { kind: 'data', name: pack } as const
  const size = storage.stat(file)?.sizeBytes ?? 0
  const tail = (bytes: number): Buffer => storage.load(file, Math.max(0, size - bytes))
  const first = readPackHeader(sealer, tail(TAIL_BYTES), size)
  if ('blobs' in first) return first.blobs
  const second = readPackHeader(sealer, tail(first.needBytes), size)
  return 'blobs' in second ? second.blobs : []
}
