/** One institution on one data folder: everything that runs without the web. The command line looks into the same. */
import { createHash } from 'node:crypto'
import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import {
  type Access,
  ACCESS_MIGRATIONS,
  fileKeyStore,
  type KeyRing,
  mayDo,
  openAccess,
  openKeyRing,
  type SystemKey,
  systemKey,
} from '#access'
import { AGENT_MIGRATIONS, Machines } from '#agent'
import { type Clock, isAppError } from '#base'
import { BCP_MIGRATIONS, Plans, Printings } from '#bcp'
import { DOWNTIME_MIGRATIONS, Manuals, Ranges, Serials, Stock } from '#downtime'
import { Drills, EXERCISE_MIGRATIONS, GroupTrainings, StaffRules, Training, UnannouncedDay } from '#exercise'
import { type Casebook, openCasebook } from '#casebook'
import { CommandBook } from '#commands'
import { type Database, openDatabase } from '#db'
import { EDITION_MIGRATIONS, EditionRegister } from '#edition'
import { Devices, Registers, GOVERNANCE_MIGRATIONS, Systems } from '#governance'
import {
  createLedger,
  JOURNAL_MIGRATIONS,
  type JournalIndex,
  type Ledger,
  type LedgerReport,
  openJournalIndex,
  openLedger,
} from '#journal'
import { Improvements, INCIDENT_MIGRATIONS, Incidents } from '#incident'
import { Notifications } from '#notification'
import { Openings } from '#reading'
import { openSheets } from '#reconciliation'
import { Cases, RECOVERY_MIGRATIONS, type RecoveryTables, Restores, type ScanPort, Terminals } from '#recovery'
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
import { isWhole, REHEARSAL_MIGRATIONS, Rehearsals, type RehearsalTables } from '#rehearsal'
import { STATION_MIGRATIONS, Stations } from '#station'
import { Bell } from './bell/bell.ts'
import { Charts } from './charts.ts'
import { NightEditions } from './editions/night.ts'
import { checkLedger, enterLedgerLost, type LedgerAlarm, ledgerAlarm, raiseLedgerLost } from './ledger-check.ts'
import { makeReadingKeys, OpenKeys } from './keys.ts'
import { NightPrint } from './print/night.ts'
import { rehearsalReport } from './rehearsal-report.ts'

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
  readonly registers: Registers
  readonly plans: Plans
  readonly printings: Printings
  readonly serials: Serials
  readonly ranges: Ranges
  readonly stock: Stock
  readonly manuals: Manuals
  readonly drills: Drills
  readonly training: Training
  readonly groupTrainings: GroupTrainings
  readonly rules: StaffRules
  readonly unannounced: UnannouncedDay
  readonly editions: EditionRegister
  readonly cases: Cases
  readonly restores: Restores
  readonly terminals: Terminals
  /** What people write in an emergency, here and on emergency PCs: incidents, exercises, sheets of paper. */
  readonly casebook: Casebook
  readonly incidents: Incidents
  /** Reports and notices of incidents. */
  readonly notifications: Notifications
  /** What incidents and exercises are to be followed by. */
  readonly improvements: Improvements
  /** What scans of generations found, where there are any. */
  readonly scans: ScanPort
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
  readonly rehearsals: Rehearsals
  readonly openings: Openings
  readonly bell: Bell
  readonly night: NightPrint
  readonly nightEditions: NightEditions
  close(): Promise<void>
}

