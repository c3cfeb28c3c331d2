/** FHIR files as servers and letters write them: references, documents, links between patients, an export's list of errors. */
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { openDocument } from '#chart'
import { house } from './house.ts'
import { chartOf, shown, take } from './intake-charts.ts'

async function taken(t: TestContext, files: Readonly<Record<string, readonly unknown[]>>) {
  const home = house(t)
  const institution = await home.open()
  const folder = join(home.source, 'fhir')
  mkdirSync(folder, { recursive: true })
  for (const [name, lines] of Object.entries(files))
    writeFileSync(
      join(folder, name),
      lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join(''),
    )
  const options = { intake: [{ format: 'fhir' as const, settings: {} }] }
  const { id } = await institution.vault.addSource({ kind: 'intake', name: 'FHIR', paths: [folder], options })
  return take(institution, id)
}

const NUMBER = 'urn:oid:1.2.392.100495.20.3.51.11310000001'
const patient = (id: string, number: string, name: string, more = {}) => ({
  resourceType: 'Patient',
  id,
  identifier: [{ system: NUMBER, value: number }],
  name: [{ text: name }],
  birthDate: '1970-03-03',
  ...more,
})
const problem = (words: string, subject: unknown, more = {}) => ({
  resourceType: 'Condition',
  id: words,
  code: { text: words },
  subject,
  ...more,
})

test('whose a record is: relative, absolute, versioned, contained, by number, conditional, urn:uuid', async (t) => {
  const uuid = 'urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0'
  const letter = {
    resourceType: 'Bundle',
    type: 'collection',
    entry: [
      { fullUrl: uuid, resource: patient('b1', '00123', '山田 一') },
      { resource: problem('uuid', { reference: uuid }) },
      { fullUrl: 'urn:uuid:other', resource: patient('b2', '00999', '木村 花', { birthDate: '1980-01-01' }) },
      { resource: problem('not-his', { reference: 'urn:uuid:other' }) },
    ],
  }
  const source = await taken(t, {
    'Patient.ndjson': [patient('p1', '00123', '山田 一')],
    'Condition.ndjson': [
      problem('relative', { reference: 'Patient/p1' }),
      problem('absolute', { reference: 'https://ehr.example/fhir/r4/Patient/p1' }),
      problem('versioned', { reference: 'Patient/p1/_history/7' }),
      problem('contained', { reference: '#me' }, { contained: [patient('me', '00123', '山田 一')] }),
      problem('logical', { identifier: { system: NUMBER, value: '00123' } }),
      problem('conditional', { reference: `Patient?identifier=${NUMBER}|00123` }),
      // Numbers of another system and ids of another type are other people's.
      problem('foreign', { identifier: { system: 'urn:oid:9.9', value: '00123' } }),
      problem('device', { reference: 'Device/p1' }),
    ],
    'letter.json': [letter],
  })
  assert.deepEqual(
    shown((await chartOf(source, '山田')).problems)
      .map(({ name }) => name)
      .toSorted(),
    ['absolute', 'conditional', 'contained', 'logical', 'relative', 'uuid', 'versioned'],
  )
})

const PDF = Buffer.from('%PDF-1.4\n%%EOF')

test('documents inside records are documents in place: of a report, inline, and as a Binary of its own', async (t) => {
  const source = await taken(t, {
    'all.ndjson': [
      patient('p1', '00123', '山田 一'),
      {
        resourceType: 'DiagnosticReport',
        id: 'r1',
        status: 'final',
        code: { text: '胸部CT' },
        subject: { reference: 'Patient/p1' },
        effectiveDateTime: '2026-11-20',
        presentedForm: [{ contentType: 'application/pdf', data: PDF.toString('base64') }],
      },
      {
        resourceType: 'DocumentReference',
        id: 'd1',
        status: 'current',
        description: '紹介状',
        subject: { reference: 'Patient/p1' },
        date: '2026-11-21',
        content: [{ attachment: { contentType: 'application/pdf', url: 'https://ehr.example/fhir/Binary/b1' } }],
      },
      { resourceType: 'Binary', id: 'b1', contentType: 'application/pdf', data: PDF.toString('base64') },
    ],
  })
  const chart = await chartOf(source, '00123')
  const documents = shown(chart.documents)
  assert.deepEqual(
    documents.map(({ title, kind, at }) => [title, kind, at]),
    [
      ['紹介状', 'other', '2026-11-21'],
      ['胸部CT', 'report', '2026-11-20'],
    ],
  )
  for (const { files, title } of documents) {
    const bytes = await openDocument(source.reader, chart, files[0]!.path)
    assert.ok(bytes && Buffer.from(bytes.bytes).equals(PDF), title)
  }
})

test('a record that was replaced says by whom, beside the chart and in search; nothing is joined', async (t) => {
  const source = await taken(t, {
    'Patient.ndjson': [
      patient('old', '00123', '山田 一', {
        link: [{ type: 'replaced-by', other: { reference: 'Patient/new', display: '00777' } }],
      }),
      patient('new', '00777', '山田 一', { link: [{ type: 'replaces', other: { reference: 'Patient/old' } }, null] }),
    ],
    'Condition.ndjson': [
      problem('before', { reference: 'Patient/old' }),
      problem('after', { reference: 'Patient/new' }),
    ],
  })
  assert.equal(source.index.size, 2)
  const old = await chartOf(source, '00123')
  assert.deepEqual(shown(old.identity).links, [{ kind: 'replaced-by', to: '00777' }])
  assert.deepEqual(
    shown(old.problems).map(({ name }) => name),
    ['before'],
  )
  assert.deepEqual(shown((await chartOf(source, '00777')).identity).links, [{ kind: 'replaces', to: 'Patient/old' }])
  assert.ok([0, 1].every((row) => source.index.entry(row).kinds['Patient:linked'] === 1))
})

test('bad lines and what the server could not export are listed, the rest is there', async (t) => {
  const outcome = (severity: string, code: string) => ({
    resourceType: 'OperationOutcome',
    issue: [{ severity, code, diagnostics: '山田' }],
  })
  const source = await taken(t, {
    'Patient.ndjson': [patient('p1', '00123', '山田 一'), 'null', '{"resourceType":7}', '{oops', '"text"'],
    'toride-export-errors.ndjson': [outcome('error', 'not-found'), outcome('information', 'informational'), 'x'],
  })
  assert.equal(source.index.size, 1)
  assert.deepEqual(
    Array.from(source.index.problems(), ({ code, path }) => `${code} ${path.split('/').at(-1)}`).toSorted(),
    [
      'export-error toride-export-errors.ndjson (line 1 not-found)',
      'export-error toride-export-errors.ndjson (line 3)',
      'json-broken Patient.ndjson (line 4)',
      'shape-wrong Patient.ndjson (line 2)',
      'shape-wrong Patient.ndjson (line 3)',
      'shape-wrong Patient.ndjson (line 5)',
    ],
  )
})
