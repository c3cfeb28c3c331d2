/** The intruder against the door: paths, sizes, slowness, smuggling, guessing, TLS. Nothing of it reaches a held file, and the door stays open. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { request } from 'node:https'
import { connect } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { PATH, sha } from './house.fixture.ts'
import { ask, enrol, type Enrolled, type RunningKeeper, startKeeper } from './running.ts'

/** Sends bytes as they are; what comes back until the server closes or falls silent. */
function raw(keeper: RunningKeeper, bytes: string | Buffer, silenceMs = 400): Promise<string> {
  const url = new URL(keeper.url)
  return new Promise((resolve) => {
    let heard = ''
    const socket = connect(Number(url.port), url.hostname, () => socket.write(bytes))
    socket.setTimeout(silenceMs, () => socket.destroy())
    socket.on('data', (chunk) => (heard += chunk.toString('latin1')))
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(heard))
  })
}

const basic = ({ name, token }: Enrolled): string => `Basic ${Buffer.from(`${name}:${token}`).toString('base64')}`

test('the door', async (t) => {
  const keeper = await startKeeper(t)
  const who = await enrol(keeper, { name: 'clinic', kind: 'append' })
  const to = (method: string, path: string, body?: string | Uint8Array<ArrayBuffer>) =>
    ask(keeper, who, method, path, body)
  await to('POST', `${PATH}/?create=true`)
  const held = randomBytes(5000)
  const file = `${PATH}/data/${sha(held)}`
  assert.equal((await to('POST', file, held)).status, 200)
  const head = (line: string, ...more: string[]): string =>
    `${[line, 'host: x', `authorization: ${basic(who)}`, ...more].join('\r\n')}\r\n\r\n`
  const tries: [string, string | Buffer, RegExp][] = [
    ...[
      `/${PATH}/../../locker/clock.json`,
      `/${PATH}/data/..%2f..%2fconfig`,
      `/%2e%2e/%2e%2e/etc/shadow`,
      `//${PATH}/config`,
      `/${PATH}/config%00`,
      `/${file.toUpperCase()}`,
      `/${PATH}/data/${'a'.repeat(8000)}`,
      `/clinic/\u00e9\u00e8/config`,
      `http://elsewhere/${file}`,
      `*`,
      `/${PATH}/statements/x`,
      `/${PATH}/retention/log`,
    ].map((path): [string, string, RegExp] => [
      `path ${path.slice(0, 60)}`,
      head(`DELETE ${path} HTTP/1.1`),
      /^HTTP\/1\.1 4\d\d/,
    ]),
    ['TRACE', head(`TRACE /${file} HTTP/1.1`), /^HTTP\/1\.1 404/],
    ['CONNECT', head('CONNECT locker:1 HTTP/1.1'), /^(?!HTTP\/1\.1 2)/],
    ['upgrade', head(`GET /${PATH}/x HTTP/1.1`, 'connection: upgrade', 'upgrade: websocket'), /^HTTP\/1\.1 404/],
    [
      'smuggling by two lengths',
      `${head(`POST /${PATH}/locks/${'ab'.repeat(32)} HTTP/1.1`, 'content-length: 4', 'transfer-encoding: chunked')}0\r\n\r\nDELETE /${file} HTTP/1.1\r\n\r\n`,
      /^HTTP\/1\.1 400/,
    ],
    [
      'two content lengths',
      head(`POST /${file} HTTP/1.1`, 'content-length: 4', 'content-length: 5'),
      /^HTTP\/1\.1 400/,
    ],
    [
      'a header flood',
      head(`GET /${file} HTTP/1.1`, ...Array.from({ length: 3000 }, (_, i) => `x-${i}: 1`)),
      /^HTTP\/1\.1 431/,
    ],
    [
      'an announced length beyond all',
      head(`POST /${PATH}/data/${'ab'.repeat(32)} HTTP/1.1`, 'content-length: 999999999999'),
      /^HTTP\/1\.1 413/,
    ],
    ['no HTTP', randomBytes(300), /^(?!HTTP\/1\.1 2)/],
    ['headers that never end', `GET / HTTP/1.1\r\nx: `, /^$/],
    [
      'a body that never ends',
      `${head(`POST /${PATH}/data/${'ab'.repeat(32)} HTTP/1.1`, 'transfer-encoding: chunked')}4\r\nabcd\r\n`,
      /^$/,
    ],
    ['less than announced', `${head(`POST /${PATH}/data/${'cd'.repeat(32)} HTTP/1.1`, 'content-length: 10')}abc`, /^$/],
  ]
  for (const [what, bytes, expected] of tries) assert.match(await raw(keeper, bytes), expected, what)
  const crowd = await Promise.all(Array.from({ length: 250 }, () => raw(keeper, 'GET / HTTP/1.1\r\n', 300)))
  assert.equal(crowd.length, 250)

  assert.equal((await to('GET', file)).status, 200, 'open as before')
  assert.deepEqual(
    readFileSync(join(keeper.root, 'repositories', PATH, 'data', sha(held).slice(0, 2), sha(held))),
    held,
  )
  for (const name of ['ab', 'cd']) assert.equal((await to('HEAD', `${PATH}/data/${name.repeat(32)}`)).status, 404)
  assert.ok(keeper.alarms.some(({ code }) => code === 'request-refused'))
})

test('TLS is neither left out nor believed from another', async (t) => {
  const keeper = await startKeeper(t, { tls: true })
  assert.doesNotMatch(await raw(keeper, 'GET / HTTP/1.1\r\nhost: x\r\n\r\n'), /^HTTP\/1\.1 [23]/)
  const other = await startKeeper(t, { tls: true })
  const asked = (ca: string) =>
    new Promise<number | string | undefined>((resolve) => {
      request(new URL('toride/status', keeper.url), { ca, agent: false }, (answer) => {
        answer.resume()
        resolve(answer.statusCode)
      })
        .on('error', (error: NodeJS.ErrnoException) => resolve(error.code))
        .end()
    })
  assert.equal(await asked(keeper.cert), 401)
  assert.match(String(await asked(other.cert)), /CERT|SIGNED|SIGNATURE/)
})
