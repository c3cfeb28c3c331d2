import assert from 'node:assert/strict'
import { test } from 'node:test'
import { quantityText } from './extensions.ts'
import { readResources } from './read.ts'
import { indexReferences, referenceText, resolveReference } from './references.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const json = (value: unknown): Uint8Array => bytes(JSON.stringify(value))
const patient = { resourceType: 'Patient', id: '1', identifier: [{ system: 'urn:x', value: 'A1' }] }

test('a resource, with and without BOM; the file becomes its source', () => {
  for (const bom of ['', '\uFEFF']) {
    const { resources, problems } = readResources(bytes(bom + JSON.stringify(patient)), 'a.json')
    assert.deepEqual(problems, [])
    assert.equal(resources[0]?.meta?.source, 'a.json')
  }
})

test('a number keeps the digits it was written with', () => {
  const text =
    '{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":5.0,"unit":"g"}}'
  const [observation] = readResources(bytes(text), 'a').resources
  assert.ok(observation?.resourceType === 'Observation')
  assert.equal(observation.valueQuantity?.value, 5)
  assert.equal(quantityText(observation.valueQuantity), '5.0')
})

test('NDJSON: one broken line is named and the others are read', () => {
  const { resources, problems } = readResources(
    bytes(`${JSON.stringify(patient)}\n{"resourceType":\n\n${JSON.stringify(patient)}\n`),
    'p.ndjson',
  )
  assert.equal(resources.length, 2)
  assert.deepEqual(
    problems.map(({ code, where, path }) => [code, where, path]),
    [['json-broken', 'line 2', 'p.ndjson']],
  )
})

test('broken JSON: the line and the character, but nothing of the text around it', () => {
  const { resources, problems } = readResources(bytes('{\n "name": "患者 花子",\n "system": $jlac10_cs\n}'), 'b.json')
  assert.deepEqual(resources, [])
  assert.deepEqual(problems, [
    { code: 'json-broken', path: 'b.json', where: 'file', text: "syntax error in line 3 at '$'" },
  ])
  for (const broken of ['', '{', '[1,', 'MSH|^~', '{"a":1}{']) {
    assert.equal(readResources(bytes(broken), 'x').problems[0]?.code, 'json-broken', broken)
  }
  assert.equal(readResources(new Uint8Array([0x83, 0x65]), 'sjis').problems[0]?.text, 'not UTF-8')
})

test('no FHIR: named, not thrown', () => {
  for (const value of [1, null, 'x', {}, { resourceType: 1 }, [{}]]) {
    const { resources, problems } = readResources(json(value), 'x')
    assert.deepEqual(resources, [])
    assert.equal(problems[0]?.code, 'shape-wrong')
  }
})

test('an element of the wrong shape is taken out and named, the rest stays', () => {
  const odd = { resourceType: 'Condition', id: 'c', code: 'K297', category: { coding: [] }, subject: { display: 'x' } }
  const { resources, problems } = readResources(json(odd), 'c.json')
  assert.deepEqual(resources[0], {
    resourceType: 'Condition',
    id: 'c',
    subject: { display: 'x' },
    meta: { source: 'c.json' },
  })
  assert.deepEqual(
    problems.map(({ where }) => where),
    ['file.code', 'file.category'],
  )
})

test('unknown types are kept whole; tags and labels stay', () => {
  const composition = { resourceType: 'Composition', id: 'k', title: '紹介状' }
  const condition = {
    resourceType: 'Condition',
    subject: {},
    meta: { tag: [{ code: 'UNINFORMED' }, { code: 'UNDELIVERED' }, { code: 'LTS' }], security: [{ code: 'V' }] },
  }
  const { resources, others } = readResources(json([composition, condition]), 'x')
  assert.equal(others[0]?.['title'], '紹介状')
  assert.deepEqual(
    resources[0]?.meta?.tag?.map(({ code }) => code),
    ['UNINFORMED', 'UNDELIVERED', 'LTS'],
  )
  assert.equal(resources[0]?.meta?.security?.[0]?.code, 'V')
})

test('the forms of a reference', () => {
  const uuid = 'urn:uuid:0a48a4bf-0d87-4efb-aafd-d45e0842a4dd'
  const index = indexReferences([{ resource: patient, fullUrl: uuid }])
  const owner = { contained: [{ resourceType: 'Specimen', id: 's' }] }
  const id = (reference: object): string | undefined => resolveReference(reference, owner, index)?.id
  assert.equal(id({ reference: 'Patient/1' }), '1')
  assert.equal(id({ reference: 'https://other.example/fhir/Patient/1/_history/2' }), '1')
  assert.equal(id({ reference: uuid }), '1')
  assert.equal(id({ reference: '#s' }), 's')
  assert.equal(id({ identifier: { system: 'urn:x', value: 'A1' } }), '1')
  assert.equal(id({ identifier: { value: 'A1' } }), undefined)
  assert.equal(id({ display: '血清' }), undefined)
  assert.equal(referenceText({ display: '血清' }), '血清')
})

test('a bundle: entries in place of it, urn:uuid resolved, what dangles is named', () => {
  const uuid = 'urn:uuid:1'
  const bundle = {
    resourceType: 'Bundle',
    type: 'collection',
    entry: [
      { fullUrl: uuid, resource: patient },
      { resource: { resourceType: 'Condition', id: 'c', subject: { reference: uuid } } },
      { resource: { resourceType: 'Condition', id: 'd', subject: { reference: '#none' } } },
      { request: { method: 'DELETE', url: 'Patient/2' } },
    ],
  }
  const { resources, problems } = readResources(json(bundle), 'b')
  assert.deepEqual(
    resources.map(({ resourceType }) => resourceType),
    ['Patient', 'Condition', 'Condition'],
  )
  assert.deepEqual(
    problems.map(({ code, where }) => [code, where]),
    [['reference-dangling', 'Condition/d']],
  )
})

test('bundles nested without end are refused', () => {
  let nested: unknown = patient
  for (let i = 0; i < 50; i++) nested = { resourceType: 'Bundle', type: 'collection', entry: [{ resource: nested }] }
  const { resources, problems } = readResources(json(nested), 'x')
  assert.deepEqual(resources, [])
  assert.equal(problems[0]?.text, 'nested too deep')
})
