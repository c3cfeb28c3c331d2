/**
 * The folder that holds everything of one institution, and the lock that lets one process at a time work on it.
 * Every refusal leaves the folder as it was.
 */
import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, resolve, sep } from 'node:path'
import { AppError, type EpochMs } from '#base'

export const FOLDER_VERSION = 1
/** Below this a start is refused: SQLite, ledger and logs need room to fail cleanly. */
const LEAST_FREE_BYTES = 64 * 1024 * 1024

export interface FolderInfo {
  version: number
  /** 'sample': every page and print says 見本 and no light is lit. */
  kind: 'sample' | 'own'
  institution: string
  createdAt: EpochMs
}

export interface DataFolder {
  readonly path: string
  readonly info: FolderInfo
  /** Lets go of the folder; a second call does nothing. */
  release(): void
}

/** Names inside the folder. */
export const INSIDE = {
  info: 'toride.json',
  pid: 'toride.pid',
  state: 'state.db',
  ledger: 'ledger',
  receipts: 'receipts',
  /** What is written in an emergency, here and on emergency PCs. */
  books: 'books',
  keys: 'keys',
  /** In `keys`, and in the copy of Toride's own state. */
  ring: 'ring.json',
  places: 'places',
  sample: 'sample',
  scratch: 'scratch',
  dumps: 'dumps',
  /** Sockets and sealed changes of disks that were started out of a backup. */
  instant: 'instant',
  /** The institution's own fonts, for names that no other font has. */
  fonts: 'fonts',
  /** Sealed files of sheets. */
  prints: 'prints',
  /** Which numbers of paper this machine gives; stays out of the copy of the state (room downtime). */
  paperDevice: 'paper-device.json',
  firstSignIn: 'first-sign-in.txt',
  /** What is wrong, and what each recipient has still to be told. */
  alarms: 'alarms.json',
} as const

/**
 * Opens the folder, making it where it is missing.
 * @throws VAULT_FOLDER_INSIDE_CHECKOUT, VAULT_FOLDER_DENIED, VAULT_FOLDER_FULL, VAULT_FOLDER_NEWER, VAULT_FOLDER_IN_USE,
 *   VAULT_FOLDER_FOREIGN (something else lies there)
 */
export function openDataFolder(path: string, fresh: Omit<FolderInfo, 'version'>): DataFolder {
  const absolute = resolve(path)
  refuseInsideCheckout(absolute)
  makeFolder(absolute)
  refuseFull(absolute)
  const before = readInfo(absolute)
  const release = takeLock(absolute)
  try {
    const info = before ?? writeInfo(absolute, { version: FOLDER_VERSION, ...fresh })
    return { path: absolute, info, release }
  } catch (error) {
    release()
    throw error
  }
}

/** What a folder says of itself without opening it; undefined where it is not a data folder. */
export function peekDataFolder(path: string): FolderInfo | undefined {
  try {
    return JSON.parse(readFileSync(join(path, INSIDE.info), 'utf8')) as FolderInfo
  } catch {
    return undefined
  }
}

/** Makes a database file readable by its owner only, before SQLite makes it; SQLite gives its log files the same mode. */
export function ownerOnly(file: string): void {
  closeSync(openSync(file, 'a', 0o600))
  for (const suffix of ['', '-wal', '-shm']) if (existsSync(file + suffix)) chmodSync(file + suffix, 0o600)
}

function refuseInsideCheckout(path: string): void {
  const checkout = realpathSync(resolve(import.meta.dirname, '..', '..'))
  const real = realpathSync(nearestExisting(path))
  const target = real + path.slice(nearestExisting(path).length)
  if (target === checkout || target.startsWith(checkout + sep)) throw new AppError('VAULT_FOLDER_INSIDE_CHECKOUT')
}

function nearestExisting(path: string): string {
  let at = path
  while (!existsSync(at)) at = dirname(at)
  return at
}

