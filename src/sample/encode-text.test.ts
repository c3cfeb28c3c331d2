import assert from 'node:assert/strict'
import { test } from 'node:test'
import encoding from 'encoding-japanese'
import { decodeMessage } from '#hl7v2'
import { encodeText, fitsJis } from './encode-text.ts'
import { DISEASES } from './diseases.ts'
import { DRUGS, USAGES } from './drugs.ts'
import { FAMILY_NAMES, FEMALE_NAMES, MALE_NAMES, halfWidthKana, hiragana } from './names.ts'

const hex = (text: string, style: Parameters<typeof encodeText>[1]): string =>
  Buffer.from(encodeText(text, style)).toString('hex')

test('kanji stand between ESC $ B and ESC ( B', () => {
  assert.equal(hex('A日B', 'square'), '411b2442467c1b284242')
  assert.equal(hex('AB', 'square'), '4142')
})

test('what JIS X 0208 lacks is written in each of the ways of real systems', () => {
  assert.equal(hex('髙', 'square'), hex('■', 'square'))
  assert.equal(hex('髙', 'geta'), hex('〓', 'geta'))
  assert.equal(hex('髙', 'question'), '3f')
  assert.equal(hex('髙', 'cp932-bytes'), 'fbfc')
  assert.equal(hex('髙', 'cp932-file'), 'fbfc')
  assert.equal(hex('𠮷', 'utf8-file'), 'f0a0aeb7')
  assert.equal(hex('①', 'nec13'), '1b24422d211b2842')
  assert.equal(hex('ﾔ', 'jis-kana'), '1b2849541b2842')
  assert.equal(hex('ﾔ', 'raw-kana'), 'd4')
  assert.equal(hex('¥', 'square'), '1b284a5c1b2842')
})

test('another decoder reads every name and text of the sample', () => {
  const names = [FAMILY_NAMES, FEMALE_NAMES, MALE_NAMES].flat().flatMap(({ kanji, kana }) => [kanji, kana])
  const words = [...Object.values(DISEASES), ...Object.values(DRUGS)].map(({ name }) => name)
  const notes = Object.values(DISEASES).flatMap(({ complaint, finding }) => [complaint, finding])
  const usages = Object.values(USAGES).map(({ text }) => text)
  for (const text of [...names, ...words, ...notes, ...usages]) {
    assert.ok(fitsJis(text), text)
    const decoded = encoding.convert(encodeText(text, 'square'), { from: 'JIS', to: 'UNICODE', type: 'string' })
    assert.equal(decoded.normalize('NFKC'), text.normalize('NFKC'))
    assert.equal(decodeMessage(encodeText(text, 'square')).text, text)
  }
})

test('kana in other forms', () => {
  assert.equal(halfWidthKana('ヤマダ パブ'), 'ﾔﾏﾀﾞ ﾊﾟﾌﾞ')
  assert.equal(hiragana('サトウ ヴ'), 'さとう ゔ')
})
