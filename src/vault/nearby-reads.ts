/**
 * Reads of small pieces that lie near each other in packs, a block at a time: the folders of one patient lie together, and
 * three million folders read one by one are nine million calls.
 */
import type { Backend } from '#base'
import type { PieceReader } from '#restic'

const BLOCK_BYTES = 1 << 20
/** Blocks kept: some 64 MiB, one for each place where a walk over the folders may come back to. */
const MOST_BLOCKS = 64

/**
 * `load` of a backend, for pieces of packs. Bytes come from the place once per block; nothing is kept beyond this reader.
 * @param sizes of the packs that exist; a piece beyond a pack's end is read, and refused, by the backend itself
 */
export function nearbyReads(backend: Pick<Backend, 'load'>, sizes: ReadonlyMap<string, number>): PieceReader {
  const blocks = new Map<string, Promise<Buffer>>()
  return async (pack, offset, length) => {
    const number = Math.floor(offset / BLOCK_BYTES)
    const start = number * BLOCK_BYTES
    const end = Math.min(start + BLOCK_BYTES, sizes.get(pack.name) ?? 0)
    if (offset + length > end) return backend.load(pack, offset, length)
    const key = `${pack.name} ${number}`
    const block = blocks.get(key) ?? backend.load(pack, start, end - start)
    // Used again: last to go.
    blocks.delete(key)
    blocks.set(key, block)
    if (blocks.size > MOST_BLOCKS) blocks.delete(blocks.keys().next().value!)
    try {
      return (await block).subarray(offset - start, offset - start + length)
    } catch {
      // One bad sector costs the piece that lies on it, not its neighbours.
      blocks.delete(key)
      return backend.load(pack, offset, length)
    }
  }
}
