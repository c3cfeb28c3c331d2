/** The agent's folder: who it is at the Keeper, what it takes and when, its secrets (sealed), and what came of it. */
import { createHash, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { type BackupKeys, openKeyRing, systemKey, writePrivateFile } from '#access'
import { AppError, systemError } from '#base'
import { acquireFolderLock } from '#journal'
import { type EnrolInput, enrolAtKeeper, keeperConfigSchema } from '#storage'
import { parseVerifierKey } from '#tlog'
import { checkPaths } from '#vault'
import { sealCard } from './card.ts'

const INSIDE = { identity: 'agent.json', state: 'state.json', keys: 'keys', receipts: 'receipts' } as const

const identitySchema = z.strictObject({
  version: z.literal(1),
  name: z.string(),
  config: keeperConfigSchema,
  /** Which secret is the token: a machine that was enrolled anew has another. */
  token: z.string(),
  paths: z.array(z.string()).min(1),
  dailyAt: z.string(),
  /** Production's, to seal the card to. */
  escrowKey: z.string(),
})
type Identity = z.infer<typeof identitySchema>

const stateSchema = z.strictObject({
  /** Name of the repository at the Keeper, and its id once it is made. */
  repository: z.string(),
  repositoryId: z.string().optional(),
  /** The due time that the newest generation answers. */
  answeredDue: z.int().optional(),
  newest: z
    .strictObject({
      snapshot: z.string(),
      takenAt: z.int(),
      lockedUntil: z.int(),
      files: z.int(),
      bytes: z.int(),
      skipped: z.int(),
    })
    .optional(),
  failure: z.strictObject({ code: z.string(), at: z.int() }).optional(),
})
type AgentState = z.infer<typeof stateSchema>

export interface Agent extends Omit<Identity, 'version' | 'token'> {
  readonly folder: string
  /** Of its repositories. */
  readonly password: string
  readonly token: string
  readonly state: () => AgentState
  readonly keepState: (state: AgentState) => void
  /** As the Keeper signed it; kept before anything counts on it. */
  readonly keepReceipt: (snapshot: string, note: string) => void
}

export interface AgentInput extends EnrolInput {
  readonly name: string
  readonly paths: readonly string[]
  readonly dailyAt: string
  readonly escrowKey: string
}

const PASSWORD = 'agent:password'

/**
 * Enrols this machine. The password is kept before the code is handed in: what a kill leaves, another code finishes.
 * @throws AGENT_ESCROW_KEY_WRONG, VAULT_SOURCE_INVALID, _UNREADABLE, _HOLDS_VAULT, and as {@link enrolAtKeeper}
 */
export async function enrolAgent(folder: string, input: AgentInput): Promise<Agent> {
  const { name, dailyAt, escrowKey } = input
  makeFolder(folder)
  const paths = checkPaths({ kind: 'folder', name, paths: input.paths }, { dataFolder: folder })
  const secrets = openSecrets(folder)
  if (!secrets.key(PASSWORD)) secrets.add(PASSWORD, Buffer.from(randomBytes(32).toString('base64')))
  // A wrong key is told before the code is used up.
  const probe = { url: 'https://localhost/', pin: '0'.repeat(64), client: 'probe', keeperKey: 'probe' }
  sealCard({ name, keeper: probe, dailyAt }, 'probe', escrowKey)
  const { config, token } = await enrolAtKeeper(input, 'append', {}, parseVerifierKey)
  const tokenName = `agent:token-${createHash('sha256').update(token).digest('hex').slice(0, 8)}`
  secrets.add(tokenName, Buffer.from(token))
  const identity: Identity = { version: 1, name, config, token: tokenName, paths, dailyAt, escrowKey }
  writeJson(join(folder, INSIDE.identity), identity)
  return openAgent(folder)
}

/** @throws AGENT_FOLDER_FOREIGN where no agent was enrolled, AGENT_FILE_DAMAGED, ACCESS_KEY_RING_DAMAGED */
export function openAgent(folder: string): Agent {
  const identity = readJson(join(folder, INSIDE.identity), (value) => identitySchema.parse(value))
  if (!identity) throw new AppError('AGENT_FOLDER_FOREIGN')
  const secrets = openSecrets(folder)
  const statePath = join(folder, INSIDE.state)
  return {
    ...identity,
    folder,
    password: secretOf(secrets, PASSWORD),
    token: secretOf(secrets, identity.token),
    state: () => readJson(statePath, (value) => stateSchema.parse(value)) ?? { repository: 'files' },
    keepState: (state) => writeJson(statePath, stateSchema.parse(state)),
    keepReceipt: (snapshot, note) => {
      makeFolder(join(folder, INSIDE.receipts))
      write(join(folder, INSIDE.receipts, snapshot), note)
    },
  }
}

/** What production is given; sealed anew each time. */
export function cardOf({ name, config, dailyAt, password, escrowKey }: Agent): string {
  return sealCard({ name, keeper: config, dailyAt }, password, escrowKey)
}

/** One process at a time. @returns lets go of it @throws AGENT_FOLDER_IN_USE */
export function holdAgent(folder: string): () => void {
  makeFolder(folder)
  const lock = acquireFolderLock(folder)
  if ('heldBy' in lock) throw new AppError('AGENT_FOLDER_IN_USE', { context: { pid: lock.heldBy.pid } })
  return () => lock.release()
}

/** Sealed by the system's key, as the server's are (docs/design/access.md). */
function openSecrets(folder: string): BackupKeys {
  const keys = join(folder, INSIDE.keys)
  makeFolder(keys)
  const system = systemKey(keys)
  const secrets = openKeyRing(join(keys, 'ring.json'), system).unlockUnattended(system)
  if (!secrets) throw new AppError('VAULT_KEY_MISSING')
  return secrets
}

function secretOf(secrets: BackupKeys, name: string): string {
  const secret = secrets.key(name)
  if (!secret) throw new AppError('AGENT_FILE_DAMAGED', { detail: 'ring.json' })
  return Buffer.from(secret).toString()
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw systemError(error, 'make the folder of the agent')
  }
}

function readJson<T>(path: string, parse: (value: unknown) => T): T | undefined {
  if (!existsSync(path)) return undefined
  try {
    return parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch (cause) {
    throw new AppError('AGENT_FILE_DAMAGED', { detail: path.split(/[\\/]/).at(-1)!, cause })
  }
}

const writeJson = (path: string, value: unknown): void => write(path, `${JSON.stringify(value)}\n`)

function write(path: string, text: string): void {
  try {
    writePrivateFile(path, Buffer.from(text))
  } catch (error) {
    throw systemError(error, 'write a file of the agent')
  }
}
