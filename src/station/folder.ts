/** The emergency PC's folder: who it is, where its copies come from, what came of it. No password and no word of the card. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { writePrivateFile } from '#access'
import { AppError, isAppError, systemError } from '#base'
import { acquireFolderLock } from '#journal'
import { keeperConfigSchema } from '#storage'
import { boxSchema, type CopiedSource, copySchema } from './load.ts'
import { packageSchema, type StationPackage } from './package.ts'

export const INSIDE = {
  package: 'station.json',
  origin: 'origin.json',
  state: 'state.json',
  load: 'load.json',
  attested: 'attested.note',
  keys: 'keys',
  log: 'log',
  books: 'books',
  /** Order of the cut and phone numbers that are not private: read without the card. */
  registers: 'registers.json',
  /** Which serials this PC gives to sheets, and which of them it gave. */
  numbers: 'numbers.json',
  copies: 'copies',
  catalogue: 'catalogue',
  indexes: 'indexes',
} as const

/** Where copies come from. Credentials here only read. */
export const originSchema = z.discriminatedUnion('kind', [
  /** A folder of repositories that is read where it lies. */
  z.strictObject({ kind: z.literal('folder'), folder: z.string().min(1).max(4096) }),
  /** A disk that comes and goes: what is new on it is copied here. */
  z.strictObject({ kind: z.literal('medium'), folder: z.string().min(1).max(4096) }),
  z.strictObject({ kind: z.literal('keeper'), config: keeperConfigSchema, token: z.string(), owner: z.string() }),
  z.strictObject({
    kind: z.literal('rest'),
    url: z.url({ protocol: /^https?$/ }),
    user: z.string(),
    password: z.string(),
    pin: z.string(),
  }),
  z.strictObject({
    kind: z.literal('s3'),
    endpoint: z.url({ protocol: /^https?$/ }),
    region: z.string(),
    bucket: z.string(),
    prefix: z.string(),
    accessKeyId: z.string(),
    secretAccessKey: z.string(),
  }),
])
export type Origin = z.infer<typeof originSchema>

const MARKS = ['attested', 'received', 'ledger'] as const

/** A backup that is ready to be read: its index is made. */
const readySchema = z.strictObject({
  source: z.string(),
  snapshot: z.string().regex(/^[0-9a-f]{64}$/),
  tree: z.string().regex(/^[0-9a-f]{64}$/),
  takenAt: z.int(),
  readyAt: z.int(),
  patients: z.int(),
  /** Patient folders that could not be read. */
  unreadable: z.int(),
})
export type Ready = z.infer<typeof readySchema>

const failureSchema = z.strictObject({ code: z.string(), at: z.int() })

const testSchema = z.strictObject({
  at: z.int(),
  charts: z.int(),
  fields: z.int(),
  problems: z.int(),
  battery: z.enum(['full', 'low', 'none', 'unknown']),
  printer: z.enum(['ready', 'none', 'unknown']),
  network: z.enum(['reached', 'not-reached']),
  printed: z.boolean(),
  /** When a person last saw the test page come out. */
  printedAt: z.int().optional(),
})
export type SelfTest = z.infer<typeof testSchema>

const stateSchema = z.strictObject({
  /** Newest first, per source. */
  ready: z.array(readySchema),
  /** Who vouches for a snapshot, as the place said when it was reached last. */
  marks: z.record(z.string(), z.enum(MARKS)),
  /** The last time that all copies were brought up to date. */
  copiedAt: z.int().optional(),
  failure: failureSchema.optional(),
  test: testSchema.optional(),
  reportedAt: z.int().optional(),
  /** Entries of the log that production knows of. */
  reportedSize: z.int().nonnegative().optional(),
  reportFailure: failureSchema.optional(),
  /** The server said so; nothing is closed by it. */
  withdrawn: z.boolean().optional(),
})
export type StationState = z.infer<typeof stateSchema>

const EMPTY: StationState = { ready: [], marks: {} }

