/** A source that is taken on change, in a whole institution: by ticks alone, with the state that outlives a restart. */
import assert from 'node:assert/strict'
import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { systemClock } from '#base'
import type { Institution } from '#server'
import type { RuleFinding } from '#vault'
import { house } from './house.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

test('a change becomes a generation; days without one count by their looks; nobody looking is said', async (t) => {
  const home = house(t)
  let at = systemClock.now()
  const clock = { now: () => at, monotonic: () => systemClock.monotonic() }
  let institution: Institution = await home.open(clock)
  await institution.vault.ensureOwnState()
  const { id } = await institution.vault.addSource({
    kind: 'folder',
    name: '設定',
    paths: [home.source],
    options: { onChange: true },
  })
  const tick = async (laterMs: number): Promise<number> => {
    at += laterMs
    await institution.vault.tick()
    return (await institution.vault.generations.list({ sourceId: id })).length
  }
  const reasons = async (): Promise<string[]> => {
    const [taken] = await institution.vault.lights({ stations: 0 })
    return [taken!.state, ...taken!.reasons.map(({ code }) => code)]
  }
  assert.equal(await tick(0), 1, 'the first at once')
  assert.equal(await tick(MINUTE), 1)
  for (let hours = 0; hours < 48; hours += 6) await tick(6 * HOUR)
  assert.equal((await institution.vault.generations.list({ sourceId: id })).length, 1, 'nothing changed in two days')
  assert.deepEqual(await reasons(), ['good', 'source-taken', 'source-unchanged'])
  const { policies } = institution.vault
  const source = (await institution.vault.source(id))!
  const daily = (findings: readonly RuleFinding[]) => findings.find(({ rule }) => rule === 'every-business-day')?.state
  assert.equal(daily((await policies.judge(source)).findings), 'met', 'by its looks')
  const plan = policies.planOf(source)
  const longer = { ...plan, policy: { ...plan.policy, dailyDays: plan.policy.dailyDays + 7 } }
  const preview = await policies.preview(source, longer)
  assert.deepEqual([preview.refusals, daily(preview.after)], [[], 'met'])
  const short = { ...plan, policy: { ...plan.policy, dailyDays: 18, lockDays: 18 } }
  assert.deepEqual((await policies.preview(source, short)).refusals, [{ code: 'third-unlocked', have: 18, need: 19 }])

  writeFileSync(join(home.source, 'file-1.txt'), 'another setting')
  assert.equal(await tick(6 * MINUTE), 1)
  assert.deepEqual(await reasons(), ['good', 'source-taken', 'source-changed'])
  institution = await home.open(clock)
  assert.equal(await tick(6 * MINUTE), 1, 'not quiet for ten minutes yet, by what was kept')
  assert.equal(await tick(6 * MINUTE), 2)
  assert.equal(await tick(6 * MINUTE), 2)

  renameSync(home.source, `${home.source}-away`)
  assert.equal(await tick(6 * MINUTE), 2)
  assert.ok((await institution.vault.source(id))?.watch?.failedAt)
  at += 27 * HOUR
  assert.deepEqual(await reasons(), ['bad', 'source-not-looked'])
  renameSync(`${home.source}-away`, home.source)
  assert.equal(await tick(6 * MINUTE), 2)
  assert.deepEqual(await reasons(), ['good', 'source-taken', 'source-unchanged'])
  for (let days = 0; days < 6; days++) await tick(24 * HOUR)
  assert.equal((await institution.vault.generations.list({ sourceId: id })).length, 3, 'every six days in any case')
})
