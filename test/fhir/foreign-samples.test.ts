/** The official JP Core and JP-CLINS samples are read; the broken JSON of real projects is refused by name. */
import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { indexReferences, readResources, resolveReference, SYSTEM, type ReadResult } from '#fhir'

const DATA = fileURLToPath(new URL('../../../shared/data/', import.meta.url))
const skip = existsSync(`${DATA}bad_json`) ? false : 'the public FHIR samples are not beside the checkout'

function readAll(pattern: string): { files: number; results: ReadResult[] } {
  const files = globSync(DATA + pattern)
  return {
    files: files.length,
    results: files.map((file) => readResources(readFileSync(file), file.split('/').at(-1)!)),
  }
}
function count(results: readonly ReadResult[]): [number, number] {
  return [results.flatMap((r) => r.resources).length, results.flatMap((r) => r.others).length]
}

test('JP Core 1.1.2 and 1.2: every sample', { skip }, () => {
  const released = readAll('fhir_jp-core-1.1.2-package/*.json')
  assert.equal(released.files, 48)
  assert.deepEqual(count(released.results), [39, 9])
  const current = readAll('fhir_jp-core-v1.2dev-compiled/*.json')
  assert.equal(current.files, 76)
  assert.deepEqual(count(current.results), [65, 11])
  assert.deepEqual(
    [...released.results, ...current.results].flatMap((r) => r.problems),
    [],
  )
})

test('JP-CLINS: every sample, tags kept, one dangling reference named', { skip }, () => {
  const { files, results } = readAll('fhir_clinical-core_JP-CLINS/ExampleJson/*.json')
  assert.equal(files, 61)
  assert.deepEqual(count(results), [89, 5])
  assert.deepEqual(
    results.flatMap((r) => r.problems).map(({ code, path }) => [code, path]),
    [['reference-dangling', 'CarePlan-Example-JP-CarePlan-eCS-HT.json']],
  )
  const tags = results.flatMap((r) => r.resources).flatMap((r) => r.meta?.tag ?? [])
  const marks = tags.filter(({ system }) => system === SYSTEM.indication).map(({ code }) => code)
  assert.equal(marks.filter((mark) => mark === 'UNINFORMED').length, 1)
  assert.equal(marks.filter((mark) => mark === 'LTS').length > 5, true)
})

test('references of a JP-CLINS bundle lead to its patient', { skip }, () => {
  const name = 'fhir_clinical-core_JP-CLINS/ExampleJson/Bundle-Bundle-CLINS-Observations-Example-01.json'
  const { resources, others } = readResources(readFileSync(DATA + name), name)
  const index = indexReferences([...resources, ...others].map((resource) => ({ resource })))
  const observations = resources.filter((r) => r.resourceType === 'Observation')
  assert.equal(observations.length > 0, true)
  for (const observation of observations) {
    const specimen = resolveReference(observation.specimen, observation, index)
    assert.equal(specimen !== undefined || observation.specimen?.display !== undefined, true)
  }
})

test('broken JSON is refused with the file and the line', { skip }, () => {
  const { files, results } = readAll('bad_json/*.json')
  assert.equal(files, 38)
  assert.deepEqual(count(results), [0, 0])
  for (const { problems } of results) {
    assert.equal(problems.length, 1)
    assert.equal(problems[0]?.code, 'json-broken')
    assert.match(problems[0]?.text ?? '', /line \d+|ends too early/)
  }
})
