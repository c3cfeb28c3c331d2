/**
 * The verifier against a real Keeper: `toride verifier` as it is typed, a repository of our engine, and what SECURITY.md 2
 * makes of the attestations.
 */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { Worker } from 'node:worker_threads'
import type { FileKind } from '#base'
import { type ManifestObject, manifestText, objectKey } from '#attest'
import { Repository } from '#restic'
import { openLocalBackend } from '#storage'
import { generateSigner, verifierKeyText } from '#tlog'
import { holdFolder } from '#verifier'
import { backUp } from '../restic/back-up.ts'
import { ask, DAY, type Enrolled, enrol, HOUR, type RunningKeeper, startKeeper } from './running.ts'

const PASSWORD = 'correct horse battery staple'
const PATH = 'clinic/records'
const KINDS: readonly FileKind[] = ['config', 'keys', 'data', 'index', 'snapshots']

/** A clinic that backs up here and copies to the Keeper, and a verifier's terminal. */
class Scene {
  readonly keeper: RunningKeeper
  readonly clinic: Enrolled
  readonly home: string
  readonly repository: Repository
  readonly data: string
  readonly #sent = new Set<string>()
  #files = 0

  private constructor(keeper: RunningKeeper, clinic: Enrolled, home: string, repository: Repository) {
    this.keeper = keeper
    this.clinic = clinic
    this.home = home
    this.repository = repository
    this.data = join(home, 'verifier')
  }

  static async open(t: TestContext): Promise<Scene> {
    const keeper = await startKeeper(t, { tls: true })
    const home = mkdtempSync(join(tmpdir(), 'toride-verifier-'))
    t.after(() => rmSync(home, { recursive: true, force: true }))
    mkdirSync(join(home, 'source'))
    const local = openLocalBackend(join(home, 'repository'))
    for (const kind of ['keys', 'data', 'index', 'snapshots', 'locks'])
      mkdirSync(join(home, 'repository', kind), { recursive: true })
    const owner = { username: 'test', hostname: 'test', created: '2026-01-01T00:00:00Z' }
    const repository = await Repository.init(local, { password: PASSWORD, owner, cost: { N: 1024, r: 8, p: 1 } })
    const clinic = await enrol(keeper, { name: 'clinic', kind: 'append' })
    const scene = new Scene(keeper, clinic, home, repository)
    await scene.ask('POST', `${PATH}/?create=true`)
    return scene
  }

  /** Enrolled, and with the password. */
  static async ready(t: TestContext): Promise<Scene> {
    const scene = await Scene.open(t)
    assert.equal((await scene.enrol()).code, 0)
    assert.equal((await scene.password(PASSWORD)).code, 0)
    return scene
  }

  ask(method: string, path: string, body?: string | Uint8Array) {
    return ask(this.keeper, this.clinic, method, path, body)
  }

  /** One more generation at the Keeper, with a new file; its manifest, without one object where told so. */
  async generation(leaveOut?: string): Promise<{ snapshot: string; objects: ManifestObject[] }> {
    writeFileSync(join(this.home, 'source', `${++this.#files}`), randomBytes(70_000))
    const { snapshotId } = await backUp(this.repository, [join(this.home, 'source')])
    const objects: ManifestObject[] = []
    for (const kind of KINDS)
      for (const { name, sizeBytes } of await this.repository.backend.list(kind))
        if (kind !== 'snapshots' || name === snapshotId) objects.push({ kind, name, sizeBytes })
    for (const object of objects) if (!this.#sent.has(objectKey(object))) await this.#send(object)
    const named = objects.filter(({ name }) => name === '' || name !== leaveOut)
    const answer = await this.ask('POST', `${PATH}/generations/${snapshotId}`, manifestText(named))
    assert.equal(answer.status, 200, answer.body)
    return { snapshot: snapshotId, objects }
  }

  async #send(object: ManifestObject): Promise<void> {
    const path = object.kind === 'config' ? `${PATH}/config` : `${PATH}/${objectKey(object)}`
    const answer = await this.ask('POST', path, await this.repository.backend.load(object))
    assert.equal(answer.status, 200, answer.body)
    this.#sent.add(objectKey(object))
  }

  enrol(pin = this.keeper.pin) {
    const code = this.keeper.house.clients.invite({
      name: 'mini',
      kind: 'verify',
      of: 'clinic',
      quotaBytes: 1,
      plain: false,
      until: this.keeper.time.wall + HOUR,
    })
    return this.verifier('enrol', '--address', this.keeper.url, '--pin', pin, '--code', code)
  }

  password(text: string) {
    const file = join(this.home, 'password')
    writeFileSync(file, `${text}\n`)
    return this.verifier('password', '--repository', 'records', '--password-file', file)
  }

