/** A server by the specification, and what servers do against it. */
import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test, type TestContext } from 'node:test'
import { gzipSync } from 'node:zlib'
import { AppError } from '#base'
import { exportedLines, withExport } from './bulk-export.ts'
import { FhirServer } from './server.ts'
import { type FhirLogin, isLinkLocal, parseBase } from './settings.ts'

type Handler = (request: IncomingMessage, response: ServerResponse, url: URL) => void

async function serve(t: TestContext, handler: Handler, login: FhirLogin = { kind: 'none' }) {
  const seen: string[] = []
  const waits: number[] = []
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`)
    handler(request, response, new URL(request.url!, 'http://127.0.0.1'))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/fhir`
  const pause = (ms: number): Promise<void> => {
    waits.push(ms)
    return Promise.resolve()
  }
  const fhir = new FhirServer({ base, login }, { signal: new AbortController().signal, pause })
  t.after(() => {
    fhir.close()
    server.closeAllConnections()
    server.close()
  })
  return { fhir, base, seen, waits }
}

const json = (response: ServerResponse, value: unknown, status = 200, headers = {}): void => {
  response.writeHead(status, { 'Content-Type': 'application/fhir+json', ...headers })
  response.end(typeof value === 'string' ? value : JSON.stringify(value))
}
const observation = (id: string) => ({ resourceType: 'Observation', id })
const page = (ids: readonly string[], next?: string) => ({
  resourceType: 'Bundle',
  type: 'searchset',
  ...(next && { link: [{ relation: 'next', url: next }] }),
  entry: ids.map((id) => ({ resource: observation(id) })),
})

async function all(lines: AsyncIterable<readonly string[]>): Promise<string[]> {
  const found: string[] = []
  for await (const some of lines) found.push(...some)
  return found
}
const refusal = (why: string) => (error: unknown) =>
  error instanceof AppError && error.code === 'FHIR_SERVER_ANSWER_WRONG' && error.context['why'] === why

test('an address is https, or this machine', () => {
  assert.equal(parseBase(' https://ehr.example/fhir/r4/ '), 'https://ehr.example/fhir/r4')
  assert.equal(parseBase('http://localhost:8080/fhir'), 'http://localhost:8080/fhir')
  for (const bad of [
    'http://ehr.example/fhir',
    'ftp://a',
    'fhir',
    'https://u:p@ehr.example/',
    'https://a/?x=1',
    'http://localhost.evil.example',
  ])
    assert.throws(() => parseBase(bad), { code: 'FHIR_SERVER_ADDRESS_INVALID' })
})

test('pages are followed to the end, patiently, with numbers as they were written', async (t) => {
  let asked = 0
  const { fhir, base, seen, waits } = await serve(
    t,
    (request, response, url) => {
      assert.equal(request.headers.authorization, 'Bearer secret')
      asked++
      if (asked === 1) return json(response, {}, 429, { 'Retry-After': '7' })
      if (asked === 2) return json(response, 'oops', 503)
      if (url.searchParams.get('page') === '2') return json(response, page(['3']))
      const value = '{"resource":{"resourceType":"Observation","id":"2","valueQuantity":{"value":5.0}}}'
      const first = JSON.stringify(page(['1'], `${base}/Observation?page=2`)).replace('}}]}', `}},${value}]}`)
      json(response, first)
    },
    { kind: 'bearer', token: 'secret' },
  )
  const found = await all(fhir.search('Observation', '2026-11-01T00:00:00.000Z'))
  assert.equal(found.length, 3)
  assert.match(found[1]!, /"value":5\.0\}/)
  assert.deepEqual(waits, [7000, 2000])
  assert.match(seen[0]!, /_lastUpdated=ge2026-11-01T00%3A00%3A00\.000Z/)
})

test('what never ends, leads elsewhere or is no FHIR is refused', async (t) => {
  const elsewhere = await serve(t, (_request, response) => json(response, page(['stolen'])))
  const cases: [string, (base: string, url: URL) => unknown][] = [
    ['loop', (base) => page(['1'], `${base}/Observation?page=same`)],
    ['loop', (base, url) => page(['1'], `${base}/Observation?page=${Number(url.searchParams.get('page')) + 1}`)],
    ['foreign-link', () => page(['1'], `${elsewhere.base}/Observation?page=2`)],
    ['foreign-link', () => page(['1'], 'file:///etc/passwd')],
    ['not-a-bundle', () => ({ resourceType: 'Patient' })],
    [
      'outcome',
      () => ({
        ...page([]),
        entry: [{ resource: { resourceType: 'OperationOutcome', issue: [{ severity: 'error' }] } }],
      }),
    ],
  ]
  for (const [why, answer] of cases) {
    const { fhir, base } = await serve(t, (_request, response, url) => json(response, answer(base, url)))
    await assert.rejects(all(fhir.search('Observation')), refusal(why), why)
  }
  assert.deepEqual(elsewhere.seen, [], 'the password went nowhere else')
  const web = await serve(t, (_request, response) => response.end('<html>'))
  await assert.rejects(web.fhir.capability(), { code: 'FHIR_SERVER_NOT_FHIR' })
  const closed = await serve(t, (_request, response) => json(response, {}, 401))
  await assert.rejects(closed.fhir.capability(), { code: 'FHIR_SERVER_LOGIN_REFUSED' })
  const moved = await serve(t, (_request, response) =>
    json(response, {}, 302, { Location: `${elsewhere.base}/metadata` }),
  )
  await assert.rejects(moved.fhir.capability(), { code: 'FHIR_SERVER_NOT_FHIR' })
  const broken = await serve(t, (_request, response) => json(response, 'oops', 500))
  await assert.rejects(all(broken.fhir.search('Observation')), { code: 'FHIR_SERVER_BUSY' })
  assert.equal(broken.waits.length, 5)
})

