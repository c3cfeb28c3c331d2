/** The face of the room: writing, reading, and bringing books of several devices together. */
import { createHash, createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openerFor, openSealed, recipientOf, sealerFor, writePrivateFile } from '#access'
import { AppError, type Clock, codeOf, type EpochMs, inTurns } from '#base'
import { BOOK, DEVICE, MAX_LINE, signed, type StoredEntry } from './entry.ts'
import {
  exported,
  type Exported,
  type ExportOptions,
  type Keys,
  keysOf,
  merged,
  type MergeOptions,
  type Merged,
  type Self,
} from './merge.ts'
import { Shelf } from './shelf.ts'

/** `id`: an account; '' where nobody was signed in. */
export interface BookWriter {
  readonly id: string
  readonly name: string
  readonly profession: string
}

export interface NewEntry {
  readonly kind: string
  /** Readable without keys: codes, ids, figures, times. Never a name or free text. */
  readonly codes?: Readonly<Record<string, string | number | boolean>>
  /** JSON; sealed. */
  readonly detail?: unknown
  readonly who?: BookWriter
  /** Attachments it speaks of (SHA-256): they travel with it. */
  readonly files?: readonly string[]
}

export interface BookEntry {
  readonly book: string
  readonly device: string
  readonly n: number
  /** The same on every device: the first 16 digits of the hash. */
  readonly id: string
  readonly prev: string
  /** When it was written down, by the device's clock. */
  readonly at: EpochMs
  readonly kind: string
  readonly codes: Readonly<Record<string, string | number | boolean>>
  readonly files: readonly string[]
  readonly hash: string
  /** Absent without the key, or where there was none. */
  readonly detail?: unknown
  readonly who?: BookWriter
}

export interface Head {
  readonly device: string
  readonly n: number
  readonly hash: string
}

export interface CasebookOptions {
  readonly folder: string
  /** {@link DEVICE} */
  readonly device: string
  readonly clock: Clock
}

/** What stands sealed in an entry; `of` says which, so that a detail cannot be moved elsewhere. */
interface Sealed {
  readonly of: string
  readonly who?: BookWriter
  readonly detail?: unknown
}

type Details = Pick<BookEntry, 'who' | 'detail'>
interface Opened {
  /** Its hash: with another key nothing is shown that this one opened. */
  readonly key: string
  readonly details: WeakMap<StoredEntry, Details>
}

export class Casebook {
  readonly #options: CasebookOptions
  readonly #shelf: Shelf
  readonly #key: KeyObject
  readonly #inTurn = inTurns()
  #seal: ((content: Uint8Array) => Buffer) | undefined
  /** What was opened with this key: opening a whole book anew takes a tenth of a millisecond an entry. */
  #opened: Opened | undefined

  constructor(options: CasebookOptions) {
    if (!DEVICE.test(options.device)) throw new AppError('BASE_BUG', { detail: 'no device' })
    this.#options = options
    this.#shelf = new Shelf(options.folder)
    this.#key = deviceKey(options.folder)
    const recipient = readIfThere(join(options.folder, RECIPIENT))
    this.#seal = recipient && sealerFor(recipient)
  }

