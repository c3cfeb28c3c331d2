import assert from 'node:assert/strict'
import { test } from 'node:test'
import { array, assert as check, constantFrom, double, oneof, property, string } from 'fast-check'
import { breakLines, unbroken, widthOf } from './line-break.ts'

const words = (text: string, width: number) =>
  breakLines([{ text }], width).map((line) => line.map((run) => run.text).join(''))
const bare = (text: string) => text.replace(/[\s\u2060]/g, '')

const character = oneof(
  constantFrom(...Array.from('1回量 錠5mg（）「」、。ー　xWi.( )12.5ml／日𠮷ｶﾞ\u3099\u{E0100}\u2060')),
  string({ unit: 'binary', minLength: 1, maxLength: 1 }),
)

test('whatever is broken where, nothing but spaces is lost and no line is too wide', () => {
  check(
    property(array(character, { maxLength: 80 }), double({ min: 3, max: 40, noNaN: true }), (characters, width) => {
      const text = characters.join('')
      const lines = words(text, width)
      assert.equal(bare(lines.join('')), bare(text))
      for (const line of lines)
        assert.ok(Array.from(line).reduce((sum, c) => sum + widthOf(c), 0) <= width + 1e-9, line)
    }),
  )
})

test('a number stays with its counter, a bracket with its word, and a dose in one line', () => {
  assert.deepEqual(words('ああああ12.5mgあ', 6), ['ああああ', '12.5mgあ'])
  assert.deepEqual(words('あああああ28日分', 6), ['あああああ', '28日分'])
  assert.deepEqual(words('ああああああ、', 6), ['あああああ', 'あ、'])
  assert.deepEqual(words(`あああ ${unbroken('1日量 3錠')}`, 7), ['あああ ', '1日量 3錠'])
})
