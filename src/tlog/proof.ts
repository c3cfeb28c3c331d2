/** Making proofs out of stored tiles (RFC 6962 section 2.1.1 and 2.1.2, whose recursive definitions these follow). */
import { AppError } from '#base'
import { readHashes } from './frontier.ts'
import { completeRoot, emptyRoot, nodeHash, splitPoint } from './hash.ts'
import { TILE_WIDTH, type TileReader } from './tile.ts'

/** log2 of TILE_WIDTH: tree levels per tile level. */
const TILE_HEIGHT = 8

/** A tree as it lies in storage: the partial tiles are those of `size`, so it proves any smaller size too. */
export interface StoredLog {
  readonly tiles: TileReader
  readonly size: number
}

/** Hashes of any aligned range of a stored tree. */
class StoredTree {
  private readonly read = new Map<string, Promise<Uint8Array[]>>()
  private readonly log: StoredLog

  constructor(log: StoredLog) {
    this.log = log
  }

  /** MTH(D[from:to]) for a range the RFC's recursion makes: a complete subtree, or split at the largest power of two. */
  async range(from: number, to: number): Promise<Uint8Array> {
    const length = to - from
    const level = Math.log2(length)
    if (Number.isInteger(level) && from % length === 0) return this.node(level, from / length)
    const middle = from + splitPoint(length)
    return nodeHash(await this.range(from, middle), await this.range(middle, to))
  }

  /** The complete subtree number `index` of 2^level leaves. */
  private async node(level: number, index: number): Promise<Uint8Array> {
    const tileLevel = Math.floor(level / TILE_HEIGHT)
    const width = 2 ** (level - tileLevel * TILE_HEIGHT)
    const first = index * width
    const hashes = await this.tile(tileLevel, Math.floor(first / TILE_WIDTH))
    return completeRoot(hashes.slice(first % TILE_WIDTH, (first % TILE_WIDTH) + width))
  }

  private tile(level: number, index: number): Promise<Uint8Array[]> {
    const key = `${level}/${index}`
    const nodes = Math.floor(this.log.size / TILE_WIDTH ** level)
    const width = Math.min(TILE_WIDTH, nodes - index * TILE_WIDTH)
    const tile = this.read.get(key) ?? readHashes(this.log.tiles, level, index, width)
    this.read.set(key, tile)
    return tile
  }
}

/** The root the log had when it held `size` entries. */
export async function rootAt(log: StoredLog, size: number): Promise<Uint8Array> {
  expectRange(0, size, log.size)
  return size === 0 ? emptyRoot() : new StoredTree(log).range(0, size)
}

/** The audit path of entry `index` in the tree of `size` entries, leaf side first. */
export async function inclusionProof(log: StoredLog, index: number, size: number): Promise<Uint8Array[]> {
  expectRange(1, size, log.size)
  expectRange(0, index, size - 1)
  const tree = new StoredTree(log)
  const path = async (from: number, to: number): Promise<Uint8Array[]> => {
    if (to - from === 1) return []
    const middle = from + splitPoint(to - from)
    return index < middle
      ? [...(await path(from, middle)), await tree.range(middle, to)]
      : [...(await path(middle, to)), await tree.range(from, middle)]
  }
  return path(0, size)
}

/** Proof that the tree of `oldSize` entries is a beginning of the tree of `newSize` entries. */
export async function consistencyProof(log: StoredLog, oldSize: number, newSize: number): Promise<Uint8Array[]> {
  expectRange(0, newSize, log.size)
  expectRange(0, oldSize, newSize)
  if (oldSize === 0 || oldSize === newSize) return []
  const tree = new StoredTree(log)
  // `whole`: the old tree is exactly this subtree, so the verifier knows its hash already (the RFC's flag b).
  const subproof = async (from: number, to: number, whole: boolean): Promise<Uint8Array[]> => {
    if (oldSize === to) return whole ? [] : [await tree.range(from, to)]
    const middle = from + splitPoint(to - from)
    return oldSize <= middle
      ? [...(await subproof(from, middle, whole)), await tree.range(middle, to)]
      : [...(await subproof(middle, to, false)), await tree.range(from, middle)]
  }
  return subproof(0, newSize, true)
}

function expectRange(low: number, value: number, high: number): void {
  if (!Number.isSafeInteger(value) || value < low || value > high)
    throw new AppError('BASE_BUG', { detail: `${value} is not within ${low} and ${high}` })
}

/** The leaf hashes below tile `index` of level 0. */
export async function readLeafHashes(log: StoredLog, index: number): Promise<Uint8Array[]> {
  return readHashes(log.tiles, 0, index, Math.min(TILE_WIDTH, log.size - index * TILE_WIDTH))
}
