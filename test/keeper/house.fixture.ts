/**
 * A clinic that Toride has backed up to a Keeper for a month, and the intruder who has been in its production host for as
 * long: he holds every credential of it (append token, ledger key, repository password), and not the Keeper.
 */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { TestContext } from 'node:test'
import { type ManifestObject, manifestText, openReceipt, parseManifest, type Receipt } from '#attest'
import type { FileKind } from '#base'
import { Repository } from '#restic'
import { openLocalBackend, openRestBackend } from '#storage'
import { generateSigner, type NoteSigner, parseVerifierKey, verifierKeyText } from '#tlog'
import { backUp, memUnitStore } from '../restic/back-up.ts'
import { stockRestics } from '../restic/stock-restic.ts'
import {
  ask,
  type Asked,
  DAY,
  type Enrolled,
  enrol,
  fastFolder,
  keeperFolder,
  type RunningKeeper,
  startKeeper,
} from './running.ts'

export const PATH = 'clinic/records'
export const PASSWORD = '砦'
const DAYS = 30
const KINDS: readonly Exclude<FileKind, 'config'>[] = ['keys', 'data', 'index', 'snapshots']

export const sha = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

export interface Locked {
  readonly receipt: Receipt
  readonly text: string
  /** What the clinic's files were that day. */
  readonly files: ReadonlyMap<string, string>
}

export class House {
  keeper: RunningKeeper
  readonly thief: Enrolled
  readonly station: Enrolled
  readonly ledgerKey: NoteSigner
  readonly generations: Locked[] = []
  /** Each try, once. */
  readonly tries: string[] = []
  readonly repository: string

  constructor(keeper: RunningKeeper, thief: Enrolled, station: Enrolled, ledgerKey: NoteSigner, repository: string) {
    this.keeper = keeper
    this.thief = thief
    this.station = station
    this.ledgerKey = ledgerKey
    this.repository = repository
  }

  /** What the thief sends with the stolen token. */
  ask(method: string, path: string, body?: string | Uint8Array<ArrayBuffer>, headers?: Record<string, string>) {
    return ask(this.keeper, this.thief, method, path, body, headers)
  }

  get first(): Locked {
    return this.generations[0]!
  }

  object(kind: FileKind, of = this.first): ManifestObject {
    return parseManifest(of.text).find((object) => object.kind === kind)!
  }

  /** A try that must be refused with this word of the Keeper's, and heard of where it is no honest use. */
  async refused(what: string, code: string, answer: Promise<Asked>, alarm: string | false = 'request-refused') {
    this.tries.push(what)
    const before = this.keeper.alarms.length
    const { status, code: given } = await answer
    assert.equal(given, code, what)
    assert.ok(status >= 400, what)
    if (alarm)
      assert.ok(
        this.keeper.alarms.slice(before).some(({ code: told }) => told === alarm),
        `${what}: no alarm`,
      )
  }

  tried(what: string): void {
    this.tries.push(what)
  }

  async upload(kind: FileKind, bytes: Uint8Array<ArrayBuffer>, repository = PATH): Promise<ManifestObject> {
    const name = kind === 'config' ? '' : sha(bytes)
    const { status, body } = await this.ask('POST', `${repository}/${kind}${name && `/${name}`}`, bytes)
    assert.equal(status, 200, body)
    return { kind, name, sizeBytes: bytes.length }
  }

  async submit(objects: readonly ManifestObject[], repository = PATH): Promise<Asked> {
    const snapshot = objects.findLast(({ kind }) => kind === 'snapshots')!
    return this.ask('POST', `${repository}/generations/${snapshot.name}`, manifestText(objects))
  }

  receiptOf(answer: Asked): Receipt {
    assert.equal(answer.status, 200, answer.body)
    return openReceipt(answer.body, parseVerifierKey(this.thief.keeperKey))
  }

  /**
   * The judge. Each generation is fetched by its manifest alone, so that nothing added since can mislead, by a reader who
   * is not the thief; every byte is held against its name; stock restic, or our own engine, restores it.
   */
  async demandAllRestore(t: TestContext, which: readonly Locked[] = this.generations): Promise<void> {
    const mirror = scratch(t)
    const [restic] = stockRestics().filter(({ missing }) => missing === false)
    for (const { receipt, text, files } of which) {
      const { snapshot } = receipt
      const path = `${PATH}/generations/${snapshot}`
      assert.equal((await ask(this.keeper, this.station, 'GET', `${path}/manifest`)).body, text)
      const note = (await ask(this.keeper, this.station, 'GET', `${path}/receipt`)).body
      assert.deepEqual(openReceipt(note, parseVerifierKey(this.thief.keeperKey)), receipt)
      for (const object of parseManifest(text)) await this.#fetch(object, mirror, receipt)
      if (!restic) continue
      const target = scratch(t)
      const { status, output } = await restic.ask(
        mirror,
        PASSWORD,
        'restore',
        snapshot,
        '--no-lock',
        '--target',
        target,
      )
      assert.equal(status, 0, output)
      assert.deepEqual(look(target), files)
    }
  }

