/**
 * Room kept back for the emergency: a file of no use, given up when the disk is full, so that signing in and opening charts
 * go on and are still written to the ledger before anything is shown. Nothing waits in memory, where a power cut would lose
 * who looked at what. While the reserve is given up no backup is taken: backups would eat it.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  writeSync,
} from 'node:fs'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { isAppError } from '#base'
import type { Ledger } from '#journal'

/** Thousands of looks at charts: one takes some kilobytes of ledger and database, most of it used again by the next. */
const RESERVE_BYTES = 16 * 1024 * 1024
const PIECE_BYTES = 1024 * 1024
const FILE = 'reserve'

export class Reserve {
  readonly #file: string
  readonly #folder: string

  constructor(dataFolder: string) {
    this.#folder = dataFolder
    this.#file = join(dataFolder, FILE)
  }

  /** False while the room was given up and the disk has none to keep back again. */
  get isKept(): boolean {
    return existsSync(this.#file) && statSync(this.#file).size === RESERVE_BYTES
  }

  /**
   * Keeps the room back where it is not kept and there is twice as much to spare; on less it would be given up again at
   * once. Never throws for a full disk.
   */
  keep(): void {
    if (this.isKept) return
    const { bavail, bsize } = statfsSync(this.#folder)
    if (bavail * bsize < 2 * RESERVE_BYTES) return
    const unfinished = `${this.#file}.tmp`
    try {
      writeReserve(unfinished)
      renameSync(unfinished, this.#file)
    } catch {
      rmSync(unfinished, { force: true })
    }
  }

  /** Does the work; where the disk is full, once more after giving up the room. */
  async spend<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (!isAppError(error, 'STORAGE_FULL') || !this.#giveUp()) throw error
      return work()
    }
  }

  #giveUp(): boolean {
    if (!existsSync(this.#file)) return false
    rmSync(this.#file)
    return true
  }
}

/** Random bytes: a file system that packs or skips zeros would keep nothing back. */
function writeReserve(path: string): void {
  const file = openSync(path, 'w', 0o600)
  try {
    const piece = randomBytes(PIECE_BYTES)
    for (let written = 0; written < RESERVE_BYTES; written += PIECE_BYTES) {
      // Not the same piece twice, for file systems that find duplicates.
      piece.writeUInt32LE(written / PIECE_BYTES)
      writeSync(file, piece)
    }
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** The ledger, with the reserve behind each append. */
export function withReserve(ledger: Ledger, reserve: Reserve): Ledger {
  return {
    origin: ledger.origin,
    verifierKey: ledger.verifierKey,
    get size() {
      return ledger.size
    },
    append: (entry) => reserve.spend(() => ledger.append(entry)),
    signNote: (kind, lines) => ledger.signNote(kind, lines),
    reader: () => ledger.reader(),
    close: () => ledger.close(),
  }
}
