/** What a reader may not see is not in the answer, and every look is in the journal before anything is handed over. */
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import type { Bundle, OperationOutcome, Resource } from '@medplum/fhirtypes'
import { judge, sampleFiles, type Scene, scene } from './scene.ts'

const files = sampleFiles()
const wrong = judge()

async function body<T extends Resource>(house: Scene, path: string, token?: string): Promise<T> {
  const response = await house.get(path, token)
  const text = await response.text()
  assert.equal(response.status, 200, `${path}: ${text.slice(0, 300)}`)
  return JSON.parse(text) as T
}

async function refused(response: Response, status: number): Promise<OperationOutcome> {
  const outcome = (await response.json()) as OperationOutcome
  assert.equal(response.status, status, JSON.stringify(outcome))
  assert.equal(outcome.resourceType, 'OperationOutcome')
  assert.deepEqual(wrong(outcome), [])
  assert.match(outcome.issue![0]!.details!.text!, /\p{Script=Han}.* \/ [A-Z]/u)
  return outcome
}

const resources = (bundle: Bundle) => (bundle.entry ?? []).map(({ resource }) => resource!)
const everybody = async (house: Scene) =>
  resources(await body<Bundle>(house, '/Patient?birthdate=ge1900&_count=100', 'doctor')).map(({ id }) => id!)

async function allOf(house: Scene, token: string): Promise<Resource[]> {
  const ids = await everybody(house)
  return (
    await Promise.all(ids.map((id) => body<Bundle>(house, `/Patient/${id}/$everything?_count=1000`, token)))
  ).flatMap(resources)
}

test('each role sees what the matrix gives it, with all references that lead to the rest gone', async (t: TestContext) => {
  const house = await scene(t, [files])
  const [nurse, withReason, pharmacist, clerk] = await Promise.all(
    ['nurse', 'nurse-with-reason', 'pharmacist', 'clerk'].map((token) => allOf(house, token)),
  )
  const types = (all: readonly Resource[]) => new Set(all.map(({ resourceType }) => resourceType))
  assert.deepEqual([...types(clerk!)].toSorted(), ['Coverage', 'OperationOutcome', 'Patient'])
  assert.equal(types(pharmacist!).has('DocumentReference'), false)
  assert.equal(types(nurse!).has('DocumentReference'), true)
  const stigma = (all: readonly Resource[]) =>
    JSON.stringify(all).match(/"code":"(hbv|hcv|hiv|htlv|syphilis)"/g)?.length ?? 0
  assert.equal(stigma(nurse!), 0)
  assert.ok(stigma(withReason!) > 0, 'the sample holds such results')
  const uninformed = (all: readonly Resource[]) => JSON.stringify(all).includes('UNINFORMED')
  assert.equal(uninformed(pharmacist!), false)
  assert.equal(uninformed(nurse!), true, 'the sample holds such diseases')
  for (const all of [nurse!, pharmacist!, clerk!]) {
    const held = new Set(all.map(({ resourceType, id }) => `${resourceType}/${id}`))
    const led = [...JSON.stringify(all).matchAll(/"reference":"([A-Z]\w+\/[^"]+)"/g)].map((found) => found[1]!)
    assert.deepEqual(
      led.filter((reference) => !held.has(reference)),
      [],
    )
    assert.deepEqual(all.flatMap(wrong), [])
    assert.match(JSON.stringify(all), /suppressed/)
  }
})

test('a type that the role sees nothing of is refused whole, an empty answer says that it means nothing', async (t) => {
  const house = await scene(t, [files])
  const [id] = await everybody(house)
  await refused(await house.get(`/AllergyIntolerance?patient=${id}`, 'clerk'), 403)
  await refused(await house.get(`/Condition/${id}.${'0'.repeat(20)}`, 'clerk'), 403)
  await refused(await house.get('/Patient?name=a', 'vendor'), 403)
  const none = await body<Bundle>(house, `/Observation?patient=${id}&date=gt2200`, 'doctor')
  assert.equal(none.total, 0)
  assert.match(JSON.stringify(none.entry), /「なし」という意味ではありません/)
})

