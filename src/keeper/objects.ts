/**
 * The files of a repository on the Keeper's disk. An upload is written to a name of its own while it is hashed, flushed,
 * and gets its final name only when its SHA-256 is that name: a file is there whole and durable, or not at all.
 */
import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, type Dirent, type ReadStream } from 'node:fs'
import { type FileHandle, link, open, readdir, readFile, stat, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { codeOf, type FileKind, type FileRef, type ListedFile } from '#base'
import { DATA_FOLDERS } from '#storage'
import { isId, KINDS, objectPath, STATEMENTS } from './layout.ts'
import { Refusal } from './refusal.ts'
import { writeAll } from './rot.ts'

/** Largest file of each kind, bytes. restic's packs are up to 128 MiB and some; keys and locks are a few hundred bytes. */
export const LARGEST: Readonly<Record<FileKind, number>> = {
  config: 4096,
  keys: 4096,
  locks: 4096,
  snapshots: 1 << 20,
  index: 64 << 20,
  data: 192 << 20,
}

/** How many of each kind a repository may have (SECURITY.md 5: 300 key files make stock restic give up). */
export const MOST = { keys: 16, locks: 500, snapshots: 20_000, index: 20_000 } as const
/** Of all kinds together that a client may have: lists of them must fit into memory, however much room it was given. */
export const MOST_FILES = 4_000_000
/** Of a repository between two sweeps. */
export const MOST_ATTESTATIONS = 20_000

/** What a client's files take. */
export interface Used {
  readonly bytes: number
  readonly files: number
}

const BLOCK_BYTES = 4096
export const costOf = (sizeBytes: number): number => Math.ceil(sizeBytes / BLOCK_BYTES) * BLOCK_BYTES

const UPLOAD_PREFIX = '.upload-'

export class Objects {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  async stat(file: FileRef): Promise<{ sizeBytes: number; changedMs: number } | undefined> {
    try {
      const found = await stat(join(this.#folder, objectPath(file)))
      return found.isFile() ? { sizeBytes: found.size, changedMs: found.mtimeMs } : undefined
    } catch (error) {
      if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined
      throw error
    }
  }

  /** @param start, end inclusive byte positions */
  read(file: FileRef, start: number, end: number): ReadStream {
    return createReadStream(join(this.#folder, objectPath(file)), { start, end })
  }

  async list(kind: Exclude<FileKind, 'config'>): Promise<ListedFile[]> {
    if (kind !== 'data') return this.#listFolder(kind)
    const lists: ListedFile[][] = []
    for (const prefix of DATA_FOLDERS) lists.push(await this.#listFolder(`data/${prefix}`))
    return lists.flat()
  }

  async count(kind: Exclude<FileKind, 'config' | 'data'>): Promise<number> {
    return ((await readdir(join(this.#folder, kind)).catch(ignoreMissing)) ?? []).length
  }

  /**
   * Takes a file in. `config` has no hash for a name and is taken as it comes.
   * @returns its size
   * @throws Refusal exists, too-large, hash-differs
   */
  async take(file: FileRef, body: Readable): Promise<number> {
    if (await this.stat(file)) throw new Refusal('exists')
    return this.#publish(objectPath(file), (handle) => pourChecked(file, body, handle))
  }

  /**
   * The same without giving it its name: whoever is called does with it what is right; it is gone afterwards.
   * @param use is told where it lies, below the repository's folder
   */
  receive<T>(file: FileRef, body: Readable, use: (relative: string, sizeBytes: number) => Promise<T>): Promise<T> {
    const relative = objectPath(file)
    return this.#beside(relative, async (temporary, handle) => {
      const sizeBytes = await pourChecked(file, body, handle)
      await handle.sync()
      return use(join(dirname(relative), basename(temporary)), sizeBytes)
    })
  }

  /** What all of it costs on the disk: a file of one byte fills a block. */
  async used(): Promise<Used> {
    let [bytes, files] = [0, 0]
    const add = (sizeBytes: number): void => {
      bytes += costOf(sizeBytes)
      files += 1
    }
    for (const kind of KINDS) for (const { sizeBytes } of await this.list(kind)) add(sizeBytes)
    for (const name of (await readdir(join(this.#folder, STATEMENTS)).catch(ignoreMissing)) ?? [])
      add((await stat(join(this.#folder, STATEMENTS, name)).catch(ignoreMissing))?.size ?? 0)
    return { bytes, files }
  }

  /** For locks alone: everything else goes through the locker, when its time has come. */
  async removeLock(name: string): Promise<void> {
    await unlink(join(this.#folder, objectPath({ kind: 'locks', name }))).catch(ignoreMissing)
  }

  /** Writes a statement (manifest, receipt, attestation) once; the same text again is fine. */
  async state(name: string, text: string): Promise<'written' | 'there' | 'differs'> {
    const before = await this.statement(name)
    if (before !== undefined) return before === text ? 'there' : 'differs'
    try {
      await this.#publish(join(STATEMENTS, name), (handle) => handle.writeFile(text))
      return 'written'
    } catch (error) {
      if (error instanceof Refusal) return (await this.statement(name)) === text ? 'there' : 'differs'
      throw error
    }
  }

  /** Written beside under a name of its own, flushed, then named: whole and durable, or not there. @throws Refusal exists */
  #publish<T>(relative: string, write: (handle: FileHandle) => Promise<T>): Promise<T> {
    return this.#beside(relative, async (temporary, handle) => {
      const written = await write(handle)
      await handle.sync()
      await publish(temporary, join(this.#folder, relative))
      return written
    })
  }

  /** A file beside, of a name of its own; no longer there when it is over. */
  async #beside<T>(relative: string, use: (temporary: string, handle: FileHandle) => Promise<T>): Promise<T> {
    const temporary = join(dirname(join(this.#folder, relative)), `${UPLOAD_PREFIX}${randomUUID()}`)
    const handle = await open(temporary, 'wx', 0o400)
    try {
      return await use(temporary, handle)
    } finally {
      await unlink(temporary).catch(() => undefined)
      await handle.close()
    }
  }

  async statement(name: string): Promise<string | undefined> {
    return readFile(join(this.#folder, STATEMENTS, name), 'utf8').catch(ignoreMissing)
  }

  async statementChangedMs(name: string): Promise<number | undefined> {
    return (await stat(join(this.#folder, STATEMENTS, name)).catch(ignoreMissing))?.mtimeMs
  }

  /** For attestations alone, which are not held. */
  async dropAttestation(name: string): Promise<void> {
    await unlink(join(this.#folder, STATEMENTS, `${name}.attestation`)).catch(ignoreMissing)
  }

  /** Names of statements that end in `.kind`, without that. */
  async statements(kind: string): Promise<string[]> {
    const names = (await readdir(join(this.#folder, STATEMENTS)).catch(ignoreMissing)) ?? []
    return names.filter((name) => name.endsWith(`.${kind}`)).map((name) => name.slice(0, -kind.length - 1))
  }

  /** Uploads that a killed process left. Only at the start, before anybody is let in. */
  async sweep(): Promise<void> {
    const data = DATA_FOLDERS.map((prefix) => `data/${prefix}`)
    for (const folder of ['', 'index', 'keys', 'locks', 'snapshots', STATEMENTS, ...data]) {
      const entries = (await readdir(join(this.#folder, folder)).catch(ignoreMissing)) ?? []
      for (const name of entries.filter((entry) => entry.startsWith(UPLOAD_PREFIX)))
        await unlink(join(this.#folder, folder, name)).catch(ignoreForeign)
    }
  }

  async #listFolder(folder: string): Promise<ListedFile[]> {
    const entries: Dirent[] =
      (await readdir(join(this.#folder, folder), { withFileTypes: true }).catch(ignoreMissing)) ?? []
    const files = entries.filter((entry) => entry.isFile() && isId(entry.name))
    return Promise.all(
      files.map(async ({ name }) => ({ name, sizeBytes: (await stat(join(this.#folder, folder, name))).size })),
    )
  }
}

async function pourChecked(file: FileRef, body: Readable, into: FileHandle): Promise<number> {
  const { sizeBytes, sha256 } = await pour(body, into, LARGEST[file.kind])
  if (file.kind !== 'config' && sha256 !== file.name) throw new Refusal('hash-differs')
  return sizeBytes
}

async function pour(body: Readable, into: FileHandle, most: number): Promise<{ sizeBytes: number; sha256: string }> {
  const hash = createHash('sha256')
  let sizeBytes = 0
  for await (const chunk of body as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length
    if (sizeBytes > most) throw new Refusal('too-large')
    hash.update(chunk)
    await writeAll(into, chunk)
  }
  return { sizeBytes, sha256: hash.digest('hex') }
}

/** link refuses a name that is taken, rename would replace it. */
async function publish(temporary: string, path: string): Promise<void> {
  try {
    await link(temporary, path)
  } catch (error) {
    if (codeOf(error) === 'EEXIST') throw new Refusal('exists')
    throw error
  }
  await unlink(temporary)
  const folder = await open(dirname(path), 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

/** A folder, or a second name of what is held: none of our uploads, and the Keeper must start all the same. */
function ignoreForeign(error: unknown): void {
  if (!['EPERM', 'EISDIR'].includes(String(codeOf(error)))) throw error
}

function ignoreMissing(error: unknown): undefined {
  if (codeOf(error) !== 'ENOENT') throw error
}
