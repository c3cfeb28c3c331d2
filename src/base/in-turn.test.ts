import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as soon } from 'node:timers/promises'
import { inTurns } from './in-turn.ts'

test('work begins when the one before has ended, also badly, and gets its own answer', async () => {
  const inTurn = inTurns()
  const told: string[] = []
  const work = (name: string) => async () => {
    told.push(`${name} begins`)
    await soon()
    told.push(`${name} ends`)
    if (name === 'b') throw new Error(name)
    return name
  }
  const [a, b, c] = ['a', 'b', 'c'].map((name) => inTurn(work(name)))
  await assert.rejects(b!, { message: 'b' })
  assert.deepEqual([await a, await c], ['a', 'c'])
  assert.deepEqual(told, ['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends'])
})
