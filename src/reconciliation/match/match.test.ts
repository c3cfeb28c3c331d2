import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EhrItem, PaperItem } from '../items.ts'
import { matchAll, type Match } from './match.ts'
import { likeness, nameOf } from './names.ts'

const PERIOD = { from: '2026-11-20', until: '2026-11-27' }
let next = 0
const paper = (given: Partial<PaperItem>): PaperItem => ({
  id: `S${String(++next).padStart(4, '0')}#0`,
  sheet: 'S',
  patientKey: 'A',
  kind: 'prescription',
  day: '2026-11-21',
  what: 'アムロジピン錠5mg',
  code: '',
  fields: {},
  ...given,
})
const ehr = (given: Partial<EhrItem>): EhrItem => ({
  id: `R${String(++next).padStart(4, '0')}`,
  patientKey: 'A',
  kind: 'prescription',
  day: '2026-11-21',
  what: 'アムロジピン錠5mg',
  code: '',
  fields: {},
  origin: 'later',
  ...given,
})
const only = (matches: readonly Match[]): Match => {
  assert.equal(matches.length, 1)
  return matches[0]!
}
const outcomes = (matches: readonly Match[]) => matches.map(({ outcome }) => outcome).toSorted()

test('only what is equal is the same, whatever the width; text stays as written', () => {
  const left = paper({ what: 'ｱﾑﾛｼﾞﾋﾟﾝ錠５ｍｇ', fields: { perDay: '１錠', supply: '14日分' } })
  const right = ehr({ fields: { perDay: '1錠', supply: '14日分', usage: '朝食後' } })
  const match = only(matchAll([left], [right], PERIOD))
  assert.equal(match.outcome, 'same')
  assert.deepEqual(
    match.reasons.map(({ code }) => code),
    ['name-same', 'day-same'],
  )
  assert.equal(match.paper?.what, 'ｱﾑﾛｼﾞﾋﾟﾝ錠５ｍｇ')
})

test('another strength, maker, day or dose is never the same: both sides stand there', () => {
  const differing = (a: Partial<PaperItem>, b: Partial<EhrItem>) => {
    const match = only(matchAll([paper(a)], [ehr(b)], PERIOD))
    assert.equal(match.outcome, 'differs')
    return match.differences
  }
  assert.deepEqual(differing({}, { what: 'アムロジピン錠2.5mg' }), [
    { field: 'what', paper: 'アムロジピン錠5mg', ehr: 'アムロジピン錠2.5mg' },
  ])
  assert.equal(differing({}, { what: 'アムロジピン錠5mg「サワイ」' })[0]?.field, 'what')
  assert.equal(differing({}, { what: 'アムロジビン錠5mg' })[0]?.field, 'what')
  assert.deepEqual(differing({}, { day: '2026-11-22' }), [{ field: 'day', paper: '2026-11-21', ehr: '2026-11-22' }])
  assert.deepEqual(differing({ fields: { perDay: '1錠' } }, { fields: { perDay: '2錠' } }), [
    { field: 'perDay', paper: '1錠', ehr: '2錠' },
  ])
  // A code says nothing against two names: somebody may have taken the wrong line of a list.
  assert.equal(
    differing({ code: '1', what: 'アマリール錠1mg' }, { code: '1', what: 'アルマール錠5mg' })[0]?.field,
    'what',
  )
  // 1回量 of one side is no 1日量 of the other, and a dose that only the system has is asked about.
  assert.equal(differing({ fields: { perTime: '1錠' } }, { fields: { perDay: '1錠' } }).length, 2)
})

test('5 and 5.0 are one figure, in one unit, and that is said', () => {
  const lab = { kind: 'lab', what: 'カリウム' } as const
  const match = only(
    matchAll(
      [paper({ ...lab, fields: { value: '5', unit: 'mEq/L' } })],
      [ehr({ ...lab, fields: { value: '5.0', unit: 'mEq/L' } })],
      PERIOD,
    ),
  )
  assert.equal(match.outcome, 'same')
  assert.ok(match.reasons.some(({ code }) => code === 'figures-equal'))
  const other = only(
    matchAll([paper({ ...lab, fields: { value: '<5' } })], [ehr({ ...lab, fields: { value: '5' } })], PERIOD),
  )
  assert.equal(other.outcome, 'differs')
})

