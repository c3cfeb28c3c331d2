/**
 * Sources whose files hold many patients: which bytes of a file are whose. A survey is made once per content of a file, out
 * of what was backed up (each blob checked against its SHA-256), and kept sealed in the catalogue; it is derived and can be
 * made again at any time.
 */
import { createHash } from 'node:crypto'
import { AppError, type ByteString, type EpochMs, isAppError } from '#base'
import {
  type ByteRange,
  encodeSurvey,
  type FolderFormat,
  INTAKE_FORMATS,
  type IntakeFile,
  type IntakeFormat,
  type IntakeKind,
  kindsIn,
  parseFolderSettings,
  readerFor,
  SurveyFile,
  type Surveyor,
} from '#intake'
import { type BlobIndex, decodeTree, type Node } from '#restic'
import { pathText } from '#ssmix2'
import { INSIDE } from './data-folder.ts'
import type { Hidden } from './erasure.ts'
import type { Generation, Generations } from './generations.ts'
import type { OpenRepository } from './repositories.ts'
import type { Source } from './source.ts'

/** How one folder (or file) of a source is read. */
export interface IntakePart {
  /** `none`: kept and not read. */
  readonly format: FolderFormat | 'none'
  readonly settings: unknown
}

/** One folder of a source with its format. */
interface Part {
  /** Where it lies, as bytes. */
  readonly root: ByteString
  /** The path below it of a file in it. */
  localOf(path: ByteString): ByteString | undefined
  /** Whether a folder may lead to it, or lies in it. */
  isOnWay(path: ByteString): boolean
  /** @param path below the folder */
  readerOf(path: string): Reader
  /** Hash of format, versions and settings. */
  readonly reading: string
}

/** How one file is read. */
interface Reader {
  readonly kind: IntakeKind
  readonly format: IntakeFormat
  readonly settings: unknown
  /** Hash of kind, version and settings. */
  readonly reading: string
}

export interface SurveyedFile {
  readonly path: string
  readonly sizeBytes: number
  readonly mtimeMs: EpochMs
  readonly kind: IntakeKind
  readonly settings: unknown
  readonly localPath: string
  readonly surveyId: string
  readonly survey: SurveyFile | undefined
  readonly damage?: string
}

interface Found {
  readonly reader: Reader
  readonly path: string
  readonly localPath: string
  readonly sizeBytes: number
  readonly mtimeMs: EpochMs
  /** Ids of its blobs. */
  readonly content: readonly string[]
}

/** A file larger than this is not shown in a page: it is restored instead. */
const MOST_READ_BYTES = 256 * 1024 * 1024

/** A path to a document inside a record: the file's, the record's bytes, the format's pointer. */
const EMBEDDED = /^(.*)#(\d+)-(\d+)!([\d.]+)$/s

/** The kinds of source that are read so. */
export const isIntake = ({ kind }: Pick<Source, 'kind'>): boolean => kind === 'intake' || kind === 'fhir-server'

/** Kinds that were kept as files and may be read as charts by settings. */
const READABLE_KINDS: ReadonlySet<Source['kind']> = new Set(['intake', 'folder', 'csv'])

export const mayBeRead = ({ kind }: Pick<Source, 'kind'>): boolean => READABLE_KINDS.has(kind)

/** The parts of a source, one per path; those that nobody has set up are not read. FHIR where the source was made for it. */
export function partsFor({ kind, paths, options }: Pick<Source, 'kind' | 'paths' | 'options'>): IntakePart[] {
  const other: IntakePart = { format: kind === 'intake' && !options.intake ? 'fhir' : 'none', settings: {} }
  return paths.map((_, i) => options.intake?.[i] ?? other)
}

/** @throws VAULT_SOURCE_INVALID, INTAKE_SETTINGS_INVALID */
export function checkParts(source: Pick<Source, 'kind' | 'paths'>, parts: readonly IntakePart[]): void {
  if (!mayBeRead(source) || parts.length !== source.paths.length)
    throw new AppError('VAULT_SOURCE_INVALID', { context: { why: 'not to be read' } })
  for (const { format, settings } of parts) if (format !== 'none') parseFolderSettings(format, settings)
}

