/** The whole sample clinic as charts: every file is in a chart, an older version, or named with its reason. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SAMPLE_MINIMUM_PATIENTS, writeSampleClinic } from '#sample'
import type { Chart, Section } from './model.ts'
import { openChart } from './open-chart.ts'
import { buildPatientIndex, openPatientIndex } from './patient-index/build.ts'
import { searchPatients } from './search/search.ts'
import { memoryGeneration } from './testing/memory-generation.ts'
import { EVERYTHING } from './testing/messages.ts'

const AS_OF = Date.UTC(2026, 10, 21, 14)
const files = new Map<string, Buffer>()
const clinic = writeSampleClinic({
  folder: '/sample',
  asOf: AS_OF,
  patients: SAMPLE_MINIMUM_PATIENTS,
  months: 14,
  disk: {
    isEmpty: () => files.size === 0,
    read: (path) => files.get(path),
    write: (path, bytes) => void files.set(path, Buffer.from(bytes)),
    rename(from, to) {
      files.set(to, files.get(from)!)
      files.delete(from)
    },
  },
})
files.delete('sample.json')
const reader = memoryGeneration(files, 'g', AS_OF)
const index = openPatientIndex((await buildPatientIndex(reader, Buffer.alloc(32))).sealed, Buffer.alloc(32), 'g')
const rowOf = new Map(Array.from({ length: index.size }, (_, row) => [index.entry(row).patientId, row]))

async function chartOf(row: number): Promise<Chart> {
  const { patientKey, patientId, kanji, birthDate } = index.entry(row)
  const identifiers = [patientId, kanji, birthDate]
  const result = await openChart(
    { reader, index, journal: () => undefined },
    { patientKey, access: EVERYTHING, identifiers },
  )
  assert.ok(result.outcome === 'opened', `${patientId}: ${result.outcome}`)
  return result.chart
}
const charts = await Promise.all(Array.from({ length: index.size }, (_, row) => chartOf(row)))
function chartFor(id: string): Chart {
  return charts[rowOf.get(id)!]!
}

test('the counts of the index add up to the files', () => {
  const counts = index.counts()
  assert.equal(
    Object.values(counts).reduce((a, b) => a + b, 0),
    files.size,
  )
  assert.equal(index.size, clinic.patients.length)
  assert.equal(
    counts.quarantined,
    charts.flatMap(({ unshown }) => unshown).filter(({ state }) => state === 'stopped').length,
  )
})

test('every current file is named by its patient’s chart', () => {
  const mentioned = charts.map((chart) => JSON.stringify(chart))
  const lost = [...files.keys()].filter((path) => {
    if (!/_1(\/|$)/.test(path)) return false
    return !mentioned.some((json) => json.includes(JSON.stringify(path).slice(1, -1)))
  })
  // A second file `_1` of one record gives way to the later one; ADT-00 to the newer identity.
  const explained = new Set([...index.problems()].map(({ path }) => path))
  assert.deepEqual(
    lost.filter((path) => !explained.has(path)),
    [],
  )
})

test('exactly the planted problems are found', () => {
  const found = new Set([...index.problems()].map(({ path }) => path))
  const reported = clinic.problems.filter(({ expect }) => expect === 'report')
  assert.ok(reported.length > 0)
  // Of two valid files of one record the problem names the one that gives way.
  const folder = (path: string) => path.slice(0, path.lastIndexOf('/'))
  const folders = new Set([...found].map(folder))
  for (const { path, kind } of reported)
    assert.ok(kind === 'duplicate-current' ? folders.has(folder(path)) : found.has(path), `${kind} ${path}`)
  for (const { kind, path } of clinic.problems)
    if (kind === 'patient-mismatch') {
      const owner = charts.find(({ unshown }) => unshown.some((file) => file.path === path))
      assert.ok(owner, path)
    }
})

test('the cast: allergies, absence, doses, 告知, infections, stays', () => {
  const { cast } = clinic
  const presence = (id: string) => {
    const { allergies } = chartFor(id)
    return allergies.access === 'shown' ? allergies.value.presence : ''
  }
  assert.deepEqual([cast.allergies, cast.noAllergies, cast.allergiesUnrecorded].map(presence), [
    'present',
    'none',
    'not-recorded',
  ])
  const doses = (id: string) => {
    const { prescriptions } = chartFor(id)
    assert.ok(prescriptions.access === 'shown')
    return prescriptions.value.flatMap(({ groups }) => groups).flatMap(({ drugs }) => drugs.map(({ dose }) => dose))
  }
  assert.ok(doses(cast.doses['per-time']).some((dose) => dose.perTime && !dose.perDay))
  assert.ok(doses(cast.doses['per-day']).some((dose) => !dose.perTime && dose.perDay))
  assert.ok(doses(cast.doses.both).some((dose) => dose.perTime && dose.perDay && !dose.contradictory))
  assert.ok(doses(cast.doses.contradictory).some((dose) => dose.contradictory))
  const { problems } = chartFor(cast.uninformed)
  assert.ok(problems.access === 'shown' && problems.value.some(({ told }) => told === 'not-told'))
  for (const [ward, ids] of Object.entries(cast.inpatients))
    for (const id of ids) {
      const { stay } = chartFor(id)
      assert.ok(stay.access === 'shown' && stay.value.inHospital && stay.value.ward === ward, `${id} ${ward}`)
    }
})

test('similar people of the cast are warned of', () => {
  const same = (id: string) => index.sameAs(rowOf.get(id)!)
  assert.ok(same(clinic.cast.sameName[0]).includes('name'))
  assert.ok(same(clinic.cast.sameReading[0]).includes('reading'))
  assert.ok(same(clinic.cast.twins[0]).includes('twin'))
  for (const id of clinic.patients) assert.equal(searchPatients(index, id, 1).hits[0]!.patient.patientId, id)
})

test('a finding stands with its examination, a susceptibility with its organism', () => {
  const shown = <T>(sections: readonly Section<readonly T[]>[]) =>
    sections.flatMap((section) => (section.access === 'shown' ? section.value : []))
  const examinations = shown(charts.map((chart) => chart.examinations))
  const done = examinations.filter(({ modality, stage }) => modality === 'radiology' && stage === 'done')
  assert.ok(done.length > 0)
  assert.ok(done.every(({ report }) => report.some(({ title }) => title === '所見')))
  assert.ok(examinations.filter(({ stage }) => stage === 'order').some(({ resulted }) => resulted))
  const tests = shown(charts.map((chart) => chart.microbiology))
  const susceptibilities = tests.filter(({ test: name }) => name.includes('感受性'))
  assert.ok(susceptibilities.length > 0)
  assert.ok(
    susceptibilities.every(
      ({ organism }) => organism && tests.some(({ lines }) => lines.some(({ text }) => text === organism)),
    ),
  )
})

test('a chart is plain JSON', () => {
  for (const chart of charts) assert.deepEqual(JSON.parse(JSON.stringify(chart)), chart)
})

test('the list of inpatients is that of the wards, each patient where the chart puts them', () => {
  const { wards, total, unreadable } = index.inpatients()
  const found = Object.fromEntries(
    wards.map(({ name, patients }) => [name, patients.map(({ row }) => index.entry(row).patientId).toSorted()]),
  )
  const known = Object.entries(clinic.cast.inpatients).map(([ward, ids]) => [ward, ids.toSorted()] as const)
  assert.deepEqual(found, Object.fromEntries(known))
  assert.equal(total, known.flatMap(([, ids]) => ids).length)
  // The one that is planted: an ADT-31 that is no message.
  assert.equal(unreadable, 1)
  for (const { patients } of wards)
    for (const { row, place } of patients) {
      const { stay } = charts[row]!
      assert.ok(stay.access === 'shown' && stay.value.inHospital)
      const { admittedOn, ward, room, bed, doctor, onLeave } = stay.value
      assert.deepEqual(
        [place.admittedOn, place.ward, place.room, place.bed, place.onLeave],
        [admittedOn?.slice(0, 16), ward, room, bed, onLeave],
      )
      assert.equal(place.doctor?.replace(/\s/g, ''), doctor?.replace(/\s/g, ''))
    }
})

test('bookings of the next days name who comes, when and what for', () => {
  const days = ['2026-11-23', '2026-11-24', '2026-11-25'].map((day) => index.bookings(day))
  assert.ok(days.flat().length >= 3, `only ${days.flat().length}`)
  const dialysis = days.flat().filter(({ text }) => text === '血液透析')
  assert.deepEqual(
    dialysis.map(({ row, start }) => [index.entry(row).patientId, start]),
    [
      [clinic.cast.heavy, '2026-11-23T09:00'],
      [clinic.cast.heavy, '2026-11-25T09:00'],
    ],
  )
  for (const day of days)
    assert.deepEqual(
      day.map(({ start }) => start),
      day.map(({ start }) => start).toSorted(),
    )
})
