/** Entries as bytes: canonical JSON (RFC 8785 without fractions), so that one entry has one encoding and one hash. */
import { z } from 'zod'
import { AppError, type EpochMs } from '#base'
import { MAX_ENTRY_SIZE } from '#tlog'
import type { LedgerEntry } from './entry.ts'

/** An entry as read back. Lenient: a newer program's types and fields are kept, not understood. */
export interface StoredEntry {
  readonly v: number
  readonly type: string
  /** RFC 3339, UTC, milliseconds. */
  readonly at: string
  readonly atMs: EpochMs
  readonly actor: string
  readonly subject?: string | undefined
  readonly data: Readonly<Record<string, unknown>>
  readonly sealed?: string | undefined
}

const storedEntry = z.object({
  v: z.int().positive(),
  type: z.string(),
  at: z.iso.datetime({ precision: 3 }),
  actor: z.string(),
  subject: z.string().optional(),
  data: z.record(z.string(), z.unknown()),
  sealed: z.string().optional(),
})

/** Throws JOURNAL_ENTRY_TOO_LARGE above 65,535 bytes (what a bundle can hold), JOURNAL_ENTRY_INVALID for fractions. */
export function encodeEntry(entry: LedgerEntry): Uint8Array {
  const bytes = Buffer.from(canonicalJson(entry))
  if (bytes.length > MAX_ENTRY_SIZE)
    throw new AppError('JOURNAL_ENTRY_TOO_LARGE', { context: { type: entry.type, sizeBytes: bytes.length } })
  return bytes
}

/** Throws JOURNAL_DAMAGED where the bytes are not an entry. */
export function parseEntry(bytes: Uint8Array): StoredEntry {
  return parseStored(decodeUtf8(bytes))
}

/** The same from text. */
export function parseStored(text: string): StoredEntry {
  const parsed = storedEntry.safeParse(parseJson(text))
  if (!parsed.success) throw new AppError('JOURNAL_DAMAGED', { detail: 'entry is not of the documented form' })
  return { ...parsed.data, atMs: Date.parse(parsed.data.at) }
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new AppError('JOURNAL_DAMAGED', { detail: 'entry is not UTF-8', cause })
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new AppError('JOURNAL_DAMAGED', { detail: 'entry is not JSON', cause })
  }
}

/**
 * Keys sorted by UTF-16 code units, no white space, undefined left out. Numbers are whole and safe: other languages print
 * fractions differently, so there are none.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value)
      .filter(([, field]) => field !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
    return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${canonicalJson(field)}`).join(',')}}`
  }
  if (typeof value === 'number' && !Number.isSafeInteger(value))
    throw new AppError('JOURNAL_ENTRY_INVALID', { detail: 'only whole numbers below 2^53 are written' })
  return JSON.stringify(value)
}
