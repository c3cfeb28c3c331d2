import assert from 'node:assert/strict'
import { test } from 'node:test'
import Encoding from 'encoding-japanese'
import * as fc from 'fast-check'
import { decodeMessage } from './decode.ts'

const ESC = '\x1b'
const KANJI = `${ESC}$B`
const ASCII = `${ESC}(B`
const bytesOf = (latin1: string): Uint8Array => Buffer.from(latin1, 'latin1')
const read = (latin1: string) => decodeMessage(bytesOf(latin1))
const codes = (latin1: string) => read(latin1).problems.map((problem) => problem.code)
/** 患者 and 太郎 in JIS X 0208. */
const KANJA = '\x34\x35\x3c\x54'
const TARO = '\x42\x40\x4f\x3a'

test('plain ASCII, and the framing around a message', () => {
  assert.deepEqual(read('\x0bMSH|^~\\&|\r\x1c\r'), { text: 'MSH|^~\\&|\r\r', charset: 'ascii', problems: [] })
  assert.equal(decodeMessage(Buffer.from('\uFEFFMSH|患者', 'utf8')).text, 'MSH|患者')
  assert.equal(read(`\x0bA${KANJI}${KANJA}${ASCII}\x1c`).text, 'A患者')
})

test('kanji whose bytes are separators stay whole', () => {
  // 日 = 46 7C, 浮 = 49 62, 悪 = 30 2D; 0x5E, 0x7E and 0x26 occur as second bytes too.
  assert.equal(read(`|${KANJI}\x46\x7c${ASCII}|`).text, '|日|')
  assert.equal(read(`|${KANJI}\x30\x5e\x30\x7e\x30\x26${ASCII}|`).charset, 'iso-2022-jp')
  assert.equal(read(`|${KANJI}\x30\x5e\x30\x7e\x30\x26${ASCII}|`).text.length, 5)
})

test('adjacent and empty escapes, JIS X 0208-1978, announcers', () => {
  assert.equal(read(`${KANJI}${KANJA}${ASCII}${KANJI}${TARO}${ASCII}`).text, '患者太郎')
  assert.equal(read(`${KANJI}${ASCII}A${KANJI}${KANJI}${TARO}${ASCII}`).text, 'A太郎')
  assert.equal(read(`${ESC}&@${KANJI}${KANJA}${ASCII}`).text, '患者')
  assert.equal(read(`${ESC}$@${KANJA}${ESC}(J^`).text, '患者^')
  assert.deepEqual(codes(`${ESC}$@${KANJA}${ESC}(J^`), [])
})

test('JIS Roman: ¥ is ¥, the repetition separator stays one', () => {
  assert.equal(read(`${ESC}(JMSH|^~\\&|${ASCII}\\`).text, 'MSH|^~¥&|\\')
})

test('half-width kana by ESC ( I and by shift-out', () => {
  assert.equal(read(`${ESC}(I\x36\x5d\x3c\x5e\x2c${ASCII}^A`).text, 'ｶﾝｼﾞｬ^A')
  assert.equal(read('\x0e\x36\x5d\x0f^A').text, 'ｶﾝ^A')
  assert.deepEqual(codes(`${ESC}(I\x36\x5d|A`), ['missing-escape'])
  assert.equal(read(`${ESC}(I\x36\x5d|A`).text, 'ｶﾝ|A')
})

test('JIS X 0212, NEC row 13, IBM kanji as Windows writes them', () => {
  assert.equal(read(`${ESC}$(D\x30\x21${ASCII}`).text, '丂')
  assert.equal(read(`${KANJI}\x2d\x21\x2d\x6a${ASCII}`).text, '①㈱')
  // 髙橋: 髙 is row 92, its first byte is the field separator.
  assert.equal(read(`|${KANJI}\x7c\x62\x36\x36${ASCII}|`).text, '|髙橋|')
  assert.deepEqual(codes(`|${KANJI}\x7c\x62\x36\x36${ASCII}|`), [])
})

test('a missing ESC ( B costs neither separators nor the next segment', () => {
  const line = (inner: string) => read(`PID|1|${inner}\rPV1|1|O\r`)
  assert.equal(line(`${KANJI}${KANJA}`).text, 'PID|1|患者\rPV1|1|O\r')
  assert.deepEqual(
    line(`${KANJI}${KANJA}`).problems.map((p) => [p.code, p.count]),
    [['missing-escape', 1]],
  )
  assert.equal(line(`${KANJI}${KANJA}|M|1965`).text, 'PID|1|患者|M|1965\rPV1|1|O\r')
  assert.equal(line(`${KANJI}${KANJA}^${KANJI}${TARO}${ASCII}^L`).text, 'PID|1|患者^太郎^L\rPV1|1|O\r')
  assert.equal(line(`${KANJI}${KANJA}^^^^^L^I~${KANJI}${TARO}`).text, 'PID|1|患者^^^^^L^I~太郎\rPV1|1|O\r')
  assert.equal(line(`${KANJI}${KANJA}~${KANJI}${TARO}${ASCII}`).text, 'PID|1|患者~太郎\rPV1|1|O\r')
  assert.equal(line(`${KANJI}${KANJA}&MR9P|1`).text, 'PID|1|患者&MR9P|1\rPV1|1|O\r')
  // Greek letters begin with the byte of `&`.
  assert.equal(line(`${KANJI}\x26\x41\x24\x4e`).text, 'PID|1|αの\rPV1|1|O\r')
  // 髙 before a missing escape is still 髙.
  assert.equal(line(`${KANJI}\x7c\x62\x36\x36`).text, 'PID|1|髙橋\rPV1|1|O\r')
})

