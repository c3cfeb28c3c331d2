import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { DEFAULT_POLICY, keepUntil, lockUntil, type RetentionPolicy } from '#retention'
import type { Generation } from '../generations.ts'
import { raisedBy } from './raise.ts'

const DAY = 86_400_000
const NOW = Date.parse('2026-11-28T09:00:00+09:00')

/** Nightly generations of the last days, as a policy made them; some are gone, or not whole. */
function nights(policy: RetentionPolicy, days: number, gone: readonly number[] = [], broken: readonly number[] = []) {
  const due = Array.from({ length: days }, (_, i) => NOW - 7 * 3_600_000 - (days - 1 - i) * DAY)
  const good = due.filter((_, i) => !broken.includes(i))
  const present = due.flatMap((dueAt, i) => {
    if (gone.includes(i)) return []
    const { untilMs, rule } = keepUntil(policy, dueAt, good)
    const closure = broken.includes(i) ? 'incomplete' : 'complete'
    const lockedUntil = lockUntil(policy, dueAt, untilMs)
    return [{ id: String(i), dueAt, closure, keepUntil: untilMs, keepRule: rule, lockedUntil } as Generation]
  })
  return { present, good }
}

test('the second of a month does not become its first because the first has gone', () => {
  const { present, good } = nights(DEFAULT_POLICY, 90)
  const month = present.findLastIndex(({ keepRule }) => keepRule === 'monthly')
  const left = present.toSpliced(month, 1)
  assert.deepEqual(raisedBy(DEFAULT_POLICY, left, good, NOW), [])
  const blind = left.map(({ dueAt }) => dueAt)
  assert.notDeepEqual(raisedBy(DEFAULT_POLICY, left, blind, NOW), [], 'asked of those that are left, it would')
})

const days = (least: number, most: number) => fc.integer({ min: least, max: most })
const policies = fc
  .record({ dailyDays: days(1, 60), weeklyDays: days(0, 120), monthlyDays: days(0, 500), lockDays: days(1, 30) })
  .map((figures): RetentionPolicy => ({ ...DEFAULT_POLICY, ...figures }))

test('whatever the two policies: no end comes earlier, no lock passes the new ceiling, again changes nothing', () => {
  fc.assert(
    fc.property(policies, policies, days(30, 500), fc.array(days(0, 80)), (before, after, ceiling, gone) => {
      const { present, good } = nights(before, 80, gone, [5, 40])
      const policy: RetentionPolicy = { ...after, ceiling: { days: ceiling, reason: 'capacity' } }
      const raised = raisedBy(policy, present, good, NOW)
      for (const { generation, keepUntil: kept, lockedUntil } of raised) {
        assert.equal(generation.closure, 'complete')
        assert.ok(kept >= generation.keepUntil && lockedUntil >= generation.lockedUntil!)
        assert.ok(lockedUntil <= Math.max(generation.lockedUntil!, generation.dueAt + ceiling * DAY))
      }
      const later = new Map(raised.map((one) => [one.generation.id, one]))
      const now = present.map((one) => ({ ...one, ...later.get(one.id) }))
      assert.deepEqual(raisedBy(policy, now, good, NOW), [])
    }),
  )
})
