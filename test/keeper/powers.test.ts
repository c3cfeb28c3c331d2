/** Frozen names, credentials, policy, quotas: what SECURITY.md 3, 5 and 10 ask of the Keeper, over its own door. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { signAttestation } from '#attest'
import { generateSigner, verifierKeyText } from '#tlog'
import { applyPending, changePolicy } from '../../src/keeper/pending.ts'
import { Client, PATH, sha, verifier } from './client.fixture.ts'
import { ask, DAY, enrol, HOUR, startKeeper } from './running.ts'

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
