import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isAppError } from '#base'
import { memoryGeneration } from '../testing/memory-generation.ts'
import { HARUKO, message, pathOf, type Person } from '../testing/messages.ts'
import type { UnitNotes } from '../ports.ts'
import { buildPatientIndex, openPatientIndex } from './build.ts'

const OLD_NOTE = Uint8Array.of(1, 0, 0)
const OLD_IDENTITY = Buffer.concat([OLD_NOTE, Buffer.from('["0001234","","","","F",0]')])
const KEY = Buffer.alloc(32, 7)
const AS_OF = Date.UTC(2026, 10, 21)
const TARO: Person = { id: '0005678', kanji: '見本^太郎', kana: 'ミホン^タロウ', birthDate: '19470409', sex: 'M' }

function storage(...people: readonly Person[]): Map<string, Buffer> {
  return new Map(people.map((person) => [pathOf('ADT-00', person.id), message('ADT-00', person)]))
}

async function indexOf(files: Map<string, Buffer>, generationId = 'g1') {
  const { sealed } = await buildPatientIndex(memoryGeneration(files, generationId, AS_OF), KEY)
  return openPatientIndex(sealed, KEY, generationId)
}

test('the index knows a patient from the notes alone, and reads no file', async () => {
  const files = storage(HARUKO)
  files.set(pathOf('OMP-01', HARUKO.id, { date: '20261020', order: '000000000000001' }), message('OMP-01', HARUKO))
  files.set(
    pathOf('OMP-01', HARUKO.id, { date: '20261020', order: '000000000000001', flag: '2', at: '20261019000000000' }),
    message('OMP-01', HARUKO),
  )
  const generation = memoryGeneration(files, 'g1', AS_OF)
  const { sealed } = await buildPatientIndex(generation, KEY)
  const index = openPatientIndex(sealed, KEY, 'g1')
  assert.equal(generation.reads.length, 0)
  assert.equal(index.size, 1)
  assert.equal(index.asOf, AS_OF)
  assert.deepEqual(index.entry(0), {
    patientKey: '|0001234',
    patientId: '0001234',
    kanji: '見本　はる子',
    kana: 'ミホン　ハルコ',
    birthDate: '1947-04-09',
    sex: 'female',
    deceased: false,
    identified: true,
    lastCareDate: '2026-10-20',
    units: ['000/123/0001234'],
    kinds: { 'ADT-00': 1, 'OMP-01': 1 },
    counts: { current: 2, superseded: 1, deleted: 0, quarantined: 0, problem: 0, log: 0 },
  })
})

test('a booking or a plan for a day to come is no care that was given', async () => {
  const files = storage(HARUKO)
  const [given, planned] = ['000000000000001', '000000000000002']
  const at = '20261020090000000'
  files.set(pathOf('OMP-01', HARUKO.id, { date: '20261020', order: given, at }), message('OMP-01', HARUKO))
  files.set(pathOf('OMP-01', HARUKO.id, { date: '20261204', order: planned, at }), message('OMP-01', HARUKO))
  assert.equal((await indexOf(files)).entry(0).lastCareDate, '2026-10-20')
})

test('roots of one institution join, two institutions stay two people', async () => {
  const files = new Map<string, Buffer>()
  const old = { ...HARUKO, kanji: '旧姓^はる子', kana: 'キュウセイ^ハルコ' }
  files.set(pathOf('ADT-00', HARUKO.id, { root: '1310000001_1', at: '20250101000000000' }), message('ADT-00', old))
  files.set(pathOf('ADT-00', HARUKO.id, { root: '1310000001_2' }), message('ADT-00', HARUKO))
  files.set(pathOf('ADT-00', HARUKO.id, { root: '1320000002' }), message('ADT-00', TARO))
  files.set(pathOf('ADT-00', TARO.id, { root: '1320000002' }), message('ADT-00', TARO))
  const index = await indexOf(files)
  assert.deepEqual(
    Array.from({ length: index.size }, (_, row) => index.entry(row))
      .map((e) => [e.patientKey, e.kana, e.units.length])
      .sort(),
    [
      ['1310000001|0001234', 'ミホン　ハルコ', 2],
      ['1320000002|0001234', '', 1],
      ['1320000002|0005678', 'ミホン　タロウ', 1],
    ],
  )
})

