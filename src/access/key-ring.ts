/**
 * Which key is where (SECURITY.md 11). Data keys (repository passwords, index keys, the key of patient subjects) lie in one
 * file, each sealed by one of two ring keys: the *backup* ring or the *reading* ring.
 *
 *   system key ──seals──▶ backup ring                 unattended: backup resumes after a restart, nothing else opens
 *   password of a person ──seals──▶ reading ring ──seals──▶ backup ring
 *   recovery kit, on paper ──seals──▶ reading ring
 *
 * Who holds a ring holds an object, not a truth value: {@link BackupKeys} or {@link ReadingKeys}; code that reads charts
 * asks for the latter. Where the institution switched the system key off, even backup waits for a person.
 */
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { z } from 'zod'
import { AppError, isAppError } from '#base'
import type { KitId } from './kit/kit.ts'
import { type Argon2Cost, DEFAULT_COST, deriveKey } from './password.ts'
import { type SystemKey, writePrivateFile } from './system-key.ts'
import { unwrap, wrap } from './wrap.ts'

const ringFile = z.object({
  version: z.literal(1),
  /** The backup ring's key under the reading ring's. */
  backupRing: z.string(),
  /** The backup ring's key under the system key; absent where unattended start is switched off. */
  system: z.string().optional(),
  /** The reading ring's key under the system key, from set-up until the first person has a password. */
  setup: z.string().optional(),
  people: z.record(
    z.string(),
    z.object({ memoryKib: z.int(), passes: z.int(), parallelism: z.int(), salt: z.string(), ring: z.string() }),
  ),
  /** The reading ring's key under recovery kits, by their ids. */
  kits: z.record(z.string(), z.string()).optional(),
  keys: z.record(z.string(), z.object({ purpose: z.enum(['backup', 'reading']), sealed: z.string() })),
})
type RingFile = z.infer<typeof ringFile>

type KeyPurpose = 'backup' | 'reading'

/** What is needed to take, lock and verify generations. Made only by the key ring. */
export class BackupKeys {
  readonly kind = 'backup'
  readonly #ring: Uint8Array
  readonly #store: RingStore

  constructor(ring: Uint8Array, store: RingStore) {
    this.#ring = ring
    this.#store = store
  }

  /** A data key of purpose backup, or undefined where there is none of that name. */
  key(name: string): Uint8Array | undefined {
    return this.#store.open(this.#ring, 'backup', name)
  }

  /** Keeps a new data key. Throws STORAGE_EXISTS. */
  add(name: string, key: Uint8Array): void {
    this.#store.add(this.#ring, 'backup', name, key)
  }
}

/** What opens charts. Only a person's password makes it (and set-up, before there is a person). */
export class ReadingKeys {
  readonly kind = 'reading'
  /** Whoever may read may also back up. */
  readonly backup: BackupKeys
  readonly #ring: Uint8Array
  readonly #store: RingStore

  constructor(ring: Uint8Array, store: RingStore) {
    this.#ring = ring
    this.#store = store
    this.backup = new BackupKeys(store.backupRing(ring), store)
  }

  /** A data key of purpose reading, or undefined where there is none of that name. */
  key(name: string): Uint8Array | undefined {
    return this.#store.open(this.#ring, 'reading', name)
  }

  add(name: string, key: Uint8Array): void {
    this.#store.add(this.#ring, 'reading', name, key)
  }

  /** Seals the ring to another person's password or one-time code. */
  async admit(personId: string, secret: string): Promise<void> {
    await this.#store.admit(this.#ring, personId, secret)
  }

  /** As of {@link KeyRing}, on the ring that these keys were taken from. */
  dismiss(personId: string): void {
    this.#store.dismiss(personId)
  }

  /** Seals the ring to a recovery kit, and to no other any more. */
  admitKit(kit: KitId, ringKey: Uint8Array): void {
    this.#store.setKits({ [kit]: wrap(ringKey, this.#ring, `kit ${kit}`) })
  }

  /** Lets backup start unattended with the system key. */
  allowUnattended(systemKey: SystemKey): void {
    this.#store.setSystem(wrap(systemKey.key, this.#store.backupRing(this.#ring), 'system backup'))
  }
}

export interface KeyRing {
  /** Whether the system key opens backup after a restart. */
  readonly unattended: boolean
  /** For backup only; undefined where it is switched off or the system key is another. */
  unlockUnattended(systemKey: SystemKey): BackupKeys | undefined
  /** The way in during set-up; undefined as soon as a person has a password. */
  unlockSetUp(systemKey: SystemKey): ReadingKeys | undefined
  /** Undefined for a wrong password or a person without a place on the ring. */
  unlockByPerson(personId: string, password: string): Promise<ReadingKeys | undefined>
  /** Undefined for another kit, or one that was revoked. */
  unlockByKit(kit: KitId, ringKey: Uint8Array): ReadingKeys | undefined
  /** From now on no kit opens what is new; what was copied before still opens with the one of its day. */
  revokeKits(): void
  isAdmitted(personId: string): boolean
  /** Takes a person off the ring. The last one stays: without anybody, nothing sealed for reading would ever open. */
  dismiss(personId: string): void
  forbidUnattended(): void
  /** From now on only people open the reading ring. Called when the first password is set. */
  endSetUp(): void
}

/**
 * Opens the ring in `file`, or makes a new one that the system key opens for backup and, until the first password is
 * set, for set-up. Throws ACCESS_KEY_RING_DAMAGED.
 */