/** Of all rooms that keep something in the state database. */
export const MIGRATIONS = [
  ACCESS_MIGRATIONS,
  JOURNAL_MIGRATIONS,
  VAULT_MIGRATIONS,
  GOVERNANCE_MIGRATIONS,
  BCP_MIGRATIONS,
  EXERCISE_MIGRATIONS,
  DOWNTIME_MIGRATIONS,
  EDITION_MIGRATIONS,
  AGENT_MIGRATIONS,
  STATION_MIGRATIONS,
  RECOVERY_MIGRATIONS,
  REHEARSAL_MIGRATIONS,
  INCIDENT_MIGRATIONS,
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
    const rehearsals = new Rehearsals({
      vault,
      ledger,
      clock,
      tables: database.tables<RehearsalTables>(),
      drawReport: async (facts) =>
        rehearsalReport(facts, {
          institution: (await vault.setting('name')) ?? folder.info.institution,
          isSample: vault.isSample,
          fontsFolder: join(folder.path, INSIDE.fonts),
          verifierKey: ledger.verifierKey,
        }),
    })
    const casebook = openCasebook({ folder: join(folder.path, INSIDE.books), device: 'server', clock })
    const back = wayBack({ vault, database, ledger, clock, rehearsals, casebook, access, dataFolder: folder.path })
    const journalIndex = openJournalIndex(database)
    const ledgerReport = await checkLedger({ vault, journalIndex, ledger, clock })
    const incidents = new Incidents({ casebook, ledger, clock, device: 'server' })
    const parts = {
      folder,
      clock,
      version,
      database,
      systems: new Systems(database.tables(), clock),
      devices: new Devices(database.tables(), clock),
      registers: new Registers(database.tables(), clock),
      plans: new Plans(database.tables(), clock),
      printings: new Printings(database.tables(), clock),
      serials: new Serials(database.tables(), join(folder.path, INSIDE.paperDevice), markOf(ledger.verifierKey), clock),
      ranges: new Ranges(database.tables(), clock),
      stock: new Stock(database.tables(), clock),
      manuals: new Manuals(database.tables(), clock),
      drills: new Drills({ tables: database.tables(), ledger, clock }),
      training: new Training({ tables: database.tables(), ledger, clock }),
      groupTrainings: new GroupTrainings({ tables: database.tables(), ledger, clock }),
      rules: new StaffRules({ tables: database.tables(), ledger, clock }),
      unannounced: new UnannouncedDay({ tables: database.tables(), clock }),
      ...back,
      editions: new EditionRegister({ tables: database.tables(), ledger, clock }),
      stations: new Stations(database.tables(), clock),
      machines: new Machines({ tables: database.tables(), secrets: keys.secrets, clock }),
      casebook,
      incidents,
      notifications: new Notifications({ casebook, incidents, ledger }),
      improvements: new Improvements({ tables: database.tables(), ledger, clock }),
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
      rehearsals,
      openings: new Openings(clock),
      close,
    }
    const nightEditions = new NightEditions(parts)
    return { ...parts, nightEditions, bell: new Bell({ ...parts, nightEditions }), night: new NightPrint(parts) }
  } catch (error) {
    await close()
    throw error
  }
}

/** Any three digits that tell two houses apart: of the ledger's own name. */
const markOf = (verifierKey: string): number => createHash('sha256').update(verifierKey).digest().readUInt16BE(0) % 1000

type WayBack = Pick<Institution, 'cases' | 'restores' | 'terminals' | 'scans'>

interface WayBackParts extends Pick<
  Institution,
  'vault' | 'database' | 'ledger' | 'clock' | 'rehearsals' | 'casebook' | 'access'
> {
  readonly dataFolder: string
}

function wayBack({ vault, database, ledger, clock, rehearsals, casebook, access, dataFolder }: WayBackParts): WayBack {
  const tables = database.tables<RecoveryTables>()
  const scans: ScanPort = {
    async scanned(id) {
      const all = await rehearsals.book.of(id)
      const scan = (one: (typeof all)[number]) => one.steps.find(({ step }) => step === 'scan')?.state
      // What was found once is not unfound by a later scan that missed it; a part that was clean says nothing of the rest.
      if (all.some((one) => scan(one) === 'failed')) return 'found'
      return all.some((one) => scan(one) === 'passed' && isWhole(one)) ? 'clean' : 'unknown'
    },
  }
  const facts = {
    isCalm: async () => (await vault.signs.open()).length === 0 && (await vault.freeze.until()) === undefined,
    wasRestored: async (id: string) => {
      const proofs = (await vault.generations.get(id))?.proofs ?? []
      return proofs.some(({ kind, passed }) => kind === 'restore' && passed)
    },
    ...scans,
    deciders: async () => {
      const madeAt = await access.people.madeAt()
      return (await access.people.list())
        .filter((one) => !one.disabled && !one.waitsForFirstSignIn && mayDo(one, 'run-backup'))
        .map(({ id }) => ({ id, since: madeAt.get(id) ?? Infinity }))
    },
    openSheets: () => openSheets(casebook),
  }
  const cases = new Cases({ tables, ledger, clock, facts })
  const restores = new Restores({ vault, tables, ledger, clock, dataFolder, cases })
  return { cases, restores, scans, terminals: new Terminals({ tables, ledger, clock }) }
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
export async function forgetUnread({ access, charts, casebook }: Institution): Promise<void> {
  if (access.emergency.anyoneReads() || access.readTokens.anyoneReads()) return
  if (await access.anyoneReads()) return
  charts.forget()
  casebook.forget()
}