export class IntakeFiles {
  readonly #opened: Pick<OpenRepository, 'repository' | 'catalogue'>
  readonly #tree: string
  readonly #parts: readonly Part[]
  readonly #hidden: Pick<Hidden, 'covers'>
  readonly reading: string
  #byPath: Promise<Map<string, Found>> | undefined
  #byLocalPath: Map<string, string> | undefined
  #index: Promise<BlobIndex> | undefined

  /**
   * @param tree of the generation
   * @param hidden what no view shows (the erasure register)
   */
  constructor(
    opened: Pick<OpenRepository, 'repository' | 'catalogue'>,
    tree: string,
    source: PartsSource,
    hidden: Pick<Hidden, 'covers'>,
  ) {
    this.#opened = opened
    this.#tree = tree
    this.#parts = partsOf(source)
    this.#hidden = hidden
    this.reading = hash(this.#parts.map(({ reading }) => reading).join('\n'))
  }

  async *files(): AsyncIterableIterator<SurveyedFile> {
    for (const found of (await this.#found()).values()) yield await this.#surveyed(found)
  }

  isHidden(patientKey: string): boolean {
    return this.#hidden.covers(`patient:${patientKey}`)
  }

  async file(path: string): Promise<SurveyedFile> {
    return this.#surveyed(await this.#demand(path))
  }

  /** The bytes of each range; a blob that several share is read once. */
  async readRanges(path: string, ranges: readonly ByteRange[]): Promise<Uint8Array[]> {
    const { content } = await this.#demand(path)
    const sizes = await this.#sizes(content)
    const read = new Map<number, Promise<Uint8Array>>()
    const once = (i: number): Promise<Uint8Array> => read.get(i) ?? read.set(i, this.#blob(content[i]!)).get(i)!
    return Promise.all(ranges.map((range) => slice(range, sizes, once)))
  }

  /** The whole file. @throws VAULT_FILE_TOO_LARGE, VAULT_FILE_UNKNOWN, RESTIC_DAMAGED, RESTIC_BLOB_MISSING */
  async readFile(path: string): Promise<Uint8Array> {
    const inside = EMBEDDED.exec(path)
    if (inside) return this.#embedded(inside)
    const { sizeBytes } = await this.#demand(path)
    if (sizeBytes > MOST_READ_BYTES) throw new AppError('VAULT_FILE_TOO_LARGE', { subject: path })
    return (await this.readRanges(path, [[0, sizeBytes]]))[0]!
  }

  /** A document that lies inside a record of a file. */
  async #embedded([, path = '', start, end, pointer = '']: RegExpExecArray): Promise<Uint8Array> {
    const found = await this.#demand(path)
    const { survey } = await this.#surveyed(found)
    const [slice] = await this.readRanges(path, [[Number(start), Math.min(Number(end), found.sizeBytes)]])
    const bytes = found.reader.format.embedded?.(slice!, survey?.form, pointer)
    if (!bytes) throw new AppError('VAULT_FILE_UNKNOWN', { subject: path })
    return bytes
  }

  /** Lengths of the blobs as they stand in the file. */
  async #sizes(content: readonly string[]): Promise<number[]> {
    const index = await this.#loadIndex()
    return content.map((id) => {
      const [place] = index.find(id, 'data')
      if (!place) throw new AppError('RESTIC_BLOB_MISSING', { context: { blob: id } })
      // A blob that is stored as it is names no other length.
      return place.uncompressedLength || place.length - SEAL_BYTES
    })
  }

  async #blob(id: string): Promise<Uint8Array> {
    return this.#opened.repository.loadBlob(await this.#loadIndex(), id, 'data')
  }

  #loadIndex(): Promise<BlobIndex> {
    this.#index ??= this.#opened.repository.loadIndex()
    return this.#index
  }

