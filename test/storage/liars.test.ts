/** Places that answer without an end or with what nobody can believe: each ends in an error of ours, in little memory. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { test, type TestContext } from 'node:test'
import { type ErrorCode, isAppError, systemClock } from '#base'
import { type Receipt, openReceipt, signReceipt } from '#attest'
import { enrolAtKeeper, openRestCaller, openRestBackend, openS3AsOf, openS3Backend } from '#storage'
import { generateSigner, parseVerifierKey, verifierKeyText } from '#tlog'
import { openKeeperPlace } from '#vault'
import { openAtKeeper } from '#verifier'
import { selfSigned } from './certificate.ts'

const YEAR_MS = 365 * 86_400_000
const FILE = { kind: 'data', name: 'a'.repeat(64) } as const
const KEY = verifierKeyText(generateSigner('keeper-1'))
const is = (code: ErrorCode) => (error: unknown) => isAppError(error, code)

async function listen(t: TestContext, server: ReturnType<typeof createServer>): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

/** Sends the same bytes again and again until the other side goes. */
const endless: RequestListener = (asked, answer) => {
  asked.resume()
  const chunk = Buffer.alloc(1 << 20, '{},')
  const more = (): void => {
    while (!answer.destroyed && answer.write(chunk)) continue
    answer.once('drain', more)
  }
  more()
}

async function bucketAt(t: TestContext, answer: RequestListener) {
  const endpoint = `http://127.0.0.1:${await listen(t, createServer(answer))}`
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' }
  const config = { endpoint, region: 'x', bucket: 'abc', prefix: 'p', credentials, objectLock: 'none' } as const
  return { now: openS3Backend(config), past: openS3AsOf(config) }
}

test('a list of a million nothings is dropped at the first, and the process goes on meanwhile', async (t) => {
  const body = Buffer.from(`[${'{},'.repeat(20_000_000)}{}]`)
  const url = `http://127.0.0.1:${await listen(
    t,
    createServer((_, answer) => {
      answer.writeHead(200, { 'Content-Type': 'application/vnd.x.restic.rest.v2', 'Content-Length': body.length })
      answer.end(body)
    }),
  )}/`
  const backend = openRestBackend({ url })
  t.after(() => backend.close())
  const began = performance.now()
  await assert.rejects(backend.list('data'), is('STORAGE_UNREACHABLE'))
  assert.ok(performance.now() - began < 5000)
  const caller = openRestCaller({ url })
  await assert.rejects(caller.call('GET', 'toride/status'), is('STORAGE_UNREACHABLE'))
  caller.close()
})

test('a listing of a bucket ends where its next page is one that came before', async (t) => {
  let asked = 0
  const page = (name: string, more: string) =>
    `<?xml version="1.0"?><${name}><IsTruncated>true</IsTruncated>${more}</${name}>`
  const { now, past } = await bucketAt(t, (question, answer) => {
    asked++
    question.resume()
    answer.setHeader('content-type', 'application/xml')
    const isVersions = question.url!.includes('versions')
    const token = '<NextContinuationToken>same</NextContinuationToken>'
    answer.end(isVersions ? page('ListVersionsResult', '') : page('ListBucketResult', token))
  })
  await assert.rejects(now.list('data'), is('STORAGE_FAILED'))
  assert.equal(asked, 2)
  await assert.rejects(past.list('data'), is('STORAGE_FAILED'))
  assert.equal(asked, 3)
})

test('an object or a page of a bucket that never ends is cut', async (t) => {
  const { now } = await bucketAt(t, (asked, answer) => {
    if (asked.headers.range) answer.writeHead(206, { 'Content-Range': 'bytes 0-9/10' })
    endless(asked, answer)
  })
  const before = process.memoryUsage().rss
  await assert.rejects(now.load(FILE, 0, 10), is('STORAGE_UNREACHABLE'))
  await assert.rejects(now.list('data'), is('STORAGE_UNREACHABLE'))
  assert.ok(process.memoryUsage().rss - before < 100e6)
})