  /** As typed at the terminal, by the Keeper's clock. */
  async verifier(...args: string[]): Promise<{ code: number; text: string }> {
    const workerData = { args: ['verifier', ...args, '--data', this.data], now: this.keeper.time.wall }
    const worker = new Worker(new URL('cli-worker.ts', import.meta.url), { workerData })
    const [answer] = (await once(worker, 'message')) as [{ code: number; text: string }]
    await worker.terminate()
    return answer
  }

  async list() {
    const { body } = await this.ask('GET', `${PATH}/generations`)
    type Said = { result: string; scope: string; at: number }
    return JSON.parse(body) as { snapshot: string; attested?: Said; read?: Said }[]
  }

  path({ kind, name }: Pick<ManifestObject, 'kind' | 'name'>): string {
    const folder = kind === 'data' ? `data/${name.slice(0, 2)}` : kind
    return join(this.keeper.root, 'repositories', PATH, folder, name)
  }

  /** As somebody with the disk in his hands. */
  change(object: Pick<ManifestObject, 'kind' | 'name'>, how: (bytes: Buffer) => Buffer | undefined): void {
    const path = this.path(object).replace(/\/$/, '')
    if (process.getuid?.() === 0) execFileSync('chattr', ['-i', path])
    const bytes = readFileSync(path)
    const next = how(bytes)
    rmSync(path)
    if (next) writeFileSync(path, next)
  }

  alarmed(code: string): boolean {
    return this.keeper.alarms.some((alarm) => alarm.code === code && alarm.about === 'clinic')
  }
}

const flip = (bytes: Buffer): Buffer => {
  bytes[100]! ^= 1
  return bytes
}
const packs = (objects: readonly ManifestObject[]): ManifestObject[] => objects.filter(({ kind }) => kind === 'data')

test('enrolled, given the password, it attests: all data of the newest, the structure of the others, nothing twice', async (t) => {
  const scene = await Scene.open(t)
  assert.match((await scene.verifier('run')).text, /VERIFIER_FOLDER_FOREIGN/)
  assert.match((await scene.enrol('ab'.repeat(32))).text, /STORAGE_CERTIFICATE_WRONG/)
  assert.equal((await scene.enrol()).code, 0)
  for (const name of readdirSync(scene.data)) assert.equal(statSync(join(scene.data, name)).mode & 0o777, 0o600, name)
  assert.equal(statSync(scene.data).mode & 0o777, 0o700)
  const first = await scene.generation()
  scene.keeper.pass(DAY)
  const second = await scene.generation()
  const without = await scene.verifier('run')
  assert.equal(without.code, 1)
  assert.match(without.text, /VERIFIER_PASSWORD_MISSING/)
  assert.equal((await scene.password('wrong')).code, 0)
  const wrong = await scene.verifier('run')
  assert.equal(wrong.code, 1)
  assert.ok(
    (await scene.list()).every(({ attested }) => attested === undefined),
    'a wrong password attests nothing',
  )
  await scene.password(PASSWORD)

  const done = await scene.verifier('run')
  assert.equal(done.code, 0, done.text)
  const scopes = async () => (await scene.list()).map(({ attested }) => `${attested?.result} ${attested?.scope}`)
  assert.deepEqual(await scopes(), ['complete structure', 'complete all-data'])
  assert.match((await scene.verifier('run')).text, /0 attested/)
  assert.match((await scene.verifier('status')).text, /records +2 generations, 2 attested, 1 read, 0 damaged/)
  // A week later everything is read again.
  scene.keeper.pass(7 * DAY)
  assert.match((await scene.verifier('run')).text, /2 attested/)
  assert.deepEqual(await scopes(), ['complete all-data', 'complete all-data'])
  assert.notEqual(first.snapshot, second.snapshot)
  assert.ok(!scene.alarmed('verification-failed'))
})

test('a flipped byte is attested damaged and alarmed; only the generations that need the pack are', async (t) => {
  const scene = await Scene.ready(t)
  const first = await scene.generation()
  scene.keeper.pass(DAY)
  const second = await scene.generation()
  assert.equal((await scene.verifier('run', '--all-data')).code, 0)
  const own = packs(second.objects).find(({ name }) => !first.objects.some((object) => object.name === name))!
  let before: Buffer | undefined
  scene.change(own, (bytes) => flip((before = Buffer.from(bytes)) && bytes))
  const found = await scene.verifier('run', '--all-data')
  assert.equal(found.code, 3, found.text)
  assert.match(found.text, /pack-hash/)
  const results = async () => (await scene.list()).map(({ attested }) => attested?.result)
  assert.deepEqual(await results(), ['complete', 'damaged'])
  assert.ok(scene.alarmed('verification-failed'))
  const still = await scene.verifier('run')
  assert.equal(still.code, 3, 'it stays said until it is repaired')
  scene.change(own, () => before)
  scene.keeper.pass(1)
  assert.equal((await scene.verifier('run', '--all-data')).code, 0)
  assert.deepEqual(await results(), ['complete', 'complete'])
})

