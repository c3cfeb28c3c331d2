/** Manifests, receipts, poisoning, expiry, frozen names: what SECURITY.md 1 to 5 asks of the Keeper, over its own door. */
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  type Attestation,
  manifestHash,
  type ManifestObject,
  manifestText,
  openReceipt,
  signAttestation,
} from '#attest'
import { generateSigner, parseVerifierKey, verifierKeyText } from '#tlog'
import { applyPending, changePolicy } from '../../src/keeper/pending.ts'
import { ask, DAY, type Enrolled, enrol, HOUR, type RunningKeeper, startKeeper } from './running.ts'

const sha = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const PATH = 'clinic/records'

/** A client that writes what a repository has: bytes that a Keeper without keys cannot tell from sealed ones. */
class Client {
  readonly keeper: RunningKeeper
  readonly who: Enrolled
  readonly base: ManifestObject[] = []

  constructor(keeper: RunningKeeper, who: Enrolled) {
    this.keeper = keeper
    this.who = who
  }

  static async enrolled(keeper: RunningKeeper): Promise<Client> {
    const client = new Client(keeper, await enrol(keeper, { name: 'clinic', kind: 'append' }))
    await client.ask('POST', `${PATH}/?create=true`)
    client.base.push(await client.upload('keys'), await client.upload('config'))
    return client
  }

  ask(method: string, path: string, body?: string | Uint8Array) {
    return ask(this.keeper, this.who, method, path, body)
  }

  async upload(kind: ManifestObject['kind'], bytes = randomBytes(300)): Promise<ManifestObject> {
    const name = kind === 'config' ? '' : sha(bytes)
    const done = await this.ask('POST', kind === 'config' ? `${PATH}/config` : `${PATH}/${kind}/${name}`, bytes)
    assert.equal(done.status, 200, done.body)
    return { kind, name, sizeBytes: bytes.length }
  }

  /** Uploads a generation of one new pack and those given, and hands its manifest in. */
  async generation(older: readonly ManifestObject[] = []) {
    const objects = [...this.base, ...older, await this.upload('data'), await this.upload('index')]
    const snapshot = await this.upload('snapshots')
    const text = manifestText([...objects, snapshot])
    const answer = await this.submit(snapshot.name, text)
    assert.equal(answer.status, 200, answer.body)
    return { ...this.receipt(answer.body), text, objects, note: answer.body }
  }

  submit(snapshot: string, text: string) {
    return this.ask('POST', `${PATH}/generations/${snapshot}`, text)
  }

  receipt(note: string) {
    return openReceipt(note, parseVerifierKey(this.who.keeperKey))
  }

  path(object: ManifestObject): string {
    const folder = object.kind === 'data' ? `data/${object.name.slice(0, 2)}` : object.kind
    return join(this.keeper.root, 'repositories', PATH, folder, object.name)
  }

  has(object: ManifestObject): boolean {
    return existsSync(this.path(object))
  }
}

/** A verifier of its own identity that finds generations complete. */
async function verifier(keeper: RunningKeeper) {
  const signer = generateSigner('verifier-1')
  const who = await enrol(
    keeper,
    { name: 'verifier', kind: 'verify', of: 'clinic' },
    { attestKey: verifierKeyText(signer) },
  )
  return {
    who,
    signer,
    async attest({ snapshot, text }: { snapshot: string; text: string }, more: Partial<Attestation> = {}) {
      const attestation = {
        repository: PATH,
        snapshot,
        manifest: manifestHash(text),
        at: keeper.time.wall,
        result: 'complete',
        scope: 'all-data',
        ...more,
      } as const
      return ask(keeper, who, 'POST', `${PATH}/attestations`, signAttestation(attestation, signer))
    },
  }
}

/** What the Keeper does by itself every hour, over two days: marking, and going after the grace. */
async function expireOverDays(keeper: RunningKeeper): Promise<void> {
  await keeper.house.expireAll()
  keeper.pass(3 * DAY)
  await keeper.house.expireAll()
}

