/** Bytes above 0x7F in a message: UTF-8 where all of it is well-formed, else CP932 (Windows-31J). */
import type { ProblemCounter } from './problem-counter.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const cp932 = new TextDecoder('shift_jis', { fatal: true })
const cp932Lenient = new TextDecoder('shift_jis')

/**
 * UTF-8 first, because well-formed UTF-8 is almost never CP932 by chance, while most UTF-8 is well-formed CP932.
 * Never throws: what neither explains becomes U+FFFD and is counted.
 */
export function decodeEightBit(
  bytes: Uint8Array,
  offset: number,
  problems: ProblemCounter,
): { text: string; charset: 'utf-8' | 'cp932' } {
  const asUtf8 = tryDecode(utf8, bytes)
  const text = asUtf8 ?? withControls(tryDecode(cp932, bytes) ?? cp932Lenient.decode(bytes))
  const charset = asUtf8 === undefined ? 'cp932' : 'utf-8'
  // U+FFFD that the sender wrote himself counts too: the character was lost before it reached us.
  const lost = count(text, /\uFFFD/g)
  if (lost > 0) problems.add('undecodable', offset, lost)
  const privateUse = count(text, /[\uE000-\uF8FF]/g)
  if (privateUse > 0) problems.add('unmapped-character', offset, privateUse)
  return { text, charset }
}

/** The runtime's Shift_JIS (ICU) turns three controls round, as IBM once did: 1A reads as 1C, 1C as 7F, 7F as 1A. */
const TURNED: Readonly<Record<string, string>> = { '\x1C': '\x1A', '\x7F': '\x1C', '\x1A': '\x7F' }

function withControls(text: string): string {
  if (!Object.keys(TURNED).some((control) => text.includes(control))) return text
  return text
    .split('')
    .map((unit) => TURNED[unit] ?? unit)
    .join('')
}

function tryDecode(decoder: TextDecoder, bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes)
  } catch {
    return undefined // fatal decoders speak by throwing; the next charset is tried
  }
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0
}
