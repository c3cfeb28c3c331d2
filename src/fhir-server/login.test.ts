/** Logging in by OAuth client credentials and SMART Backend Services, at a server that checks by the specifications. */
import assert from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync, type JsonWebKey, verify } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test, type TestContext } from 'node:test'
import { systemClock } from '#base'
import { deletedIn, exportedLines, withExport } from './bulk-export.ts'
import { readPrivateKey } from './login.ts'
import { FhirServer } from './server.ts'
import { type FhirLogin, parseOrigins } from './settings.ts'

const CAPABILITY = JSON.stringify({ resourceType: 'CapabilityStatement', fhirVersion: '4.0.1', rest: [] })

async function listen(
  t: TestContext,
  answer: (asked: IncomingMessage, response: ServerResponse) => void,
): Promise<string> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function bodyOf(asked: IncomingMessage): Promise<URLSearchParams> {
  const parts: Buffer[] = []
  for await (const part of asked as AsyncIterable<Buffer>) parts.push(part)
  return new URLSearchParams(Buffer.concat(parts).toString('utf8'))
}

interface Rules {
  readonly check: (body: URLSearchParams, asked: IncomingMessage, tokenUrl: string) => boolean
  readonly expiresIn?: number
  /** Where the token is given; undefined: here. */
  readonly elsewhere?: string
}

/** A server that gives `token-1`, `token-2` … and takes only the newest. */
async function hospital(t: TestContext, rules: Rules) {
  const given: string[] = []
  const refused: string[] = []
  const self = { base: '', given, refused, isForgetful: false, scope: '' }
  type Send = (value: unknown, status?: number) => void
  async function give(asked: IncomingMessage, tokenUrl: string, send: Send): Promise<void> {
    const body = await bodyOf(asked)
    self.scope = body.get('scope') ?? ''
    if (!rules.check(body, asked, tokenUrl)) return send({ error: 'invalid_client' }, 400)
    given.push(`token-${given.length + 1}`)
    send({ access_token: given.at(-1), token_type: 'bearer', expires_in: rules.expiresIn ?? 300 })
  }
  const origin: string = await listen(t, (asked, response) => {
    const send = (value: unknown, status = 200): void => {
      response.writeHead(status, { 'Content-Type': 'application/json' })
      response.end(typeof value === 'string' ? value : JSON.stringify(value))
    }
    const tokenUrl = `${rules.elsewhere ?? origin}/token`
    if (asked.url === '/fhir/.well-known/smart-configuration') {
      assert.equal(asked.headers.authorization, undefined)
      return send({ token_endpoint: tokenUrl, capabilities: ['client-confidential-asymmetric', 'permission-v2'] })
    }
    if (asked.url === '/token') {
      void give(asked, tokenUrl, send)
      return
    }
    const isRight = given.length > 0 && asked.headers.authorization === `Bearer ${given.at(-1)}`
    if (isRight && !self.isForgetful) return send(CAPABILITY)
    self.isForgetful = false
    refused.push(asked.url!)
    send({}, 401)
  })
  self.base = `${origin}/fhir`
  return self
}

function reader(t: TestContext, base: string, login: FhirLogin, alsoOrigins: readonly string[] = []): FhirServer {
  const pause = (): Promise<void> => Promise.resolve()
  const fhir = new FhirServer({ base, login, alsoOrigins }, { signal: new AbortController().signal, pause })
  t.after(() => fhir.close())
  return fhir
}