test('a manifest becomes a receipt that names what was promised; the same again is the same receipt', async (t) => {
  const keeper = await startKeeper(t)
  const client = await Client.enrolled(keeper)
  const first = await client.generation()
  assert.equal(first.repository, PATH)
  assert.equal(first.manifest, manifestHash(first.text))
  assert.equal(first.receivedAt, keeper.time.wall)
  assert.equal(first.lockedUntil, keeper.time.wall + 425 * DAY)
  assert.equal((await client.submit(first.snapshot, first.text)).body, first.note)
  if (process.getuid?.() === 0)
    for (const object of first.objects)
      assert.match(execFileSync('lsattr', [client.path(object).replace(/\/$/, '')], { encoding: 'utf8' }), /^\S*i/)

  const again = await keeper.restart()
  const list = JSON.parse((await ask(again, client.who, 'GET', `${PATH}/generations`)).body) as { snapshot: string }[]
  assert.deepEqual(
    list.map((one) => one.snapshot),
    [first.snapshot],
  )
})

test('a receipt whose holding failed is the same at the next try, without a new start', async (t) => {
  let isBroken = false
  const keeper = await startKeeper(t, {
    wrapLocker: (inner) => ({
      ...inner,
      hold: (ref, paths, untilMs) =>
        isBroken && paths[0]!.endsWith('.receipt')
          ? Promise.reject(new Error('killed'))
          : inner.hold(ref, paths, untilMs),
    }),
  })
  const client = await Client.enrolled(keeper)
  await client.generation()
  const snapshot = await client.upload('snapshots')
  const text = manifestText([...client.base, snapshot])
  isBroken = true
  assert.equal((await client.submit(snapshot.name, text)).status, 500)
  isBroken = false
  // However long it takes until the next try: what the receipt speaks of is no submission that was cut off.
  keeper.pass(500 * DAY)
  await expireOverDays(keeper)
  assert.ok(existsSync(join(keeper.root, 'repositories', PATH, 'snapshots', snapshot.name)))
  const again = await client.submit(snapshot.name, text)
  assert.equal(again.status, 200, again.body)
  assert.equal(client.receipt(again.body).snapshot, snapshot.name)
})

test('a manifest that is malformed, incomplete or another under the same name is refused', async (t) => {
  const keeper = await startKeeper(t)
  const client = await Client.enrolled(keeper)
  const good = await client.generation()
  const lines = good.text.trimEnd().split('\n')
  const snapshot = await client.upload('snapshots')
  const malformed = [
    '',
    'x\n',
    good.text.slice(0, -1),
    `${good.text}${lines[0]}\n`,
    lines.toReversed().join('\n') + '\n',
    good.text.replace('data/', 'data/../'),
    good.text.replace('data/', 'locks/'),
    manifestText(client.base),
    good.text, // of another snapshot
  ]
  for (const text of malformed) {
    const answer = await client.submit(snapshot.name, text)
    assert.equal(answer.code, 'manifest-malformed', text.slice(0, 80))
  }
  const missing = { kind: 'data', name: 'ab'.repeat(32), sizeBytes: 5 } as const
  const incomplete = await client.submit(snapshot.name, manifestText([...good.objects, missing, snapshot]))
  assert.equal(incomplete.code, 'manifest-incomplete')
  const wrongSize = good.objects.map((object) => ({ ...object, sizeBytes: object.sizeBytes + 1 }))
  assert.equal((await client.submit(snapshot.name, manifestText([...wrongSize, snapshot]))).code, 'manifest-incomplete')
  const own = good.objects.find(({ kind }) => kind === 'snapshots') ?? {
    kind: 'snapshots' as const,
    name: good.snapshot,
    sizeBytes: 300,
  }
  const differs = await client.submit(good.snapshot, manifestText([...client.base, own]))
  assert.equal(differs.code, 'manifest-differs')
  assert.ok(keeper.alarms.some(({ code, about }) => code === 'generation-refused' && about === 'clinic'))
})

test('many worthless generations of one day push nothing out, and count once', async (t) => {
  const keeper = await startKeeper(t)
  const client = await Client.enrolled(keeper)
  const first = await client.generation()
  for (let i = 0; i < 21; i++) {
    const worthless = await client.generation()
    assert.equal(worthless.rule, 'extra')
    assert.equal(worthless.lockedUntil, keeper.time.wall + 7 * DAY)
  }
  keeper.pass(DAY)
  const next = await client.generation()
  assert.equal(next.rule, 'daily')
  const other = await verifier(keeper)
  keeper.pass(430 * DAY)
  for (let i = 0; i < 5; i++) await other.attest(next)
  await expireOverDays(keeper)
  assert.equal((await client.ask('GET', `${PATH}/generations/${first.snapshot}/receipt`)).status, 200)
})

