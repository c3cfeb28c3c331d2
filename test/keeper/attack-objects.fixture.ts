/** The intruder against what lies there: taking it away, spoiling it, lying about it, drowning it. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { type ManifestObject, manifestText, parseManifest, signAttestation, signReceipt } from '#attest'
import { generateSigner } from '#tlog'
import { type House, PATH, sha } from './house.fixture.ts'
import { ask, enrol, HOUR } from './running.ts'

const KINDS = ['snapshots', 'data', 'index', 'keys', 'config'] as const

const addressOf = ({ kind, name }: ManifestObject): string => `${PATH}/${kind}${name && `/${name}`}`

export async function takeAway(house: House): Promise<void> {
  for (const kind of KINDS) {
    const object = house.object(kind)
    const address = addressOf(object)
    await house.refused(`delete ${kind}`, 'append-only', house.ask('DELETE', address))
    const other = randomBytes(object.sizeBytes)
    // A key is refused before anybody looks whether it is there.
    const [code, alarm] = kind === 'keys' ? (['keys-closed', 'request-refused'] as const) : (['exists', false] as const)
    await house.refused(`overwrite ${kind}`, code, house.ask('POST', address, other), alarm)
    await house.refused(`truncate ${kind}`, code, house.ask('POST', address, ''), alarm)
  }
  const address = addressOf(house.object('data'))
  for (const method of ['PUT', 'PATCH', 'MOVE', 'COPY', 'LOCK', 'UNLOCK', 'PROPPATCH', 'PURGE', 'OPTIONS']) {
    const headers = { destination: '/clinic/records/data/x', 'x-http-method-override': 'DELETE' }
    const asked = house.ask(method, address, method === 'OPTIONS' ? undefined : 'x', headers)
    await house.refused(`method ${method}`, 'unknown-call', asked)
  }
  house.tried('delete the repository')
  assert.equal((await house.ask('DELETE', `${PATH}/`)).status, 404)
  assert.equal((await house.ask('DELETE', PATH)).status, 404)
  house.tried('create the repository again under its name')
  assert.equal((await house.ask('POST', `${PATH}/?create=true`)).status, 200)
  const { snapshot } = house.first.receipt
  house.tried('delete receipt and manifest')
  for (const part of ['receipt', 'manifest', ''])
    assert.equal((await house.ask('DELETE', `${PATH}/generations/${snapshot}/${part}`)).status, 404)
  house.tried('write a statement of the Keeper')
  assert.equal((await house.ask('POST', `${PATH}/statements/${snapshot}.receipt`, 'x')).status, 400)
}

export async function lie(house: House): Promise<void> {
  const { receipt, text } = house.first
  const at = `${PATH}/generations/${receipt.snapshot}`
  const refusedManifest = (what: string, code: string, body: string, path = at) =>
    house.refused(what, code, house.ask('POST', path, body), 'generation-refused')
  const objects = parseManifest(text)
  await refusedManifest('shorten a lock by a smaller manifest', 'manifest-differs', withoutOne(objects))
  await refusedManifest('replace a manifest by an empty one', 'manifest-malformed', '')
  const fresh = await house.upload('snapshots', randomBytes(200))
  const there = `${PATH}/generations/${fresh.name}`
  await refusedManifest('replay another generation’s manifest', 'manifest-malformed', text, there)
  const missing = { kind: 'data', name: 'ab'.repeat(32), sizeBytes: 9 } as const
  const foreign = manifestText([...objects, missing, fresh])
  await refusedManifest('promise objects that are elsewhere', 'manifest-incomplete', foreign, there)
  await refusedManifest('a name that leads out', 'manifest-malformed', text.replace('data/', 'data/../../'), there)
  house.tried('replay a manifest for a later date')
  assert.deepEqual(house.receiptOf(await house.ask('POST', at, text)), receipt)

  const forgedReceipt = signReceipt({ ...receipt, lockedUntil: 0 }, generateSigner('keeper-test'))
  await refusedManifest('hand in a forged receipt', 'manifest-malformed', forgedReceipt)
  const attestation = {
    repository: PATH,
    snapshot: receipt.snapshot,
    manifest: receipt.manifest,
    at: house.keeper.time.wall,
    result: 'complete',
    scope: 'all-data',
  } as const
  const forged = signAttestation(attestation, generateSigner('verifier-1'))
  const address = `${PATH}/attestations`
  await house.refused('attest with the append credential', 'not-yours', house.ask('POST', address, forged))
  const asReader = ask(house.keeper, house.station, 'POST', address, forged)
  await house.refused('attest with the reader’s', 'not-yours', asReader)
  await house.refused('write with the reader’s', 'not-yours', ask(house.keeper, house.station, 'POST', at, text))

  house.tried('forge the snapshot’s time')
  const backdated = await house.upload('snapshots', Buffer.from(JSON.stringify({ time: '2099-01-01T00:00:00Z' })))
  const promised = house.receiptOf(await house.submit([...withoutSnapshots(objects), backdated]))
  assert.equal(promised.receivedAt, house.keeper.time.wall, 'by the Keeper’s clock alone')
}

/** Whatever he adds is his; what he promises in others' names is nothing. */
export async function drown(house: House): Promise<void> {
  house.tried('flood of locks')
  let last = 200
  for (let i = 0; last === 200 && i < 600; i += 20) {
    const locks = Array.from({ length: 20 }, () => randomBytes(150))
    const answers = await Promise.all(locks.map((lock) => house.ask('POST', `${PATH}/locks/${sha(lock)}`, lock)))
    last = Math.max(...answers.map(({ status }) => status))
  }
  assert.equal(last, 403, 'bounded')
  const locks = JSON.parse((await house.ask('GET', `${PATH}/locks/`)).body) as string[]
  assert.equal((await house.ask('DELETE', `${PATH}/locks/${locks[0]}`)).status, 200, 'and may always go')

  const costly = Buffer.from(JSON.stringify({ kdf: 'scrypt', N: 2 ** 30, r: 64, p: 64, salt: 'AA==', data: 'AA==' }))
  await house.refused('a key that costs all memory', 'keys-closed', house.ask('POST', keyOf(costly), costly))
  house.tried('flood of keys')
  const keys = Array.from({ length: 30 }, () => randomBytes(200))
  const added = await Promise.all(keys.map((key) => house.ask('POST', keyOf(key), key)))
  assert.ok(added.every(({ code }) => code === 'keys-closed'))
  house.tried('flood of keys in the hour that the console allows one')
  const { clients } = house.keeper.house
  clients.save({ ...clients.get('clinic')!, keysOpenUntil: house.keeper.time.wall + HOUR })
  const inTheHour = await Promise.all(keys.map((key) => house.ask('POST', keyOf(key), key)))
  assert.equal(inTheHour.filter(({ status }) => status === 200).length, 1)

  house.tried('poison the index')
  await house.upload('index', randomBytes(500))
  house.tried('flood of snapshots')
  for (let i = 0; i < 50; i++) await house.upload('snapshots', randomBytes(60))
  house.tried('a lock larger than locks are')
  assert.equal((await house.ask('POST', `${PATH}/locks/${'ab'.repeat(32)}`, randomBytes(5000))).code, 'too-large')
  await house.refused('other bytes under a name', 'hash-differs', house.ask('POST', dataOf(randomBytes(9)), 'x'))
}

