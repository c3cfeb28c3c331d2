import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatWhen, parseSince, parseWhen } from './when.ts'

const NOW = Date.parse('2026-11-28T09:30:25+09:00')

test('a moment is typed in Japan’s time, narrow or wide, and never lies ahead', () => {
  assert.equal(formatWhen(NOW), '2026-11-28 09:30')
  assert.equal(parseWhen(formatWhen(NOW), NOW), NOW, 'the present minute is now')
  assert.equal(parseWhen('２０２６-１１-２７ ９：０５', NOW), Date.parse('2026-11-27T09:05:00+09:00'))
  assert.equal(parseWhen('2026/11/1 18:00', NOW), Date.parse('2026-11-01T18:00:00+09:00'))
  for (const wrong of ['', '9:30', '2026-11-31 9:30', '2026-11-28 25:00', '2026-11-28 9:31', 'きのう'])
    assert.equal(parseWhen(wrong, NOW), undefined, wrong)
})

test('since when: a day from its first moment on, or a time of it', () => {
  const at = (iso: string) => Date.parse(`${iso}+09:00`)
  assert.equal(parseSince('11/20', NOW), at('2026-11-20T00:00:00'))
  for (const text of ['11/20 14:30', '１１月２０日　１４：３０', '2026-11-20 14時30分'])
    assert.equal(parseSince(text, NOW), at('2026-11-20T14:30:00'), text)
  assert.equal(parseSince('12月24日 9時', NOW), at('2025-12-24T09:00:00'), 'the last one')
  for (const wrong of ['', '14:30', '11/20 24:00', '11/20 9:60', '11/31 9:00', 'きのう'])
    assert.equal(parseSince(wrong, NOW), undefined, wrong)
})
