import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inBrackets, nameWithKana } from './texts.ts'

test('no brackets around nothing: a name with its kana, or whichever there is, once', () => {
  const names = [
    ['見本 花子', 'ミホン ハナコ'],
    ['見本 花子', ''],
    ['', 'ミホン ハナコ'],
    ['ミホン', 'ミホン'],
    ['', ''],
  ] as const
  assert.deepEqual(
    names.map(([name, kana]) => nameWithKana(name, kana)),
    ['見本 花子（ミホン ハナコ）', '見本 花子', 'ミホン ハナコ', 'ミホン', ''],
  )
  assert.deepEqual([inBrackets(''), inBrackets('x')], ['', '（x）'])
})
