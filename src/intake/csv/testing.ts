/** Text in the charsets of tables, for tests. */
import type { TableCharset } from './charset.ts'

let cp932: Map<string, number[]> | undefined
let eucJp: Map<string, number[]> | undefined

/** Bytes of every character of CP932, from the decoder turned round: two-byte rows, half-width kana, ASCII. */
function cp932Table(): Map<string, number[]> {
  const decoder = new TextDecoder('shift_jis')
  const table = new Map<string, number[]>()
  for (let byte = 0xa1; byte <= 0xdf; byte++) table.set(decoder.decode(Uint8Array.of(byte)), [byte])
  for (let lead = 0x81; lead <= 0xfc; lead++)
    for (let trail = 0x40; trail <= 0xfc; trail++) {
      const text = decoder.decode(Uint8Array.of(lead, trail))
      if (text.length === 1 && text !== '\uFFFD' && !table.has(text)) table.set(text, [lead, trail])
    }
  return table
}

function eucJpTable(): Map<string, number[]> {
  const decoder = new TextDecoder('euc-jp')
  const table = new Map<string, number[]>()
  for (let lead = 0xa1; lead <= 0xfe; lead++)
    for (let trail = 0xa1; trail <= 0xfe; trail++) table.set(decoder.decode(Uint8Array.of(lead, trail)), [lead, trail])
  return table
}

/** What CP932 or EUC-JP has no character for becomes `?`. */
export function encode(text: string, charset: TableCharset): Buffer {
  if (charset === 'utf-8') return Buffer.from(text)
  if (charset === 'utf-16le') return Buffer.from(text, 'utf16le')
  if (charset === 'utf-16be') return Buffer.from(text, 'utf16le').swap16()
  const known = charset === 'euc-jp' ? (eucJp ??= eucJpTable()) : (cp932 ??= cp932Table())
  return Buffer.from(
    Array.from(text).flatMap((character) =>
      character < '\x80' ? [character.charCodeAt(0)] : (known.get(character) ?? [0x3f]),
    ),
  )
}
