import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { addDays, isAppError } from '#base'
import {
  type BusinessCalendar,
  businessDaysBetween,
  businessDaysOld,
  DEFAULT_CALENDAR,
  HOLIDAYS_KNOWN_TO_YEAR,
  isBusinessDay,
  nextBusinessDay,
  parseCalendar,
} from './calendar.ts'

const at = (date: string, time = '02:00'): number => Date.parse(`${date}T${time}:00+09:00`)

test('holidays, holidays in lieu and citizen’s holidays of Japan are closed', () => {
  const closed = ['2026-01-12', '2026-05-06', '2026-09-21', '2026-09-22', '2026-09-23', '2026-11-03', '2026-11-23']
  for (const day of closed) assert.equal(isBusinessDay(DEFAULT_CALENDAR, day), false, day)
  for (const day of ['2026-11-24', '2026-11-28', '2026-09-24']) assert.ok(isBusinessDay(DEFAULT_CALENDAR, day), day)
})

test('own days off, of one year or every year, and the day of the duty clinic', () => {
  const calendar = parseCalendar({
    closedWeekdays: [0, 4],
    closedOnHolidays: true,
    closedDays: ['2026-08-13', '12-30', '02-29'],
    openDays: ['2026-11-23'],
  })
  assert.equal(isBusinessDay(calendar, '2026-08-13'), false)
  assert.equal(isBusinessDay(calendar, '2027-08-13'), true)
  assert.equal(isBusinessDay(calendar, '2031-12-30'), false)
  assert.equal(isBusinessDay(calendar, '2026-11-26'), false, 'a Thursday')
  assert.equal(isBusinessDay(calendar, '2026-11-23'), true, 'a holiday on duty')
})

test('a calendar that cannot be is refused', () => {
  const bad: unknown[] = [
    {},
    { ...DEFAULT_CALENDAR, closedWeekdays: [0, 1, 2, 3, 4, 5, 6] },
    { ...DEFAULT_CALENDAR, closedWeekdays: [7] },
    { ...DEFAULT_CALENDAR, closedDays: ['2026-02-30'] },
    { ...DEFAULT_CALENDAR, closedDays: ['13-01'] },
    { ...DEFAULT_CALENDAR, openDays: ['11-23'] },
  ]
  for (const calendar of bad)
    assert.throws(
      () => parseCalendar(calendar),
      (error) => isAppError(error, 'BASE_CONFIG_INVALID'),
    )
  assert.deepEqual(parseCalendar(DEFAULT_CALENDAR), DEFAULT_CALENDAR)
})

test('Golden Week and the turn of the year are one step', () => {
  assert.equal(nextBusinessDay(DEFAULT_CALENDAR, '2026-05-02'), '2026-05-07')
  assert.equal(nextBusinessDay(DEFAULT_CALENDAR, '2026-12-28'), '2027-01-04')
  assert.equal(businessDaysBetween(DEFAULT_CALENDAR, '2026-05-02', '2026-05-07'), 1)
  assert.equal(businessDaysBetween(DEFAULT_CALENDAR, '2026-05-07', '2026-05-02'), 0)
})

test('what was taken on Saturday is one business day old on Monday, by Tokyo’s midnight', () => {
  assert.equal(businessDaysOld(DEFAULT_CALENDAR, at('2026-11-28'), at('2026-11-29', '23:59')), 0)
  assert.equal(businessDaysOld(DEFAULT_CALENDAR, at('2026-11-28'), at('2026-11-30', '00:00')), 1)
})

test('beyond the years that the library knows a holiday is a business day: late too early, never too late', () => {
  assert.ok(HOLIDAYS_KNOWN_TO_YEAR >= 2045, String(HOLIDAYS_KNOWN_TO_YEAR))
  const newYear = `${HOLIDAYS_KNOWN_TO_YEAR + 1}-11-03`
  assert.equal(isBusinessDay({ ...DEFAULT_CALENDAR, closedWeekdays: [] }, newYear), true)
})

const anyCalendar: fc.Arbitrary<BusinessCalendar> = fc.record({
  closedWeekdays: fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { maxLength: 6 }),
  closedOnHolidays: fc.boolean(),
  closedDays: fc.array(fc.integer({ min: 0, max: 900 }).map((i) => addDays('2026-01-01', i))),
  openDays: fc.constant([]),
})
const anyDay = fc.integer({ min: 0, max: 900 }).map((i) => addDays('2026-01-01', i))

test('property: counting business days and stepping over them agree', () => {
  fc.assert(
    fc.property(anyCalendar, anyDay, fc.integer({ min: 0, max: 60 }), (calendar, from, steps) => {
      let day: string | undefined = from
      for (let i = 0; i < steps && day !== undefined; i++) day = nextBusinessDay(calendar, day)
      if (day === undefined) return
      assert.equal(businessDaysBetween(calendar, from, day), steps)
      if (steps > 0) assert.ok(isBusinessDay(calendar, day))
    }),
  )
})
