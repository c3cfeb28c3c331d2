/**
 * Changes of a disk, beside it: a file as large as the disk with holes where nothing was written, and a map of what was.
 * What is flushed stays over a power cut; what is not may be lost, as on any disk. At rest it is AES-256-XTS, a sector of
 * 4 KiB each, because a disk of patients lies in it.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { AppError } from '#base'
import { type Bytes, parts } from './bytes.ts'

/** What is written first is read from below in this size, so that later writes find whole clusters. */
const CLUSTER = 64 * 1024
const XTS_SECTOR = 4096
/** In front of the map: makes the key of each overlay another. */
const SALT_BYTES = 16

/** Of a file what is needed here: Node's `FileHandle` has it. */
export interface ChangesFile {
  stat(): Promise<{ readonly size: number }>
  truncate(length: number): Promise<void>
  read(into: Uint8Array, offset: number, length: number, position: number): Promise<{ readonly bytesRead: number }>
  write(from: Uint8Array, offset: number, length: number, position: number): Promise<unknown>
  datasync(): Promise<void>
  close(): Promise<void>
}

export interface ChangesFiles {
  readonly data: ChangesFile
  /** Which clusters were written. */
  readonly map: ChangesFile
}

export interface WritableDisk extends Bytes {
  write(offset: number, bytes: Uint8Array): Promise<void>
  /** Everything written before is on the disk when it resolves. */
  flush(): Promise<void>
}

export class Overlay implements WritableDisk {
  readonly sizeBytes: number
  readonly #base: Bytes
  readonly #data: ChangesFile
  readonly #mapFile: ChangesFile
  readonly #map: Buffer
  readonly #key: Uint8Array
  /** Clusters being written: the next write to one waits for the one before. */
  readonly #writing = new Map<number, Promise<void>>()
  /** Bytes of the map that the file does not have yet. */
  readonly #unsaved = new Set<number>()
  #flushing: Promise<void> = Promise.resolve()

  private constructor(base: Bytes, files: ChangesFiles, map: Buffer, key: Uint8Array) {
    this.sizeBytes = base.sizeBytes
    this.#base = base
    this.#data = files.data
    this.#mapFile = files.map
    this.#map = map
    this.#key = key
  }

  /**
   * New over empty files, or what an earlier start left in them; they are closed with it.
   * @param secret of whoever may read the disk: 32 bytes or more
   * @throws DISK_OVERLAY_FOREIGN where what lies there belongs to a disk of another size
   */
  static async open(base: Bytes, files: ChangesFiles, secret: Uint8Array): Promise<Overlay> {
    const map = Buffer.alloc(SALT_BYTES + Math.ceil(Math.ceil(base.sizeBytes / CLUSTER) / 8))
    const { size } = await files.map.stat()
    if (size === 0) {
      randomBytes(SALT_BYTES).copy(map)
      await files.map.write(map, 0, map.length, 0)
      await files.map.datasync()
    } else if (size === map.length) await readFully(files.map, map, 0)
    else throw new AppError('DISK_OVERLAY_FOREIGN')
    const key = hkdfSync('sha512', secret, map.subarray(0, SALT_BYTES), 'toride disk changes 1', 64)
    await files.data.truncate(Math.ceil(base.sizeBytes / CLUSTER) * CLUSTER)
    return new Overlay(base, files, map, new Uint8Array(key))
  }

