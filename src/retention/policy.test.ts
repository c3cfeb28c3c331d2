import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { isAppError } from '#base'
import {
  againstTheLaw,
  DEFAULT_POLICY,
  expired,
  goodDays,
  keepUntil,
  type KeptGeneration,
  lockUntil,
  longestKeepDays,
  parsePolicy,
  type RetentionPolicy,
  tokyoDay,
} from './policy.ts'

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

test('the first of a calendar year is kept by the yearly rule where there is one', () => {
  const policy = { ...DEFAULT_POLICY, yearlyDays: 1900 }
  const newYear = night('2027-01-04')
  assert.deepEqual(keepUntil(policy, newYear, [night('2026-12-28')]), {
    rule: 'yearly',
    untilMs: newYear + 1900 * DAY,
  })
  assert.equal(keepUntil(policy, night('2027-02-01'), [newYear]).rule, 'monthly')
  assert.equal(keepUntil(DEFAULT_POLICY, newYear, []).rule, 'monthly', 'none by default')
})

test('no generation is kept for less than the least lock, and none is locked beyond the ceiling', () => {
  const policy = { ...DEFAULT_POLICY, dailyDays: 5, lockDays: 30, ceiling: { days: 100, reason: 'capacity' as const } }
  const earlier = [night('2026-11-01'), night('2026-11-02')]
  assert.equal(keepUntil(policy, night('2026-11-03'), earlier).untilMs, night('2026-11-03') + 30 * DAY)
  const monthly = keepUntil(policy, night('2026-11-01'), []).untilMs
  assert.equal(monthly, night('2026-11-01') + 425 * DAY, 'kept in full')
  assert.equal(lockUntil(policy, night('2026-11-01'), monthly), night('2026-11-01') + 100 * DAY)
})

test('a policy from outside is read whole or refused; what an older one did not say harms nothing', () => {
  const old = { dailyDays: 5, weeklyDays: 5, monthlyDays: 5, floorGenerations: 3 }
  const read = parsePolicy(old)
  assert.equal(keepUntil(read, night('2026-11-01'), []).untilMs, night('2026-11-01') + 5 * DAY, 'as it was')
  assert.deepEqual(parsePolicy(JSON.parse(JSON.stringify(DEFAULT_POLICY))), DEFAULT_POLICY)
  const refused: unknown[] = [
    undefined,
    {},
    { ...DEFAULT_POLICY, floorGenerations: 2 },
    { ...DEFAULT_POLICY, dailyDays: 0 },
    { ...DEFAULT_POLICY, dailyDays: Number.NaN },
    { ...DEFAULT_POLICY, monthlyDays: -1 },
    { ...DEFAULT_POLICY, monthlyDays: 1e9 },
    { ...DEFAULT_POLICY, monthlyDays: 30.5 },
    { ...DEFAULT_POLICY, lockDays: 2000 },
    { ...DEFAULT_POLICY, ceiling: { days: 1095 } },
    { ...DEFAULT_POLICY, ceiling: { days: 1095, reason: 'because' } },
    { ...DEFAULT_POLICY, hourly: 3 },
  ]
  for (const policy of refused)
    assert.throws(
      () => parsePolicy(policy),
      (error) => isAppError(error, 'BASE_CONFIG_INVALID'),
      JSON.stringify(policy),
    )
})

const anyPolicy: fc.Arbitrary<RetentionPolicy> = fc
  .record({
    dailyDays: fc.integer({ min: 1, max: 60 }),
    weeklyDays: fc.integer({ min: 0, max: 200 }),
    monthlyDays: fc.integer({ min: 0, max: 800 }),
    yearlyDays: fc.integer({ min: 0, max: 4000 }),
    floorGenerations: fc.integer({ min: 3, max: 20 }),
    lockDays: fc.integer({ min: 1, max: 90 }),
    ceiling: fc.record({ days: fc.integer({ min: 90, max: 2000 }), reason: fc.constant('erasure' as const) }),
  })
  .map(parsePolicy)
const START = night('2026-01-01')
const instant = fc.integer({ min: START, max: START + 800 * DAY })
const sameDayAs = (at: number): fc.Arbitrary<number> => {
  const midnight = tokyoDay(at) * DAY - 9 * 3_600_000
  return fc.integer({ min: midnight, max: midnight + DAY - 1 })
}

test('property: any number of generations of one day takes nothing from the end of another of that day', () => {
  const cases = instant.chain((at) => fc.tuple(fc.constant(at), fc.array(instant), fc.array(sameDayAs(at))))
  fc.assert(
    fc.property(anyPolicy, cases, (policy, [at, earlier, flood]) => {
      const quiet = keepUntil(
        policy,
        at,
        earlier.filter((other) => tokyoDay(other) !== tokyoDay(at)),
      )
      assert.deepEqual(keepUntil(policy, at, [...earlier, ...flood]), quiet)
    }),
  )
})

test('property: a flood of a whole later month, or of the future, takes nothing from what is there', () => {
  fc.assert(
    fc.property(anyPolicy, instant, fc.array(instant), fc.array(instant), (policy, at, earlier, flood) => {
      const later = flood.map((other) => Math.max(other, at))
      assert.deepEqual(keepUntil(policy, at, [...earlier, ...later]), keepUntil(policy, at, earlier))
    }),
  )
})

test('property: every end lies between the least lock and the longest rule, every lock within its end and the ceiling', () => {
  fc.assert(
    fc.property(anyPolicy, instant, fc.array(instant), (policy, at, earlier) => {
      const { untilMs } = keepUntil(policy, at, earlier)
      assert.ok(untilMs >= at + policy.lockDays * DAY && untilMs >= at + policy.dailyDays * DAY)
      assert.ok(untilMs <= at + longestKeepDays(policy) * DAY)
      const locked = lockUntil(policy, at, untilMs)
      assert.ok(locked >= at + policy.lockDays * DAY && locked <= untilMs && locked <= at + policy.ceiling.days * DAY)
    }),
  )
})

const anyGenerations = fc
  .array(fc.record({ takenAt: instant, keepUntil: instant, isGood: fc.boolean() }), { maxLength: 60 })
  .map((all) => all.map((g, i): KeptGeneration => ({ id: String(i), ...g })))

test('property: the floor of days stays, nothing goes before its end, worthless and many of one day push nothing out', () => {
  const now = START + 5000 * DAY
  const cases = fc.tuple(anyGenerations, fc.array(fc.tuple(instant, fc.boolean()), { maxLength: 60 }))
  fc.assert(
    fc.property(anyPolicy, cases, instant, (policy, [generations, flood], when) => {
      const gone = new Set(expired(generations, policy, now))
      const left = generations.filter((g) => !gone.has(g.id))
      const days = goodDays(generations)
      assert.deepEqual(goodDays(left).slice(0, policy.floorGenerations), days.slice(0, policy.floorGenerations))
      for (const g of generations) if (expired(generations, policy, when).includes(g.id)) assert.ok(g.keepUntil <= when)
      // 60 more of the newest day, good or not, and worthless ones of any day.
      const newest = Math.max(...generations.map((g) => g.takenAt), START)
      const added = flood.map(([at, sameDay], i): KeptGeneration => ({
        id: `flood${i}`,
        takenAt: sameDay ? newest : at,
        keepUntil: now + DAY,
        isGood: sameDay && days[0] === tokyoDay(newest),
      }))
      for (const id of expired([...generations, ...added], policy, now)) assert.ok(gone.has(id))
    }),
  )
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
