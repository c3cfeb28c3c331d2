import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decide, lastDue, nextDue, NIGHTLY, parseSchedule, isRehearsalDue } from './schedule.ts'

const at = (text: string): number => Date.parse(`${text}+09:00`)
const done = (text: string) => ({ lastStartedDue: at(text), isRunning: false })

test('two at night is Tokyo’s two at night in any zone of the host', () => {
  const zone = process.env['TZ']
  for (const tz of ['UTC', 'America/New_York', 'Asia/Tokyo', 'Pacific/Kiritimati']) {
    process.env['TZ'] = tz
    assert.equal(nextDue(NIGHTLY, at('2026-11-21T12:00:00')), at('2026-11-22T02:00:00'))
    assert.equal(lastDue(NIGHTLY, at('2026-11-22T12:00:00')), at('2026-11-22T02:00:00'))
  }
  if (zone === undefined) delete process.env['TZ']
  else process.env['TZ'] = zone
})

test('a run still going at the next start lets that start pass', () => {
  const state = { lastStartedDue: at('2026-11-21T02:00:00'), isRunning: true }
  assert.deepEqual(decide(NIGHTLY, state, at('2026-11-22T02:00:10')), {
    start: false,
    reason: 'still-running',
    next: at('2026-11-23T02:00:00'),
  })
})

test('a machine that slept through two o’clock runs once on waking', () => {
  const decision = decide(NIGHTLY, done('2026-11-21T02:00:00'), at('2026-11-22T08:30:00'))
  assert.deepEqual(decision, { start: true, due: at('2026-11-22T02:00:00'), late: true })
  const after = decide(NIGHTLY, done('2026-11-22T02:00:00'), at('2026-11-22T08:31:00'))
  assert.equal(after.start, false)
})

test('after ten days of closure one run catches up, not ten', () => {
  const first = decide(NIGHTLY, done('2026-11-01T02:00:00'), at('2026-11-11T08:00:00'))
  assert.deepEqual(first, { start: true, due: at('2026-11-11T02:00:00'), late: true })
})

test('a backup past midnight belongs to its due day and does not swallow the next', () => {
  const late = parseSchedule('30 23 * * *')
  const started = { lastStartedDue: at('2026-11-21T23:30:00'), isRunning: true }
  assert.equal(decide(late, started, at('2026-11-22T00:30:00')).start, false)
  const finished = { ...started, isRunning: false }
  assert.deepEqual(decide(late, finished, at('2026-11-22T23:31:00')), {
    start: true,
    due: at('2026-11-22T23:30:00'),
    late: false,
  })
})

test('a clock set back starts nothing twice', () => {
  const state = done('2026-11-22T02:00:00')
  assert.equal(decide(NIGHTLY, state, at('2026-11-21T02:00:05')).start, false)
  assert.equal(decide(NIGHTLY, state, at('2026-11-22T02:00:05')).start, false)
})

test('the first run is due at once when a due time has passed within a month', () => {
  assert.equal(decide(NIGHTLY, { lastStartedDue: undefined, isRunning: false }, at('2026-11-22T12:00:00')).start, true)
})

test('nonsense is refused', () => {
  assert.throws(() => parseSchedule('soon'), { code: 'BASE_CONFIG_INVALID' })
})

test('a restore test is due four weeks after the last, whatever that one said, and not because the clock went back', () => {
  const now = Date.parse('2026-11-28T02:10:00+09:00')
  assert.equal(isRehearsalDue(undefined, now), true)
  assert.equal(isRehearsalDue(now - 28 * 86_400_000, now), true)
  assert.equal(isRehearsalDue(now - 28 * 86_400_000 + 1, now), false)
  assert.equal(isRehearsalDue(now + 86_400_000, now), false)
})
