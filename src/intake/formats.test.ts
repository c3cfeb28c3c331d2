/** Whatever a file holds: it costs itself. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { idName, type IntakeFormat } from './format.ts'
import { guarded, INTAKE_FORMATS } from './formats.ts'

const DEEP = 60_000
const PATIENT = '{"resourceType":"Patient","id":"1","identifier":[{"value":"12"}],"name":[{"text":"a"}]}'
const REQUEST = {
  file: { path: 'x', sizeBytes: 1, mtimeMs: 0 },
  settings: {},
  form: undefined,
  names: new Set([idName('12')]),
  patientId: '12',
  slices: [Buffer.from('x')],
}

test('a reading that throws is a problem of that file, and a chart without it', () => {
  const throwing = (): never => {
    throw new RangeError('Maximum call stack size exceeded')
  }
  const format: IntakeFormat = {
    ...INTAKE_FORMATS.fhir,
    survey: () => ({ take: throwing, end: throwing }),
    resources: throwing,
  }
  const begun = guarded(format).survey({ path: 'x', sizeBytes: 1 }, {})
  assert.ok('take' in begun)
  begun.take(Buffer.from('x'))
  assert.deepEqual(begun.end().problems, [{ code: 'shape-wrong', where: 'file' }])
  assert.deepEqual(guarded(format).resources(REQUEST).remarks, [{ code: 'shape-wrong', where: 'file' }])
})

test('nesting that ends the stack loses the record it stands in, not the patient of the next line', () => {
  for (const inner of [
    ['[', ']'],
    ['{"section":[', ']}'],
    ['{"resourceType":"Bundle","entry":[{"resource":', '}]}'],
  ]) {
    const deep = `${inner[0]!.repeat(DEEP)}1${inner[1]!.repeat(DEEP)}`
    const record = `{"resourceType":"Composition","subject":{"reference":"Patient/1"},"section":${deep}}`
    const bytes = Buffer.from(`${PATIENT}\n${record}\n${deep}\n`)
    const begun = INTAKE_FORMATS.fhir.survey({ path: 'a.ndjson', sizeBytes: bytes.length }, {})
    assert.ok('take' in begun)
    begun.take(bytes)
    const survey = begun.end()
    const found = survey.patients.find(({ identity }) => identity)!
    assert.equal(found.identity?.patientId, '12')
    const slices = found.ranges.map(([start, end]) => bytes.subarray(start, end))
    const names = new Set(found.names)
    const { resources } = INTAKE_FORMATS.fhir.resources({ ...REQUEST, form: survey.form, names, slices })
    assert.deepEqual(
      resources.map(({ resourceType }) => resourceType),
      ['Patient'],
    )
  }
})
