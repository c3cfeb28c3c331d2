/**
 * ISO-2022-JP as Japanese hospital systems write it (ISO/IEC 2022, JIS X 0202; RFC 1468, 1554, 2237). An own decoder
 * because none at hand reads every real case: adjacent and empty escapes, JIS X 0212, a missing ESC ( B before a
 * separator or the end of a segment, NEC and IBM kanji from Windows, raw 8-bit bytes in between.
 *
 * A segment end (CR, LF) always returns to ASCII, so no damage reaches the next segment.
 */
import { cellOf, jisX0208, jisX0212 } from './jis-tables.ts'
import type { ProblemCounter } from './problem-counter.ts'
import { decodeEightBit } from './eight-bit.ts'

const ESC = 0x1b
const REPLACEMENT = 0xfffd

type Mode = 'ascii' | 'roman' | 'kana' | 'jisX0208' | 'jisX0212' | 'unsupported'

/** Escape sequences without the ESC, longest first where one begins another. */
const ESCAPES: readonly (readonly [sequence: string, mode: Mode | 'same'])[] = [
  ['(B', 'ascii'],
  ['(J', 'roman'],
  // The Swedish set, written by old software that meant JIS Roman (JIS X 0202:1991 warns of it).
  ['(H', 'roman'],
  ['(I', 'kana'],
  ['$@', 'jisX0208'],
  ['$B', 'jisX0208'],
  ['$(D', 'jisX0212'],
  ['$(@', 'jisX0208'],
  ['$(B', 'jisX0208'],
  // JIS X 0213 plane 1: shares most of its characters with JIS X 0208; the rest count as unmapped.
  ['$(O', 'jisX0208'],
  ['$(Q', 'jisX0208'],
  // Announces the 1990 edition; ESC $ B follows.
  ['&@', 'same'],
]

/** Room for a usual message, kept between calls; larger ones get their own. */
const SCRATCH = new Uint16Array(65_536)

export function decodeIso2022Jp(bytes: Uint8Array, problems: ProblemCounter): string {
  // A code unit per byte is always enough.
  const scratch = bytes.length <= SCRATCH.length ? SCRATCH : new Uint16Array(bytes.length)
  const units = new Iso2022Decoder(bytes, scratch, problems).run()
  return Buffer.from(scratch.buffer, 0, units * 2).toString('utf16le')
}

class Iso2022Decoder {
  readonly #bytes: Uint8Array
  readonly #out: Uint16Array
  readonly #problems: ProblemCounter
  #at = 0
  #units = 0
  #mode: Mode = 'ascii'

  constructor(bytes: Uint8Array, out: Uint16Array, problems: ProblemCounter) {
    this.#bytes = bytes
    this.#out = out
    this.#problems = problems
  }

