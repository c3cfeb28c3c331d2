import { AppError } from '#base'
import type { PackedBlob } from './blob-index.ts'
import { SEAL_OVERHEAD, type Sealer } from './crypto.ts'

/**
 * A pack is `sealed blobs || sealed header || uint32LE(length of the sealed header)`; the header names each blob's type,
 * lengths and id in file order, offsets follow from the sums (restic internal/repository/pack/pack.go).
 */

/** A pack is closed once it holds that much (restic's default). */
export const PACK_TARGET_BYTES = 16 * 1024 * 1024
const MAX_HEADER_BYTES = 16 * 1024 * 1024
const PLAIN_ENTRY_BYTES = 37
const COMPRESSED_ENTRY_BYTES = 41

/** Plaintext of the header for blobs in file order. */
export function encodePackHeader(blobs: Iterable<PackedBlob>): Buffer {
  const header = Buffer.allocUnsafe(headerLength(blobs))
  let at = 0
  for (const blob of blobs) {
    const compressed = blob.uncompressedLength > 0
    at = header.writeUInt8((blob.type === 'tree' ? 1 : 0) + (compressed ? 2 : 0), at)
    at = header.writeUInt32LE(blob.length, at)
    if (compressed) at = header.writeUInt32LE(blob.uncompressedLength, at)
    at += header.write(blob.id, at, 'hex')
  }
  return header
}

/** @throws RESTIC_DAMAGED where the bytes are no header. */
export function decodePackHeader(header: Buffer): PackedBlob[] {
  const blobs: PackedBlob[] = []
  let offset = 0
  for (let at = 0; at < header.length;) {
    const code = header[at]!
    const compressed = (code & 2) !== 0
    const end = at + (compressed ? COMPRESSED_ENTRY_BYTES : PLAIN_ENTRY_BYTES)
    if (code > 3 || end > header.length) throw damaged('header entry')
    const length = header.readUInt32LE(at + 1)
    blobs.push({
      id: header.toString('hex', end - 32, end),
      type: code & 1 ? 'tree' : 'data',
      offset,
      length,
      uncompressedLength: compressed ? header.readUInt32LE(at + 5) : 0,
    })
    if (length < SEAL_OVERHEAD) throw damaged('a blob shorter than its seal')
    offset += length
    at = end
  }
  return blobs
}

/** Bytes of the plaintext header. */
function headerLength(blobs: Iterable<PackedBlob>): number {
  let sum = 0
  for (const blob of blobs) sum += blob.uncompressedLength ? COMPRESSED_ENTRY_BYTES : PLAIN_ENTRY_BYTES
  return sum
}

/** Size of the whole pack file that holds exactly these blobs. */
export function packSizeBytes(blobs: readonly PackedBlob[]): number {
  return blobs.reduce((sum, blob) => sum + blob.length, 0) + headerLength(blobs) + SEAL_OVERHEAD + 4
}

/** What goes behind the sealed blobs: sealed header and its length. */
export function sealPackHeader(sealer: Sealer, blobs: Iterable<PackedBlob>): Buffer {
  const sealed = sealer.seal(encodePackHeader(blobs))
  const length = Buffer.alloc(4)
  length.writeUInt32LE(sealed.length)
  return Buffer.concat([sealed, length])
}

/**
 * The blobs of a pack from its last bytes.
 * @param tail at least the last 4 bytes; where it does not reach back to the header's start, `needBytes` says how many do
 * @throws RESTIC_DAMAGED, RESTIC_HOSTILE
 */
export function readPackHeader(
  sealer: Sealer,
  tail: Buffer,
  packBytes: number,
): { blobs: PackedBlob[] } | { needBytes: number } {
  if (tail.length < 4 || packBytes < 4) throw damaged('shorter than its header length')
  const length = tail.readUInt32LE(tail.length - 4)
  if (length > MAX_HEADER_BYTES) throw new AppError('RESTIC_HOSTILE', { detail: `a pack header of ${length} bytes` })
  if (length < SEAL_OVERHEAD + PLAIN_ENTRY_BYTES || length + 4 > packBytes) throw damaged('header length')
  if (length + 4 > tail.length) return { needBytes: length + 4 }
  const blobs = decodePackHeader(sealer.open(tail.subarray(tail.length - 4 - length, tail.length - 4)))
  if (packSizeBytes(blobs) !== packBytes) throw damaged('size and header disagree')
  return { blobs }
}

function damaged(what: string): AppError {
  return new AppError('RESTIC_DAMAGED', { detail: `pack: ${what}` })
}
