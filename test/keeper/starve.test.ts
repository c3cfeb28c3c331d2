/** Starving the Keeper: room, memory, neighbours, alarms. Each of these got through once. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readdirSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { manifestHash, type ManifestObject, openReceipt, signAttestation } from '#attest'
import { generateSigner, parseVerifierKey, verifierKeyText } from '#tlog'
import { week } from '../../src/keeper/rounds.ts'
import { clinic } from './clinic.fixture.ts'
import { PATH, sha } from './house.fixture.ts'
import { ask, DAY, type Enrolled, enrol, HOUR, startKeeper } from './running.ts'

const ruleOf = (keeperKey: string, note: string): string => openReceipt(note, parseVerifierKey(keeperKey)).rule

test('tiny files and repeated manifests cost what they take on the disk', async (t) => {
  const keeper = await startKeeper(t)
  const { to } = await clinic(keeper, 200_000)
  let last = 200
  let taken = 0
  for (; last === 200 && taken < 100; taken++) {
    const tiny = randomBytes(8)
    last = (await to('POST', `data/${sha(tiny)}`, tiny)).status
  }
  assert.equal(last, 507)
  assert.ok(taken < 60, 'blocks are counted, not bytes')

  const other = await startKeeper(t)
  const large = await clinic(other, 600_000)
  const objects: ManifestObject[] = []
  for (let i = 0; i < 60; i++) objects.push(await large.upload('data'))
  let code: string | undefined
  for (let i = 0; code === undefined && i < 60; i++) code = (await large.generation(objects)).answer.code
  assert.equal(code, 'quota', 'manifests count')
})

test('many at once do not pass the quota together', async (t) => {
  const keeper = await startKeeper(t)
  const { to } = await clinic(keeper, 100_000)
  const files = Array.from({ length: 20 }, () => randomBytes(30_000))
  const answers = await Promise.all(files.map((bytes) => to('POST', `data/${sha(bytes)}`, bytes)))
  assert.ok(answers.filter(({ status }) => status === 200).length <= 3)
  assert.ok(answers.every(({ status, code }) => status === 200 || code === 'quota'))
})

test('an upload that turns out too large is told so, and leaves nothing', async (t) => {
  const keeper = await startKeeper(t)
  const { who } = await clinic(keeper)
  const url = new URL(`${keeper.url}${PATH}/locks/${'ab'.repeat(32)}`)
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const asked = request(url, { method: 'POST', auth: `${who.name}:${who.token}` }, (answer) => {
      asked.destroy()
      resolve(answer.statusCode)
    })
    asked.on('error', reject)
    // And more is to come: it never ends.
    for (let i = 0; i < 5; i++) asked.write(randomBytes(4000))
  })
  assert.equal(status, 413)
  assert.deepEqual(readdirSync(join(keeper.root, 'repositories', PATH, 'locks')), [])
})

test('one who guesses does not starve the others behind his address', async (t) => {
  const keeper = await startKeeper(t)
  const { to } = await clinic(keeper)
  const wrong: Pick<Enrolled, 'name' | 'token'> = { name: 'clinic', token: 'guess' }
  const statuses = []
  for (let i = 0; i < 25; i++) statuses.push((await ask(keeper, wrong, 'GET', `${PATH}/keys/`)).status)
  assert.deepEqual([statuses[0], statuses.at(-1)], [401, 429])
  assert.equal((await to('GET', 'keys/')).status, 200)
})

test('a refusal whose caller is gone stops no alarm', async (t) => {
  const keeper = await startKeeper(t)
  const { house } = keeper
  const url = new URL(keeper.url)
  for (let i = 0; i < 20; i++)
    await new Promise<void>((resolve) => {
      const socket = connect(Number(url.port), url.hostname, () => {
        socket.write('GET /x HTTP/1.1\r\nhost: x\r\n\r\n')
        socket.resetAndDestroy()
      })
      socket.on('error', () => undefined)
      socket.on('close', () => resolve())
    })
  await new Promise((resolve) => setTimeout(resolve, 100))
  await house.tellRefused()
})

test('from afar nobody can stop the others from reading', async (t) => {
  const keeper = await startKeeper(t)
  const { who } = await clinic(keeper)
  const answer = await ask(keeper, who, 'POST', 'toride/policy', JSON.stringify({ readBytesPerDay: 0 }))
  assert.equal(answer.code, 'not-yours')
})

test('an attestation of the future would stay fresh for ever', async (t) => {
  const keeper = await startKeeper(t)
  const { generation } = await clinic(keeper)
  const { text, snapshot } = await generation()
  const signer = generateSigner('verifier-1')
  const keys = { attestKey: verifierKeyText(signer) }
  const judge = await enrol(keeper, { name: 'verifier', kind: 'verify', of: 'clinic' }, keys)
  const attest = (at: number) => {
    const note = { repository: PATH, snapshot, manifest: manifestHash(text), at, result: 'complete', scope: 'all-data' }
    return ask(keeper, judge, 'POST', `${PATH}/attestations`, signAttestation(note as never, signer))
  }
  assert.equal((await attest(keeper.time.wall + 365 * DAY)).code, 'attestation')
  assert.equal((await attest(keeper.time.wall)).status, 200)
})

test('while the clock is frozen every generation gets its full time', async (t) => {
  const keeper = await startKeeper(t)
  const { who, generation } = await clinic(keeper)
  await generation()
  keeper.time.wall += 30 * HOUR
  const days = []
  for (let day = 0; day < 3; day++) {
    keeper.pass(DAY)
    days.push(ruleOf(who.keeperKey, (await generation()).answer.body))
  }
  assert.ok(!days.includes('extra'), days.join())
})

test('a receipt that the disk spoilt stops no backup and hides no other', async (t) => {
  const keeper = await startKeeper(t)
  const { generation } = await clinic(keeper)
  const good = await generation()
  const folder = join(keeper.root, 'repositories', PATH, 'statements')
  writeFileSync(join(folder, `${'cd'.repeat(32)}.receipt`), 'spoilt')
  const again = await keeper.restart()
  const list = async () => JSON.parse((await ask(again, good.who, 'GET', `${PATH}/generations`)).body) as unknown[]
  assert.equal((await list()).length, 1)
  assert.ok(again.alarms.some(({ code }) => code === 'ledger-contradicted'))
})

test('the weekly word counts what came in the last seven days, and says so when nothing did', async (t) => {
  const keeper = await startKeeper(t)
  const { generation } = await clinic(keeper)
  assert.deepEqual(await week(keeper.house), { generations: 0, sources: 1 })
  await generation()
  keeper.pass(DAY)
  await generation()
  assert.deepEqual(await week(keeper.house), { generations: 2, sources: 1 })
  keeper.pass(6.5 * DAY)
  assert.deepEqual(await week(keeper.house), { generations: 1, sources: 1 })
})
