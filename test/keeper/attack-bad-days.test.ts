/**
 * The intruder and a bad day together: a disk that is full to the last byte, clocks that are moved, a kill between two
 * steps, expiry at the same moment, every connection taken. What is held stays, and it goes on afterwards.
 */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, statfsSync } from 'node:fs'
import { request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { manifestHash, signAttestation } from '#attest'
import { generateSigner, verifierKeyText } from '#tlog'
import { TOTP } from 'otpauth'
import { addAdministrator } from '../../src/keeper/second-factor.ts'
import { scratch } from '../robustness/look.ts'
import { clinic } from './clinic.fixture.ts'
import { PATH, sha } from './house.fixture.ts'
import { ask, DAY, type Enrolled, enrol, HOUR, type RunningKeeper, startKeeper } from './running.ts'

const canMount = process.getuid?.() === 0 && process.platform === 'linux'

test('a disk full to the last byte: 507, what is held is read, and it goes on', async (t) => {
  if (!canMount) return t.skip('mounting a small file system needs root')
  const root = join(scratch(t), 'small')
  mkdirSync(root)
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1g', 'tmpfs', root])
  const remount = (bytes: number) => execFileSync('mount', ['-o', `remount,size=${bytes}`, root])
  let keeper = await startKeeper(t, { root })
  const { who, to, upload, generation } = await clinic(keeper)
  const data = randomBytes(9000)
  const file = await upload('data', data)
  const before = await generation([file])
  const reader = await enrol(keeper, { name: 'station', kind: 'read', of: 'clinic' })
  const late = await upload('snapshots')
  const { blocks, bfree, bsize } = statfsSync(root)
  remount((blocks - bfree) * bsize)

  const reads = async (): Promise<void> => {
    assert.equal((await ask(keeper, reader, 'GET', `${PATH}/data/${file.name}`)).status, 200)
    assert.equal((await ask(keeper, who, 'GET', `${PATH}/data/${file.name}`)).status, 200)
    const receipt = await ask(keeper, reader, 'GET', `${PATH}/generations/${before.snapshot}/receipt`)
    assert.equal(receipt.body, before.answer.body)
  }
  const manifest = before.text.replace(before.snapshot, late.name)
  for (const hours of [0, 1, 30]) {
    keeper.pass(hours * HOUR)
    const fresh = randomBytes(100)
    assert.equal((await to('POST', `data/${sha(fresh)}`, fresh)).status, 507)
    const handedIn = await to('POST', `generations/${late.name}`, manifest)
    assert.ok([507, 400].includes(handedIn.status), handedIn.body)
    await reads()
    await keeper.house.expireAll()
  }
  assert.ok(keeper.alarms.some(({ code }) => code === 'place-full'))
  keeper = await keeper.restart()
  await reads()
  remount(1 << 30)
  const again = await ask(keeper, who, 'POST', `${PATH}/data/${sha(Buffer.from('room'))}`, 'room')
  assert.equal(again.status, 200, again.body)
  await reads()
})

test('clocks moved in every way let nothing go, though newer ones were read', async (t) => {
  let keeper = await startKeeper(t)
  const { who, generation } = await clinic(keeper)
  const held = [await generation()]
  const signer = generateSigner('verifier-1')
  const mini = await enrol(
    keeper,
    { name: 'mini', kind: 'verify', of: 'clinic' },
    { attestKey: verifierKeyText(signer) },
  )
  for (let day = 0; day < 4; day++) {
    keeper.pass(DAY)
    const one = await generation()
    held.push(one)
    const { snapshot, text } = one
    const manifest = manifestHash(text)
    const said = {
      repository: PATH,
      snapshot,
      manifest,
      at: keeper.time.wall,
      result: 'complete',
      scope: 'all-data',
    } as const
    assert.equal((await ask(keeper, mini, 'POST', `${PATH}/attestations`, signAttestation(said, signer))).status, 200)
  }
  const year = 365 * DAY
  const moves: [string, (time: RunningKeeper['time']) => void, boolean][] = [
    ['a year ahead', (time) => void (time.wall += year), false],
    ['two years back', (time) => void (time.wall -= 2 * year), false],
    ['ahead again, over a new start', (time) => void (time.wall += 3 * year), true],
    ['a slew that never ends', (time) => void ((time.wall += 90 * DAY), (time.oscillator += DAY)), false],
    ...Array.from({ length: 5 }, (_, i): [string, (time: RunningKeeper['time']) => void, boolean] => [
      `boot ${i + 2} with the hardware clock a year ahead`,
      (time) => void ((time.wall += year), (time.oscillator = 1000), (time.bootId = `boot ${i + 2}`)),
      true,
    ]),
  ]
  for (const [what, move, startsAnew] of moves) {
    move(keeper.time)
    if (startsAnew) keeper = await keeper.restart()
    for (let hours = 0; hours < 72; hours += 24) {
      keeper.pass(24 * HOUR)
      await keeper.house.expireAll()
    }
    for (const { snapshot } of held)
      assert.equal((await ask(keeper, who, 'HEAD', `${PATH}/snapshots/${snapshot}`)).status, 200, what)
  }
})

test('killed between manifest and receipt: the same one gets it, another one never', async (t) => {
  let dead = false
  const keeper = await startKeeper(t, {
    wrapLocker: (inner) => ({
      ...inner,
      hold: (...given) => (dead ? Promise.reject(new Error('killed')) : inner.hold(...given)),
    }),
  })
  const { who, upload, generation } = await clinic(keeper)
  const { text, snapshot } = await generation()
  const fresh = await upload('snapshots')
  const manifest = text.replace(`snapshots/${snapshot} 100`, `snapshots/${fresh.name} ${fresh.sizeBytes}`)
  dead = true
  assert.equal((await ask(keeper, who, 'POST', `${PATH}/generations/${fresh.name}`, manifest)).status, 500)
  dead = false
  const again = await keeper.restart()
  const extra = await upload('data').catch(() => undefined)
  assert.equal(extra, undefined, 'the first Keeper is gone')
  const path = `${PATH}/generations/${fresh.name}`
  const one = Buffer.from('one more')
  await ask(again, who, 'POST', `${PATH}/data/${sha(one)}`, one)
  const other = `${[...manifest.trimEnd().split('\n'), `data/${sha(one)} ${one.length}`].toSorted().join('\n')}\n`
  assert.equal((await ask(again, who, 'POST', path, other)).code, 'manifest-differs')
  assert.equal((await ask(again, who, 'POST', path, manifest)).status, 200)
})

test('a manifest that comes while expiry removes what it lists: receipt and file, or neither', async (t) => {
  const keeper = await startKeeper(t, {
    wrapLocker: (inner) => ({
      ...inner,
      letGo: async (...given) => {
        await sleep(5)
        return inner.letGo(...given)
      },
    }),
  })
  const { who, to, upload, generation } = await clinic(keeper)
  await generation()
  const outcomes = new Set<string>()
  for (let round = 0; round < 12; round++) {
    const object = await upload('data')
    // By the Keeper's clock it has lain here unlisted for long.
    keeper.pass(20 * DAY)
    const expiry = keeper.house.expireAll()
    await sleep(round)
    const { answer } = await generation([object])
    await expiry
    const isThere = (await to('HEAD', `data/${object.name}`)).status === 200
    outcomes.add(`${answer.status}`)
    if (answer.status === 200) assert.ok(isThere, 'what was promised is there')
    else assert.equal(answer.code, 'manifest-incomplete')
  }
  assert.ok(outcomes.size > 0)
  const again = await keeper.restart()
  await again.house.expireAll()
  const list = JSON.parse((await ask(again, who, 'GET', `${PATH}/generations`)).body) as { snapshot: string }[]
  for (const { snapshot } of list)
    assert.equal((await ask(again, who, 'HEAD', `${PATH}/snapshots/${snapshot}`)).status, 200)
})

/** From another machine of the house: another address. */
function fromElsewhere(keeper: RunningKeeper, who: Enrolled, path: string, body: Uint8Array): Promise<number> {
  return new Promise((resolve, reject) => {
    const url = new URL(`${keeper.url}${path}`)
    const options = {
      method: 'POST',
      auth: `${who.name}:${who.token}`,
      localAddress: '127.0.0.2',
      agent: false,
    } as const
    const asked = request(url, options, (answer) => {
      answer.resume()
      resolve(answer.statusCode!)
    })
    asked.on('error', reject)
    asked.end(body)
  })
}

test('every connection of his held by slow uploads and slow readings: others get through', async (t) => {
  const keeper = await startKeeper(t)
  const { who, upload } = await clinic(keeper)
  const large = await upload('data', randomBytes(4 << 20))
  const xray = await enrol(keeper, { name: 'xray', kind: 'append' })
  await ask(keeper, xray, 'POST', 'xray/records/?create=true')
  const url = new URL(keeper.url)
  const authorization = `Basic ${Buffer.from(`${who.name}:${who.token}`).toString('base64')}`
  const sockets: Socket[] = []
  t.after(() => sockets.forEach((socket) => socket.destroy()))
  for (let i = 0; i < 260; i++) {
    const head =
      i % 2
        ? `POST /${PATH}/data/${sha(Buffer.from(`${i}`))} HTTP/1.1\r\nhost: x\r\nauthorization: ${authorization}\r\ncontent-length: 1000000\r\n\r\nx`
        : `GET /${PATH}/data/${large.name} HTTP/1.1\r\nhost: x\r\nauthorization: ${authorization}\r\n\r\n`
    const socket = connect(Number(url.port), url.hostname, () => socket.write(head))
    socket.on('error', () => undefined)
    // He reads nothing of what he asked for.
    socket.pause()
    sockets.push(socket)
  }
  await sleep(300)
  for (let i = 0; i < 5; i++) {
    sockets.filter(({ writable }) => writable).forEach((socket) => socket.write('x'))
    const bytes = randomBytes(100_000)
    assert.equal(await fromElsewhere(keeper, xray, `xray/records/data/${sha(bytes)}`, bytes), 200)
  }
})

test('a code works once: at the console, also over a new start, and at enrolment', async (t) => {
  const keeper = await startKeeper(t)
  const { secret } = addAdministrator(keeper.root, 'director')
  const code = new TOTP({ secret }).generate({ timestamp: keeper.time.wall })
  assert.equal(await keeper.house.parts.locker.whoseCode(code), 'director')
  assert.equal(await keeper.house.parts.locker.whoseCode(code), undefined)
  const again = await keeper.restart()
  assert.equal(await again.house.parts.locker.whoseCode(code), undefined)
  const until = again.time.wall + HOUR
  const invitation = again.house.clients.invite({ name: 'xray', kind: 'append', quotaBytes: 1e9, plain: false, until })
  const nobody = { name: 'nobody', token: 'x' }
  const hand = () => ask(again, nobody, 'POST', 'toride/enrol', JSON.stringify({ code: invitation }))
  const both = await Promise.all([hand(), hand()])
  assert.deepEqual(both.map(({ status }) => status).toSorted(), [200, 403], 'also at the same moment')
  assert.equal((await hand()).code, 'enrolment-code')
})
