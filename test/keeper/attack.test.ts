/**
 * The attack (issue 3): a stolen production administrator, a month in the house, against the Keeper. He has every
 * credential of the clinic and not the Keeper's host. Whatever he tries, every locked generation is there afterwards,
 * byte for byte, as stock restic restores it.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { drown, lie, otherHouse, outwait, takeAway } from './attack-objects.fixture.ts'
import { buildHouse, demandHeld } from './house.fixture.ts'

test('nothing he tries removes, alters or hides a locked generation', async (t) => {
  const house = await buildHouse(t)
  for (const theme of [takeAway, lie, drown, otherHouse, outwait]) await t.test(theme.name, () => theme(house))
  demandHeld(house)
  await house.demandAllRestore(t)
  assert.ok(new Set(house.tries).size >= 40, `${house.tries.length} tries`)
  assert.equal(new Set(house.tries).size, house.tries.length, 'each is another')
})
