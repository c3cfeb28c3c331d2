/** When a look leads to a generation, what the light may say of a day without one, and what a look can see. */
import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { institutionInstant } from '#base'
import { fingerprintOf, isLookDue, isTakeDue, looked, MOST_PER_DAY, started, taken, watchVerdict } from './watch.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const now = institutionInstant('2026-11-28', 9)
const calm = taken(undefined, 'a', now - HOUR)

test('a change is taken once it was quiet, and not before', () => {
  let state = looked(calm, 'b', now)
  const due = (at: number): boolean => isTakeDue(state, now - HOUR, at)
  assert.equal(due(now), false)
  state = looked(state, 'c', now + 5 * MINUTE)
  state = looked(state, 'c', now + 14 * MINUTE)
  assert.equal(due(now + 14 * MINUTE), false, 'still being laid down')
  assert.equal(due(now + 15 * MINUTE), true)
  const after = taken(started(state), 'c', now + 16 * MINUTE)
  assert.equal(isTakeDue(after, now + 15 * MINUTE, now + HOUR), false)
  assert.equal(watchVerdict(after, now + HOUR), 'current')
})

test('what never becomes quiet is taken after six hours, and not more than a few times a day', () => {
  let state = calm
  let runs = 0
  for (let at = now; at < institutionInstant('2026-11-29'); at += 5 * MINUTE) {
    state = looked(state, String(at), at)
    if (!isTakeDue(state, now - HOUR, at)) continue
    runs++
    // A run that fails leaves the change waiting.
    state = started(state)
  }
  assert.equal(runs, MOST_PER_DAY)
  state = looked(state, 'z', institutionInstant('2026-11-29', 0, 5))
  assert.equal(isTakeDue(state, now - HOUR, institutionInstant('2026-11-29', 0, 5)), true, 'the next day begins anew')
})

test('without a change one is taken every six days, and the first at once', () => {
  const state = looked(calm, 'a', now)
  assert.equal(isTakeDue(state, now - 6 * DAY + 1, now), false)
  assert.equal(isTakeDue(state, now - 6 * DAY, now), true)
  assert.equal(isTakeDue(looked(undefined, 'a', now), undefined, now), true)
})

test('the light counts a day by its look: unchanged, waiting, late, or blind', () => {
  assert.equal(watchVerdict(calm, now), 'current')
  assert.equal(watchVerdict(calm, now + 25 * HOUR), 'current')
  assert.equal(watchVerdict(calm, now + 26 * HOUR), 'blind', 'nobody has looked')
  assert.equal(watchVerdict(undefined, now), 'blind')
  assert.equal(watchVerdict(calm, now - 3 * HOUR), 'blind', 'a look of the future is none')
  const changed = looked(calm, 'b', now)
  assert.equal(watchVerdict(changed, now + HOUR), 'waiting')
  const stuck = looked(looked(calm, 'b', now), 'b', now + 25 * HOUR)
  assert.equal(watchVerdict(stuck, now + 25 * HOUR), 'late')
  const back = looked(changed, 'a', now + HOUR)
  assert.equal(watchVerdict(back, now + HOUR), 'current', 'put back as it was')
})

test('a look that does not see everything takes nothing and does not count as one', () => {
  const blind = looked(looked(calm, 'b', now), undefined, now + HOUR)
  assert.equal(isTakeDue(blind, now - 8 * DAY, now + HOUR), false)
  assert.equal(blind.lookedAt, now)
  assert.equal(isLookDue(blind, now + HOUR + 4 * MINUTE), false)
  assert.equal(isLookDue(blind, now + HOUR + 5 * MINUTE), true)
  assert.equal(isLookDue(blind, now - DAY), true, 'the clock went back')
  assert.equal(looked(blind, 'b', now + 2 * HOUR).failedAt, undefined)
})

test('a look sees new, gone, renamed and changed files, other modes and times, and follows no link', async (t) => {
  const root = mkdtempSync(join(tmpdir(), 'toride-watch-'))
  t.after(() => rmSync(root, { recursive: true }))
  mkdirSync(join(root, 'bin'))
  const file = join(root, 'bin', 'program')
  writeFileSync(file, 'one')
  symlinkSync(root, join(root, 'loop'))
  let before = await fingerprintOf([root])
  assert.equal(await fingerprintOf([root]), before)
  const differs = async (what: string): Promise<void> => {
    const after = await fingerprintOf([root])
    assert.ok(after !== undefined && after !== before, what)
    before = after
  }
  writeFileSync(file, 'two')
  utimesSync(file, 1, 1)
  await differs('same size, other content')
  writeFileSync(file, 'six')
  utimesSync(file, 1, 1)
  await differs('same size, time set back')
  chmodSync(file, 0o755)
  await differs('mode')
  mkdirSync(join(root, 'empty'))
  await differs('empty folder')
  writeFileSync(join(root, 'bin', 'new'), '')
  await differs('new file')
  rmSync(join(root, 'bin', 'new'))
  await differs('gone again')
  rmSync(root, { recursive: true })
  assert.equal(await fingerprintOf([root]), undefined)
  mkdirSync(root)
})
