import type { ParseArgsConfig } from 'node:util'
import { EXIT, type CliIo, type ExitCode } from '../io.ts'
import { say } from '../messages.ts'
import { list, parse, type Parsed, type Values } from './args.ts'
import { backup, BACKUP_OPTIONS } from './backup.ts'
import { check, CHECK_OPTIONS } from './check.ts'
import { init } from './init.ts'
import { key, KEY_OPTIONS } from './keys.ts'
import { dump, ls, snapshots } from './list.ts'
import { forget, FORGET_OPTIONS, prune, PRUNE_OPTIONS, unlock } from './maintain.ts'
import { openSession, type Session } from './open.ts'
import { nbd, NBD_OPTIONS } from './nbd.ts'
import { copy, COPY_OPTIONS, repair, REPAIR_OPTIONS } from './repair.ts'
import { restore, RESTORE_OPTIONS } from './restore.ts'
import { FILTER_OPTIONS } from './select.ts'
import { Threads, type ThreadKind } from './threads.ts'
import { bringVersionsBack } from './versions.ts'

interface Command {
  readonly options: NonNullable<ParseArgsConfig['options']>
  run(session: Session, parsed: Parsed): Promise<ExitCode>
  readonly threads?: ThreadKind
  /** Whether its threads start before the repository is open: where nearly always all of them are used. */
  readonly early?: (values: Values) => boolean
}

const COMMANDS: Readonly<Record<string, Command>> = {
  backup: { options: BACKUP_OPTIONS, run: backup, threads: 'archive', early: () => true },
  snapshots: { options: FILTER_OPTIONS, run: snapshots },
  ls: { options: FILTER_OPTIONS, run: ls },
  dump: { options: FILTER_OPTIONS, run: dump },
  nbd: { options: { ...FILTER_OPTIONS, ...NBD_OPTIONS }, run: nbd },
  restore: {
    options: { ...FILTER_OPTIONS, ...RESTORE_OPTIONS },
    run: restore,
    // A part of it, one patient, is less work than a thread's start.
    early: (values) => list(values, 'include').length === 0,
  },
  check: { options: CHECK_OPTIONS, run: check, early: () => true },
  forget: { options: FORGET_OPTIONS, run: forget },
  prune: { options: PRUNE_OPTIONS, run: prune },
  unlock: { options: { 'remove-all': { type: 'boolean' } }, run: unlock },
  key: { options: KEY_OPTIONS, run: key },
  repair: { options: REPAIR_OPTIONS, run: repair },
  copy: { options: { ...FILTER_OPTIONS, ...COPY_OPTIONS }, run: copy },
}

/** `toride repo COMMAND`: the engine's own face, compatible with restic. */
export async function runRepo(args: readonly string[], io: CliIo): Promise<ExitCode> {
  const [name = '', ...rest] = args
  const command = COMMANDS[name]
  if (rest.includes('--help') || (command === undefined && name !== 'init')) {
    const asked = name === '' || name === '--help' || rest.includes('--help')
    ;(asked ? io.stdout : io.stderr).write(`${say(io, 'repoUsage')}\n`)
    return asked ? EXIT.ok : EXIT.failed
  }
  if (command === undefined) return init(rest, io)
  // Before anything is opened: what was written over may be what opens it.
  if (name === 'repair' && rest[0] === 'versions') return bringVersionsBack(rest.slice(1), io)
  const parsed = parse(rest, command.options)
  const threads = new Threads(command.threads ?? 'engine', command.early?.(parsed.values) ?? false)
  const session = await openSession(parsed.values, io, threads)
  try {
    return await command.run(session, parsed)
  } finally {
    await session.backend.close()
  }
}
