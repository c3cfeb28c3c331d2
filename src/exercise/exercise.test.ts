import assert from 'node:assert/strict'
import { test } from 'node:test'
import { manualClock } from '#base'
import { openDatabase } from '#db'
import { Drills, elapsedMs, EXERCISE_MIGRATIONS, LENGTHS, timetable, Training } from './index.ts'

const MINUTE = 60_000
const START = Date.UTC(2026, 10, 29)

async function scene(t: { after(work: () => unknown): void }) {
  const clock = manualClock(START)
  const database = await openDatabase({ kind: 'sqlite', file: ':memory:' }, [EXERCISE_MIGRATIONS], clock)
  t.after(() => database.close())
  const said: { type: string; data: unknown }[] = []
  const ledger = { append: async (entry: { type: string; data: unknown }) => void said.push(entry) } as never
  const parts = { tables: database.tables<never>() as never, ledger, clock }
  return { clock, said, parts, drills: new Drills(parts) }
}

test('a short drill has the first injects, a long one all of them, and there is time to talk at the end', () => {
  for (const minutes of LENGTHS) {
    const times = timetable(4, minutes)
    assert.equal(times.length, LENGTHS.indexOf(minutes) + 1)
    assert.equal(times[0]!.atMs, 0)
    assert.ok(times.at(-1)!.atMs < minutes * 0.8 * MINUTE)
  }
})

test('the clock stands still while it is paused, and never runs backwards', () => {
  const facts = { startedAt: START, pauses: [{ from: START + 5 * MINUTE, until: START + 8 * MINUTE }] }
  assert.equal(elapsedMs(facts, START + 10 * MINUTE), 7 * MINUTE)
  assert.equal(elapsedMs({ ...facts, pauses: [{ from: START + 5 * MINUTE }] }, START + 60 * MINUTE), 5 * MINUTE)
  assert.equal(elapsedMs(facts, START - 60 * MINUTE), 0, 'the clock of the server was set back')
})

test('a drill counts when it was begun, somebody was there and all is judged; it goes on after a restart', async (t) => {
  const { clock, said, parts, drills } = await scene(t)
  const ids = await Promise.all([0, 1].map(() => drills.plan('d9', 10, '2026-11-29')))
  assert.equal(ids[0], ids[1], 'two clicks plan one')
  const id = ids[0]!
  assert.equal(await drills.end(id, 3, 'p'), 'not-started')
  await drills.start(id)
  clock.advance(MINUTE)
  await drills.start(id)
  const again = new Drills(parts)
  assert.equal((await again.get(id))!.startedAt, START, 'the second press does not begin anew')
  await again.time(id, 'station', '見本 花子')
  clock.advance(2 * MINUTE)
  await again.time(id, 'station', '')
  assert.deepEqual((await again.get(id))!.timed, [
    { part: 'station', from: START + MINUTE, until: START + 3 * MINUTE, by: '見本 花子' },
  ])
  assert.equal(await again.end(id, 3, 'p'), 'nobody')
  await Promise.all([
    again.write(id, { people: [{ name: '見本 花子', job: '事務' }] }),
    again.write(id, { objectives: { 0: 'reached', 1: 'not' } }),
    again.bring(id, 3),
  ])
  assert.equal(await again.end(id, 3, 'p'), 'objectives')
  await again.write(id, { objectives: { 0: 'reached', 1: 'not', 2: 'not' } })
  await Promise.all([again.end(id, 3, 'p'), again.end(id, 3, 'p')])
  assert.equal(said.length, 1, 'two clicks end it once')
  assert.ok(!JSON.stringify(said).includes('見本'))
  assert.equal((await again.get(id))!.endedAt, START + 3 * MINUTE)
  await again.drop(id)
  assert.ok(await again.get(id), 'what was held is evidence')
})

test('a test and a lesson are kept, names out of the ledger', async (t) => {
  const { said, parts } = await scene(t)
  const training = new Training(parts)
  await training.addTest({ who: '見本 花子', job: '事務', seconds: 90, found: 3, onStation: true }, 'p')
  assert.ok(!JSON.stringify(said).includes('見本'))
  assert.equal((await training.tests())[0]!.seconds, 90)
  await training.markRead('usb', 'p1', 1)
  await training.markRead('usb', 'p1', 2)
  assert.deepEqual(
    (await training.read()).map(({ lesson, right }) => [lesson, right]),
    [['usb', 2]],
  )
})
