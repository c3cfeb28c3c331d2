/** 旧カルテの閲覧: a system no longer used is never late, its last backup is kept for the stated years and stays readable. */
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { systemClock } from '#base'
import { buildPatientIndex, openPatientIndex, searchPatients } from '#chart'
import { house } from './house.ts'

const DAY = 86_400_000
const KEY = Buffer.alloc(32)

test('the last generation of a retired system outlives its policy and opens; today’s system is still asked for', async (t) => {
  const home = house(t)
  let at = systemClock.now()
  const clock = { now: () => at, monotonic: () => systemClock.monotonic() }
  let { vault } = await home.open(clock)
  const folder = join(home.source, 'old')
  mkdirSync(folder)
  const patient = { resourceType: 'Patient', id: 'a', name: [{ text: '試験 花子' }], birthDate: '1950-01-02' }
  writeFileSync(join(folder, 'Patient.json'), JSON.stringify(patient))
  const policy = { ...(await vault.sources())[0]?.policy, dailyDays: 2, weeklyDays: 0, monthlyDays: 0, yearlyDays: 0 }
  const { id } = await vault.addSource({
    kind: 'intake',
    name: '旧カルテ',
    paths: [folder],
    schedule: { cron: '0 2 * * *' },
    policy: { ...policy, floorGenerations: 3, lockDays: 1, ceiling: { days: 365, reason: 'erasure' } },
  })
  await assert.rejects(vault.retireSource(id, 10), { code: 'VAULT_GENERATION_UNKNOWN' }, 'nothing to keep yet')
  assert.equal((await vault.source(id))?.stopped, undefined)
  for (let n = 0; n < 5; n++) {
    await (
      await vault.runs.run(id)
    ).done
    at += DAY
  }
  const last = (await vault.generations.list({ sourceId: id }))[0]!
  assert.equal(await vault.retireSource(id, 10), true)
  assert.equal(await vault.retireSource(id, 1), false, 'a second click changes nothing')
  const kept = (await vault.generations.get(last.id))!
  assert.ok(kept.keepUntil > at + 10 * 365 * DAY && kept.lockedUntil === last.dueAt + 365 * DAY)

  at += 5 * 365 * DAY
  ;({ vault } = await home.open(clock))
  await vault.tick()
  assert.equal((await vault.generations.list({ sourceId: id }))[0]?.id, last.id, 'nothing was taken, nothing went')
  const [taken] = await vault.lights({ stations: 0 })
  assert.deepEqual(
    taken!.reasons.map(({ code, state }) => `${code} ${state}`),
    ['no-source bad', 'source-retired good'],
  )
  const reader = await vault.openGeneration(last.id)
  const { sealed } = await buildPatientIndex(reader, KEY)
  const index = openPatientIndex(sealed, KEY, last.id, reader.intake?.reading)
  assert.equal(searchPatients(index, '花子', 5).total, 1)

  at += 6 * 365 * DAY
  const [over] = await vault.lights({ stations: 0 })
  assert.deepEqual(
    over!.reasons.map(({ code }) => code),
    ['source-stopped'],
  )
  await vault.resumeSource(id)
  assert.equal((await vault.source(id))?.options.keptUntil, undefined)
})
