import assert from 'node:assert/strict'
import { test } from 'node:test'
import { manualClock } from '#base'
import { openDatabase } from '#db'
import {
  type Drill,
  Drills,
  elapsedMs,
  EXERCISE_MIGRATIONS,
  type ExerciseTables,
  type FindingTest,
  GroupTrainings,
  isTrained,
  learnersOf,
  LENGTHS,
  LESSONS,
  lessonsHad,
  membersOf,
  proposalsOf,
  rolesOf,
  SCENARIOS,
  StaffRules,
  timetable,
  Training,
  UnannouncedDay,
  yearPlan,
} from './index.ts'

const MINUTE = 60_000
const START = Date.UTC(2026, 10, 29)

async function scene(t: { after(work: () => unknown): void }) {
  const clock = manualClock(START)
  const database = await openDatabase({ kind: 'sqlite', file: ':memory:' }, [EXERCISE_MIGRATIONS], clock)
  t.after(() => database.close())
  const said: { type: string; data: unknown }[] = []
  const ledger = { append: async (entry: { type: string; data: unknown }) => void said.push(entry) } as never
  const parts = { tables: database.tables<ExerciseTables>(), ledger, clock }
  return { clock, said, parts, drills: new Drills(parts) }
}

test('each drill is led, decided, written down and watched, and its story has somebody to play it', () => {
  for (const { id } of SCENARIOS) {
    const roles = rolesOf(id)
    for (const role of ['lead', 'decider', 'scribe', 'observer'] as const) assert.ok(roles.includes(role), id)
    assert.ok(roles.length > 4, id)
    assert.deepEqual([roles[0], roles.at(-1)], ['lead', 'observer'])
  }
})

test('the year begins in April; a quarter that has a drill, or is nearly over, gets no proposal', () => {
  const on = (plannedOn: string) => ({ plannedOn }) as Drill
  const days = (drills: readonly Drill[], today: string) => proposalsOf(drills, today).map(({ day }) => day)
  assert.deepEqual(days([], '2026-04-01'), ['2026-05-15', '2026-08-15', '2026-11-15', '2027-02-15'])
  assert.deepEqual(days([on('2026-10-02')], '2026-11-29'), ['2027-02-15'])
  assert.deepEqual(days([], '2026-11-29'), ['2026-12-13', '2027-02-15'], 'in two weeks where the middle is over')
  assert.deepEqual(days([], '2027-03-25'), [], 'a drill in April is of the next year')
  const test = { at: START } as FindingTest
  const year = yearPlan([on('2026-12-20'), on('2026-12-05')], [test], '2027-01-10', () => '2026-11-29')
  assert.deepEqual([year[0]!.month, year[11]!.month], ['2026-04', '2027-03'])
  assert.deepEqual(
    year[8]!.drills.map(({ plannedOn }) => plannedOn),
    ['2026-12-05', '2026-12-20'],
  )
  assert.deepEqual(year.map(({ isTested }) => isTested).indexOf(true), 7)
})

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

test('the contact tree is timed from the first call until everybody answered; two presses count once', async (t) => {
  const { clock, drills } = await scene(t)
  const id = await drills.plan('d1', 10, '2026-11-29')
  await drills.start(id)
  await drills.write(id, { draft: { what: '用紙を足す', owner: '', dueOn: '' } })
  await drills.call(id, '見本 一', false, 2)
  clock.advance(MINUTE)
  await drills.call(id, '見本 二', true, 2)
  clock.advance(MINUTE)
  await Promise.all([drills.call(id, '見本 一', true, 2), drills.call(id, '見本 一', true, 2)])
  clock.advance(MINUTE)
  await drills.call(id, '見本 一', false, 2)
  const { calls, timed, draft } = (await drills.get(id))!
  assert.deepEqual(
    calls.map(({ name, answered, at }) => [name, answered, at - START]),
    [
      ['見本 二', true, MINUTE],
      ['見本 一', true, 2 * MINUTE],
    ],
  )
  assert.deepEqual(timed, [{ part: 'call-tree', from: START, until: START + 2 * MINUTE, by: '' }])
  assert.equal(draft.what, '用紙を足す', 'what is not added yet is kept')
})