const isStatement =
  (publicKey: JsonWebKey, alg: string) => (body: URLSearchParams, _asked: unknown, tokenUrl: string) => {
    assert.equal(body.get('grant_type'), 'client_credentials')
    assert.equal(body.get('client_assertion_type'), 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
    const [head = '', claims = '', signature = ''] = body.get('client_assertion')!.split('.')
    const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>
    const { iss, sub, aud, exp, jti } = read(claims)
    assert.deepEqual([read(head)['alg'], read(head)['typ'], iss, sub, aud], [alg, 'JWT', 'toride', 'toride', tokenUrl])
    const lasts = Number(exp) - systemClock.now() / 1000
    assert.ok(lasts > 0 && lasts <= 300 && String(jti).length > 16 && String(read(head)['kid']).length > 10)
    const key = createPublicKey({ key: publicKey, format: 'jwk' })
    const signed = Buffer.from(`${head}.${claims}`)
    return verify('sha384', signed, { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'))
  }

const keys = {
  ES384: generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  RS384: generateKeyPairSync('rsa', { modulusLength: 2048 }),
}

test('a statement signed with our key: one token for many requests, another when the server ends it early', async (t) => {
  for (const alg of ['ES384', 'RS384'] as const) {
    const { privateKey, publicKey } = keys[alg]
    const server = await hospital(t, { check: isStatement(publicKey.export({ format: 'jwk' }), alg) })
    const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
    const fhir = reader(t, server.base, { kind: 'smart', user: 'toride', privateKey: pem.replaceAll('\n', '') })
    for (let n = 0; n < 3; n++) await fhir.capability()
    assert.deepEqual([server.given.length, server.refused, server.scope], [1, [], 'system/*.rs'])
    server.isForgetful = true
    await fhir.capability()
    assert.deepEqual([server.given.length, server.refused], [2, ['/fhir/metadata']])
    const other = keys[alg === 'ES384' ? 'RS384' : 'ES384'].privateKey.export({ format: 'jwk' })
    const stranger = await hospital(t, { check: () => false })
    const refused = reader(t, stranger.base, { kind: 'smart', user: 'x', privateKey: JSON.stringify(other) })
    await assert.rejects(refused.capability(), { code: 'FHIR_SERVER_LOGIN_REFUSED' })
  }
})

test('a token is got anew before it ends; one that is refused at once is not asked for without end', async (t) => {
  const check = (_body: URLSearchParams, { headers }: IncomingMessage): boolean =>
    headers.authorization === `Basic ${Buffer.from('toride:a%20b%3A%E7%A7%98').toString('base64')}`
  const server = await hospital(t, { check, expiresIn: 0.001 })
  const login = { kind: 'client', user: 'toride', password: 'a b:秘' } as const
  const fhir = reader(t, server.base, login)
  await fhir.capability()
  await new Promise((resolve) => setTimeout(resolve, 5))
  await fhir.capability()
  assert.deepEqual([server.given.length, server.refused], [2, []])
  const deaf = await hospital(t, { check })
  deaf.isForgetful = true
  await assert.rejects(reader(t, deaf.base, login).capability(), { code: 'FHIR_SERVER_LOGIN_REFUSED' })
  assert.equal(deaf.given.length, 1)
})

test('a secret or a statement goes to no server that nobody named', async (t) => {
  const seen: string[] = []
  const elsewhere = await listen(t, (asked, response) => {
    seen.push(asked.url!)
    response.end(JSON.stringify({ access_token: 'token-1', token_type: 'Bearer' }))
  })
  const server = await hospital(t, { check: () => true, elsewhere })
  const login = { kind: 'client', user: 'toride', password: 'secret' } as const
  await assert.rejects(reader(t, server.base, login).capability(), { code: 'FHIR_SERVER_LOGIN_PLACE' })
  assert.deepEqual(seen, [])
  server.given.push('token-1')
  await reader(t, server.base, login, parseOrigins(`${elsewhere}/token`)).capability()
  assert.deepEqual(seen, ['/token'])
  const bare = await listen(t, (_asked, response) => response.writeHead(404).end())
  await assert.rejects(reader(t, bare, login).capability(), { code: 'FHIR_SERVER_LOGIN_PLACE' })
  assert.throws(() => parseOrigins('https://a.example http://169.254.169.254/'), {
    code: 'FHIR_SERVER_ADDRESS_INVALID',
  })
})

test('a key that is too weak, none or half is said before anything is asked', () => {
  const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey
  const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  const pems = [weak, curve].map((key) => key.export({ format: 'pem', type: 'pkcs8' }).toString())
  const half = keys.RS384.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString().slice(0, 300)
  for (const bad of [...pems, half, '', '{}', '{"kty":"EC"}', '-----BEGIN'])
    assert.throws(() => readPrivateKey(bad), { code: 'FHIR_SERVER_KEY_INVALID' })
  const { kid } = readPrivateKey(JSON.stringify({ ...keys.ES384.privateKey.export({ format: 'jwk' }), kid: 'ours' }))
  assert.equal(kid, 'ours')
})

test('exported files elsewhere: only at a named server, with the token only where the file asks for it; deletions are read', async (t) => {
  const seen: (string | undefined)[] = []
  const store = await listen(t, (asked, response) => {
    seen.push(asked.headers.authorization)
    const request = [
      { method: 'DELETE', url: 'Patient/9' },
      { method: 'GET', url: 'Patient/8' },
    ]
    const bundle = { resourceType: 'Bundle', type: 'transaction', entry: request.map((one) => ({ request: one })) }
    response.end(asked.url === '/deleted' ? JSON.stringify(bundle) : '{"resourceType":"Patient","id":"1"}\n')
  })
  let asksToken = false
  const asked: string[] = []
  const origin: string = await listen(t, ({ url = '', method }, response) => {
    asked.push(`${method} ${url.split('?')[0]}`)
    if (url.includes('$export')) return response.writeHead(202, { 'Content-Location': `${origin}/job` }).end()
    const output = [{ type: 'Patient', url: `${store}/1` }]
    const deleted = [{ type: 'Bundle', url: `${store}/deleted` }]
    const manifest = { transactionTime: '2026-11-28T00:00:00Z', requiresAccessToken: asksToken, output, deleted }
    response.end(JSON.stringify(manifest))
  })
  const login = { kind: 'bearer', token: 'secret' } as const
  const handling = { signal: new AbortController().signal, pause: () => Promise.resolve() }
  const read = async (alsoOrigins: readonly string[]) => {
    const fhir = new FhirServer({ base: origin, login, alsoOrigins, group: 'clinic-1' }, handling)
    t.after(() => fhir.close())
    return withExport(fhir, undefined, async (manifest) => {
      for await (const line of exportedLines(fhir, manifest.files[0]!)) assert.match(line, /"id":"1"/)
      return [...(await deletedIn(fhir, manifest))]
    })
  }
  await assert.rejects(read([]), { code: 'FHIR_SERVER_ANSWER_WRONG' })
  assert.deepEqual(seen, [])
  assert.deepEqual(await read([store]), ['Patient/9'])
  asksToken = true
  await read([store])
  assert.deepEqual(seen, [undefined, undefined, 'Bearer secret', 'Bearer secret'])
  assert.deepEqual(asked.slice(0, 3), ['GET /Group/clinic-1/$export', 'GET /job', 'DELETE /job'])
})
