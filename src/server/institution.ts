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
import { AGENT_MIGRATIONS, Machines } from '#agent'
import { type Clock, isAppError } from '#base'
import { CommandBook } from '#commands'
import { type Database, openDatabase } from '#db'
import { EDITION_MIGRATIONS, EditionRegister } from '#edition'
import { Devices, GOVERNANCE_MIGRATIONS, Systems } from '#governance'
import {
  createLedger,
  JOURNAL_MIGRATIONS,
  type JournalIndex,
  type Ledger,
  type LedgerReport,
  openJournalIndex,
  openLedger,
} from '#journal'
import { Openings } from '#reading'
import {
  type DataFolder,
  type FolderInfo,
  INSIDE,
  openDataFolder,
  ownerOnly,
  sweepRestoreTests,
  Vault,
  VAULT_MIGRATIONS,
  generationCount,
  Settings,
  Reserve,
  withReserve,
} from '#vault'
import { STATION_MIGRATIONS, Stations } from '#station'
import { Bell } from './bell/bell.ts'
import { Charts } from './charts.ts'
import { checkLedger, enterLedgerLost, type LedgerAlarm, ledgerAlarm, raiseLedgerLost } from './ledger-check.ts'
import { makeReadingKeys, OpenKeys } from './keys.ts'
import { NightPrint } from './print/night.ts'

export interface InstitutionOptions {
  readonly dataFolder: string
  /** What a new folder becomes; an existing one says itself what it is. */
  readonly fresh: Omit<FolderInfo, 'version'>
  readonly clock: Clock
  readonly version: string
  /** PostgreSQL where several servers share the state; absent: SQLite in the folder. */
  readonly databaseUrl?: string
  /** Definitions of what may be started here; absent: the usual file. */
  readonly commandsFile?: string | undefined
}

export interface Institution {
  readonly folder: DataFolder
  readonly clock: Clock
  readonly version: string
  readonly database: Database
  readonly systems: Systems
  readonly devices: Devices
  readonly editions: EditionRegister
  readonly machines: Machines
  readonly stations: Stations
  readonly ledger: Ledger
  readonly reserve: Reserve
  readonly journalIndex: JournalIndex
  /** What checking the ledger at the start found. */
  readonly ledgerReport: LedgerReport
  /** What this or an earlier start found of the log itself; it stays until somebody clears it. */
  readonly ledgerAlarm: LedgerAlarm | undefined
  readonly ring: KeyRing
  readonly systemKey: SystemKey
  readonly keys: OpenKeys
  readonly access: Access
  readonly vault: Vault
  readonly charts: Charts
  readonly openings: Openings
  readonly bell: Bell
  readonly night: NightPrint
  close(): Promise<void>
}

/** Of all rooms that keep something in the state database. */
export const MIGRATIONS = [
  ACCESS_MIGRATIONS,
  JOURNAL_MIGRATIONS,
  VAULT_MIGRATIONS,
  GOVERNANCE_MIGRATIONS,
  EDITION_MIGRATIONS,
  AGENT_MIGRATIONS,
  STATION_MIGRATIONS,
]

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
    const ring = openKeyRing(join(keysFolder, INSIDE.ring), system)
    makeReadingKeys(ring.unlockSetUp(system))
    sweepRestoreTests()
    if (options.databaseUrl === undefined) ownerOnly(join(folder.path, INSIDE.state))
    const database = await openDatabase(
      options.databaseUrl === undefined
        ? { kind: 'sqlite', file: join(folder.path, INSIDE.state) }
        : { kind: 'postgres', url: options.databaseUrl },
      MIGRATIONS,
      clock,
    )
    closing.push(() => database.close())
    const reserve = new Reserve(folder.path)
    reserve.keep()
    const settings = new Settings(database)
    const ledger = withReserve(await openOrCreateLedger(folder, clock, { database, settings }), reserve)
    closing.push(() => ledger.close())
    await enterLedgerLost(settings, ledger)
    const access = openAccess({ database, clock, journal: ledger, ring, systemKey: system })
    const keys = new OpenKeys(await access.keys.unlockUnattended())
    const commands = new CommandBook(options.commandsFile)
    const vault = new Vault({ folder, database, ledger, secrets: keys.secrets, clock, version, commands })
    closing.push(() => vault.close())
    const charts = new Charts({ vault, ledger, clock, dataFolder: folder.path })
    const journalIndex = openJournalIndex(database)
    const ledgerReport = await checkLedger({ vault, journalIndex, ledger, clock })
    const parts = {
      folder,
      clock,
      version,
      database,
      systems: new Systems(database.tables(), clock),
      devices: new Devices(database.tables(), clock),
      editions: new EditionRegister({ tables: database.tables(), ledger, clock }),
      stations: new Stations(database.tables(), clock),
      machines: new Machines({ tables: database.tables(), secrets: keys.secrets, clock }),
      ledger,
      reserve,
      journalIndex,
      ledgerReport,
      ledgerAlarm: await ledgerAlarm(vault),
      ring,
      systemKey: system,
      keys,
      access,
      vault,
      charts,
      openings: new Openings(clock),
      close,
    }
    return { ...parts, bell: new Bell(parts), night: new NightPrint(parts) }
  } catch (error) {
    await close()
    throw error
  }
}

/**
 * A log is made once. Where the database knows of an earlier one (its last sight of it, or generations), a new one is only
 * begun under an alarm that its first entry repeats: backups go on, and nobody takes it for the old one.
 */
async function openOrCreateLedger(
  folder: DataFolder,
  clock: Clock,
  { database, settings }: { readonly database: Database; readonly settings: Settings },
): Promise<Ledger> {
  const path = join(folder.path, INSIDE.ledger)
  mkdirSync(path, { recursive: true, mode: 0o700 })
  const options = { folder: path, keys: fileKeyStore(join(folder.path, INSIDE.keys)), clock }
  try {
    return await openLedger(options)
  } catch (error) {
    if (!isAppError(error, 'JOURNAL_NOT_FOUND')) throw error
    if (await hadLedger(database)) await raiseLedgerLost(settings, clock)
    // The origin names this log for ever, wherever its copies lie; nothing in it tells whose it is.
    return createLedger({ ...options, origin: `toride.local/${hostname()}/${randomUUID()}` })
  }
}

async function hadLedger(database: Database): Promise<boolean> {
  if (await openJournalIndex(database).lastSeen()) return true
  return (await generationCount(database)) > 0
}

/** Patient indexes stay open while anybody reads: opening one anew costs the others seconds. */
export async function forgetUnread({ access, charts }: Institution): Promise<void> {
  if (access.emergency.anyoneReads() || access.readTokens.anyoneReads()) return
  if (!(await access.anyoneReads())) charts.forget()
}
