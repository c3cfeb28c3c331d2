import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { type Candidate, lockHorizon, oldestCleanCandidate } from './horizon.ts'

const DAY = 86_400_000
const night = (date: string): number => Date.parse(`${date}T02:00:00+09:00`)
const NOW = night('2026-11-28')

const held = (daysAgo: number, lockedDays: number | undefined, isGood = true) => ({
  takenAt: NOW - daysAgo * DAY,
  lockedUntil: lockedDays === undefined ? undefined : NOW + lockedDays * DAY,
  isGood,
})

test('before which moment nobody can delete: all of them, three, the last', () => {
  const horizon = lockHorizon([held(0, 21), held(1, 20), held(2, 400), held(3, undefined), held(4, 900, false)])
  assert.deepEqual(horizon, { all: NOW + 20 * DAY, three: NOW + 20 * DAY, one: NOW + 400 * DAY })
  assert.deepEqual(lockHorizon([]), { all: undefined, three: undefined, one: undefined })
})

test('a hundred generations of one day are one', () => {
  const flood = Array.from({ length: 100 }, () => held(0, 500))
  assert.equal(lockHorizon([...flood, held(1, 20)]).three, undefined)
  assert.equal(lockHorizon([...flood, held(1, 20), held(2, 10)]).three, NOW + 10 * DAY)
})

test('property: a further generation never brings three or one nearer', () => {
  const one = fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 900 }), fc.boolean())
  const some = fc.array(one.map(([ago, lock, good]) => held(ago, lock, good)))
  fc.assert(
    fc.property(some, one, (before, [ago, lock, good]) => {
      const [was, is] = [lockHorizon(before), lockHorizon([...before, held(ago, lock, good)])]
      for (const key of ['three', 'one'] as const) assert.ok((is[key] ?? 0) >= (was[key] ?? 0), key)
    }),
  )
})

const candidate = (id: string, daysAgo: number, more: Partial<Candidate> = {}): Candidate => ({
  id,
  finishedAt: NOW - daysAgo * DAY,
  keepUntil: NOW + 30 * DAY,
  lockedUntil: NOW + 30 * DAY,
  isGood: true,
  verifiedAt: NOW - DAY,
  ...more,
})

test('the newest good one that was finished before the suspicion, with how long it stays', () => {
  const suspected = NOW - 20 * DAY
  const found = oldestCleanCandidate(
    [candidate('d10', 10), candidate('d21-bad', 21, { isGood: false }), candidate('d60', 60), candidate('d40', 40)],
    suspected,
    NOW,
  )!
  assert.equal(found.generation.id, 'd40')
  assert.deepEqual(found.reasons, ['finished-before-the-suspicion', 'locked-now', 'verified'])
  assert.deepEqual([found.daysLocked, found.daysKept, found.daysBefore], [30, 30, 20])
  assert.deepEqual(
    found.older.map((g) => g.id),
    ['d60'],
  )
  assert.equal(oldestCleanCandidate([candidate('d10', 10)], suspected, NOW), undefined)
})

test('one that was still reading when the intruder came is not clean', () => {
  // A run for two o’clock that began late: its due time lies before the suspicion, its end after.
  const suspected = NOW - 20 * DAY
  assert.equal(oldestCleanCandidate([candidate('late', 20, { finishedAt: suspected + 1 })], suspected, NOW), undefined)
  assert.equal(oldestCleanCandidate([candidate('same', 20)], suspected, NOW), undefined, 'nor one of the same moment')
})

test('what speaks against it is said', () => {
  const weak = candidate('weak', 22, { lockedUntil: NOW - 1, verifiedAt: undefined })
  assert.deepEqual(oldestCleanCandidate([weak], NOW - 20 * DAY, NOW)!.reasons, [
    'finished-before-the-suspicion',
    'not-locked-now',
    'never-verified',
    'close-to-the-suspicion',
  ])
  const ending = candidate('ending', 90, { lockedUntil: NOW + 2.5 * DAY })
  const found = oldestCleanCandidate([ending], NOW - 20 * DAY, NOW)!
  assert.ok(found.reasons.includes('lock-ends-soon'))
  assert.equal(found.daysLocked, 2)
})
