/**
 * Toride's own state as a source (SECURITY.md 19): a consistent copy of the database, the ledger and what the folder says
 * of itself, laid into one folder before it is backed up. The system's key stays out: a copy of it beside the copies of
 * everything else would open them; the recovery kit brings it back.
 */
import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Database } from '#db'
import { INSIDE } from './data-folder.ts'

/** Lays the copy down under `<data folder>/own-state` and answers its path. */
export async function stageOwnState(dataFolder: string, database: Database): Promise<string> {
  const staged = ownStateFolder(dataFolder)
  const fresh = `${staged}.new`
  rmSync(fresh, { recursive: true, force: true })
  mkdirSync(fresh, { recursive: true, mode: 0o700 })
  if (database.kind === 'sqlite') await database.copyTo(join(fresh, INSIDE.state))
  // The ledger's files are append-only: copied while it grows, the checkpoint first, it is a valid earlier state of itself.
  const ledger = join(dataFolder, INSIDE.ledger)
  if (existsSync(ledger)) {
    mkdirSync(join(fresh, INSIDE.ledger))
    cpSync(join(ledger, 'checkpoint'), join(fresh, INSIDE.ledger, 'checkpoint'), { preserveTimestamps: true })
    cpSync(ledger, join(fresh, INSIDE.ledger), {
      recursive: true,
      force: false,
      errorOnExist: false,
      preserveTimestamps: true,
    })
  }
  cpSync(join(dataFolder, INSIDE.info), join(fresh, INSIDE.info), { preserveTimestamps: true })
  rmSync(staged, { recursive: true, force: true })
  renameSync(fresh, staged)
  return staged
}

export function ownStateFolder(dataFolder: string): string {
  return join(dataFolder, 'own-state')
}