  /** Clusters that differ from the image, in bytes. */
  get changedBytes(): number {
    let clusters = 0
    for (const byte of this.#map.subarray(SALT_BYTES)) for (let bits = byte; bits > 0; bits &= bits - 1) clusters++
    return clusters * CLUSTER
  }

  async read(offset: number, length: number): Promise<readonly Uint8Array[]> {
    const pieces: Promise<readonly Uint8Array[]>[] = []
    // What lies unchanged in a row is asked for at once.
    let from = offset
    for (const { n, at, take } of parts(offset, length, CLUSTER)) {
      if (!this.#has(n)) continue
      const here = n * CLUSTER + at
      if (here > from) pieces.push(this.#base.read(from, here - from))
      pieces.push(this.#readChanged(n, at, take))
      from = here + take
    }
    if (from < offset + length) pieces.push(this.#base.read(from, offset + length - from))
    return (await Promise.all(pieces)).flat()
  }

  async write(offset: number, bytes: Uint8Array): Promise<void> {
    let done = 0
    const writes: Promise<void>[] = []
    for (const { n, at, take } of parts(offset, bytes.length, CLUSTER)) {
      const part = bytes.subarray(done, (done += take))
      writes.push(this.#inTurn(n, () => this.#writePart(n, at, part)))
    }
    await Promise.all(writes)
  }

  /** The data first, then the map that says it is there. */
  flush(): Promise<void> {
    this.#flushing = this.#flushing.catch(() => undefined).then(() => this.#flush())
    return this.#flushing
  }

  async close(): Promise<void> {
    await this.flush()
    await this.#data.close()
    await this.#mapFile.close()
  }

  async #flush(): Promise<void> {
    await Promise.all(this.#writing.values())
    const unsaved = [...this.#unsaved]
    this.#unsaved.clear()
    try {
      await this.#data.datasync()
      for (const at of unsaved) await this.#mapFile.write(this.#map, at, 1, at)
      if (unsaved.length > 0) await this.#mapFile.datasync()
    } catch (error) {
      for (const at of unsaved) this.#unsaved.add(at)
      throw error
    }
  }

  async #readChanged(n: number, at: number, take: number): Promise<Uint8Array[]> {
    await this.#writing.get(n)
    return [await this.#plain(n, at, take)]
  }

  /** Of a cluster that was written and that nobody writes now. */
  async #plain(n: number, at: number, take: number): Promise<Uint8Array> {
    const first = Math.floor(at / XTS_SECTOR)
    const sectors = Math.ceil((at + take) / XTS_SECTOR) - first
    const sealed = Buffer.allocUnsafe(sectors * XTS_SECTOR)
    await readFully(this.#data, sealed, n * CLUSTER + first * XTS_SECTOR)
    const plain = this.#crypt(createDecipheriv, sealed, (n * CLUSTER) / XTS_SECTOR + first)
    return plain.subarray(at - first * XTS_SECTOR, at - first * XTS_SECTOR + take)
  }

  async #writePart(n: number, at: number, part: Uint8Array): Promise<void> {
    let plain = part
    let start = at
    const isAligned = at % XTS_SECTOR === 0 && part.length % XTS_SECTOR === 0
    if (!this.#has(n) ? part.length < CLUSTER : !isAligned) {
      const whole = Buffer.alloc(CLUSTER)
      const there = Math.min(CLUSTER, this.sizeBytes - n * CLUSTER)
      const before = this.#has(n) ? [await this.#plain(n, 0, there)] : await this.#base.read(n * CLUSTER, there)
      Buffer.concat(before).copy(whole)
      whole.set(part, at)
      plain = whole
      start = 0
    }
    const offset = n * CLUSTER + start
    await this.#data.write(this.#crypt(createCipheriv, plain, offset / XTS_SECTOR), 0, plain.length, offset)
    if (this.#has(n)) return
    const byte = SALT_BYTES + (n >>> 3)
    this.#map[byte] = this.#map[byte]! | (1 << (n & 7))
    this.#unsaved.add(byte)
  }

  async #inTurn(n: number, work: () => Promise<void>): Promise<void> {
    const turn = (this.#writing.get(n) ?? Promise.resolve()).catch(() => undefined).then(work)
    this.#writing.set(n, turn)
    try {
      await turn
    } finally {
      if (this.#writing.get(n) === turn) this.#writing.delete(n)
    }
  }

  #has(n: number): boolean {
    return (this.#map[SALT_BYTES + (n >>> 3)]! & (1 << (n & 7))) !== 0
  }

  #crypt(make: typeof createCipheriv | typeof createDecipheriv, from: Uint8Array, firstSector: number): Buffer {
    const done = Buffer.allocUnsafe(from.length)
    const tweak = Buffer.alloc(16)
    for (let at = 0; at < from.length; at += XTS_SECTOR) {
      tweak.writeBigUInt64LE(BigInt(firstSector + at / XTS_SECTOR))
      done.set(make('aes-256-xts', this.#key, tweak).update(from.subarray(at, at + XTS_SECTOR)), at)
    }
    return done
  }
}

async function readFully(file: ChangesFile, into: Buffer, position: number): Promise<void> {
  for (let have = 0; have < into.length;) {
    const { bytesRead } = await file.read(into, have, into.length - have, position + have)
    if (bytesRead === 0) throw new AppError('DISK_DAMAGED', { detail: 'changes are shorter than the disk' })
    have += bytesRead
  }
}
