import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { foldWidth, idKey, looseKey, searchKey, toKatakana, hasWords } from './fold.ts'
import { VARIANT_GROUPS } from './kanji-variants.ts'

const same = (key: (text: string) => string, texts: readonly string[]) =>
  assert.equal(new Set(texts.map(key)).size, 1, texts.map((text) => `${text}=${key(text)}`).join(' '))
const differ = (key: (text: string) => string, a: string, b: string) => assert.notEqual(key(a), key(b), `${a} = ${b}`)

test('kana: any width, hiragana or katakana, voiced marks attached or apart, small kana, long mark, spaces', () => {
  same(searchKey, [
    'ワタナベ　ジュンコ',
    'わたなべ じゅんこ',
    'ﾜﾀﾅﾍﾞ ｼﾞｭﾝｺ',
    'ワタナヘ゛ジュンコ',
    'ワタナベ・ジユンコ',
    'わたなへ\u3099じゅんこ',
  ])
  same(searchKey, ['オーノ', 'ｵｰﾉ', 'オ－ノ', 'オ-ノ'])
  same(searchKey, ['ヅカ', 'ズカ', 'つ゛か'])
  same(searchKey, ['ヴァン', 'バン', 'ｳﾞｧﾝ'])
  same(searchKey, ['ﾊﾟｸ', 'パク', 'ぱく', 'ハ゜ク'])
  differ(searchKey, 'ハマサキ', 'ハマザキ')
  differ(searchKey, 'パク', 'バク')
})

test('the wider key: voicing and long vowels', () => {
  same(looseKey, ['ハマサキ', 'ハマザキ'])
  same(looseKey, ['オオノ', 'オーノ', 'おおの'])
  same(looseKey, ['コウノ', 'コーノ', 'こうの'])
  same(looseKey, ['ユウキ', 'ユーキ'])
  differ(looseKey, 'オオノ', 'オオタ')
})

test('kanji variants, compatibility kanji, IVS, the iteration mark', () => {
  same(searchKey, ['髙橋', '高橋', '高　橋'])
  same(searchKey, ['宮﨑', '宮崎', '宮嵜', '宫崎'])
  same(searchKey, ['渡邉', '渡邊', '渡辺', '渡邊\u{E0101}'])
  same(searchKey, ['齋藤', '齊藤', '斉藤', '斎藤'])
  same(searchKey, ['𠮷田', '吉田'])
  same(searchKey, ['𣘺本', '橋本', '槗本'])
  same(searchKey, ['福\uFE00島', '\uFA1B島', '福嶋'])
  same(searchKey, ['佐々木', '佐佐木'])
  same(searchKey, ['ＡＢＥ', 'abe', 'Abe'])
  differ(searchKey, '坂本', '阪本')
})

test('each variant stands in one group, and none that NFKC folds already', () => {
  const all = Array.from(VARIANT_GROUPS.replace(/\s/g, ''))
  assert.equal(new Set(all).size, all.length)
  assert.ok(all.length > 500)
  for (const character of all) assert.equal(character.normalize('NFKC'), character)
})

test('digits, dashes and tildes of every decoder', () => {
  same(foldWidth, ['１－２～３', '1−2〜3', '1‐2～3', '1-2~3'])
  assert.equal(foldWidth('㈱㎎①'), '(株)mg1')
  assert.equal(idKey(' ００１－ａ '), '001-A')
  assert.equal(toKatakana('ゔゞ'), 'ヴヾ')
})

test('folding twice changes nothing', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.equal(searchKey(searchKey(text)), searchKey(text))
      assert.equal(looseKey(searchKey(text)), looseKey(text))
    }),
  )
})

test('a reason is something that somebody can see', () => {
  for (const text of ['救急', 'ICU へ', '7']) assert.ok(hasWords(text), text)
  for (const text of ['', ' \u3000', '\u200b', '\u3164', '\u00ad\u2060', '。…'])
    assert.ok(!hasWords(text), JSON.stringify(text))
})
