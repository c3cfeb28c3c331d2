import { AppError, type ByteString, type SourceFs } from '#base'
import { Chunker, MAX_CHUNK_BYTES, MIN_CHUNK_BYTES } from '../chunker.ts'
import { Region, type Address, type Kernel } from '../kernel/kernel.ts'
import type { BlobStore } from './blob-store.ts'
import { attempt, type Report, type WithAttributes } from './node-builder.ts'
import type { Seeing } from './ports.ts'
import type { Control, CutOutcome, FileOutcome, SavedFile } from './protocol.ts'

/** Read at a time from larger files. */
const READ_BYTES = 1024 * 1024

/** Reads files into the kernel's memory and stores their chunks. One per worker. */
export class FileSaver {
  readonly #fs: SourceFs
  readonly #kernel: Kernel
  readonly #chunker: Chunker
  readonly #store: BlobStore
  readonly #control: Control
  readonly #report: Report
  /** The chunk being found, and what was read behind it. */
  readonly #window: Region

  constructor(tools: {
    fs: SourceFs
    kernel: Kernel
    polynomial: bigint
    store: BlobStore
    control: Control
    report: Report
  }) {
    this.#fs = tools.fs
    this.#kernel = tools.kernel
    this.#chunker = new Chunker(tools.kernel, tools.polynomial)
    this.#store = tools.store
    this.#control = tools.control
    this.#report = tools.report
    this.#window = new Region(tools.kernel, MAX_CHUNK_BYTES + READ_BYTES)
  }

  /**
   * Stores a whole file as it is now, however its size changes meanwhile.
   * @param expectedBytes what lstat said: one read does for small files
   * @param observe sees the file, or the beginning of a large one
   * @returns undefined, and reported, where it cannot be read
   */
  save(path: ByteString, expectedBytes: number, observe?: Seeing): (SavedFile & WithAttributes) | undefined {
    return this.#withOpen(path, (fd) => ({
      ...this.#saveOpen(fd, expectedBytes, observe),
      attributes: this.#fs.extendedAttributes(fd),
    }))
  }

  #saveOpen(fd: number, expectedBytes: number, observe?: Seeing): SavedFile {
    const first = Math.min(expectedBytes + 1, READ_BYTES)
    let have = this.#read(fd, this.#window.at, first, 0)
    // A regular file gives less than asked only at its end.
    if (have < first && have <= MIN_CHUNK_BYTES) return this.#saveSmall(have, observe)
    if (observe) {
      if (expectedBytes <= observe.maxBytes) have = this.#readFully(fd, expectedBytes, 0)
      observe.see(this.#kernel.view(this.#window.at, have), Math.max(have, expectedBytes))
    }
    const content: string[] = []
    let position = have
    let total = 0
    for (let atEnd = false; !atEnd || have > 0;) {
      const cut = this.#nextCut(fd, have, position)
      have = cut.have
      position = cut.position
      atEnd = cut.atEnd
      if (cut.length === 0) break
      content.push(this.#store.save('data', this.#window.at, cut.length))
      total += cut.length
      have -= cut.length
      this.#kernel.call.move(this.#window.at, this.#window.at + cut.length, have)
      this.#control.progress(0, cut.length)
    }
    this.#control.progress(1, 0)
    return { content, sizeBytes: total }
  }

  /**
   * Where the chunks end from `from` on, for at least `length` bytes or to the file's end; stores nothing.
   * @param observe sees the first chunk
   */
  cut(path: ByteString, from: number, length: number, observe?: (first: Uint8Array) => void): CutOutcome | undefined {
    return this.#withOpen(path, (fd) => {
      const lengths: number[] = []
      let [have, position, done, atEnd] = [0, from, 0, false]
      while (done < length && !atEnd) {
        const cut = this.#nextCut(fd, have, position)
        if (done === 0) observe?.(this.#kernel.view(this.#window.at, cut.length))
        if (cut.length > 0) lengths.push(cut.length)
        done += cut.length
        have = cut.have - cut.length
        position = cut.position
        atEnd = cut.atEnd && have === 0
        this.#kernel.call.move(this.#window.at, this.#window.at + cut.length, have)
      }
      return { lengths, atEnd }
    })
  }

  /** Stores stretches of a file that {@link cut} found, as far as they are still there. */
  saveChunks(path: ByteString, from: number, lengths: readonly number[]): FileOutcome {
    return this.#withOpen(path, (fd) => {
      const content: string[] = []
      let total = 0
      for (const length of lengths) {
        const have = this.#readFully(fd, length, from + total)
        if (have > 0) content.push(this.#store.save('data', this.#window.at, have))
        total += have
        this.#control.progress(0, have)
        if (have < length) break
      }
      return { content, sizeBytes: total }
    })
  }

  #saveSmall(length: number, observe?: Seeing): SavedFile {
    this.#control.progress(1, length)
    if (length === 0) return { content: [], sizeBytes: 0 }
    observe?.see(this.#kernel.view(this.#window.at, length), length)
    return { content: [this.#store.save('data', this.#window.at, length)], sizeBytes: length }
  }

  /** Reads on until the chunk at the window's start has its end. `have` bytes are there, read up to `position`. */
  #nextCut(
    fd: number,
    have: number,
    position: number,
  ): { length: number; have: number; position: number; atEnd: boolean } {
    let searched = 0
    for (let atEnd = false; ;) {
      const next = this.#chunker.next(this.#window.at, have, searched)
      if ('end' in next) return { length: next.end, have, position, atEnd }
      if (atEnd) return { length: have, have, position, atEnd }
      searched = next.searched
      const got = this.#read(fd, this.#window.at + have, READ_BYTES, position)
      atEnd = got === 0
      have += got
      position += got
    }
  }

  #readFully(fd: number, length: number, position: number): number {
    let have = 0
    while (have < length) {
      const got = this.#read(fd, this.#window.at + have, length - have, position + have)
      if (got === 0) break
      have += got
    }
    return have
  }

  #read(fd: number, at: Address, length: number, position: number): number {
    if (this.#control.isCancelled) throw new AppError('BASE_CANCELLED')
    return this.#fs.read(fd, this.#kernel.bytes, at, length, position)
  }

  #withOpen<T>(path: ByteString, use: (fd: number) => T): T | undefined {
    const fd = attempt(() => this.#fs.open(path), path, 'open', this.#report)
    if (fd === undefined) return undefined
    try {
      return attempt(() => use(fd), path, 'read', this.#report)
    } finally {
      this.#fs.close(fd)
    }
  }
}