test('silence, and generations that nobody attested, make nothing go; attested newer ones do, after the grace', async (t) => {
  const keeper = await startKeeper(t)
  const client = await Client.enrolled(keeper)
  const old = await client.generation()
  const shared = old.objects.find(({ kind }) => kind === 'data')!
  keeper.pass(DAY)
  const own = await client.generation()
  const onlyOld = own.objects.filter(({ kind }) => kind === 'data')
  const later = []
  for (let day = 0; day < 60; day++) {
    keeper.pass(DAY)
    later.push(await client.generation(day > 40 ? [shared] : []))
  }
  keeper.pass(30 * DAY)
  await expireOverDays(keeper)
  assert.ok(client.has(onlyOld[0]!), 'nobody attested')

  const judge = await verifier(keeper)
  for (const generation of later.slice(-3))
    assert.equal((await judge.attest(generation, { scope: 'structure' })).status, 200)
  await expireOverDays(keeper)
  assert.ok(client.has(onlyOld[0]!), 'nobody read the bytes')
  for (const generation of later.slice(-3)) {
    assert.equal((await judge.attest(generation, { at: keeper.time.wall - 5 })).status, 200)
    // A later look at the structure takes nothing back.
    assert.equal((await judge.attest(generation, { scope: 'structure' })).status, 200)
  }
  assert.equal((await judge.attest(later.at(-1)!, { result: 'damaged', scope: 'structure' })).status, 200)
  assert.ok(keeper.alarms.some(({ code, about }) => code === 'verification-failed' && about === 'clinic'))
  await expireOverDays(keeper)
  assert.ok(client.has(onlyOld[0]!), 'one of the three is damaged')
  keeper.pass(1)
  assert.equal((await judge.attest(later.at(-1)!)).status, 200)
  const ahead = await judge.attest(later.at(-1)!, { at: keeper.time.wall + 3 * DAY })
  assert.equal(ahead.code, 'attestation')
  await keeper.house.expireAll()
  assert.ok(client.has(onlyOld[0]!), 'only marked')
  keeper.pass(3 * DAY)
  await keeper.house.expireAll()
  for (const object of onlyOld) assert.ok(!client.has(object), 'gone: no kept manifest lists it')
  assert.ok(client.has(shared), 'kept: later ones list it, and its own is held for the month')
  const last = later.at(-1)!
  for (const object of last.objects) assert.ok(client.has({ ...object }), `${object.kind} of a kept generation`)
  const log = readFileSync(join(keeper.root, 'repositories', PATH, 'expiry.json'), 'utf8')
  assert.doesNotMatch(log, new RegExp(last.snapshot))

  // Old attestations free nothing: without fresh ones the Keeper keeps everything.
  keeper.pass(60 * DAY)
  const before = JSON.parse((await client.ask('GET', `${PATH}/generations`)).body) as unknown[]
  await expireOverDays(keeper)
  assert.equal((JSON.parse((await client.ask('GET', `${PATH}/generations`)).body) as unknown[]).length, before.length)
})

test('a frozen clock or a freeze stops expiry, never a backup', async (t) => {
  const keeper = await startKeeper(t)
  const client = await Client.enrolled(keeper)
  const judge = await verifier(keeper)
  keeper.pass(DAY)
  await client.generation()
  const later = []
  for (let day = 0; day < 4; day++) {
    keeper.pass(DAY)
    later.push(await client.generation())
  }
  keeper.pass(430 * DAY)
  for (const generation of later) await judge.attest(generation)
  assert.equal((await client.ask('POST', 'toride/freeze')).status, 200)
  await expireOverDays(keeper)
  const count = async () => (JSON.parse((await client.ask('GET', `${PATH}/generations`)).body) as unknown[]).length
  assert.equal(await count(), 5)
  keeper.pass(31 * DAY)
  keeper.time.wall += 30 * HOUR
  for (const generation of later) await judge.attest(generation)
  await expireOverDays(keeper)
  assert.equal(await count(), 5, 'the clocks disagree')
  await client.generation()
  assert.equal(await count(), 6)
  assert.ok(keeper.alarms.some(({ code }) => code === 'clock-frozen'))
})

