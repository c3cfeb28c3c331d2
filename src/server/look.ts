/**
 * Looking into a data folder without taking it: `toride ledger verify` and `toride doctor` work beside a running server
 * and on a folder whose server does not start. Nothing is journaled, nothing is made, no generation is taken.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type BackupKeys, fileKeyStore, openKeyRing, systemKey } from '#access'
import { AppError, type Clock } from '#base'
import { type Database, openDatabase } from '#db'
import {
  CHECKPOINT,
  type JournalIndex,
  type Ledger,
  ledgerTiles,
  openJournalIndex,
  openLedgerReader,
  SIGNING_KEY,
} from '#journal'
import { signerFromSeed, verifierKeyText } from '#tlog'
import { type FolderInfo, INSIDE, peekDataFolder, Vault, type RepositorySecrets } from '#vault'
import { MIGRATIONS } from './institution.ts'
import { OpenKeys } from './keys.ts'

export interface Look {
  readonly path: string
  readonly info: FolderInfo
  readonly database: Database
  readonly journalIndex: JournalIndex
  /** Reads; appending is refused (JOURNAL_BUSY). */
  readonly ledger: Ledger
  readonly vault: Vault
  /** Passwords of the repositories, as far as the system's key opens them. */
  readonly secrets: RepositorySecrets
  close(): Promise<void>
}

/** @throws VAULT_FOLDER_FOREIGN where no data folder lies there, JOURNAL_NOT_FOUND, JOURNAL_KEY_MISSING, and the database's */
export async function openToLook(folder: string, options: { clock: Clock; version: string }): Promise<Look> {
  const path = resolve(folder)
  const info = peekDataFolder(path)
  if (!info || !existsSync(join(path, INSIDE.state))) throw new AppError('VAULT_FOLDER_FOREIGN')
  const { clock, version } = options
  const ledger = readOnlyLedger(path)
  const database = await openDatabase({ kind: 'sqlite', file: join(path, INSIDE.state) }, MIGRATIONS, clock)
  const { secrets } = new OpenKeys(backupKeys(join(path, INSIDE.keys)))
  const vault = new Vault({ folder: { path, info, release: () => {} }, database, ledger, secrets, clock, version })
  const close = async (): Promise<void> => {
    await vault.close()
    await database.close()
  }
  return { path, info, database, journalIndex: openJournalIndex(database), ledger, vault, secrets, close }
}

/** Undefined where the system's key is not at hand here: both files below would be made anew, and looking makes nothing. */
function backupKeys(folder: string): BackupKeys | undefined {
  const ring = join(folder, INSIDE.ring)
  const hasKey = process.env['CREDENTIALS_DIRECTORY'] !== undefined || existsSync(join(folder, 'system-key'))
  if (!hasKey || !existsSync(ring)) return undefined
  const system = systemKey(folder)
  return openKeyRing(ring, system).unlockUnattended(system)
}

/** The ledger as its own key opens it: the key comes from the key folder, not from beside the log. */
function readOnlyLedger(path: string): Ledger {
  const folder = join(path, INSIDE.ledger)
  if (!existsSync(join(folder, CHECKPOINT))) throw new AppError('JOURNAL_NOT_FOUND')
  const seed = fileKeyStore(join(path, INSIDE.keys)).load(SIGNING_KEY)
  if (!seed) throw new AppError('JOURNAL_KEY_MISSING')
  const [origin = ''] = readFileSync(join(folder, CHECKPOINT), 'utf8').split('\n')
  const signer = signerFromSeed(origin, seed)
  const reader = () => openLedgerReader(ledgerTiles(folder), signer)
  return {
    origin,
    verifierKey: verifierKeyText(signer),
    size: 0,
    append: () => Promise.reject(new AppError('JOURNAL_BUSY', { detail: 'opened to look only' })),
    signNote: () => {
      throw new AppError('JOURNAL_BUSY', { detail: 'opened to look only' })
    },
    reader,
    close: async () => {},
  }
}