test('names that were mixed up before are not brought together', () => {
  const apart = [
    ['タキソール', 'タキソテール'],
    ['アマリール', 'アルマール'],
    ['ノルバスク', 'ノルバデックス'],
    ['サクシン', 'サクシゾン'],
    ['テグレトール', 'テオドール'],
    ['ウログラフイン', 'ウロミテキサン'],
    ['AST', 'ALT'],
    ['', 'AST'],
  ] as const
  for (const [a, b] of apart) assert.equal(likeness(nameOf(a), nameOf(b)), undefined, `${a} ${b}`)
  assert.equal(likeness(nameOf('ワーファリン錠2.5mg'), nameOf('ワーファリン錠25mg')), 'stem')
  assert.equal(likeness(nameOf('ワーファリン錠1mg'), nameOf('ワーファリン顆粒0.2%')), 'stem')
})

test('never across patients, never across kinds', () => {
  assert.deepEqual(outcomes(matchAll([paper({})], [ehr({ patientKey: 'B' })], PERIOD)), ['missing', 'only-ehr'])
  assert.deepEqual(outcomes(matchAll([paper({})], [ehr({ kind: 'injection' })], PERIOD)), ['missing', 'only-ehr'])
})

test('each record belongs to one item; the closest pair first; the order they come in changes nothing', () => {
  const items = [
    paper({ id: 'a', what: 'アムロジピン錠5mg' }),
    paper({ id: 'b', what: 'アムロジピン錠2.5mg' }),
    paper({ id: 'c', what: 'カルボシステイン錠500mg' }),
  ]
  const records = [
    ehr({ id: 'x', what: 'アムロジピン錠2.5mg' }),
    ehr({ id: 'y', what: 'アムロジピン錠5mg' }),
    ehr({ id: 'z', what: 'カルボシステイン錠250mg' }),
  ]
  const pairs = (matches: readonly Match[]) =>
    matches.map((one) => `${one.paper?.id}${one.ehr?.id} ${one.outcome}`).toSorted()
  const expected = ['ay same', 'bx same', 'cz differs']
  assert.deepEqual(pairs(matchAll(items, records, PERIOD)), expected)
  assert.deepEqual(pairs(matchAll(items.toReversed(), records.toReversed(), PERIOD)), expected)
})

test('restored data, a vendor’s feed and hand entry of one act: the second and third are duplicates', () => {
  const records = [
    ehr({ id: 'r', origin: 'restored' }),
    ehr({ id: 's', origin: 'later' }),
    ehr({ id: 't', origin: 'marked' }),
  ]
  const matches = matchAll([paper({})], records, PERIOD)
  assert.deepEqual(outcomes(matches), ['duplicate', 'duplicate', 'same'])
  const joined = matches.find(({ outcome }) => outcome === 'same')?.ehr?.id
  assert.ok(matches.every(({ outcome, of }) => outcome !== 'duplicate' || of === joined))
})

test('a carbon copy is a duplicate of its sheet, not one missing in the system; two results of one day are two', () => {
  assert.deepEqual(outcomes(matchAll([paper({}), paper({})], [ehr({})], PERIOD)), ['duplicate', 'same'])
  const sugar = (time: string) => ({ kind: 'lab', what: '血糖', fields: { value: '120', time } }) as const
  assert.deepEqual(outcomes(matchAll([paper(sugar('08:00')), paper(sugar('12:00'))], [ehr(sugar('08:00'))], PERIOD)), [
    'missing',
    'same',
  ])
})

test('what was there before the outage, or lies outside of it, needs no paper', () => {
  const records = [ehr({ origin: 'restored' }), ehr({ day: '2026-11-19' }), ehr({ day: '2026-11-28' })]
  assert.deepEqual(matchAll([], records, PERIOD), [])
  assert.deepEqual(outcomes(matchAll([], [ehr({ day: '2026-11-27' }), ehr({ day: '', what: 'x' })], PERIOD)), [
    'only-ehr',
    'only-ehr',
  ])
})

test('allergies are told on any day', () => {
  const allergy = { kind: 'allergy', what: 'ペニシリン' } as const
  assert.equal(only(matchAll([paper(allergy)], [ehr({ ...allergy, day: '2019-04-01' })], PERIOD)).outcome, 'same')
})