test('somebody else’s file is counted and named, never an identity', async () => {
  const files = storage(HARUKO)
  files.set(pathOf('PPR-01', HARUKO.id), message('PPR-01', TARO))
  files.set('Thumbs.db', Buffer.from('x'))
  const index = await indexOf(files)
  assert.equal(index.entry(0).counts.quarantined, 1)
  assert.deepEqual([...index.problems()].map(({ code, patientKey }) => [code, patientKey]).sort(), [
    ['outside-layout', undefined],
    ['patient-differs', '|0001234'],
  ])
  assert.deepEqual(
    index.problemsOf(0).map(({ code }) => code),
    ['patient-differs'],
  )
  assert.equal(
    Object.values(index.counts()).reduce((a, b) => a + b, 0),
    files.size,
  )
})

test('unchanged units are taken over without looking at their notes', async () => {
  const files = storage(HARUKO, TARO)
  files.set(pathOf('PPR-01', TARO.id), message('PPR-01', HARUKO))
  const first = await buildPatientIndex(memoryGeneration(files, 'g1', AS_OF), KEY)
  const before = openPatientIndex(first.sealed, KEY, 'g1')
  files.set(pathOf('ADT-12', HARUKO.id, { date: '20261120' }), message('ADT-22', HARUKO))
  const reader = memoryGeneration(files, 'g2', AS_OF + 1)
  let looked = 0
  const watched = {
    ...reader,
    units: () =>
      [...(reader.units() as Iterable<never>)].map(
        (u: { notes(): [] }) => ({ ...u, notes: () => (looked++, u.notes()) }) as never,
      ),
  }
  const second = await buildPatientIndex(watched, KEY, before)
  assert.deepEqual([second.unitsRead, second.unitsReused, looked], [1, 1, 1])
  const after = openPatientIndex(second.sealed, KEY, 'g2')
  const whole = await indexOf(files, 'g2')
  assert.deepEqual(
    Array.from({ length: 2 }, (_, r) => after.entry(r)),
    Array.from({ length: 2 }, (_, r) => whole.entry(r)),
  )
  assert.deepEqual([...after.problems()], [...whole.problems()])
})

test('the sealed index shows nothing, and any changed byte is found', async () => {
  const { sealed } = await buildPatientIndex(memoryGeneration(storage(HARUKO, TARO), 'g1', AS_OF), KEY)
  for (const word of ['0001234', '見本', 'ミホン', '19470409']) assert.equal(sealed.includes(word), false)
  const damaged = (error: unknown) => isAppError(error, 'CHART_INDEX_DAMAGED')
  for (let at = 0; at < sealed.length; at += 7) {
    const changed = Buffer.from(sealed)
    changed[at]! ^= 1
    assert.throws(() => openPatientIndex(changed, KEY, 'g1'), damaged, `byte ${at}`)
  }
  assert.throws(() => openPatientIndex(sealed.subarray(0, -20), KEY, 'g1'), damaged)
  assert.throws(() => openPatientIndex(Buffer.concat([sealed, Buffer.alloc(40)]), KEY, 'g1'), damaged)
  assert.throws(() => openPatientIndex(sealed, Buffer.alloc(32, 8), 'g1'), damaged)
  assert.throws(() => openPatientIndex(sealed, KEY, 'g2'), damaged)
})

const stay = (kind: string, at: string, ...fields: string[]) =>
  message(
    kind,
    HARUKO,
    `EVN||${at}||||${at}`,
    `PV1||I|${fields.join('^')}${'|'.repeat(41)}${at}|${kind === 'ADT-52' ? at : ''}`,
  )

