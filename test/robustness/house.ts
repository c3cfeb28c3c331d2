/** Data folder, state, ledger and vault with one source, bound as a server binds them, without the web above. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileKeyStore } from '#access'
import { type Clock, isAppError } from '#base'
import { openDatabase } from '#db'
import { createLedger, FINDING_CODES, JOURNAL_MIGRATIONS, type Ledger, type LedgerReport, openLedger } from '#journal'
import { Repository } from '#restic'
import { openLocalBackend } from '#storage'
import {
  type Generation,
  INSIDE,
  LOCAL_PLACE,
  openDataFolder,
  type Source,
  type SourceInput,
  Vault,
  VAULT_MIGRATIONS,
} from '#vault'
import { aheadClock } from './engine.ts'

export interface House {
  readonly path: string
  readonly ledger: Ledger
  readonly vault: Vault
  close(): Promise<void>
}

export const passwordOf = (sourceId: string): string => `password of ${sourceId}`
const secrets = { load: passwordOf, create: passwordOf, keep: () => undefined }

export async function openHouse(path: string, clock: Clock = aheadClock): Promise<House> {
  const folder = openDataFolder(path, { kind: 'own', institution: '試験', createdAt: clock.now() })
  const closing: (() => Promise<void> | void)[] = [() => folder.release()]
  const close = async (): Promise<void> => {
    for (const step of closing.splice(0).reverse()) await step()
  }
  try {
    const file = join(path, INSIDE.state)
    const database = await openDatabase({ kind: 'sqlite', file }, [JOURNAL_MIGRATIONS, VAULT_MIGRATIONS], clock)
    closing.push(() => database.close())
    const ledger = await openOrCreateLedger(path, clock)
    closing.push(() => ledger.close())
    const vault = new Vault({ folder, database, ledger, secrets, clock, version: '0' })
    closing.push(() => vault.close())
    return { path, ledger, vault, close }
  } catch (error) {
    await close()
    throw error
  }
}

async function openOrCreateLedger(path: string, clock: Clock): Promise<Ledger> {
  const folder = join(path, INSIDE.ledger)
  mkdirSync(folder, { recursive: true })
  const options = { folder, keys: fileKeyStore(join(path, INSIDE.keys)), clock }
  try {
    return await openLedger(options)
  } catch (error) {
    if (!isAppError(error, 'JOURNAL_NOT_FOUND')) throw error
    return createLedger({ ...options, origin: 'clinic.example/ledger' })
  }
}

/** The one source of files, made where it is not there yet. */
export async function houseSource({ vault }: House, path: string, more: Partial<SourceInput> = {}): Promise<Source> {
  const known = (await vault.sources()).find((source) => source.kind === 'folder')
  return known ?? vault.addSource({ kind: 'folder', name: '文書', paths: [path], ...more })
}

export const repositoryPath = (house: House, source: Source): string =>
  join(house.path, INSIDE.places, LOCAL_PLACE, source.id)

/** The repository as somebody else with its password would open it. */
export function openRepository(house: House, source: Source): Promise<Repository> {
  return Repository.open(openLocalBackend(repositoryPath(house, source)), { password: passwordOf(source.id) })
}

export async function take(house: House, source: Source, due?: number): Promise<Generation> {
  return (await house.vault.runs.run(source.id, due)).done
}

/** What the ledger's check found and a cut run does not explain. */
export function errorsOf(report: LedgerReport): string[] {
  return report.findings.map((found) => found.code).filter((code) => FINDING_CODES[code] === 'error')
}
