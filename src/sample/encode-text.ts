/**
 * Text to bytes as SS-MIX2 systems write it: ISO-2022-JP with ESC $ B … ESC ( B around JIS X 0208 (MSH-18 `~ISO IR87`),
 * and the ways in which real systems write what JIS X 0208 does not hold. Node has decoders only, so the tables are
 * the decoders turned round.
 */

/**
 * How a system writes characters outside JIS X 0208:
 * `square` ■ (the rule of 国立病院機構), `geta` 〓, `question` ?, `cp932-bytes` the two raw Shift_JIS bytes between escapes,
 * `nec13` NEC row 13 inside ESC $ B for ① ㎎ and the like (else ■), `jis-kana` half-width kana by ESC ( I,
 * `raw-kana` half-width kana as bare bytes A1-DF, `cp932-file` and `utf8-file` the whole file in that encoding under an
 * `ISO IR87` header.
 */
export type TextStyle =
  | 'square'
  | 'geta'
  | 'question'
  | 'cp932-bytes'
  | 'nec13'
  | 'jis-kana'
  | 'raw-kana'
  | 'cp932-file'
  | 'utf8-file'

/** Characters to two-byte codes, by decoding every code of a 94 × 94 plane. `lead`/`trail` give the encoding's bytes. */
function invert(encoding: string, pairs: Iterable<readonly [number, number]>): Map<string, number> {
  const decoder = new TextDecoder(encoding)
  const codes = new Map<string, number>()
  for (const [lead, trail] of pairs) {
    const text = decoder.decode(Uint8Array.of(lead, trail))
    const single = Array.from(text).length === 1 && text !== '\ufffd'
    if (single && !codes.has(text)) codes.set(text, (lead << 8) | trail)
  }
  return codes
}

function* range(lead: readonly [number, number], trail: readonly [number, number]): Generator<[number, number]> {
  for (let a = lead[0]; a <= lead[1]; a++) for (let b = trail[0]; b <= trail[1]; b++) yield [a, b]
}

/** JIS X 0208 rows 1-8 and 16-84: without NEC row 13 and the IBM extensions that WHATWG's EUC-JP adds. */
const JIS = new Map(
  [...invert('euc-jp', [...range([0xa1, 0xa8], [0xa1, 0xfe]), ...range([0xb0, 0xf4], [0xa1, 0xfe])])].map(
    ([character, code]) => [character, code & 0x7f7f],
  ),
)
const NEC_ROW_13 = new Map(
  [...invert('euc-jp', range([0xad, 0xad], [0xa1, 0xfe]))].map(([c, code]) => [c, code & 0x7f7f]),
)
/** Without rows ED and EE: Windows writes the IBM extensions by their other codes, FA40-FC4B. */
const CP932 = invert('shift_jis', [
  ...range([0x81, 0x9f], [0x40, 0xfc]),
  ...range([0xe0, 0xec], [0x40, 0xfc]),
  ...range([0xef, 0xfc], [0x40, 0xfc]),
])
// The decoders know one form of these; texts are written with either.
for (const [form, same] of [
  ['−', '－'],
  ['〜', '～'],
  ['‖', '∥'],
] as const) {
  JIS.set(form, JIS.get(form) ?? JIS.get(same)!)
  CP932.set(form, CP932.get(form) ?? CP932.get(same)!)
}

const isHalfKana = (code: number): boolean => code >= 0xff61 && code <= 0xff9f
/** Places of the half-width kana in JIS X 0201: ｡ (U+FF61) is A1. */
const halfKanaByte = (code: number): number => code - 0xff61 + 0xa1

type Mode = 'ascii' | 'kanji' | 'kana' | 'roman'
const ESCAPES: Record<Mode, readonly number[]> = {
  ascii: [0x1b, 0x28, 0x42],
  kanji: [0x1b, 0x24, 0x42],
  kana: [0x1b, 0x28, 0x49],
  roman: [0x1b, 0x28, 0x4a],
}

/** True where every character can be written in ASCII and JIS X 0208 alone. */
export function fitsJis(text: string): boolean {
  for (const c of text) if (c.codePointAt(0)! >= 0x80 && !JIS.has(c)) return false
  return true
}

/** The bytes of a text. Half-width kana that the style does not keep becomes `?`, as converters leave it. */
export function encodeText(text: string, style: TextStyle): Uint8Array {
  if (style === 'utf8-file') return Buffer.from(text, 'utf8')
  if (style === 'cp932-file') return encodeCp932(text)
  return encodeIso2022(text, style)
}

function encodeCp932(text: string): Uint8Array {
  const out: number[] = []
  for (const c of text) {
    const code = c.codePointAt(0)!
    const pair = CP932.get(c)
    if (code < 0x80) out.push(code)
    else if (isHalfKana(code)) out.push(halfKanaByte(code))
    else if (pair) out.push(pair >> 8, pair & 0xff)
    else out.push(0x3f)
  }
  return Uint8Array.from(out)
}

/** One unit of output: the mode it needs and its bytes. */
function unitOf(c: string, style: TextStyle): readonly [Mode, number, number?] {
  const code = c.codePointAt(0)!
  if (code < 0x80) return ['ascii', code]
  if (c === '¥') return ['roman', 0x5c]
  const jis = JIS.get(c)
  if (jis) return ['kanji', jis >> 8, jis & 0xff]
  if (isHalfKana(code) && style === 'jis-kana') return ['kana', halfKanaByte(code) & 0x7f]
  if (isHalfKana(code) && style === 'raw-kana') return ['ascii', halfKanaByte(code)]
  const nec = style === 'nec13' ? NEC_ROW_13.get(c) : undefined
  if (nec) return ['kanji', nec >> 8, nec & 0xff]
  const pair = style === 'cp932-bytes' ? CP932.get(c) : undefined
  if (pair) return ['ascii', pair >> 8, pair & 0xff]
  if (style === 'question' || isHalfKana(code)) return ['ascii', 0x3f]
  const substitute = JIS.get(style === 'geta' ? '〓' : '■')!
  return ['kanji', substitute >> 8, substitute & 0xff]
}

function encodeIso2022(text: string, style: TextStyle): Uint8Array {
  const out: number[] = []
  let mode: Mode = 'ascii'
  for (const c of text) {
    const [wanted, first, second] = unitOf(c, style)
    if (wanted !== mode) out.push(...ESCAPES[wanted])
    mode = wanted
    out.push(first)
    if (second !== undefined) out.push(second)
  }
  if (mode !== 'ascii') out.push(...ESCAPES.ascii)
  return Uint8Array.from(out)
}
