import assert from 'node:assert/strict'
import { test } from 'node:test'
import { againstTheLaw, DEFAULT_POLICY, expired, keepUntil, type KeptGeneration, tokyoDay } from './policy.ts'

const DAY = 86_400_000
/** 02:00 in Tokyo on a date. */
const night = (date: string): number => Date.parse(`${date}T02:00:00+09:00`)

test('the institution’s day is Tokyo’s, whatever UTC says', () => {
  assert.equal(tokyoDay(Date.parse('2026-11-21T15:00:00Z')), tokyoDay(night('2026-11-22')))
  assert.equal(tokyoDay(Date.parse('2026-11-21T14:59:59Z')), tokyoDay(night('2026-11-21')))
})

test('the first of a month is kept longest, then the first of a week, then the rest', () => {
  assert.equal(keepUntil(DEFAULT_POLICY, night('2026-11-01'), []).rule, 'monthly')
  const afterFirst = [night('2026-11-01')]
  assert.equal(keepUntil(DEFAULT_POLICY, night('2026-11-02'), afterFirst).rule, 'weekly', '2026-11-02 is a Monday')
  const third = keepUntil(DEFAULT_POLICY, night('2026-11-03'), [...afterFirst, night('2026-11-02')])
  assert.deepEqual(third, { rule: 'daily', untilMs: night('2026-11-03') + 21 * DAY })
})

test('forged later times do not take the month from today', () => {
  assert.equal(keepUntil(DEFAULT_POLICY, night('2026-11-03'), [night('2026-11-30')]).rule, 'monthly')
})

test('two years of nights: the number kept is bounded, the floor holds, a pause expires nothing below it', () => {
  const kept = new Map<string, KeptGeneration>()
  let most = 0
  for (let i = 0; i < 730; i++) {
    const takenAt = night('2024-01-01') + i * DAY
    const { untilMs } = keepUntil(
      DEFAULT_POLICY,
      takenAt,
      [...kept.values()].map((g) => g.takenAt),
    )
    kept.set(String(i), { id: String(i), takenAt, keepUntil: untilMs, isGood: true })
    for (const id of expired([...kept.values()], DEFAULT_POLICY, takenAt)) kept.delete(id)
    most = Math.max(most, kept.size)
  }
  assert.ok(most <= 21 + 9 + 15, `at most 45, was ${most}`)
  const longAfter = night('2030-01-01')
  for (const id of expired([...kept.values()], DEFAULT_POLICY, longAfter)) kept.delete(id)
  assert.equal(kept.size, 3)
})

test('worthless generations never push good ones out', () => {
  const old = night('2026-01-01')
  const good = [0, 1, 2].map((i): KeptGeneration => ({
    id: `good${i}`,
    takenAt: old + i,
    keepUntil: old + 1,
    isGood: true,
  }))
  const bad = Array.from({ length: 21 }, (_, i): KeptGeneration => ({
    id: `bad${i}`,
    takenAt: old + DAY + i,
    keepUntil: old + 2 * DAY,
    isGood: false,
  }))
  const gone = expired([...good, ...bad], DEFAULT_POLICY, night('2026-11-01'))
  assert.deepEqual(
    gone.filter((id) => id.startsWith('good')),
    [],
  )
})

test('a policy below the law is lifted to it', () => {
  const one = [0, 1, 2].map((i): KeptGeneration => ({ id: String(i), takenAt: i, keepUntil: 0, isGood: true }))
  assert.deepEqual(expired(one, { ...DEFAULT_POLICY, floorGenerations: 1 }, night('2026-11-01')), [])
})

test('the law’s two demands are held against what is there', () => {
  const now = night('2026-11-22')
  const g = (i: number, lockedUntil: number | undefined) => ({
    id: String(i),
    takenAt: now - i * DAY,
    keepUntil: now + DAY,
    isGood: true,
    lockedUntil,
  })
  assert.deepEqual(
    againstTheLaw([g(0, undefined), g(1, undefined), g(2, now + DAY)], now).map((f) => f.met),
    [true, true],
  )
  assert.deepEqual(
    againstTheLaw([g(0, undefined), g(1, undefined), g(2, now - 1)], now).map((f) => f.met),
    [true, false],
  )
  assert.deepEqual(
    againstTheLaw([g(0, now + DAY)], now).map((f) => f.met),
    [false, false],
  )
})
