/** Walking a storage through a port, for readers that have no list of files yet. */
import type { ByteString } from '#base'
import { pathText } from './name-bytes.ts'

/** A tree of folders. Paths are bytes, relative, `/` between names; '' is the top. */
export interface StorageTree {
  list(path: ByteString): Iterable<{ readonly name: ByteString; readonly isFolder: boolean }>
}

export interface WalkedFile {
  /** The bytes under which the file is read. */
  readonly path: ByteString
  /** The same as text, in NFC: what the functions of this room take. */
  readonly text: string
}

/** Every file below `top`, in byte order, folder by folder. */
export function* walkStorage(tree: StorageTree, top: ByteString = ''): Generator<WalkedFile> {
  const entries = [...tree.list(top)].sort((a, b) => (a.name < b.name ? -1 : 1))
  for (const { name, isFolder } of entries) {
    const path = top === '' ? name : `${top}/${name}`
    if (isFolder) yield* walkStorage(tree, path)
    else yield { path, text: pathText(path) }
  }
}
