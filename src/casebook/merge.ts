/**
 * Books of another device come in. A file is lines of JSON: a header with the devices' public keys, entries, attachments.
 * Every entry is checked (hash, signature of a device that is trusted, place in its chain) before any is kept.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { writePrivateFile } from '#access'
import { AppError, codeOf } from '#base'
import { DEVICE, isSound, parseLine, type StoredEntry } from './entry.ts'
import type { Line, Shelf } from './shelf.ts'

/** Of a file as a whole: it is held in memory. */
export const MOST_BYTES = 64 << 20
const MAX_ATTACHMENT = 32 << 20

export interface ExportOptions {
  /** Absent: all. */
  readonly books?: readonly string[]
  /** Hashes that the other side holds already (its heads): only what follows these is given. */
  readonly since?: ReadonlySet<string>
  /** An entry with its photos that is longer than this goes alone. What is left out is in the next part, or comes with the next heads. */
  readonly mostBytes?: number
  /** From 0. */
  readonly part?: number
  /** What tells the other side whose keys these are; {@link vouchIn} reads it. */
  readonly vouch?: string
}

export interface Exported {
  readonly bytes: Buffer
  /** How many files everything takes. */
  readonly parts: number
}

export interface MergeOptions {
  /**
   * Whether this key speaks for that device. A name in a file proves nothing: who answers knows the key from elsewhere.
   * @param isKnown it was taken before; what was struck out since is refused here
   */
  readonly trust: (device: string, publicKey: string, isKnown: boolean) => boolean
}

export interface Merged {
  readonly added: number
  readonly attachments: number
  /** Lines that began because a device had written on from an earlier day. */
  readonly forks: readonly { readonly book: string; readonly device: string }[]
  /** Keys that were taken with it for the first time. */
  readonly learned: readonly { readonly device: string; readonly key: string }[]
  /** Entries that were not taken: altered, of a device that is not ours, or what stands before them is not here. */
  readonly refused: Readonly<Record<'altered' | 'stranger' | 'gap', number>>
}

/** Of one device, after it was set up anew. */
const MOST_KEYS = 20
const LF = 10
const base64Key = z.string().regex(/^[A-Za-z0-9_-]{43}$/)
const keysSchema = z.record(z.string().regex(DEVICE), z.array(base64Key).max(MOST_KEYS))
const MOST_VOUCH = 100_000
const headerSchema = z.object({
  toride: z.literal('casebook 1'),
  keys: keysSchema,
  vouch: z.string().max(MOST_VOUCH).optional(),
})
const attachmentSchema = z.strictObject({ attachment: z.string().regex(/^[0-9a-f]{64}$/), sealed: z.string() })
/** Public keys of each device, 32 bytes in base64url. */
export type Keys = Record<string, string[]>

export interface Self {
  readonly device: string
  readonly publicKey: string
}

/** Of this device, and those that were taken before. */
export const keysOf = (root: string, self: Self): Keys => withKey(knownKeys(root), self.device, self.publicKey)

/** Parts follow one another: what is added between two of them only moves their borders back, so nothing falls between. */
export async function exported(
  shelf: Shelf,
  root: string,
  self: Self,
  { books, since = new Set(), mostBytes = MOST_BYTES / 2, part = 0, vouch }: ExportOptions,
): Promise<Exported> {
  const keys = keysOf(root, self)
  const kept = [`${JSON.stringify({ toride: 'casebook 1', keys, ...(vouch !== undefined && { vouch }) })}\n`]
  let [at, bytes] = [0, 0]
  for await (const whole of pieces(shelf, books ?? (await shelf.books()), since)) {
    const size = whole.reduce((sum, line) => sum + line.length, 0)
    if (bytes > 0 && bytes + size > mostBytes) [at, bytes] = [at + 1, 0]
    bytes += size
    if (at === part) kept.push(...whole)
  }
  return { bytes: Buffer.from(kept.join('')), parts: at + 1 }
}

/** Each entry with what it speaks of: they travel together. */
async function* pieces(shelf: Shelf, books: readonly string[], since: ReadonlySet<string>): AsyncGenerator<string[]> {
  for (const book of books)
    for (const { entries } of (await shelf.lines(book)).values()) {
      const known = entries.findLastIndex(({ hash }) => since.has(hash))
      for (const entry of entries.slice(known + 1)) {
        const whole = [`${JSON.stringify(entry)}\n`]
        for (const sha256 of entry.files) {
          const sealed = await shelf.attachment(sha256)
          if (sealed)
            whole.push(`${JSON.stringify({ attachment: sha256, sealed: Buffer.from(sealed).toString('base64') })}\n`)
        }
        yield whole
      }
    }
}

/** What stands in the header for the other side to judge. @throws CASEBOOK_FOREIGN */
export function vouchIn(bytes: Uint8Array): string | undefined {
  const end = bytes.indexOf(LF)
  return headerOf(Buffer.from(bytes.subarray(0, end < 0 ? bytes.length : end)).toString('utf8')).vouch
}

