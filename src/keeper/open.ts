/** A Keeper's folder, made and opened: identity, ledger, clock, house. */
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { AppError, type Clock, systemClock, codeOf } from '#base'
import { createLedger, type KeyStore, type Ledger, openLedger } from '#journal'
import { bootId, isImmutable, oscillatorMs, setImmutable } from '#posix'
import { generateSigner, type NoteSigner, signerFromSeed } from '#tlog'
import { readJson, writeJson } from './files.ts'
import { House, type Raise } from './house.ts'
import { INSIDE, isName } from './layout.ts'
import { type Locker, openLocker } from './locker.ts'
import { DEFAULT_KEEPER_POLICY, savePolicy } from './policy.ts'
import { makeCertificate, type TlsPair } from '#tls'
import { type ClockEvent, type ClockState, type TimeSources, TrustedClock } from './trusted-clock.ts'

const infoSchema = z.strictObject({ version: z.literal(1), name: z.string().refine(isName), created: z.iso.datetime() })
export type KeeperInfo = z.infer<typeof infoSchema>

const SEED = 'signing-key'

/** Makes a new Keeper's folder. @throws KEEPER_EXISTS */
export async function makeKeeper(
  root: string,
  { name, hosts, clock }: { readonly name: string; readonly hosts: readonly string[]; readonly clock: Clock },
): Promise<void> {
  if (!isName(name)) throw new AppError('BASE_CONFIG_INVALID', { detail: 'name: a-z, 0-9 and -' })
  if (readInfo(root)) throw new AppError('KEEPER_EXISTS')
  for (const folder of [
    root,
    join(root, INSIDE.keys),
    ...[INSIDE.ledger, INSIDE.locker, INSIDE.repositories].map((name) => join(root, name)),
  ])
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  const tls = await makeCertificate('Toride Keeper', hosts, clock.now())
  writeSecret(root, 'tls.key', Buffer.from(tls.key))
  writeSecret(root, 'tls.crt', Buffer.from(tls.cert))
  writeSecret(root, SEED, generateSigner(name).seed)
  savePolicy(root, DEFAULT_KEEPER_POLICY)
  const ledger = await createLedger({
    folder: join(root, INSIDE.ledger),
    keys: folderKeys(root),
    clock,
    origin: `${name}/keeper`,
  })
  await ledger.close()
  // Last: what has it is whole.
  writeJson(join(root, INSIDE.info), {
    version: 1,
    name,
    created: new Date(clock.now()).toISOString(),
  } satisfies KeeperInfo)
}

export interface OpenOptions {
  readonly root: string
  readonly clock: Clock
  readonly alarm: Raise
  readonly locker: Locker
}

export interface OpenKeeper {
  readonly info: KeeperInfo
  readonly tls: TlsPair
  readonly house: House
}

/** @throws KEEPER_NOT_FOUND, KEEPER_FILE_DAMAGED, JOURNAL_BUSY where another process runs it */
export async function openKeeper({ root, clock, alarm, locker }: OpenOptions): Promise<OpenKeeper> {
  const info = demandInfo(root)
  const ledger = await openLedger({ folder: join(root, INSIDE.ledger), keys: folderKeys(root), clock })
  const house = new House({ root, ledger, alarm, signer: signerOf(root, info), locker })
  for (const client of house.clients.list())
    for (const ref of house.repositories(client.name)) await house.generations(ref).objects.sweep()
  const secret = (file: string): string => readFileSync(join(root, INSIDE.keys, file), 'utf8')
  return { info, tls: { key: secret('tls.key'), cert: secret('tls.crt') }, house }
}

export function readInfo(root: string): KeeperInfo | undefined {
  return readJson(join(root, INSIDE.info), (v) => infoSchema.parse(v))
}

export function demandInfo(root: string): KeeperInfo {
  const info = readInfo(root)
  if (!info) throw new AppError('KEEPER_NOT_FOUND')
  return info
}

export const signerOf = (root: string, { name }: KeeperInfo): NoteSigner =>
  signerFromSeed(name, readFileSync(join(root, INSIDE.keys, SEED)))

/** The trusted clock of this Keeper; one process at a time has it. */
export function trustedClockOf(root: string, sources: TimeSources, tell: (event: ClockEvent) => void): TrustedClock {
  const file = join(root, INSIDE.locker, 'clock.json')
  return new TrustedClock(
    sources,
    { load: () => readJson(file, (v) => clockSchema.parse(v)), save: (state) => writeJson(file, state) },
    tell,
  )
}

/** A locker in this process, with what this process may do. */
export function lockerHere(root: string, clock: TrustedClock, wall: () => number, gid?: number): Locker {
  const attribute = { set: setImmutable, isSet: isImmutable }
  return openLocker({ root, clock, attribute, wall, ...(gid === undefined ? {} : { gid }) })
}

const clockSchema = z.strictObject({
  trusted: z.number(),
  wall: z.number(),
  oscillator: z.number(),
  bootId: z.string(),
  driftMs: z.number(),
  offCreditMs: z.number(),
  frozen: z.boolean(),
}) satisfies z.ZodType<ClockState>

export function machineTime(): TimeSources {
  return { wall: () => systemClock.now(), oscillator: oscillatorMs, bootId: bootId() }
}

export function tellClock(ledger: Ledger, alarm: Raise, { kind, byMs }: ClockEvent): void {
  if (kind === 'frozen') alarm({ code: 'clock-frozen' })
  void ledger
    .append({ type: 'keeper.clock', actor: 'system:keeper', data: { kind, byMs: Math.round(byMs) } })
    .catch(() => alarm({ code: 'ledger-contradicted' }))
}

/** The ledger's signing key lies beside the Keeper's own. */
function folderKeys(root: string): KeyStore {
  return {
    load(name) {
      try {
        return readFileSync(join(root, INSIDE.keys, name))
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return undefined
        throw error
      }
    },
    save: (name, secret) => writeSecret(root, name, secret),
  }
}

function writeSecret(root: string, name: string, bytes: Uint8Array): void {
  const path = join(root, INSIDE.keys, name)
  // A folder whose making was cut off is taken up again; a key that is there is never replaced.
  if (statSync(path, { throwIfNoEntry: false }) === undefined)
    writeFileSync(path, bytes, { mode: 0o600, flush: true, flag: 'wx' })
}