test('an odd byte and a cut file end the run, not the message', () => {
  assert.equal(read(`${KANJI}${KANJA}\x42`).text, '患者B')
  assert.equal(read(`${KANJI}${KANJA}\x42\rPV1|`).text, '患者B\rPV1|')
  assert.equal(read(`A${ESC}`).text, 'A')
  assert.deepEqual(codes(`A${ESC}`), ['unknown-escape'])
})

test('gaiji and unsupported sets are counted, one U+FFFD each', () => {
  assert.equal(read(`${KANJI}\x75\x21${KANJA}${ASCII}`).text, '\uFFFD患者')
  assert.deepEqual(codes(`${KANJI}\x75\x21${KANJA}${ASCII}`), ['unmapped-character'])
  assert.equal(read(`${ESC}$A\x30\x21${ASCII}A`).text, '\uFFFDA')
  assert.deepEqual(codes(`${ESC}$A\x30\x21${ASCII}A`), ['unknown-escape', 'unmapped-character'])
})

test('raw 8-bit: UTF-8 where it is, else CP932, also in the middle of ISO-2022-JP', () => {
  assert.deepEqual(decodeMessage(Buffer.from('MSH|髙﨑𠮷', 'utf8')), {
    text: 'MSH|髙﨑𠮷',
    charset: 'utf-8',
    problems: [],
  })
  assert.deepEqual(decodeMessage(Uint8Array.of(0xfb, 0xfc)), { text: '髙', charset: 'cp932', problems: [] })
  assert.equal(read('A|\xb6\xdd\xbc\xde').text, 'A|ｶﾝｼﾞ')
  const mixed = read(`${KANJI}${KANJA}${ASCII}^\xfb\xfc\rPV1|`)
  assert.deepEqual([mixed.text, mixed.charset, mixed.problems[0]?.code], ['患者^髙\rPV1|', 'mixed', 'raw-8bit'])
  assert.deepEqual(codes('A|\xff\xff'), ['undecodable'])
})

test('controls are what they were, and framing goes, in every charset', () => {
  const controls = '\t\r\n\x1a\x1d\x7f'
  for (const text of ['', '\xfb\xfc', '\xe9\xab\x99', `${KANJI}${KANJA}${ASCII}`, `${KANJI}${KANJA}${ASCII}\xfb\xfc`]) {
    const end = read(`${text}${controls}\r\x1c\r`).text.slice(-8)
    assert.equal(end, `${controls}\r\r`, text)
  }
})

/** What a correct sender can write. */
const jisText = fc
  .array(fc.constantFrom(...Array.from('患者太郎日本語アイウ①ＡｰABC123|^~&\\"髙 β年月｡ｶﾞ')), { maxLength: 60 })
  .map((c) => c.join(''))

test('agrees with encoding-japanese on what is well-formed', () => {
  fc.assert(
    fc.property(fc.array(jisText, { maxLength: 5 }), (lines) => {
      const text = lines.join('\r')
      const bytes = Uint8Array.from(Encoding.convert(Encoding.stringToCode(text), { to: 'JIS', from: 'UNICODE' }))
      const oracle = Encoding.convert(bytes, { to: 'UNICODE', from: 'JIS', type: 'string' })
      assert.equal(decodeMessage(bytes).text, oracle)
    }),
  )
})

test('never throws, never loses a line end, whatever the bytes', () => {
  const nasty = fc.array(
    fc.oneof(
      fc.constantFrom(
        KANJI,
        ASCII,
        `${ESC}(I`,
        `${ESC}(J`,
        `${ESC}$(D`,
        `${ESC}$A`,
        '\r',
        '\n',
        '|',
        '^',
        ESC,
        KANJA,
        '\x7f',
        '\x0e',
      ),
      fc.integer({ min: 0, max: 255 }).map((byte) => String.fromCharCode(byte)),
    ),
    { maxLength: 80 },
  )
  fc.assert(
    fc.property(nasty, (pieces) => {
      const bytes = bytesOf(pieces.join(''))
      const { text } = decodeMessage(bytes)
      const ends = (all: Iterable<string>) => [...all].filter((c) => c === '\r' || c === '\n').join('')
      assert.equal(ends(text), ends(bytes.toString() === '' ? '' : Buffer.from(bytes).toString('latin1')))
    }),
    { numRuns: 2000 },
  )
})
