import { constants, type Stats } from 'node:fs'
import { link, mkdir, open, readdir, rename, stat, unlink, type FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import {
  systemClock,
  systemError,
  type Backend,
  type Clock,
  type FileKind,
  type FileRef,
  type ListedFile,
  type SyncBackend,
} from '#base'
import { DATA_FOLDERS, demandSound, filePath, FOLDERS, isFileName } from './layout.ts'
import { LocalRetention, type ImmutableAttribute } from './local-retention.ts'
import { LocalSync, temporaryName, truncated } from './local-sync.ts'
import { syncFolder, syncFolderLater } from './sync-folder.ts'

export interface LocalOptions {
  readonly clock?: Clock
  /** From `posix`; absent, locks are logical only. */
  readonly immutable?: ImmutableAttribute
}

export type LocalBackend = Backend & { readonly sync: SyncBackend; readonly retention: LocalRetention }

/** The synchronous face alone, for worker threads: by the folder's path, which is plain data. */
export function openLocalSync(root: string, options: LocalOptions = {}): SyncBackend {
  return new LocalSync(root, new LocalRetention(root, options.clock ?? systemClock, options.immutable))
}

/**
 * A repository in a local folder. Nothing is made before the first `save`, which also makes the folders that restic
 * expects. The asynchronous face uses Node's thread pool, so that a server does not stand still while a disk is slow.
 */
export function openLocalBackend(root: string, options: LocalOptions = {}): LocalBackend {
  const retention = new LocalRetention(root, options.clock ?? systemClock, options.immutable)
  const sync = new LocalSync(root, retention)
  return {
    location: root,
    retention,
    sync,
    save: (file, parts) => save(root, file, parts),
    load: (file, offset = 0, length) => load(root, file, offset, length),
    stat: (file) => describe(root, file),
    list: (kind) => list(root, kind),
    replace: (file, bytes) => replace(root, retention, file, bytes),
    async remove(file) {
      retention.release(file)
      const path = filePath(root, file)
      await ignoring('ENOENT', unlink(path)).catch((error: unknown) => {
        throw systemError(error, `remove a ${file.kind} file`)
      })
      await syncFolderLater(dirname(path))
    },
    async close() {
      sync.close()
    },
  }
}

/** Makes the folders of a new repository, as `restic init` does. Fine where they are there. */
export async function makeLocalFolders(root: string): Promise<void> {
  try {
    for (const folder of FOLDERS) await mkdir(join(root, folder), { recursive: true, mode: 0o700 })
    for (const prefix of DATA_FOLDERS) await mkdir(join(root, 'data', prefix), { recursive: true, mode: 0o700 })
    for (const folder of [join(root, 'data'), root]) syncFolder(folder)
  } catch (error) {
    throw systemError(error, 'make the folders of a repository')
  }
}

async function save(root: string, file: FileRef, parts: readonly Uint8Array[]): Promise<void> {
  const path = filePath(root, file)
  const temporary = join(dirname(path), temporaryName(file))
  try {
    await writeDurably(temporary, parts)
    await publish(temporary, path)
    await syncFolderLater(dirname(path))
  } catch (error) {
    await unlink(temporary).catch(() => undefined)
    throw systemError(error, `save a ${file.kind} file`)
  }
}

const SET_ASIDE = 'set-aside'

/**
 * The damaged file is moved to `set-aside/`, where a person may look at it, and holds nothing there. A kill after that
 * leaves no file of the name: the next try finds it missing and brings it again; its hold is in the retention log.
 */
async function replace(root: string, retention: LocalRetention, file: FileRef, bytes: Uint8Array): Promise<void> {
  demandSound(file, bytes)
  const held = await retention.state(file)
  const path = filePath(root, file)
  retention.lift(file)
  try {
    await mkdir(join(root, SET_ASIDE), { recursive: true, mode: 0o700 })
    await ignoring('ENOENT', rename(path, join(root, SET_ASIDE, `damaged-${file.kind}-${file.name}`)))
    await syncFolderLater(dirname(path))
  } catch (error) {
    throw systemError(error, `move a damaged ${file.kind} file`)
  }
  await save(root, file, [bytes])
  if (held) await retention.lock(file, held.untilMs)
}

async function writeDurably(path: string, parts: readonly Uint8Array[]): Promise<void> {
  const handle = await openNew(path)
  try {
    // FileHandle.writeFile takes an iterable and writes all of each part.
    await handle.writeFile(parts)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function openNew(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx', 0o400)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    await syncFolderLater(dirname(dirname(path)))
    return open(path, 'wx', 0o400)
  }
}

/** As in local-sync.ts: link refuses a taken name, rename would replace it. */
async function publish(temporary: string, path: string): Promise<void> {
  try {
    await link(temporary, path)
    await unlink(temporary)
  } catch (error) {
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes((error as NodeJS.ErrnoException).code ?? '')) {
      throw error
    }
    const there = await stat(path).catch(() => undefined)
    if (there !== undefined) throw Object.assign(new Error('the name is taken'), { code: 'EEXIST' })
    await rename(temporary, path)
  }
}

async function load(root: string, file: FileRef, offset: number, length: number | undefined): Promise<Buffer> {
  let handle: FileHandle | undefined
  try {
    handle = await open(filePath(root, file), constants.O_RDONLY)
    const wanted = length ?? Math.max(0, (await handle.stat()).size - offset)
    const bytes = Buffer.allocUnsafe(wanted)
    let done = 0
    while (done < wanted) {
      const { bytesRead } = await handle.read(bytes, done, wanted - done, offset + done)
      if (bytesRead === 0) throw truncated(wanted, done)
      done += bytesRead
    }
    return bytes
  } catch (error) {
    throw systemError(error, `read a ${file.kind} file`)
  } finally {
    await handle?.close()
  }
}

async function describe(root: string, file: FileRef): Promise<{ sizeBytes: number } | undefined> {
  try {
    const found = await ignoring('ENOENT', stat(filePath(root, file)))
    return found && { sizeBytes: found.size }
  } catch (error) {
    throw systemError(error, `look at a ${file.kind} file`)
  }
}

async function list(root: string, kind: FileKind): Promise<ListedFile[]> {
  if (kind === 'config') {
    const found = await describe(root, { kind, name: '' })
    return found ? [{ name: '', ...found }] : []
  }
  const folder = join(root, kind)
  const folders = kind === 'data' ? DATA_FOLDERS.map((prefix) => join(folder, prefix)) : [folder]
  const found: ListedFile[] = []
  for (const one of folders) found.push(...(await listFolder(one)))
  return found
}

async function listFolder(folder: string): Promise<ListedFile[]> {
  try {
    const names = ((await ignoring('ENOENT', readdir(folder))) ?? []).filter(isFileName)
    const stats = await Promise.all(names.map((name) => ignoring('ENOENT', stat(join(folder, name)))))
    return names.flatMap((name, i) => fileEntry(name, stats[i]))
  } catch (error) {
    throw systemError(error, 'list a folder of the repository')
  }
}

function fileEntry(name: string, stat: Stats | undefined): ListedFile[] {
  return stat?.isFile() ? [{ name, sizeBytes: stat.size }] : []
}

async function ignoring<T>(code: string, promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === code) return undefined
    throw error
  }
}
