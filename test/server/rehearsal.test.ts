/** The monthly rehearsal that nobody has to think of (複数月の夜). */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { manualClock } from '#base'
import { DEFAULT_POLICY } from '#vault'
import { house } from './house.ts'

const DAY = 86_400_000
/** Nothing is kept longer than the floor asks: what was tested last month is gone by the next test. */
const SHORT = { ...DEFAULT_POLICY, dailyDays: 5, weeklyDays: 5, monthlyDays: 5, lockDays: 5 }

test('each source is tested every four weeks at the end of its night, and the light never goes out', async (t) => {
  const home = house(t)
  const clock = manualClock(Date.UTC(2026, 10, 28, 17, 30))
  const { vault, ledger } = await home.open(clock)
  await vault.ensureOwnState()
  const input = { kind: 'folder', name: '書類', paths: [home.source], policy: SHORT } as const
  const source = await vault.addSource({ ...input, schedule: { cron: '0 2 * * *' } })
  const proven = async () => (await vault.lights({ stations: 0 })).find((light) => light.name === 'proven')!
  assert.equal((await proven()).reasons[0]?.code, 'restore-never')

  // Where the system cannot isolate the plain restore test stands for the rehearsal.
  const tests = () => vault.jobs.list().filter(({ kind }) => kind === 'rehearsal' || kind === 'restore-test').length
  const tested: number[] = []
  for (let day = 0; day <= 63; day += 7) {
    writeFileSync(join(home.source, `day-${day}.txt`), `day ${day}`)
    const before = tests()
    await vault.tick()
    if (tests() > before) tested.push(day)
    assert.equal((await proven()).state, 'good', `day ${day}`)
    clock.advance(7 * DAY)
  }
  assert.deepEqual(tested, [0, 28, 56])
  assert.equal(await vault.generations.count(source.id), 3, 'the tested ones of the months before are gone')
  const entries: string[] = []
  for await (const { entry } of (await ledger.reader()).entries())
    if (entry.type === 'generation.restored') entries.push(String(entry.data['result']))
  assert.deepEqual(entries, ['complete', 'complete', 'complete'], 'each is in the ledger; own state is not tested')

  // The same night again, and a start between two nights, start none.
  const before = vault.jobs.list().length
  clock.advance(-7 * DAY)
  await vault.tick()
  assert.equal(vault.jobs.list().length, before)
})
