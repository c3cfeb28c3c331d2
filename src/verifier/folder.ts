/** The verifier's folder: who it is at the Keeper, its key, the passwords, and its book. */
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { AppError, systemError } from '#base'
import { acquireFolderLock } from '#journal'
import { type EnrolInput, enrolAtKeeper, type KeeperConfig, keeperConfigSchema } from '#storage'
import { generateSigner, type NoteSigner, parseVerifierKey, signerFromSeed, verifierKeyText } from '#tlog'

const INSIDE = { identity: 'verifier.json', key: 'key.json', passwords: 'passwords.json' } as const

const keySchema = z.strictObject({ name: z.string(), seed: z.base64() })
const identitySchema = z.strictObject({ config: keeperConfigSchema, token: z.string(), of: z.string() })
const passwordsSchema = z.record(z.string(), z.string())

const bookSchema = z.strictObject({
  /** What we signed last of each generation, and when every byte of it had been read. */
  generations: z.record(
    z.string(),
    z.strictObject({ at: z.int(), result: z.enum(['complete', 'damaged']), readAt: z.int().optional() }),
  ),
  /** When each pack was last read and found whole. */
  packs: z.record(z.string(), z.int()),
})
export type Book = z.infer<typeof bookSchema>

export interface Verifier {
  readonly config: KeeperConfig
  readonly token: string
  /** The client whose repositories it reads. */
  readonly of: string
  /** Its public key, as the Keeper pinned it. */
  readonly key: string
  readonly signer: NoteSigner
  password(repository: string): string | undefined
  keepPassword(repository: string, password: string): void
  book(repository: string): Book
  keepBook(repository: string, book: Book): void
}

/** The key is written before the code is handed in, and kept: the Keeper takes no other one under this name. */
export async function enrolVerifier(folder: string, input: EnrolInput): Promise<Verifier> {
  makeFolder(folder)
  const path = join(folder, INSIDE.key)
  if (!existsSync(path)) {
    const { name, seed } = generateSigner(`verifier-${randomBytes(4).toString('hex')}`)
    writeJson(path, { name, seed: Buffer.from(seed).toString('base64') })
  }
  const attestKey = verifierKeyText(readSigner(folder))
  const { config, token, of } = await enrolAtKeeper(input, 'verify', { attestKey }, parseVerifierKey)
  // An old invitation without an owner reads nothing: it is of no use.
  if (of === undefined) throw new AppError('VAULT_PLACE_REFUSED', { detail: 'invited without --of' })
  writeJson(join(folder, INSIDE.identity), { config, token, of })
  return openVerifier(folder)
}

/** @throws VERIFIER_FOLDER_FOREIGN where nobody was enrolled, VERIFIER_FILE_DAMAGED */
export function openVerifier(folder: string): Verifier {
  const identity = readJson(join(folder, INSIDE.identity), (v) => identitySchema.parse(v))
  if (!identity) throw new AppError('VERIFIER_FOLDER_FOREIGN')
  const passwords = (): Record<string, string> =>
    readJson(join(folder, INSIDE.passwords), (v) => passwordsSchema.parse(v)) ?? {}
  const bookPath = (repository: string): string => join(folder, `book-${repository}.json`)
  const signer = readSigner(folder)
  return {
    ...identity,
    key: verifierKeyText(signer),
    signer,
    password: (repository) => passwords()[repository],
    keepPassword: (repository, password) =>
      writeJson(join(folder, INSIDE.passwords), { ...passwords(), [repository]: password }),
    book: (repository) => readJson(bookPath(repository), (v) => bookSchema.parse(v)) ?? { generations: {}, packs: {} },
    keepBook: (repository, book) => writeJson(bookPath(repository), book),
  }
}

/** @returns lets go of it @throws VERIFIER_FOLDER_IN_USE */
export function holdFolder(folder: string): () => void {
  makeFolder(folder)
  const lock = acquireFolderLock(folder)
  if ('heldBy' in lock) throw new AppError('VERIFIER_FOLDER_IN_USE', { context: { pid: lock.heldBy.pid } })
  return () => lock.release()
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    chmodSync(folder, 0o700)
  } catch (error) {
    throw systemError(error, 'make the folder of the verifier')
  }
}

function readSigner(folder: string): NoteSigner {
  const key = readJson(join(folder, INSIDE.key), (v) => keySchema.parse(v))
  if (!key) throw new AppError('VERIFIER_FOLDER_FOREIGN', { detail: INSIDE.key })
  return signerFromSeed(key.name, Buffer.from(key.seed, 'base64'))
}

export function readJson<T>(path: string, parse: (value: unknown) => T): T | undefined {
  if (!existsSync(path)) return undefined
  try {
    return parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch (cause) {
    // Neither the text nor what is wrong with it: it holds secrets.
    throw new AppError('VERIFIER_FILE_DAMAGED', { detail: path.split('/').at(-1)!, cause })
  }
}

export function writeJson(path: string, value: unknown): void {
  try {
    writeFileSync(`${path}.new`, `${JSON.stringify(value)}\n`, { mode: 0o600, flush: true })
    renameSync(`${path}.new`, path)
  } catch (error) {
    throw systemError(error, 'write a file of the verifier')
  }
}
