import { createHash, randomBytes, scrypt } from 'node:crypto'
import { AppError, type Backend } from '#base'
import { Sealer, type MasterKey } from './crypto.ts'
import type { Kernel } from './kernel/kernel.ts'

/** scrypt's cost parameters. */
export interface ScryptCost {
  readonly N: number
  readonly r: number
  readonly p: number
}

/** A key file without its secret part (restic design.rst, "Keys"). */
export interface KeyFile {
  readonly name: string
  readonly created: string
  readonly username: string
  readonly hostname: string
}

export interface KeyOwner {
  readonly hostname: string
  readonly username: string
  /** RFC 3339. */
  readonly created: string
}

interface ParsedKey extends KeyFile, ScryptCost {
  readonly salt: Buffer
  readonly data: Buffer
}

/** OWASP's advice for scrypt with 32 MiB: about as much work as restic's own choice. */
export const DEFAULT_COST: ScryptCost = { N: 2 ** 15, r: 8, p: 3 }
/** What a key file may ask for: a hostile one must cost seconds, not hours or the machine's memory. */
const MAX_SCRYPT_MEMORY_BYTES = 512 * 1024 * 1024
const MAX_SCRYPT_WORK = 2 ** 23
const MAX_KEY_FILE_BYTES = 64 * 1024
/** restic tries no more key files than that without a hint. */
const MAX_KEYS_TRIED = 20

/** Lists the readable key files. */
export async function listKeys(backend: Backend): Promise<KeyFile[]> {
  const keys: KeyFile[] = []
  for (const name of await keyNames(backend)) {
    const key = await loadKey(backend, name)
    if (key) keys.push({ name, created: key.created, username: key.username, hostname: key.hostname })
  }
  return keys
}

/**
 * Finds the key file that a password opens: the hinted one first, then up to twenty others.
 * @throws RESTIC_NO_REPOSITORY where there is no key file at all, RESTIC_WRONG_PASSWORD
 */
export async function openKey(
  backend: Backend,
  kernel: Kernel,
  password: string | Uint8Array,
  hint?: string,
): Promise<{ name: string; masterKey: MasterKey }> {
  const names = await keyNames(backend)
  if (names.length === 0) throw new AppError('RESTIC_NO_REPOSITORY', { context: { location: backend.location } })
  const hinted = hint === undefined ? [] : names.filter((name) => name.startsWith(hint))
  const tried = [...hinted, ...names.filter((name) => !hinted.includes(name)).slice(0, MAX_KEYS_TRIED)]
  for (const name of tried) {
    const key = await loadKey(backend, name)
    if (!key) continue
    const masterKey = await openMasterKey(kernel, key, password)
    if (masterKey) return { name, masterKey }
  }
  throw new AppError('RESTIC_WRONG_PASSWORD', { context: { keysTried: tried.length } })
}

/** Adds a password for the master key; the new key file's name. */
export async function addKey(
  backend: Backend,
  kernel: Kernel,
  masterKey: MasterKey,
  password: string | Uint8Array,
  owner: KeyOwner,
  cost: ScryptCost = DEFAULT_COST,
): Promise<string> {
  const salt = randomBytes(64)
  const userKey = await deriveKey(password, salt, cost)
  const data = new Sealer(kernel, userKey).seal(Buffer.from(encodeMasterKey(masterKey)))
  const { N, r, p } = cost
  const { created, username, hostname } = owner
  const file = { created, username, hostname, kdf: 'scrypt', N, r, p, salt: base64(salt), data: base64(data) }
  const bytes = Buffer.from(JSON.stringify(file))
  const name = createHash('sha256').update(bytes).digest('hex')
  await backend.save({ kind: 'keys', name }, [bytes])
  return name
}

/** Removes a key file. @throws RESTIC_KEY_IN_USE for the one that opened the repository. */
export async function removeKey(backend: Backend, name: string, inUse: string | undefined): Promise<void> {
  if (name === inUse) throw new AppError('RESTIC_KEY_IN_USE', { context: { key: name.slice(0, 8) } })
  await backend.remove({ kind: 'keys', name })
}

