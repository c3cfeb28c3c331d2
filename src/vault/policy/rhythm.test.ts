import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DEFAULT_CALENDAR, dueBy } from '#retention'
import type { DayRhythm } from '../source.ts'
import { choiceOf, plannedBy, RHYTHM_HOURS, rhythmOf } from './rhythm.ts'

const at = (text: string): number => Date.parse(`${text}:00+09:00`)
const NOW = at('2026-11-24T12:00')
const source = (cron: string | undefined, dayRhythm: DayRhythm = 'business-day') => ({
  schedule: cron === undefined ? undefined : { cron },
  dayRhythm,
})

test('whenever a daily run is planned, it is late six hours after its time and not before', () => {
  for (const hour of [0, 2, 5, 9, 10, 12, 13, 18, 20, 23]) {
    const rhythm = rhythmOf(source(`30 ${hour} * * *`), NOW)
    // Tuesday's and Wednesday's run; none of these days is off.
    const [run, next] = [24, 25].map((day) => at(`2026-11-${day}T${String(hour).padStart(2, '0')}:30`))
    assert.equal(dueBy(rhythm, DEFAULT_CALENDAR, run!, run!), next! + 6 * 3_600_000, String(hour))
  }
})

test('by hand it is expected as if it were taken each night; odd plans by their longest gap', () => {
  assert.deepEqual(rhythmOf(source(undefined), NOW), rhythmOf(source('0 2 * * *'), NOW))
  assert.equal(rhythmOf(source(undefined, 'day'), NOW).every, 'day')
  assert.deepEqual(rhythmOf(source('0 2 * * 1'), NOW), { every: 'hours', hours: 168, graceHours: 6 })
  assert.deepEqual(rhythmOf(source('15 */4 * * *'), NOW), { every: 'hours', hours: 4, graceHours: 6 })
  assert.deepEqual(rhythmOf(source('0 0 30 2 *'), NOW), { every: 'hours', hours: 744, graceHours: 6 })
})

test('a choice goes into the plan and comes back; the time of day of a daily plan stays', () => {
  for (const hours of RHYTHM_HOURS) {
    const planned = plannedBy(`hours:${hours}`, source('0 2 * * *'))
    assert.equal(choiceOf(planned), `hours:${hours}`)
    assert.deepEqual(rhythmOf(planned, NOW), { every: 'hours', hours, graceHours: Math.max(1, hours / 2) })
    assert.deepEqual(plannedBy('day', planned), source('0 2 * * *', 'day'))
  }
  assert.deepEqual(plannedBy('day', source('30 22 * * *')), source('30 22 * * *', 'day'))
  const watched = { ...source(undefined), kind: 'folder', options: { onChange: true } } as const
  assert.deepEqual(rhythmOf(plannedBy('business-day', watched), NOW), rhythmOf(watched, NOW), 'on change stays so')
  assert.deepEqual(plannedBy('business-day', source(undefined, 'day')), source(undefined))
})
