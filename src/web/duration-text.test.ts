import assert from 'node:assert/strict'
import { test } from 'node:test'
import { secondsIn } from './duration-text.ts'

test('a time as people write it after a look at a watch', () => {
  for (const text of [
    '95',
    '95秒',
    '1分35秒',
    '1分35',
    '１分３５秒',
    '９５',
    ' 1 分 35 秒 ',
    '1:35',
    '１：３５',
    '1 min 35 s',
  ])
    assert.equal(secondsIn(text), 95, text)
  assert.deepEqual([secondsIn('2分'), secondsIn('1分5秒'), secondsIn('0')], [120, 65, 0])
  for (const text of ['', 'だいたい1分', '1分75秒', '1:5', '1:', '-3', '1.5', '秒', '123456', '1分35秒半'])
    assert.equal(secondsIn(text), undefined, text)
})
