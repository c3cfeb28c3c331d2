import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { takeInventory } from './inventory.ts'
import type { Note, ProblemCode } from './types.ts'

const GOOD: Note = { check: 'same', identity: undefined, problems: [] }
const file = (path: string, note: Partial<Note> = {}) => ({ path, note: { ...GOOD, ...note } })

interface Version {
  root?: string
  kind?: string
  order?: string
  at?: string
  department?: string
  flag?: string
}
const path = ({
  root = 'r1',
  kind = 'OMP-01',
  order = '000000000000001',
  at = '01',
  department = '01',
  flag = '1',
}: Version) =>
  `${root}/999/901/9999013/20111220/${kind}/9999013_20111220_${kind}_${order}_201112201030${at}000_${department}_${flag}`
const versions = (...all: Version[]) => takeInventory(all.map((version) => file(path(version))))
const states = (...all: Version[]) => versions(...all).files.map(({ state }) => state)
const codes = (...all: Version[]) => versions(...all).problems.map(({ code }) => code)

test('flag 1 is current, 2 superseded, 0 deleted', () => {
  assert.deepEqual(states({ at: '01', flag: '2' }, { at: '02', flag: '1' }, { order: '2', flag: '0' }), [
    'superseded',
    'current',
    'deleted',
  ])
  assert.deepEqual(codes({ at: '01', flag: '2' }, { at: '02', flag: '1' }), [])
  // An older guideline example marks what an update replaced with 0.
  assert.deepEqual(codes({ at: '01', flag: '0' }, { at: '02', flag: '1' }), [])
  assert.deepEqual(states({ flag: '0' }, { at: '02', flag: '0' }), ['deleted', 'deleted'])
})

test('two valid files of one record: the latest is shown, and it is said', () => {
  assert.deepEqual(states({ at: '02' }, { at: '01' }), ['current', 'superseded'])
  assert.deepEqual(versions({ at: '02' }, { at: '01' }).problems, [{ code: 'two-current', path: path({ at: '01' }) }])
  assert.deepEqual(states({ kind: 'OMP-01' }, { kind: 'OMP-02' }, { order: '2' }), ['current', 'current', 'current'])
})

test('two roots: versions meet, copies are named', () => {
  assert.deepEqual(states({ root: 'r1', at: '01', flag: '2' }, { root: 'r2', at: '02' }), ['superseded', 'current'])
  assert.deepEqual(states({ root: 'r1' }, { root: 'r2' }).toSorted(), ['current', 'superseded'])
  assert.deepEqual(codes({ root: 'r1' }, { root: 'r2' }), ['duplicate-in-roots'])
})

test('two facilities may give two people one number', () => {
  assert.deepEqual(states({ root: '1111111111' }, { root: '2222222222', at: '02' }), ['current', 'current'])
  assert.deepEqual(states({ root: '1111111111' }, { root: 'vol2', at: '02' }), ['superseded', 'current'])
  assert.deepEqual(states({ root: '1111111111_1' }, { root: 'x/1111111111_2', at: '02' }), ['superseded', 'current'])
})

test('a cancellation later than what still says valid is named', () => {
  assert.deepEqual(codes({ at: '01', flag: '1' }, { at: '02', flag: '0' }), ['newer-not-current'])
  assert.deepEqual(states({ at: '01', flag: '1' }, { at: '02', flag: '0' }), ['current', 'deleted'])
})

test('two departments receive a patient on one day: both visits are shown', () => {
  const visit = { kind: 'ADT-12', order: '999999999999999' }
  assert.deepEqual(states({ ...visit, department: '01' }, { ...visit, department: '02', at: '02' }), [
    'current',
    'current',
  ])
  assert.deepEqual(states({ ...visit, at: '01' }, { ...visit, at: '02' }), ['superseded', 'current'])
})

test('a file of another patient is quarantined and pushes nothing out', () => {
  const inventory = takeInventory([
    file(path({ at: '01' })),
    file(path({ at: '02' }), { check: 'different', problems: ['patient-differs'] }),
    file(path({ at: '03' }), { check: 'unchecked', problems: ['not-hl7'] }),
  ])
  assert.deepEqual(
    inventory.files.map(({ state }) => state),
    ['current', 'quarantined', 'problem'],
  )
  assert.deepEqual(
    inventory.problems.map(({ code }) => code),
    ['patient-differs', 'not-hl7'],
  )
})

test('a content folder stands together', () => {
  const folder = '999/901/9999013/20111220/^s^^18842-5^x^LN/9999013_20111220_s_k_20111220103001000_-_1'
  const inventory = takeInventory([
    file(`${folder}/main.xml`),
    file(`${folder}/a/1.jpg`),
    file(`${folder}/2.jpg`, { problems: ['empty-file'] }),
  ])
  assert.deepEqual(
    inventory.files.map(({ state, place }) => [state, place?.contentPath]),
    [
      ['current', 'main.xml'],
      ['current', 'a/1.jpg'],
      ['problem', '2.jpg'],
    ],
  )
  const mixed = takeInventory([file(`${folder}/main_document.hl7`, { check: 'different' }), file(`${folder}/1.jpg`)])
  assert.equal(mixed.counts.quarantined, 2)
})

test('strays and logs count too', () => {
  const { counts, problems } = takeInventory([
    file('Thumbs.db', { check: 'unchecked' }),
    file('2011/TR_20111220103059000_00001.DAT', { check: 'unchecked' }),
    file(path({ flag: '7' })),
  ])
  assert.deepEqual([counts.problem, counts.log], [2, 1])
  assert.deepEqual(
    problems.map(({ code }) => code),
    ['outside-layout', 'flag-unknown'],
  )
})

test('every file has one state, at most one version of a record is current', () => {
  const version = fc.record({
    root: fc.constantFrom('r1', 'r2'),
    kind: fc.constantFrom('OMP-01', 'ADT-12', 'XYZ-01'),
    order: fc.constantFrom('1', '999999999999999'),
    at: fc.constantFrom('01', '02', '03'),
    department: fc.constantFrom('01', '-'),
    flag: fc.constantFrom('0', '1', '2', '9'),
  })
  const note = fc.record({
    check: fc.constantFrom<Note['check']>('same', 'padded', 'different', 'missing', 'unchecked'),
    problems: fc.subarray<ProblemCode>(['empty-file', 'charset-deviation', 'cut-short']),
  })
  fc.assert(
    fc.property(fc.uniqueArray(fc.tuple(version, note), { selector: ([v]) => path(v) }), (all) => {
      const files = all.map(([v, n]) => file(path(v), n))
      const inventory = takeInventory(files)
      assert.deepEqual(inventory.files.map((f) => f.path).toSorted(), files.map((f) => f.path).toSorted())
      assert.equal(
        Object.values(inventory.counts).reduce((sum, n) => sum + n, 0),
        files.length,
      )
      const current = inventory.files
        .filter(({ state }) => state === 'current')
        .map(({ place }) => {
          const { dataKind, orderNo, department } = place!
          return `${dataKind} ${orderNo} ${dataKind === 'ADT-12' && orderNo !== '1' ? department : ''}`
        })
      assert.equal(new Set(current).size, current.length)
      for (const { path, state } of inventory.files)
        if (state === 'problem') assert.ok(inventory.problems.some((problem) => problem.path === path))
    }),
  )
})
