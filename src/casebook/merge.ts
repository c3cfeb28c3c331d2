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
  /** About: what is left out comes with the next file, asked for with the new heads. */
  readonly mostBytes?: number
}

export interface MergeOptions {
  /** Whether a device that is not known yet, or has another key than before, is one of ours. */
  readonly trust: (device: string, publicKey: string) => boolean
}

export interface Merged {
  readonly added: number
  readonly attachments: number
  /** Lines that began because a device had written on from an earlier day. */
  readonly forks: readonly { readonly book: string; readonly device: string }[]
  /** Entries that were not taken: altered, of a device that is not ours, or what stands before them is not here. */
  readonly refused: Readonly<Record<'altered' | 'stranger' | 'gap', number>>
}

const base64Key = z.string().regex(/^[A-Za-z0-9_-]{43}$/)
const keysSchema = z.record(z.string().regex(DEVICE), z.array(base64Key).max(20))
const headerSchema = z.object({ toride: z.literal('casebook 1'), keys: keysSchema })
const attachmentSchema = z.strictObject({ attachment: z.string().regex(/^[0-9a-f]{64}$/), sealed: z.string() })
type Keys = Record<string, string[]>

interface Self {
  readonly device: string
  readonly publicKey: string
}

export async function exported(
  shelf: Shelf,
  root: string,
  self: Self,
  { books, since = new Set(), mostBytes = MOST_BYTES / 2 }: ExportOptions,
): Promise<Buffer> {
  const keys = withKey(knownKeys(root), self.device, self.publicKey)
  const parts: string[] = [`${JSON.stringify({ toride: 'casebook 1', keys })}\n`]
  let bytes = 0
  const push = (part: string): void => {
    parts.push(part)
    bytes += part.length
  }
  for (const book of books ?? (await shelf.books())) {
    for (const { entries } of (await shelf.lines(book)).values()) {
      const known = entries.findLastIndex(({ hash }) => since.has(hash))
      for (const entry of entries.slice(known + 1)) {
        if (bytes > mostBytes) return Buffer.from(parts.join(''))
        push(`${JSON.stringify(entry)}\n`)
        for (const sha256 of entry.files) {
          const sealed = await shelf.attachment(sha256)
          if (sealed)
            push(`${JSON.stringify({ attachment: sha256, sealed: Buffer.from(sealed).toString('base64') })}\n`)
        }
      }
    }
  }
  return Buffer.from(parts.join(''))
}

/** @throws CASEBOOK_FOREIGN where it is no such file; nothing is kept then */
export async function merged(shelf: Shelf, root: string, bytes: Uint8Array, { trust }: MergeOptions): Promise<Merged> {
  if (bytes.length > MOST_BYTES) throw new AppError('CASEBOOK_FOREIGN', { detail: 'too large' })
  const [first = '', ...rest] = Buffer.from(bytes).toString('utf8').split('\n')
  const keys = trusted(knownKeys(root), headerOf(first), trust)
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
  if (JSON.stringify(keys) !== JSON.stringify(knownKeys(root)))
    writePrivateFile(join(root, KEYS_FILE), Buffer.from(JSON.stringify(keys)))
  return { added, attachments: kept, forks, refused }
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

function trusted(known: Keys, theirs: Keys, trust: MergeOptions['trust']): Keys {
  let keys = known
  for (const [device, list] of Object.entries(theirs))
    for (const key of list) if (!keys[device]?.includes(key) && trust(device, key)) keys = withKey(keys, device, key)
  return keys
}

function withKey(keys: Keys, device: string, key: string): Keys {
  const own = keys[device] ?? []
  return own.includes(key) ? keys : { ...keys, [device]: [...own, key].slice(-20) }
}

function headerOf(text: string): Keys {
  try {
    return headerSchema.parse(JSON.parse(text)).keys
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
