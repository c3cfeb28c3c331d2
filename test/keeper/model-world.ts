/**
 * The world of the model: a clinic with a real repository, a real Keeper behind its real door, a verifier with the real
 * judgement, and beside them plain maps of what was promised and what the test itself spoilt.
 */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, readFileSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { isAppError } from '#base'
import {
  manifestHash,
  type ManifestObject,
  manifestText,
  objectKey,
  openReceipt,
  type Receipt,
  signAttestation,
} from '#attest'
import { Repository } from '#restic'
import { makeLocalFolders, openLocalBackend, openRestBackend, withFaults } from '#storage'
import { generateSigner, parseVerifierKey, verifierKeyText } from '#tlog'
import { readSome } from '../../src/keeper/reading.ts'
import { mirrorRepository } from '../../src/vault/mirror.ts'
import { backUpSource } from '../robustness/engine.ts'
import { assertSame, COST, OWNER, PASSWORD, readGeneration, scratch } from '../robustness/look.ts'
import type { Chance } from '../robustness/seed.ts'
import { changeSource, contentsOf, type Contents, makeSource, sha256 } from '../robustness/source.ts'
import { PATH } from './house.fixture.ts'
import { filesOf, flip, hashAt, judgeThere, manifestOf, onlyOf } from './model-files.ts'
import { FaultyLocker } from './model-locker.ts'
import { ModelClock } from './model-clock.ts'
import { ask, type Enrolled, enrol, ledgerTypes, type RunningKeeper, startKeeper } from './running.ts'

/** Ends come within a run, and everything that may let go has its turn. */
const POLICY = {
  dailyDays: 3,
  weeklyDays: 0,
  monthlyDays: 0,
  extraDays: 1,
  attestationDays: 20,
  unlistedDays: 3,
  graceHours: 24,
}

/** A generation whose receipt the clinic holds. */
export interface Promised {
  readonly receipt: Receipt
  readonly objects: readonly ManifestObject[]
  /** Absent: rubbish of an intruder's, of which only the files count. */
  readonly files: Contents | undefined
}

export class World {
  keeper: RunningKeeper
  readonly clock: ModelClock
  readonly promised = new Map<string, Promised>()
  /** Of these the Keeper took the word that every byte is there. */
  readonly #attested = new Set<string>()
  /** Spoilt by the test itself, by object. */
  readonly damagedThere = new Set<string>()
  readonly #damagedHere = new Map<string, Buffer>()
  readonly #contents = new Map<string, Contents>()
  /** As recorded at the first try: production never makes another one for the same generation. */
  readonly #manifests = new Map<string, ManifestObject[]>()
  readonly #chance: Chance
  readonly #clinic: Enrolled
  readonly #mini: Enrolled
  readonly #attester: ReturnType<typeof generateSigner>
  readonly #home: string
  readonly #local: ReturnType<typeof openLocalBackend>
  readonly #repository: Repository
  readonly #locker: FaultyLocker
  spoilt = 0
  #isFull = false

  private constructor(parts: {
    keeper: RunningKeeper
    locker: FaultyLocker
    chance: Chance
    clinic: Enrolled
    mini: Enrolled
    attester: ReturnType<typeof generateSigner>
    home: string
    repository: Repository
    local: ReturnType<typeof openLocalBackend>
  }) {
    this.keeper = parts.keeper
    this.clock = new ModelClock(parts.keeper)
    this.#locker = parts.locker
    this.#chance = parts.chance
    this.#clinic = parts.clinic
    this.#mini = parts.mini
    this.#attester = parts.attester
    this.#home = parts.home
    this.#repository = parts.repository
    this.#local = parts.local
  }

  static async make(t: TestContext, chance: Chance): Promise<World> {
    const root = join(scratch(t), 'small')
    mkdirSync(root)
    if (canMount) execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1g', 'tmpfs', root])
    const locker = new FaultyLocker()
    const keeper = await startKeeper(t, { root, wrapLocker: (inner) => locker.around(inner) })
    writeFileSync(join(root, 'policy.json'), JSON.stringify(POLICY))
    const attester = generateSigner('verifier-1')
    const clinic = await enrol(keeper, { name: 'clinic', kind: 'append' })
    const keys = { attestKey: verifierKeyText(attester) }
    const mini = await enrol(keeper, { name: 'mini', kind: 'verify', of: 'clinic' }, keys)
    const home = scratch(t)
    makeSource(join(home, 'source'), chance, 4)
    const local = openLocalBackend(join(home, 'repository'))
    await makeLocalFolders(local.location)
    const repository = await Repository.init(local, { password: PASSWORD, owner: OWNER, cost: COST })
    const world = new World({ keeper, locker, chance, clinic, mini, attester, home, repository, local })
    await ask(keeper, clinic, 'POST', `${PATH}/?create=true`)
    return world
  }