  async #fetch({ kind, name, sizeBytes }: ManifestObject, mirror: string, receipt: Receipt): Promise<void> {
    const file = join(mirror, kind === 'data' ? `data/${name.slice(0, 2)}` : kind, name)
    const address = `${this.keeper.url}${PATH}/${kind}${name && `/${name}`}`
    const authorization = `Basic ${Buffer.from(`${this.station.name}:${this.station.token}`).toString('base64')}`
    const bytes = Buffer.from(await (await fetch(address, { headers: { authorization } })).arrayBuffer())
    assert.equal(bytes.length, sizeBytes)
    assert.equal(sha(bytes), name || receipt.config)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file.replace(/\/$/, ''), bytes)
  }
}

/** Relative path to SHA-256 of every file, wherever restic put them. */
function look(folder: string): Map<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return new Map(
    files
      .map((entry): [string, string] => [entry.name, sha(readFileSync(join(entry.parentPath, entry.name)))])
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  )
}

export function scratch(t: TestContext): string {
  const path = mkdtempSync(join(fastFolder(), 'toride-attack-'))
  t.after(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** Thirty days, each with a backup by our own engine. */
export async function buildHouse(t: TestContext): Promise<House> {
  const keeper = await startKeeper(t, { root: keeperFolder(t, fastFolder()) })
  const ledgerKey = generateSigner('clinic.example/ledger')
  const thief = await enrol(keeper, { name: 'clinic', kind: 'append' }, { ledgerKey: verifierKeyText(ledgerKey) })
  const station = await enrol(keeper, { name: 'station', kind: 'read', of: 'clinic' })
  const source = scratch(t)
  const local = join(scratch(t), 'repository')
  const house = new House(keeper, thief, station, ledgerKey, local)
  const backend = openLocalBackend(local)
  const owner = { hostname: 'clinic', username: 'toride', created: '2026-01-01T00:00:00Z' }
  const repository = await Repository.init(backend, { password: PASSWORD, owner, cost: { N: 1024, r: 8, p: 1 } })
  const place = openRestBackend({ url: `${keeper.url}${PATH}/`, user: thief.name, password: thief.token })
  t.after(() => place.close())
  await place.create()
  const sent = new Map<string, ManifestObject>()
  const units = memUnitStore()
  let parent: string | undefined
  for (let day = 0; day < DAYS; day++) {
    writeFileSync(join(source, `patient-${day}.hl7`), `MSH|${day}\r`.repeat(300))
    appendFileSync(join(source, 'ledger.csv'), `${day},taken\n`)
    const before = new Set((await backend.list('snapshots')).map(({ name }) => name))
    await backUp(repository, [source], { units, parent, workerCount: 1 })
    const snapshot = (await backend.list('snapshots')).find(({ name }) => !before.has(name))!.name
    parent = snapshot
    if (day === 0) await send({ kind: 'config', name: '' })
    for (const kind of KINDS) for (const { name } of await backend.list(kind)) await send({ kind, name })
    const needed = [...sent.values()].filter(({ kind, name }) => kind !== 'snapshots' || name === snapshot)
    const text = manifestText(needed)
    const answer = await house.ask('POST', `${PATH}/generations/${snapshot}`, text)
    house.generations.push({ receipt: house.receiptOf(answer), text, files: look(source) })
    keeper.pass(DAY)
  }
  return house

  async function send(file: { kind: FileKind; name: string }): Promise<void> {
    const key = `${file.kind}/${file.name}`
    if (sent.has(key)) return
    const bytes = await backend.load(file)
    await place.save(file, [bytes])
    sent.set(key, { ...file, sizeBytes: bytes.length })
  }
}

/** Everything that is held lies under the attribute; where this is root's, the system itself says so. */
export function demandHeld(house: House): void {
  if (process.getuid?.() !== 0) return
  const root = join(house.keeper.root, 'repositories', PATH)
  const flags = execFileSync('lsattr', ['-R', root], { encoding: 'utf8' })
  for (const { receipt } of house.generations)
    assert.match(flags, new RegExp(`^\\S*i\\S* .*/snapshots/${receipt.snapshot}$`, 'm'))
}
