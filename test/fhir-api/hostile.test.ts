/** Requests that no honest client sends, and those that careless ones do: each gets its status and an OperationOutcome. */
import assert from 'node:assert/strict'
import { request as rawRequest } from 'node:http'
import { test } from 'node:test'
import type { Bundle, OperationOutcome } from '@medplum/fhirtypes'
import { judge, sampleFiles, scene } from './scene.ts'

const files = sampleFiles()
const wrong = judge()

/** As written: `fetch` tidies addresses up. */
function raw(url: string, path: string, options: { method?: string; headers?: Record<string, string> } = {}) {
  const { hostname, port } = new URL(url)
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const headers = { authorization: 'Bearer doctor', ...options.headers }
    const sent = rawRequest({ hostname, port, path, method: options.method ?? 'GET', headers }, (answer) => {
      let text = ''
      answer.on('data', (part: Buffer) => (text += part.toString()))
      answer.on('end', () => resolve({ status: answer.statusCode!, text }))
    })
    sent.on('error', reject)
    sent.end()
  })
}

test('every refusal is an OperationOutcome with its status', async (t) => {
  const house = await scene(t, [files])
  const g = house.generations[0]!
  const found = (await (await house.get('/Patient?birthdate=ge1900&_count=1')).json()) as Bundle
  const id = found.entry![0]!.resource!.id!
  // Ids are looked up, not compared with everybody; what none has is nobody's.
  const byIds = (await (await house.get(`/Patient?_id=${'0'.repeat(24)},${id},${id}`)).json()) as Bundle
  assert.deepEqual([byIds.total, byIds.entry?.[0]?.resource?.id], [1, id])
  const cases: [number, string][] = [
    [400, `/fhir/Patient?${'x'.repeat(42)}=1`],
    [400, `/fhir/Patient?name=${'a'.repeat(201)}`],
    [400, '/fhir/Patient?name=%00'],
    [400, '/fhir/Patient?name=%FF%FE'],
    [400, '/fhir/Patient?name=%E5%B1'],
    [400, '/fhir/Patient?birthdate=yesterday'],
    [400, '/fhir/Patient?birthdate=2023-02-31'],
    [400, '/fhir/Patient?gender=male'],
    [400, '/fhir/Patient?gender=M&name=a'],
    [400, '/fhir/Patient'],
    [200, '/fhir/Patient?name=a&_count=0'],
    [400, '/fhir/Patient?name=a&_count=-1'],
    [400, '/fhir/Patient?name=a&_count=1e9'],
    [400, '/fhir/Patient?name:soundslike=a'],
    [400, '/fhir/Patient?name=a&_include=Patient:organization'],
    [400, `/fhir/Patient?${Array.from({ length: 31 }, (_, i) => `name=${i}`).join('&')}`],
    [400, '/fhir/Observation'],
    [400, '/fhir/Observation?code=1'],
    [400, `/fhir/Observation?patient=${id}&constructor=1`],
    [400, `/fhir/Observation?patient=${id}&__proto__=1`],
    [400, `/fhir/Observation?patient=${id}&_sort=code`],
    [400, `/fhir/Observation?patient=${id}&patient=other`],
    [400, '/fhir/%E0%A4%A'],
    [400, `/fhir/${'a'.repeat(500)}`],
    [404, '/fhir/Patient/..%2f..%2fetc%2fpasswd'],
    [404, '/fhir/Patient/%2e%2e'],
    [404, `/fhir/Patient/${'f'.repeat(24)}`],
    [404, `/fhir/Patient/${id}.${'0'.repeat(20)}`],
    [404, `/fhir/Binary/${id}.${'0'.repeat(20)}`],
    [404, `/fhir/Observation/${id}`],
    [404, '/fhir/constructor'],
    [404, '/fhir/Practitioner/1'],
    [404, '/fhir/generations/local/Patient'],
    [404, `/fhir/generations/${'d'.repeat(64)}/Patient?name=a`],
    [410, `/fhir/generations/${'e'.repeat(64)}/Patient?name=a`],
    [410, '/fhir/Patient?_page=AAAA'],
    [406, `/fhir/Patient/${id}?_format=xml`],
    [200, `/fhir/Patient/${id}?_format=json`],
    [200, `/fhir/generations/${g}/Patient/${id}`],
    [200, `/fhir/Patient/${id}/_history/${g}`],
    [200, '/fhir/Patient?name=a&_count=999999999'],
  ]
  for (const [status, path] of cases) {
    const answer = await raw(house.url, path)
    assert.equal(answer.status, status, `${path}: ${answer.text.slice(0, 200)}`)
    const said = JSON.parse(answer.text) as OperationOutcome
    assert.deepEqual(wrong(said), [], path)
    if (status >= 400) assert.equal(said.resourceType, 'OperationOutcome')
  }
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'])
    assert.equal((await raw(house.url, `/fhir/Patient/${id}`, { method })).status, 405, method)
  assert.equal((await raw(house.url, '/fhir/Patient/x', { headers: { accept: 'application/fhir+xml' } })).status, 406)
  assert.deepEqual(house.errors, [])
})

test('who is not known gets 401; a foreign host, a foreign site and a forged page nothing', async (t) => {
  const house = await scene(t, [files])
  const nobody = await house.get('/Patient?name=a', '')
  assert.equal(nobody.status, 401)
  assert.match(nobody.headers.get('www-authenticate') ?? '', /^Bearer/)
  assert.equal((await house.get('/Patient?name=a', 'invented')).status, 401)
  assert.equal((await house.get('/metadata', '')).status, 200)
  const smart = await house.get('/.well-known/smart-configuration', '')
  assert.equal(smart.headers.get('content-type'), 'application/json')
  assert.equal('token_endpoint' in ((await smart.json()) as object), false, 'nothing is promised that is not there')
  assert.equal((await raw(house.url, '/fhir/metadata', { headers: { host: 'evil.example' } })).status, 421)
  // The page of one reader is none of another's.
  const first = (await (await house.get('/Patient?birthdate=ge1900&_count=5')).json()) as Bundle
  const next = first.link!.find(({ relation }) => relation === 'next')!.url!.replace(/^.*\/fhir/, '')
  assert.equal((await house.get(next)).status, 200)
  assert.equal((await house.get(next, 'nurse')).status, 410)
})

test('no address that we make carries a patient number or a name', async (t) => {
  const house = await scene(t, [files])
  const response = await house.get('/Patient?name=%E5%B1%B1&_count=100')
  const found = (await response.json()) as Bundle
  const addresses = JSON.stringify([found.link, found.entry?.map(({ fullUrl }) => fullUrl)])
  for (const { resource } of found.entry ?? [])
    if (resource?.resourceType === 'Patient') {
      assert.equal(addresses.includes(resource.identifier![0]!.value!), false)
      assert.equal(resource.id!.includes(resource.identifier![0]!.value!), false)
    }
  assert.equal(addresses.includes('%E5%B1%B1'), false)
})
