import assert from 'node:assert/strict'
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { isAppError, manualClock, systemClock } from '#base'
import { AlarmBook } from './book.ts'
import { mailNotifier } from './mail.ts'
import { alarmMessage, type Sender } from './message.ts'
import { fileStore } from './store.ts'

const SENDER: Sender = { language: 'ja', house: '見本クリニック' }
const MESSAGE = alarmMessage({ code: 'backup-late', about: 'ssmix2-1a2b3c4d', figures: { days: 2 } }, SENDER)
const FROM = 'toride@clinic.example'

interface Received {
  readonly to: string[]
  readonly raw: string
}

interface Post {
  readonly port: number
  readonly received: Received[]
  /** The passwords it was told. */
  readonly passwords: string[]
}

/** A real SMTP server on loopback. `refuse` answers a recipient with a status instead of taking it. */
async function post(
  t: TestContext,
  options: SMTPServerOptions & { refuse?: (to: string) => number | undefined; port?: number; taken?: () => void } = {},
): Promise<Post> {
  const { refuse, port = 0, taken, ...rest } = options
  const received: Received[] = []
  const passwords: string[] = []
  const server = new SMTPServer({
    authOptional: true,
    logger: false,
    disableReverseLookup: true,
    closeTimeout: 100,
    onAuth(auth, _, done) {
      passwords.push(String(auth.password))
      if (auth.password === 'right') done(null, { user: auth.username })
      else done(Object.assign(new Error('no'), { responseCode: 535 }))
    },
    onRcptTo({ address }, _, done) {
      const status = refuse?.(address)
      done(status === undefined ? undefined : Object.assign(new Error('no'), { responseCode: status }))
    },
    onData(stream, session, done) {
      const parts: Buffer[] = []
      stream.on('data', (part: Buffer) => parts.push(part))
      stream.on('end', () => {
        received.push({
          to: session.envelope.rcptTo.map((one) => one.address),
          raw: Buffer.concat(parts).toString('latin1'),
        })
        // Where the test acts now, the answer never comes.
        if (taken) taken()
        else done()
      })
    },
    ...rest,
  })
  server.on('error', () => undefined) // a client that refuses our certificate
  const listening = server.listen(port, '127.0.0.1')
  await once(listening, 'listening')
  t.after(() => new Promise<void>((done) => server.close(() => done())))
  return { port: (listening.address() as AddressInfo).port, received, passwords }
}

interface Certificate {
  readonly key: string
  readonly cert: string
}

