import { AppError } from '#base'

/**
 * Bytes of known length that are read from anywhere. Answers are the pieces that lie there anyway, one behind the other,
 * so that nothing is copied on the way to a socket; a piece is never written to.
 */
export interface Bytes {
  readonly sizeBytes: number
  /** Exactly `length` bytes from `offset` on, both within the size. @throws what the place behind it throws */
  read(offset: number, length: number): Promise<readonly Uint8Array[]>
}

const ZEROS = new Uint8Array(1 << 20)

/** Pieces of one buffer of zeros. */
export function zeros(length: number): Uint8Array[] {
  const pieces: Uint8Array[] = []
  for (let left = length; left > 0; left -= ZEROS.length) pieces.push(ZEROS.subarray(0, Math.min(left, ZEROS.length)))
  return pieces
}

/** A stretch of other bytes. */
export function stretch(of: Bytes, from: number, sizeBytes: number): Bytes {
  if (from < 0 || sizeBytes < 0 || from + sizeBytes > of.sizeBytes) throw damaged('a stretch beyond the end')
  return { sizeBytes, read: (offset, length) => of.read(from + offset, length) }
}

/** As one piece: for tables and headers. @throws DISK_DAMAGED beyond the end */
export async function readWhole(of: Bytes, offset: number, length: number): Promise<Buffer> {
  if (!Number.isSafeInteger(offset) || offset < 0 || length < 0 || offset + length > of.sizeBytes)
    throw damaged('a table beyond the end of the file')
  return Buffer.concat(await of.read(offset, length))
}

export function damaged(detail: string, cause?: unknown): AppError {
  return new AppError('DISK_DAMAGED', { detail, cause })
}

/** Where the parts of a read lie, for formats that map a disk in equal parts. */
export function* parts(
  offset: number,
  length: number,
  size: number,
): Generator<{ n: number; at: number; take: number }> {
  for (let at = offset, end = offset + length; at < end;) {
    const within = at % size
    const take = Math.min(size - within, end - at)
    yield { n: Math.floor(at / size), at: within, take }
    at += take
  }
}
