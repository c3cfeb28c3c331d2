import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { DEFAULT_CALENDAR } from './calendar.ts'
import { DEFAULT_RHYTHM, dueBy, type Rhythm } from './late.ts'

const HOUR = 3_600_000
const at = (date: string, time = '02:00'): number => Date.parse(`${date}T${time}:00+09:00`)
const FAR = at('2040-01-01')
const due = (rhythm: Rhythm, last: number, now = FAR) => dueBy(rhythm, DEFAULT_CALENDAR, last, now)
const DAILY: Rhythm = { every: 'day', closesAtHour: 19, graceHours: 13 }

test('a nightly backup is late at eight in the morning after the next business day', () => {
  // Taken on Tuesday at two: it holds Monday; Tuesday must be held by Wednesday eight.
  assert.equal(due(DEFAULT_RHYTHM, at('2026-11-24')), at('2026-11-25', '08:00'))
  // An evening backup of Tuesday after closing holds Tuesday.
  assert.equal(due(DEFAULT_RHYTHM, at('2026-11-24', '19:30')), at('2026-11-26', '08:00'))
  assert.equal(due(DEFAULT_RHYTHM, at('2026-11-24', '18:30')), at('2026-11-25', '08:00'), 'before closing it does not')
})

test('no day off makes a backup late', () => {
  // Sunday two o’clock holds Saturday; Sunday and the holidays need none.
  assert.equal(due(DEFAULT_RHYTHM, at('2026-05-03')), at('2026-05-08', '08:00'))
  assert.equal(due(DEFAULT_RHYTHM, at('2026-12-29')), at('2027-01-05', '08:00'))
  assert.equal(due(DAILY, at('2026-12-29')), at('2026-12-30', '08:00'), 'with inpatients every day counts')
})

test('a house open past midnight closes the next morning', () => {
  const night: Rhythm = { every: 'day', closesAtHour: 30, graceHours: 2 }
  assert.equal(due(night, at('2026-11-24', '05:00')), at('2026-11-24', '08:00'), 'the 23rd is not over yet')
  assert.equal(due(night, at('2026-11-24', '06:30')), at('2026-11-25', '08:00'))
})

test('by hours the calendar does not matter', () => {
  assert.equal(due({ every: 'hours', hours: 4, graceHours: 1 }, at('2026-05-03')), at('2026-05-03', '07:00'))
})

test('a last backup of the future does not silence the alarm', () => {
  const now = at('2026-11-24')
  assert.equal(due(DEFAULT_RHYTHM, at('2030-01-01'), now), due(DEFAULT_RHYTHM, now, now))
})

test('a house that is closed for good is never late, and asks nobody for ever', () => {
  const closed = Array.from({ length: 366 }, (_, i) => new Date(Date.UTC(2028, 0, 1 + i)).toISOString().slice(5, 10))
  assert.equal(dueBy(DEFAULT_RHYTHM, { ...DEFAULT_CALENDAR, closedDays: closed }, at('2026-11-24'), FAR), undefined)
})

const anyRhythm: fc.Arbitrary<Rhythm> = fc.oneof(
  fc.record({
    every: fc.constantFrom('business-day' as const, 'day' as const),
    closesAtHour: fc.integer({ min: 0, max: 36 }),
    graceHours: fc.integer({ min: 0, max: 48 }),
  }),
  fc.record({
    every: fc.constant('hours' as const),
    hours: fc.integer({ min: 1, max: 100 }),
    graceHours: fc.integer({ min: 0, max: 48 }),
  }),
)
const anyTime = fc.integer({ min: at('2026-01-01'), max: at('2028-01-01') })

test('property: due after the last, never earlier for a later backup, and every backup puts it off or leaves it', () => {
  fc.assert(
    fc.property(anyRhythm, anyTime, fc.integer({ min: 0, max: 900 * HOUR }), (rhythm, last, later) => {
      const first = due(rhythm, last)!
      assert.ok(first > last)
      assert.ok(due(rhythm, last + later)! >= first)
      // Taking one at the very moment it is due, after closing, is in time for that day.
      assert.ok(due(rhythm, first)! > first)
    }),
  )
})