function makeFolder(path: string): void {
  try {
    makeEach(path)
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK)
    // A read-only mount passes access() for root: only a write tells.
    const probe = join(path, `.probe-${process.pid}`)
    writeFileSync(probe, '')
    rmSync(probe)
  } catch (cause) {
    throw folderError(cause)
  }
}

/** One level at a time: Node's recursive mkdir never returns where the system answers ENOENT for good, as /proc does. */
function makeEach(path: string): void {
  if (existsSync(path)) return
  makeEach(dirname(path))
  mkdirSync(path, { mode: 0o700 })
}

function folderError(cause: unknown): AppError {
  const code = (cause as NodeJS.ErrnoException).code
  if (code === 'ENOSPC' || code === 'EDQUOT') return new AppError('VAULT_FOLDER_FULL', { cause })
  return new AppError('VAULT_FOLDER_DENIED', { cause, context: { system: code ?? 'unknown' } })
}

function refuseFull(path: string): void {
  const { bavail, bsize } = statfsSync(path)
  if (bavail * bsize < LEAST_FREE_BYTES)
    throw new AppError('VAULT_FOLDER_FULL', { context: { freeMegabytes: Math.floor((bavail * bsize) / 1_048_576) } })
}

function readInfo(path: string): FolderInfo | undefined {
  if (!existsSync(join(path, INSIDE.info))) {
    if (existsSync(join(path, INSIDE.state)) || existsSync(join(path, INSIDE.ledger)))
      throw new AppError('VAULT_FOLDER_FOREIGN')
    return undefined
  }
  const info = peekDataFolder(path)
  if (!info || typeof info.version !== 'number') throw new AppError('VAULT_FOLDER_FOREIGN')
  if (info.version > FOLDER_VERSION) throw new AppError('VAULT_FOLDER_NEWER', { context: { version: info.version } })
  return info
}

function writeInfo(path: string, info: FolderInfo): FolderInfo {
  const final = join(path, INSIDE.info)
  try {
    writeFileSync(`${final}.tmp`, `${JSON.stringify(info, null, 2)}\n`, { mode: 0o600, flush: true })
    renameSync(`${final}.tmp`, final)
  } catch (cause) {
    throw folderError(cause)
  }
  return info
}

interface Holder {
  pid: number
  /** Start time in clock ticks since boot and the boot's id tell a living holder from a reused pid. */
  startedTicks: string
  bootId: string
}

function takeLock(path: string): () => void {
  const lock = join(path, INSIDE.pid)
  const own = JSON.stringify(describeProcess(process.pid))
  const mine = `${lock}.${process.pid}`
  try {
    writeFileSync(mine, own, { mode: 0o600 })
    try {
      linkSync(mine, lock)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      const holder = readHolder(lock)
      if (holder && isAlive(holder)) throw new AppError('VAULT_FOLDER_IN_USE', { context: { pid: holder.pid } })
      renameSync(mine, lock)
    }
  } catch (error) {
    throw error instanceof AppError ? error : folderError(error)
  } finally {
    rmSync(mine, { force: true })
  }
  return () => {
    if (existsSync(lock) && readFileSync(lock, 'utf8') === own) rmSync(lock, { force: true })
  }
}

function readHolder(lock: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(lock, 'utf8')) as Holder
  } catch {
    return undefined
  }
}

function describeProcess(pid: number): Holder {
  return { pid, startedTicks: startTicks(pid), bootId: readOr('/proc/sys/kernel/random/boot_id', '') }
}

/** Field 22 of /proc/<pid>/stat, counted after the command, which may hold spaces; '' off Linux or where it is gone. */
export function startTicks(pid: number): string {
  const stat = readOr(`/proc/${pid}/stat`, '')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
}

function isAlive(holder: Holder): boolean {
  const now = describeProcess(holder.pid)
  if (now.startedTicks !== '' || holder.startedTicks !== '')
    return now.startedTicks === holder.startedTicks && now.bootId === holder.bootId
  try {
    process.kill(holder.pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function readOr(path: string, otherwise: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return otherwise
  }
}
