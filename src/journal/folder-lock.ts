/**
 * One process at a time. The lock is a file that names its holder by process id and start time: a number alone may
 * belong to somebody else after a reboot. It appears whole (made beside, then linked to its name), so nobody reads half.
 */
import { linkSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { randomUUID } from 'node:crypto'
import { AppError, codeOf } from '#base'
import { diskError } from './files.ts'

export interface LockHolder {
  readonly pid: number
  /** Start of the process in clock ticks since boot, with the boot's id; '' where the system does not tell (not Linux). */
  readonly started: string
  readonly host: string
}

export interface FolderLock {
  release(): void
}

const ATTEMPTS = 100
const PAUSE_MS = 10

/**
 * Takes `<folder>/lock`, or returns who holds it. Throws STORAGE_FULL, STORAGE_DENIED. A lock whose process is gone is taken over.
 * A holder on another host (folder on a share) is believed to be alive: this process cannot see it.
 */
export function acquireFolderLock(folder: string): FolderLock | { readonly heldBy: LockHolder } {
  const path = join(folder, 'lock')
  const mine = `${JSON.stringify({ pid: process.pid, started: startOf(process.pid), host: hostname() })}\n${randomUUID()}`
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    // Another is taking a dead lock over at this moment: it needs some milliseconds, more on a busy machine.
    if (attempt > 0) pause(PAUSE_MS)
    if (linkNew(path, mine)) return { release: () => releaseLock(path, mine) }
    const found = readLock(path)
    if (found === undefined) continue
    const holder = parseHolder(found)
    if (holder && isAlive(holder)) return { heldBy: holder }
    removeStale(path, found)
  }
  throw new AppError('JOURNAL_BUSY', {
    detail: 'the lock changes hands faster than it can be taken',
    retry: 'temporary',
  })
}

function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

/** Creates the file with its content in one step; false where the name is taken. */
function linkNew(path: string, content: string): boolean {
  const beside = `${path}.${randomUUID()}`
  try {
    writeFileSync(beside, content, { mode: 0o600, flag: 'wx' })
    linkSync(beside, path)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw diskError(error)
  } finally {
    unlinkIfThere(beside)
  }
}

/**
 * Takes a dead process's lock away. Two processes may find it dead at once, and the slower must not remove the lock that
 * the faster has just made: only the holder of `<lock>.takeover` removes, and only what it saw.
 */
function removeStale(path: string, seen: string): void {
  const guard = `${path}.takeover`
  if (!linkNew(guard, String(process.pid))) {
    const other = Number(readLock(guard))
    // Its process died within these few lines: clear the way for the next try.
    if (other > 0 && !processExists(other)) unlinkIfThere(guard)
    return
  }
  try {
    if (readLock(path) === seen) unlinkIfThere(path)
  } finally {
    unlinkIfThere(guard)
  }
}

function releaseLock(path: string, mine: string): void {
  if (readLock(path) === mine) unlinkIfThere(path)
}

function readLock(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

function unlinkIfThere(path: string): void {
  try {
    unlinkSync(path)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
  }
}

function parseHolder(text: string): LockHolder | undefined {
  try {
    return JSON.parse(text.split('\n')[0]!) as LockHolder
  } catch {
    // A disk that filled up at the wrong moment leaves an empty file: nobody holds that.
    return undefined
  }
}

function isAlive(holder: LockHolder): boolean {
  if (holder.host !== hostname()) return true
  return processExists(holder.pid) && startOf(holder.pid) === holder.started
}

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return codeOf(error) === 'EPERM'
  }
}

/** Boot id and start time (field 22 of /proc/<pid>/stat, counted behind the name, which may hold spaces and brackets). */
function startOf(pid: number): string {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ')
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}:${fields[19]}`
  } catch {
    return ''
  }
}
