/** Manifests, receipts, poisoning, expiry: what SECURITY.md 1, 2 and 4 ask of the Keeper, over its own door. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { manifestHash, manifestText } from '#attest'
import { Client, expireOverDays, PATH, verifier } from './client.fixture.ts'
import { ask, DAY, HOUR, startKeeper } from './running.ts'

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
  // 'weekly' where tomorrow is a Monday.
  assert.notEqual(next.rule, 'extra')
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
