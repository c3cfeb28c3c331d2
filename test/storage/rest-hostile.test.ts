/** Servers that lie, break off, fall silent or are somebody else: each ends in an error of ours, none gets the password. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { test, type TestContext } from 'node:test'
import { isAppError, type ErrorCode } from '#base'
import { openRestBackend, type RestBackend, type RestPlace } from '#storage'
import { selfSigned } from './certificate.ts'

const FILE = { kind: 'data', name: 'a'.repeat(64) } as const
const LIST = 'application/vnd.x.restic.rest.v2'

async function listen(t: TestContext, server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

async function backendTo(
  t: TestContext,
  answer: RequestListener,
  place: Partial<RestPlace> = {},
): Promise<RestBackend> {
  const port = await listen(t, createServer(answer))
  return open(t, { url: `http://127.0.0.1:${port}/`, user: 'u', password: 'p', ...place })
}

function open(t: TestContext, place: RestPlace): RestBackend {
  const backend = openRestBackend(place)
  t.after(() => backend.close())
  return backend
}

const fails = (call: Promise<unknown>, code: ErrorCode, retry: 'temporary' | 'permanent') =>
  assert.rejects(call, (error) => isAppError(error, code) && error.retry === retry)

const lies: Readonly<Record<string, (answer: ServerResponse) => void>> = {
  'more than stated': (answer) => {
    answer.writeHead(206, { 'Content-Length': '10', 'Content-Range': 'bytes 0-3/10' }).end('0123456789')
  },
  'another place': (answer) => {
    answer.writeHead(206, { 'Content-Length': '4', 'Content-Range': 'bytes 4-7/10' }).end('4567')
  },
  'no length': (answer) => {
    answer.writeHead(200)
    answer.write('0123')
    answer.end()
  },
  'a body that is cut': (answer) => {
    answer.writeHead(206, { 'Content-Length': '4', 'Content-Range': 'bytes 0-3/10' })
    answer.write('01', () => answer.destroy())
  },
  'a gigantic file': (answer) => {
    answer.writeHead(200, { 'Content-Length': '9000000000' })
    answer.write('0')
  },
  'a connection that breaks': (answer) => void answer.destroy(),
  'error 503': (answer) => void answer.writeHead(503).end(),
}

for (const [lie, tell] of Object.entries(lies)) {
  test(`a reading answered with ${lie} is to be tried again`, async (t) => {
    const backend = await backendTo(t, (_, answer) => tell(answer))
    await fails(backend.load(FILE, 0, 4), 'STORAGE_UNREACHABLE', 'temporary')
  })
}

test('a shorter file is told as truncated, an error 500 as a failure that may pass', async (t) => {
  const short = await backendTo(t, (_, answer) => {
    answer.writeHead(206, { 'Content-Length': '2', 'Content-Range': 'bytes 0-1/2' }).end('01')
  })
  await fails(short.load(FILE, 0, 4), 'STORAGE_TRUNCATED', 'permanent')
  const broken = await backendTo(t, (_, answer) => void answer.writeHead(500).end('x'.repeat(1000)))
  await fails(broken.list('data'), 'STORAGE_FAILED', 'temporary')
  const full = await backendTo(t, (asked, answer) => void answer.writeHead(asked.method === 'HEAD' ? 404 : 507).end())
  await fails(full.save(FILE, [Buffer.from('x')]), 'STORAGE_FULL', 'permanent')
})

test('many calls share a few connections, which are kept', async (t) => {
  const server = createServer((_, answer) => {
    setTimeout(() => answer.writeHead(200, { 'Content-Length': '1' }).end(), 5)
  })
  let connections = 0
  server.on('connection', () => connections++)
  const backend = open(t, { url: `http://127.0.0.1:${await listen(t, server)}/` })
  for (let round = 0; round < 2; round++) await Promise.all(Array.from({ length: 60 }, () => backend.stat(FILE)))
  assert.ok(connections <= 8, `${connections} connections`)
})

test('a server without ranges is read all the same', async (t) => {
  const backend = await backendTo(
    t,
    (_, answer) => void answer.writeHead(200, { 'Content-Length': '10' }).end('0123456789'),
  )
  assert.equal(String(await backend.load(FILE, 2, 3)), '234')
  assert.equal(String(await backend.load(FILE, 7)), '789')
  await fails(backend.load(FILE, 8, 3), 'STORAGE_TRUNCATED', 'permanent')
})

test('silence and slow connections end', async (t) => {
  const backend = await backendTo(t, () => {}, { idleMs: 100 })
  await fails(backend.stat(FILE), 'STORAGE_UNREACHABLE', 'temporary')
  // A TLS server that never answers the greeting.
  const { createServer: createRaw } = await import('node:net')
  const raw = createRaw(() => {}).listen(0, '127.0.0.1')
  await once(raw, 'listening')
  const mute = open(t, { url: `https://127.0.0.1:${(raw.address() as AddressInfo).port}/`, connectMs: 100 })
  await fails(mute.stat(FILE), 'STORAGE_UNREACHABLE', 'temporary')
  raw.close()
})

test('a save answered before its end does not count', async (t) => {
  const backend = await backendTo(t, (asked, answer) => {
    if (asked.method === 'HEAD') return void answer.writeHead(404).end()
    asked.pause()
    answer.writeHead(200, { 'Content-Length': '0' }).end()
  })
  const bytes = Buffer.alloc(64 * 1024 * 1024)
  await fails(backend.save(FILE, [bytes]), 'STORAGE_UNREACHABLE', 'temporary')
})

test('a redirect is not followed', async (t) => {
  const seen: IncomingMessage[] = []
  const port = await listen(
    t,
    createServer((asked, answer) => {
      seen.push(asked)
      answer.end()
    }),
  )
  const backend = await backendTo(t, (_, answer) => {
    answer.writeHead(307, { Location: `http://127.0.0.1:${port}/` }).end()
  })
  await fails(backend.load(FILE), 'STORAGE_FAILED', 'permanent')
  await fails(backend.save(FILE, [Buffer.from('x')]), 'STORAGE_FAILED', 'permanent')
  assert.equal(seen.length, 0)
})

test('a listing keeps only names of ours and is no reason to run out of memory', async (t) => {
  const name = 'b'.repeat(64)
  const entries = [
    { name, size: 3 },
    { name: '../config', size: 1 },
    { name: 'x', size: 1 },
    { name: 'A'.repeat(64), size: 1 },
  ]
  const body = (text: string) => (_: unknown, answer: ServerResponse) =>
    void answer.writeHead(200, { 'Content-Type': LIST }).end(text)
  const good = await backendTo(t, body(JSON.stringify(entries)))
  assert.deepEqual(await good.list('data'), [{ name, sizeBytes: 3 }])
  for (const bad of [
    '{"name":"x"}',
    'nonsense',
    '[null]',
    `[{"name":"${name}","size":-1}]`,
    `[{"name":"${name}","size":1e300}]`,
  ]) {
    const backend = await backendTo(t, body(bad))
    await fails(backend.list('data'), 'STORAGE_UNREACHABLE', 'temporary')
  }
  const giant = await backendTo(t, (_, answer) => {
    answer.writeHead(200, { 'Content-Type': LIST, 'Content-Length': String(1024 ** 3) })
    answer.write('[')
  })
  await fails(giant.list('data'), 'STORAGE_UNREACHABLE', 'temporary')
})

test('a server of version 1 lists names; their sizes are asked for', async (t) => {
  const name = 'c'.repeat(64)
  const backend = await backendTo(t, (asked, answer) => {
    if (asked.method === 'HEAD') return void answer.writeHead(200, { 'Content-Length': '7' }).end()
    answer.writeHead(200, { 'Content-Type': 'application/vnd.x.restic.rest.v1' }).end(JSON.stringify([name, '../x']))
  })
  assert.deepEqual(await backend.list('keys'), [{ name, sizeBytes: 7 }])
})

test('only the pinned certificate is spoken to; the password goes to no other', async (t) => {
  const { key, cert, pin } = selfSigned(t)
  const seen: (string | undefined)[] = []
  const server = createSecureServer({ key, cert }, (asked, answer) => {
    seen.push(asked.headers.authorization)
    answer.writeHead(200, { 'Content-Length': '5' }).end()
  })
  const url = `https://127.0.0.1:${await listen(t, server)}/`
  const secret = { url, user: 'u', password: 'p' }
  for (const place of [secret, { ...secret, pinnedCertificateSha256: 'f'.repeat(64) }]) {
    await fails(open(t, place).stat(FILE), 'STORAGE_CERTIFICATE_WRONG', 'permanent')
  }
  assert.deepEqual(seen, [])
  const colons = pin.toUpperCase().replace(/..(?=.)/g, '$&:')
  for (const trust of [{ pinnedCertificateSha256: colons }, { caPem: cert }]) {
    assert.deepEqual(await open(t, { ...secret, ...trust }).stat(FILE), { sizeBytes: 5 })
  }
  assert.deepEqual(
    seen,
    Array.from({ length: 2 }, () => `Basic ${Buffer.from('u:p').toString('base64')}`),
  )
})

test('an address or pin that is none is refused', () => {
  const places: RestPlace[] = [
    { url: 'ftp://x/' },
    { url: 'nonsense' },
    { url: 'http://u:p@x/' },
    { url: 'http://x/', pinnedCertificateSha256: 'f'.repeat(64) },
    { url: 'https://x/', pinnedCertificateSha256: 'short' },
  ]
  for (const place of places) {
    assert.throws(
      () => openRestBackend(place),
      (error) => isAppError(error, 'BASE_CONFIG_INVALID'),
      place.url,
    )
  }
})
