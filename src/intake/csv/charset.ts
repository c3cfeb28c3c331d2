/** Which charset a table is written in, and its bytes as text. */
import { isUtf8 } from 'node:buffer'

export const TABLE_CHARSETS = ['utf-8', 'cp932', 'euc-jp', 'utf-16le', 'utf-16be'] as const
export type TableCharset = (typeof TABLE_CHARSETS)[number]

/** Bytes looked at for UTF-16 without a mark: ASCII in it has a zero in every pair. */
const LOOKED_AT = 4096

/**
 * By the byte order mark; by zeros, which only UTF-16 has in a table; else UTF-8 where all of it is well-formed, because
 * that is almost never so by chance; else EUC-JP where it is that; else CP932, as Japanese Windows
 * writes. Never throws.
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
  if (isUtf8(bytes)) return { charset: 'utf-8', markBytes: 0 }
  return { charset: isEucJp(bytes) ? 'euc-jp' : 'cp932', markBytes: 0 }
}

/**
 * EUC-JP, as programs of Unix times write. Bytes below 0xA1 begin most characters of CP932 and none of EUC but 0x8E and 0x8F;
 * a file of half-width kana alone may be well-formed in both, and has none of what kana and kanji have in EUC.
 */
function isEucJp(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('euc-jp', { fatal: true }).decode(bytes)
  } catch {
    return false
  }
  let [high, telling] = [0, 0]
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!
    if (byte < 0x80) continue
    high++
    // Behind the half-width kana, and brackets and points, which hardly stand among them: hiragana and kanji are full of both.
    if (byte >= 0xe0 || byte <= 0xa4) telling++
  }
  return telling > high / 16
}

const DECODERS: Readonly<Record<TableCharset, TextDecoder>> = {
  'utf-8': new TextDecoder('utf-8', { ignoreBOM: true }),
  // WHATWG's "shift_jis" is CP932 (Windows-31J).
  cp932: new TextDecoder('shift_jis'),
  'euc-jp': new TextDecoder('euc-jp'),
  'utf-16le': new TextDecoder('utf-16le', { ignoreBOM: true }),
  'utf-16be': new TextDecoder('utf-16be', { ignoreBOM: true }),
}

/** What no charset explains reads as U+FFFD. */
export function decodeCell(bytes: Uint8Array, charset: TableCharset): string {
  return DECODERS[charset].decode(bytes)
}