  /** Number of code units written. */
  run(): number {
    while (this.#at < this.#bytes.length) {
      const byte = this.#bytes[this.#at]!
      if (byte === ESC) this.#escape()
      else if (byte <= 0x20 || byte === 0x7f) this.#control(byte)
      else if (byte >= 0x80) this.#eightBit()
      else if (this.#mode === 'jisX0208') this.#twoByteRun(jisX0208())
      else if (this.#mode === 'jisX0212') this.#twoByteRun(jisX0212())
      else if (this.#mode === 'unsupported') this.#skipUnsupported()
      else this.#oneByte(byte)
    }
    return this.#units
  }

  #emit(unit: number): void {
    this.#out[this.#units++] = unit
  }

  #escape(): void {
    const [b1, b2, b3] = [this.#bytes[this.#at + 1], this.#bytes[this.#at + 2], this.#bytes[this.#at + 3]]
    for (const [sequence, mode] of ESCAPES) {
      if (sequence.charCodeAt(0) !== b1 || sequence.charCodeAt(1) !== b2) continue
      if (sequence.length === 3 && sequence.charCodeAt(2) !== b3) continue
      if (mode !== 'same') this.#mode = mode
      this.#at += 1 + sequence.length
      return
    }
    this.#problems.add('unknown-escape', this.#at)
    const length = escapeLength(this.#bytes, this.#at)
    // A graphic set that nobody here knows: its bytes must not be read as ASCII. Other controls change nothing.
    if (length > 2 && (b1 === 0x24 || b1 === 0x28)) this.#mode = 'unsupported'
    this.#at += length
  }

  /** Space and controls stand outside every set. A segment end returns to ASCII; VT and FS are MLLP framing. */
  #control(byte: number): void {
    if (byte === 0x0d || byte === 0x0a) {
      if (this.#mode === 'jisX0208' || this.#mode === 'jisX0212') this.#problems.add('missing-escape', this.#at)
      this.#mode = 'ascii'
    }
    // Shift-out and shift-in select half-width kana in 7-bit JIS X 0201.
    if (byte === 0x0e) this.#mode = 'kana'
    else if (byte === 0x0f) this.#mode = 'ascii'
    else if (byte !== 0x0b && byte !== 0x1c) this.#emit(byte)
    this.#at++
  }

  #oneByte(byte: number): void {
    this.#at++
    if (this.#mode === 'kana') {
      if (byte <= 0x5f) return this.#emit(byte + 0xff40)
      this.#mode = 'ascii'
      this.#problems.add('missing-escape', this.#at - 1)
    }
    // In Roman 0x5C is ¥. Its 0x7E is an overline, but what a message means there is the repetition separator.
    this.#emit(this.#mode === 'roman' && byte === 0x5c ? 0xa5 : byte)
  }

  /** Everything up to the next escape or segment end, read as UTF-8 or CP932. */
  #eightBit(): void {
    const end = stretchEnd(this.#bytes, this.#at)
    this.#problems.add('raw-8bit', this.#at)
    const text = decodeEightBit(this.#bytes.subarray(this.#at, end), this.#at, this.#problems).text
    for (let i = 0; i < text.length; i++) this.#emit(text.charCodeAt(i))
    this.#at = end
  }

  #skipUnsupported(): void {
    this.#problems.add('unmapped-character', this.#at)
    this.#emit(REPLACEMENT)
    while (this.#at < this.#bytes.length && inGraphicSet(this.#bytes[this.#at]!)) this.#at++
  }

  /**
   * Bytes 0x21 to 0x7E up to the next escape, control or 8-bit byte. Where ESC ( follows, an even number of bytes is
   * what it says. Otherwise the way back to ASCII may have been forgotten: then a separator at the place of a first byte
   * that is followed as separators are ends the kanji (0x7C and 0x5E are first bytes of rare kanji only: rows 92 and 62).
   */
  #twoByteRun(table: Uint16Array): void {
    const bytes = this.#bytes
    const start = this.#at
    let end = start
    while (end < bytes.length && inGraphicSet(bytes[end]!)) end++
    const closed = bytes[end] === ESC && bytes[end + 1] === 0x28 && (end - start) % 2 === 0
    while (this.#at + 1 < end) {
      const lead = bytes[this.#at]!
      const unit = table[cellOf(lead, bytes[this.#at + 1]!)]!
      if ((!closed || unit === 0) && looksLikeSeparator(bytes, this.#at, end)) return this.#forgottenEscape()
      if (unit === 0) this.#problems.add('unmapped-character', this.#at)
      this.#emit(unit || REPLACEMENT)
      this.#at += 2
    }
    if (this.#at < end) this.#forgottenEscape()
  }

  #forgottenEscape(): void {
    this.#problems.add('missing-escape', this.#at)
    this.#mode = 'ascii'
  }
}

function inGraphicSet(byte: number): boolean {
  return byte > 0x20 && byte < 0x7f
}

const SEPARATORS: readonly number[] = [0x7c, 0x5e, 0x7e, 0x26]

/**
 * `|`, `^` or `~`, followed by another separator, an upper-case letter, a digit, a quote, or the end of the run. `&` also
 * begins the Greek letters, so it must be followed by a whole code (`&JAMISDP01|`).
 */
function looksLikeSeparator(bytes: Uint8Array, at: number, end: number): boolean {
  if (!SEPARATORS.includes(bytes[at]!)) return false
  if (at + 1 >= end) return true
  const next = bytes[at + 1]!
  if (bytes[at] !== 0x26) return isCodeCharacter(next) || SEPARATORS.includes(next) || next === 0x22
  let codeEnd = at + 1
  while (codeEnd < end && isCodeCharacter(bytes[codeEnd]!)) codeEnd++
  return codeEnd - at > 2 && (codeEnd === end || SEPARATORS.includes(bytes[codeEnd]!))
}

function isCodeCharacter(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a)
}

function stretchEnd(bytes: Uint8Array, start: number): number {
  let end = start
  while (end < bytes.length && bytes[end] !== ESC && bytes[end] !== 0x0d && bytes[end] !== 0x0a) end++
  return end
}

/** ESC, intermediate bytes 0x20 to 0x2F, one final byte (ISO/IEC 2022 13.2). A control or the end cuts it short. */
function escapeLength(bytes: Uint8Array, start: number): number {
  let end = start + 1
  while (end < bytes.length && bytes[end]! >= 0x20 && bytes[end]! <= 0x2f) end++
  return end < bytes.length && bytes[end]! >= 0x30 && bytes[end]! < 0x7f ? end + 1 - start : end - start
}