test('a missing pack, a changed key file, a changed manifest and a manifest that names too little are damage', async (t) => {
  const scene = await Scene.ready(t)
  const { objects } = await scene.generation()
  const damage = async (what: RegExp): Promise<void> => {
    scene.keeper.pass(1)
    const found = await scene.verifier('run', '--all-data')
    assert.equal(found.code, 3, found.text)
    assert.match(found.text, what)
  }
  const alter = async (
    object: Pick<ManifestObject, 'kind' | 'name'>,
    how: (bytes: Buffer) => Buffer | undefined,
    what: RegExp,
  ) => {
    let before: Buffer | undefined
    scene.change(object, (bytes) => how((before = Buffer.from(bytes)) && bytes) ?? Buffer.alloc(0))
    await damage(what)
    scene.change(object, () => before)
  }
  await alter(
    objects.find(({ kind }) => kind === 'keys')!,
    flip,
    /changed keys/,
  )
  await alter(packs(objects)[0]!, (bytes) => bytes.subarray(1), /size data/)
  const gone = packs(objects)[0]!
  let bytes: Buffer | undefined
  scene.change(gone, (before) => void (bytes = Buffer.from(before)))
  await damage(/missing data/)
  writeFileSync(scene.path(gone), bytes!)
  scene.keeper.pass(1)
  assert.equal((await scene.verifier('run', '--all-data')).code, 0)

  // Another day production hands a manifest in that leaves a pack out: the Keeper, without keys, cannot tell.
  scene.keeper.pass(DAY)
  // The larger one holds the file, which the next generation needs too; the other one's trees are its own.
  await scene.generation(packs(objects).toSorted((a, b) => b.sizeBytes - a.sizeBytes)[0]!.name)
  await damage(/not-in-manifest/)
})

test('a receipt that another key signed is not believed, and nothing is attested', async (t) => {
  const scene = await Scene.ready(t)
  await scene.generation()
  const file = join(scene.data, 'verifier.json')
  const identity = JSON.parse(readFileSync(file, 'utf8')) as { config: { keeperKey: string } }
  const own = identity.config.keeperKey
  identity.config.keeperKey = verifierKeyText(generateSigner('keeper-test'))
  chmodSync(file, 0o600)
  writeFileSync(file, JSON.stringify(identity))
  const refused = await scene.verifier('run')
  assert.equal(refused.code, 1)
  assert.match(refused.text, /VAULT_PLACE_UNTRUSTED/)
  assert.equal((await scene.list())[0]!.attested, undefined)
  identity.config.keeperKey = own
  writeFileSync(file, JSON.stringify(identity))
  assert.equal((await scene.verifier('run')).code, 0)
})

test('a Keeper that goes away is no damage; a second run on the folder is refused', async (t) => {
  const scene = await Scene.ready(t)
  await scene.generation()
  const release = holdFolder(scene.data)
  const second = await scene.verifier('run')
  assert.match(second.text, /VERIFIER_FOLDER_IN_USE/)
  release()
  assert.equal((await scene.verifier('run')).code, 0)
  const port = Number(new URL(scene.keeper.url).port)
  await scene.keeper.close()
  const away = await scene.verifier('run', '--all-data')
  assert.equal(away.code, 1)
  assert.match(away.text, /STORAGE_UNREACHABLE/)
  const keeper = await scene.keeper.restart({ port })
  const { body } = await ask(keeper, scene.clinic, 'GET', `${PATH}/generations`)
  assert.match(body, /"result":"complete"/)
})

test('expiry goes as the attestations allow: structure frees nothing, three that were read do', async (t) => {
  const scene = await Scene.ready(t)
  const old = await scene.generation()
  for (let day = 0; day < 4; day++) {
    scene.keeper.pass(DAY)
    await scene.generation()
  }
  scene.keeper.pass(430 * DAY)
  const expired = async (): Promise<boolean> => {
    await scene.keeper.house.expireAll()
    scene.keeper.pass(3 * DAY)
    await scene.keeper.house.expireAll()
    return !(await scene.list()).some(({ snapshot }) => snapshot === old.snapshot)
  }
  assert.equal((await scene.verifier('run')).code, 0)
  assert.equal(await expired(), false, 'one was read, of four only the structure is known')
  assert.equal((await scene.verifier('run', '--all-data')).code, 0)
  assert.equal(await expired(), true)
  scene.keeper.pass(1)
  assert.equal((await scene.verifier('run', '--all-data')).code, 0, 'what stays is whole')
})
