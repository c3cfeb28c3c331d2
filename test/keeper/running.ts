/** A Keeper in this process, on loopback, with clocks that the test owns and the Keeper's own code for everything else. */
import { spawnSync } from 'node:child_process'
import { createHash, X509Certificate } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { systemClock } from '#base'
import { ledgerTiles, openLedgerReader } from '#journal'
import type { AlarmInput } from '#notify'
import { parseVerifierKey } from '#tlog'
import {
  type Client,
  type Door,
  type House,
  lockerHere,
  trustedClockOf,
  makeKeeper,
  openDoor,
  openKeeper,
  type RemovalRule,
} from '#keeper'

export const DAY = 86_400_000
export const HOUR = 3_600_000

export interface RunningKeeper {
  readonly root: string
  readonly house: House
  readonly door: Door
  /** Base URL with a trailing slash. */
  readonly url: string
  /** The Keeper's certificate, PEM. */
  readonly cert: string
  /** SHA-256 of its DER. */
  readonly pin: string
  readonly alarms: readonly AlarmInput[]
  /** What it answered with 500. */
  readonly errors: readonly unknown[]
  readonly time: { wall: number; oscillator: number; bootId: string }
  pass(ms: number): void
  /** What two administrators do at the console: the wall clock is right. */
  correctClock(): void
  /** Ends it as a killed process would, and starts it again on the same folder. */
  restart(more?: Pick<KeeperOptions, 'port'>): Promise<RunningKeeper>
  close(): Promise<void>
}

export interface KeeperOptions {
  readonly tls?: boolean
  readonly port?: number
  readonly mayRemove?: RemovalRule
  /** Absent: a new folder of its own. */
  readonly root?: string
  /** A locker that fails where the test wants it; its errors are then no trouble of the Keeper's. */
  readonly wrapLocker?: (locker: Locker) => Locker
}

type Locker = ReturnType<typeof lockerHere>

/** Memory has no disk to wait for, and the attribute like any other: for suites of thousands of durable writes. */
export function fastFolder(): string {
  const memory = '/dev/shm'
  if (!existsSync(memory)) return tmpdir()
  const { bavail, bsize } = statfsSync(memory)
  return bavail * bsize > 1 << 30 ? memory : tmpdir()
}

export function keeperFolder(t: TestContext, under = tmpdir()): string {
  const root = mkdtempSync(join(under, 'toride-keeper-'))
  t.after(() => {
    // It fails for what it cannot carry, links above all.
    if (process.getuid?.() === 0) spawnSync('chattr', ['-R', '-f', '-i', root], { stdio: 'ignore' })
    rmSync(root, { recursive: true, force: true })
  })
  return root
}

export async function startKeeper(t: TestContext, options: KeeperOptions = {}): Promise<RunningKeeper> {
  const root = options.root ?? keeperFolder(t)
  await makeKeeper(root, { name: 'keeper-test', hosts: ['127.0.0.1', 'localhost'], clock: systemClock })
  return run(t, root, { wall: systemClock.now(), oscillator: 1000, bootId: 'boot 1' }, options)
}

async function run(
  t: TestContext,
  root: string,
  time: RunningKeeper['time'],
  options: KeeperOptions,
): Promise<RunningKeeper> {
  const alarms: AlarmInput[] = []
  const alarm = (input: AlarmInput): void => void alarms.push(input)
  const sources = {
    wall: () => time.wall,
    oscillator: () => time.oscillator,
    get bootId() {
      return time.bootId
    },
  }
  const tell = (event: { kind: string }): void => void (event.kind === 'frozen' && alarm({ code: 'clock-frozen' }))
  const trusted = trustedClockOf(root, sources, tell)
  const { wrapLocker = (same: Locker) => same } = options
  const locker = wrapLocker(lockerHere(root, trusted, () => time.wall))
  const keeper = await openKeeper({ root, clock: systemClock, alarm, locker })
  const errors: unknown[] = []
  const door = await openDoor({
    house: keeper.house,
    host: '127.0.0.1',
    port: options.port ?? 0,
    onError: (error) => void errors.push(error),
    ...(options.tls ? { tls: keeper.tls } : {}),
    ...(options.mayRemove ? { mayRemove: options.mayRemove } : {}),
  })
  let open = true
  const close = async (): Promise<void> => {
    if (!open) return
    open = false
    await door.close()
    await keeper.house.close()
    if (errors.length > 0 && !options.wrapLocker)
      throw new AggregateError(errors, `the Keeper met errors of its own: ${errors.join(', ')}`)
  }
  t.after(close)
  return {
    root,
    house: keeper.house,
    door,
    url: door.url,
    cert: keeper.tls.cert,
    pin: createHash('sha256').update(new X509Certificate(keeper.tls.cert).raw).digest('hex'),
    alarms,
    errors,
    time,
    pass(ms) {
      time.wall += ms
      time.oscillator += ms
    },
    correctClock: () => trusted.correct(),
    async restart(more = {}) {
      await close()
      return run(t, root, time, { ...options, ...more })
    },
    close,
  }
}

