/** An entry as it lies on disk and travels: one line of JSON, chained to the one before and signed by its device. */
import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { z } from 'zod'

/** `incident:9f2c`: what it is about, and which. Both are names of folders. */
export const BOOK = /^[a-z][a-z-]{0,31}:[a-z0-9-]{1,64}$/
export const DEVICE = /^[a-z0-9][a-z0-9-]{0,63}$/
const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/)
/** A line longer than this is none of ours. What is large is an attachment. */
export const MAX_LINE = 1 << 20

export const entrySchema = z.strictObject({
  book: z.string().regex(BOOK),
  device: z.string().regex(DEVICE),
  n: z.int().min(1),
  /** Hash of the device's entry before; '' in front of the first. */
  prev: z.union([sha256Hex, z.literal('')]),
  at: z.int(),
  kind: z.string().regex(/^[a-z][a-z0-9.-]{0,63}$/),
  codes: z.record(z.string().max(64), z.union([z.string().max(200), z.number(), z.boolean()])),
  files: z.array(sha256Hex).max(200),
  sealed: z.string(),
  hash: sha256Hex,
  /** Ed25519 over the hash's text, base64. */
  signature: z.string().max(100),
})

export type StoredEntry = z.infer<typeof entrySchema>
export type Unsigned = Omit<StoredEntry, 'hash' | 'signature'>

/** Fields in one order, so that the same entry is the same text everywhere. */
export function hashOf(entry: Unsigned): string {
  const { book, device, n, prev, at, kind, codes, files, sealed } = entry
  const sorted = Object.entries(codes).toSorted(([a], [b]) => (a < b ? -1 : 1))
  const text = JSON.stringify([book, device, n, prev, at, kind, sorted, files, sealed])
  return createHash('sha256').update(`toride casebook\n${text}`).digest('hex')
}

export function signed(entry: Unsigned, key: KeyObject): StoredEntry {
  const hash = hashOf(entry)
  return { ...entry, hash, signature: sign(null, Buffer.from(hash), key).toString('base64') }
}

/** @param publicKey of the device, 32 bytes in base64url */
export function isSound(entry: StoredEntry, publicKey: string): boolean {
  if (entry.hash !== hashOf(entry)) return false
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' })
  return verify(null, Buffer.from(entry.hash), key, Buffer.from(entry.signature, 'base64'))
}

/** Undefined for a line that is none: cut, damaged or of a later program. */
export function parseLine(line: string): StoredEntry | undefined {
  if (line.length > MAX_LINE) return undefined
  try {
    return entrySchema.safeParse(JSON.parse(line)).data
  } catch {
    return undefined
  }
}