  /** Paths below the source's folder, in order. */
  async localPaths(): Promise<string[]> {
    return [...(await this.#found()).values()].map(({ localPath }) => localPath)
  }

  /** A whole file by its path below the source's folder. @throws as {@link readFile} */
  async readLocal(localPath: string): Promise<Uint8Array | undefined> {
    this.#byLocalPath ??= new Map([...(await this.#found()).values()].map((found) => [found.localPath, found.path]))
    const path = this.#byLocalPath.get(localPath)
    return path === undefined ? undefined : this.readFile(path)
  }

  async #demand(path: string): Promise<Found> {
    const found = (await this.#found()).get(path)
    if (!found) throw new AppError('VAULT_FILE_UNKNOWN', { subject: path })
    return found
  }

  /** Every file below a folder with a format, in the order of their paths: numbers in an index follow it. */
  #found(): Promise<Map<string, Found>> {
    this.#byPath ??= this.#list()
    return this.#byPath
  }

  async #list(): Promise<Map<string, Found>> {
    const found: Found[] = []
    const open: { path: ByteString; tree: string }[] = [{ path: '', tree: this.#tree }]
    for (let folder = open.pop(); folder; folder = open.pop()) {
      const { path: above, tree } = folder
      const bytes = await this.#opened.repository.loadBlob(await this.#loadIndex(), tree, 'tree')
      for (const node of decodeTree(bytes)) {
        const path = `${above}/${node.name.toString('latin1')}`
        if (node.subtree && this.#parts.some((part) => part.isOnWay(path))) open.push({ path, tree: node.subtree })
        found.push(...this.#fileAt(path, node))
      }
    }
    found.sort((a, b) => (a.path < b.path ? -1 : 1))
    return new Map(found.map((one) => [one.path, one]))
  }

  #fileAt(bytes: ByteString, node: Node): Found[] {
    const part = node.type === 'file' && this.#parts.find((one) => one.localOf(bytes) !== undefined)
    const path = pathText(bytes)
    if (!part || this.#hidden.covers(path)) return []
    const localPath = pathText(part.localOf(bytes)!)
    return [
      {
        reader: part.readerOf(localPath),
        path,
        localPath,
        sizeBytes: node.sizeBytes ?? 0,
        mtimeMs: Number(node.mtimeNs / 1_000_000n),
        content: node.content ?? [],
      },
    ]
  }

  async #surveyed(found: Found): Promise<SurveyedFile> {
    const { reader, path, localPath, sizeBytes, mtimeMs } = found
    const about = {
      path,
      sizeBytes,
      mtimeMs,
      kind: reader.kind,
      settings: reader.settings,
      localPath,
      surveyId: surveyIdOf(found),
    }
    try {
      return { ...about, survey: await this.#survey(found, about.surveyId) }
    } catch (error) {
      // Damage costs this file; a place that cannot be reached is no damage.
      if (!isAppError(error) || (error.kind !== 'damaged' && error.kind !== 'not-found')) throw error
      return { ...about, survey: undefined, damage: error.code }
    }
  }

  async #survey({ reader, localPath, sizeBytes, content }: Found, id: string): Promise<SurveyFile> {
    const { catalogue } = this.#opened
    const about: IntakeFile = { path: localPath, sizeBytes }
    const begun = reader.format.survey(about, reader.settings)
    // The name alone told: nothing is gained by keeping it.
    if (!isSurveyor(begun)) return new SurveyFile(encodeSurvey(begun))
    const known = catalogue.survey(id)
    if (known) return new SurveyFile(known)
    for (const blob of content) begun.take(await this.#blob(blob))
    const bytes = encodeSurvey(begun.end())
    catalogue.keepSurvey(id, bytes)
    return new SurveyFile(bytes)
  }
}

const isSurveyor = (begun: ReturnType<IntakeFormat['survey']>): begun is Surveyor => 'take' in begun

/** @param sizes of the file's blobs */
async function slice(
  [start, end]: ByteRange,
  sizes: readonly number[],
  blob: (i: number) => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let at = 0
  for (const [i, size] of sizes.entries()) {
    if (at + size > start && at < end)
      parts.push((await blob(i)).subarray(Math.max(0, start - at), Math.min(size, end - at)))
    at += size
  }
  return parts.length === 1 ? parts[0]! : Buffer.concat(parts)
}

/** restic's blobs: 16 bytes nonce, 16 bytes tag. */
const SEAL_BYTES = 32

type PartsSource = Pick<Source, 'id' | 'kind' | 'paths' | 'options'>

function partsOf({ id, kind: sourceKind, paths, options }: PartsSource): Part[] {
  const parts = partsFor({ kind: 'intake', paths, options })
  return paths.flatMap((path, i) => {
    const { format, settings: kept } = parts[i]!
    if (format === 'none') return []
    const settings = parseFolderSettings(format, kept)
    const readings = new Map<IntakeKind, Reader>()
    const readerOf = (file: string): Reader => {
      const { kind, settings: own } = readerFor(format, settings, file)
      const known = readings.get(kind) ?? readerWith(kind, own)
      readings.set(kind, known)
      return known
    }
    const versions = kindsIn(format).map((kind) => INTAKE_FORMATS[kind].version)
    const reading = hash(`${format}\0${versions.join()}\0${JSON.stringify(settings)}`)
    const root = Buffer.from(path).toString('latin1')
    const where = sourceKind === 'fhir-server' ? pulledTo(id) : inFolder(root)
    return [{ root, ...where, readerOf, reading }]
  })
}

function readerWith(kind: IntakeKind, settings: unknown): Reader {
  const format = INTAKE_FORMATS[kind]
  return { kind, format, settings, reading: hash(`${kind}\0${format.version}\0${JSON.stringify(settings)}`) }
}

function inFolder(root: ByteString): Pick<Part, 'localOf' | 'isOnWay'> {
  return {
    localOf(path) {
      if (path === root) return path.slice(path.lastIndexOf('/') + 1)
      return path.startsWith(`${root}/`) ? path.slice(root.length + 1) : undefined
    },
    isOnWay: (path) => path === root || path.startsWith(`${root}/`) || root.startsWith(`${path}/`),
  }
}

/** Toride's own folder may have lain elsewhere when the generation was taken. */
function pulledTo(sourceId: string): Pick<Part, 'localOf' | 'isOnWay'> {
  const end = `/${INSIDE.dumps}/${sourceId}/`
  return {
    localOf(path) {
      const at = path.indexOf(end)
      return at === -1 ? undefined : path.slice(at + end.length)
    },
    isOnWay: () => true,
  }
}

/** The same for the same bytes under the same name, read the same way. */
function surveyIdOf({ reader, localPath, sizeBytes, content }: Found): string {
  return hash(`${reader.reading}\0${localPath}\0${sizeBytes}\0${content.join()}`)
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32)
}

export interface SurveyParts {
  readonly source: Source
  readonly opened: OpenRepository
  readonly generations: Generations
}

/**
 * At the end of a run: looks at every file whose bytes are new, so that the first chart opens at once and what could not be
 * read is known in the morning. Cut anywhere, the rest is done when somebody reads.
 */
export async function surveyGeneration(
  { source, opened, generations }: SurveyParts,
  generation: Pick<Generation, 'id' | 'tree'>,
  signal: AbortSignal,
): Promise<void> {
  const files = new IntakeFiles(opened, generation.tree, source, { covers: () => false })
  const used: string[] = []
  const patients = new Set<string>()
  for await (const { surveyId, survey } of files.files()) {
    if (signal.aborted) throw new AppError('BASE_CANCELLED')
    used.push(surveyId)
    for (const { identity } of survey?.head.patients ?? [])
      if (identity) patients.add(`${identity.institution ?? ''}|${identity.patientId}`)
  }
  opened.catalogue.useSurveys(used)
  await generations.update(generation.id, { patients: patients.size })
}
