/**
 * An institution on a bare machine again, out of a recovery kit and one place (SECURITY.md 12, 19): Toride's own state, the
 * ring of keys, the generations that its ledger knows, and a first sign-in. Everything is made beside the data folder and
 * moved there whole at the end: cut anywhere, the next try goes on with what was fetched.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileKeyStore, type Kit, kitKeys, openKeyRing, type ReadingKeys, systemKey } from '#access'
import { AppError, type Clock, type EpochMs } from '#base'
import { type LedgerReport, SIGNING_KEY } from '#journal'
import { INSIDE, isSourceId, type ReadingPlace, type Source } from '#vault'
import { type Institution, openInstitution } from '../institution.ts'
import { checkLedger } from '../ledger-check.ts'
import type { FoundState } from './state.ts'

export interface RecoverOptions {
  readonly dataFolder: string
  readonly kit: Kit
  readonly place: ReadingPlace
  readonly state: FoundState
  /** Which day of {@link FoundState}. */
  readonly snapshot: string
  readonly clock: Clock
  readonly version: string
  /** The ledger's public key as the kit's list of places prints it; absent: not compared. */
  readonly ledgerKey?: string | undefined
  /** Whose password is set anew; absent: the first administrator. */
  readonly loginName?: string | undefined
  readonly tell: (progress: RecoverProgress) => void
  readonly signal?: AbortSignal
}

export type RecoverProgress =
  | { readonly step: 'state' | 'check' }
  | { readonly step: 'source'; readonly name: string; readonly files: number; readonly filesTotal: number }

export interface RecoveredSource {
  readonly name: string
  readonly brought: number
  readonly left: number
  readonly newestAt: EpochMs | undefined
}

export interface Recovered {
  readonly institution: string
  readonly loginName: string
  /** For the first sign-in, as of a new account. */
  readonly code: string
  readonly sources: readonly RecoveredSource[]
  readonly report: LedgerReport
}

/** @throws VAULT_RECOVER_TARGET_USED, VAULT_RECOVER_UNTRUSTED, VAULT_RECOVER_SUSPECT, ACCESS_KIT_WRONG, and what places and folders throw */
export async function recover(options: RecoverOptions): Promise<Recovered> {
  const target = resolve(options.dataFolder)
  refuseUsed(target)
  const staging = `${target}.recovering`
  options.tell({ step: 'state' })
  await layState(options, staging)
  const reading = openRing(options.kit, join(staging, INSIDE.keys))
  const { clock, version } = options
  const fresh = { kind: 'own', institution: '', createdAt: clock.now() } as const
  const institution = await openInstitution({ dataFolder: staging, fresh, clock, version })
  let recovered: Recovered
  try {
    recovered = await bringAll(options, institution, reading)
  } finally {
    await institution.close()
  }
  rmSync(target, { recursive: true, force: true })
  renameSync(staging, target)
  return recovered
}

/** An empty folder is fine, as an installer makes it. */
function refuseUsed(folder: string): void {
  if (existsSync(folder) && readdirSync(folder).length > 0) throw new AppError('VAULT_RECOVER_TARGET_USED')
}

/** What an earlier try fetched of the repositories stays; its state is written anew. */
async function layState({ state, snapshot }: RecoverOptions, staging: string): Promise<void> {
  mkdirSync(staging, { recursive: true, mode: 0o700 })
  for (const name of readdirSync(staging))
    if (name !== INSIDE.places) rmSync(join(staging, name), { recursive: true, force: true })
  await state.write(snapshot, staging)
  const ring = join(staging, INSIDE.ring)
  // A day before the ring was part of it, or a forged one.
  if (!existsSync(ring)) throw new AppError('ACCESS_KIT_WRONG', { detail: 'no ring' })
  mkdirSync(join(staging, INSIDE.keys), { mode: 0o700 })
  renameSync(ring, join(staging, INSIDE.keys, INSIDE.ring))
}

/** The ring by the kit, and what the lost machine held without a person: a new system key, the ledger's signing key. */
function openRing(kit: Kit, keysFolder: string): ReadingKeys {
  const system = systemKey(keysFolder)
  const ring = openKeyRing(join(keysFolder, INSIDE.ring), system)
  const reading = ring.unlockByKit(kit.id, kitKeys(kit).ringKey)
  const signing = reading?.key(SIGNING_KEY)
  if (!reading || !signing) throw new AppError('ACCESS_KIT_WRONG')
  fileKeyStore(keysFolder).save(SIGNING_KEY, signing)
  if (ring.unattended) reading.allowUnattended(system)
  return reading
}

async function bringAll(
  { kit, place, snapshot, clock, ledgerKey, loginName, tell, signal }: RecoverOptions,
  institution: Institution,
  reading: ReadingKeys,
): Promise<Recovered> {
  const { vault, ledger, access, keys, folder } = institution
  if (ledgerKey !== undefined && ledgerKey.trim() !== ledger.verifierKey) throw new AppError('VAULT_RECOVER_UNTRUSTED')
  const size = ledger.size
  keys.admit(reading)
  const listed = await vault.sources()
  // Before any of them becomes a path, here or at the place.
  if (!listed.every(({ id }) => isSourceId(id))) throw new AppError('VAULT_RECOVER_SUSPECT')
  const sources: RecoveredSource[] = []
  for (const source of listed) sources.push(await bringOne(source))
  const { person, code } = await access.people.recoverAdministrator(reading, loginName)
  await access.readTokens.withdrawAll(reading)
  const left = sources.reduce((sum, source) => sum + source.left, 0)
  const data = { kit: kit.id, place: place.kind, snapshot, size, left }
  await ledger.append({ type: 'institution.recovered', actor: 'system:setup', data })
  tell({ step: 'check' })
  const report = await checkLedger({ vault, journalIndex: institution.journalIndex, ledger, clock })
  const name = (await vault.setting('name')) ?? folder.info.institution
  return { institution: name, loginName: person.loginName, code, sources, report }

  async function bringOne(source: Source): Promise<RecoveredSource> {
    const from = place.repository(source.id)
    try {
      const { brought, left: missing } = await vault.bringBack(source, from, {
        ...(signal ? { signal } : {}),
        onProgress: ({ filesDone, filesTotal }) =>
          tell({ step: 'source', name: source.name, files: filesDone, filesTotal }),
      })
      const newestAt = brought[0]?.startedAt
      return { name: source.name, brought: brought.length, left: missing.length, newestAt }
    } finally {
      await from.close()
    }
  }
}