test('rules for the staff: a version is never changed, and who read an older one has not read the newest', async (t) => {
  const { clock, said, parts } = await scene(t)
  const rules = new StaffRules(parts)
  await Promise.all([
    rules.publish('席を立つときは、ログアウトする。', 'p'),
    rules.publish('席を立つときは、ログアウトする。', 'p'),
  ])
  assert.equal((await rules.versions()).length, 1, 'two clicks publish one')
  await rules.markRead(1, 'a')
  clock.advance(MINUTE)
  await Promise.all([rules.markRead(1, 'a'), rules.markRead(7, 'a')])
  assert.deepEqual(await rules.read(), [{ number: 1, personId: 'a', at: START }], 'the first time counts')
  await rules.publish('USBを差さない。', 'p')
  const [newest, first] = await rules.versions()
  assert.deepEqual([newest!.number, first!.text], [2, '席を立つときは、ログアウトする。'])
  assert.deepEqual(
    (await rules.read()).filter(({ number }) => number === newest!.number),
    [],
  )
  assert.ok(!JSON.stringify(said).includes('USB'), 'the text stays out of the ledger')
})

test('an unannounced day lies within the days that were named, is told when it has come, and ends with a test', async (t) => {
  const { clock, parts } = await scene(t)
  const days = new UnannouncedDay(parts)
  assert.equal(await days.state([]), undefined)
  for (const [from, until] of [
    ['2026-11-28', '2026-12-01'],
    ['2026-12-02', '2026-12-01'],
    ['2026-12-01', '2027-12-01'],
  ] as const)
    assert.equal(await days.draw(from, until), false, `${from} ${until}`)
  assert.ok(await days.draw('2026-12-01', '2026-12-05'))
  const told = await days.state([])
  assert.deepEqual(told, { from: '2026-12-01', until: '2026-12-05', state: 'waits' }, 'and not which')
  clock.set(Date.UTC(2026, 11, 5, 3))
  assert.equal((await days.state(['2026-11-30']))!.state, 'today', 'a test from before is another')
  assert.equal((await days.state(['2026-12-05']))!.state, 'held')
  const drawn = new Set<string>()
  for (let i = 0; i < 60; i++) {
    await days.draw('2026-12-06', '2026-12-09')
    const rows = await parts.tables.selectFrom('unannounced_day').selectAll().orderBy('number', 'desc').execute()
    drawn.add((rows[0] as unknown as { day: string }).day)
  }
  assert.deepEqual([...drawn].toSorted(), ['2026-12-06', '2026-12-07', '2026-12-08', '2026-12-09'])
})

test('trained: every lesson within a year, alone or in a group, also without an account', async (t) => {
  const { clock, said, parts } = await scene(t)
  const [training, groups] = [new Training(parts), new GroupTrainings(parts)]
  const members = membersOf(
    [
      { id: 'a1', name: '見本 花子' },
      { id: 'a2', name: '見本 花子' },
    ],
    [
      { id: 'r1', name: '見本　花子' },
      { id: 'r2', name: '見本 太郎' },
    ],
  )
  assert.deepEqual(
    members.map(({ keys }) => keys),
    [['account:a1', 'person:r1'], ['account:a2'], ['person:r2']],
    'one person in both lists is one; two accounts are two people',
  )
  const learners = async () => learnersOf(members, await training.read(), await groups.list(), clock.now())
  await training.markRead('usb', 'a1', 0)
  assert.deepEqual((await learners()).map(lessonsHad), [1, 0, 0])
  const people = [
    { keys: ['account:a1', 'person:r1'], name: '見本 花子' },
    { keys: ['person:r2'], name: '見本 太郎' },
  ]
  const held = { day: '2026-11-20', lessons: LESSONS.filter((one) => one !== 'usb'), people }
  await Promise.all([groups.add(held, 'a1'), groups.add(held, 'a1')])
  assert.equal((await groups.list()).length, 1, 'a second click adds none')
  assert.deepEqual((await learners()).map(isTrained), [true, false, false])
  assert.deepEqual((await learners()).map(lessonsHad), [5, 0, 4])
  assert.ok(!JSON.stringify(said).includes('太郎'), 'the ledger hears no name')

  clock.advance(357 * 24 * 60 * MINUTE)
  assert.deepEqual((await learners()).map(lessonsHad), [1, 0, 0], 'a year after the day it was held')
  const [{ id } = { id: '' }] = await groups.list()
  await Promise.all([groups.remove(id, 'a1'), groups.remove(id, 'a1')])
  assert.deepEqual([await groups.list(), said.filter(({ type }) => type === 'training.removed').length], [[], 1])
})
