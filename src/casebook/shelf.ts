/**
 * Where books lie: `books/<kind>/<id>/<line>.jsonl`, a line for each device (a second one where a device was put back to an
 * earlier day and wrote on), and `attachments/<SHA-256>`. One process owns the folder.
 */
import { type FileHandle, mkdir, open, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { diskError, folderFiles, type LedgerFiles } from '#journal'
import { syncFolderLater } from '#storage'
import { BOOK, hashOf, parseLine, type StoredEntry } from './entry.ts'

const ENDING = '.jsonl'
const LF = 10

/** One device's entries of one book, oldest first. */
export interface Line {
  readonly name: string
  readonly entries: StoredEntry[]
  /** Lines that are none, or no longer what they were: the others still count. */
  damaged: number
}

export class Shelf {
  readonly #root: string
  readonly #files: LedgerFiles
  readonly #books = new Map<string, Map<string, Line>>()

  constructor(root: string) {
    this.#root = root
    this.#files = folderFiles(root)
  }

  async books(): Promise<string[]> {
    const found: string[] = []
    for (const kind of await this.#files.list('books'))
      for (const id of await this.#files.list(`books/${kind}`))
        if (BOOK.test(`${kind}:${id}`)) found.push(`${kind}:${id}`)
    return found.toSorted()
  }

  /** By name of the line. */
  async lines(book: string): Promise<Map<string, Line>> {
    const known = this.#books.get(book)
    if (known) return known
    const lines = new Map<string, Line>()
    for (const file of await this.#files.list(pathOf(book))) {
      if (!file.endsWith(ENDING)) continue
      const name = file.slice(0, -ENDING.length)
      lines.set(name, read(name, await readFile(join(this.#root, pathOf(book), file), 'utf8')))
    }
    this.#books.set(book, lines)
    return lines
  }

  /** Durable when it resolves; all of them or, after a power cut, the first ones whole. @throws STORAGE_FULL */
  async add(book: string, name: string, entries: readonly StoredEntry[]): Promise<void> {
    const lines = await this.lines(book)
    const path = join(this.#root, pathOf(book), `${name}${ENDING}`)
    const line = lines.get(name) ?? { name, entries: [], damaged: 0 }
    await this.#write(path, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''), lines.has(name))
    lines.set(name, line)
    line.entries.push(...entries)
  }

  /** Whatever a failed or killed write left behind the last whole line is cut off first: nobody was told that it is there. */
  async #write(path: string, text: string, isThere: boolean): Promise<void> {
    try {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 })
      const file = await open(path, 'a+', 0o600)
      try {
        await file.truncate(isThere ? await wholeBytes(file) : 0)
        await file.appendFile(text)
        await file.sync()
      } finally {
        await file.close()
      }
      if (isThere) return
      // Book, kind and `books` may all be new.
      for (let folder = dirname(path); folder.length >= this.#root.length; folder = dirname(folder))
        await syncFolderLater(folder)
    } catch (cause) {
      throw diskError(cause)
    }
  }

  async saveAttachment(sha256: string, sealed: Uint8Array): Promise<void> {
    await this.#files.write(attachmentPath(sha256), sealed)
  }

  /** SHA-256 of each that is here. */
  async attachments(): Promise<ReadonlySet<string>> {
    return new Set(await this.#files.list('attachments'))
  }

  async attachment(sha256: string): Promise<Uint8Array | undefined> {
    return this.#files.read(attachmentPath(sha256))
  }
}

const attachmentPath = (sha256: string): string => `attachments/${sha256}`
const pathOf = (book: string): string => `books/${book.replace(':', '/')}`

/** What a chain breaks at is damaged, and what follows it is taken as it is: losing one costs one. */
function read(name: string, text: string): Line {
  const line: Line = { name, entries: [], damaged: 0 }
  for (const part of text.split('\n').slice(0, -1)) {
    const entry = parseLine(part)
    if (entry && entry.hash === hashOf(entry)) line.entries.push(entry)
    else line.damaged++
  }
  return line
}

/** Up to the end of the last whole line; only where something was cut is more than one byte read. */
async function wholeBytes(file: FileHandle): Promise<number> {
  const { size } = await file.stat()
  const last = Buffer.alloc(1)
  if (size > 0) await file.read(last, 0, 1, size - 1)
  return size === 0 || last[0] === LF ? size : (await file.readFile()).lastIndexOf(LF) + 1
}
