import { hash } from 'node:crypto'
import { join } from 'node:path'
import { AppError, type FileKind, type FileRef } from '#base'

/** Where a restic repository keeps its files (restic doc/design.rst, "Repository Layout"). */

const ID = /^[0-9a-f]{64}$/

export const FOLDERS: readonly Exclude<FileKind, 'config'>[] = ['data', 'index', 'keys', 'locks', 'snapshots']

/** The 256 folders under data/, by the first byte of the pack's id. */
export const DATA_FOLDERS: readonly string[] = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'))

/** True for a name that a repository file may have; everything else in its folders is none of ours. */
export function isFileName(name: string): boolean {
  return ID.test(name)
}

/** Path below the repository's root, with `/`. @throws BASE_BUG on a name that is no id: it must never become a path */
export function relativePath({ kind, name }: FileRef): string {
  if (kind === 'config') return 'config'
  if (!isFileName(name)) throw new AppError('BASE_BUG', { detail: `a ${kind} file without an id for a name` })
  return kind === 'data' ? `data/${name.slice(0, 2)}/${name}` : `${kind}/${name}`
}

export function filePath(root: string, file: FileRef): string {
  return join(root, relativePath(file))
}

/** Before something is replaced: bytes that are not the name's must not get there. @throws BASE_BUG */
export function demandSound({ kind, name }: FileRef, bytes: Uint8Array): void {
  if (kind === 'config' || hash('sha256', bytes) !== name)
    throw new AppError('BASE_BUG', { detail: `bytes that are not those of the ${kind} file` })
}
