import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseMessage } from '#hl7v2'
import { EXTENSION, findExtension } from '../extensions.ts'
import type { Encounter } from '../types.ts'
import { header, one, origin } from './testing.ts'
import { toResources } from './to-resources.ts'

/** ADT with its own PV1 (the usual header brings one). */
function admit(kind: string, trigger: string, lines: readonly string[]): Encounter {
  const [msh, pid] = header(`ADT^${trigger}`)
  return one(toResources(parseMessage([msh, pid, ...lines].join('\r')), origin(kind)), 'Encounter')
}
const PV1 = (fields: Readonly<Record<number, string>>): string => {
  const all = Array.from({ length: 46 }, () => '')
  return Object.assign(all, { 0: 'PV1', 1: '0001', 2: 'I', 3: '32^302^1^^^N', 7: 'D1^試験^医師' }, fields).join('|')
}

const EVENTS: readonly (readonly [string, string, string, string])[] = [
  ['ADT-01', 'A54', 'in-progress', 'active'],
  ['ADT-12', 'A04', 'arrived', 'active'],
  ['ADT-21', 'A14', 'planned', 'planned'],
  ['ADT-22', 'A01', 'in-progress', 'active'],
  ['ADT-31', 'A21', 'onleave', 'active'],
  ['ADT-32', 'A22', 'in-progress', 'active'],
  ['ADT-41', 'A15', 'in-progress', 'planned'],
  ['ADT-42', 'A02', 'in-progress', 'active'],
  ['ADT-51', 'A16', 'in-progress', 'planned'],
  ['ADT-52', 'A03', 'finished', 'completed'],
]

test('every ADT kind: status, event and place', () => {
  for (const [kind, trigger, status, location] of EVENTS) {
    const encounter = admit(kind, trigger, [PV1({})])
    assert.equal(encounter.status, status, kind)
    assert.equal(encounter.type?.[0]?.coding?.[0]?.code, trigger)
    assert.equal(encounter.location?.[0]?.status, location, kind)
    assert.equal(encounter.location?.[0]?.location.display, '32 302 1')
  }
})

test('ward, room and bed as a chain of contained places', () => {
  const { contained = [] } = admit('ADT-22', 'A01', [PV1({})])
  assert.deepEqual(
    contained.map((place) =>
      place.resourceType === 'Location' ? [place.name, place.physicalType?.coding?.[0]?.code] : [],
    ),
    [
      ['32', 'wa'],
      ['302', 'ro'],
      ['1', 'bd'],
    ],
  )
})

test('admission and discharge as recorded, 退院区分 in its words', () => {
  const encounter = admit('ADT-52', 'A03', [PV1({ 36: '01^治癒^99X', 44: '202603201600', 45: '202604011000' })])
  assert.deepEqual(encounter.period, { start: '2026-03-20T16:00:00+09:00', end: '2026-04-01T10:00:00+09:00' })
  assert.equal(encounter.hospitalization?.dischargeDisposition?.text, '治癒')
})

test('a move: when, where to, where from', () => {
  const encounter = admit('ADT-42', 'A02', ['EVN||202604012100||||202604012000', PV1({ 3: '41^460', 6: '32^302^1' })])
  assert.equal(findExtension(encounter, EXTENSION.eventTime)?.valueDateTime, '2026-04-01T20:00:00+09:00')
  assert.deepEqual(
    encounter.location?.map(({ location, status }) => [location.display, status]),
    [
      ['41 460', 'active'],
      ['32 302 1', 'completed'],
    ],
  )
  assert.equal(findExtension(encounter.location?.[1]?.location, EXTENSION.formerPlace)?.valueBoolean, true)
})

test('a plan: the expected day and the place to be', () => {
  const pv2 = 'PV2|41^460^2|||||||202604051000'
  const encounter = admit('ADT-21', 'A14', [PV1({ 3: '' }), pv2])
  assert.equal(encounter.period?.start, '2026-04-05T10:00:00+09:00')
  assert.deepEqual(
    encounter.location?.map(({ location, status }) => [location.display, status]),
    [['41 460 2', 'planned']],
  )
})

test('a leave ends with the expected return', () => {
  const pv2 = `PV2${'|'.repeat(47)}202604031800`
  const encounter = admit('ADT-31', 'A21', ['EVN||202604012100||||202604011500', PV1({}), pv2])
  assert.deepEqual(encounter.location?.[0]?.period, {
    start: '2026-04-01T15:00:00+09:00',
    end: '2026-04-03T18:00:00+09:00',
  })
})

test('a cancelled admission is cancelled', () => {
  assert.equal(admit('ADT-22', 'A11', [PV1({})]).status, 'cancelled')
})