  get source(): string {
    return join(this.#home, 'source')
  }

  get folder(): string {
    return join(this.keeper.root, 'repositories', PATH)
  }

  change(): void {
    changeSource(this.source, this.#chance)
  }

  async backUp(): Promise<void> {
    await this.#whileDamagedHere(async () => {
      const { snapshotId } = await backUpSource(this.#repository, this.source, join(this.#home, 'cache'))
      this.#contents.set(snapshotId, contentsOf(this.source))
    })
  }

  /** Two in three are the newest; an older one that was left out may follow. */
  async copy(cutAfterSaves?: number): Promise<void> {
    const all = [...this.#contents.keys()].filter((snapshot) => !this.promised.has(snapshot))
    const snapshot = this.#chance.below(3) ? all.at(-1) : this.#chance.pick(all)
    if (snapshot === undefined) return
    const objects =
      this.#manifests.get(snapshot) ??
      (await this.#whileDamagedHere(() => manifestOf(this.#repository, this.#local, snapshot)))
    if (!objects) return
    this.#manifests.set(snapshot, objects)
    const isThere = await this.#mirror(objects, cutAfterSaves)
    if (isThere) await this.#handIn(snapshot, objects, this.#contents.get(snapshot))
  }

  /** Copies again what the Keeper holds already: whatever it no longer lists is sent once more. */
  async heal(): Promise<void> {
    await this.#mirror([...this.promised.values()].flatMap(({ objects }) => objects))
  }

  /** @returns whether all of it is there now */
  async #mirror(objects: readonly ManifestObject[], cutAfterSaves?: number): Promise<boolean> {
    const wanted = new Set(objects.map(objectKey))
    const place = { url: `${this.keeper.url}${PATH}/`, user: this.#clinic.name, password: this.#clinic.token }
    const to = withFaults(openRestBackend(place), ({ operation, count }) =>
      operation === 'save' && count > (cutAfterSaves ?? Infinity) ? 'drop' : undefined,
    )
    try {
      const { damaged } = await mirrorRepository(this.#local, to, { only: (file) => wanted.has(objectKey(file)) })
      for (const file of damaged) assert.ok(this.#isSpoilt(objectKey(file)), `${objectKey(file)} is damaged by itself`)
      return damaged.length === 0
    } catch (error) {
      this.#demandExcuse(error, cutAfterSaves !== undefined)
      return false
    } finally {
      await to.close()
    }
  }

  /** A thief's generation: the real config and keys, a snapshot that is none. */
  async rubbish(): Promise<void> {
    const [config, key] = [await this.#there('config'), await this.#there('keys')]
    if (!config || !key) return
    const bytes = Buffer.from(`rubbish ${this.#chance.below(1e9)}`)
    const snapshot = { kind: 'snapshots' as const, name: sha256(bytes), sizeBytes: bytes.length }
    const { status } = await ask(this.keeper, this.#clinic, 'POST', `${PATH}/snapshots/${snapshot.name}`, bytes)
    if (status === 200) await this.#handIn(snapshot.name, [config, key, snapshot], undefined)
  }

  /** Reads a generation, mostly a new one, as the verifier does, and hands in what it found. */
  async attest(): Promise<void> {
    const all = [...this.promised.values()]
    const one = this.#chance.pick(this.#chance.below(4) ? all.slice(-4) : all)
    if (!one) return
    const { receipt } = one
    const problems = await judgeThere(this.folder, this.#repository.masterKey, receipt)
    if (!problems) return
    const result = problems.length > 0 ? 'damaged' : 'complete'
    const { wall } = this.keeper.time
    const attestation = { ...receipt, at: wall, result, scope: 'all-data' } as const
    const note = signAttestation(attestation, this.#attester)
    const { status, code } = await ask(this.keeper, this.#mini, 'POST', `${PATH}/attestations`, note)
    assert.ok(status === 200 || code === 'attestation' || this.#mayFail(status), `${status} ${code}`)
    if (status === 200 && result === 'complete') this.#attested.add(receipt.snapshot)
  }

  expire(): Promise<void> {
    return this.#mayFailHere(() => this.keeper.house.expireAll())
  }

  /** The Keeper's own reading: what it finds is no longer listed, so the next copy heals it. */
  async read(): Promise<void> {
    await this.#mayFailHere(() => readSome(this.keeper.house, Infinity))
  }

  /** How often the Keeper put sound bytes in the place of rotten ones. */
  async healedCount(): Promise<number> {
    return (await ledgerTypes(this.keeper)).filter((type) => type === 'keeper.healed').length
  }

  /** The locker answers so many calls and is dead then, before or after the work of the last one; until a new start. */
  dieAfter(calls: number): void {
    this.#locker.dieAfter(calls, this.#chance.below(2) === 0)
  }

  async restart(): Promise<void> {
    this.giveRoom()
    this.#locker.revive()
    this.keeper = await this.keeper.restart()
  }

  /** Not a byte more; only where a small disk can be had. */
  fill(): void {
    if (!canMount) return
    const { blocks, bfree, bsize } = statfsSync(this.keeper.root)
    this.#remount((blocks - bfree) * bsize)
    this.#isFull = true
  }

  giveRoom(): void {
    if (this.#isFull) this.#remount(1 << 30)
    this.#isFull = false
  }

  #remount(bytes: number): void {
    execFileSync('mount', ['-o', `remount,size=${bytes}`, this.keeper.root])
  }

  /** One byte of a stored file differs, as on a disk that rots. */
  spoilThere(): void {
    const kind = this.#chance.pick(['data', 'data', 'data', 'index', 'snapshots'] as const)
    // Mostly such as the clinic still has: they can be healed.
    const here = new Set(filesOf(this.#local.location).map(nameOf))
    const all = filesOf(join(this.folder, kind)).filter((path) => here.has(nameOf(path)) || this.#chance.below(8) === 0)
    const path = this.#chance.pick(all)
    if (path === undefined) return
    flip(path, this.#chance)
    this.spoilt++
    this.damagedThere.add(`${kind}/${nameOf(path)}`)
  }

  spoilHere(): void {
    const path = this.#chance.pick(filesOf(join(this.#local.location, this.#chance.pick(['data', 'index']))))
    if (path === undefined || this.#damagedHere.has(path)) return
    this.#damagedHere.set(path, readFileSync(path))
    flip(path, this.#chance)
  }

  mendHere(): void {
    for (const [path, bytes] of this.#damagedHere) {
      chmodSync(path, 0o600)
      writeFileSync(path, bytes)
    }
    this.#damagedHere.clear()
  }

  /** Generations that the Keeper let go of. */
  get gone(): Promised[] {
    const there = new Set(readdirSync(join(this.folder, 'snapshots')))
    return [...this.promised].filter(([snapshot]) => !there.has(snapshot)).map(([, one]) => one)
  }

  /** Nothing goes before a verifier has read three newer ones of other days. */
  demandAttested(): void {
    const attested = [...this.#attested].map((snapshot) => this.promised.get(snapshot)!.receipt)
    for (const { receipt } of this.gone) {
      const newer = attested.filter(({ rule, receivedAt }) => rule !== 'extra' && receivedAt > receipt.receivedAt)
      assert.ok(newer.length >= 3, `${receipt.snapshot} went after ${newer.length} attested newer ones`)
    }
  }

  /** Still under its lock, whatever the clocks were made to say. */
  isLocked({ receipt }: Promised): boolean {
    return receipt.lockedUntil > this.clock.latest
  }

  damageOf({ objects }: Promised): string[] {
    return objects.map(objectKey).filter((key) => this.damagedThere.has(key))
  }

  /** Every byte of every file of what is locked, by its name; what the test spoilt is named by the judgement. */
  async demandPromises(): Promise<void> {
    const hashes = new Map<string, string>()
    for (const [snapshot, one] of this.promised) {
      if (!this.isLocked(one)) continue
      for (const { kind, name, sizeBytes } of one.objects) {
        const key = `${kind}/${name}`
        if (!hashes.has(key)) hashes.set(key, hashAt(this.folder, { kind, name, sizeBytes }))
        // Let go of and brought again, or healed: sound from then on.
        if (hashes.get(key) === name) this.damagedThere.delete(key)
        if (this.damagedThere.has(key)) continue
        assert.equal(hashes.get(key), name || one.receipt.config, `${key} of ${snapshot}`)
      }
      const statements = join(this.folder, 'statements')
      assert.equal(manifestHash(readFileSync(join(statements, `${snapshot}.manifest`), 'utf8')), one.receipt.manifest)
      assert.deepEqual(this.#opened(readFileSync(join(statements, `${snapshot}.receipt`), 'utf8')), one.receipt)
      const damage = this.damageOf(one)
      if (one.files && damage.length > 0) await this.#demandNamed(one, damage)
    }
  }

  /** Read back through its manifest alone, as somebody who restores it. */
  async demandRestores(one: Promised): Promise<void> {
    if (!one.files || this.damageOf(one).length > 0) return
    const backend = onlyOf(openLocalBackend(this.folder), one.objects)
    const repository = await Repository.open(backend, { masterKey: this.#repository.masterKey })
    assertSame(await readGeneration(repository, one.receipt.snapshot, this.source), one.files, one.receipt.snapshot)
  }

  async #demandNamed({ receipt }: Promised, damage: readonly string[]): Promise<void> {
    const problems = (await judgeThere(this.folder, this.#repository.masterKey, receipt)) ?? []
    const isNamed = (key: string): boolean => problems.some(({ name }) => key.includes(name))
    // A pack that only a spoilt index file names is looked at once that one is mended.
    const isHidden = damage.some((key) => key.startsWith('index/') && isNamed(key))
    for (const key of damage)
      assert.ok(
        isNamed(key) || (isHidden && key.startsWith('data/')),
        `${key} is not named: ${JSON.stringify(problems)}`,
      )
  }

  async #handIn(snapshot: string, objects: readonly ManifestObject[], files: Contents | undefined): Promise<void> {
    const path = `${PATH}/generations/${snapshot}`
    const { status, body, code } = await ask(this.keeper, this.#clinic, 'POST', path, manifestText(objects))
    if (status === 200) this.promised.set(snapshot, { receipt: this.#opened(body), objects, files })
    // An object that the clinic saw there may have been let go since; the next copy brings it again.
    else assert.ok(code === 'manifest-incomplete' || this.#mayFail(status), `${status} ${body}`)
  }

  #opened(note: string): Receipt {
    return openReceipt(note, parseVerifierKey(this.#clinic.keeperKey))
  }

  #mayFail(status: number): boolean {
    return (status === 500 && this.#locker.isDead) || (status === 507 && this.#isFull)
  }

  async #mayFailHere(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      if (!this.#locker.isDead && !this.#isFull) throw error
    }
  }

  #demandExcuse(error: unknown, isCut: boolean): void {
    const code = isAppError(error) ? error.code : String(error)
    const excused =
      (isCut && code === 'STORAGE_UNREACHABLE') ||
      (this.#locker.isDead && /STORAGE_/.test(code)) ||
      (this.#isFull && /STORAGE_/.test(code)) ||
      (this.#damagedHere.size > 0 && /DAMAGED/.test(code))
    if (!excused) throw error
  }

  async #whileDamagedHere<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work()
    } catch (error) {
      if (this.#damagedHere.size === 0) throw error
      return undefined
    }
  }

  #isSpoilt(key: string): boolean {
    return this.damagedThere.has(key) || [...this.#damagedHere.keys()].some((path) => path.endsWith(key.split('/')[1]!))
  }

  async #there(kind: 'config' | 'keys'): Promise<ManifestObject | undefined> {
    const [file] = await this.#local.list(kind)
    const found = await openLocalBackend(this.folder).stat({ kind, name: file!.name })
    return found && { kind, name: file!.name, sizeBytes: found.sizeBytes }
  }
}

const nameOf = (path: string): string => path.slice(-64)
const canMount = process.getuid?.() === 0 && process.platform === 'linux'
