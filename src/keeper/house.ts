/** Everything of one running Keeper but its network and its console: clients, repositories, locker, ledger, what is refused. */
import { readdirSync, statfsSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { EpochMs } from '#base'
import type { Ledger } from '#journal'
import type { AlarmCode, AlarmInput } from '#notify'
import type { NoteSigner } from '#tlog'
import { type Client, Clients } from './clients.ts'
import { expire } from './expiry.ts'
import { readJson, writeJson } from './files.ts'
import { Generations } from './generations.ts'
import { INSIDE, isName, repositoryFolder, repositoryName, type RepositoryRef } from './layout.ts'
import type { Locker } from './locker.ts'
import { costOf, MOST_FILES, type Used } from './objects.ts'
import { type KeeperPolicy, loadPolicy } from './policy.ts'
import { Refusal, type RefusalCode } from './refusal.ts'
import { Witness } from './witness.ts'

/** A new source is a new repository; a clinic has a handful. */
const MOST_REPOSITORIES = 64
/** Never filled further: the Keeper's own statements and ledger must always find room. */
const RESERVE_BYTES = 256 << 20
/** The same for a disk that is full of tiny files. */
const RESERVE_FILES = 1000
/** An incident's freeze is renewed after this (USERS.md). */
const FREEZE_MS = 30 * 86_400_000

export type Raise = (alarm: AlarmInput) => void

export interface HouseParts {
  readonly root: string
  readonly locker: Locker
  readonly ledger: Ledger
  readonly signer: NoteSigner
  /** Told of everything that people should hear of. */
  readonly alarm: Raise
}

const freezeSchema = z.strictObject({ until: z.int(), by: z.string() })

export class House {
  readonly clients: Clients
  readonly witness: Witness
  readonly parts: HouseParts
  readonly #generations = new Map<string, Generations>()
  readonly #used = new Map<string, Used>()
  readonly #turns = new Map<string, Promise<unknown>>()
  readonly #comingBytes = new Map<string, number>()
  readonly #refused = new Map<string, { client: string; code: RefusalCode; count: number; address: string }>()

  constructor(parts: HouseParts) {
    this.parts = parts
    this.clients = new Clients(parts.root)
    this.witness = new Witness(parts.root, parts.signer)
  }

  get policy(): KeeperPolicy {
    return loadPolicy(this.parts.root)
  }

  async now(): Promise<EpochMs> {
    return (await this.parts.locker.time()).trusted
  }

  repositories(client: string): RepositoryRef[] {
    try {
      const names = readdirSync(join(this.parts.root, INSIDE.repositories, client)).filter(isName)
      return names.map((repository) => ({ client, repository }))
    } catch {
      return []
    }
  }

  /** The generations of a repository that is there. @throws Refusal not-found */
  generations(ref: RepositoryRef): Generations {
    const name = repositoryName(ref)
    const known = this.#generations.get(name)
    if (known) return known
    const folder = repositoryFolder(this.parts.root, ref)
    if (!this.repositories(ref.client).some(({ repository }) => repository === ref.repository))
      throw new Refusal('not-found')
    const { locker, ledger, signer, alarm } = this.parts
    const made = new Generations({ ref, folder, locker, ledger, signer, alarm, policy: () => this.policy })
    this.#generations.set(name, made)
    return made
  }

  async makeRepository(ref: RepositoryRef): Promise<void> {
    repositoryFolder(this.parts.root, ref)
    const there = this.repositories(ref.client)
    if (there.some(({ repository }) => repository === ref.repository)) return
    if (there.length >= MOST_REPOSITORIES) throw new Refusal('too-many', 'repositories')
    await this.parts.locker.makeRepository(ref)
    await this.tellClient(ref.client, `repository-made:${ref.repository}`)
  }

  /** What all repositories of a client cost on the disk; read from it once, then added up. */
  async used(client: string): Promise<Used> {
    const known = this.#used.get(client)
    if (known !== undefined) return known
    let sum: Used = { bytes: 0, files: 0 }
    for (const ref of this.repositories(client)) sum = plus(sum, await this.generations(ref).objects.used())
    this.#used.set(client, sum)
    return sum
  }

  /**
   * Does what writes up to `mostBytes` for a client. They count as used while it runs, so that many at once pass neither
   * quota nor reserve together.
   * @param work says how much it wrote
   * @throws Refusal quota, too-many, disk-full
   */
  async withRoom(client: Client, mostBytes: number, work: () => Promise<number>): Promise<void> {
    const most = costOf(mostBytes)
    const used = await this.used(client.name)
    const coming = this.#comingBytes.get(client.name) ?? 0
    if (used.bytes + coming + most > client.quotaBytes) throw new Refusal('quota')
    if (used.files >= MOST_FILES) throw new Refusal('too-many', 'files')
    this.#demandDisk(most)
    this.#comingBytes.set(client.name, coming + most)
    try {
      const written = costOf(await work())
      const known = this.#used.get(client.name)
      if (known !== undefined) this.#used.set(client.name, plus(known, { bytes: written, files: 1 }))
    } finally {
      this.#comingBytes.set(client.name, this.#comingBytes.get(client.name)! - most)
    }
  }

  #demandDisk(sizeBytes: number): void {
    const { bavail, bsize, files, ffree } = statfsSync(this.parts.root)
    const coming = this.#comingBytes.values().reduce((sum, bytes) => sum + bytes, 0)
    const hasRoom = bavail * bsize - coming - sizeBytes >= RESERVE_BYTES
    // Some file systems count no files.
    if (hasRoom && (files === 0 || ffree > RESERVE_FILES)) return
    this.parts.alarm({ code: 'place-full' })
    throw new Refusal('disk-full')
  }

  /** One after the other for a client. A failure is its own, not the next one's. */
  inTurnOf<T>({ name }: Client, work: () => Promise<T>): Promise<T> {
    const done = (this.#turns.get(name) ?? Promise.resolve()).then(work, work)
    this.#turns.set(
      name,
      done.catch(() => undefined),
    )
    return done
  }

  get freezeUntil(): EpochMs {
    return readJson(join(this.parts.root, 'freeze.json'), (v) => freezeSchema.parse(v))?.until ?? 0
  }

  /** Stops all expiry. Anybody who is enrolled may ask: it only protects more. Ending it early needs the console. */
  async freeze(by: string): Promise<EpochMs> {
    const until = (await this.now()) + FREEZE_MS
    writeJson(join(this.parts.root, 'freeze.json'), { until, by })
    await this.parts.ledger.append({
      type: 'keeper.frozen',
      actor: 'system:keeper',
      data: { by, until: new Date(until).toISOString() },
    })
    this.parts.alarm({ code: 'expiry-frozen', about: by, figures: { untilMs: until } })
    return until
  }

  /** One look at every repository for what may go. */
  async expireAll(): Promise<void> {
    const isFrozen = this.freezeUntil > (await this.now())
    for (const client of this.clients.list().filter(({ kind, plain }) => kind === 'append' && !plain))
      for (const ref of this.repositories(client.name)) {
        const { root, locker, ledger } = this.parts
        const folder = repositoryFolder(root, ref)
        const generations = this.generations(ref)
        await expire({ ref, folder, generations, locker, ledger, policy: this.policy, isFrozen })
        this.#used.delete(client.name)
      }
  }

  /** Counts what was not done; written to the ledger in one entry per kind by {@link tellRefused}. */
  refused(client: string, refusal: Refusal, address: string): void {
    if (!refusal.isSuspicious) return
    const key = `${client} ${refusal.code}`
    const count = (this.#refused.get(key)?.count ?? 0) + 1
    this.#refused.set(key, { client, code: refusal.code, count, address })
    this.parts.alarm({ code: alarmOf(refusal.code), about: client, figures: { count } })
  }

  async tellRefused(): Promise<void> {
    const told = [...this.#refused.values()]
    this.#refused.clear()
    await Promise.all(
      told.map((data) => this.parts.ledger.append({ type: 'keeper.refused', actor: 'system:keeper', data })),
    )
  }

  async tellClient(client: string, change: string): Promise<void> {
    await this.parts.ledger.append({ type: 'keeper.client', actor: 'system:keeper', data: { client, change } })
  }

  async close(): Promise<void> {
    await this.tellRefused()
    await this.parts.ledger.close()
  }
}

const plus = (a: Used, b: Used): Used => ({ bytes: a.bytes + b.bytes, files: a.files + b.files })

/** What people are told of a refusal; the ledger has the exact word. */
function alarmOf(code: RefusalCode): AlarmCode {
  if (code === 'unauthorized' || code === 'too-many-attempts' || code === 'enrolment-code') return 'sign-in-refused'
  if (code === 'log-forked' || code === 'log-signature') return 'ledger-contradicted'
  if (code === 'quota') return 'place-full'
  return code.startsWith('manifest-') || code === 'second-name' ? 'generation-refused' : 'request-refused'
}
