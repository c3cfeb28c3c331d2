import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CandidateFacts, judgeCandidates } from './candidates.ts'

const DAY = 86_400_000
const NOW = 100 * DAY
const night = (daysAgo: number, more: Partial<CandidateFacts> = {}): CandidateFacts => ({
  id: `g${daysAgo}`,
  takenAt: NOW - daysAgo * DAY,
  isWhole: true,
  signs: 'none',
  scan: 'unknown',
  restored: undefined,
  isLocked: true,
  ...more,
})
const proposed = (all: readonly CandidateFacts[], intrusionAt?: number) =>
  judgeCandidates(all, { intrusionAt, seenAt: NOW }).find(({ isProposed }) => isProposed)?.id

test('the newest before a named day that nothing speaks against', () => {
  const all = [0, 1, 5, 6, 7, 8, 9].map((days) => night(days))
  assert.equal(proposed(all, NOW - 6 * DAY), 'g7', 'one that was taken at the moment itself is none')
  const spoilt = all.map((one) =>
    one.id === 'g7'
      ? { ...one, scan: 'found' as const }
      : one.id === 'g8'
        ? { ...one, signs: 'suspected' as const }
        : one,
  )
  assert.equal(proposed(spoilt, NOW - 6 * DAY), 'g9')
  assert.equal(proposed([night(9, { signs: 'cleared', restored: { at: NOW, passed: true } })], NOW), 'g9')
  assert.equal(
    proposed([night(9, { restored: { at: NOW, passed: false } }), night(10, { isWhole: false })], NOW),
    undefined,
  )
})

test('an unknown day: everything within the time that intruders hide is suspect', () => {
  assert.equal(proposed([3, 14, 27, 28, 29, 40].map((days) => night(days))), 'g29')
  assert.equal(proposed([night(3), night(20)]), undefined)
})

test('what each would lose is counted from the newest', () => {
  const judged = judgeCandidates([night(9), night(0), night(3)], { intrusionAt: NOW - 5 * DAY, seenAt: NOW })
  assert.deepEqual(
    judged.map(({ id, daysLost, objections }) => [id, daysLost, objections]),
    [
      ['g0', 0, ['after-intrusion']],
      ['g3', 3, ['after-intrusion']],
      ['g9', 9, []],
    ],
  )
})
