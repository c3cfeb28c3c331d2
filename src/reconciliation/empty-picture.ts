/**
 * Whether a scan shows next to nothing: a blank side, a cover that was left on. Judged by how far the file shrank, since
 * nothing here decodes pictures: a hint for a person, who looks at it; never a reason to refuse.
 */

/** Bytes for each dot; an empty page stays below, a page with one line of writing above. */
const FEW = { jpeg: 0.022, png: 0.006 }
/** Smaller than any scan of a sheet: nothing is said of it. */
const LEAST_DOTS = 300 * 400

/** @param bytes of a JPEG or PNG; false for everything else */
export function looksEmpty(bytes: Uint8Array): boolean {
  const png = pngDots(bytes)
  if (png !== undefined) return png >= LEAST_DOTS && bytes.length / png < FEW.png
  const jpeg = jpegDots(bytes)
  return jpeg !== undefined && jpeg >= LEAST_DOTS && bytes.length / jpeg < FEW.jpeg
}

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

function pngDots(bytes: Uint8Array): number | undefined {
  if (bytes.length < 24 || bytes[0] !== 0x89 || bytes[1] !== 0x50) return undefined
  return viewOf(bytes).getUint32(16) * viewOf(bytes).getUint32(20)
}

/** Height and width stand in the frame header (ITU-T T.81, B.2.2). */
function jpegDots(bytes: Uint8Array): number | undefined {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return undefined
  const view = viewOf(bytes)
  for (let at = 2; at + 9 < bytes.length;) {
    if (bytes[at] !== 0xff) return undefined
    const marker = bytes[at + 1]!
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
    if (isFrame) return view.getUint16(at + 5) * view.getUint16(at + 7)
    const length = view.getUint16(at + 2)
    if (length < 2) return undefined
    at += 2 + length
  }
  return undefined
}
