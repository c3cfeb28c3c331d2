/** Who could have written a file: it and every folder above it must be out of others' reach. */
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  statSync,
  type Stats,
} from 'node:fs'
import { dirname, resolve } from 'node:path'
import { AppError } from '#base'
import { account } from './account.ts'

const OTHERS_MAY_WRITE = 0o022
const STICKY = 0o1000

/** The users whose files are trusted: root, ourselves, and the one that a command runs as. */
type Trusted = readonly number[]

const trustedBy = (runAs: string | undefined): Trusted => [
  0,
  process.getuid?.() ?? 0,
  ...(runAs === undefined ? [] : [account(runAs).uid]),
]

/**
 * The text of a file that nobody but root and ourselves could have written.
 * @throws COMMANDS_FILE_UNSAFE, and the system's error where it is missing
 */
export function readOwned(path: string): string {
  const fd = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0))
  try {
    refuseForeign(fstatSync(fd), trustedBy(undefined))
    refuseForeignWays(path, trustedBy(undefined))
    return readFileSync(fd, 'utf8')
  } finally {
    closeSync(fd)
  }
}

/**
 * The program and each file among its arguments: a shell runs a script as it runs itself.
 * @throws COMMANDS_FILE_UNSAFE, COMMANDS_RUN_AS_REFUSED, COMMANDS_TOOL_MISSING
 */
export function demandStartable(argv: readonly [string, ...string[]], runAs?: string): void {
  const [program, ...rest] = argv
  const trusted = trustedBy(runAs)
  if (!existsSync(program)) throw new AppError('COMMANDS_TOOL_MISSING')
  demandOwned(program, trusted)
  for (const argument of rest) {
    // `/path` and `--option=/path`.
    const path = /^(?:-[^=]*=)?(\/.*)$/s.exec(argument)?.[1]
    // Only files: what a folder or a device holds is for the program to judge.
    if (path !== undefined && existsSync(path) && statSync(path).isFile()) demandOwned(path, trusted)
  }
}

/**
 * A password's file must be closed to everybody but its owner, and its owner must be trusted: an option file of MariaDB
 * also names libraries that the tool loads.
 * @throws COMMANDS_PASSWORD_EXPOSED also where it is missing: nobody can sign in with it; COMMANDS_FILE_UNSAFE,
 *   COMMANDS_RUN_AS_REFUSED
 */
export function demandPrivate(path: string | undefined, runAs?: string): void {
  if (path === undefined || process.getuid === undefined) return
  const { mode = 0o777 } = statSync(path, { throwIfNoEntry: false }) ?? {}
  if (mode & 0o077) throw new AppError('COMMANDS_PASSWORD_EXPOSED')
  demandOwned(path, trustedBy(runAs))
}

function demandOwned(path: string, trusted: Trusted): void {
  refuseForeign(statSync(path), trusted)
  refuseForeignWays(path, trusted)
}

/** The folders that the path names, those that each link on the way leads through, and those that it really lies in. */
function refuseForeignWays(path: string, trusted: Trusted): void {
  refuseForeignWay(resolve(path), trusted)
  refuseForeignWay(realpathSync(path), trusted)
}

/** The path exists: its links make no circle. */
function refuseForeignWay(path: string, trusted: Trusted): void {
  for (let at = path; ; at = dirname(at)) {
    const stat = lstatSync(at)
    if (stat.isSymbolicLink()) {
      // Its mode says nothing; its owner may lead it elsewhere even in a sticky folder.
      refuseForeign({ uid: stat.uid, mode: 0 }, trusted)
      refuseForeignWay(resolve(dirname(at), readlinkSync(at)), trusted)
    }
    // In a sticky folder (/tmp) nobody can replace what is another's.
    else if (stat.isDirectory() && !(stat.mode & STICKY)) refuseForeign(stat, trusted)
    if (at === dirname(at)) break
  }
}

/** Where there are no user ids (Windows) nothing can be told, and nothing is refused. */
function refuseForeign({ uid, mode }: Pick<Stats, 'uid' | 'mode'>, trusted: Trusted): void {
  if (process.getuid && (!trusted.includes(uid) || mode & OTHERS_MAY_WRITE)) throw new AppError('COMMANDS_FILE_UNSAFE')
}