export function openKeyRing(file: string, systemKey: SystemKey, cost: Argon2Cost = DEFAULT_COST): KeyRing {
  const store = existsSync(file) ? new RingStore(file, readRing(file), cost) : createRing(file, systemKey, cost)
  return {
    get unattended() {
      return store.content.system !== undefined
    },
    unlockUnattended({ key }) {
      const ring = store.content.system && unwrap(key, store.content.system, 'system backup')
      return ring ? new BackupKeys(ring, store) : undefined
    },
    unlockSetUp({ key }) {
      const ring = store.content.setup && unwrap(key, store.content.setup, 'setup reading')
      return ring ? new ReadingKeys(ring, store) : undefined
    },
    async unlockByPerson(personId, password) {
      const ring = await store.ringOf(personId, password)
      return ring && new ReadingKeys(ring, store)
    },
    unlockByKit(kit, ringKey) {
      const sealed = store.content.kits?.[kit]
      const ring = sealed === undefined ? undefined : unwrap(ringKey, sealed, `kit ${kit}`)
      return ring && new ReadingKeys(ring, store)
    },
    revokeKits: () => store.setKits({}),
    isAdmitted: (personId) => Object.hasOwn(store.content.people, personId),
    dismiss: (personId) => store.dismiss(personId),
    forbidUnattended: () => store.setSystem(undefined),
    endSetUp: () => store.endSetUp(),
  }
}

function createRing(file: string, { key }: SystemKey, cost: Argon2Cost): RingStore {
  const [reading, backup] = [randomBytes(32), randomBytes(32)]
  const content: RingFile = {
    version: 1,
    backupRing: wrap(reading, backup, 'reading backup'),
    system: wrap(key, backup, 'system backup'),
    setup: wrap(key, reading, 'setup reading'),
    people: {},
    keys: {},
  }
  const store = new RingStore(file, content, cost)
  store.save(content)
  return store
}

function readRing(file: string): RingFile {
  try {
    return ringFile.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (cause) {
    throw new AppError('ACCESS_KEY_RING_DAMAGED', { cause: cause instanceof SyntaxError ? undefined : cause })
  }
}

/** Codes in envelopes and tokens of programs have places too, and end: none of them is the last that opens the ring. */
const isPerson = (id: string): boolean => !/^(emergency|token)-/.test(id)

/**
 * The file and what is done with it. Every change is written whole before it counts, and goes out from what the file says
 * now: a second opener (a command beside the server) may have added a key since.
 */
class RingStore {
  private readonly file: string
  private readonly cost: Argon2Cost
  private last: RingFile
  private lastSeen = ''

  constructor(file: string, content: RingFile, cost: Argon2Cost) {
    this.file = file
    this.last = content
    this.cost = cost
  }

  /** Read again where the file was replaced. One that is gone or spoilt beside a running server leaves what was known. */
  get content(): RingFile {
    const stat = statSync(this.file, { bigint: true, throwIfNoEntry: false })
    const seen = stat ? `${stat.ino} ${stat.mtimeNs}` : ''
    if (seen === this.lastSeen) return this.last
    this.lastSeen = seen
    try {
      this.last = readRing(this.file)
    } catch (error) {
      if (!isAppError(error)) throw error
    }
    return this.last
  }

  save(content: RingFile): void {
    writePrivateFile(this.file, Buffer.from(`${JSON.stringify(content, undefined, 2)}\n`))
    this.last = content
  }

  open(ring: Uint8Array, purpose: KeyPurpose, name: string): Uint8Array | undefined {
    const entry = Object.hasOwn(this.content.keys, name) ? this.content.keys[name] : undefined
    if (entry?.purpose !== purpose) return undefined
    const key = unwrap(ring, entry.sealed, `${purpose} ${name}`)
    if (!key) throw new AppError('ACCESS_KEY_RING_DAMAGED', { context: { key: name } })
    return key
  }

  add(ring: Uint8Array, purpose: KeyPurpose, name: string, key: Uint8Array): void {
    if (Object.hasOwn(this.content.keys, name)) throw new AppError('STORAGE_EXISTS', { detail: `data key ${name}` })
    const entry = { purpose, sealed: wrap(ring, key, `${purpose} ${name}`) }
    this.save({ ...this.content, keys: { ...this.content.keys, [name]: entry } })
  }

  backupRing(reading: Uint8Array): Uint8Array {
    const ring = unwrap(reading, this.content.backupRing, 'reading backup')
    if (!ring) throw new AppError('ACCESS_KEY_RING_DAMAGED', { detail: 'backup ring' })
    return ring
  }

  async admit(reading: Uint8Array, personId: string, secret: string): Promise<void> {
    const salt = randomBytes(16)
    const ring = wrap(await deriveKey(secret, salt, this.cost), reading, `person ${personId}`)
    const place = { ...this.cost, salt: salt.toString('base64'), ring }
    this.save({ ...this.content, people: { ...this.content.people, [personId]: place } })
  }

  async ringOf(personId: string, secret: string): Promise<Uint8Array | undefined> {
    const place = Object.hasOwn(this.content.people, personId) ? this.content.people[personId] : undefined
    if (!place) return undefined
    return unwrap(await deriveKey(secret, Buffer.from(place.salt, 'base64'), place), place.ring, `person ${personId}`)
  }

  dismiss(personId: string): void {
    const { [personId]: gone, ...people } = this.content.people
    if (gone && (!isPerson(personId) || Object.keys(people).some(isPerson))) this.save({ ...this.content, people })
  }

  setKits(kits: Readonly<Record<KitId, string>>): void {
    this.save({ ...this.content, kits })
  }

  setSystem(system: string | undefined): void {
    const { system: _, ...rest } = this.content
    this.save(system === undefined ? rest : { ...rest, system })
  }

  endSetUp(): void {
    const { setup, ...rest } = this.content
    if (setup !== undefined) this.save(rest)
  }
}
