import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LockStrength } from '#base'
import { weakestHold } from './weakest-hold.ts'

const FILES = Array.from({ length: 1200 }, (_, i) => i)

test('one file of many without the attribute, and no more than our own refusal is claimed of all', async () => {
  for (const weak of [0, 499, 500, 1199]) {
    const asked: number[] = []
    const lock = (file: number): Promise<LockStrength> => {
      asked.push(file)
      return Promise.resolve(file === weak ? 'logical' : 'immutable-attribute')
    }
    assert.equal(await weakestHold(FILES, lock), 'logical', String(weak))
    assert.deepEqual(asked, FILES, 'the others are held all the same')
  }
  assert.equal(await weakestHold(FILES, () => Promise.resolve('immutable-attribute')), 'immutable-attribute')
})

test('a file that cannot be held at all is an error, not a weaker hold', async () => {
  const lock = (file: number): Promise<LockStrength> =>
    file === 700 ? Promise.reject(new Error('gone')) : Promise.resolve('immutable-attribute')
  await assert.rejects(weakestHold(FILES, lock), /gone/)
})
