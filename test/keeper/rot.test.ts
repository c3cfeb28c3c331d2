/** A disk that rots: the Keeper finds it by reading, takes sound bytes in the place of rotten ones, and of nothing else. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFileSync, statSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { type ManifestObject, manifestHash, manifestText, signAttestation } from '#attest'
import type { Backend } from '#base'
import { isImmutable } from '#posix'
import { memBackend, openRestBackend } from '#storage'
import { generateSigner, verifierKeyText } from '#tlog'
import { readSome } from '../../src/keeper/reading.ts'
import { heal } from '../../src/vault/places/heal.ts'
import { chanceOf } from '../robustness/seed.ts'
import { PATH, sha } from './house.fixture.ts'
import { flip } from './model-files.ts'
import { ask, DAY, enrol, ledgerTypes, type RunningKeeper, startKeeper } from './running.ts'

async function scene(t: TestContext) {
  const keeper = await startKeeper(t)
  const who = await enrol(keeper, { name: 'clinic', kind: 'append' })
  const to = (method: string, path: string, body?: string | Uint8Array<ArrayBuffer>) =>
    ask(keeper, who, method, `${PATH}/${path}`, body)
  await to('POST', '?create=true')
  const bytes = new Map<string, Buffer<ArrayBuffer>>()
  const upload = async (kind: ManifestObject['kind']): Promise<ManifestObject> => {
    const content = Buffer.from(randomBytes(5000 / (kind === 'keys' ? 10 : 1)))
    const name = kind === 'config' ? '' : sha(content)
    assert.equal(
      (await to('POST', `${kind}${name && `/${name}`}`, kind === 'config' ? content.subarray(0, 99) : content)).status,
      200,
    )
    bytes.set(name, content)
    return { kind, name, sizeBytes: kind === 'config' ? 99 : content.length }
  }
  const base = [await upload('config'), await upload('keys')]
  const generation = async () => {
    const objects = [...base, await upload('data'), await upload('snapshots')]
    const text = manifestText(objects)
    const snapshot = objects.at(-1)!.name
    assert.equal((await to('POST', `generations/${snapshot}`, text)).status, 200)
    return { snapshot, text, data: objects.find(({ kind }) => kind === 'data')!.name }
  }
  return { keeper, to, token: who.token, bytes, upload, generation, key: base[1]!.name }
}

const pathOf = (keeper: RunningKeeper, name: string): string =>
  join(keeper.root, 'repositories', PATH, 'data', name.slice(0, 2), name)
const readAll = (keeper: RunningKeeper) => readSome(keeper.house, Infinity)
const isAlarmed = (keeper: RunningKeeper): boolean => keeper.alarms.some(({ code }) => code === 'file-rotten')

test('what rotted is found, told, no longer listed, and healed by the next upload of the same bytes', async (t) => {
  const { keeper, to, bytes, generation, key } = await scene(t)
  const { data } = await generation()
  await readAll(keeper)
  assert.ok(!isAlarmed(keeper))
  flip(pathOf(keeper, data), chanceOf(1))
  flip(join(keeper.root, 'repositories', PATH, 'keys', key), chanceOf(2))
  await readAll(keeper)
  assert.ok(!isAlarmed(keeper), 'once a week')
  keeper.time.wall += 8 * DAY
  await readAll(keeper)
  assert.ok(isAlarmed(keeper), 'also while the clock is frozen')
  assert.deepEqual(JSON.parse((await to('GET', 'data/')).body), [])
  assert.equal((await to('HEAD', `data/${data}`)).status, 404, 'our own client asks before it sends')
  assert.equal((await to('GET', `data/${data}`)).status, 200)

  assert.equal((await to('POST', `data/${data}`, 'others')).code, 'hash-differs')
  assert.equal((await to('POST', `data/${data}`, bytes.get(data)!)).status, 200)
  assert.equal(
    (await to('POST', `keys/${key}`, bytes.get(key)!)).status,
    200,
    'a key needs no leave: it is the same key',
  )
  assert.deepEqual(readFileSync(pathOf(keeper, data)), bytes.get(data))
  if (process.getuid?.() === 0) assert.ok(isImmutable(pathOf(keeper, data)), 'held as before')
  assert.deepEqual(JSON.parse((await to('GET', 'data/')).body), [data])
  assert.equal((await to('POST', `data/${data}`, bytes.get(data)!)).code, 'exists')
  const told = (await ledgerTypes(keeper)).filter((type) => /rotten|healed/.test(type))
  assert.deepEqual(told, ['keeper.rotten', 'keeper.rotten', 'keeper.healed', 'keeper.healed'])
})

test('sound bytes are never replaced, whatever was noted of them', async (t) => {
  const { keeper, to, bytes, generation } = await scene(t)
  const { data } = await generation()
  const { rot } = keeper.house.generations({ client: 'clinic', repository: 'records' })
  rot.mark({ kind: 'data', name: data }, true)
  const before = statSync(pathOf(keeper, data)).ino
  assert.equal((await to('POST', `data/${data}`, bytes.get(data)!)).code, 'exists')
  assert.equal(statSync(pathOf(keeper, data)).ino, before)
  assert.equal(rot.keys.size, 0)
  const locker = keeper.house.parts.locker
  const ref = { client: 'clinic', repository: 'records' }
  const path = `data/${data.slice(0, 2)}/${data}`
  await assert.rejects(locker.replace(ref, path, '../../policy.json'))
  await assert.rejects(locker.replace(ref, 'config', `data/00/.upload-${'0'.repeat(36)}`))
})

test('a new manifest may not promise what rotted, and what rotted frees nothing older', async (t) => {
  const { keeper, to, upload, generation } = await scene(t)
  const old = await generation()
  const signer = generateSigner('verifier-1')
  const mini = await enrol(
    keeper,
    { name: 'mini', kind: 'verify', of: 'clinic' },
    { attestKey: verifierKeyText(signer) },
  )
  const attest = ({ snapshot, text }: { snapshot: string; text: string }, result: 'complete' | 'damaged') => {
    const manifest = manifestHash(text)
    const one = { repository: PATH, snapshot, manifest, at: keeper.time.wall, result, scope: 'all-data' } as const
    return ask(keeper, mini, 'POST', `${PATH}/attestations`, signAttestation(one, signer))
  }
  keeper.pass(500 * DAY)
  const newer = []
  for (let day = 0; day < 3; day++) {
    keeper.pass(DAY)
    newer.push(await generation())
    assert.equal((await attest(newer.at(-1)!, 'complete')).status, 200)
  }
  const held = async (): Promise<boolean> => (await to('HEAD', `snapshots/${old.snapshot}`)).status === 200
  const expire = async (): Promise<void> => {
    await keeper.house.expireAll()
    keeper.pass(3 * DAY)
    await keeper.house.expireAll()
  }
  flip(pathOf(keeper, newer[1]!.data), chanceOf(3))
  await readAll(keeper)
  await expire()
  assert.ok(await held(), 'only two newer ones are sound')
  const fresh = await upload('snapshots')
  const lines = newer[1]!.text.split('\n').filter((line) => line !== '' && !line.startsWith('snapshots/'))
  const text = `${[...lines, `snapshots/${fresh.name} ${fresh.sizeBytes}`].join('\n')}\n`
  assert.equal((await to('POST', `generations/${fresh.name}`, text)).code, 'manifest-incomplete')
})

test('what rotted and was let go of is forgotten: the same file comes again as a new one', async (t) => {
  const { keeper, to, bytes, upload, generation } = await scene(t)
  await generation()
  const { name } = await upload('snapshots')
  flip(join(keeper.root, 'repositories', PATH, 'snapshots', name), chanceOf(5))
  await readAll(keeper)
  const { rot } = keeper.house.generations({ client: 'clinic', repository: 'records' })
  const again = () => to('POST', `snapshots/${name}`, bytes.get(name)!)
  assert.equal(rot.keys.size, 1)
  keeper.pass(90 * DAY)
  await keeper.house.expireAll()
  assert.equal(rot.keys.size, 0, 'no longer counted')
  assert.equal((await again()).status, 200)

  // The process ended between letting go and forgetting.
  const other = await upload('data')
  unlinkSync(pathOf(keeper, other.name))
  rot.mark(other, true)
  assert.equal((await to('POST', `data/${other.name}`, bytes.get(other.name)!)).status, 200)
  assert.equal(rot.keys.size, 0)
})

test('what a verifier found damaged is read first', async (t) => {
  const { keeper, generation } = await scene(t)
  const one = await generation()
  await readAll(keeper)
  const signer = generateSigner('verifier-1')
  const mini = await enrol(
    keeper,
    { name: 'mini', kind: 'verify', of: 'clinic' },
    { attestKey: verifierKeyText(signer) },
  )
  flip(pathOf(keeper, one.data), chanceOf(4))
  const finding = {
    repository: PATH,
    snapshot: one.snapshot,
    manifest: manifestHash(one.text),
    at: keeper.time.wall,
    result: 'damaged',
    scope: 'structure',
  } as const
  await ask(keeper, mini, 'POST', `${PATH}/attestations`, signAttestation(finding, signer))
  await readAll(keeper)
  assert.ok(isAlarmed(keeper), 'without waiting for the next week')
})

test('production heals it out of any other place that holds the file, and its ledger says so', async (t) => {
  const { keeper, bytes, generation, token } = await scene(t)
  const { data } = await generation()
  flip(pathOf(keeper, data), chanceOf(5))
  await readAll(keeper)
  const place = openRestBackend({ url: `${keeper.url}${PATH}/`, user: 'clinic', password: token })
  t.after(() => place.close())
  const other = memBackend()
  const file = { kind: 'data', name: data } as const
  await other.save(file, [bytes.get(data)!])
  const { ledger } = keeper.house.parts
  const parts = { ledger, repository: 'ab'.repeat(32), place: 'keeper-1', backend: place }
  const holders = [{ id: 'local', use: <T>(look: (backend: Backend) => Promise<T>) => look(other) }]
  assert.deepEqual(await heal(parts, [file], holders), [])
  assert.deepEqual(readFileSync(pathOf(keeper, data)), bytes.get(data))
  assert.deepEqual((await ledgerTypes(keeper)).slice(-2), ['keeper.healed', 'repository.healed'])
})
