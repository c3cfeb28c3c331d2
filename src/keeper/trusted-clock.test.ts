import assert from 'node:assert/strict'
import { test } from 'node:test'
import { array, assert as holds, constant, integer, oneof, property, record } from 'fast-check'
import { type ClockEvent, type ClockState, DRIFT_BUDGET_MS, OFF_CREDIT_MS, TrustedClock } from './trusted-clock.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const START = Date.parse('2026-11-28T00:00:00Z')

/** A machine whose clocks the test owns; `clock()` is what a start of the Keeper makes. */
function machine() {
  const events: ClockEvent[] = []
  const at = { wall: START, oscillator: 5000, bootId: 'first', saved: undefined as ClockState | undefined }
  const store = { load: () => at.saved, save: (state: ClockState) => void (at.saved = state) }
  return {
    at,
    events,
    kinds: () => events.map((event) => event.kind),
    clock: () =>
      new TrustedClock({ wall: () => at.wall, oscillator: () => at.oscillator, bootId: at.bootId }, store, (e) =>
        events.push(e),
      ),
    pass(ms: number) {
      at.wall += ms
      at.oscillator += ms
    },
    reboot(offMs: number) {
      at.wall += offMs
      at.oscillator = 1000
      at.bootId += '+'
    },
  }
}

test('time that both clocks agree on is trusted', () => {
  const m = machine()
  const clock = m.clock()
  for (let hour = 0; hour < 48; hour++) {
    m.pass(HOUR)
    assert.equal(clock.now(), START + (hour + 1) * HOUR)
  }
  assert.deepEqual(m.events, [])
})

test('a wall clock set ahead gains nothing; past the budget unlocking is frozen until it is corrected on the spot', () => {
  const m = machine()
  const clock = m.clock()
  m.at.wall += 10 * HOUR
  assert.equal(clock.now(), START)
  m.at.wall += 15 * HOUR
  assert.equal(clock.now(), START)
  assert.deepEqual(m.kinds(), ['disagreement', 'disagreement', 'frozen'])
  m.pass(5 * DAY)
  assert.equal(clock.now(), START, 'frozen time stands still')
  assert.equal(m.clock().state.frozen, true, 'also after a restart')
  m.at.wall -= 25 * HOUR
  clock.correct()
  assert.equal(clock.now(), START + 5 * DAY)
  m.pass(HOUR)
  assert.equal(clock.now(), START + 5 * DAY + HOUR)
})

test('an oscillator with fractions makes whole milliseconds', () => {
  const m = machine()
  m.at.oscillator = 0.3
  const clock = m.clock()
  for (let i = 0; i < 20; i++) {
    m.at.wall += 100_000
    m.at.oscillator += 100_000.7
    assert.ok(Number.isSafeInteger(clock.now()))
  }
})

test('on a disk that keeps nothing time stands still, also over a boot, and goes on from the same state', () => {
  const m = machine()
  let isFull = false
  const store = {
    load: () => m.at.saved,
    save(state: ClockState) {
      if (isFull) throw new Error('ENOSPC')
      m.at.saved = state
    },
  }
  const open = () =>
    new TrustedClock({ wall: () => m.at.wall, oscillator: () => m.at.oscillator, bootId: m.at.bootId }, store, () => {})
  const before = open()
  isFull = true
  m.pass(HOUR)
  assert.equal(before.now(), START)
  m.reboot(30 * DAY)
  const after = open()
  assert.equal(after.now(), START)
  isFull = false
  assert.equal(after.now(), START + OFF_CREDIT_MS, 'no more than what powered-off time may give')
})

test('a wall clock set back takes nothing back', () => {
  const m = machine()
  const clock = m.clock()
  m.pass(5 * 60_000)
  const before = clock.now()
  m.at.wall -= 3 * HOUR
  assert.equal(clock.now(), before)
  m.pass(HOUR)
  assert.equal(clock.now(), before + HOUR)
})

test('slewing below the noise of one look adds up until it freezes', () => {
  const m = machine()
  const clock = m.clock()
  // chrony may steer by 8 %: a wall clock that runs that much faster.
  let real = 0
  while (!clock.state.frozen && real < 60 * DAY) {
    m.at.oscillator += 10_000
    m.at.wall += 10_800
    real += 10_000
    assert.ok(clock.now() <= START + real, 'never ahead of the oscillator')
  }
  assert.ok(real < 14 * DAY, `frozen after ${real / DAY} days`)
})

test('an honest NTP’s steering of 50 ppm does not freeze within five years', () => {
  const m = machine()
  const clock = m.clock()
  for (let hour = 0; hour < 5 * 365 * 24; hour++) {
    m.at.oscillator += HOUR
    m.at.wall += HOUR * 1.00005
    clock.now()
  }
  assert.equal(clock.state.frozen, false)
})

test('a reboot with the hardware clock set ahead gains the off-time credit once, not each time', () => {
  const m = machine()
  m.clock()
  for (let boot = 0; boot < 20; boot++) {
    m.reboot(9 * DAY)
    m.clock()
    m.pass(60_000)
  }
  const gained = m.clock().now() - START
  assert.ok(gained <= OFF_CREDIT_MS + 20 * 60_000 * 1.1, `${gained / DAY} days`)
  assert.ok(m.kinds().includes('off-too-long'))
})

test('a reboot with the hardware clock set back loses nothing and counts against the budget', () => {
  const m = machine()
  const clock = m.clock()
  m.pass(DAY)
  const before = clock.now()
  m.reboot(-DRIFT_BUDGET_MS - HOUR)
  const again = m.clock()
  assert.equal(again.now(), before)
  assert.equal(again.state.frozen, true)
})

test('a weekend off counts in full and the credit comes back while it runs', () => {
  const m = machine()
  m.clock()
  for (let week = 0; week < 20; week++) {
    const clock = m.clock()
    for (let look = 0; look < 5 * 24; look++) {
      m.pass(HOUR)
      clock.now()
    }
    m.reboot(12 * HOUR)
    assert.equal(m.clock().now(), m.at.wall)
  }
})

test('whatever is done to the clocks, trusted time never runs ahead of the oscillator by more than the credit', () => {
  const step = oneof(
    record({ do: constant('pass' as const), ms: integer({ min: 0, max: 3 * DAY }) }),
    record({ do: constant('wall' as const), ms: integer({ min: -30 * DAY, max: 30 * DAY }) }),
    record({ do: constant('reboot' as const), ms: integer({ min: -30 * DAY, max: 30 * DAY }) }),
    record({ do: constant('restart' as const), ms: constant(0) }),
  )
  holds(
    property(array(step, { maxLength: 60 }), (steps) => {
      const m = machine()
      let clock = m.clock()
      let real = 0
      let last = clock.now()
      for (const { do: what, ms } of steps) {
        if (what === 'pass') {
          m.pass(ms)
          real += ms
        } else if (what === 'wall') m.at.wall += ms
        else {
          if (what === 'reboot') m.reboot(ms)
          clock = m.clock()
        }
        const now = clock.now()
        assert.ok(now >= last || what === 'restart' || what === 'reboot', 'never back while it runs')
        assert.ok(now - START <= real * 1.1 + OFF_CREDIT_MS + 1, 'never ahead')
        last = now
      }
    }),
  )
})
