/** argon2id (RFC 9106) with its parameters beside the hash, as PHC strings; the same function derives wrapping keys. */
import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

export interface Argon2Cost {
  readonly memoryKib: number
  readonly passes: number
  readonly parallelism: number
}

/** OWASP's minimum for argon2id (19 MiB, 2 passes): about 40 ms here, bearable on a clinic's old PC. */
export const DEFAULT_COST: Argon2Cost = { memoryKib: 19_456, passes: 2, parallelism: 1 }

const HASH_BYTES = 32
const derive = promisify(argon2)

/** 32 bytes from what a person typed. Full and half width, composed and decomposed forms are the same password (NFKC). */
export function deriveKey(typed: string, salt: Uint8Array, cost: Argon2Cost): Promise<Buffer> {
  return derive('argon2id', {
    message: typed.normalize('NFKC'),
    nonce: salt,
    parallelism: cost.parallelism,
    memory: cost.memoryKib,
    passes: cost.passes,
    tagLength: HASH_BYTES,
  })
}

/** `$argon2id$v=19$m=…,t=…,p=…$salt$hash` with a fresh 16-byte salt. */
export async function hashPassword(password: string, cost: Argon2Cost): Promise<string> {
  const salt = randomBytes(16)
  const hash = await deriveKey(password, salt, cost)
  const { memoryKib, passes, parallelism } = cost
  return `$argon2id$v=19$m=${memoryKib},t=${passes},p=${parallelism}$${unpadded(salt)}$${unpadded(hash)}`
}

/**
 * Whether the password is the one of the PHC string. Without one (`stored` null: no such account, or none set) it works
 * as long and says no, so that the time taken does not tell who exists.
 */
export async function isPassword(password: string, stored: string | null, cost: Argon2Cost): Promise<boolean> {
  const match = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(stored ?? '')
  if (!match) {
    await deriveKey(password, Buffer.alloc(16), cost)
    return false
  }
  const [, memory, passes, parallelism, salt = '', hash = ''] = match
  const derived = await deriveKey(password, Buffer.from(salt, 'base64'), {
    memoryKib: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
  })
  const expected = Buffer.from(hash, 'base64')
  return derived.length === expected.length && timingSafeEqual(derived, expected)
}

const unpadded = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64').replaceAll('=', '')