export function newMasterKey(): MasterKey {
  return { encrypt: randomBytes(32), macK: randomBytes(16), macR: randomBytes(16) }
}

/** restic's JSON of a master key: what a key file seals, and what the system's own key store may hold. */
export function encodeMasterKey({ macK, macR, encrypt }: MasterKey): string {
  return JSON.stringify({ mac: { k: base64(macK), r: base64(macR) }, encrypt: base64(encrypt) })
}

/** @throws RESTIC_DAMAGED where a part is missing, of the wrong length or all zero. */
export function decodeMasterKey(json: string): MasterKey {
  const raw = parseObject(json)
  const mac = (raw?.['mac'] ?? {}) as Record<string, unknown>
  const encrypt = bytesOf(raw?.['encrypt'], 32)
  const macK = bytesOf(mac['k'], 16)
  const macR = bytesOf(mac['r'], 16)
  if (!encrypt || !macK || !macR || [encrypt, macK, macR].some((part) => part.every((byte) => byte === 0))) {
    throw new AppError('RESTIC_DAMAGED', { detail: 'the master key is incomplete' })
  }
  return { encrypt, macK, macR }
}

async function keyNames(backend: Backend): Promise<string[]> {
  const files = await backend.list('keys')
  return files.filter((file) => file.sizeBytes <= MAX_KEY_FILE_BYTES).map((file) => file.name)
}

/** A key file whose bytes hash to its name and whose costs are bearable; undefined otherwise. */
async function loadKey(backend: Backend, name: string): Promise<ParsedKey | undefined> {
  const bytes = await backend.load({ kind: 'keys', name })
  if (createHash('sha256').update(bytes).digest('hex') !== name) return undefined
  const raw = parseObject(bytes.toString('utf8'))
  if (raw?.['kdf'] !== 'scrypt') return undefined
  const { N, r, p } = raw as unknown as ScryptCost
  const salt = bytesOf(raw['salt'], 64)
  const data = bytesOf(raw['data'])
  if (!salt || !data || !isBearable({ N, r, p })) return undefined
  const text = (field: string): string => (typeof raw[field] === 'string' ? raw[field] : '')
  return { name, N, r, p, salt, data, created: text('created'), username: text('username'), hostname: text('hostname') }
}

function isBearable({ N, r, p }: ScryptCost): boolean {
  if (![N, r, p].every((n) => Number.isSafeInteger(n) && n > 0)) return false
  if (N < 2 || Math.log2(N) % 1 !== 0) return false
  return 128 * N * r <= MAX_SCRYPT_MEMORY_BYTES && N * r * p <= MAX_SCRYPT_WORK
}

async function openMasterKey(
  kernel: Kernel,
  key: ParsedKey,
  password: string | Uint8Array,
): Promise<MasterKey | undefined> {
  const sealer = new Sealer(kernel, await deriveKey(password, key.salt, key))
  let plain: Buffer
  try {
    plain = sealer.open(key.data)
  } catch {
    return undefined // The MAC is the only sign of a wrong password.
  }
  return decodeMasterKey(plain.toString('utf8'))
}

async function deriveKey(password: string | Uint8Array, salt: Buffer, { N, r, p }: ScryptCost): Promise<MasterKey> {
  const maxmem = 128 * N * r + 128 * r * p + 1024 * 1024
  const bytes = await new Promise<Buffer>((resolve, reject) => {
    scrypt(password, salt, 64, { N, r, p, maxmem }, (error, key) => (error ? reject(error) : resolve(key)))
  })
  return { encrypt: bytes.subarray(0, 32), macK: bytes.subarray(32, 48), macR: bytes.subarray(48, 64) }
}

function parseObject(json: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(json)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

function bytesOf(value: unknown, length?: number): Buffer | undefined {
  if (typeof value !== 'string') return undefined
  const bytes = Buffer.from(value, 'base64')
  return length === undefined || bytes.length === length ? bytes : undefined
}

function base64(bytes: Buffer): string {
  return bytes.toString('base64')
}
