import { randomBytes } from 'node:crypto'
import { AppError, type Backend } from '#base'
import type { Sealer } from './crypto.ts'
import { isIrreducible } from './polynomial.ts'

/** restic internal/restic/config.go. Sealed, never compressed. */
export interface RepositoryConfig {
  readonly version: 1 | 2
  readonly id: string
  readonly chunkerPolynomial: bigint
}

const FILE = { kind: 'config', name: '' } as const
const MAX_CONFIG_BYTES = 64 * 1024

export function newConfig(version: 1 | 2, chunkerPolynomial: bigint): RepositoryConfig {
  return { version, id: randomBytes(32).toString('hex'), chunkerPolynomial }
}

/** @throws STORAGE_EXISTS where there is a configuration already */
export async function saveConfig(backend: Backend, sealer: Sealer, config: RepositoryConfig): Promise<void> {
  const { version, id, chunkerPolynomial } = config
  const json = JSON.stringify({ version, id, chunker_polynomial: chunkerPolynomial.toString(16) })
  await backend.save(FILE, [sealer.seal(Buffer.from(json))])
}

/** @throws RESTIC_NO_REPOSITORY, RESTIC_HOSTILE, RESTIC_DAMAGED (also for a wrong master key), RESTIC_VERSION_UNKNOWN */
export async function loadConfig(backend: Backend, sealer: Sealer): Promise<RepositoryConfig> {
  const stat = await backend.stat(FILE)
  if (stat === undefined) throw new AppError('RESTIC_NO_REPOSITORY', { context: { location: backend.location } })
  if (stat.sizeBytes > MAX_CONFIG_BYTES) throw new AppError('RESTIC_HOSTILE', { detail: 'config is too large' })
  return parseConfig(sealer.open(await backend.load(FILE)))
}

function parseConfig(plain: Buffer): RepositoryConfig {
  let raw: Record<string, unknown>
  try {
    raw = JSON.parse(plain.toString('utf8')) as Record<string, unknown>
  } catch (cause) {
    throw new AppError('RESTIC_DAMAGED', { detail: 'config is no JSON', cause })
  }
  const { version, id, chunker_polynomial: hex } = raw
  if (version !== 1 && version !== 2) {
    throw new AppError('RESTIC_VERSION_UNKNOWN', { context: { version: String(version) } })
  }
  if (typeof id !== 'string' || !/^[0-9a-f]{64}$/.test(id)) throw damaged('id')
  if (typeof hex !== 'string' || !/^[0-9a-fA-F]{1,16}$/.test(hex)) throw damaged('chunker_polynomial')
  const chunkerPolynomial = BigInt(`0x${hex}`)
  if (!isIrreducible(chunkerPolynomial)) throw damaged('chunker_polynomial is reducible')
  return { version, id, chunkerPolynomial }
}

function damaged(field: string): AppError {
  return new AppError('RESTIC_DAMAGED', { detail: `config: ${field}` })
}
