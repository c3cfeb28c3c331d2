/** The running server of one institution: web, schedule, a watch on the clock, an orderly end. */
import { createHash } from 'node:crypto'
import { hostname } from 'node:os'
import { type Clock, isAppError } from '#base'
import { newEntry } from '#journal'
import { certificatePin, networkNames, type TlsPair } from '#tls'
import type { SourceInput } from '#vault'
import { createWeb, listen } from '#web'
import { forgetUnread, type Institution } from './institution.ts'
import type { BeginRecovered } from './services/recover.ts'
import { bindServices } from './services/index.ts'

/** Where the clinic's own server was started from the sample's screen. */
export interface OwnBeginning {
  readonly url: string
  readonly firstSignIn?: { readonly loginName: string; readonly code: string }
}

export interface ServeOptions {
  readonly host: string
  readonly port: number
  /** For reading from other computers of the house; without it what is read goes over the network in the clear. */
  readonly tls?: TlsPair | undefined
  /** Told about what ended as an error page or a failed run; the code and stack of our own bugs, never patient data. */
  readonly onError: (error: unknown) => void
  /** For a sample: a source of one's own never goes into the sample's folder, it begins a server of its own. */
  readonly beginOwn?: (input: SourceInput) => Promise<OwnBeginning>
  /** For a sample: the clinic's own comes back from an earlier machine's copies, beside it. */
  readonly beginRecovered?: BeginRecovered
}

export interface Server {
  readonly url: string
  /** Fingerprint of its certificate (SHA-256, hex), where it has one. */
  readonly certificate: string | undefined
  /** Ends running work (the next run uses what it left), says so in the ledger and lets go of the folder. */
  close(why?: 'asked' | 'error'): Promise<void>
}

const isAnyAddress = (host: string): boolean => host === '0.0.0.0' || host === '::'

const TICK_MS = 30_000
/** Wall and monotonic clock may drift apart this much between two ticks before the ledger hears of it. */
const CLOCK_JUMP_MS = 60_000

export async function serve(institution: Institution, options: ServeOptions): Promise<Server> {
  const { clock, ledger, version, vault } = institution
  const web = await createWeb(bindServices(institution, options.beginOwn, options.beginRecovered), {
    clock,
    instance: createHash('sha256').update(institution.folder.path).digest('hex').slice(0, 8),
    hosts: [options.host, hostname(), ...(isAnyAddress(options.host) ? networkNames() : [])],
    secure: options.tls !== undefined,
    onError: options.onError,
  })
  // Listening first: a port in use is told before anything is written.
  const listening = await listen(web, options.host, options.port, options.tls)
  await ledger.append(newEntry('service.started', { actor: 'system:server', data: { version, host: hostname() } }))
  // What a killed process left of its rehearsals: files in the clear first of all.
  await institution.rehearsals.sweep()
  // A backup on a full disk fails and would eat the room that opening charts needs.
  const mayWork = () => institution.keys.backupIsOpen && institution.reserve.isKept
  const stopBackups = tickEvery(
    TICK_MS,
    async (jumpedMs) => {
      if (Math.abs(jumpedMs) > CLOCK_JUMP_MS)
        await ledger.append(
          newEntry('clock.jumped', {
            actor: 'system:server',
            data: { byMs: Math.round(jumpedMs), at: new Date(clock.now()).toISOString() },
          }),
        )
      institution.reserve.keep()
      // Who walked away reads no more; a failure here keeps no backup from being taken.
      await institution.access.emergency.endDue().catch(options.onError)
      await forgetUnread(institution).catch(options.onError)
      if (mayWork()) await vault.runs.runDue()
    },
    clock,
    options.onError,
  )
  // Apart from the backups: a copy over a slow line may take days.
  const stopCare = tickEvery(
    TICK_MS,
    async () => {
      if (mayWork()) await vault.placeCare.tick()
      if (institution.keys.backupIsOpen) await institution.machines.refreshDue()
    },
    clock,
    options.onError,
  )
  // Apart from the others: a disk is exchanged in the morning, however long the night's backup takes.
  const stopMedia = tickEvery(
    TICK_MS,
    async () => {
      if (institution.keys.backupIsOpen) await vault.media.tick()
    },
    clock,
    options.onError,
  )
  // Apart from the backups: drawing a house full of charts takes minutes.
  const stopPrint = tickEvery(
    TICK_MS,
    async () => {
      if (mayWork()) await institution.night.tick()
      if (mayWork()) await institution.nightEditions.tick()
    },
    clock,
    options.onError,
  )
  // Apart from all others: whatever hangs, people are told.
  const stopBell = tickEvery(TICK_MS, () => institution.bell.tick(), clock, options.onError)
  return {
    url: listening.url,
    certificate: options.tls && certificatePin(options.tls.cert),
    async close(why = 'asked') {
      stopBackups()
      stopCare()
      stopMedia()
      stopPrint()
      await Promise.all([institution.night.stop(), institution.nightEditions.stop()])
      stopBell()
      await listening.close()
      await ledger.append(newEntry('service.stopped', { actor: 'system:server', data: { why } })).catch(options.onError)
      await institution.close()
    },
  }
}

/** One tick at a time: a backup may take hours, its ticks wait. */
function tickEvery(
  everyMs: number,
  tick: (jumpedMs: number) => Promise<void>,
  clock: Clock,
  onError: (error: unknown) => void,
): () => void {
  let busy = false
  let last = { wall: clock.now(), monotonic: clock.monotonic() }
  const timer = setInterval(() => {
    const now = { wall: clock.now(), monotonic: clock.monotonic() }
    const jumpedMs = now.wall - last.wall - (now.monotonic - last.monotonic)
    last = now
    if (busy) return
    busy = true
    tick(jumpedMs)
      .catch((error: unknown) => {
        if (!isAppError(error, 'BASE_CANCELLED')) onError(error)
      })
      .finally(() => {
        busy = false
      })
  }, everyMs)
  return () => clearInterval(timer)
}