test('an inpatient is on a ward by records of every root, with notes of any version, and gone after the discharge', async () => {
  const files = storage(HARUKO)
  files.set(
    pathOf('ADT-22', HARUKO.id, { root: '1310000001_1', date: '20261119' }),
    stay('ADT-22', '202611191030', '3A', '301', '1'),
  )
  files.set(
    pathOf('ADT-42', HARUKO.id, { root: '1310000001_2', date: '20261120' }),
    stay('ADT-42', '202611201400', '4A', '402'),
  )
  const generation = memoryGeneration(files, 'g1', AS_OF)
  const places = (index: Awaited<ReturnType<typeof indexOf>>) =>
    index
      .inpatients()
      .wards.map(({ name, patients }) => [name, ...patients.map(({ place }) => [place.room, place.admittedOn])])
  assert.deepEqual(places(await indexOf(files)), [['4A', ['402', '2026-11-19T10:30']]])

  // As an older Toride noted them: no place. The records are read, and nothing else is.
  const older = {
    ...generation,
    units: () =>
      [...(generation.units() as Iterable<UnitNotes>)].map((unit) => ({
        ...unit,
        notes: () =>
          [...unit.notes()].map(({ path }) => ({ path, note: path.includes('ADT-00') ? OLD_IDENTITY : OLD_NOTE })),
      })),
  }
  const { sealed } = await buildPatientIndex(older, KEY)
  assert.deepEqual(places(openPatientIndex(sealed, KEY, 'g1')), [['4A', ['402', '2026-11-19T10:30']]])
  assert.equal(generation.reads.length, 2)
  generation.damage(generation.reads[1]!)
  assert.equal((await buildPatientIndex(older, KEY)).unitsRead, 3, 'a damaged record closes no index')

  files.set(
    pathOf('ADT-52', HARUKO.id, { root: '1310000001_2', date: '20261120' }),
    stay('ADT-52', '202611202000', '4A'),
  )
  assert.deepEqual(places(await indexOf(files)), [])
  // What has not happened yet counts for nothing.
  files.set(
    pathOf('ADT-22', HARUKO.id, { root: '1310000001_2', date: '20261201' }),
    stay('ADT-22', '202612011000', '3A'),
  )
  assert.deepEqual(places(await indexOf(files)), [])
})

test('an index of the version before is built again, not half understood', async () => {
  const { sealed } = await buildPatientIndex(memoryGeneration(storage(HARUKO), 'g1', AS_OF), KEY)
  const old = Buffer.from(sealed.toString('latin1').replace('"version":4', '"version":3'), 'latin1')
  assert.equal(old.length, sealed.length)
  assert.throws(
    () => openPatientIndex(old, KEY, 'g1'),
    (error) => isAppError(error, 'CHART_INDEX_DAMAGED'),
  )
})

test('an empty generation has an empty index', async () => {
  const index = await indexOf(new Map())
  assert.equal(index.size, 0)
  assert.deepEqual([...index.problems()], [])
})

test('same name, same reading, twins and same birth date are found over the whole index', async () => {
  const people: Person[] = [
    HARUKO,
    TARO, // twin: same birth date, same family name
    { id: '0000003', kanji: '見本^はる子', kana: 'ミモト^ハルコ', birthDate: '19900101', sex: 'F' },
    { id: '0000004', kanji: '三本^春子', kana: 'みほん^はるこ', birthDate: '19910202', sex: 'F' },
    { id: '0000005', kanji: '別人^一郎', kana: 'ベツジン^イチロウ', birthDate: '19470409', sex: 'M' },
    { id: '0000006', kanji: '他人^二郎', kana: 'タニン^ジロウ', birthDate: '19550505', sex: 'M' },
  ]
  const index = await indexOf(storage(...people))
  const row = index.rowOf('|0001234')!
  assert.deepEqual(index.sameAs(row), ['name', 'reading', 'twin', 'birth-date'])
  assert.deepEqual(
    index.similarTo(row).patients.map(({ patientId, same }) => [patientId, same]),
    [
      ['0000003', ['name']],
      ['0000004', ['reading']],
      ['0005678', ['twin', 'birth-date']],
      ['0000005', ['birth-date']],
    ],
  )
  assert.deepEqual(index.similarTo(row, 2).total, 4)
  assert.deepEqual(index.sameAs(index.rowOf('|0000006')!), [])
})
