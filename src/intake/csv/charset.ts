/** Which charset a table is written in, and its bytes as text. */
import { isUtf8 } from 'node:buffer'

export const TABLE_CHARSETS = ['utf-8', 'cp932', 'utf-16le', 'utf-16be'] as const
export type TableCharset = (typeof TABLE_CHARSETS)[number]

/** Bytes looked at for UTF-16 without a mark: ASCII in it has a zero in every pair. */
const LOOKED_AT = 4096

/**
 * By the byte order mark; by zeros, which only UTF-16 has in a table; else UTF-8 where all of it is well-formed, because
 * that is almost never so by chance; else CP932, as Japanese Windows writes. Never throws.
 * @returns `markBytes`: length of the byte order mark
 */
export function sniffCharset(bytes: Uint8Array): { charset: TableCharset; markBytes: number } {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return { charset: 'utf-8', markBytes: 3 }
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { charset: 'utf-16le', markBytes: 2 }
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return { charset: 'utf-16be', markBytes: 2 }
  const zeros = [0, 0]
  const head = bytes.subarray(0, LOOKED_AT)
  head.forEach((byte, at) => {
    if (byte === 0) zeros[at % 2]!++
  })
  if (zeros[1]! > head.length / 16) return { charset: 'utf-16le', markBytes: 0 }
  if (zeros[0]! > head.length / 16) return { charset: 'utf-16be', markBytes: 0 }
  return { charset: isUtf8(bytes) ? 'utf-8' : 'cp932', markBytes: 0 }
}

const DECODERS: Readonly<Record<TableCharset, TextDecoder>> = {
  'utf-8': new TextDecoder('utf-8', { ignoreBOM: true }),
  // WHATWG's "shift_jis" is CP932 (Windows-31J).
  cp932: new TextDecoder('shift_jis'),
  'utf-16le': new TextDecoder('utf-16le', { ignoreBOM: true }),
  'utf-16be': new TextDecoder('utf-16be', { ignoreBOM: true }),
}

/** What no charset explains reads as U+FFFD. */
export function decodeCell(bytes: Uint8Array, charset: TableCharset): string {
  return DECODERS[charset].decode(bytes)
}
