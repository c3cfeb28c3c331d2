/** Sources whose files hold many patients, in a whole institution: backed up as they are, read as charts out of the backup. */
import assert from 'node:assert/strict'
import { appendFileSync, cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import {
  buildPatientIndex,
  openChart,
  openDocument,
  openPatientIndex,
  type Chart,
  type PatientIndex,
  searchPatients,
} from '#chart'
import type { Institution } from '#server'
import type { GenerationReader } from '#vault'
import { EVERYTHING } from '../../src/chart/testing/messages.ts'
import { house } from './house.ts'

const DATA = fileURLToPath(new URL('../../../shared/data/', import.meta.url))
const skip = existsSync(`${DATA}synthea_bulk`) ? false : 'the public FHIR samples are not beside the checkout'
const KEY = Buffer.alloc(32)

interface Opened {
  readonly reader: GenerationReader
  readonly index: PatientIndex
}

async function takeAndOpen({ vault }: Institution, sourceId: string): Promise<Opened> {
  const { id } = await (await vault.runs.run(sourceId)).done
  return open(await vault.openGeneration(id))
}

async function open(reader: GenerationReader): Promise<Opened> {
  const { sealed } = await buildPatientIndex(reader, KEY)
  return { reader, index: openPatientIndex(sealed, KEY, reader.generationId, reader.intake?.reading) }
}

async function chartOf({ reader, index }: Opened, row: number): Promise<Chart> {
  const { patientKey, patientId, kanji, birthDate } = index.entry(row)
  const identifiers = [patientId, kanji, birthDate]
  const result = await openChart(
    { reader, index, journal: () => undefined },
    { patientKey, access: EVERYTHING, identifiers },
  )
  assert.ok(result.outcome === 'opened', `${patientId}: ${result.outcome}`)
  return result.chart
}

function drugsIn({ prescriptions }: Chart): number {
  assert.ok(prescriptions.access === 'shown')
  return prescriptions.value.flatMap(({ groups }) => groups.flatMap(({ drugs }) => drugs)).length
}

const patient = (id: string, number: string, name: string, birthDate = '1950-01-02') => ({
  resourceType: 'Patient',
  id,
  identifier: [{ system: 'urn:example:mrn', value: number }],
  name: [{ text: name }],
  gender: 'female',
  birthDate,
})
const order = (id: string, of: string, drug: string) => ({
  resourceType: 'MedicationRequest',
  id,
  status: 'active',
  intent: 'order',
  subject: { reference: `Patient/${of}` },
  authoredOn: '2026-11-01',
  medicationReference: { reference: `Medication/${drug}` },
})
const ndjson = (...values: object[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join('')

test('a folder of FHIR files becomes charts out of the locked backup, and stays each patient’s own', async (t) => {
  const home = house(t)
  const institution = await home.open()
  const { vault } = institution
  const folder = join(home.source, 'fhir')
  mkdirSync(folder)
  writeFileSync(
    join(folder, 'Patient.ndjson'),
    ndjson(patient('a', '001', '試験 花子'), patient('b', '002', '試験 桜')),
  )
  writeFileSync(
    join(folder, 'MedicationRequest.ndjson'),
    ndjson(order('1', 'a', 'm'), order('2', 'b', 'm'), order('3', 'a', 'm')),
  )
  writeFileSync(
    join(folder, 'Medication.ndjson'),
    ndjson({ resourceType: 'Medication', id: 'm', code: { text: 'アムロジピン錠5mg' } }),
  )
  writeFileSync(join(folder, 'bad.json'), '{ "resourceType": $type }')
  const { id } = await vault.addSource({
    kind: 'intake',
    name: 'FHIR',
    paths: [folder],
    options: { intake: [{ format: 'fhir', settings: {} }] },
  })
  const first = await takeAndOpen(institution, id)
  assert.equal(first.index.size, 2)
  assert.equal((await vault.generations.list({ sourceId: id }))[0]?.patients, 2)
  const row = first.index.rowOf(searchPatients(first.index, '花子', 10).hits[0]!.patient.patientKey)!
  const chart = await chartOf(first, row)
  assert.ok(chart.identity.access === 'shown' && chart.prescriptions.access === 'shown')
  assert.deepEqual([chart.identity.value.patientId, chart.identity.value.kanji], ['001', '試験 花子'])
  assert.equal(drugsIn(chart), 2)
  assert.match(JSON.stringify(chart.prescriptions.value), /アムロジピン錠5mg/, 'the drug that lies in another file')
  assert.deepEqual(
    [...first.index.problems()].map(({ code }) => code),
    ['json-broken'],
  )

  // The next night: one record more. What the first night saw stays as it was.
  appendFileSync(join(folder, 'MedicationRequest.ndjson'), ndjson(order('4', 'b', 'm')))
  const second = await takeAndOpen(institution, id)
  const counts = async (opened: Opened): Promise<number[]> => {
    const charts = await Promise.all(['001', '002'].map((n) => chartOf(opened, opened.index.rowOf(`|${n}`)!)))
    return charts.map(drugsIn)
  }
  assert.deepEqual(
    [await counts(second), await counts(first)],
    [
      [2, 2],
      [2, 1],
    ],
  )

  // The catalogue is a cache: without it everything is found again.
  await home.close()
  for (const file of readdirSync(home.folder, { recursive: true, encoding: 'utf8' }))
    if (/catalogue.*\.db|\.db(-wal|-shm)?$/.test(file) && /repositor|places/.test(file))
      rmSync(join(home.folder, file), { force: true })
  const again = await home.open()
  const generation = (await again.vault.generations.list({ sourceId: id }))[0]!
  assert.deepEqual(await counts(await open(await again.vault.openGeneration(generation.id))), [2, 2])
})

test('a file that nobody can read leaves open what it may hold, and a decayed one costs its own patients only', async (t) => {
  const home = house(t)
  const institution = await home.open()
  const folder = join(home.source, 'fhir')
  mkdirSync(folder)
  writeFileSync(join(folder, 'Patient.ndjson'), ndjson(patient('a', '001', '試験 花子')))
  writeFileSync(join(folder, 'AllergyIntolerance.json'), '{ "resourceType": $broken }')
  const { id } = await institution.vault.addSource({ kind: 'intake', name: 'FHIR', paths: [folder] })
  const chart = await chartOf(await takeAndOpen(institution, id), 0)
  const presence = ({ allergies }: Chart) => allergies.access === 'shown' && [allergies.value.presence, allergies.gaps]
  assert.deepEqual(presence(chart), ['unconfirmed', 1])
  assert.ok(chart.prescriptions.access === 'shown' && chart.prescriptions.gaps === 0)
  assert.ok(!JSON.stringify(chart.unshown).includes('AllergyIntolerance'), 'no path of what may be another patient’s')

  rmSync(join(folder, 'AllergyIntolerance.json'))
  assert.deepEqual(presence(await chartOf(await takeAndOpen(institution, id), 0)), ['not-recorded', 0])
})

test('a document inside a record opens out of the backup, checked, and nothing else does by its name', async (t) => {
  const home = house(t)
  const institution = await home.open()
  const folder = join(home.source, 'fhir')
  mkdirSync(folder)
  const pdf = Buffer.from('%PDF-1.4 試験')
  const data = pdf.toString('base64')
  const document = (id: string, attachment: object) => ({
    resourceType: 'DocumentReference',
    id,
    status: 'current',
    subject: { reference: 'Patient/a' },
    description: id,
    content: [{ attachment: { contentType: 'text/plain', data: 'YQ==' } }, { attachment }],
  })
  const inside = document('inside', { contentType: 'application/pdf', data })
  const apart = document('apart', { contentType: 'application/pdf', url: 'https://ehr.example/fhir/Binary/b' })
  writeFileSync(
    join(folder, 'all.ndjson'),
    ndjson(patient('a', '001', '試験 花子'), order('1', 'a', 'm'), inside, apart),
  )
  writeFileSync(
    join(folder, 'Binary.ndjson'),
    ndjson({ resourceType: 'Binary', id: 'b', contentType: 'application/pdf', data }),
  )
  const letter = {
    resourceType: 'Bundle',
    type: 'document',
    entry: [patient('a', '001', '試験 花子'), document('letter', { contentType: 'application/pdf', data })].map(
      (resource) => ({ resource }),
    ),
  }
  writeFileSync(join(folder, 'letter.json'), JSON.stringify(letter, null, 1))
  const { id } = await institution.vault.addSource({ kind: 'intake', name: 'FHIR', paths: [folder] })
  const opened = await takeAndOpen(institution, id)
  assert.equal(opened.index.size, 1)
  const chart = await chartOf(opened, 0)
  assert.ok(chart.documents.access === 'shown')
  assert.deepEqual(chart.documents.value.map(({ title, text }) => `${title} ${text}`).sort(), [
    'apart a',
    'inside a',
    'letter a',
  ])
  for (const { files, title } of chart.documents.value) {
    const found = await openDocument(opened.reader, chart, files[0]!.path)
    assert.ok(found && Buffer.from(found.bytes).equals(pdf), title)
    assert.equal(found.contentType, 'application/pdf')
  }
  const [some] = chart.documents.value[0]!.files
  const guessed = some!.path.replace(/!.*$/, '!0.0')
  assert.equal(await openDocument(opened.reader, chart, guessed), undefined, 'what the chart does not name')
  await assert.rejects(opened.reader.readFile(`${join(folder, 'all.ndjson')}#0-99999!7.7`), {
    code: 'VAULT_FILE_UNKNOWN',
  })
})

test('no record opens other bytes than its own by an address that it carries', async (t) => {
  const home = house(t)
  const institution = await home.open()
  const folder = join(home.source, 'fhir')
  mkdirSync(folder)
  const other = join(folder, 'other.ndjson')
  const path = (file: string) => file.split('/').map(encodeURIComponent).join('/')
  const own = join(folder, 'mine.ndjson')
  const urls = [path(other), path(own), 'mine.ndjson', 'other.ndjson', '#0-99999!0.0', `${path(other)}#0-99999!0.0`]
  const document = (url: string) => ({
    resourceType: 'DocumentReference',
    id: 'd',
    status: 'current',
    subject: { reference: 'Patient/a' },
    description: url,
    content: [{ attachment: { contentType: 'application/pdf', url } }],
  })
  const binary = { resourceType: 'Binary', id: 'b', contentType: 'application/pdf', meta: { source: '#0-99999!0.0' } }
  const naming = [...urls, 'Binary/b', 'Binary/none'].map((url, n) => ({ ...document(url), id: `d${n}` }))
  writeFileSync(own, ndjson(patient('a', '001', '試験 花子'), binary, ...naming))
  const data = Buffer.from('%PDF-1.4').toString('base64')
  const theirs = { ...document('x'), subject: { reference: 'Patient/b' }, content: [{ attachment: { data } }] }
  writeFileSync(other, ndjson(patient('b', '002', '試験 太郎'), theirs))
  const { id } = await institution.vault.addSource({ kind: 'intake', name: 'FHIR', paths: [folder] })
  const opened = await takeAndOpen(institution, id)
  const chart = await chartOf(
    opened,
    [0, 1].find((row) => opened.index.entry(row).patientId === '001')!,
  )
  assert.ok(chart.documents.access === 'shown')
  assert.equal(chart.documents.value.length, naming.length)
  assert.deepEqual(
    chart.documents.value.flatMap(({ files }) => files),
    [],
  )
})

test('a patient of the erasure register is in no index, and the files that hold others stay', async (t) => {
  const home = house(t)
  const institution = await home.open()
  const folder = join(home.source, 'fhir')
  mkdirSync(folder)
  writeFileSync(join(folder, 'all.ndjson'), ndjson(patient('a', '001', '試験 花子'), patient('b', '002', '試験 桜')))
  const { vault } = institution
  const { id } = await vault.addSource({ kind: 'intake', name: 'FHIR', paths: [folder] })
  const { index, reader } = await takeAndOpen(institution, id)
  const erased = searchPatients(index, '花子', 5).hits[0]!.patient
  const { holding, free } = await vault.erasures.seek(id, erased.units)
  assert.deepEqual([holding, free], [[reader.generationId], []], 'every backup counts as holding it')
  const paths = erased.units
  await vault.erasures.enter({ sourceId: id, kind: 'patient', reason: 'request' }, { label: '001', paths }, 'person:1')
  const after = await open(await vault.openGeneration(reader.generationId))
  assert.deepEqual([after.index.size, after.index.entry(0).patientId], [1, '002'])
  const next = await takeAndOpen(institution, id)
  assert.deepEqual([next.index.size, next.index.entry(0).patientId], [1, '002'])
})

test('two people of one number are shown apart, and what only names the number under neither', async (t) => {
  const home = house(t)
  const institution = await home.open()
  const folder = join(home.source, 'fhir')
  mkdirSync(folder)
  writeFileSync(join(folder, '1.json'), JSON.stringify(patient('a', '001', '試験 花子', '1950-01-02')))
  writeFileSync(join(folder, '2.json'), JSON.stringify(patient('a', '001', '別人 太郎', '1980-05-05')))
  writeFileSync(join(folder, '3.json'), JSON.stringify(order('1', 'a', 'm')))
  const { id } = await institution.vault.addSource({ kind: 'intake', name: 'FHIR', paths: [folder] })
  const opened = await takeAndOpen(institution, id)
  assert.equal(opened.index.size, 2)
  assert.deepEqual(
    [...opened.index.problems()].map(({ code, path }) => [code, path.split('/').at(-1)]),
    [['patient-ambiguous', '3.json']],
  )
  for (const row of [0, 1]) {
    const { prescriptions } = await chartOf(opened, row)
    assert.deepEqual(prescriptions.access === 'shown' && prescriptions.value, [])
  }
})

test('public FHIR: Synthea bulk data, JP Core, JP-CLINS and broken files end to end', { skip }, async (t) => {
  const home = house(t)
  const institution = await home.open()
  const folder = join(home.source, 'fhir')
  for (const name of ['synthea_bulk', 'fhir_clinical-core_JP-CLINS', 'fhir_jp-core-v1.2dev-compiled', 'bad_json'])
    cpSync(join(DATA, name), join(folder, name), { recursive: true })
  const { id } = await institution.vault.addSource({ kind: 'intake', name: 'FHIR', paths: [folder] })
  const opened = await takeAndOpen(institution, id)
  const problems = [...opened.index.problems()].map(({ code }) => code)
  assert.deepEqual(
    Object.fromEntries(
      Map.groupBy(problems, (code) => code)
        .entries()
        .map(([code, all]) => [code, all.length]),
    ),
    // Contained examples that name nobody by themselves; a log that lies there; a licence.
    { 'json-broken': 38, 'patient-missing': 6, 'shape-wrong': 4, 'file-unknown': 1 },
  )
  assert.equal(opened.index.size, 122)
  const charts: Chart[] = []
  for (let row = 0; row < opened.index.size; row++) charts.push(await chartOf(opened, row))
  const shown = (part: (chart: Chart) => { access: string; value?: unknown }): number =>
    charts.map(part).filter(({ access, value }) => access === 'shown' && Array.isArray(value) && value.length > 0)
      .length
  assert.deepEqual(
    [shown(({ notes }) => notes), shown(({ documents }) => documents), shown(({ problems }) => problems)],
    [1, 2, 2],
  )
})
