import type { ByteString, SourceStat } from '#base'
import type { BlobReader } from '../blob-reader.ts'
import type { Node } from '../node.ts'
import { decodeTree } from '../tree.ts'
import type { RecordEntry } from './unit-record.ts'

/**
 * What a folder held the last time: from its unit's record or, without one, from the parent snapshot's tree. Children
 * are asked for in rising order of their names, each at most once.
 */
export interface PreviousFolder {
  child(name: ByteString): PreviousChild | undefined
  /** The record's entry where there is one: only then may the tree be taken over unread. */
  readonly entry: RecordEntry | undefined
  /** Id of its tree. */
  readonly tree: string
}

/** What a file held; a record's entry reads it when it is asked for. */
export interface FileContent {
  readonly content: readonly string[]
  readonly sizeBytes: number
  readonly note?: Uint8Array | undefined
}

export interface PreviousChild {
  /** Blobs of a file that did not change since; undefined where it is to be read. */
  unchangedContent(stat: SourceStat, signature: Buffer): FileContent | undefined
  folder(): PreviousFolder | undefined
  readonly entry: RecordEntry | undefined
}

export class RecordFolder implements PreviousFolder {
  readonly entry: RecordEntry
  readonly tree: string
  readonly #children: Iterator<RecordEntry>
  #next: RecordEntry | undefined

  constructor(entry: RecordEntry) {
    this.entry = entry
    this.tree = entry.tree
    this.#children = entry.children()
    this.#advance()
  }

  child(name: ByteString): PreviousChild | undefined {
    while (this.#next !== undefined && this.#next.name < name) this.#advance()
    if (this.#next?.name !== name) return undefined
    const entry = this.#next
    this.#advance()
    return {
      entry,
      unchangedContent: (_stat, signature) =>
        entry.kind === 'file' && entry.hasSignature(signature) ? entry : undefined,
      folder: () => (entry.kind === 'folder' ? new RecordFolder(entry) : undefined),
    }
  }

  #advance(): void {
    const { value, done } = this.#children.next() as IteratorResult<RecordEntry, undefined>
    this.#next = done ? undefined : value
  }
}

/** restic's own way: mtime, ctime, size and inode of the parent snapshot's node. */
export class TreeFolder implements PreviousFolder {
  readonly entry = undefined
  readonly tree: string
  readonly #children: ReadonlyMap<ByteString, Node>
  readonly #reader: BlobReader

  /** @param tree id; a tree that cannot be read counts as empty: everything in it is read again */
  constructor(reader: BlobReader, tree: string) {
    this.tree = tree
    this.#reader = reader
    this.#children = new Map(readTree(reader, tree).map((node) => [node.name.toString('latin1'), node]))
  }

  child(name: ByteString): PreviousChild | undefined {
    const node = this.#children.get(name)
    if (!node) return undefined
    const reader = this.#reader
    return {
      entry: undefined,
      unchangedContent: (stat) =>
        isUnchanged(node, stat) && reader.hasAll(node.content!)
          ? { content: node.content!, sizeBytes: Number(stat.size) }
          : undefined,
      folder: () => (node.subtree === undefined ? undefined : new TreeFolder(reader, node.subtree)),
    }
  }
}

function readTree(reader: BlobReader, tree: string): Node[] {
  try {
    return decodeTree(reader.load(tree, 'tree'))
  } catch {
    return []
  }
}

function isUnchanged(node: Node, stat: SourceStat): boolean {
  return (
    node.type === 'file' &&
    node.content !== null &&
    node.mtimeNs === stat.mtimeNs &&
    node.ctimeNs === stat.ctimeNs &&
    BigInt(node.sizeBytes ?? 0) === stat.size &&
    node.inode === stat.ino
  )
}