test('an export: waited for, fetched, compared with its promise, ended at the server', async (t) => {
  let polls = 0
  let file = '{"resourceType":"Patient","id":"1"}\n{"resourceType":"Patient","id":"2"}\n'
  const { fhir, base, seen, waits } = await serve(t, (request, response, url) => {
    if (url.pathname.endsWith('/$export')) {
      assert.equal(request.headers.prefer, 'respond-async')
      return json(response, '', 202, { 'Content-Location': `${base}/job/1` })
    }
    if (request.method === 'DELETE') return json(response, '', 202)
    if (url.pathname.endsWith('/job/1') && ++polls === 1) return json(response, '', 202, { 'Retry-After': '30' })
    if (url.pathname.endsWith('/job/1')) {
      const output = [
        { type: 'Patient', url: `${base}/file/1`, count: 2 },
        { type: 'Patient', url: `${base}/file/gone` },
      ]
      return json(response, { transactionTime: '2026-11-28T00:00:00Z', requiresAccessToken: true, output, error: [] })
    }
    if (url.pathname.endsWith('/file/1')) return response.end(file)
    json(response, {}, 404)
  })
  await withExport(fhir, undefined, async ({ files, transactionTime, errors }) => {
    assert.deepEqual([transactionTime, errors.length, files.length], ['2026-11-28T00:00:00Z', 0, 2])
    const lines: string[] = []
    for await (const line of exportedLines(fhir, files[0]!)) lines.push(line)
    assert.equal(lines.length, 2)
    const read = async (index: number): Promise<void> => {
      for await (const line of exportedLines(fhir, files[index]!)) assert.ok(line)
    }
    await assert.rejects(read(1), refusal('expired'))
    file = file.slice(0, 36)
    await assert.rejects(read(0), refusal('short'))
    file = file.slice(0, 20)
    await assert.rejects(read(0), refusal('json'))
  })
  assert.deepEqual(waits, [30_000])
  assert.equal(seen.at(-1), 'DELETE /fhir/job/1')
})

test('what is no resource comes as it is and ends nothing; a page that asks to log in is no file', async (t) => {
  const answer = {
    resourceType: 'Bundle',
    link: [null, 7],
    entry: [null, { resource: observation('1') }, 'x', { fullUrl: 'urn:a' }, { resource: { id: 'nobody' } }],
  }
  const { fhir, base } = await serve(t, (_request, response, url) => {
    if (url.pathname.endsWith('/metadata'))
      return json(response, {
        resourceType: 'CapabilityStatement',
        fhirVersion: '4.0.1',
        rest: [null, { mode: 'server', resource: [null, { type: 'Patient', interaction: [null] }], operation: [null] }],
      })
    if (url.pathname.endsWith('/mixed')) return response.end('{"resourceType":"Patient","id":"1"}\n{oops\nnull\n')
    if (url.pathname.endsWith('/login')) return response.end('<html>\n<p>log in</p>\n')
    json(response, answer)
  })
  assert.deepEqual((await fhir.capability()).types, [])
  assert.deepEqual(await all(fhir.search('Observation')), [
    'null',
    '{"resourceType":"Observation","id":"1"}',
    '"x"',
    '{"fullUrl":"urn:a"}',
    '{"resource":{"id":"nobody"}}',
  ])
  const read = async (name: string): Promise<string[]> => {
    const lines: string[] = []
    const file = { type: 'Patient', url: `${base}/${name}`, count: undefined, asksLogin: false }
    for await (const line of exportedLines(fhir, file)) lines.push(line)
    return lines
  }
  assert.deepEqual(await read('mixed'), ['{"resourceType":"Patient","id":"1"}', '{oops', 'null'])
  await assert.rejects(read('login'), refusal('not-a-resource'))
})

test('an answer that is packed to fill the disk ends with its reason', async (t) => {
  // 64 MB of one line after another in some 60 kB.
  const bomb = gzipSync(Buffer.from(`${JSON.stringify({ resourceType: 'Patient', id: '1' })}\n`.repeat(1_700_000)), {
    level: 9,
  })
  const { fhir, base } = await serve(t, (_request, response) => {
    response.writeHead(200, { 'Content-Encoding': 'gzip' })
    response.end(bomb)
  })
  let lines = 0
  const file = { type: 'Patient', url: `${base}/bomb`, count: undefined, asksLogin: false }
  await assert.rejects(async () => {
    for await (const line of exportedLines(fhir, file)) lines += line === '' ? 0 : 1
  }, refusal('packed-too-tight'))
  assert.ok(lines < 1_000_000, String(lines))
})

test('addresses where clouds keep the passwords of a machine are none of a FHIR server', () => {
  for (const bad of ['https://169.254.169.254/fhir', 'https://[fe80::1]/fhir', 'https://[::ffff:169.254.169.254]/fhir'])
    assert.throws(() => parseBase(bad), { code: 'FHIR_SERVER_ADDRESS_INVALID' }, bad)
  // A server in the house has a private one.
  assert.equal(parseBase('https://192.168.1.20/fhir'), 'https://192.168.1.20/fhir')
  assert.equal(isLinkLocal('::ffff:169.254.1.1'), true)
})
