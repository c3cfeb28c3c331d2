import type { ByteString } from '#base'
import { BlobIndex } from '../blob-index.ts'
import type { Node } from '../node.ts'
import type { PieceReader, Repository } from '../repository.ts'
import { decodeTree } from '../tree.ts'
import { RecordWriter, resolveRecord, SIGNATURE_BYTES } from './unit-record.ts'

export interface RecordSources {
  readonly repository: Repository
  readonly index: BlobIndex
  /** How pieces of packs are read; absent: each by itself. */
  readonly load?: PieceReader
  /** Sees files, or the first blob of those above `maxBytes`, as the observer of a run does; `path` is below the unit. */
  readonly observe?: (path: ByteString, bytes: Uint8Array, sizeBytes: number) => Uint8Array | undefined
  readonly maxBytes: number
}

/**
 * The record of a unit made again out of the repository, where no source is left to read. Signatures hold size and time only
 * and match nothing (inode 0): a later run reads these files once more.
 * @throws RESTIC_BLOB_MISSING, RESTIC_DAMAGED
 */
export async function recordFromTree(sources: RecordSources, tree: string): Promise<Uint8Array | undefined> {
  const writer = new RecordWriter()
  await writeFolder(sources, writer, { name: '', path: '', tree })
  const { index } = sources
  return resolveRecord(writer.take(), (id, type) => index.find(id.toString('hex'), type)[0])
}

async function writeFolder(
  sources: RecordSources,
  writer: RecordWriter,
  { name, path, tree }: { readonly name: ByteString; readonly path: ByteString; readonly tree: string },
): Promise<void> {
  const start = writer.beginFolder(name, Buffer.alloc(SIGNATURE_BYTES))
  const nodes = decodeTree(await sources.repository.loadBlob(sources.index, tree, 'tree', sources.load))
  for (const node of nodes) {
    const own = node.name.toString('latin1')
    const below = path === '' ? own : `${path}/${own}`
    if (node.subtree !== undefined) await writeFolder(sources, writer, { name: own, path: below, tree: node.subtree })
    else if (node.type === 'file') await writeFile(sources, writer, below, node)
    else writer.other(own, signatureOf(node))
  }
  writer.endFolder(start, tree, nodes.length, true)
}

async function writeFile(sources: RecordSources, writer: RecordWriter, path: ByteString, node: Node): Promise<void> {
  const { repository, index, load, observe, maxBytes } = sources
  const content = node.content ?? []
  const size = node.sizeBytes ?? 0
  let note: Uint8Array | undefined
  if (observe && size > 0) {
    const parts = []
    for (const id of size <= maxBytes ? content : content.slice(0, 1))
      parts.push(await repository.loadBlob(index, id, 'data', load))
    note = observe(path, parts.length === 1 ? parts[0]! : Buffer.concat(parts), size)
  }
  writer.file(node.name.toString('latin1'), signatureOf(node), content, note)
}

function signatureOf(node: Node): Buffer {
  const signature = Buffer.alloc(SIGNATURE_BYTES)
  signature.writeBigInt64LE(node.mtimeNs, 0)
  signature.writeBigInt64LE(BigInt(node.sizeBytes ?? 0), 24)
  return signature
}
