/** Where a restore may write. */
import { accessSync, constants, existsSync, readFileSync, realpathSync } from 'node:fs'
import { realpath } from 'node:fs/promises'
import { dirname, isAbsolute, join, normalize, resolve, sep } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'
import { AppError } from '#base'
import { homedir } from 'node:os'
import { isAmongBackups } from '#vault'
import { placesOf } from './mounts.ts'

/** The system's own; a restore into them would make a computer that does not start, or somebody's way in. */
const SYSTEM = [
  '/bin',
  '/boot',
  '/dev',
  '/etc',
  '/lib',
  '/lib32',
  '/lib64',
  '/proc',
  '/root',
  '/run',
  '/sbin',
  '/sys',
  '/usr',
  '/var/spool',
]
/** Memory, and where desktops mount disks. */
const NOT_THE_SYSTEMS = ['/dev/shm', '/run/media']

const ACCOUNTS = '/etc/passwd'
const NO_SHELL = /\/(?:nologin|false|sync)$/

/** A share whose server is dead answers nobody. */
const ANSWERS_WITHIN_MS = 2000

export interface TargetRules {
  readonly dataFolder: string
  /** Folders of sources, by name and as they really lie: production. */
  readonly sources: readonly string[]
  /** Of the people of this computer and of this process; absent: as the system knows them. */
  readonly homes?: readonly string[]
  /** Folders that backups are copied to. */
  readonly places: readonly string[]
  /** The kernel's table. */
  readonly mounts: string
}

export const within = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep)

/**
 * A new place, as it really lies: what is there of the path is followed once, here; later no symbolic link is.
 * @throws RECOVERY_TARGET_NOT_HERE, RECOVERY_TARGET_INVALID, RECOVERY_TARGET_IS_HOME, RECOVERY_TARGET_IS_PRODUCTION
 */
export function newPlace(given: string, rules: TargetRules): string {
  if (!isAbsolute(given) || given.includes('\0')) throw new AppError('RECOVERY_TARGET_NOT_HERE')
  const real = reallyAt(normalize(given).replace(/(?<=.)\/+$/, ''))
  const isSystem = SYSTEM.some((folder) => within(real, folder)) && !NOT_THE_SYSTEMS.some((one) => within(real, one))
  const checkout = resolve(import.meta.dirname, '..', '..')
  const own = [realpathSync(rules.dataFolder), checkout]
  if (real === sep || isSystem || own.some((folder) => within(real, folder) || within(folder, real)))
    throw new AppError('RECOVERY_TARGET_INVALID')
  // A restore that replaces would make an end of the very copies it may be needed from.
  if (isAmongBackups(real) || rules.places.some((folder) => areOne(real, folder, rules.mounts)))
    throw new AppError('RECOVERY_TARGET_INVALID')
  if ((rules.homes ?? homes()).some((home) => isOfHome(real, home))) throw new AppError('RECOVERY_TARGET_IS_HOME')
  if (rules.sources.some((folder) => areOne(real, folder, rules.mounts)))
    throw new AppError('RECOVERY_TARGET_IS_PRODUCTION')
  return real
}

/**
 * What of it is there, or the folder above it that is, takes files.
 * @throws RECOVERY_TARGET_LOCKED
 */
export function demandWritable(place: string): void {
  try {
    accessSync(nearestOf(place), constants.W_OK)
  } catch (cause) {
    throw new AppError('RECOVERY_TARGET_LOCKED', { cause })
  }
}

const nearestOf = (path: string): string => (existsSync(path) ? path : nearestOf(dirname(path)))

/**
 * A home itself, what holds it, or a hidden folder in it: a backup with `.ssh/authorized_keys` or `.bashrc` in it would be a
 * way in for whoever made it.
 */
export function isOfHome(path: string, home: string): boolean {
  if (within(home, path)) return true
  return (
    within(path, home) &&
    path
      .slice(home.length)
      .split(sep)
      .some((name) => name.startsWith('.'))
  )
}

/** Of accounts that somebody may sign in to, and this process's own. */
function homes(): string[] {
  const lines = existsSync(ACCOUNTS) ? readFileSync(ACCOUNTS, 'utf8').split('\n') : []
  const fields = lines.map((line) => line.split(':')).filter(([, , , , , , shell = '']) => !NO_SHELL.test(shell))
  const found = [homedir(), process.env['HOME'] ?? '', ...fields.map(([, , , , , home = '']) => home)]
  return found.flatMap((home) => (isAbsolute(home) && home !== sep ? [resolve(home), reallyAt(resolve(home))] : []))
}

/** One holds the other, by name or by another mount of the same disk or share. */
export function areOne(one: string, other: string, mounts: string): boolean {
  const names = (path: string) => [path, ...placesOf(path, mounts)]
  return names(one).some((a) => names(other).some((b) => within(a, b) || within(b, a)))
}

/** Behind its links; by its name where it is gone, or its server does not answer. */
export function asItLies(path: string): Promise<string> {
  const late = after(ANSWERS_WITHIN_MS, path, { ref: false })
  return Promise.race([realpath(path).catch(() => path), late])
}

function reallyAt(path: string): string {
  if (existsSync(path)) return realpathSync(path)
  return join(reallyAt(dirname(path)), path.slice(dirname(path).length))
}