const keyOf = (bytes: Uint8Array): string => `${PATH}/keys/${sha(bytes)}`
const dataOf = (bytes: Uint8Array): string => `${PATH}/data/${sha(bytes)}`
const withoutSnapshots = (objects: readonly ManifestObject[]) => objects.filter(({ kind }) => kind !== 'snapshots')
const withoutOne = (objects: readonly ManifestObject[]): string =>
  manifestText(objects.filter((object) => object !== objects.find(({ kind }) => kind === 'data')))

/** 21 a day for a month: each day's first gets a day's time, the others a week; the good ones keep theirs. */
export async function outwait(house: House): Promise<void> {
  house.tried('21 worthless generations a day for a month')
  const base = withoutSnapshots(parseManifest(house.first.text)).filter(({ kind }) => kind !== 'data')
  for (let day = 0; day < 30; day++) {
    house.keeper.pass(24 * HOUR)
    const worthless = async () => house.submit([...base, await house.upload('snapshots', randomBytes(60))])
    const answers = await Promise.all(Array.from({ length: 21 }, worthless))
    const counted = answers.filter((answer) => house.receiptOf(answer).rule !== 'extra')
    assert.equal(counted.length, 1, 'one of a day')
    if (day % 10 === 9) await house.keeper.house.expireAll()
  }
  house.tried('silence for a year')
  for (let quarter = 0; quarter < 5; quarter++) {
    house.keeper.pass(92 * 24 * HOUR)
    await house.keeper.house.expireAll()
  }
}

/** Another client's credential, however good, opens nothing here. */
export async function otherHouse(house: House): Promise<void> {
  const xray = await enrol(house.keeper, { name: 'xray', kind: 'append' })
  const address = addressOf(house.object('data'))
  for (const method of ['GET', 'DELETE', 'POST'])
    await house.refused(
      `${method} in another client’s repository`,
      'not-yours',
      ask(house.keeper, xray, method, address),
    )
  const { receipt, text } = house.first
  await ask(house.keeper, xray, 'POST', 'xray/records/?create=true')
  await house.refused(
    'a manifest of another client’s objects',
    'manifest-incomplete',
    ask(house.keeper, xray, 'POST', `xray/records/generations/${receipt.snapshot}`, text),
    'generation-refused',
  )
}
