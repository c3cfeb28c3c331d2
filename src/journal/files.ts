/** Where the files of a ledger lie. A port, so that tests can break every single step of an append. */
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { AppError, codeOf } from '#base'
import { syncFolderLater } from '#storage'
import { decodeBundle, encodeBundle, HASH_SIZE, TILE_WIDTH, type TileReader } from '#tlog'

/** Paths are relative, with `/`. */
export interface LedgerFiles extends TileReader {
  /** Whole and durable when it resolves: bytes, name and folders; before that the old file or none is there, never half. */
  write(path: string, bytes: Uint8Array): Promise<void>
  /** A missing file is fine. */
  remove(path: string): Promise<void>
  /** Names in a folder; none where the folder is not there. */
  list(folder: string): Promise<string[]>
}

/** Ending of a file that is being written; swept when the ledger is opened. */
export const UNFINISHED = '.tmp'

export function folderFiles(root: string): LedgerFiles {
  return {
    read: (path) => unlessMissing(readFile(join(root, path)), undefined),
    write: (path, bytes) => explainFull(writeDurably(join(root, path), bytes)),
    remove: (path) => rm(join(root, path), { force: true }),
    list: (folder) => unlessMissing(readdir(join(root, folder)), []),
  }
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const folder = dirname(path)
  const firstMade = await mkdir(folder, { recursive: true })
  const unfinished = path + UNFINISHED
  const file = await open(unfinished, 'w', 0o600)
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(unfinished, path)
  await syncFolderLater(folder)
  // A new folder is only there after a power cut once its parent was synced too.
  if (firstMade)
    for (let made = folder; made.length >= firstMade.length; made = dirname(made)) await syncFolderLater(dirname(made))
}

async function unlessMissing<T, M>(work: Promise<T>, missing: M): Promise<T | M> {
  try {
    return await work
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return missing
    throw error
  }
}

async function explainFull(work: Promise<void>): Promise<void> {
  try {
    await work
  } catch (cause) {
    throw diskError(cause)
  }
}

/** A full or read-only disk in our words; anything else as it came. */
export function diskError(cause: unknown): unknown {
  const code = codeOf(cause)
  if (code === 'ENOSPC' || code === 'EDQUOT') return new AppError('STORAGE_FULL', { cause, retry: 'temporary' })
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return new AppError('STORAGE_DENIED', { cause })
  return cause
}

/**
 * Reading while another process appends: the partial tile that a checkpoint names is replaced by a wider one with the same
 * beginning. Where the named one is gone, the beginning of the wider one is given.
 */
export function liveTiles(files: LedgerFiles): TileReader {
  return {
    async read(path) {
      const partial = /^(.*)\.p\/(\d+)$/.exec(path)
      // Three tries: between listing and reading an append may pass again.
      for (let attempt = 0; attempt < 3; attempt++) {
        const bytes = await files.read(path)
        if (bytes || !partial) return bytes
        const [, full = '', width = ''] = partial
        const wider = await widerTile(files, full, Number(width))
        if (wider) return wider
      }
      return undefined
    },
  }
}

/** The ledger in a folder, for reading and checking, also while a server appends to it. */
export const ledgerTiles = (folder: string): TileReader => liveTiles(folderFiles(folder))

async function widerTile(files: LedgerFiles, full: string, width: number): Promise<Uint8Array | undefined> {
  const widths = (await files.list(`${full}.p`)).map(Number).filter((other) => other > width)
  for (const wider of [...widths, TILE_WIDTH]) {
    const bytes = await files.read(wider === TILE_WIDTH ? full : `${full}.p/${wider}`)
    if (!bytes) continue
    if (!full.startsWith('tile/entries/')) return bytes.subarray(0, width * HASH_SIZE)
    return encodeBundle(decodeBundle(bytes, wider).slice(0, width))
  }
  return undefined
}
