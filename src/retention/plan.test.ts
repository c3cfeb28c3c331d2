import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DEFAULT_CALENDAR, holidayOf } from './calendar.ts'
import { judgePolicy, type PolicyFacts } from './judge.ts'
import { DEFAULT_RHYTHM, missedBackups, type Rhythm } from './late.ts'
import { forecast, leastLockDays, type Plan, refusalsOf } from './plan.ts'
import { type PlaceFacts } from './places.ts'
import { DEFAULT_POLICY, keepUntil } from './policy.ts'
import { AIMS, judgeAim, PROFILES } from './profiles.ts'

const DAY = 86_400_000
const at = (date: string, time = '09:00'): number => Date.parse(`${date}T${time}:00+09:00`)
const NOW = at('2026-11-28')
const plan = (change: Partial<Plan> = {}): Plan => ({
  policy: DEFAULT_POLICY,
  rhythm: DEFAULT_RHYTHM,
  originals: [],
  ...change,
})
const codes = (changed: Plan, calendar = DEFAULT_CALENDAR) => refusalsOf(changed, calendar, NOW).map(({ code }) => code)

test('the defaults and the ready profiles are never refused', () => {
  assert.deepEqual(codes(plan()), [])
  for (const aim of AIMS) assert.deepEqual(codes(plan(PROFILES[aim])), [], aim)
})

test('the third has to stay locked over the longest days off', () => {
  // The one of Friday 25 December 2026 is the third newest until Monday 4 January (26 and 28 are between): ten days.
  assert.equal(leastLockDays(DEFAULT_RHYTHM, DEFAULT_CALENDAR, NOW), 11)
  const august = Array.from({ length: 14 }, (_, i) => `2027-08-${String(10 + i).padStart(2, '0')}`)
  const closed = { ...DEFAULT_CALENDAR, closedDays: [...DEFAULT_CALENDAR.closedDays, ...august] }
  assert.ok(leastLockDays(DEFAULT_RHYTHM, closed, NOW) > 15)
  assert.equal(leastLockDays({ every: 'day', closesAtHour: 19, graceHours: 13 }, closed, NOW), 4)
  const hours = (every: number): Rhythm => ({ every: 'hours', hours: every, graceHours: 6 })
  assert.deepEqual(
    [4, 24, 25, 144, 168].map((every) => leastLockDays(hours(every), DEFAULT_CALENDAR, NOW)),
    [4, 4, 7, 19, 22],
    'rarer than each day: on change only',
  )
  const weekly = forecast(plan({ rhythm: hours(168) }), DEFAULT_CALENDAR, NOW)
  assert.ok(weekly.slice(1).every(({ takenAt }, i) => takenAt - weekly[i]!.takenAt >= 7 * DAY))
  const short = { ...DEFAULT_POLICY, dailyDays: 10, lockDays: 1 }
  assert.deepEqual(refusalsOf(plan({ policy: short }), DEFAULT_CALENDAR, NOW), [
    { code: 'third-unlocked', have: 10, need: 11 },
  ])
  assert.deepEqual(codes(plan({ policy: { ...short, lockDays: 11 } })), [], 'the least lock counts as well')
  const ceiling = { days: 10, reason: 'capacity' } as const
  assert.deepEqual(codes(plan({ policy: { ...DEFAULT_POLICY, lockDays: 1, ceiling } })), ['third-unlocked'])
})

test('less than a backup a day, and an original that goes before its years, are refused', () => {
  assert.deepEqual(codes(plan({ rhythm: { every: 'hours', hours: 25, graceHours: 1 } })), ['less-than-daily'])
  assert.deepEqual(codes(plan({ originals: ['chart'] })), ['original-too-short'])
  const years = { ...DEFAULT_POLICY, yearlyDays: 5 * 366 }
  assert.deepEqual(codes(plan({ originals: ['chart', 'insured-care'], policy: years })), [])
})