test('an object that is said to be larger than any of ours is not begun', async (t) => {
  const { now } = await bucketAt(t, (asked, answer) => {
    asked.resume()
    answer.writeHead(200, { 'Content-Length': 600 * 1024 * 1024 })
    answer.write('x')
  })
  await assert.rejects(now.load(FILE), is('STORAGE_UNREACHABLE'))
})

test('an enrolment that makes no sense is refused, a key that is none is not trusted', async (t) => {
  const { key, cert, pin } = selfSigned(t)
  const good = { client: 'aoba', kind: 'append', token: 't'.repeat(43), keeperKey: KEY }
  let said = ''
  const server = createSecureServer({ key, cert }, (asked, answer) => {
    asked.resume()
    answer.end(said)
  })
  const address = `127.0.0.1:${await listen(t, server)}`
  const enrol = (text: string) => {
    said = text
    return enrolAtKeeper({ address, pin, code: 'x' }, 'append', {}, parseVerifierKey)
  }
  assert.equal((await enrol(JSON.stringify(good))).config.client, 'aoba')
  const lies = [{ client: '../x' }, { client: '' }, { token: 'a\nb' }, { of: 'https://elsewhere/' }, { kind: 'read' }]
  for (const text of ['', '<html>', 'null', '[]', ...lies.map((lie) => JSON.stringify({ ...good, ...lie }))])
    await assert.rejects(enrol(text), is('VAULT_PLACE_REFUSED'), text)
  for (const keeperKey of ['nonsense', `${KEY.slice(0, -2)}xx`])
    await assert.rejects(enrol(JSON.stringify({ ...good, keeperKey })), is('VAULT_PLACE_UNTRUSTED'), keeperKey)
})

test('what a Keeper says of days to come, of impossible moments and of sizes below nothing is not believed', async (t) => {
  const { key, cert, pin } = selfSigned(t)
  let said: unknown
  const server = createSecureServer({ key, cert }, (_, answer) => void answer.end(JSON.stringify(said)))
  const url = `https://127.0.0.1:${await listen(t, server)}/`
  const config = { url, pin, client: 'aoba', keeperKey: KEY }
  const production = openKeeperPlace(config, 'token')
  const verifier = openAtKeeper({ config, token: 'token', of: 'aoba' }, systemClock)
  t.after(() => {
    production.close()
    verifier.close()
  })
  const now = systemClock.now()
  const read = (at: number) => [
    { snapshot: FILE.name, bytes: 1, receivedAt: now, read: { at: Math.round(at), result: 'complete' } },
  ]
  said = read(now - 1000)
  assert.equal((await verifier.generations('records'))[0]?.read?.result, 'complete')
  said = read(now + 2 * 86_400_000)
  assert.equal((await verifier.generations('records'))[0]?.read, undefined)
  for (said of [read(8.65e15), read(-1), Array.from({ length: 20_001 }, () => read(now)[0]), [{}], {}]) {
    await assert.rejects(production.attested('records'), is('VAULT_PLACE_UNTRUSTED'))
    await assert.rejects(verifier.generations('records'), is('VERIFIER_REFUSED'))
  }
  said = { usedBytes: -9e15, quotaBytes: 9e15 }
  await assert.rejects(production.room(), is('VAULT_PLACE_UNTRUSTED'))
})

test('a receipt for longer than any rule holds is none', () => {
  const signer = generateSigner('keeper-1')
  const hash = FILE.name
  const now = systemClock.now()
  const until = (lockedUntil: number): Receipt => ({
    repository: 'aoba/records',
    config: hash,
    snapshot: hash,
    manifest: hash,
    objects: 1,
    bytes: 1,
    receivedAt: now,
    lockedUntil,
    rule: 'daily',
  })
  assert.ok(openReceipt(signReceipt(until(now + 11 * YEAR_MS), signer), signer))
  for (const far of [now + 101 * YEAR_MS, 8.64e15])
    assert.throws(() => openReceipt(signReceipt(until(far), signer), signer), is('TLOG_MALFORMED'))
})
