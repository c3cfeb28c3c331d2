import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  statSync,
  unlinkSync,
  writevSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { AppError, systemError, type FileKind, type FileRef, type ListedFile, type SyncBackend } from '#base'
import { DATA_FOLDERS, filePath, isFileName } from './layout.ts'
import { syncFolder } from './sync-folder.ts'

let counter = 0
const OPEN_PACKS = 32

/** What a local repository asks before it removes a file. */
export interface RemovalGuard {
  /** Throws STORAGE_LOCKED_UNTIL while the file is held; otherwise lifts what protects it. */
  release(file: FileRef): void
}

/** A repository in a local folder. The face for worker threads; {@link openLocalBackend} is the whole. */
export class LocalSync implements SyncBackend {
  readonly location: string
  readonly #guard: RemovalGuard | undefined
  readonly #packs = new Map<string, number>()

  constructor(root: string, guard?: RemovalGuard) {
    this.location = root
    this.#guard = guard
  }

  save(file: FileRef, parts: readonly Uint8Array[]): void {
    const path = filePath(this.location, file)
    const temporary = join(dirname(path), temporaryName(file))
    try {
      writeDurably(temporary, parts)
      publish(temporary, path)
      syncFolder(dirname(path))
    } catch (error) {
      unlinkIfThere(temporary)
      throw systemError(error, `save a ${file.kind} file`)
    }
  }

  load(file: FileRef, offset = 0, length?: number): Buffer {
    return this.#opened(file, (fd) => {
      const wanted = length ?? Math.max(0, fstatSync(fd).size - offset)
      const bytes = Buffer.allocUnsafe(wanted)
      readExactly(fd, offset, bytes)
      return bytes
    })
  }

  loadInto(file: FileRef, offset: number, target: Uint8Array): void {
    if (file.kind !== 'data') return this.#opened(file, (fd) => readExactly(fd, offset, target))
    try {
      readExactly(this.#packHandle(file), offset, target)
    } catch (error) {
      throw systemError(error, 'read a data file')
    }
  }

  stat(file: FileRef): { sizeBytes: number } | undefined {
    try {
      const found = statSync(filePath(this.location, file), { throwIfNoEntry: false })
      return found && { sizeBytes: found.size }
    } catch (error) {
      throw systemError(error, `look at a ${file.kind} file`)
    }
  }

  list(kind: FileKind): ListedFile[] {
    if (kind === 'config') return this.stat({ kind, name: '' }) ? [{ name: '', ...this.stat({ kind, name: '' })! }] : []
    const folder = join(this.location, kind)
    if (kind !== 'data') return listFolder(folder)
    return DATA_FOLDERS.flatMap((prefix) => listFolder(join(folder, prefix)))
  }

  remove(file: FileRef): void {
    this.#guard?.release(file)
    this.#forget(file)
    const path = filePath(this.location, file)
    try {
      unlinkSync(path)
      syncFolder(dirname(path))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw systemError(error, `remove a ${file.kind} file`)
    }
  }

  /** A pack that was removed must not be readable through a handle of ours. */
  #forget(file: FileRef): void {
    const fd = this.#packs.get(file.name)
    if (fd !== undefined) closeSync(fd)
    this.#packs.delete(file.name)
  }

  close(): void {
    for (const fd of this.#packs.values()) closeSync(fd)
    this.#packs.clear()
  }

  /** Blobs are read one by one out of few packs: those used last stay open. A pack never changes under its name. */
  #packHandle(file: FileRef): number {
    const known = this.#packs.get(file.name)
    if (known !== undefined) return known
    const fd = openSync(filePath(this.location, file), constants.O_RDONLY)
    if (this.#packs.size >= OPEN_PACKS) {
      const [oldest, handle] = this.#packs.entries().next().value!
      this.#packs.delete(oldest)
      closeSync(handle)
    }
    this.#packs.set(file.name, fd)
    return fd
  }

  #opened<T>(file: FileRef, run: (fd: number) => T): T {
    let fd: number | undefined
    try {
      fd = openSync(filePath(this.location, file), constants.O_RDONLY)
      return run(fd)
    } catch (error) {
      throw systemError(error, `read a ${file.kind} file`)
    } finally {
      if (fd !== undefined) closeSync(fd)
    }
  }
}

/** Beside the final name, so that the rename stays within one file system; no reader takes it for a repository file. */
export function temporaryName(file: FileRef): string {
  return `${file.name || 'config'}-tmp-${process.pid}-${counter++}`
}

/** The error for a file shorter than what was asked of it. */
export function truncated(wanted: number, got: number): AppError {
  return new AppError('STORAGE_TRUNCATED', {
    detail: `wanted ${wanted} bytes, found ${got}`,
    context: { wantedBytes: wanted, foundBytes: got },
  })
}

function writeDurably(path: string, parts: readonly Uint8Array[]): void {
  const fd = open(path)
  try {
    writeParts(fd, parts)
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

/** Opens a new file, making its folder where a repository lacks it (restic makes all of data/ at init, others do not). */
function open(path: string): number {
  try {
    return openSync(path, 'wx', 0o400)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    syncFolder(dirname(dirname(path)))
    return openSync(path, 'wx', 0o400)
  }
}

/** writev may write less than asked: goes on with what is left. */
function writeParts(fd: number, parts: readonly Uint8Array[]): void {
  let left = parts.filter((part) => part.length > 0)
  while (left.length > 0) {
    // 1024 is the system's limit of parts in one call.
    let written = writevSync(fd, left.slice(0, 1024) as Buffer[])
    while (left.length > 0 && written >= left[0]!.length) written -= left.shift()!.length
    if (written > 0) left = [left[0]!.subarray(written), ...left.slice(1)]
  }
}

/** Gives the file its name unless that is taken: link refuses, rename would replace. */
function publish(temporary: string, path: string): void {
  try {
    linkSync(temporary, path)
    unlinkSync(temporary)
  } catch (error) {
    // exFAT and some network shares have no hard links.
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes((error as NodeJS.ErrnoException).code ?? '')) {
      throw error
    }
    if (statSync(path, { throwIfNoEntry: false }) !== undefined) {
      throw Object.assign(new Error('the name is taken'), { code: 'EEXIST' })
    }
    renameSync(temporary, path)
  }
}

function readExactly(fd: number, offset: number, target: Uint8Array): void {
  let done = 0
  while (done < target.length) {
    const count = readSync(fd, target, done, target.length - done, offset + done)
    if (count === 0) throw truncated(target.length, done)
    done += count
  }
}

function listFolder(folder: string): ListedFile[] {
  let names: string[]
  try {
    names = readdirSync(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw systemError(error, 'list a folder of the repository')
  }
  return names.filter(isFileName).flatMap((name) => {
    const stat = statSync(join(folder, name), { throwIfNoEntry: false })
    return stat?.isFile() ? [{ name, sizeBytes: stat.size }] : []
  })
}

function unlinkIfThere(path: string): void {
  try {
    unlinkSync(path)
  } catch {
    // Not made, or gone: the error that brought us here is the one to tell.
  }
}