export interface Enrolled {
  readonly name: string
  readonly token: string
  readonly keeperKey: string
}

/** Invites at the console and hands the code in over the network. */
export async function enrol(
  keeper: RunningKeeper,
  invitation: Pick<Client, 'name' | 'kind'> & Partial<Client>,
  keys: { readonly ledgerKey?: string; readonly attestKey?: string } = {},
): Promise<Enrolled> {
  const { name, kind, of, quotaBytes = 1e12, plain = false } = invitation
  const code = keeper.house.clients.invite({
    name,
    kind,
    quotaBytes,
    plain,
    until: keeper.time.wall + HOUR,
    ...(of === undefined ? {} : { of }),
  })
  const { status, body } = await overDoor(keeper, 'POST', 'toride/enrol', {}, JSON.stringify({ code, ...keys }))
  if (status !== 200) throw new Error(`${status} ${body}`)
  const { token, keeperKey } = JSON.parse(body) as { token: string; keeperKey: string }
  return { name, token, keeperKey }
}

/** One request; the Keeper's certificate is the only one that is trusted. */
function overDoor(
  keeper: RunningKeeper,
  method: string,
  path: string,
  headers: Record<string, string>,
  body: string | Uint8Array = '',
): Promise<{ status: number; body: string }> {
  const ask = keeper.url.startsWith('https') ? httpsRequest : httpRequest
  return new Promise((resolve, reject) => {
    const length = { 'content-length': String(Buffer.byteLength(body)) }
    const options = { method, ca: keeper.cert, headers: { ...length, ...headers }, agent: false }
    const asking = ask(new URL(keeper.url).origin, { ...options, path: `/${path}` }, (answer) => {
      const parts: Buffer[] = []
      answer.on('data', (part: Buffer) => parts.push(part))
      answer.on('end', () => resolve({ status: answer.statusCode!, body: Buffer.concat(parts).toString() }))
      answer.on('error', reject)
    })
    asking.on('error', reject)
    asking.end(body)
  })
}

export interface Asked {
  readonly status: number
  readonly body: string
  /** The Keeper's word for a refusal. */
  readonly code: string | undefined
}

/** One request with a client's credential. */
export async function ask(
  keeper: RunningKeeper,
  who: Pick<Enrolled, 'name' | 'token'>,
  method: string,
  path: string,
  body?: string | Uint8Array,
  headers: Record<string, string> = {},
): Promise<Asked> {
  const authorization = `Basic ${Buffer.from(`${who.name}:${who.token}`).toString('base64')}`
  const { status, body: text } = await overDoor(keeper, method, path, { authorization, ...headers }, body)
  let code: string | undefined
  if (status >= 400 && text.startsWith('{')) code = (JSON.parse(text) as { code: string }).code
  return { status, body: text, code }
}

/** Types of all entries in the Keeper's own ledger, as anybody with its key reads them. */
export async function ledgerTypes({ root, house }: RunningKeeper): Promise<string[]> {
  const tiles = ledgerTiles(join(root, 'ledger'))
  const reader = await openLedgerReader(tiles, parseVerifierKey(house.parts.ledger.verifierKey))
  const types: string[] = []
  for await (const { entry } of reader.entries()) types.push(entry.type)
  return types
}

/** As restic's `-r` wants it. */
export function resticUrl(
  keeper: RunningKeeper,
  who: Pick<Enrolled, 'name' | 'token'>,
  repository: string,
  owner = who.name,
): string {
  const url = new URL(keeper.url)
  return `rest:${url.protocol}//${who.name}:${who.token}@${url.host}/${owner}/${repository}/`
}
