/** A look at the files of a source as they lie there now, before anything is backed up: to set up how they are read. */
import { closeSync, constants, fstatSync, openSync, readdirSync, readSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { AppError, type EpochMs } from '#base'

export interface SourceFile {
  /** Below the source's folder; the file's name where the source is one file. Patient data. */
  readonly path: string
  readonly sizeBytes: number
  readonly mtimeMs: EpochMs
}

export interface SourceFiles {
  /** In the order of their paths. */
  readonly files: readonly SourceFile[]
  /** There are more than were listed. */
  readonly more: boolean
}

/** A person waits: a folder of a hundred thousand scans is judged by these. */
const MOST_LISTED = 2000
const MOST_FOLDERS = 2000

/** @throws VAULT_SOURCE_UNREADABLE */
export function listSourceFiles(root: string): SourceFiles {
  try {
    const stat = statSync(root)
    if (stat.isFile())
      return { files: [{ path: basename(root), sizeBytes: stat.size, mtimeMs: Math.floor(stat.mtimeMs) }], more: false }
    return walk(root)
  } catch (cause) {
    throw new AppError('VAULT_SOURCE_UNREADABLE', { cause })
  }
}

function walk(root: string): SourceFiles {
  const files: SourceFile[] = []
  const open = ['']
  for (let seen = 0; open.length > 0; seen++) {
    if (seen >= MOST_FOLDERS || files.length >= MOST_LISTED) break
    const folder = open.shift()!
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      // No link is followed, as in a backup.
      if (entry.isDirectory()) open.push(path)
      else if (entry.isFile() && files.length < MOST_LISTED) files.push(fileAt(root, path))
    }
  }
  return {
    files: files.sort((a, b) => (a.path < b.path ? -1 : 1)),
    more: open.length > 0 || files.length >= MOST_LISTED,
  }
}

function fileAt(root: string, path: string): SourceFile {
  const { size, mtimeMs } = statSync(join(root, path))
  return { path, sizeBytes: size, mtimeMs: Math.floor(mtimeMs) }
}

/**
 * The beginning of a file that was listed.
 * @param file one of {@link listSourceFiles}
 * @throws VAULT_SOURCE_UNREADABLE
 */
export function readBeginning(root: string, file: SourceFile, mostBytes: number): Uint8Array {
  const path = statSync(root).isFile() ? root : join(root, file.path)
  let handle: number | undefined
  try {
    handle = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    const bytes = Buffer.alloc(Math.min(mostBytes, fstatSync(handle).size))
    let read = 0
    for (let count = -1; read < bytes.length && count !== 0; read += count)
      count = readSync(handle, bytes, read, bytes.length - read, read)
    return bytes.subarray(0, read)
  } catch (cause) {
    throw new AppError('VAULT_SOURCE_UNREADABLE', { cause })
  } finally {
    if (handle !== undefined) closeSync(handle)
  }
}
