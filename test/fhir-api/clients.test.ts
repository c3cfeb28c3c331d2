/** Two FHIR clients that we did not write read the sample clinic and the real files; a third author's profiles judge it all. */
import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync, statSync } from 'node:fs'
import { test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { MedplumClient } from '@medplum/core'
import type { Bundle, Observation, Patient, Resource } from '@medplum/fhirtypes'
import { judge, sampleFiles, type Scene, scene } from './scene.ts'

const NHO = fileURLToPath(new URL('../../../shared/data/nhoHQ_SSMIX2DataTestingTool/sampleData', import.meta.url))
const files = sampleFiles()
const wrong = judge()

function medplum({ url }: Scene, token = 'doctor'): MedplumClient {
  const { origin } = new URL(url)
  return new MedplumClient({ baseUrl: `${origin}/`, fhirUrlPath: 'fhir', fetch, accessToken: token, cacheTime: 0 })
}

test('MedplumClient: finds everybody by name, reads all that there is, page by page, and all of it is valid R4', async (t) => {
  const house = await scene(t, [files])
  const client = medplum(house)
  const capabilities = await client.get(client.fhirUrl('metadata'))
  assert.deepEqual(wrong(capabilities as object), [])
  // Everybody was born between 1900 and 2030.
  const people: Patient[] = []
  for await (const page of client.searchResourcePages('Patient', 'birthdate=ge1900&birthdate=lt2030&_count=20'))
    people.push(...page)
  assert.ok(people.length > 30, String(people.length))
  assert.equal(new Set(people.map(({ id }) => id)).size, people.length)
  const types = new Map<string, number>()
  for (const { id } of people) {
    const all = await client.readPatientEverything(id!)
    const patient = await client.readResource('Patient', id!)
    const seen = [all, patient, ...(all.entry ?? []).flatMap(({ resource }) => resource ?? [])]
    assert.deepEqual(seen.flatMap(wrong), [])
    for (const { resource } of all.entry ?? [])
      types.set(resource!.resourceType, (types.get(resource!.resourceType) ?? 0) + 1)
    assert.deepEqual(dangling(all), [], 'a reference inside leads to what is there')
  }
  for (const type of [
    'AllergyIntolerance',
    'Condition',
    'MedicationRequest',
    'Observation',
    'DiagnosticReport',
    'Encounter',
    'DocumentReference',
    'Coverage',
  ])
    assert.ok((types.get(type) ?? 0) > 0, `${type}: ${JSON.stringify([...types])}`)
  // Two looks a person: every one is in the journal.
  assert.equal(house.entries.filter(({ type }) => type === 'chart.opened').length, 2 * people.length)
  assert.deepEqual(house.errors, [])
})

/** Literal references to a record of the patient that the answer does not hold. */
function dangling(bundle: Bundle): string[] {
  const held = new Set((bundle.entry ?? []).map(({ resource }) => `${resource?.resourceType}/${resource?.id}`))
  const references = [...JSON.stringify(bundle.entry).matchAll(/"reference":"([^"#]+)"/g)].map((found) => found[1]!)
  return references.filter((reference) => /^[A-Z]\w+\//.test(reference) && !held.has(reference))
}

/** Beside what matches stands what has to be said of the answer. */
async function observations(client: MedplumClient, query: Record<string, string | number>): Promise<Observation[]> {
  const found = (await client.searchResources('Observation', query)) as Resource[]
  return found.filter((one) => one.resourceType === 'Observation')
}

test('MedplumClient: search by patient, code, category, date and status, sorted', async (t) => {
  const house = await scene(t, [files])
  const client = medplum(house)
  const [person] = await client.searchResources('Patient', 'birthdate=ge1900&_count=1')
  const patient = `Patient/${person!.id}`
  const labs = await observations(client, { patient, category: 'laboratory', _count: 100, _sort: '-date' })
  assert.ok(labs.length > 5)
  const dates = labs.map(({ effectiveDateTime }) => effectiveDateTime ?? '')
  assert.deepEqual(dates, dates.toSorted().reverse())
  const { code, system } = labs[0]!.code!.coding![0]!
  const alike = await observations(client, { patient, code: `${system}|${code}`, _count: 100 })
  assert.ok(alike.length > 0 && alike.every((one) => one.code!.coding!.some((coding) => coding.code === code)))
  const day = dates[0]!.slice(0, 10)
  const that = await observations(client, { patient, date: day, _count: 100 })
  assert.ok(that.length > 0 && that.every((one) => one.effectiveDateTime!.startsWith(day)))
  assert.equal((await observations(client, { patient, date: 'gt2100', _count: 100 })).length, 0)
  const [one] = await observations(client, { _id: labs[0]!.id! })
  assert.deepEqual(one, labs[0])
  assert.deepEqual(await client.readResource('Observation', labs[0]!.id!), labs[0])
  const counted = await client.search('Observation', { patient, category: 'laboratory', _summary: 'count' })
  assert.ok(counted.total! >= labs.length && (counted.entry ?? []).every(({ search }) => search?.mode === 'outcome'))
  const [part] = await observations(client, { _id: labs[0]!.id!, _elements: 'effectiveDateTime' })
  assert.equal(part!.effectiveDateTime, labs[0]!.effectiveDateTime)
  assert.deepEqual([part!.code, part!.status, part!.subject], [labs[0]!.code, labs[0]!.status, labs[0]!.subject])
  assert.ok(!('valueQuantity' in part!) && part!.meta!.tag!.some((tag) => tag.code === 'SUBSETTED'))
  assert.deepEqual(wrong(part!), [])
  await assert.rejects(client.search('Observation', { patient, _summary: 'most' }))
})

test('fhir-kit-client: capability, SMART, search by post, pages, versions, everything; a write is refused', async (t) => {
  const { Client } = await import('fhir-kit-client')
  const [first, second] = [files, new Map(files)]
  const house = await scene(t, [first, second])
  const client = new Client({ baseUrl: house.url, bearerToken: 'doctor' })
  assert.equal((await client.capabilityStatement()).fhirVersion, '4.0.1')
  const searchParams = { birthdate: 'ge1900', _count: '7' }
  const found = await client.search({ resourceType: 'Patient', searchParams, options: { postSearch: true } })
  assert.equal(found.entry?.length, 7)
  const next = await client.nextPage({ bundle: found })
  assert.equal(next?.entry?.length, 7)
  const ids = [found, next!].flatMap(({ entry }) => entry!.map(({ resource }) => resource.id!))
  assert.equal(new Set(ids).size, 14)
  const id = ids[0]!
  const [now, then] = await Promise.all([
    client.read({ resourceType: 'Patient', id }),
    client.vread({ resourceType: 'Patient', id, version: house.generations[1]! }),
  ])
  assert.deepEqual({ ...now, meta: undefined }, { ...then, meta: undefined })
  const everything = await client.operation({ resourceType: 'Patient', name: '$everything', id, method: 'GET' })
  assert.ok(everything.entry!.length > 20)
  await assert.rejects(
    client.create({ resourceType: 'Patient', body: { resourceType: 'Patient' } }),
    (error: { response?: { status: number; data: { resourceType: string } } }) =>
      error.response?.status === 405 && error.response.data.resourceType === 'OperationOutcome',
  )
})

test('the real SS-MIX2 files: every resource that is answered is valid R4', async (t: TestContext) => {
  if (!existsSync(NHO)) return t.skip('the public SS-MIX2 files are not beside the checkout')
  const paths = globSync('**/*', { cwd: NHO }).filter((path) => statSync(`${NHO}/${path}`).isFile())
  const real = new Map(paths.map((path) => [path, readFileSync(`${NHO}/${path}`)]))
  const numbers = new Set(paths.map((path) => path.split('/').at(-1)!.split('_')[0]!))
  const client = medplum(await scene(t, [real]))
  const people = await client.searchResources('Patient', `identifier=${[...numbers].join(',')}`)
  assert.ok(people.length > 0)
  const seen: Resource[] = []
  for (const { id } of people)
    seen.push(...((await client.readPatientEverything(id!)).entry ?? []).map((one) => one.resource!))
  // Nine of the 22 files belong to the patient of their path; the others are stopped, and their number is said.
  const stopped = seen
    .flatMap((one) => (one.resourceType === 'OperationOutcome' ? one.issue : []))
    .filter(({ code }) => code === 'incomplete')
  assert.deepEqual(stopped.map(({ diagnostics }) => diagnostics).toSorted(), ['10', '3'])
  assert.ok(seen.length > 25, String(seen.length))
  assert.deepEqual(seen.flatMap(wrong), [])
})
