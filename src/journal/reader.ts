/** Reading a ledger: one checkpoint whose signature was checked, and the entries below it. */
import { AppError } from '#base'
import {
  bundlePath,
  type Checkpoint,
  decodeBundle,
  leafHash,
  type NoteVerifier,
  openCheckpoint,
  readLeafHashes,
  type StoredLog,
  TILE_WIDTH,
  type TileReader,
} from '#tlog'
import { parseEntry, type StoredEntry } from './codec.ts'

interface ReadEntry {
  readonly index: number
  readonly entry: StoredEntry
  /** As they were hashed. */
  readonly bytes: Uint8Array
}

export interface LedgerReader {
  readonly checkpoint: Checkpoint
  /** For proofs. */
  readonly log: StoredLog
  /**
   * Entries from index `from` up to and without `to`, each checked against its leaf hash in the tree.
   * Throws JOURNAL_DAMAGED, TLOG_TILE_MISSING, TLOG_MALFORMED.
   */
  entries(from?: number, to?: number): AsyncGenerator<ReadEntry>
}

/** Opens the ledger whose files `tiles` reads. `verifier` is the key that was pinned, not one found beside the log. */
export async function openLedgerReader(tiles: TileReader, verifier: NoteVerifier): Promise<LedgerReader> {
  const note = await tiles.read('checkpoint')
  if (!note) throw new AppError('JOURNAL_NOT_FOUND')
  const checkpoint = openCheckpoint(Buffer.from(note).toString(), [verifier])
  const log = { tiles, size: checkpoint.size }
  return { checkpoint, log, entries: (from = 0, to = log.size) => readEntries(log, from, to) }
}

async function* readEntries(log: StoredLog, from: number, to: number): ReturnType<LedgerReader['entries']> {
  for (let first = from - (from % TILE_WIDTH); first < to; first += TILE_WIDTH) {
    const bundle = await readBundle(log, first / TILE_WIDTH)
    const leaves = await readLeafHashes(log, first / TILE_WIDTH)
    for (const [i, bytes] of bundle.entries()) {
      const index = first + i
      if (index < from || index >= to) continue
      if (Buffer.compare(leafHash(bytes), leaves[i]!) !== 0)
        throw new AppError('JOURNAL_DAMAGED', { detail: 'entry does not fit its hash', context: { index } })
      yield { index, entry: parseEntry(bytes), bytes }
    }
  }
}

/** The raw entries of bundle `index`. Throws TLOG_TILE_MISSING, TLOG_MALFORMED. */
export async function readBundle(log: StoredLog, index: number): Promise<Uint8Array[]> {
  const width = Math.min(TILE_WIDTH, log.size - index * TILE_WIDTH)
  const bytes = await log.tiles.read(bundlePath(index, width))
  if (!bytes) throw new AppError('TLOG_TILE_MISSING', { context: { tile: bundlePath(index, width) } })
  return decodeBundle(bytes, width)
}
