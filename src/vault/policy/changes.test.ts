import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DEFAULT_CALENDAR, DEFAULT_POLICY } from '#retention'
import { calendarChanges, planChanges, type SourcePlan } from './changes.ts'

const PLAN: SourcePlan = { policy: DEFAULT_POLICY, rhythm: 'business-day', places: undefined, originals: [] }
const changed = (from: Partial<SourcePlan>, to: Partial<SourcePlan>) =>
  planChanges({ ...PLAN, ...from }, { ...PLAN, ...to }).map(({ field, how }) => `${field} ${how}`)

test('what protects less is lowered, whatever else is won', () => {
  assert.deepEqual(changed({}, {}), [])
  assert.deepEqual(changed({}, { rhythm: 'day' }), ['rhythm raised'])
  assert.deepEqual(changed({ rhythm: 'hours:4' }, { rhythm: 'day' }), ['rhythm lowered'])
  assert.deepEqual(changed({ rhythm: 'hours:4' }, { rhythm: 'hours:1' }), ['rhythm raised'])
  assert.deepEqual(changed({}, { places: ['a'] }), ['places lowered'], 'those to come are none of them')
  assert.deepEqual(changed({ places: ['a'] }, { places: undefined }), ['places raised'])
  assert.deepEqual(changed({ places: ['a'] }, { places: ['a', 'b'] }), ['places raised'])
  assert.deepEqual(changed({ places: ['a'] }, { places: ['b', 'c'] }), ['places lowered'])
  assert.deepEqual(changed({ places: ['a'] }, { places: [] }), ['places lowered'])
  assert.deepEqual(changed({ originals: ['chart'] }, {}), ['originals lowered'])
  const ceiling = { days: 2000, reason: 'contract' } as const
  assert.deepEqual(changed({}, { policy: { ...DEFAULT_POLICY, dailyDays: 20, floorGenerations: 4, ceiling } }), [
    'daily-days lowered',
    'floor raised',
    'ceiling-days raised',
    'ceiling-reason changed',
  ])
})

test('days off are neither stronger nor weaker', () => {
  const changes = (change: Partial<typeof DEFAULT_CALENDAR>) =>
    calendarChanges(DEFAULT_CALENDAR, { ...DEFAULT_CALENDAR, ...change }).map(({ field, how }) => `${field} ${how}`)
  assert.deepEqual(changes({}), [])
  assert.deepEqual(changes({ closedWeekdays: [0, 6] }), ['closed-weekdays changed'])
  assert.deepEqual(changes({ closedWeekdays: [], closedOnHolidays: false }), [
    'closed-weekdays changed',
    'closed-on-holidays changed',
  ])
  assert.deepEqual(changes({ closedDays: [], openDays: ['2026-11-29'] }), ['closed-days changed', 'open-days changed'])
  assert.deepEqual(changes({ closedDays: [...DEFAULT_CALENDAR.closedDays, '08-13'] }), ['closed-days changed'])
})