const newLoadSchema = z.strictObject({ at: z.int(), copies: z.array(copySchema).max(200), box: boxSchema })

export class StationFolder {
  readonly path: string
  /** What a full disk did not take: told by this process at least. */
  #untold: StationState['failure']

  constructor(path: string) {
    this.path = path
  }

  in(name: keyof typeof INSIDE, ...below: string[]): string {
    return join(this.path, INSIDE[name], ...below)
  }

  /** Undefined before it was set up. @throws STATION_FILE_DAMAGED */
  package(): StationPackage | undefined {
    return this.#read('package', (value) => packageSchema.parse(value))
  }

  keepPackage(given: StationPackage): void {
    this.#write('package', given)
  }

  /** A damaged one is asked for again. */
  origin(): Origin | undefined {
    return orUndefined(() => this.#read('origin', (value) => originSchema.parse(value)))
  }

  keepOrigin(origin: Origin): void {
    this.#write('origin', origin)
  }

  /** A state that is damaged (a disk that was pulled) costs a refresh, no more. */
  state(): StationState {
    const state = orUndefined(() => this.#read('state', (value) => stateSchema.parse(value))) ?? EMPTY
    return this.#untold ? { ...state, failure: this.#untold } : state
  }

  change(change: (state: StationState) => StationState): void {
    this.#write('state', stateSchema.parse(change(this.state())))
    this.#untold = undefined
  }

  /** A failure that is told on screen also where the disk is too full to note it. @throws other failures of the disk */
  fail(failure: NonNullable<StationState['failure']>): void {
    try {
      this.change((state) => ({ ...state, failure }))
    } catch (error) {
      this.#untold = failure
      if (!isAppError(error, 'STORAGE_FULL')) throw error
    }
  }

  /** The newest of what came with the package and with answers since. */
  load(): z.infer<typeof newLoadSchema> | undefined {
    const known = this.package()
    const first = known && { at: known.madeAt, copies: known.copies, box: known.load }
    const later = this.#read('load', (value) => newLoadSchema.parse(value))
    return later && (!first || later.at > first.at) ? later : first
  }

  /** What is to be copied here. */
  copies(): readonly CopiedSource[] {
    return this.load()?.copies ?? []
  }

  keepLoad(load: z.infer<typeof newLoadSchema>): void {
    this.#write('load', load)
  }

  /** Production's signed list of backups, as it came. */
  attested(): string | undefined {
    const path = this.in('attested')
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined
  }

  keepAttested(note: string): void {
    this.#writeText('attested', note)
  }

  make(...names: (keyof typeof INSIDE)[]): void {
    for (const path of [this.path, ...names.map((name) => this.in(name))])
      try {
        mkdirSync(path, { recursive: true, mode: 0o700 })
      } catch (error) {
        throw systemError(error, 'make the folder of the station')
      }
  }

  /** One process at a time. @returns lets go of it @throws STATION_IN_USE */
  hold(): () => void {
    this.make()
    const lock = acquireFolderLock(this.path)
    if ('heldBy' in lock) throw new AppError('STATION_IN_USE', { context: { pid: lock.heldBy.pid } })
    return () => lock.release()
  }

  #read<T>(name: keyof typeof INSIDE, parse: (value: unknown) => T): T | undefined {
    const path = this.in(name)
    if (!existsSync(path)) return undefined
    try {
      return parse(JSON.parse(readFileSync(path, 'utf8')))
    } catch (cause) {
      throw new AppError('STATION_FILE_DAMAGED', { detail: INSIDE[name], cause })
    }
  }

  #write(name: keyof typeof INSIDE, value: unknown): void {
    this.#writeText(name, `${JSON.stringify(value)}\n`)
  }

  #writeText(name: keyof typeof INSIDE, text: string): void {
    this.make()
    try {
      writePrivateFile(this.in(name), Buffer.from(text))
    } catch (error) {
      throw systemError(error, 'write a file of the station')
    }
  }
}

function orUndefined<T>(read: () => T | undefined): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
