/**
 * Toride's own state as a source (SECURITY.md 19): a consistent copy of the database, the ledger and what the folder says
 * of itself, laid into one folder before it is backed up. With it goes the ring of keys, sealed as it lies here: the
 * recovery kit opens it on a bare machine. The system's key, which opens it without a person, stays out.
 */
import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Database } from '#db'
import { INSIDE } from './data-folder.ts'

/** Lays the copy down under `<data folder>/own-state` and answers its path. */
export async function stageOwnState(dataFolder: string, database: Database): Promise<string> {
  const staged = ownStateFolder(dataFolder)
  const fresh = `${staged}.new`
  rmSync(fresh, { recursive: true, force: true })
  mkdirSync(fresh, { recursive: true, mode: 0o700 })
  // The database first: what it last saw of the ledger is then never more than the copied ledger holds.
  if (database.kind === 'sqlite') await database.copyTo(join(fresh, INSIDE.state))
  copyLedger(join(dataFolder, INSIDE.ledger), join(fresh, INSIDE.ledger))
  // After the ledger: a receipt is kept before the ledger names it, so none that the copy names is missing.
  const receipts = join(dataFolder, INSIDE.receipts)
  if (existsSync(receipts)) cpSync(receipts, join(fresh, INSIDE.receipts), { recursive: true, filter: isFinished })
  // Only ever longer, or whole under a new name: a line that is being written is cut off when it is read.
  const books = join(dataFolder, INSIDE.books)
  if (existsSync(books)) cpSync(books, join(fresh, INSIDE.books), { recursive: true, filter: isFinished })
  cpSync(join(dataFolder, INSIDE.info), join(fresh, INSIDE.info), { preserveTimestamps: true })
  const ring = join(dataFolder, INSIDE.keys, INSIDE.ring)
  if (existsSync(ring)) cpSync(ring, join(fresh, INSIDE.ring))
  rmSync(staged, { recursive: true, force: true })
  renameSync(fresh, staged)
  return staged
}

/**
 * Copies a ledger that may grow meanwhile; what lies there afterwards opens as the log it was when the copy began. The
 * checkpoint comes first. Files are made whole beside their names and never change; the only ones that vanish are partial
 * tiles, always after a wider one with the same beginning was written. So each listing is copied, whatever is gone from it
 * passed over, and listed again until a listing was copied whole: then every tile that the checkpoint needs, or a wider
 * one, is there.
 */
export function copyLedger(from: string, to: string): void {
  mkdirSync(to, { recursive: true, mode: 0o700 })
  if (!copyFile(join(from, 'checkpoint'), join(to, 'checkpoint'))) return
  const copied = new Set(['checkpoint'])
  let isWhole = false
  while (!isWhole) {
    isWhole = true
    for (const path of ledgerFiles(from)) {
      if (copied.has(path)) continue
      mkdirSync(dirname(join(to, path)), { recursive: true, mode: 0o700 })
      if (copyFile(join(from, path), join(to, path))) copied.add(path)
      else isWhole = false
    }
  }
}

/** Paths below the folder; without the lock of the process that appends and files that are still being written. */
function ledgerFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && isFinished(entry.name) && !entry.name.startsWith('lock'))
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
}

const isFinished = (name: string): boolean => !name.endsWith('.tmp')

/** False where the file is gone. */
function copyFile(from: string, to: string): boolean {
  try {
    copyFileSync(from, to)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}

export function ownStateFolder(dataFolder: string): string {
  return join(dataFolder, 'own-state')
}