  /** Somebody who reads charts is here: from now on anybody may write for them, also after a restart. */
  admit(readingKey: Uint8Array): void {
    const recipient = recipientOf(readingKey)
    const path = join(this.#options.folder, RECIPIENT)
    if (readIfThere(path)?.equals(recipient)) return
    writePrivateFile(path, recipient)
    this.#seal = sealerFor(recipient)
  }

  /**
   * Durable when it resolves.
   * @throws VAULT_KEY_MISSING where it has a detail and nobody has signed in yet, STORAGE_FULL
   */
  append(book: string, entry: NewEntry): Promise<BookEntry> {
    if (!BOOK.test(book)) throw new AppError('BASE_BUG', { detail: 'no book' })
    return this.#inTurn(async () => {
      const { device, clock } = this.#options
      const own = (await this.#shelf.lines(book)).get(device)?.entries.at(-1)
      const n = (own?.n ?? 0) + 1
      const { kind, codes = {}, files = [], who, detail } = entry
      const place = { book, device, n, prev: own?.hash ?? '' }
      const hasDetail = who !== undefined || detail !== undefined
      const sealed = hasDetail ? this.#sealed({ of: ofEntry(place), who, detail }) : ''
      const at = clock.now()
      const stored = signed({ ...place, at, kind, codes: { ...codes }, files: [...files], sealed }, this.#key)
      if (JSON.stringify(stored).length > MAX_LINE) throw new AppError('BASE_BUG', { detail: 'entry too long' })
      await this.#shelf.add(book, device, [stored])
      return { ...shown(stored), ...(who && { who }), ...(detail !== undefined && { detail }) }
    })
  }

  /** Of all devices, by the time they were written down. */
  async entries(book: string, readingKey?: Uint8Array): Promise<BookEntry[]> {
    const open = readingKey && this.#openerOf(readingKey)
    const lines = [...(await this.#shelf.lines(book)).values()]
    return lines
      .flatMap((line) => line.entries.map((entry) => ({ ...shown(entry), ...open?.(entry) })))
      .toSorted((a, b) => a.at - b.at || (a.device < b.device ? -1 : a.device > b.device ? 1 : a.n - b.n))
  }

  /** Nobody reads any more: what was open in memory goes. */
  forget(): void {
    this.#opened = undefined
  }

  #openerOf(readingKey: Uint8Array): (entry: StoredEntry) => Details {
    const key = createHash('sha256').update(readingKey).digest('hex')
    if (this.#opened?.key !== key) this.#opened = { key, details: new WeakMap() }
    const { details } = this.#opened
    const open = openerFor(readingKey)
    return (entry) => {
      const found = details.get(entry) ?? opened(entry, open)
      details.set(entry, found)
      return found
    }
  }

  books(): Promise<string[]> {
    return this.#shelf.books()
  }

  /** Lines of the book that can no longer be read. */
  async damaged(book: string): Promise<number> {
    return [...(await this.#shelf.lines(book)).values()].reduce((sum, line) => sum + line.damaged, 0)
  }

  /** The last of each line: who keeps these elsewhere sees whether anything before them was changed. */
  async heads(book: string): Promise<Head[]> {
    return [...(await this.#shelf.lines(book)).values()].flatMap(({ name, entries }) => {
      const last = entries.at(-1)
      return last ? [{ device: name, n: last.n, hash: last.hash }] : []
    })
  }

  /** @returns its SHA-256 @throws VAULT_KEY_MISSING, STORAGE_FULL */
  async attach(bytes: Uint8Array): Promise<string> {
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    if (!(await this.#shelf.attachment(sha256))) await this.#shelf.saveAttachment(sha256, this.#sealFor(bytes))
    return sha256
  }

  /** Undefined where it has not come yet. @throws VAULT_SEAL_BROKEN where it is not what was attached */
  async attachment(sha256: string, readingKey: Uint8Array): Promise<Buffer | undefined> {
    const sealed = /^[0-9a-f]{64}$/.test(sha256) ? await this.#shelf.attachment(sha256) : undefined
    if (!sealed) return undefined
    const bytes = openSealed(readingKey, sealed)
    if (createHash('sha256').update(bytes).digest('hex') !== sha256) throw new AppError('VAULT_SEAL_BROKEN')
    return bytes
  }

  /** Entries that speak of attachments which are not here, each with those alone. A file of a device that holds them brings them. */
  async lacking(): Promise<BookEntry[]> {
    const here = await this.#shelf.attachments()
    const found: BookEntry[] = []
    for (const book of await this.#shelf.books())
      for (const entry of await this.entries(book)) {
        const files = entry.files.filter((one) => !here.has(one))
        if (files.length > 0) found.push({ ...entry, files })
      }
    return found
  }

  /** What another device lacks, as a file; with `part`, as one of several. */
  async export(options: ExportOptions = {}): Promise<Buffer> {
    return (await this.exportPart(options)).bytes
  }

  exportPart(options: ExportOptions): Promise<Exported> {
    return exported(this.#shelf, this.#options.folder, this.#self(), options)
  }

  /** Takes in what another device exported: the union, whatever is there already. */
  merge(bytes: Uint8Array, options: MergeOptions): Promise<Merged> {
    return this.#inTurn(() => merged(this.#shelf, this.#options.folder, this.#self(), bytes, options))
  }

  /** Of all devices that are known here. */
  keys(): Keys {
    return keysOf(this.#options.folder, this.#self())
  }

  #self(): Self {
    return { device: this.#options.device, publicKey: this.publicKey }
  }

  /** Of this device: 32 bytes in base64url. */
  get publicKey(): string {
    const { x = '' } = this.#key.export({ format: 'jwk' })
    return x
  }

  #sealed(content: Sealed): string {
    return this.#sealFor(Buffer.from(JSON.stringify(content))).toString('base64')
  }

  #sealFor(content: Uint8Array): Buffer {
    if (!this.#seal) throw new AppError('VAULT_KEY_MISSING')
    return this.#seal(content)
  }
}

/** Public half of the reading key, 32 bytes. */
const RECIPIENT = 'recipient'

export const openCasebook = (options: CasebookOptions): Casebook => new Casebook(options)

const ofEntry = ({ book, device, n, prev }: Pick<StoredEntry, 'book' | 'device' | 'n' | 'prev'>): string =>
  `${book} ${device} ${n} ${prev}`

function shown(entry: StoredEntry): BookEntry {
  const { book, device, n, prev, at, kind, codes, files, hash } = entry
  return { book, device, n, id: hash.slice(0, 16), prev, at, kind, codes, files, hash }
}

/** Of another institution, damaged or moved from elsewhere: the entry stays, without its detail. */
function opened(entry: StoredEntry, open: (sealed: Uint8Array) => Buffer): Details {
  if (entry.sealed === '') return {}
  try {
    const { of, who, detail } = JSON.parse(open(Buffer.from(entry.sealed, 'base64')).toString()) as Sealed
    return of === ofEntry(entry) ? { ...(who && { who }), ...(detail !== undefined && { detail }) } : {}
  } catch {
    return {}
  }
}

function deviceKey(folder: string): KeyObject {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, 'device.key')
  const known = readIfThere(path)
  if (known) return createPrivateKey(known)
  const { privateKey } = generateKeyPairSync('ed25519')
  writePrivateFile(path, Buffer.from(privateKey.export({ format: 'pem', type: 'pkcs8' })))
  return privateKey
}

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
    return undefined
  }
}
