import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatWhen, minuteOfDay, parseHappened, parseSince, parseWhen } from './when.ts'

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
  for (const text of ['11/20 14:30', '１１月２０日　１４：３０', '2026-11-20 14時30分', '11/20 午後2時半'])
    assert.equal(parseSince(text, NOW), at('2026-11-20T14:30:00'), text)
  assert.equal(parseSince('12月24日 9時', NOW), at('2025-12-24T09:00:00'), 'the last one')
  for (const wrong of ['', '14:30', '11/20 24:00', '11/20 9:60', '11/31 9:00', 'きのう'])
    assert.equal(parseSince(wrong, NOW), undefined, wrong)
})

test('a time of the day as people write it', () => {
  for (const text of ['6:45', '06:45', '０６：４５', '645', '0645', '6時45分', '午前6時45分'])
    assert.equal(minuteOfDay(text), 6 * 60 + 45, text)
  for (const [text, minutes] of [
    ['7時', 420],
    ['午後3時', 900],
    ['15時半', 930],
    ['午前12時', 0],
    ['午後12時5分', 725],
    ['0:00', 0],
  ] as const)
    assert.equal(minuteOfDay(text), minutes, text)
  for (const wrong of ['', '24:00', '6:60', '25時', '午後13時', '朝7時', '7', '7時半分', '7時5'])
    assert.equal(minuteOfDay(wrong), undefined, wrong)
})

test('when it happened: today, or the day beside it; what is still to come is asked about', () => {
  const at = (iso: string) => Date.parse(`${iso}+09:00`)
  const late = at('2026-11-28T00:30:00')
  assert.equal(parseHappened('0:10', '', late), at('2026-11-28T00:10:00'))
  assert.equal(parseHappened('23:50', '', late), 'ahead', 'it was yesterday')
  assert.equal(parseHappened('23:50', '2026-11-27', late), at('2026-11-27T23:50:00'))
  assert.equal(parseHappened('23:50', '11/27', late), at('2026-11-27T23:50:00'))
  assert.equal(parseHappened('1:00', '', late), at('2026-11-28T01:00:00'), 'clocks differ a little')
  assert.equal(parseHappened('23:50', '2026-11-28', late), at('2026-11-28T23:50:00'), 'the clock here may be wrong')
  for (const [time, day] of [
    ['', '2026-11-27'],
    ['9:00', '2026-11-31'],
    ['九時', ''],
  ] as const)
    assert.equal(parseHappened(time, day, NOW), undefined, `${time} ${day}`)
})