test('uploads that no manifest lists stay the stated time and go then', async (t) => {
  const keeper = await startKeeper(t)
  const client = await Client.enrolled(keeper)
  await client.generation()
  const stray = await client.upload('data')
  const lock = await client.upload('locks')
  await keeper.house.expireAll()
  assert.ok(client.has(stray))
  keeper.pass(15 * DAY)
  await keeper.house.expireAll()
  assert.ok(!client.has(stray))
  assert.ok(!client.has(lock), 'a lock that nobody refreshed holds nobody up')
})

test('names are frozen: config once, keys by the console, counts and sizes bounded', async (t) => {
  const keeper = await startKeeper(t)
  const client = await Client.enrolled(keeper)
  assert.equal((await client.ask('POST', `${PATH}/config`, 'another')).code, 'exists')
  const key = randomBytes(200)
  assert.equal((await client.ask('POST', `${PATH}/keys/${sha(key)}`, key)).code, 'keys-closed')
  keeper.house.clients.save({ ...keeper.house.clients.get('clinic')!, keysOpenUntil: keeper.time.wall + HOUR })
  assert.equal((await client.ask('POST', `${PATH}/keys/${sha(key)}`, key)).status, 200)
  assert.equal((await client.ask('POST', `${PATH}/locks/${'ab'.repeat(32)}`, randomBytes(5000))).code, 'too-large')
  assert.equal((await client.ask('POST', `${PATH}/data/${'ab'.repeat(32)}`, 'other bytes')).code, 'hash-differs')
  for (const path of ['../../etc', 'x/../y', 'data/..', '%2e%2e/x', 'a//b', 'data/AB'])
    assert.ok((await client.ask('GET', `clinic/${path}`)).status >= 400, path)
})

test('each credential opens its own power only', async (t) => {
  const keeper = await startKeeper(t)
  const client = await Client.enrolled(keeper)
  const generation = await client.generation()
  const pack = generation.objects.find(({ kind }) => kind === 'data')!
  const reader = await enrol(keeper, { name: 'station', kind: 'read', of: 'clinic' })
  const other = await enrol(keeper, { name: 'other', kind: 'append' })
  const judge = await verifier(keeper)
  assert.equal((await ask(keeper, reader, 'GET', `${PATH}/data/${pack.name}`)).status, 200)
  assert.equal((await ask(keeper, reader, 'POST', `${PATH}/data/${pack.name}`, 'x')).code, 'not-yours')
  assert.equal((await ask(keeper, reader, 'DELETE', `${PATH}/locks/${pack.name}`)).code, 'not-yours')
  assert.equal((await ask(keeper, other, 'GET', `${PATH}/data/${pack.name}`)).code, 'not-yours')
  assert.equal(
    (await ask(keeper, judge.who, 'POST', `${PATH}/generations/${generation.snapshot}`, generation.text)).code,
    'not-yours',
  )
  const forged = signAttestation(
    {
      repository: PATH,
      snapshot: generation.snapshot,
      manifest: generation.manifest,
      at: 1,
      result: 'complete',
      scope: 'all-data',
    },
    generateSigner('verifier-1'),
  )
  assert.equal((await ask(keeper, judge.who, 'POST', `${PATH}/attestations`, forged)).code, 'attestation')
  assert.equal((await client.ask('POST', `${PATH}/attestations`, forged)).code, 'not-yours')
  assert.equal((await ask(keeper, { name: 'clinic', token: 'x' }, 'GET', `${PATH}/data/`)).code, 'unauthorized')

  // Reading its own packs in bulk is not what an appender does.
  const small = { ...keeper.house.policy, readBytesPerDay: 500 }
  writeFileSync(join(keeper.root, 'policy.json'), JSON.stringify(small))
  assert.equal((await client.ask('GET', `${PATH}/data/${pack.name}`)).status, 200)
  assert.equal((await client.ask('GET', `${PATH}/data/${pack.name}`)).code, 'bulk-reading')
})

