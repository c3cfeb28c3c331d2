import assert from 'node:assert/strict'
import { test } from 'node:test'
import { manualClock } from '#base'
import { openDatabase } from '#db'
import {
  BCP_MIGRATIONS,
  EMPTY_DRAFT,
  INSTITUTION_KINDS,
  ordered,
  Plans,
  problemOf,
  progressOf,
  questionsOf,
  rolledUp,
  SECTIONS,
  sectionsOf,
  staleSections,
} from './index.ts'

const clock = manualClock(Date.UTC(2026, 10, 29))
const bia = (systemId: string, rtoHours: number | undefined, ...needs: string[]) => ({
  systemId,
  ...(rtoHours !== undefined && { rtoHours }),
  instead: '',
  needs,
})

test('what a system needs must be back as soon as itself, through any number of others; rings are said', () => {
  const lines = rolledUp([bia('ehr', 4, 'db'), bia('db', 24, 'net'), bia('net', undefined), bia('mail', 72)])
  assert.deepEqual(
    lines.map(({ neededHours, because }) => [neededHours, because]),
    [
      [4, undefined],
      [4, 'ehr'],
      [4, 'ehr'],
      [72, undefined],
    ],
  )
  const ring = rolledUp([bia('a', 8, 'b'), bia('b', 2, 'c'), bia('c', 9, 'a'), bia('d', 1)])
  assert.deepEqual(
    ring.map(({ isRing, neededHours }) => [isRing, neededHours]),
    [
      [true, 2],
      [true, 2],
      [true, 2],
      [false, 1],
    ],
  )
})

test('a small clinic is asked less than a hospital, and the afternoon ends at nothing left', () => {
  const counts = INSTITUTION_KINDS.map((kind) => progressOf(kind, EMPTY_DRAFT).questions)
  assert.ok(counts[0]! < counts[1]! && counts[1]! < counts[2]!, String(counts))
  assert.ok(progressOf('clinic', EMPTY_DRAFT).minutesLeft <= 120, 'an afternoon')
  const keys = SECTIONS.flatMap(({ questions }) => questions.map(({ key }) => key))
  assert.equal(new Set(keys).size, keys.length)
  const answers = Object.fromEntries(
    sectionsOf('clinic').flatMap((section) => questionsOf(section, 'clinic').map(({ key }) => [key, '1'])),
  )
  const done = progressOf('clinic', {
    ...EMPTY_DRAFT,
    answers,
    orders: { care: ['ward'], recovery: ['network'] },
    bia: [{ systemId: 'x', instead: '', needs: [] }],
  })
  assert.deepEqual([done.minutesLeft, done.next, done.orders], [0, undefined, []])
  assert.deepEqual(ordered('care', { ward: '2', emergency: '9', operation: '1', king: '1', billing: '' }), [
    'operation',
    'ward',
    'emergency',
  ])
})

test('an approved version stays, the second click makes none, and what changed since is named', async (t) => {
  const database = await openDatabase({ kind: 'sqlite', file: ':memory:' }, [BCP_MIGRATIONS], clock)
  t.after(() => database.close())
  const plans = new Plans(database.tables(), clock)
  // Two people answer at once: both stay.
  await Promise.all(
    ['a', 'b'].map((key) => plans.change((draft) => ({ ...draft, answers: { ...draft.answers, [key]: '1' } }))),
  )
  assert.deepEqual((await plans.draft()).answers, { a: '1', b: '1' })
  const noted: number[] = []
  const approve = (document: string) =>
    plans.approve(
      { document, sections: { scope: 'h1', backups: 'h2' }, approvedBy: '見本 院長' },
      async ({ number }) => {
        noted.push(number)
      },
    )
  const both = await Promise.all([approve('one'), approve('one')])
  assert.deepEqual([both[0]?.number, both[1]], [1, undefined])
  assert.equal((await approve('two'))?.number, 2)
  assert.deepEqual(noted, [1, 2])
  await assert.rejects(
    plans.approve({ document: 'three', sections: {}, approvedBy: 'x' }, async () => {
      throw new Error('the ledger is full')
    }),
  )
  assert.equal((await plans.versions()).length, 2, 'nothing is approved that the ledger does not know')
  const newest = (await plans.versions())[0]!
  assert.deepEqual(staleSections(newest, { scope: 'h1', backups: 'other', new: 'h3' }), ['backups', 'new'])
  await database
    .tables<{ bcp_version: { number: number; document: string } }>()
    .updateTable('bcp_version')
    .set({ document: 'forged' })
    .where('number', '=', 1)
    .execute()
  await assert.rejects(plans.version(1))
  assert.equal((await plans.version(2))?.document, 'two')
})

test('a number is one of its kind: no month 13', () => {
  const month = SECTIONS.flatMap(({ questions }) => questions).find(({ key }) => key === 'reviewMonth')!
  const said = ['', '1', '12', '0', '13', '四'].map((value) => problemOf(month, value))
  assert.deepEqual(said, [undefined, undefined, undefined, 'out-of-range', 'out-of-range', 'not-a-number'])
})
