import { hash } from 'node:crypto'
import { AppError, type Backend, type EpochMs, type FileKind, type FileRef } from '#base'
import { FOLDERS, relativePath } from '../layout.ts'
import { truncated } from '../local-sync.ts'
import { Bucket, type ObjectHistory, type ObjectVersion, type S3Config } from './bucket.ts'
import { rightVersion } from './versions.ts'

export interface AsOfOptions extends S3Config {
  /** Only what was there at this moment of the server's clock; absent, all that is there. */
  readonly asOfMs?: EpochMs
}

/**
 * The repository as its locked versions tell it, read only: delete markers are looked through and of each name the version
 * is given that is the file (versions.ts). Locks are not shown: whoever left one there is gone, and nothing is written.
 *
 * A listing gives the size of the oldest version and reads nothing; `load` and `stat` prove the version first where there
 * are several, which reads such a file once as a whole.
 */
export function openS3AsOf(options: AsOfOptions): Backend {
  const past = new Past(options)
  const refuse = async (): Promise<never> => {
    throw new AppError('STORAGE_READ_ONLY', { detail: 'earlier versions are read only' })
  }
  return {
    location: past.bucket.location,
    save: refuse,
    remove: refuse,
    load: (file, offset = 0, length) => past.load(file, offset, length),
    async stat(file) {
      const found = await past.find(file)
      return found && { sizeBytes: found.sizeBytes }
    },
    list: async (kind) => (await past.list(kind)).map(({ file, oldest }) => ({ name: file.name, ...size(oldest) })),
    close: () => past.bucket.close(),
  }
}

/**
 * Brings back to the front what was written over or hidden, so that any reader (stock restic too) opens the place again:
 * the right bytes are written as the newest version. The new versions are not locked; the old ones stay as they are.
 * @returns the files that were brought back, and those of which no right version is left
 */
export async function restoreEarlierVersions(options: AsOfOptions): Promise<BroughtBack> {
  const past = new Past(options)
  const result: BroughtBack = { broughtBack: [], lost: [] }
  try {
    for (const kind of [...FOLDERS, 'config' as const]) {
      for (const { file, history } of await past.list(kind)) {
        if (history.versions.length === 1 && !history.hidden) continue
        const bytes = await past.load(file, 0, undefined)
        if (kind !== 'config' && hash('sha256', bytes) !== file.name) result.lost.push(file)
        else if (await past.bringBack(file, history, bytes)) result.broughtBack.push(file)
      }
    }
  } finally {
    await past.bucket.close()
  }
  return result
}

export interface BroughtBack {
  readonly broughtBack: FileRef[]
  readonly lost: FileRef[]
}

interface PastFile {
  readonly file: FileRef
  readonly history: ObjectHistory
  readonly oldest: ObjectVersion
}

class Past {
  readonly bucket: Bucket
  readonly #asOfMs: EpochMs
  /** Versions as a listing saw them, and the choice among them. */
  readonly #choices = new Map<string, Promise<ObjectVersion | undefined>>()

  constructor({ asOfMs = Infinity, ...config }: AsOfOptions) {
    this.bucket = new Bucket(config)
    this.#asOfMs = asOfMs
  }

  async list(kind: FileKind): Promise<PastFile[]> {
    if (kind === 'locks') return []
    const found: PastFile[] = []
    for (const [key, history] of await this.bucket.histories(kind === 'config' ? kind : `${kind}/`)) {
      const file = this.bucket.fileOf(kind, key)
      const [oldest] = this.#past(history)
      if (file && oldest) found.push({ file, history, oldest })
    }
    return found
  }

  /** The version that is the file, proven where there is a choice. */
  find(file: FileRef): Promise<ObjectVersion | undefined> {
    const path = relativePath(file)
    const known = this.#choices.get(path)
    if (known) return known
    const choice = this.bucket.history(path).then((history) => {
      const versions = history ? this.#past(history) : []
      return versions.length === 0 ? undefined : rightVersion(this.bucket, file, versions)
    })
    this.#choices.set(path, choice)
    choice.catch(() => this.#choices.delete(path))
    return choice
  }

  async load(file: FileRef, offset: number, length: number | undefined): Promise<Buffer> {
    const found = await this.find(file)
    if (found === undefined) throw new AppError('STORAGE_NOT_FOUND', { detail: `read a ${file.kind} file` })
    const wanted = length ?? Math.max(0, found.sizeBytes - offset)
    if (offset + wanted > found.sizeBytes) throw truncated(wanted, Math.max(0, found.sizeBytes - offset))
    if (wanted === 0) return Buffer.alloc(0)
    return this.bucket.read(relativePath(file), { VersionId: found.versionId, offset, length: wanted })
  }

  /** Nothing is written where the newest version has the right bytes already. */
  async bringBack(file: FileRef, { hidden, versions }: ObjectHistory, bytes: Buffer): Promise<boolean> {
    const path = relativePath(file)
    const { versionId, sizeBytes } = versions.at(-1)!
    const isOther = hidden || sizeBytes !== bytes.length
    const newest = isOther ? undefined : await this.bucket.read(path, { VersionId: versionId, most: sizeBytes })
    if (newest?.equals(bytes)) return false
    await this.bucket.put(path, bytes)
    return true
  }

  #past({ versions }: ObjectHistory): ObjectVersion[] {
    return versions.filter((version) => version.modifiedMs <= this.#asOfMs)
  }
}

function size({ sizeBytes }: ObjectVersion): { sizeBytes: number } {
  return { sizeBytes }
}
