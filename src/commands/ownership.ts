/** Who could have written a file: it and every folder above it must be out of others' reach. */
import { closeSync, constants, fstatSync, openSync, readFileSync, realpathSync, statSync, type Stats } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { AppError } from '#base'

const OTHERS_MAY_WRITE = 0o022
const STICKY = 0o1000

/** The users whose files are trusted besides root: ours, and perhaps the one that a command runs as. */
export type Trusted = readonly number[]

/** Where there are no user ids (Windows) nothing can be told, and nothing is refused. */
const ids = (extra: Trusted): Trusted => [0, process.getuid?.() ?? 0, ...extra]

/**
 * The text of a file that nobody but root and the trusted users could have written.
 * @throws COMMANDS_FILE_UNSAFE, and the system's error where it is missing
 */
export function readOwned(path: string): string {
  const fd = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0))
  try {
    refuseForeign(fstatSync(fd), [])
    refuseForeignFolders(path, [])
    return readFileSync(fd, 'utf8')
  } finally {
    closeSync(fd)
  }
}

/** @throws COMMANDS_FILE_UNSAFE, and the system's error where it is missing */
export function demandOwned(path: string, trusted: Trusted = []): void {
  refuseForeign(statSync(path), trusted)
  refuseForeignFolders(path, trusted)
}

/** Both the folders that the path names and those that it really leads through. */
function refuseForeignFolders(path: string, trusted: Trusted): void {
  for (const start of new Set([resolve(path), realpathSync(path)]))
    for (let folder = dirname(start); ; folder = dirname(folder)) {
      const stat = statSync(folder)
      // In a sticky folder (/tmp) nobody can replace what is another's.
      if (!(stat.mode & STICKY)) refuseForeign(stat, trusted)
      if (folder === dirname(folder)) break
    }
}

function refuseForeign({ uid, mode }: Stats, trusted: Trusted): void {
  if (process.getuid && (!ids(trusted).includes(uid) || mode & OTHERS_MAY_WRITE))
    throw new AppError('COMMANDS_FILE_UNSAFE')
}

/**
 * A password's file must be closed to everybody but its owner.
 * @throws COMMANDS_PASSWORD_EXPOSED also where it is missing: nobody can sign in with it
 */
export function demandPrivate(path: string | undefined): void {
  if (path === undefined || process.getuid === undefined) return
  const { mode = 0o777 } = statSync(path, { throwIfNoEntry: false }) ?? {}
  if (mode & 0o077) throw new AppError('COMMANDS_PASSWORD_EXPOSED')
}
