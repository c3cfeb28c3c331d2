/**
 * The right edge of a growing tree: the hashes of the tile that is not yet full, on each level. Enough to append and to
 * give the root without reading anything. 256 hashes a level at most, so a log of 2^40 entries needs 40 kB.
 */
import { AppError } from '#base'
import { completeRoot, emptyRoot, HASH_SIZE, nodeHash } from './hash.ts'
import { TILE_WIDTH, tilePath, type TileReader } from './tile.ts'

/** A tile whose content changed: `hashes` are `width` × 32 bytes. */
export interface DirtyTile {
  readonly path: string
  readonly bytes: Uint8Array
}

export class Frontier {
  /** rows[L]: the hashes so far in the last tile of level L; never 256, a full row has moved up. */
  private readonly rows: Uint8Array[][]
  private count: number

  private constructor(rows: Uint8Array[][], count: number) {
    this.rows = rows
    this.count = count
  }

  static empty(): Frontier {
    return new Frontier([], 0)
  }

  /** Reads the edge of a stored tree of `size` entries. Throws TLOG_TILE_MISSING, TLOG_MALFORMED. */
  static async load(reader: TileReader, size: number): Promise<Frontier> {
    const rows: Uint8Array[][] = []
    for (let level = 0, nodes = size; nodes > 0; level++, nodes = Math.floor(nodes / TILE_WIDTH)) {
      const width = nodes % TILE_WIDTH
      const index = Math.floor(nodes / TILE_WIDTH)
      rows.push(width === 0 ? [] : await readHashes(reader, level, index, width))
    }
    return new Frontier(rows, size)
  }

  get size(): number {
    return this.count
  }

  clone(): Frontier {
    return new Frontier(
      this.rows.map((row) => [...row]),
      this.count,
    )
  }

  /** Adds a leaf hash; returns the tiles that became full by it (none, one, or one on each of several levels). */
  append(leaf: Uint8Array): DirtyTile[] {
    const full: DirtyTile[] = []
    let carry: Uint8Array | undefined = leaf
    this.count++
    for (let level = 0; carry; level++) {
      const row: Uint8Array[] = (this.rows[level] ??= [])
      row.push(carry)
      carry = undefined
      if (row.length < TILE_WIDTH) break
      full.push({ path: tilePath(level, this.tileIndex(level) - 1, TILE_WIDTH), bytes: Buffer.concat(row) })
      carry = completeRoot(row)
      this.rows[level] = []
    }
    return full
  }

  /** The tiles that are not full, one a level at most. */
  partialTiles(): DirtyTile[] {
    return this.rows.flatMap((row, level) =>
      row.length === 0 ? [] : [{ path: tilePath(level, this.tileIndex(level), row.length), bytes: Buffer.concat(row) }],
    )
  }

  /** Merkle tree hash of everything appended (RFC 6962 section 2.1). */
  root(): Uint8Array {
    let root: Uint8Array | undefined
    for (const row of this.rows) {
      // From the right: the smallest complete subtree first, each one's left neighbour twice its size or more.
      for (let end = row.length; end > 0;) {
        const width = end & -end
        const subtree = completeRoot(row.slice(end - width, end))
        root = root ? nodeHash(subtree, root) : subtree
        end -= width
      }
    }
    return root ?? emptyRoot()
  }

  /** Index of the tile of a level that the next hash goes into. */
  private tileIndex(level: number): number {
    return Math.floor(this.count / TILE_WIDTH ** (level + 1))
  }
}

/** `width` hashes of one tile. Where the partial file is gone, the first `width` hashes of the full one are the same. */
export async function readHashes(
  reader: TileReader,
  level: number,
  index: number,
  width: number,
): Promise<Uint8Array[]> {
  const bytes =
    (await reader.read(tilePath(level, index, width))) ?? (await reader.read(tilePath(level, index, TILE_WIDTH)))
  if (!bytes) throw new AppError('TLOG_TILE_MISSING', { context: { tile: tilePath(level, index, width) } })
  if (bytes.length < width * HASH_SIZE || bytes.length % HASH_SIZE !== 0)
    throw new AppError('TLOG_MALFORMED', {
      detail: 'tile has a wrong size',
      context: { tile: tilePath(level, index, width) },
    })
  return Array.from({ length: width }, (_, i) => bytes.subarray(i * HASH_SIZE, (i + 1) * HASH_SIZE))
}
