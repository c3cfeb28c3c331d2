import type { BlobIndex, BlobType } from '../blob-index.ts'
import { Marks } from '../marks.ts'
import type { Repository } from '../repository.ts'
import { encodeDocument, loadSnapshots, type Snapshot } from '../snapshot.ts'
import { decodeTree } from '../tree.ts'

export interface CopyOptions {
  readonly from: Repository
  readonly to: Repository
  /** Absent: all. */
  readonly snapshots?: readonly Snapshot[]
  readonly signal?: AbortSignal
  readonly onSnapshot?: (snapshot: Snapshot, result: 'copied' | 'known') => void
}

/**
 * Copies snapshots with everything they need into another repository (another master key: this is how to re-key). Blobs
 * are opened, proved by their hash, and sealed anew; snapshots that were copied before are known by their original's id.
 * @throws RESTIC_BLOB_MISSING, RESTIC_DAMAGED where the source is not whole: that snapshot is then not written
 */
export async function copySnapshots(options: CopyOptions): Promise<{ copied: number; known: number }> {
  const { from, to } = options
  const { snapshots: all } = await loadSnapshots(from)
  const there = await loadSnapshots(to)
  const fromIndex = await from.loadIndex()
  const toIndex = await to.loadIndex()
  const copier = new TreeCopier(from, to, fromIndex, toIndex, options.signal)
  let copied = 0
  let known = 0
  for (const snapshot of options.snapshots ?? all) {
    const origin = snapshot.original ?? snapshot.id
    if (there.snapshots.some((other) => (other.original ?? other.id) === origin && other.tree === snapshot.tree)) {
      known += 1
      options.onSnapshot?.(snapshot, 'known')
      continue
    }
    await copier.copy(snapshot.tree)
    // The parent is another repository's snapshot: its id means nothing here.
    const { parent: _parent, ...document } = snapshot.document
    await to.saveUnpacked('snapshots', encodeDocument({ ...document, original: origin }))
    copied += 1
    options.onSnapshot?.(snapshot, 'copied')
  }
  return { copied, known }
}

class TreeCopier {
  readonly #from: Repository
  readonly #to: Repository
  readonly #fromIndex: BlobIndex
  readonly #toIndex: BlobIndex
  readonly #visited: Marks
  readonly #signal: AbortSignal | undefined

  constructor(from: Repository, to: Repository, fromIndex: BlobIndex, toIndex: BlobIndex, signal?: AbortSignal) {
    this.#from = from
    this.#to = to
    this.#fromIndex = fromIndex
    this.#toIndex = toIndex
    this.#visited = Marks.create(fromIndex.blobCount)
    this.#signal = signal
  }

  /** Everything below a tree; packs and index are durable when it resolves. */
  async copy(root: string): Promise<void> {
    const writer = this.#to.packWriter(this.#toIndex)
    const stack = [root]
    for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
      this.#signal?.throwIfAborted()
      const entry = this.#fromIndex.lookup(id, 'tree')
      if (entry !== -1 && !this.#visited.add(entry)) continue
      const bytes = await this.#load(id, 'tree')
      for (const node of decodeTree(bytes)) {
        if (node.subtree !== undefined) stack.push(node.subtree)
        for (const blob of node.type === 'file' ? (node.content ?? []) : []) {
          if (!this.#toIndex.has(blob, 'data')) await writer.add('data', await this.#load(blob, 'data'))
        }
      }
      await writer.add('tree', bytes)
    }
    await writer.finish()
  }

  #load(id: string, type: BlobType): Promise<Buffer> {
    return this.#from.loadBlob(this.#fromIndex, id, type)
  }
}
