import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test, type TestContext } from 'node:test'
import { isAppError, manualClock } from '#base'
import { alarmMessage, type Message } from './message.ts'
import { joinNotifiers, type Notifier } from './notifier.ts'
import { webhookNotifier } from './webhook.ts'

const MESSAGE = alarmMessage({ code: 'ledger-contradicted' }, { language: 'ja', house: '見本クリニック' })
const SECRET = 'k'.repeat(32)

interface Request {
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

async function receiver(t: TestContext, answer: (response: ServerResponse) => void) {
  const requests: Request[] = []
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      requests.push({ path: request.url!, headers: request.headers, body: Buffer.concat(parts).toString() })
      answer(response)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return { requests, base: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

const hook = (base: string, path = '/in', timeoutMs = 5000) => {
  const clock = manualClock(Date.parse('2026-11-28T07:00:00+09:00'))
  return webhookNotifier({ url: base + path, secret: SECRET, inTheClear: true }, { clock, timeoutMs })
}

test('the signature holds by another program’s HMAC', async (t) => {
  if (spawnSync('python3', ['--version']).error) return t.skip('no python3 here to be the judge')
  const { requests, base } = await receiver(t, (response) => response.writeHead(204).end())
  const [delivery] = await hook(base).send(MESSAGE)
  assert.deepEqual([delivery?.outcome, delivery?.status], ['sent', 204])
  const [{ body, headers }] = requests as [Request]
  assert.equal(headers['content-type'], 'application/json; charset=utf-8')
  const [, seconds, signature] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['toride-signature']))!
  assert.equal(Number(seconds) * 1000, Date.parse('2026-11-28T07:00:00+09:00'))
  const script = `import hashlib, hmac, sys
print(hmac.new(sys.argv[1].encode(), sys.argv[2].encode() + b'.' + sys.stdin.buffer.read(), hashlib.sha256).hexdigest())`
  const expected = execFileSync('python3', ['-c', script, SECRET, seconds!], { input: body, encoding: 'utf8' })
  assert.equal(signature, expected.trim())
  const { subject, text, severity, key } = JSON.parse(body) as Message
  assert.deepEqual({ subject, text, severity, key }, { ...MESSAGE })
})

test('the same message bears the same delivery id', async (t) => {
  const { requests, base } = await receiver(t, (response) => response.end())
  for (let i = 0; i < 2; i++) await hook(base).send(MESSAGE)
  const [first, second] = requests.map((request) => request.headers['toride-delivery'])
  assert.ok(first)
  assert.equal(first, second)
})

test('a redirect is not followed: what is signed goes to nobody else', async (t) => {
  const elsewhere = await receiver(t, (response) => response.end())
  for (const status of [301, 302, 307, 308]) {
    const { base } = await receiver(t, (response) =>
      response.writeHead(status, { location: `${elsewhere.base}/stolen` }).end(),
    )
    const [delivery] = await hook(base).send(MESSAGE)
    assert.deepEqual([delivery?.outcome, delivery?.reason, delivery?.status], ['refused', 'redirect', status])
  }
  assert.equal(elsewhere.requests.length, 0)
})

test('what asks for another try gets one, what is final is said', async (t) => {
  const expected: Record<number, string> = {
    200: 'sent',
    404: 'refused',
    401: 'refused',
    408: 'later',
    429: 'later',
    500: 'later',
    503: 'later',
  }
  for (const [status, outcome] of Object.entries(expected)) {
    const { base } = await receiver(t, (response) => response.writeHead(Number(status)).end())
    assert.equal((await hook(base).send(MESSAGE))[0]?.outcome, outcome, status)
  }
})

test('silence, an answer without end and nobody there hold nobody up', async (t) => {
  const silent = await receiver(t, () => undefined)
  assert.deepEqual((await hook(silent.base, '/in', 200).send(MESSAGE))[0]?.reason, 'timeout')
  const endless = await receiver(t, (response) => {
    response.writeHead(200)
    const timer = setInterval(() => response.write('x'.repeat(65_536)), 5)
    response.on('close', () => clearInterval(timer))
  })
  assert.equal((await hook(endless.base).send(MESSAGE))[0]?.outcome, 'sent', 'the status is all that is read')
  const gone = createServer().listen(0, '127.0.0.1')
  await once(gone, 'listening')
  const { port } = gone.address() as AddressInfo
  await new Promise((done) => gone.close(done))
  const [delivery] = await hook(`http://127.0.0.1:${port}`).send(MESSAGE)
  assert.deepEqual([delivery?.outcome, delivery?.reason], ['later', 'unreachable'])
})

test('no secret leaves: the recipient’s name hides the path, http must be asked for, refusals tell nothing', () => {
  const secretPath = 'https://chat.example/hooks/T0/geheim'
  const [name] = webhookNotifier({ url: secretPath, secret: SECRET }).recipients
  assert.match(name!, /^webhook:chat\.example#[0-9a-f]{8}$/)
  const bad: object[] = [
    { url: 'http://chat.example/geheim', secret: SECRET },
    { url: 'https://u:geheim@chat.example/', secret: SECRET },
    { url: 'file:///geheim', secret: SECRET, inTheClear: true },
    { url: 'geheim', secret: SECRET },
    { url: secretPath, secret: 'geheim' },
    { url: secretPath, secret: SECRET, redirect: 'follow' },
  ]
  for (const config of bad)
    assert.throws(
      () => webhookNotifier(config),
      (error) => isAppError(error, 'BASE_CONFIG_INVALID') && !error.message.includes('geheim'),
      JSON.stringify(config),
    )
})

test('several notifiers are one: each recipient gets its own answer, only those named are asked', async () => {
  const asked: string[] = []
  const fake = (...recipients: string[]): Notifier => ({
    recipients,
    send: async (_, to = recipients) => {
      asked.push(...to)
      return to.map((one) => ({ to: one, outcome: 'sent' as const }))
    },
  })
  const joined = joinNotifiers([fake('a', 'b'), fake('c')])
  assert.deepEqual(joined.recipients, ['a', 'b', 'c'])
  assert.deepEqual(
    (await joined.send(MESSAGE)).map((one) => one.to),
    ['a', 'b', 'c'],
  )
  asked.length = 0
  await joined.send(MESSAGE, ['b'])
  assert.deepEqual(asked, ['b'])
})
