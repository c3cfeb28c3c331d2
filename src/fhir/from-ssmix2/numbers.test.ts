import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseRange, parseResult } from './numbers.ts'

test('numbers in result texts', () => {
  const cases: readonly (readonly [string, number, string?])[] = [
    ['5.0', 5],
    ['-14', -14],
    ['1,200', 1200],
    ['１２．５', 12.5],
    ['＜0.5', 0.5, '<'],
    ['>= 200', 200, '>='],
    ['≧1.0', 1, '>='],
    ['40以上', 40, '>='],
    ['0.1未満', 0.1, '<'],
    [' 7 ', 7],
  ]
  for (const [text, value, comparator] of cases) {
    assert.deepEqual(parseResult(text), { value, ...(comparator && { comparator }) }, text)
  }
})

test('what is not plainly a number has none', () => {
  for (const text of ['>1000(+)', '3+(300)', '1個-', ' 2 +', '(-)', '陰性', '2-3', '12:30', '<40以上', '1.2.3', '']) {
    assert.equal(parseResult(text), undefined, text)
  }
})

test('reference ranges', () => {
  assert.deepEqual(parseRange('6.70-8.3'), { low: 6.7, high: 8.3 })
  assert.deepEqual(parseRange('１．２～２．０'), { low: 1.2, high: 2 })
  assert.deepEqual(parseRange('-2-2'), { low: -2, high: 2 })
  assert.deepEqual(parseRange('<85'), { high: 85 })
  assert.deepEqual(parseRange('40以上'), { low: 40 })
  assert.deepEqual(parseRange('(-)'), {})
  assert.deepEqual(parseRange('男 13-17 女 11-15'), {})
})
