/** One disc while it is written: packs as data pages, their hashes, and how much room is left. */
import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { dataPage, type FileEntry, type Location, packName } from './format/index.ts'

/** Payload of a pack: about 1 MB as base64, so that one optical read and 50 ms of work show a chart. */
const PACK_BYTES = 768 * 1024
/** Sectors of ISO 9660, which every file is rounded up to. */
const SECTOR = 2048

export class Disc {
  readonly folder: string
  readonly n: number
  readonly packs: FileEntry[] = []
  patients = 0
  #written = 0
  #waiting: Uint8Array[] = []
  #waitingBytes = 0

  constructor(folder: string, n: number) {
    this.folder = folder
    this.n = n
  }

  /** Bytes on the medium, what waits for its pack included. */
  get bytes(): number {
    return this.#written + (this.#waitingBytes > 0 ? onMedium(pageBytes(this.#waitingBytes)) : 0)
  }

  /** Adds a sealed record; a pack that is full is written. */
  add(sealed: Uint8Array): Location {
    if (this.#waitingBytes > 0 && this.#waitingBytes + sealed.length > PACK_BYTES) this.closePack()
    const place = { pack: this.packs.length, offset: this.#waitingBytes, length: sealed.length }
    this.#waiting.push(sealed)
    this.#waitingBytes += sealed.length
    return place
  }

  /** What comes next lies in another pack: charts and documents do not share damage. */
  closePack(): void {
    if (this.#waitingBytes === 0) return
    const payload = Buffer.concat(this.#waiting, this.#waitingBytes)
    this.packs.push(this.write(packName(this.packs.length), dataPage(payload.toString('base64'))))
    this.#waiting = []
    this.#waitingBytes = 0
  }

  /** Any file of the disc. @throws what the file system says (full, read-only) */
  write(name: string, content: string | Uint8Array): FileEntry {
    const bytes = Buffer.from(content)
    const path = join(this.folder, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, bytes)
    this.#written += onMedium(bytes.length)
    return { name, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }
  }
}

const onMedium = (bytes: number) => Math.ceil(bytes / SECTOR) * SECTOR

/** What a record of this size takes on the medium at most. */
export const pageBytes = (payloadBytes: number): number => Math.ceil(payloadBytes / 3) * 4 + 300
