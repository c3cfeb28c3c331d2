/** Bytes of a document to text: by its byte order mark, its XML declaration, else UTF-8, else CP932 as Windows writes it. */

const DECLARED = /^<\?xml[^>]*\bencoding\s*=\s*["']([\w.:-]+)["']/

/** Never throws; bytes that no charset explains read as U+FFFD. */
export function documentText(bytes: Uint8Array): string {
  const marked = byMark(bytes)
  if (marked) return decode(bytes, marked) ?? ''
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 200)).toString('latin1')
  const declared = DECLARED.exec(head)?.[1]
  return (
    (declared && decode(bytes, declared, true)) || (decode(bytes, 'utf-8', true) ?? decode(bytes, 'shift_jis') ?? '')
  )
}

function byMark(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 'utf-8' : undefined
}

/** Undefined where the charset is unknown, or (`strict`) where the bytes are not of it. */
function decode(bytes: Uint8Array, charset: string, strict = false): string | undefined {
  try {
    return new TextDecoder(charset, { fatal: strict }).decode(bytes)
  } catch {
    return undefined
  }
}
