/** One generation, open for reading: files straight out of the packs, every blob checked against its SHA-256. */
import { AppError, type ByteString, type EpochMs, isAppError } from '#base'
import { type BlobIndex, type UnitBlob, unitFiles } from '#restic'
import { pathText } from '#ssmix2'
import type { Generation } from './generations.ts'
import type { Hidden } from './erasure.ts'
import type { IntakeFiles } from './intake.ts'
import type { OpenRepository } from './repositories.ts'

export interface UnitNotes {
  readonly unitPath: string
  /** Changes whenever anything in the unit changed. */
  readonly signature: string
  notes(): Iterable<{ readonly path: string; readonly note?: Uint8Array }>
}

export interface ReadableFile {
  readonly path: string
  readonly sizeBytes: number
  readonly mtimeMs: EpochMs
}

export interface GenerationReader {
  readonly generationId: string
  /** When the backup began. */
  readonly asOf: EpochMs
  units(): Iterable<UnitNotes>
  unit(unitPath: string): Promise<readonly ReadableFile[]>
  /** The whole file. @throws RESTIC_DAMAGED, RESTIC_BLOB_MISSING, VAULT_FILE_UNKNOWN */
  readFile(path: string): Promise<Uint8Array>
  /** Of sources whose files hold many patients. */
  readonly intake?: IntakeFiles
}

/** What reading needs of an open repository. */
type ReadingRepository = Pick<OpenRepository, 'repository' | 'catalogue'>

/** A file larger than this is not shown in a page: it is restored instead. */
const MOST_READ_BYTES = 256 * 1024 * 1024

export class CatalogueReader implements GenerationReader {
  readonly generationId: string
  readonly asOf: EpochMs
  readonly #opened: ReadingRepository
  readonly #hidden: Pick<Hidden, 'covers'>
  /** Text path of a file → where it lies: filled by {@link unit}, so that reading a chart looks up nothing twice. */
  readonly #known = new Map<string, { blobs: readonly UnitBlob[]; sizeBytes: number }>()
  #index: Promise<BlobIndex> | undefined

  readonly intake?: IntakeFiles

  /** @param hidden units that no view shows (the erasure register) */
  constructor(
    opened: ReadingRepository,
    generation: Pick<Generation, 'id' | 'startedAt'>,
    hidden: Pick<Hidden, 'covers'>,
    intake?: IntakeFiles,
  ) {
    if (intake) this.intake = intake
    this.#opened = opened
    this.#hidden = hidden
    this.generationId = generation.id
    this.asOf = generation.startedAt
  }

  *units(): IterableIterator<UnitNotes> {
    const hidden = this.#hidden
    for (const unit of this.#opened.catalogue.units(this.generationId)) {
      const unitPath = pathText(unit.path)
      if (hidden.covers(unitPath)) continue
      yield {
        unitPath,
        signature: unit.signature,
        *notes() {
          for (const file of unitFiles(unit.record)) {
            const path = pathText(`${unit.path}/${file.path}`)
            if (!hidden.covers(path)) yield { path, ...(file.note ? { note: file.note } : {}) }
          }
        },
      }
    }
  }

  async unit(unitPath: string): Promise<readonly ReadableFile[]> {
    const unit = this.#find(unitPath)
    if (!unit) return []
    return [...unitFiles(unit.record)].flatMap((file) => {
      const path = pathText(`${unit.path}/${file.path}`)
      if (this.#hidden.covers(path)) return []
      this.#known.set(path, { blobs: file.blobs, sizeBytes: file.sizeBytes })
      return { path, sizeBytes: file.sizeBytes, mtimeMs: Number(file.mtimeNs / 1_000_000n) }
    })
  }

  async readFile(path: string): Promise<Uint8Array> {
    if (this.intake) return this.intake.readFile(path)
    if (!this.#known.has(path)) await this.#learn(path)
    const file = this.#known.get(path)
    if (!file) throw new AppError('VAULT_FILE_UNKNOWN', { subject: path })
    if (file.sizeBytes > MOST_READ_BYTES) throw new AppError('VAULT_FILE_TOO_LARGE', { subject: path })
    const parts: Uint8Array[] = []
    for (const blob of file.blobs) parts.push(await this.#blob(blob))
    return parts.length === 1 ? parts[0]! : Buffer.concat(parts)
  }

  /** The unit of a path is one of its folders: ask from the longest. */
  async #learn(path: string): Promise<void> {
    for (let at = path.lastIndexOf('/'); at > 0 && !this.#known.has(path); at = path.lastIndexOf('/', at - 1))
      await this.unit(path.slice(0, at))
    if (!this.#known.has(path)) await this.unit('')
  }

  #find(unitPath: string) {
    const path: ByteString = Buffer.from(unitPath).toString('latin1')
    return this.#opened.catalogue.unit(this.generationId, path)
  }

  /** The place that the catalogue names; where it does not hold the blob any more, wherever the index says. */
  async #blob(blob: UnitBlob): Promise<Uint8Array> {
    const { repository } = this.#opened
    const id = blob.id.toString('hex')
    try {
      const sealed = await repository.backend.load({ kind: 'data', name: blob.packId }, blob.offset, blob.length)
      return repository.openBlob(id, sealed, blob.uncompressedLength)
    } catch (error) {
      if (!isAppError(error)) throw error
    }
    this.#index ??= repository.loadIndex()
    return repository.loadBlob(await this.#index, id, 'data')
  }
}
