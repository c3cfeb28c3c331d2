/** One institution on one data folder: everything that runs without the web. The command line looks into the same. */
import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import {
  type Access,
  ACCESS_MIGRATIONS,
  fileKeyStore,
  type KeyRing,
  openAccess,
  openKeyRing,
  type SystemKey,
  systemKey,
} from '#access'
import { type Clock, isAppError } from '#base'
import { type Database, openDatabase } from '#db'
import {
  createLedger,
  JOURNAL_MIGRATIONS,
  type JournalIndex,
  type Ledger,
  type LedgerReport,
  openJournalIndex,
  openLedger,
} from '#journal'
import {
  type DataFolder,
  type FolderInfo,
  INSIDE,
  openDataFolder,
  ownerOnly,
  sweepRestoreTests,
  Vault,
  VAULT_MIGRATIONS,
} from '#vault'
import { Charts } from './charts.ts'
import { checkLedger } from './ledger-check.ts'
import { makeReadingKeys, OpenKeys } from './keys.ts'
import { Reserve, withReserve } from './reserve.ts'

export interface InstitutionOptions {
  readonly dataFolder: string
  /** What a new folder becomes; an existing one says itself what it is. */
  readonly fresh: Omit<FolderInfo, 'version'>
  readonly clock: Clock
  readonly version: string
  /** PostgreSQL where several servers share the state; absent: SQLite in the folder. */
  readonly databaseUrl?: string
}

export interface Institution {
  readonly folder: DataFolder
  readonly clock: Clock
  readonly version: string
  readonly database: Database
  readonly ledger: Ledger
  readonly reserve: Reserve
  readonly journalIndex: JournalIndex
  /** What checking the ledger at the start found. */
  readonly ledgerReport: LedgerReport
  readonly ring: KeyRing
  readonly systemKey: SystemKey
  readonly keys: OpenKeys
  readonly access: Access
  readonly vault: Vault
  readonly charts: Charts
  close(): Promise<void>
}

/** Opens a data folder, making it where it is new. Lets go of everything when a step fails. */
export async function openInstitution(options: InstitutionOptions): Promise<Institution> {
  const { clock, version } = options
  const folder = openDataFolder(options.dataFolder, options.fresh)
  const closing: (() => Promise<void> | void)[] = [() => folder.release()]
  const close = async (): Promise<void> => {
    for (const step of closing.splice(0).reverse()) await step()
  }
  try {
    const keysFolder = join(folder.path, INSIDE.keys)
    const system = systemKey(keysFolder)
    const ring = openKeyRing(join(keysFolder, 'ring.json'), system)
    makeReadingKeys(ring.unlockSetUp(system))
    sweepRestoreTests()
    if (options.databaseUrl === undefined) ownerOnly(join(folder.path, INSIDE.state))
    const database = await openDatabase(
      options.databaseUrl === undefined
        ? { kind: 'sqlite', file: join(folder.path, INSIDE.state) }
        : { kind: 'postgres', url: options.databaseUrl },
      [ACCESS_MIGRATIONS, JOURNAL_MIGRATIONS, VAULT_MIGRATIONS],
      clock,
    )
    closing.push(() => database.close())
    const reserve = new Reserve(folder.path)
    reserve.keep()
    const ledger = withReserve(await openOrCreateLedger(folder, clock), reserve)
    closing.push(() => ledger.close())
    const access = openAccess({ database, clock, journal: ledger, ring, systemKey: system })
    const keys = new OpenKeys(await access.keys.unlockUnattended())
    const vault = new Vault({ folder, database, ledger, secrets: keys.secrets, clock, version })
    closing.push(() => vault.close())
    const charts = new Charts({ vault, ledger, clock, dataFolder: folder.path })
    const journalIndex = openJournalIndex(database)
    const ledgerReport = await checkLedger({ vault, journalIndex, ledger, clock })
    return {
      folder,
      clock,
      version,
      database,
      ledger,
      reserve,
      journalIndex,
      ledgerReport,
      ring,
      systemKey: system,
      keys,
      access,
      vault,
      charts,
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

async function openOrCreateLedger(folder: DataFolder, clock: Clock): Promise<Ledger> {
  const path = join(folder.path, INSIDE.ledger)
  mkdirSync(path, { recursive: true, mode: 0o700 })
  const options = { folder: path, keys: fileKeyStore(join(folder.path, INSIDE.keys)), clock }
  try {
    return await openLedger(options)
  } catch (error) {
    if (!isAppError(error, 'JOURNAL_NOT_FOUND')) throw error
    // The origin names this log for ever, wherever its copies lie; nothing in it tells whose it is.
    return createLedger({ ...options, origin: `toride.local/${hostname()}/${randomUUID()}` })
  }
}