test('journal first: looks, searches and refusals are written, and without a journal nothing is answered', async (t) => {
  const house = await scene(t, [files])
  const [id] = await everybody(house)
  assert.deepEqual(house.entries.at(-1)!.data['by'], ['fhir', 'birthdate'])
  await body(house, `/Patient/${id}`, 'nurse')
  const look = house.entries.at(-1)!
  assert.equal(look.actor, 'person:the-nurse')
  assert.deepEqual([look.type, look.data['parts']], ['chart.opened', ['fhir', 'Patient']])
  assert.equal(JSON.stringify(house.entries).includes('"patientId"'), false)
  house.failJournal(true)
  const response = await house.get(`/Patient/${id}`)
  assert.equal(response.status, 500)
  assert.equal((await response.text()).includes('birthDate'), false)
})

test('a protected patient opens with a reason only: refusals are journaled, tokens made with a reason open', async (t) => {
  const house = await scene(t, [files])
  const [id] = await everybody(house)
  await body(house, `/Patient/${id}`, 'nurse')
  house.protect.add((house.entries.at(-1)! as unknown as { subject: string }).subject)
  await refused(await house.get(`/Patient/${id}`, 'nurse'), 403)
  assert.deepEqual(house.entries.at(-1)!.data['parts'], ['refused'])
  await body(house, `/Patient/${id}`, 'nurse-with-reason')
  const { data } = house.entries.at(-1)!
  assert.deepEqual([data['reason'], data['flags']], ['token', ['protected-staff', 'by-reason']])
})

test('scopes and sources of a token', async (t) => {
  const house = await scene(t, [files])
  const [id] = await everybody(house)
  await body(house, `/MedicationRequest?patient=${id}`, 'only-drugs')
  await refused(await house.get(`/Observation?patient=${id}`, 'only-drugs'), 403)
  await refused(await house.get(`/Patient/${id}`, 'only-drugs'), 403)
  await refused(await house.get(`/Patient/${id}/$everything`, 'only-drugs'), 403)
  await refused(await house.get(`/Patient/${id}`, 'elsewhere'), 404)
  await refused(await house.get(`/generations/${house.generations[0]}/Patient/${id}`, 'elsewhere'), 404)
})

test('opening everybody ends at the limit: 429, and the same patients still open', async (t) => {
  const house = await scene(t, [files], { tellFrom: 3, mostAnHour: 5 })
  const ids = await everybody(house)
  for (const id of ids.slice(0, 5)) await body(house, `/Patient/${id}`)
  const response = await house.get(`/Patient/${ids[5]}`)
  assert.equal(response.headers.get('retry-after'), '3600')
  await refused(response, 429)
  await body(house, `/Patient/${ids[0]}`)
  await refused(await house.get(`/Patient/${ids[6]}/$everything`), 429)
})

test('a damaged file costs itself: the answer says how many are missing', async (t) => {
  const house = await scene(t, [files])
  const path = [...files.keys()].find((one) => one.includes('OML-11') && one.endsWith('_1'))!
  house.damage(path)
  const number = path.split('/').at(-1)!.split('_')[0]!
  const [patient] = resources(await body<Bundle>(house, `/Patient?identifier=${number}`))
  const all = await body<Bundle>(house, `/Patient/${patient!.id}/$everything?_count=1000`)
  assert.match(JSON.stringify(all.entry!.at(-1)), /"code":"incomplete".*"diagnostics":"1"/)
})

test('documents: as JSON and as they are, run by no browser, opened only by who may see them', async (t) => {
  const house = await scene(t, [files])
  const all = await allOf(house, 'doctor')
  const urls = all.flatMap((one) =>
    one.resourceType === 'DocumentReference' ? one.content!.flatMap(({ attachment }) => attachment!.url ?? []) : [],
  )
  assert.ok(urls.length > 5 && urls.every((url) => /^Binary\/[0-9a-f.]+$/.test(url)), 'no path of a file in an address')
  const response = await house.get(`/${urls[0]}`, 'doctor', { accept: '*/*' })
  assert.equal(response.status, 200)
  assert.match(response.headers.get('content-security-policy') ?? '', /sandbox/)
  assert.equal(response.headers.get('content-disposition'), 'attachment')
  const bytes = Buffer.from(await response.arrayBuffer())
  const asJson = await house.get(`/${urls[0]}`, 'doctor', { accept: 'application/fhir+json' })
  const binary = (await asJson.json()) as { data: string; resourceType: string }
  assert.deepEqual(Buffer.from(binary.data, 'base64'), bytes)
  assert.deepEqual(wrong(binary), [])
  await refused(await house.get(`/${urls[0]}`, 'clerk'), 403)
})
