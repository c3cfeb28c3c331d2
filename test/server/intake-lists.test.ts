/** Wards, appointments, dialysis and visits at home out of sources without SS-MIX2: FHIR files and an appointment CSV, backed up whole. */
import assert from 'node:assert/strict'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { addDays, institutionDate } from '#base'
import { house } from './house.ts'
import { firstPerson } from './person.ts'

const ndjson = (...values: object[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join('')
const PHYSICAL = 'http://terminology.hl7.org/CodeSystem/location-physical-type'
const location = (id: string, name: string, code: string, within?: string) => ({
  resourceType: 'Location',
  id,
  name,
  physicalType: { coding: [{ system: PHYSICAL, code }] },
  ...(within && { partOf: { reference: `Location/${within}` } }),
})
const patient = (id: string, number: string, name: string) => ({
  resourceType: 'Patient',
  id,
  identifier: [{ system: 'urn:example:mrn', value: number }],
  name: [{ text: name }],
  birthDate: '1950-01-02',
})
const encounter = (id: string, of: string, kind: string, status: string, more: object = {}) => ({
  resourceType: 'Encounter',
  id,
  meta: { lastUpdated: '2026-11-02T00:00:00Z' },
  status,
  class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: kind },
  subject: { reference: `Patient/${of}` },
  ...more,
})
const bed = (id: string, more: object = {}) => ({ location: { reference: `Location/${id}` }, ...more })

test('an encounter of a FHIR file lies on its ward until it ends; bookings stand on their day', async (t) => {
  const home = house(t)
  const institution = await home.open()
  const { vault } = institution
  const [fhir, csv] = ['fhir', 'csv'].map((name) => join(home.source, name)) as [string, string]
  for (const folder of [fhir, csv]) mkdirSync(folder)
  const today = institutionDate(Date.now())
  const at = (day: string, time: string) => `${day}T${time}:00+09:00`
  const since = { start: at(addDays(today, -9), '10:30') }

  writeFileSync(
    join(fhir, 'Location.ndjson'),
    ndjson(
      location('w', '3階東病棟', 'wa'),
      location('r', '301', 'ro', 'w'),
      location('b1', '1', 'bd', 'r'),
      location('b2', '2', 'bd', 'r'),
      location('loop', '輪', 'bd', 'loop'),
    ),
  )
  writeFileSync(
    join(fhir, 'Patient.ndjson'),
    ndjson(...['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((id, n) => patient(id, `00${n + 1}`, `試験 ${id}`))),
  )
  writeFileSync(
    join(fhir, 'Encounter.ndjson'),
    ndjson(
      // Moved: the bed that was left is named first.
      encounter('1', 'a', 'IMP', 'in-progress', {
        period: since,
        location: [bed('b1', { status: 'completed' }), bed('b2', { status: 'active' })],
        serviceType: { text: '内科' },
        participant: [{ individual: { display: '当直 太郎' } }],
      }),
      encounter('2', 'b', 'IMP', 'finished', { period: { ...since, end: at(today, '00:00') }, location: [bed('b1')] }),
      encounter('3', 'c', 'IMP', 'onleave', { period: since, location: [bed('loop')] }),
      encounter('4', 'd', 'IMP', 'planned', {
        period: { start: at(addDays(today, 1), '10:00') },
        location: [bed('b1')],
      }),
      encounter('5', 'e', 'AMB', 'in-progress', { period: since, location: [bed('w')] }),
      encounter('6', 'e', 'HH', 'planned', { period: { start: at(today, '23:50') }, serviceType: { text: '内科' } }),
      // Without a place, without a start: still somebody in hospital.
      encounter('7', 'g', 'IMP', 'in-progress'),
    ),
  )
  // The same stay in last month's export, when it went on; an appointment that was called off since.
  const old = { meta: { lastUpdated: '2026-10-01T00:00:00Z' } }
  const appointment = (id: string, status: string, start: string, more: object = {}) => ({
    resourceType: 'Appointment',
    id,
    meta: { lastUpdated: '2026-11-02T00:00:00Z' },
    status,
    start,
    participant: [{ actor: { reference: 'Patient/f' }, status: 'accepted' }],
    ...more,
  })
  writeFileSync(
    join(fhir, 'old.ndjson'),
    ndjson(
      { ...encounter('2', 'b', 'IMP', 'in-progress', { period: since, location: [bed('b1')] }), ...old },
      { ...appointment('9', 'booked', at(today, '11:00')), ...old },
    ),
  )
  writeFileSync(
    join(fhir, 'Appointment.ndjson'),
    ndjson(
      appointment('8', 'booked', at(today, '09:00'), { serviceType: [{ text: '血液透析' }], description: 'ベッド5' }),
      appointment('9', 'cancelled', at(today, '11:00')),
    ),
  )
  writeFileSync(
    join(csv, '予約.csv'),
    `予約日,時刻,患者番号,氏名,診療科,内容,状態\n${today},9:30,9001,予約 一郎,内科,訪問診療,予約\n${today},9:40,9002,予約 二郎,内科,再診,キャンセル\n`,
  )
  const source = await vault.addSource({
    kind: 'intake',
    name: 'FHIR',
    paths: [fhir],
    options: { intake: [{ format: 'fhir', settings: {} }] },
  })
  const columns = (['date', 'time', 'id', 'name', 'department', 'text', 'status'] as const).map((role, n) => ({
    heading: ['予約日', '時刻', '患者番号', '氏名', '診療科', '内容', '状態'][n]!,
    role,
  }))
  const book = await vault.addSource({
    kind: 'intake',
    name: '予約',
    paths: [csv],
    options: {
      intake: [
        { format: 'csv', settings: { tables: [{ file: '予約*.csv', kind: 'bookings', headingRow: 1, columns }] } },
      ],
    },
  })
  for (const { id } of [source, book]) await (await vault.runs.run(id)).done
  const { viewer, services } = await firstPerson(institution)

  const [list, ...others] = (await services.charts.inpatients(viewer))!
  assert.equal(others.length, 0, 'the appointment book says nothing of wards')
  assert.equal(list!.unreadable, 0)
  const beds = list!.wards.map(({ name, patients }) => [
    name,
    ...patients.map((p) => [p.patient.patientId, p.room, p.bed, p.onLeave]),
  ])
  assert.deepEqual(beds, [
    ['3階東病棟', ['001', '301', '2', false]],
    ['', ['007', undefined, undefined, false], ['003', undefined, '輪', true]],
  ])
  const [first] = list!.wards[0]!.patients
  assert.deepEqual(
    [first!.department, first!.doctor, first!.since],
    ['内科', '当直 太郎', `${addDays(today, -9)}T10:30`],
  )

  const expected = async (day: string) =>
    (await services.charts.expected(viewer, day))!.rows.map(({ patient: p, start, department, text, by }) =>
      [p.patientId, start.slice(11), department, text, by].join(' '),
    )
  assert.deepEqual(await expected(today), [
    '006 09:00 血液透析 ベッド5 appointment',
    '9001 09:30 内科 訪問診療 appointment',
    '005 23:50 内科 在宅（HH） appointment',
  ])
  assert.deepEqual(await expected(addDays(today, 1)), ['004 10:00  3階東病棟 admission'])

  // The chart says the same of where the patient is.
  const generationId = list!.generationId
  const { key, patientId, kanji } = first!.patient
  const identifiers = [patientId, kanji ?? '']
  const opened = await services.charts.open(viewer, key, { generationId, identifiers })
  assert.ok(opened.kind === 'ok' && opened.chart.stay.access === 'shown')
  const { ward, room, bed: inBed, onLeave } = opened.chart.stay.value
  assert.deepEqual([ward, room, inBed, onLeave], ['3階東病棟', '301', '2', false])

  // So do the bookings; one that was called off stays, with that word.
  const bookingsOf = async (number: string) => {
    const hit = (await services.charts.expected(viewer, today))!.rows.find(({ patient: p }) => p.patientId === number)!
    const asked = { generationId: hit.generationId, identifiers: [number, hit.patient.kanji ?? ''] }
    const seen = await services.charts.open(viewer, hit.patient.key, asked)
    assert.ok(seen.kind === 'ok' && seen.chart.documents.access === 'shown')
    return seen.chart.documents.value
      .filter(({ kind }) => kind === 'booking')
      .map(({ at: when, title, status }) => [when?.slice(11, 16), title, status].join(' ').trim())
  }
  assert.deepEqual(await bookingsOf('006'), ['11:00  cancelled', '09:00 血液透析 ベッド5'])
  assert.deepEqual(await bookingsOf('9001'), ['09:30 内科 訪問診療'])
  assert.deepEqual(await bookingsOf('005'), ['23:50'])

  // A line that nobody can read may be somebody in a bed: counted, and the others stay.
  writeFileSync(join(fhir, 'Encounter-2.ndjson'), '{"resourceType":"Encounter","id":"x", broken\n')
  rmSync(join(fhir, 'old.ndjson'))
  await (
    await vault.runs.run(source.id)
  ).done
  const [after] = (await services.charts.inpatients(viewer))!
  assert.deepEqual([after!.total, after!.unreadable], [3, 1])
})
