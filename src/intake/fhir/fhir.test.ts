import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import type { FileSurvey, IntakeFormat, Surveyor } from '../format.ts'
import { encodeSurvey, SurveyFile } from '../survey-file.ts'
import { elementRanges } from './element-ranges.ts'
import { fhirFormat } from './format.ts'

const format: IntakeFormat = fhirFormat
const MRN = { system: 'urn:oid:1.2.392.100495.20.3.51.11310000001', value: '0012' }
const patient = (id: string, value: string) => ({ resourceType: 'Patient', id, identifier: [{ ...MRN, value }] })
const observation = (id: string, subject: object) => ({
  resourceType: 'Observation',
  id,
  subject,
  code: { text: 'Na' },
})
const lines = (...values: unknown[]): Buffer =>
  Buffer.from(values.map((value) => `${JSON.stringify(value)}\n`).join(''))

/** In pieces, as blobs come. */
function survey(path: string, bytes: Uint8Array, pieceBytes = 7): FileSurvey {
  const begun = format.survey({ path, sizeBytes: bytes.length }, {})
  assert.ok('take' in begun)
  const surveyor: Surveyor = begun
  for (let at = 0; at < bytes.length; at += pieceBytes) surveyor.take(bytes.subarray(at, at + pieceBytes))
  return surveyor.end()
}

/** What a chart would get of the patient who goes by `name`. */
function read(path: string, bytes: Buffer, name: string): string[] {
  const found = survey(path, bytes)
  const owner = found.patients.find(({ names }) => names.includes(name))
  if (!owner) return []
  const { resources } = format.resources({
    file: { path, sizeBytes: bytes.length, mtimeMs: 0 },
    settings: {},
    form: found.form,
    names: new Set(owner.names),
    patientId: '',
    slices: owner.ranges.map(([start, end]) => bytes.subarray(start, end)),
  })
  return resources.map(({ resourceType, id }) => `${resourceType}/${id ?? ''}`)
}

test('NDJSON: each line belongs to whom it names, in whatever form of reference', () => {
  const forms = [
    { reference: 'Patient/a' },
    { reference: 'https://ehr.example/fhir/Patient/a/_history/3' },
    { reference: 'Patient?identifier=urn:oid:1.2.392.100495.20.3.51.11310000001|0012' },
    { identifier: MRN },
  ]
  const bytes = lines(
    patient('a', '0012'),
    observation('other', { reference: 'Patient/b' }),
    ...forms.map((form, i) => observation(`o${i}`, form)),
    { ...observation('o9', { reference: '#p' }), contained: [{ ...patient('p', '0012') }] },
  )
  assert.deepEqual(read('all.ndjson', bytes, 'Patient/a'), [
    'Patient/a',
    ...['o0', 'o1', 'o2', 'o3', 'o9'].map((id) => `Observation/${id}`),
  ])
  assert.deepEqual(read('all.ndjson', bytes, 'Patient/b'), ['Observation/other'])
})

test('a Bundle of one patient is that patient’s with everything in it; of several each entry stands for itself', () => {
  const letter = {
    resourceType: 'Bundle',
    type: 'document',
    entry: [
      { fullUrl: 'urn:uuid:c', resource: { resourceType: 'Composition', subject: { reference: 'urn:uuid:p' } } },
      { fullUrl: 'urn:uuid:p', resource: patient('1', '0012') },
      { fullUrl: 'urn:uuid:d', resource: { resourceType: 'DocumentReference', id: 'd', content: [] } },
    ],
  }
  const [one] = survey('letter.json', Buffer.from(JSON.stringify(letter, null, 2))).patients
  assert.deepEqual(one!.counts, { Composition: 1, Patient: 1, DocumentReference: 1 })
  assert.ok(!one!.names.includes('Patient/1'), 'its own ids mean nothing outside')
  assert.deepEqual(read('letter.json', Buffer.from(JSON.stringify(letter)), 'urn:uuid:p'), [
    'Patient/1',
    'DocumentReference/d',
  ])

  const two = {
    type: 'searchset',
    entry: [
      { resource: patient('a', '1') },
      { resource: { resourceType: 'Organization', id: 'org', name: 'x", "entry": [' } },
      { resource: observation('1', { reference: 'Patient/a' }) },
      { resource: observation('2', { reference: 'Patient/b' }) },
      { resource: observation('3', { reference: 'Patient/a' }) },
    ],
    resourceType: 'Bundle',
  }
  for (const bytes of [JSON.stringify(two), JSON.stringify(two, null, 2)].map((text) => Buffer.from(text))) {
    assert.deepEqual(read('two.json', bytes, 'Patient/a'), ['Patient/a', 'Observation/1', 'Observation/3'])
    assert.deepEqual(read('two.json', bytes, 'Patient/b'), ['Observation/2'])
  }
  assert.deepEqual(
    survey('two.json', Buffer.from(JSON.stringify(two, null, 2))).shared.map(({ names }) => names),
    [['Organization/org']],
  )
})

