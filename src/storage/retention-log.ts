import {
  appendFileSync,
  closeSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'
import type { EpochMs } from '#base'

/** Lines that no longer say anything are cleared away once they are this many and outnumber the others three to one. */
const COMPACT_FROM_LINES = 10_000

/**
 * Until when files are held: one append-only text file beside the repository, a line `<path> <untilMs>` per promise.
 * The latest moment ever written for a file counts, so that no line can shorten another; a torn last line is passed over.
 * Several processes may append; each reads what the others added before it answers.
 */
export class RetentionLog {
  readonly #file: string
  #until = new Map<string, EpochMs>()
  #lineCount = 0
  #readBytes = 0
  #inode = 0

  constructor(file: string) {
    this.#file = file
  }

  /** Held until this moment, or undefined. */
  until(path: string): EpochMs | undefined {
    this.#refresh()
    return this.#until.get(path)
  }

  /** Promises for many files with one flush to disk. Those that are held as long already are left out. */
  extend(promises: readonly { path: string; untilMs: EpochMs }[]): void {
    this.#refresh()
    const lines = promises
      .filter(({ path, untilMs }) => untilMs > (this.#until.get(path) ?? -Infinity))
      .map(({ path, untilMs }) => `${path} ${untilMs}\n`)
    if (lines.length === 0) return
    mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 })
    // The leading newline ends a line that a crash tore. Again where another process replaced the file meanwhile.
    while (!this.#append(`\n${lines.join('')}`)) continue
    this.#refresh()
    if (this.#lineCount > COMPACT_FROM_LINES && this.#lineCount > 4 * this.#until.size) this.#compact()
  }

  /** Appends and flushes; false where the file is no longer the one under its name. */
  #append(text: string): boolean {
    const fd = openSync(this.#file, 'a', 0o600)
    try {
      appendFileSync(fd, text)
      fsyncSync(fd)
      return fstatSync(fd).ino === statSync(this.#file, { throwIfNoEntry: false })?.ino
    } finally {
      closeSync(fd)
    }
  }

  /** Writes the file anew. What others appended to the old one in between is read from it after the change of names. */
  #compact(): void {
    const old = openSync(this.#file, 'r')
    const fresh = `${this.#file}.${process.pid}`
    try {
      writeFileSync(fresh, [...this.#until].map(([path, untilMs]) => `${path} ${untilMs}\n`).join(''), {
        mode: 0o600,
        flush: true,
      })
      renameSync(fresh, this.#file)
      const late = Buffer.alloc(Math.max(0, fstatSync(old).size - this.#readBytes))
      readSync(old, late, 0, late.length, this.#readBytes)
      if (late.length > 0) this.#append(`\n${late.toString('utf8')}\n`)
    } finally {
      closeSync(old)
    }
    this.#refresh()
  }

  /** Grown: only what is new is read, or every promise would cost as much as all before it. */
  #refresh(): void {
    const now = statSync(this.#file, { throwIfNoEntry: false })
    if (now !== undefined && now.ino === this.#inode && now.size === this.#readBytes) return
    const fd = now && openSync(this.#file, 'r')
    try {
      const stat = fd === undefined ? undefined : fstatSync(fd)
      if (stat === undefined || stat.ino !== this.#inode || stat.size < this.#readBytes) {
        this.#until = new Map()
        this.#lineCount = 0
        this.#readBytes = 0
      }
      this.#inode = stat?.ino ?? 0
      if (fd !== undefined) this.#readOn(fd)
    } finally {
      if (fd !== undefined) closeSync(fd)
    }
  }

  /** Whole lines only: a torn one is read again when it has an end. */
  #readOn(fd: number): void {
    const bytes = Buffer.alloc(Math.max(0, fstatSync(fd).size - this.#readBytes))
    const got = readSync(fd, bytes, 0, bytes.length, this.#readBytes)
    const whole = bytes.subarray(0, bytes.subarray(0, got).lastIndexOf(0x0a) + 1)
    for (const line of whole.toString('utf8').split('\n')) this.#take(line)
    this.#readBytes += whole.length
  }

  #take(line: string): void {
    const match = /^([a-z]+(?:\/[0-9a-f]+)*(?:\.[a-z]+)?) (\d{1,16})$/.exec(line)
    if (match === null) return
    const [, path, until] = match
    this.#lineCount += 1
    this.#until.set(path!, Math.max(Number(until), this.#until.get(path!) ?? 0))
  }
}
