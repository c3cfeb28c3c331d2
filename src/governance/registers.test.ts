import assert from 'node:assert/strict'
import { test } from 'node:test'
import { manualClock } from '#base'
import { openDatabase } from '#db'
import {
  CUT_STAGES,
  decidersOf,
  GOVERNANCE_MIGRATIONS,
  isShort,
  knownValues,
  problemsOf,
  Registers,
  updateState,
} from './index.ts'

const clock = manualClock(Date.UTC(2026, 10, 29))

test('entries come in the order in which people use them; lines by the stage of the cut', async (t) => {
  const database = await openDatabase({ kind: 'sqlite', file: ':memory:' }, [GOVERNANCE_MIGRATIONS], clock)
  t.after(() => database.close())
  const registers = new Registers(database.tables(), clock)
  await registers.add('connection', [
    { name: 'a', stage: 'segment', order: '1', place: 'x' },
    { name: 'b', stage: 'outside', place: 'x' },
    { name: 'c', stage: 'outside', order: '5', place: 'x' },
    { name: 'd', stage: 'backup', order: '9', place: 'x' },
  ])
  const lines = await registers.list('connection')
  assert.deepEqual(
    lines.map(({ values }) => values['name']),
    ['d', 'c', 'b', 'a'],
  )
  assert.deepEqual([...new Set(lines.map(({ values }) => values['stage']))], [...CUT_STAGES])

  await registers.add('person', [
    { name: 'deputy', duties: 'deputy', order: '1' },
    { name: 'second', duties: 'decider,scribe', order: '3' },
    { name: 'first', duties: 'decider', order: '2' },
    { name: 'nobody' },
  ])
  const names = decidersOf(await registers.list('person')).map(({ values }) => values['name'])
  assert.deepEqual(names, ['first', 'second', 'deputy'])
})

test('what came with Toride is unverified until somebody wrote or checked it', async (t) => {
  const database = await openDatabase({ kind: 'sqlite', file: ':memory:' }, [GOVERNANCE_MIGRATIONS], clock)
  t.after(() => database.close())
  const registers = new Registers(database.tables(), clock)
  const [one, two] = await registers.add('contact', [{ name: 'a' }, { name: 'b' }], true)
  await registers.check(one!, '見本 花子')
  const all = await registers.list('contact')
  assert.deepEqual(
    all.map(({ unverified, checked }) => [unverified, checked?.by]),
    [
      [false, '見本 花子'],
      [true, undefined],
    ],
  )
  await registers.remove(two!)
  assert.equal(await registers.get(two!), undefined)
  await assert.rejects(registers.change('contact', two!, { name: 'c' }))
})

test('a form is refused field by field, and what is no field or no choice is not kept', () => {
  assert.deepEqual(problemsOf('supply', { name: '', count: '-1', minimum: '5', place: 'x', countedOn: '2026-02-30' }), {
    name: 'required',
    count: 'not-a-number',
    countedOn: 'not-a-date',
  })
  // What a Japanese keyboard writes is a number, and is kept as one.
  const wide = { name: '紙', count: '５', minimum: '１０', place: 'x' }
  assert.deepEqual(problemsOf('supply', wide), {})
  assert.deepEqual([knownValues('supply', wide)['count'], knownValues('supply', wide)['minimum']], ['5', '10'])
  assert.deepEqual(problemsOf('vendor', { name: 'x'.repeat(101), recovery: 'x'.repeat(601) }), {
    name: 'too-long',
    recovery: 'too-long',
  })
  const known = knownValues('person', { name: ' a ', job: 'king', duties: 'scribe,king,decider', admin: '1' })
  assert.deepEqual(
    [known['name'], known['job'], known['duties'], known['admin']],
    ['a', 'other', 'decider,scribe', undefined],
  )
  const supply = (count: string) =>
    ({ id: '', register: 'supply', values: { count, minimum: '5' }, unverified: false, changedAt: 0 }) as const
  assert.deepEqual([isShort(supply('4')), isShort(supply('5'))], [true, false])
  const update = (kind: string, updatedOn: string) => updateState({ kind, updatedOn }, '2026-11-29')
  assert.deepEqual(
    [update('vpn', ''), update('vpn', '2026-08-28'), update('vpn', '2026-08-29'), update('telephone', '')],
    ['none', 'stale', 'good', undefined],
    'boxes towards the outside, three months',
  )
})