test('what cannot be read is named with its line, and costs nothing else', () => {
  const bytes = Buffer.concat([
    Buffer.from('\uFEFF'),
    lines(observation('1', { reference: 'Patient/a' })),
    Buffer.from('{"resourceType": "Observation", "id": $x}\n\n'),
    Buffer.from([0x7b, 0x22, 0x83, 0x65, 0x22, 0x7d, 0x0a]),
    lines({ id: 'no type' }, observation('2', {}), [1], observation('3', { reference: 'Patient/a' })).subarray(0, -1),
  ])
  const found = survey('bad.ndjson', bytes)
  assert.deepEqual(
    found.problems.map(({ code, where }) => `${code} ${where}`),
    [
      'json-broken line 2',
      'text-unreadable line 4',
      'shape-wrong line 5',
      'patient-missing line 6',
      'shape-wrong line 7',
    ],
  )
  assert.deepEqual(read('bad.ndjson', bytes, 'Patient/a'), ['Observation/1', 'Observation/3'])
  assert.deepEqual(survey('bad.json', Buffer.from('{\n "resourceType": $\n}')).problems, [
    { code: 'json-broken', where: 'file' },
  ])
  assert.deepEqual(survey('none.json', Buffer.alloc(0)).problems, [{ code: 'empty-file', where: 'file' }])
  const picture = format.survey({ path: 'picture.jpg', sizeBytes: 1 }, {})
  assert.ok(!('take' in picture) && picture.problems[0]?.code === 'file-unknown')
})

test('elements of a list are found where JSON.parse sees them', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), fc.integer({ min: 0, max: 2 }), fc.boolean(), (list, indent, isAlone) => {
      const value = isAlone ? list : { other: list, 'a"entry': [1], entry: list, after: ['entry', { entry: [3] }] }
      const bytes = Buffer.from(JSON.stringify(value, null, indent))
      const found = elementRanges(bytes, isAlone ? undefined : 'entry')
      assert.deepEqual(
        found.map(([start, end]) => JSON.parse(bytes.toString('utf8', start, end)) as unknown),
        JSON.parse(JSON.stringify(list)),
      )
    }),
  )
})

test('whatever the bytes and wherever they are cut, a survey ends, and is kept and read alike', () => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
    fc.constantFrom('a', 'b').map((id) => lines(observation(id, { reference: `Patient/${id}` }))),
    fc.constantFrom('[', '{"resourceType":"Bundle","entry":[', ']', '\n', '}').map((text) => Buffer.from(text)),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), fc.integer({ min: 1, max: 50 }), (pieces, size) => {
      const bytes = Buffer.concat(pieces)
      const found = survey('x.json', bytes, size)
      assert.deepEqual(found, survey('x.json', bytes, 1 << 20))
      const kept = new SurveyFile(encodeSurvey(found))
      assert.deepEqual(kept.head.problems, found.problems)
      found.patients.forEach(({ names, ranges }, i) => assert.deepEqual(kept.patient(i), { names, ranges }))
    }),
  )
})