test('the policy grows from afar and shrinks only at the console', async (t) => {
  const keeper = await startKeeper(t)
  const client = await Client.enrolled(keeper)
  const more = await client.ask('POST', 'toride/policy', JSON.stringify({ dailyDays: 40 }))
  assert.equal(more.status, 200, more.body)
  for (const less of [
    { dailyDays: 20 },
    { floorGenerations: 2 },
    { attestationDays: 300 },
    { graceHours: 24 },
    { readBytesPerDay: 2e12 },
  ]) {
    const answer = await client.ask('POST', 'toride/policy', JSON.stringify(less))
    assert.ok(['policy-lower', 'bad-request', 'not-yours'].includes(answer.code ?? ''), JSON.stringify(less))
  }
  assert.equal(keeper.house.policy.dailyDays, 40)

  // At the console a lowering waits a week, and a raise meanwhile withdraws it.
  assert.ok((await changePolicy(keeper.house, { dailyDays: 19, weeklyDays: 30 }))!.effectiveAt >= keeper.time.wall)
  keeper.pass(8 * DAY)
  await client.ask('POST', 'toride/policy', JSON.stringify({ dailyDays: 50 }))
  await applyPending(keeper.house)
  assert.deepEqual([keeper.house.policy.dailyDays, keeper.house.policy.weeklyDays], [50, 63])
  await changePolicy(keeper.house, { weeklyDays: 30 })
  keeper.pass(6 * DAY)
  await applyPending(keeper.house)
  assert.equal(keeper.house.policy.weeklyDays, 63)
  keeper.pass(2 * DAY)
  await applyPending(keeper.house)
  assert.deepEqual([keeper.house.policy.dailyDays, keeper.house.policy.weeklyDays], [50, 30])
})

test('a one-time code works once; the ledger’s key is pinned at enrolment', async (t) => {
  const keeper = await startKeeper(t)
  const one = verifierKeyText(generateSigner('clinic.example/ledger'))
  const two = verifierKeyText(generateSigner('clinic.example/ledger'))
  await enrol(keeper, { name: 'clinic', kind: 'append' }, { ledgerKey: one })
  await assert.rejects(enrol(keeper, { name: 'clinic', kind: 'append' }, { ledgerKey: two }), /log-signature/)
  const code = keeper.house.clients.invite({
    name: 'xray',
    kind: 'append',
    quotaBytes: 1,
    plain: false,
    until: keeper.time.wall + 1,
  })
  const handIn = () =>
    fetch(`${keeper.url}toride/enrol`, { method: 'POST', body: JSON.stringify({ code: code.toLowerCase() }) })
  assert.equal((await handIn()).status, 200)
  assert.equal((await handIn()).status, 403)
  const late = keeper.house.clients.invite({
    name: 'ward',
    kind: 'append',
    quotaBytes: 1,
    plain: false,
    until: keeper.time.wall + 1,
  })
  keeper.pass(2)
  assert.equal(
    (await fetch(`${keeper.url}toride/enrol`, { method: 'POST', body: JSON.stringify({ code: late }) })).status,
    403,
  )
  // Guessing makes the address wait.
  for (let i = 0; i < 30; i++) await fetch(`${keeper.url}toride/enrol`, { method: 'POST', body: '{"code":"AAAAA"}' })
  assert.equal((await fetch(`${keeper.url}toride/enrol`, { method: 'POST', body: '{"code":"AAAAA"}' })).status, 429)
})

test('a full quota refuses and leaves no half file', async (t) => {
  const keeper = await startKeeper(t)
  const who = await enrol(keeper, { name: 'clinic', kind: 'append', quotaBytes: 20_000 })
  const client = new Client(keeper, who)
  await client.ask('POST', `${PATH}/?create=true`)
  await client.upload('data', randomBytes(15_000))
  const second = randomBytes(15_000)
  const answer = await client.ask('POST', `${PATH}/data/${sha(second)}`, second)
  assert.deepEqual([answer.status, answer.code], [507, 'quota'])
  assert.equal((await client.ask('HEAD', `${PATH}/data/${sha(second)}`)).status, 404)
})

test('an upload that a kill cut leaves nothing under its name', async (t) => {
  const keeper = await startKeeper(t)
  const client = await Client.enrolled(keeper)
  const bytes = randomBytes(1 << 20)
  const controller = new AbortController()
  const body = new ReadableStream({
    start(stream) {
      stream.enqueue(bytes.subarray(0, 1000))
      setTimeout(() => controller.abort(), 50)
    },
  })
  const headers = { authorization: `Basic ${Buffer.from(`${client.who.name}:${client.who.token}`).toString('base64')}` }
  const init = { method: 'POST', headers, body, duplex: 'half', signal: controller.signal } as RequestInit
  await assert.rejects(fetch(`${keeper.url}${PATH}/data/${sha(bytes)}`, init))
  assert.equal((await client.ask('HEAD', `${PATH}/data/${sha(bytes)}`)).status, 404)
  assert.equal((await client.upload('data', bytes)).sizeBytes, bytes.length)
})
