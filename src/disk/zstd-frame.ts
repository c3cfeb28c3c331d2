/**
 * Length of the zstd frame at the start of `bytes` (RFC 8878, 3.1.1): what follows it belongs to somebody else, and Node's
 * decoder would take it for another frame. Undefined where the frame does not end within them.
 */
export function zstdFrameLength(bytes: Buffer): number | undefined {
  if (bytes.length < 6) return undefined
  const descriptor = bytes[4]!
  const isSingleSegment = (descriptor & 0x20) !== 0
  const contentSize = [isSingleSegment ? 1 : 0, 2, 4, 8][descriptor >>> 6]!
  const dictionaryId = [0, 1, 2, 4][descriptor & 3]!
  let at = 5 + (isSingleSegment ? 0 : 1) + dictionaryId + contentSize
  for (let isLast = false; !isLast;) {
    if (at + 3 > bytes.length) return undefined
    const header = bytes.readUIntLE(at, 3)
    isLast = (header & 1) !== 0
    const isRunLength = ((header >>> 1) & 3) === 1
    at += 3 + (isRunLength ? 1 : header >>> 3)
  }
  at += (descriptor & 4) !== 0 ? 4 : 0
  return at <= bytes.length ? at : undefined
}
