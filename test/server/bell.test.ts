/** The production server tells by itself: settings on screen, a real mail server at the other end, a clock that is moved. */
import assert from 'node:assert/strict'
import { execFile, execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { isAppError } from '#base'
import { bindServices, type Institution } from '#server'
import type { MailServerInput } from '#web'
import { take, toride } from './house.ts'
import { type Mail, post } from './post.ts'
import { clear, DAY, DIRECTOR, HOUR, MINUTE, scene, START, subjects, SUPPORT, told } from './told.ts'

async function changes({ ledger }: Institution): Promise<unknown[]> {
  const found: unknown[] = []
  for await (const { entry } of (await ledger.reader()).entries())
    if (entry.type === 'settings.changed' && entry.data['area'] === 'notices') found.push(entry.data['changes'])
  return found
}

test('with nobody to tell the first page says so; what is set up is a ledger entry of codes, its password seen by nobody', async (t) => {
  const { institution, notices, viewer, home } = await scene(t)
  const services = bindServices(institution)
  await institution.bell.tick()
  assert.equal((await services.home(viewer)).notices, 'nobody')
  const server = clear(587, {
    host: 'smtp.clinic.example',
    security: 'starttls',
    user: 'clinic',
    password: 'tell-nobody-42',
  })
  assert.deepEqual(await notices.saveServer(viewer, server), { kind: 'ok' })
  assert.equal((await services.home(viewer)).notices, 'nobody', 'a server and no recipient tells nobody')
  for (let click = 0; click < 2; click++) assert.deepEqual(await notices.addRecipient(viewer, DIRECTOR), { kind: 'ok' })
  assert.deepEqual(await notices.saveServer(viewer, server), { kind: 'ok' })
  assert.equal((await services.home(viewer)).notices, undefined)
  assert.deepEqual(await changes(institution), [['mail', 'password'], ['recipient-added']])
  assert.doesNotMatch(JSON.stringify(await notices.get(viewer)), /tell-nobody/)
  await home.close()
  for (const file of ['state.db', 'keys/ring.json', 'ledger/checkpoint'])
    assert.ok(!readFileSync(join(home.folder, file)).includes('tell-nobody-42'), file)
})

test('a password that is kept goes to the server that it was typed for, to no other', async (t) => {
  const { notices, viewer } = await scene(t)
  const server = clear(587, {
    host: 'smtp.clinic.example',
    security: 'starttls',
    user: 'clinic',
    password: 'tell-nobody-42',
  })
  await notices.saveServer(viewer, server)
  const kept = { ...server, password: '' }
  assert.deepEqual(await notices.saveServer(viewer, { ...kept, from: 'other@clinic.example' }), { kind: 'ok' })
  for (const other of [
    { host: 'smtp.evil.example' },
    { port: '2525' },
    { security: 'tls' as const },
    { user: 'other' },
  ])
    assert.deepEqual(await notices.saveServer(viewer, { ...kept, ...other }), {
      kind: 'refused',
      field: 'password',
      code: 'again',
    })
})

test('hostile words are refused at their field, and nothing is kept of them', async (t) => {
  const { institution, notices, viewer } = await scene(t)
  const servers: [Partial<MailServerInput>, string][] = [
    [{ host: '' }, 'host'],
    [{ host: 'smtp.example\r\nRCPT TO:<x@evil.example>' }, 'host'],
    [{ host: 'http://169.254.169.254/' }, 'host'],
    [{ port: '0' }, 'port'],
    [{ port: '25; rm' }, 'port'],
    [{ from: 'a@clinic.example\r\nBcc: x@evil.example' }, 'from'],
    [{ from: 'Director <a@clinic.example>' }, 'from'],
    [{ user: 'clinic', password: 'in the clear' }, 'user'],
    [{ security: 'tls', certificate: 'no certificate' }, 'certificate'],
  ]
  for (const [words, field] of servers) {
    const result = await notices.saveServer(viewer, clear(25, words))
    assert.ok(result.kind === 'refused' && result.field === field, JSON.stringify([words, result]))
  }
  for (const address of ['', 'nobody', 'a@clinic.example, x@evil.example', 'a@clinic.example\r\nBcc: x@evil.example'])
    assert.equal((await notices.addRecipient(viewer, { ...DIRECTOR, address })).kind, 'refused', address)
  const secret = 's'.repeat(32)
  for (const url of [
    'http://chat.clinic.example/',
    'https://user:word@chat.clinic.example/',
    'file:///etc/passwd',
    'chat',
  ])
    assert.deepEqual(await notices.saveWebhook(viewer, { url, secret }), {
      kind: 'refused',
      field: 'url',
      code: 'wrong',
    })
  assert.deepEqual(await changes(institution), [])
  const nobody = { ...viewer, can: new Set<never>() }
  await assert.rejects(
    async () => notices.addRecipient(nobody, DIRECTOR),
    (error) => isAppError(error, 'ACCESS_DENIED'),
  )
})

test('the webhook does not call this machine itself', async (t) => {
  const { notices, viewer } = await scene(t)
  for (const host of [
    '127.0.0.1:9',
    'localhost:9',
    '[::1]:9',
    '169.254.169.254',
    '0.0.0.0:9',
    '[::ffff:127.0.0.1]:9',
    '2130706433',
  ]) {
    assert.deepEqual(await notices.saveWebhook(viewer, { url: `https://${host}/x`, secret: 's'.repeat(32) }), {
      kind: 'ok',
    })
    await notices.test(viewer)
    assert.equal((await notices.get(viewer)).test?.results[0]?.reason, 'own-address', host)
  }
})

function certificate(t: TestContext): { key: string; cert: string } {
  const folder = mkdtempSync(join(tmpdir(), 'toride-post-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = (name: string) => join(folder, name)
  const make = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=smtp'.split(' ')
  execFileSync('openssl', [...make, '-keyout', file('key'), '-out', file('cert')], { stdio: 'ignore' })
  return { key: readFileSync(file('key'), 'utf8'), cert: readFileSync(file('cert'), 'utf8') }
}

test('the test really sends, by STARTTLS and by TLS, and says what is wrong', async (t) => {
  if (spawnSync('openssl', ['version']).error) return t.skip('no openssl here to make a certificate')
  const { notices, viewer } = await scene(t)
  const own = certificate(t)
  await notices.addRecipient(viewer, DIRECTOR)
  await notices.addRecipient(viewer, SUPPORT)
  for (const security of ['starttls', 'tls'] as const) {
    // The certificates are of two days, and the clock of the house is not asked for them.
    const mail = await post(t, { ...own, secure: security === 'tls', authOptional: false, refuse: SUPPORT.address })
    const server = clear(mail.port, { security, user: 'clinic', certificate: own.cert })
    const reasons = async (more: Partial<MailServerInput>) => {
      assert.deepEqual(await notices.saveServer(viewer, { ...server, ...more }), { kind: 'ok' })
      await notices.test(viewer)
      return (await notices.get(viewer)).test?.results.map(({ reason }) => reason)
    }
    assert.deepEqual(await reasons({ password: 'wrong' }), ['sign-in', 'sign-in'])
    assert.deepEqual(await reasons({ password: 'right-password', certificate: '' }), ['tls', 'tls'])
    assert.deepEqual(await reasons({ password: 'right-password' }), [undefined, 'refused'])
    assert.match(mail.mails[0]!.subject, /お知らせの試験です - 試験の医院$/)
    await notices.test(viewer)
    assert.equal(mail.mails[1]!.id, mail.mails[0]!.id, 'a second click in the same minute is the same mail')
    await mail.stop()
    assert.deepEqual(await reasons({ password: 'right-password' }), ['unreachable', 'unreachable'])
  }
})

test('a late source is one mail in each one’s language, a second tick none, a day later a reminder, its end one', async (t) => {
  const { home, clock, institution, notices, viewer, mail, pass } = await told(t)
  await notices.addRecipient(viewer, SUPPORT)
  await take(institution, home, 1)
  const source = (await institution.vault.sources()).find(({ kind }) => kind === 'folder')!
  await pass(HOUR)
  assert.deepEqual(subjects(mail), [])
  // Tuesday's backup is expected on Wednesday morning at eight.
  await pass(DAY)
  assert.deepEqual(subjects(mail), ['[要確認] 予定のバックアップが届いていません'])
  assert.match(mail.mails[0]!.text, new RegExp(`対象: ${source.id}\\n11月24日 10:00から`))
  assert.match(subjects(mail, SUPPORT.address)[0]!, /An expected backup has not arrived/)
  const row = (await notices.get(viewer)).open[0]!
  assert.deepEqual([row.about, row.name], [source.id, '書類'], 'the screen says which one that is')
  for (let i = 0; i < 3; i++) await institution.bell.tick()
  await pass(20 * HOUR)
  assert.equal(subjects(mail).length, 1)
  await pass(5 * HOUR)
  assert.equal(subjects(mail).length, 2)
  assert.match(mail.mails.at(-2)!.text + mail.mails.at(-1)!.text, /続いています。/)
  while (new Date(clock.now()).getUTCHours() !== 3) await pass(10 * MINUTE)
  await take(institution, home, 1)
  await pass(2 * HOUR)
  assert.deepEqual(subjects(mail).slice(2), ['[お知らせ] 解消: 予定のバックアップが届いていません'])
  for (const { text } of mail.mails) assert.doesNotMatch(text, new RegExp(`書類|${home.folder}|${home.source}`))
})

test('a run that failed at night and worked before the morning wakes nobody; one that goes on failing waits for seven', async (t) => {
  const { home, clock, institution, mail, pass } = await told(t)
  await take(institution, home, 1)
  const source = (await institution.vault.sources()).find(({ kind }) => kind === 'folder')!
  const fail = async () => {
    rmSync(home.source, { recursive: true })
    await assert.rejects((await institution.vault.runs.run(source.id)).done)
  }
  clock.set(Date.parse('2026-11-25T02:00:00+09:00'))
  await fail()
  await pass(2 * HOUR)
  spawnSync('mkdir', [home.source])
  await take(institution, home, 1)
  await pass(2 * HOUR)
  await fail()
  await pass(50 * MINUTE)
  assert.deepEqual(subjects(mail), [], '6:50')
  await pass(20 * MINUTE)
  assert.deepEqual(subjects(mail), ['[要確認] バックアップに失敗しました'])
})

test('a mail server that is away for a day: afterwards all in one, and the screen says so meanwhile', async (t) => {
  const { home, institution, notices, viewer, mail, pass } = await told(t)
  await mail.stop()
  await take(institution, home, 1)
  await institution.vault.saveSetting('ledger-alarm', JSON.stringify({ at: START, findings: [] }))
  await pass(DAY)
  assert.equal((await bindServices(institution).home(viewer)).notices, 'troubled')
  assert.equal((await notices.get(viewer)).troubled[0]?.reason, 'unreachable')
  const back = await post(t, { port: mail.port })
  await pass(2 * HOUR)
  assert.deepEqual(subjects(back), ['[至急] 改ざん防止の記録が、前と食い違います（ほか1件）'])
  assert.match(back.mails[0]!.text, /予定のバックアップが届いていません/)
  assert.equal((await bindServices(institution).home(viewer)).notices, undefined)
})

test('killed between noting and sending: the next start sends it, and once', async (t) => {
  const { home, clock, institution, mail, pass } = await told(t)
  await mail.stop()
  await institution.vault.saveSetting('ledger-alarm', JSON.stringify({ at: START, findings: [] }))
  await pass(10 * MINUTE)
  await home.close()
  const back = await post(t, { port: mail.port })
  const again = await home.open(clock)
  await pass(2 * HOUR, again.bell)
  assert.deepEqual(subjects(back), ['[至急] 改ざん防止の記録が、前と食い違います'])
  await home.close()
  await pass(2 * HOUR, (await home.open(clock)).bell)
  assert.equal(back.mails.length, 1)
})

test('each Monday at seven the five lights in five lines; two weeks’ words are two mails', async (t) => {
  const { home, institution, clock, mail, pass } = await told(t)
  await take(institution, home, 1)
  await institution.bell.tick()
  clock.set(Date.parse('2026-11-30T06:50:00+09:00'))
  const before = mail.mails.length
  await institution.bell.tick()
  await pass(20 * MINUTE)
  const week = mail.mails.slice(before).find(({ text }) => text.includes('毎週月曜'))!
  for (const line of [
    'バックアップ済み: ',
    '消されない: ',
    '復元テスト済み: ',
    '停止時も見られる: ',
    '訓練済み: × できていません',
  ])
    assert.ok(week.text.includes(line), week.text)
  assert.match(week.text, /取れたバックアップ: 1\n/)
  const seen = mail.mails.length
  await pass(7 * DAY)
  const next = mail.mails.slice(seen).filter(({ text }) => text.includes('毎週月曜'))
  assert.equal(next.length, 1)
  assert.notEqual(next[0]!.id, week.id)
})

test('who is taken out, and whoever loses the mail server, hears of it', async (t) => {
  const { notices, viewer, mail } = await told(t)
  for (let click = 0; click < 2; click++) await notices.removeRecipient(viewer, DIRECTOR.address)
  assert.deepEqual(subjects(mail), ['[要確認] 知らせる相手か、知らせ方が変わりました'])
  await notices.addRecipient(viewer, SUPPORT)
  await notices.removeServer(viewer)
  assert.equal(mail.mails.length, 2)
})

const checkpointOf = (mails: readonly Mail[]): Mail => mails.find(({ attached }) => attached !== undefined)!

test('each month the ledger’s checkpoint: both verifiers take it as it came, and find a ledger that was put back', async (t) => {
  const { home, institution, clock, notices, viewer, mail, pass } = await told(t)
  await take(institution, home, 1)
  await home.close()
  const early = readFileSync(join(home.folder, 'ledger/checkpoint'))
  const opened = await home.open(clock)
  await take(opened, home, 1)
  clock.set(Date.parse('2026-12-01T06:50:00+09:00'))
  await pass(20 * MINUTE, opened.bell)
  const { attached, text } = checkpointOf(mail.mails)
  const file = join(home.source, '..', 'checkpoint.txt')
  writeFileSync(file, attached!)
  const seen = mail.mails.length
  await pass(20 * DAY, opened.bell)
  assert.equal(mail.mails.slice(seen).filter((one) => one.attached).length, 0, 'once a month')
  await take(opened, home, 1)
  await home.close()

  const verify = (...more: string[]) => toride('ledger', 'verify', '--checkpoint', file, ...more, '--data', home.folder)
  assert.equal((await verify()).code, 0, (await verify()).out)
  // Saved by an editor of Windows.
  writeFileSync(file, `\uFEFF${attached!.toString().replaceAll('\n', '\r\n')}`)
  assert.equal((await verify()).code, 0)
  const [, size, code] = /件数: (\d+)\n番号: ([0-9A-Z ]+)\n/.exec(text)!
  assert.equal((await toride('ledger', 'compare', size!, code!, '--data', home.folder)).code, 0)
  writeFileSync(file, attached!.toString().replace(/\n\d+\n/, '\n1\n'))
  assert.match((await verify()).error, /TLOG_SIGNATURE_INVALID|署名が合いません/)
  writeFileSync(file, attached!)

  const key = /検証用の鍵: (\S+)/.exec(text)![1]!
  const python = () => second(join(home.folder, 'ledger'), key, file)
  if (spawnSync('python3', ['--version']).error === undefined) assert.equal((await python()).code, 0)
  // An older ledger put in the place of this one.
  writeFileSync(join(home.folder, 'ledger/checkpoint'), early)
  assert.match((await verify()).out, /LEDGER_SHORTER/)
  if (spawnSync('python3', ['--version']).error === undefined) assert.match((await python()).out, /shorter/)
  await assert.rejects(async () => notices.sendCheckpoint({ ...viewer, can: new Set<never>() }))
})

/** The verifier that has nothing of Toride. */
function second(folder: string, key: string, earlier: string): Promise<{ code: number; out: string }> {
  const script = join(import.meta.dirname, '../../docs/verify-ledger.py')
  return new Promise((done) =>
    execFile(
      'python3',
      [script, folder, '--key', key, '--earlier', earlier],
      { env: { ...process.env, LANG: 'C', LC_ALL: 'C' } },
      (error, out) => done({ code: error ? 1 : 0, out }),
    ),
  )
}

test('by a click the checkpoint goes with the next letter', async (t) => {
  const { institution, notices, viewer, mail, pass } = await told(t)
  for (let click = 0; click < 2; click++) await notices.sendCheckpoint(viewer)
  await pass(10 * MINUTE, institution.bell)
  assert.deepEqual(subjects(mail), ['[お知らせ] 改ざん防止の記録の控えです'])
  assert.match(checkpointOf(mail.mails).attached!.toString(), /\n\n— /)
})
