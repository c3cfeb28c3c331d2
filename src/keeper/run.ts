/** A Keeper that runs: door, console, rounds; and its split in two processes where it may. */
import { fork } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  fchownSync,
  fstatSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
} from 'node:fs'
import { join } from 'node:path'
import { type Clock, systemClock, codeOf } from '#base'
import { AlarmBook, contactsNotifier, fileStore } from '#notify'
import { openConsole } from './console/socket.ts'
import { readJson } from './files.ts'
import { openDoor } from './http/server.ts'
import { INSIDE } from './layout.ts'
import { remoteLocker, serveLocker, tellOver } from './locker-process.ts'
import { lockerHere, machineTime, openKeeper, tellClock, trustedClockOf } from './open.ts'
import { hour, minute } from './rounds.ts'
import type { ClockEvent } from './trusted-clock.ts'

export interface RunOptions {
  readonly root: string
  readonly host: string
  readonly port: number
  readonly onError: (error: unknown) => void
}

export interface Running {
  readonly name: string
  readonly url: string
  close(): Promise<void>
}

const MINUTE_MS = 60_000
const clock: Clock = systemClock

/** @param split the network process of two: the locker is asked over the channel */
export async function runKeeper({ root, host, port, onError }: RunOptions, split: boolean): Promise<Running> {
  const book = await AlarmBook.open({
    store: fileStore(join(root, 'alarms.json')),
    notifier: notifierOf(root),
    clock,
    sender: { language: 'ja', house: 'Toride Keeper' },
  })
  const early: ClockEvent[] = []
  let onClock = (event: ClockEvent): void => void early.push(event)
  const alarm = (input: Parameters<AlarmBook['raise']>[0]): void => void book.raise(input).catch(onError)
  const local = split
    ? undefined
    : lockerHere(
        root,
        trustedClockOf(root, machineTime(), (event) => onClock(event)),
        () => clock.now(),
      )
  const locker = local ?? remoteLocker(process, (event) => onClock(event))
  const { info, tls, house } = await openKeeper({ root, clock, alarm, locker })
  onClock = (event) => tellClock(house.parts.ledger, alarm, event)
  early.splice(0).forEach(onClock)
  const door = await openDoor({ house, host, port, tls, onError })
  const closeConsole = await openConsole(house, onError)
  const ending = new AbortController()
  const rounds = [
    every(MINUTE_MS, () => minute(house, book), onError),
    every(60 * MINUTE_MS, () => hour(house, book, ending.signal), onError),
  ]
  return {
    name: info.name,
    url: door.url,
    async close() {
      ending.abort()
      for (const round of rounds) round.stop()
      await Promise.all(rounds.map((round) => round.running()))
      await closeConsole()
      await door.close()
      await house.close()
    },
  }
}

/** Runs work again and again, never twice at once; a failure is told and the next time comes all the same. */
function every(ms: number, work: () => Promise<void>, onError: (error: unknown) => void) {
  let running: Promise<void> | undefined
  const go = (): void => {
    running ??= work()
      .catch(onError)
      .finally(() => (running = undefined))
  }
  go()
  const timer = setInterval(go, ms)
  return { stop: () => clearInterval(timer), running: async () => running }
}

/** `contacts.json` in the Keeper's folder: whom it tells, by itself. */
const notifierOf = (root: string) => contactsNotifier(readJson(join(root, 'contacts.json'), (v) => v))

/**
 * As root: this process stays, holds the one privilege and knows no network; the other, without any, opens the door.
 * @param ids of the user without privileges
 */
export function runSplit(
  root: string,
  entry: string,
  args: readonly string[],
  ids: { readonly uid: number; readonly gid: number },
): Promise<number> {
  handOver(root, ids)
  const child = fork(entry, [...args], { uid: ids.uid, gid: ids.gid, stdio: 'inherit' })
  const trusted = trustedClockOf(root, machineTime(), (event) => tellOver(child, event))
  serveLocker(
    child,
    lockerHere(root, trusted, () => clock.now(), ids.gid),
  )
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal))
  return new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)))
}

/** Whether the repositories here were made for that group: folders of another would be unread, and look as if all were gone. */
export function isMadeFor(root: string, gid: number): boolean {
  const clients = join(root, INSIDE.repositories)
  return readdirSync(clients).every((client) => statSync(join(clients, client)).gid === gid)
}

/**
 * What the network process writes becomes its own. The folder itself, the locker's and the repositories' stay the locker's
 * and are sticky: a taken network process can rename none of them away.
 */
function handOver(root: string, { uid, gid }: { readonly uid: number; readonly gid: number }): void {
  shareFolder(root, gid, 0o1770)
  shareFolder(join(root, INSIDE.repositories), gid, 0o750)
  // Of a console that is dead, and maybe root's: the next one could not replace it.
  rmSync(join(root, 'console.sock'), { force: true })
  for (const name of readdirSync(root))
    if (name !== INSIDE.locker && name !== INSIDE.repositories) handOverTree(join(root, name), uid, gid)
}

function shareFolder(path: string, gid: number, mode: number): void {
  chownSync(path, 0, gid)
  chmodSync(path, mode)
}

/**
 * By descriptors and never by a path twice: whoever ran as this user before may still run, and would put a link to the
 * system's own files where a folder just was. A file of several names may be one of the system's, so it stays.
 */
function handOverTree(path: string, uid: number, gid: number): void {
  let fd: number
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch (error) {
    // A link, or a dead console's socket, which the next one replaces.
    if (['ELOOP', 'ENXIO', 'ENOENT'].includes(String(codeOf(error)))) return
    throw error
  }
  try {
    const stat = fstatSync(fd)
    if (stat.isDirectory())
      for (const name of readdirSync(`/proc/self/fd/${fd}`)) handOverTree(`/proc/self/fd/${fd}/${name}`, uid, gid)
    if (stat.isDirectory() || (stat.isFile() && stat.nlink === 1)) fchownSync(fd, uid, gid)
  } finally {
    closeSync(fd)
  }
}
