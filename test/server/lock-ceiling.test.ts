/** A lock has a ceiling: what is kept beyond it is kept by the policy alone. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { manualClock } from '#base'
import { DEFAULT_POLICY } from '#vault'
import { house } from './house.ts'

const DAY = 86_400_000

test('the first of a month is kept 14 months and locked to the ceiling', async (t) => {
  const home = house(t)
  const clock = manualClock(Date.UTC(2026, 10, 28, 17, 30))
  const { vault } = await home.open(clock)
  await vault.ensureOwnState()
  const ceiling = { days: 40, reason: 'capacity' } as const
  const source = await vault.addSource({
    kind: 'folder',
    name: '書類',
    paths: [home.source],
    policy: { ...DEFAULT_POLICY, ceiling },
    schedule: { cron: '0 2 * * *' },
  })
  await vault.tick()
  const [generation] = await vault.generations.list({ sourceId: source.id })
  assert.equal(generation!.keepUntil, generation!.dueAt + 425 * DAY)
  assert.equal(generation!.lockedUntil, generation!.dueAt + 40 * DAY)
  const refused = { ...DEFAULT_POLICY, floorGenerations: 1 }
  await assert.rejects(
    vault.addSource({ kind: 'folder', name: '別', paths: [home.source], policy: refused }),
    /BASE_CONFIG_INVALID/,
  )
})
