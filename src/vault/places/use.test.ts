import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isAppError } from '#base'
import type { Place } from './kinds.ts'
import type { Places } from './places.ts'
import { fullAt, roomOf, type RoomOfDay } from './use.ts'

const DAY_MS = 86_400_000
const days = (count: number, perDay: number, capacity?: number): RoomOfDay[] =>
  Array.from({ length: count }, (_, i) => {
    const usedBytes = 100 + i * perDay
    return { day: 20_000 + i, usedBytes, freeBytes: capacity === undefined ? undefined : capacity - usedBytes }
  })

test('the day on which a place is full follows the line of its last days', () => {
  // 190 used on the tenth day, ten a day: 81 days for 810.
  assert.equal(fullAt(days(10, 10, 1000)), (20_009 + 81) * DAY_MS)
  // What was long ago does not count: it grew fast then.
  const old = days(200, 3, 1000).map((one, i) => (i < 100 ? { ...one, usedBytes: one.usedBytes * 5 } : one))
  const forecast = fullAt(old)!
  assert.ok(forecast > old.at(-1)!.day * DAY_MS && forecast < (old.at(-1)!.day + 120) * DAY_MS)
})

test('nothing is said of what cannot be known', () => {
  assert.equal(fullAt([]), undefined)
  assert.equal(fullAt(days(6, 10, 1000)), undefined, 'too few days')
  assert.equal(fullAt(days(30, 10)), undefined, 'room unknown')
  assert.equal(fullAt(days(30, 0, 1000)), undefined, 'does not grow')
  assert.equal(fullAt(days(30, -1, 1000)), undefined, 'shrinks')
  assert.equal(fullAt(days(30, 0.01, 100_000)), undefined, 'further than ten years')
})

test('a disk that was pulled out after it was listed is not there, and no bug', async () => {
  const place = { id: 'p', kind: 'folder', config: { folder: '/nowhere/at/all' } } as Place
  const places = { use: () => Promise.resolve(3) } as unknown as Places
  const sources = async () => []
  await assert.rejects(roomOf({ places, sources }, place), (error) => isAppError(error, 'VAULT_PLACE_NOT_THERE'))
})
