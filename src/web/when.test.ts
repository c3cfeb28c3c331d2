import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatWhen, parseWhen } from './when.ts'

const NOW = Date.parse('2026-11-28T09:30:25+09:00')

test('a moment is typed in Japan’s time, narrow or wide, and never lies ahead', () => {
  assert.equal(formatWhen(NOW), '2026-11-28 09:30')
  assert.equal(parseWhen(formatWhen(NOW), NOW), NOW, 'the present minute is now')
  assert.equal(parseWhen('２０２６-１１-２７ ９：０５', NOW), Date.parse('2026-11-27T09:05:00+09:00'))
  assert.equal(parseWhen('2026/11/1 18:00', NOW), Date.parse('2026-11-01T18:00:00+09:00'))
  for (const wrong of ['', '9:30', '2026-11-31 9:30', '2026-11-28 25:00', '2026-11-28 9:31', 'きのう'])
    assert.equal(parseWhen(wrong, NOW), undefined, wrong)
})
