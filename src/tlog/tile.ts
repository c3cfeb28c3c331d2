/**
 * C2SP tlog-tiles: where hashes and entries lie. A tile holds up to 256 hashes of one level of the tree; level L of the
 * tiles is level 8L of the tree. A bundle holds the same 256 entries, each behind its length as big-endian uint16.
 * https://c2sp.org/tlog-tiles
 */
import { AppError } from '#base'

/** Hashes in a full tile, entries in a full bundle. */
export const TILE_WIDTH = 256

/** Longest entry a bundle can hold, in bytes. */
export const MAX_ENTRY_SIZE = 0xffff

/** Where tiles are read from: a folder, a mirror, memory. Paths as {@link tilePath} gives them. */
export interface TileReader {
  /** The whole file, or undefined where there is none. */
  read(path: string): Promise<Uint8Array | undefined>
}

/** `tile/<L>/<N>` or `tile/<L>/<N>.p/<W>`; `width` 1-256. */
export function tilePath(level: number, index: number, width: number): string {
  return `tile/${level}/${indexPath(index)}${partialSuffix(width)}`
}

/** `tile/entries/<N>` or `tile/entries/<N>.p/<W>`. */
export function bundlePath(index: number, width: number): string {
  return `tile/entries/${indexPath(index)}${partialSuffix(width)}`
}

/** 1234067 → `x001/x234/067`: zero-padded groups of three digits, all but the last marked with x. */
function indexPath(index: number): string {
  const digits = String(index)
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/.{3}/g)!
  return groups.map((group, i) => (i < groups.length - 1 ? `x${group}` : group)).join('/')
}

const partialSuffix = (width: number): string => (width === TILE_WIDTH ? '' : `.p/${width}`)

export function encodeBundle(entries: readonly Uint8Array[]): Uint8Array {
  const parts = entries.flatMap((entry) => {
    if (entry.length > MAX_ENTRY_SIZE) throw new AppError('BASE_BUG', { detail: 'entry over 65535 bytes' })
    return [Uint8Array.of(entry.length >> 8, entry.length & 0xff), entry]
  })
  return Buffer.concat(parts)
}

/** The entries of a bundle. Throws TLOG_MALFORMED unless the bytes are exactly `count` entries. */
export function decodeBundle(bytes: Uint8Array, count: number): Uint8Array[] {
  const entries: Uint8Array[] = []
  let offset = 0
  while (offset + 2 <= bytes.length && entries.length < count) {
    const length = (bytes[offset]! << 8) | bytes[offset + 1]!
    const end = offset + 2 + length
    if (end > bytes.length) break
    entries.push(bytes.subarray(offset + 2, end))
    offset = end
  }
  if (entries.length !== count || offset !== bytes.length)
    throw new AppError('TLOG_MALFORMED', { detail: `bundle holds ${entries.length} whole entries, not ${count}` })
  return entries
}