test('the forecast is what the nights would have left, first of week and month with them', () => {
  const kept = forecast(plan(), DEFAULT_CALENDAR, NOW)
  // By the whole history, as a run decides it.
  const all: number[] = []
  const first = kept[0]!.takenAt
  for (const { takenAt } of forecast(plan({ policy: { ...DEFAULT_POLICY, dailyDays: 800 } }), DEFAULT_CALENDAR, NOW))
    all.push(takenAt)
  const slow = all.filter((one, i) => keepUntil(DEFAULT_POLICY, one, all.slice(0, i)).untilMs > NOW && one >= first)
  assert.deepEqual(
    kept.map(({ takenAt }) => takenAt),
    slow,
  )
  assert.ok(kept.length > 25 && kept.length < 50, String(kept.length))
  assert.ok(NOW - first > 390 * DAY)
})

const FACTS: PolicyFacts = {
  now: NOW,
  holdsRecords: true,
  rhythm: DEFAULT_RHYTHM,
  calendar: DEFAULT_CALENDAR,
  addedAt: 0,
  generations: [],
  places: [],
  restoreTestedAt: NOW - DAY,
  declaredOriginals: [],
}
const stateOf = (policy: Plan['policy'], rule: string) =>
  judgePolicy(policy, { ...FACTS, generations: forecast(plan({ policy }), DEFAULT_CALENDAR, NOW) }).find(
    (one) => one.rule === rule,
  )?.state

test('before it is saved, the forecast shows what a plan would break', () => {
  assert.equal(stateOf(DEFAULT_POLICY, 'five-generations-of-records'), 'met')
  assert.equal(stateOf(DEFAULT_POLICY, 'third-out-of-reach'), 'met')
  assert.equal(stateOf(DEFAULT_POLICY, 'every-business-day'), 'met')
  const ceiling = { days: 40, reason: 'capacity' } as const
  assert.equal(stateOf({ ...DEFAULT_POLICY, ceiling }, 'third-out-of-reach'), 'broken', 'older ones are kept unlocked')
  assert.equal(stateOf({ ...DEFAULT_POLICY, monthlyDays: 300 }, 'a-year-and-more'), 'broken')
})

test('an aim is met by its places and its rules; what nobody has said is unknown', () => {
  const local: PlaceFacts = { kind: 'local', offsite: false, immutable: true, verifiedAt: NOW - DAY }
  const keeper: PlaceFacts = { kind: 'keeper', offsite: true, immutable: true, verifiedAt: NOW - DAY }
  const judge = (places: PlaceFacts[]) => {
    const generations = forecast(plan(), DEFAULT_CALENDAR, NOW)
    const findings = judgePolicy(DEFAULT_POLICY, { ...FACTS, generations, places })
    return AIMS.map((aim) => judgeAim(aim, findings, places, NOW))
  }
  const alone = judge([local])
  assert.deepEqual(
    alone.map(({ state }) => state),
    ['broken', 'broken', 'broken'],
  )
  assert.deepEqual(alone[0]?.missing, [
    { sort: 'any', count: 1 },
    { sort: 'offsite', count: 1 },
  ])
  const [disaster, cyber, failure] = judge([local, keeper])
  assert.equal(disaster?.state, 'met')
  assert.equal(failure?.state, 'met')
  assert.deepEqual(cyber?.broken, ['detached-copy'])
  const media: PlaceFacts = { ...keeper, kind: 'media', immutable: false }
  assert.equal(judge([local, keeper, media])[1]?.state, 'unknown', 'who administers them, nobody has said')
  assert.equal(judge([{ ...local, ownAdministrator: true }, keeper, media])[1]?.state, 'met')
})

test('missed backups are counted by the calendar: days off miss nothing', () => {
  const missed = (last: string, now: string, rhythm: Rhythm = DEFAULT_RHYTHM) =>
    missedBackups(rhythm, DEFAULT_CALENDAR, at(last, '02:00'), at(now))
  assert.deepEqual(
    ['2026-12-29', '2027-01-04', '2027-01-05', '2027-01-06', '2027-02-01'].map((now) => missed('2026-12-29', now)),
    [0, 0, 1, 2, 2],
  )
  const hours: Rhythm = { every: 'hours', hours: 4, graceHours: 2 }
  assert.equal(missed('2026-11-28', '2026-11-28', { ...hours, hours: 8 }), 0)
  assert.equal(missed('2026-11-28', '2026-11-28', hours), 1)
  assert.deepEqual(holidayOf('2026-11-23'), { ja: '勤労感謝の日', en: 'Labor Thanksgiving Day' })
  assert.equal(holidayOf('2026-11-24'), undefined)
})
