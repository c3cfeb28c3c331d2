import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { dateRange, dateTest } from './date-range.ts'

const at = (text: string) => Date.parse(text)

test('a date covers the time of its precision, in Japan where no zone is written', () => {
  assert.deepEqual(dateRange('2024'), { start: at('2024-01-01T00:00+09:00'), end: at('2025-01-01T00:00+09:00') })
  assert.deepEqual(dateRange('2024-02'), { start: at('2024-02-01T00:00+09:00'), end: at('2024-03-01T00:00+09:00') })
  assert.deepEqual(dateRange('2024-02-29'), { start: at('2024-02-29T00:00+09:00'), end: at('2024-03-01T00:00+09:00') })
  assert.deepEqual(dateRange('2024-02-29T10:30'), {
    start: at('2024-02-29T10:30+09:00'),
    end: at('2024-02-29T10:31+09:00'),
  })
  assert.deepEqual(dateRange('2024-02-29T10:30:05Z'), {
    start: at('2024-02-29T10:30:05Z'),
    end: at('2024-02-29T10:30:06Z'),
  })
  // The + of an address that was not encoded.
  assert.deepEqual(dateRange('2024-02-29T10:30:05 09:00'), dateRange('2024-02-29T10:30:05+09:00'))
})

test('what is no date is none', () => {
  for (const text of ['', '2024-13', '2023-02-29', '0024', '2024-1-1', '2024-01-01T25:00', "2024' OR 1=1", '令和6年'])
    assert.equal(dateRange(text), undefined, text)
  fc.assert(fc.property(fc.string(), (text) => dateRange(text) === undefined || /^\d{4}/.test(text)))
})

test('prefixes: as the table of R4 says', () => {
  const day = dateRange('2024-02-10')!
  const true_ = (text: string) => dateTest(text)!(day)
  assert.deepEqual(
    [
      '2024-02',
      'eq2024-02-10',
      'ge2024-02-10',
      'le2024-02-10',
      'gt2024-02-09',
      'lt2024-02-11',
      'sa2024-01',
      'eb2024-03',
      'ap2024',
      'ne2023',
    ].map(true_),
    Array.from({ length: 10 }, () => true),
  )
  assert.deepEqual(
    [
      '2024-03',
      'eq2024-02-11',
      'ge2024-02-11',
      'le2024-02-09',
      'gt2024-02-10',
      'lt2024-02-10',
      'sa2024-02',
      'eb2024-02',
      'ap2023',
      'ne2024',
    ].map(true_),
    Array.from({ length: 10 }, () => false),
  )
  assert.equal(dateTest('xx2024'), undefined)
})