/** A certificate with its key, made by openssl; self-signed where there is no issuer. */
function certificate(t: TestContext, name: string, issuer?: Certificate): Certificate {
  const folder = mkdtempSync(join(tmpdir(), 'toride-cert-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = (of: string) => join(folder, of)
  const make = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2']
  const names = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=${/^[\d.]+$/.test(name) ? 'IP' : 'DNS'}:${name}`]
  const by = issuer
    ? ['-CA', file('ca'), '-CAkey', file('ca-key'), '-addext', 'basicConstraints=critical,CA:FALSE']
    : []
  if (issuer) {
    writeFileSync(file('ca'), issuer.cert)
    writeFileSync(file('ca-key'), issuer.key)
  }
  execFileSync('openssl', [...make, ...names, ...by, '-keyout', file('key'), '-out', file('cert')], { stdio: 'ignore' })
  return { key: readFileSync(file('key'), 'utf8'), cert: readFileSync(file('cert'), 'utf8') }
}

const NO_OPENSSL = 'no openssl here to make certificates'
const hasOpenssl = () => spawnSync('openssl', ['version']).error === undefined

const clear = (port: number, to: string[] = ['a@clinic.example']) =>
  ({ host: '127.0.0.1', port, security: 'none', from: FROM, to }) as const

test('a Japanese mail is read by a program that we did not write', async (t) => {
  if (spawnSync('python3', ['--version']).error) return t.skip('no python3 here to be the judge')
  const server = await post(t)
  const clock = manualClock(Date.parse('2026-11-28T07:00:00+09:00'))
  const [delivery] = await mailNotifier(clear(server.port), { clock }).send(MESSAGE)
  assert.deepEqual(delivery, { to: 'mail:a@clinic.example', outcome: 'sent' })
  const script = `
import email, email.policy, json, sys
m = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
print(json.dumps({"subject": m["subject"], "text": m.get_content(), "to": m["to"], "date": m["date"].datetime.isoformat(),
  "auto": m["auto-submitted"], "headers": sorted(k.lower() for k in m.keys()), "defects": len(m.defects)}))`
  const raw = Buffer.from(server.received[0]!.raw, 'latin1')
  const read = JSON.parse(execFileSync('python3', ['-c', script], { input: raw, encoding: 'utf8' })) as Record<
    string,
    unknown
  >
  assert.equal(read['subject'], '[要確認] 予定のバックアップが届いていません - 見本クリニック')
  assert.equal(String(read['text']).replaceAll('\r\n', '\n'), MESSAGE.text)
  assert.deepEqual([read['to'], read['auto'], read['defects']], ['a@clinic.example', 'auto-generated', 0])
  assert.equal(Date.parse(String(read['date'])), clock.now())
  assert.deepEqual(read['headers'], [
    'auto-submitted',
    'content-transfer-encoding',
    'content-type',
    'date',
    'from',
    'message-id',
    'mime-version',
    'subject',
    'to',
  ])
})

test('one refused recipient loses nobody else, and none sees the others', async (t) => {
  const server = await post(t, {
    refuse: (to) => (to.startsWith('gone') ? 550 : to.startsWith('grey') ? 451 : undefined),
  })
  const to = ['a@clinic.example', 'gone@clinic.example', 'grey@clinic.example', 'b@clinic.example', 'a@clinic.example']
  assert.deepEqual(await mailNotifier(clear(server.port, to)).send(MESSAGE), [
    { to: 'mail:a@clinic.example', outcome: 'sent' },
    { to: 'mail:gone@clinic.example', outcome: 'refused', reason: 'refused', status: 550 },
    { to: 'mail:grey@clinic.example', outcome: 'later', reason: 'busy', status: 451 },
    { to: 'mail:b@clinic.example', outcome: 'sent' },
  ])
  assert.deepEqual(server.received.map((mail) => mail.to).sort(), [['a@clinic.example'], ['b@clinic.example']])
  for (const mail of server.received)
    for (const other of to) assert.equal(mail.raw.includes(other), mail.to[0] === other, 'nobody else is named')
})

test('greylisted first, taken later, and the others hear it once', async (t) => {
  let isGrey = true
  const server = await post(t, { refuse: (to) => (isGrey && to.startsWith('grey') ? 451 : undefined) })
  const clock = manualClock(Date.parse('2026-11-28T07:00:00+09:00'))
  const folder = mkdtempSync(join(tmpdir(), 'toride-notify-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const notifier = mailNotifier(clear(server.port, ['a@clinic.example', 'grey@clinic.example']), { clock })
  const book = await AlarmBook.open({ store: fileStore(join(folder, 'alarms.json')), notifier, clock, sender: SENDER })
  await book.raise({ code: 'place-full', about: 'local' })
  await book.tick()
  assert.deepEqual(
    book.troubled().map((one) => one.to),
    ['mail:grey@clinic.example'],
  )
  isGrey = false
  for (let i = 0; i < 10; i++) {
    clock.advance(60_000)
    await book.tick()
  }
  assert.deepEqual(
    server.received.map((mail) => mail.to[0]),
    ['a@clinic.example', 'grey@clinic.example'],
  )
  assert.deepEqual(book.troubled(), [])
})

async function free(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise((done) => server.close(done))
  return port
}

test('a server that is down is tried again', async (t) => {
  const port = await free()
  const notifier = mailNotifier(clear(port))
  assert.deepEqual(await notifier.send(MESSAGE), [
    { to: 'mail:a@clinic.example', outcome: 'later', reason: 'unreachable' },
  ])
  await post(t, { port })
  assert.equal((await notifier.send(MESSAGE))[0]?.outcome, 'sent')
})

/** Says what it is told to, a byte at a time or all at once; answers nothing else. */
async function talker(t: TestContext, say: (write: (text: string) => void) => void): Promise<number> {
  const server: Server = createServer((socket) => {
    socket.on('error', () => undefined)
    say((text) => socket.writable && socket.write(text))
    t.after(() => socket.destroy())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  return (server.address() as AddressInfo).port
}

test('a slow server holds nobody up: silence, and an answer that never ends', { timeout: 10_000 }, async (t) => {
  const silent = await talker(t, () => undefined)
  let timer: NodeJS.Timeout | undefined
  // Each line is in time for the limit on silence: only the limit on the whole ends it.
  const dripping = await talker(t, (write) => {
    write('220 mail.clinic.example\r\n')
    timer = setInterval(() => write('250-mail.clinic.example\r\n'), 20)
  })
  t.after(() => clearInterval(timer))
  for (const port of [silent, dripping])
    assert.deepEqual(await mailNotifier(clear(port), { timeoutMs: 300 }).send(MESSAGE), [
      { to: 'mail:a@clinic.example', outcome: 'later', reason: 'timeout' },
    ])
})

test('a server that speaks something else is no success', async (t) => {
  const port = await talker(t, (write) => write('HTTP/1.1 400 Bad Request\r\n\r\n'))
  assert.notEqual((await mailNotifier(clear(port), { timeoutMs: 1000 }).send(MESSAGE))[0]?.outcome, 'sent')
})

test('TLS: pinned certificate or own authority; nothing goes to a server that is not known', async (t) => {
  if (!hasOpenssl()) return t.skip(NO_OPENSSL)
  const self = certificate(t, 'mail.clinic.example')
  const other = certificate(t, 'mail.clinic.example')
  const authority = certificate(t, 'Clinic CA')
  const issued = certificate(t, '127.0.0.1', authority)
  const misnamed = certificate(t, 'mail.clinic.example', authority)
  const serve = (by: { key: string; cert: string }, secure: boolean) => post(t, { ...by, secure })
  const send = async ({ port }: Post, security: 'tls' | 'starttls', trust?: object) => {
    const login = { user: 'toride', password: 'right' }
    const config = { ...clear(port), security, login, ...(trust && { trust }) }
    const [delivery] = await mailNotifier(config).send(MESSAGE)
    return delivery!.outcome === 'sent' ? 'sent' : delivery!.reason
  }
  for (const security of ['tls', 'starttls'] as const) {
    const selfSigned = await serve(self, security === 'tls')
    assert.equal(await send(selfSigned, security), 'tls', 'unknown to the system')
    assert.equal(await send(selfSigned, security, { certificate: other.cert }), 'tls', 'another of the same name')
    assert.equal(await send(selfSigned, security, { ca: authority.cert }), 'tls')
    assert.deepEqual([selfSigned.received.length, selfSigned.passwords.length], [0, 0], 'no mail, no password')
    assert.equal(await send(selfSigned, security, { certificate: self.cert }), 'sent', 'whatever name it bears')
    assert.deepEqual(selfSigned.passwords, ['right'])

    const known = await serve(issued, security === 'tls')
    assert.equal(await send(known, security, { ca: authority.cert }), 'sent')
    assert.equal(await send(known, security, { certificate: issued.cert }), 'sent', 'a leaf can be pinned')
    // Signed by the same authority, but not the pinned one.
    assert.equal(await send(known, security, { certificate: authority.cert }), 'tls')
    const wrong = await serve(misnamed, security === 'tls')
    assert.equal(await send(wrong, security, { ca: authority.cert }), 'tls', 'right authority, wrong name')
    assert.deepEqual([wrong.received.length, wrong.passwords.length], [0, 0])
  }
})

test('a server whose STARTTLS somebody took away gets neither mail nor password', async (t) => {
  const stripped = await post(t, { disabledCommands: ['STARTTLS'], allowInsecureAuth: true })
  const config = { ...clear(stripped.port), security: 'starttls', login: { user: 'toride', password: 'right' } }
  const [delivery] = await mailNotifier(config).send(MESSAGE)
  assert.deepEqual([delivery?.outcome, delivery?.reason], ['later', 'tls'])
  assert.deepEqual([stripped.received.length, stripped.passwords.length], [0, 0])
})

test('a wrong password is tried again: the alarm outlives it', async (t) => {
  if (!hasOpenssl()) return t.skip(NO_OPENSSL)
  const self = certificate(t, '127.0.0.1')
  const server = await post(t, { ...self, secure: true, authOptional: false })
  const login = { user: 'toride', password: 'wrong' }
  const config = { ...clear(server.port), security: 'tls', trust: { certificate: self.cert }, login }
  assert.deepEqual(await mailNotifier(config).send(MESSAGE), [
    { to: 'mail:a@clinic.example', outcome: 'later', reason: 'sign-in', status: 535 },
  ])
})

test('a setting that could harm is refused, and the refusal tells no password', () => {
  const good = { ...clear(25), security: 'tls', login: { user: 'u', password: 'geheim' } }
  mailNotifier(good)
  const bad: object[] = [
    { ...good, security: 'none' },
    { ...good, security: undefined },
    { ...good, to: [] },
    { ...good, to: ['a@clinic.example\r\nBcc: x@evil.example'] },
    { ...good, to: ['a@clinic.example, x@evil.example'] },
    { ...good, to: ['<x@evil.example>'] },
    { ...good, from: 'toride@clinic.example>\r\nRCPT TO:<x@evil.example' },
    { ...good, from: '"a\nb"@clinic.example' },
    { ...good, host: 'mail.example\r\nx' },
    { ...good, trust: { certificate: 'x' } },
    { ...good, trust: { ca: 'x', certificate: 'x' } },
    { ...good, tls: { rejectUnauthorized: false } },
  ]
  for (const config of bad)
    assert.throws(
      () => mailNotifier(config),
      (error) => isAppError(error, 'BASE_CONFIG_INVALID') && !error.message.includes('geheim'),
      JSON.stringify(config),
    )
})

test('killed after the server took the mail and before that was noted: it comes again, with the same id', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'toride-notify-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'alarms.json')
  // The server has the whole mail; its answer never reaches the process.
  const taken = Promise.withResolvers<void>()
  const first = await post(t, { taken: () => taken.resolve() })
  const script = `
    import { systemClock } from '#base'
    import { AlarmBook, fileStore, mailNotifier } from '#notify'
    const [path, port] = process.argv.slice(1)
    const notifier = mailNotifier({ host: '127.0.0.1', port: Number(port), security: 'none', from: '${FROM}', to: ['a@clinic.example'] })
    const sender = { language: 'ja', house: '見本クリニック' }
    const book = await AlarmBook.open({ store: fileStore(path), notifier, clock: systemClock, sender })
    await book.raise({ code: 'place-full', about: 'local' })
    await book.tick()`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, path, String(first.port)], {
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  await taken.promise
  child.kill('SIGKILL')
  await once(child, 'exit')

  const second = await post(t)
  const notifier = mailNotifier(clear(second.port))
  const book = await AlarmBook.open({ store: fileStore(path), notifier, clock: systemClock, sender: SENDER })
  await book.tick()
  await book.tick()
  const id = (mail: Received) => /^Message-ID: (.*)$/m.exec(mail.raw)?.[1]
  assert.equal(second.received.length, 1)
  assert.ok(id(first.received[0]!))
  assert.equal(id(second.received[0]!), id(first.received[0]!), 'at least once: a mail program can tell')
})