/** @throws CASEBOOK_FOREIGN where it is no such file; nothing is kept then */
export async function merged(
  shelf: Shelf,
  root: string,
  self: Self,
  bytes: Uint8Array,
  { trust }: MergeOptions,
): Promise<Merged> {
  if (bytes.length > MOST_BYTES) throw new AppError('CASEBOOK_FOREIGN', { detail: 'too large' })
  const [first = '', ...rest] = Buffer.from(bytes).toString('utf8').split('\n')
  const known = knownKeys(root)
  const keys = trusted(known, headerOf(first).keys, self, trust)
  const refused = { altered: 0, stranger: 0, gap: 0 }
  const entries: StoredEntry[] = []
  const attachments = new Map<string, Buffer>()
  for (const text of rest) {
    if (text === '') continue
    const attachment = attachmentOf(text)
    if (attachment) {
      attachments.set(attachment.attachment, Buffer.from(attachment.sealed, 'base64'))
      continue
    }
    const entry = parseLine(text)
    const own = entry && keys[entry.device]
    if (entry && !own) refused.stranger++
    else if (!entry || !own?.some((key) => isSound(entry, key))) refused.altered++
    else entries.push(entry)
  }
  // Photos first: an entry never speaks of one that came with it and is not there.
  const wanted = new Set(entries.flatMap(({ files }) => files))
  let kept = 0
  for (const [sha256, sealed] of attachments) {
    if (!wanted.has(sha256) || (await shelf.attachment(sha256))) continue
    await shelf.saveAttachment(sha256, sealed)
    kept++
  }
  const forks: { book: string; device: string }[] = []
  let added = 0
  for (const book of new Set(entries.map((entry) => entry.book))) {
    const placed = placeAll(
      await shelf.lines(book),
      entries.filter((entry) => entry.book === book),
    )
    refused.gap += placed.gaps
    for (const [name, fresh] of placed.fresh) {
      await shelf.add(book, name, fresh)
      added += fresh.length
      if (name.includes('~') && placed.begun.has(name)) forks.push({ book, device: fresh[0]!.device })
    }
  }
  const learned = Object.entries(keys).flatMap(([device, list]) =>
    list.filter((key) => key !== self.publicKey && !known[device]?.includes(key)).map((key) => ({ device, key })),
  )
  if (learned.length > 0) {
    const all = learned.reduce((sum, { device, key }) => withKey(sum, device, key), known)
    writePrivateFile(join(root, KEYS_FILE), Buffer.from(JSON.stringify(all)))
  }
  return { added, attachments: kept, forks, learned, refused }
}

interface Placed {
  readonly fresh: Map<string, StoredEntry[]>
  readonly begun: Set<string>
  gaps: number
}

/** Each where the one before it ends; one that stands beside another of the same place begins a second line. */
function placeAll(lines: ReadonlyMap<string, Line>, entries: readonly StoredEntry[]): Placed {
  const placed: Placed = { fresh: new Map(), begun: new Set(), gaps: 0 }
  /** Line of each hash, and the last hash of each line. */
  const lineOf = new Map<string, string>()
  const last = new Map<string, string>()
  for (const { name, entries: there } of lines.values()) {
    for (const { hash } of there) lineOf.set(hash, name)
    last.set(name, there.at(-1)?.hash ?? '')
  }
  for (const entry of entries.toSorted((a, b) => a.n - b.n)) {
    if (lineOf.has(entry.hash)) continue
    const before = entry.prev === '' ? entry.device : lineOf.get(entry.prev)
    if (before === undefined) {
      placed.gaps++
      continue
    }
    const goesOn = (last.get(before) ?? '') === entry.prev
    const name = goesOn ? before : `${entry.device}~${entry.hash.slice(0, 8)}`
    if (!last.has(name)) placed.begun.add(name)
    lineOf.set(entry.hash, name)
    last.set(name, entry.hash)
    const fresh = placed.fresh.get(name)
    if (fresh) fresh.push(entry)
    else placed.fresh.set(name, [entry])
  }
  return placed
}

const KEYS_FILE = 'devices.json'

function knownKeys(root: string): Keys {
  try {
    return keysSchema.parse(JSON.parse(readFileSync(join(root, KEYS_FILE), 'utf8')))
  } catch (error) {
    // One that cannot be read costs a question, not the books.
    if (codeOf(error) === 'ENOENT' || error instanceof SyntaxError || error instanceof z.ZodError) return {}
    throw error
  }
}

/** Own entries come back from elsewhere after this device was put back to an earlier day: its own key needs nobody's word. */
function trusted(known: Keys, theirs: Keys, self: Self, trust: MergeOptions['trust']): Keys {
  let keys: Keys = withKey({}, self.device, self.publicKey)
  for (const all of [known, theirs])
    for (const [device, list] of Object.entries(all))
      for (const key of list)
        if (trust(device, key, known[device]?.includes(key) ?? false)) keys = withKey(keys, device, key)
  return keys
}

/** The same object where it is there already. */
function withKey(keys: Keys, device: string, key: string): Keys {
  const own = keys[device] ?? []
  return own.includes(key) || own.length >= MOST_KEYS ? keys : { ...keys, [device]: [...own, key] }
}

function headerOf(text: string): z.infer<typeof headerSchema> {
  try {
    return headerSchema.parse(JSON.parse(text))
  } catch (cause) {
    throw new AppError('CASEBOOK_FOREIGN', { detail: 'no header', cause })
  }
}

function attachmentOf(text: string): z.infer<typeof attachmentSchema> | undefined {
  if (!text.startsWith('{"attachment":') || text.length > MAX_ATTACHMENT * 2) return undefined
  try {
    return attachmentSchema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}
