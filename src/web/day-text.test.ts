import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dayNear, dayOf, yearlyDayOf } from './day-text.ts'

const TODAY = '2026-11-28'

test('a day as people type it, in whatever digits', () => {
  for (const text of [
    '2026-11-28',
    '2026/11/28',
    ' 2026年11月28日 ',
    '２０２６－１１－２８',
    '２０２６／１１／２８',
    '2026.11.28',
  ])
    assert.deepEqual([dayOf(text), dayNear(text, TODAY, 'past')], [TODAY, TODAY], text)
  for (const text of ['11/28', '11月28日', '１１／２８', '11-28', '１１月２８日'])
    assert.deepEqual([yearlyDayOf(text), dayNear(text, TODAY, 'past'), dayOf(text)], ['11-28', TODAY, undefined], text)
  for (const text of ['', '11/31', '2026-02-29', '13/1', '11/28/2026', '<b>', '1128'])
    assert.deepEqual([dayNear(text, TODAY, 'past'), dayNear(text, TODAY, 'coming')], [undefined, undefined], text)
})

test('without a year a suspicion is behind us, an extra open day ahead', () => {
  assert.deepEqual([dayNear('12/1', TODAY, 'past'), dayNear('12/1', TODAY, 'coming')], ['2025-12-01', '2026-12-01'])
  assert.deepEqual([dayNear('1/5', TODAY, 'past'), dayNear('1/5', TODAY, 'coming')], ['2026-01-05', '2027-01-05'])
  assert.deepEqual([dayNear('2/29', TODAY, 'past'), dayNear('2/29', TODAY, 'coming')], ['2024-02-29', '2028-02-29'])
})
