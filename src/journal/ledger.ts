/** The ledger as other rooms use it: one folder, one process at a time. How an append is made: `writer.ts`. */
import { AppError, type Clock } from '#base'
import { signNote, verifierKeyText } from '#tlog'
import type { EntryType, NewEntry } from './entry.ts'
import { folderFiles, liveTiles } from './files.ts'
import { acquireFolderLock } from './folder-lock.ts'
import type { KeyStore } from './key-store.ts'
import { type LedgerReader, openLedgerReader } from './reader.ts'
import { type AppendedEntry, CHECKPOINT, createWriter, type LedgerWriter, openWriter } from './writer.ts'

export interface LedgerOptions {
  /** Absolute path of the ledger's folder; it exists. */
  readonly folder: string
  readonly keys: KeyStore
  readonly clock: Clock
}

export interface Ledger {
  readonly origin: string
  /** One line; what is pinned and printed. */
  readonly verifierKey: string
  readonly size: number
  /**
   * Durable and under a signed checkpoint when it resolves. Entries appended at the same time share one checkpoint. When
   * it rejects, the entry may still be found in the log (the power went between writing and answering).
   */
  append<T extends EntryType>(entry: NewEntry<T>): Promise<AppendedEntry>
  /**
   * A text under the ledger's key as a C2SP signed note, for whoever holds a paper without the ledger. `kind` (lower case
   * words) is its first line, so that it can never be taken for a checkpoint, whose first line is the origin; names and
   * values are one line each.
   */
  signNote(kind: string, lines: Readonly<Record<string, string | number>>): string
  /** A view of what is durable now. */
  reader(): Promise<LedgerReader>
  /** Waits for what was appended and lets go of the folder. */
  close(): Promise<void>
}

/**
 * Makes a new ledger: a signing key into the key store, and `ledger.created` as entry 0. Taking up again after a crash
 * in the middle is the same call. Throws JOURNAL_EXISTS, JOURNAL_BUSY.
 */
export async function createLedger(options: LedgerOptions & { readonly origin: string }): Promise<Ledger> {
  const files = folderFiles(options.folder)
  const release = lockFolder(options.folder)
  try {
    if (await files.read(CHECKPOINT)) throw new AppError('JOURNAL_EXISTS')
    const writer = await createWriter(files, options)
    return ledgerOver(writer, release)
  } catch (error) {
    release()
    throw error
  }
}

/** Opens a ledger for appending. Throws JOURNAL_NOT_FOUND, JOURNAL_KEY_MISSING, JOURNAL_DAMAGED, JOURNAL_BUSY. */
export async function openLedger(options: LedgerOptions): Promise<Ledger> {
  const files = folderFiles(options.folder)
  const release = lockFolder(options.folder)
  try {
    return ledgerOver(await openWriter(files, options), release)
  } catch (error) {
    release()
    throw error
  }
}

function lockFolder(folder: string): () => void {
  const lock = acquireFolderLock(folder)
  if ('heldBy' in lock)
    throw new AppError('JOURNAL_BUSY', {
      context: { pid: lock.heldBy.pid, host: lock.heldBy.host },
      retry: 'temporary',
    })
  return () => lock.release()
}

function ledgerOver(writer: LedgerWriter, release: () => void): Ledger {
  return {
    origin: writer.signer.name,
    verifierKey: verifierKeyText(writer.signer),
    get size() {
      return writer.size
    },
    append: (entry) => writer.append(entry),
    signNote: (kind, lines) => signNote(noteText(kind, lines), [writer.signer]),
    reader: () => openLedgerReader(liveTiles(writer.files), writer.signer),
    async close() {
      await writer.close()
      release()
    },
  }
}

function noteText(kind: string, lines: Readonly<Record<string, string | number>>): string {
  // A space stands in no origin.
  if (!/^[a-z]+( [a-z0-9]+)+$/.test(kind)) throw new AppError('BASE_BUG', { detail: 'kind of a note' })
  return [kind, ...Object.entries(lines).map(([name, value]) => `${name} ${value}`)].map((line) => `${line}\n`).join('')
}
