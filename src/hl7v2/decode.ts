/**
 * Bytes to text. What MSH-18 announces is not trusted: of 56 real messages it has five spellings, and UTF-8 and CP932
 * bodies stand under `~ISO IR87`. The bytes decide.
 */
import { decodeEightBit } from './eight-bit.ts'
import { decodeIso2022Jp } from './iso2022.ts'
import { ProblemCounter } from './problem-counter.ts'
import type { Charset, DecodedMessage } from './types.ts'

const ESC = 0x1b

/** Reads any bytes; never throws, keeps every line end. See {@link DecodedMessage}. */
export function decodeMessage(bytes: Uint8Array): DecodedMessage {
  const body = withoutBom(bytes)
  const problems = new ProblemCounter()
  const { escapes, eightBit } = survey(body)
  const { text, charset } = escapes
    ? { text: decodeIso2022Jp(body, problems), charset: eightBit ? ('mixed' as const) : ('iso-2022-jp' as const) }
    : withoutEscapes(body, eightBit, problems)
  return { text: escapes ? text : text.replaceAll('\v', '').replaceAll('\x1C', ''), charset, problems: problems.list() }
}

function withoutEscapes(
  body: Uint8Array,
  eightBit: boolean,
  problems: ProblemCounter,
): { text: string; charset: Charset } {
  if (eightBit) return decodeEightBit(body, 0, problems)
  return { text: Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1'), charset: 'ascii' }
}

function withoutBom(bytes: Uint8Array): Uint8Array {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes
}

/** SO (0x0E) counts as an escape: it selects half-width kana in 7-bit JIS X 0201. */
function survey(bytes: Uint8Array): { escapes: boolean; eightBit: boolean } {
  let escapes = false
  let eightBit = false
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!
    if (byte >= 0x80) eightBit = true
    else if (byte === ESC || byte === 0x0e) escapes = true
  }
  return { escapes, eightBit }
}
