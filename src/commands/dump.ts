/** A database, dumped by its own tool into a folder: uncompressed, so that what did not change is stored once. */
import { closeSync, fstatSync, fsyncSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { AppError, isAppError } from '#base'
import type { DatabaseDefinition } from './definitions.ts'
import { demandPrivate } from './ownership.ts'
import { mariadbSteps } from './mariadb.ts'
import { postgresSteps } from './postgres.ts'
import { type Command, runCommand } from './run-command.ts'
import { meaningOf } from './tool.ts'

/** One file of a dump. */
export interface DumpStep {
  readonly file: string
  readonly argv: readonly [string, ...string[]]
  readonly environment?: Readonly<Record<string, string>>
  /** What the last bytes of a whole dump contain. */
  readonly end?: string
  /** A program that reads the finished file from its standard input and fails where it is cut. */
  readonly readBack?: readonly [string, ...string[]]
}

export interface DumpSteps {
  readonly files: readonly DumpStep[]
  /** Connects and reads all definitions, no row. */
  readonly trial: Omit<DumpStep, 'file'>
}

export type DumpHandling = Pick<Command, 'signal' | 'onStarted'> & {
  /** Told what each program printed. */
  readonly onLog?: (log: string) => void
}

export interface DumpTrial {
  readonly tables: number
  /** Of engines without transactions: a change during the dump may tear them. */
  readonly unsafeTables: number
}

const TRIAL_MS = 60_000
const END_BYTES = 256

function stepsOf(database: DatabaseDefinition): DumpSteps {
  demandPrivate(database.passwordFile, database.runAs)
  return database.kind === 'postgresql' ? postgresSteps(database) : mariadbSteps(database)
}

/**
 * Writes the dump's files into `folder` (there, empty, private); the tools need no right to it, they are handed open files.
 * @throws what `runCommand` throws; COMMANDS_LOGIN_REFUSED, _DATABASE_UNKNOWN, _UNREACHABLE, _NOT_ALLOWED, _DATABASE_BUSY,
 *   _TOOL_TOO_OLD, STORAGE_FULL; COMMANDS_PASSWORD_EXPOSED; COMMANDS_DUMP_CUT where the tool ended well and the end is missing; COMMANDS_DUMP_FAILED
 */
export async function dumpDatabase(
  database: DatabaseDefinition,
  folder: string,
  handling: DumpHandling,
): Promise<void> {
  const until = performance.now() + database.timeoutMinutes * 60_000
  for (const step of stepsOf(database).files) {
    const fd = openSync(join(folder, step.file), 'wx+', 0o600)
    try {
      const common = { runAs: database.runAs, ...handling, timeoutMs: Math.max(1, until - performance.now()) }
      await run({ ...common, argv: step.argv, environment: step.environment ?? {}, stdout: fd }, handling)
      fsyncSync(fd)
      if (step.end !== undefined && !lastBytes(fd).includes(step.end)) throw new AppError('COMMANDS_DUMP_CUT')
      if (step.readBack) await readBack(join(folder, step.file), { ...common, argv: step.readBack }, handling)
    } catch (error) {
      throw (error as NodeJS.ErrnoException).code === 'ENOSPC' ? new AppError('STORAGE_FULL', { cause: error }) : error
    } finally {
      closeSync(fd)
    }
  }
}

/** Connects with the tool that will dump, and reads all definitions. @throws as {@link dumpDatabase} */
export async function tryDatabase(database: DatabaseDefinition, handling: DumpHandling = {}): Promise<DumpTrial> {
  let [tables, unsafeTables, rest] = [0, 0, '']
  const count = (text: string): void => {
    const lines = (rest + text).split('\n')
    rest = lines.pop()!.slice(0, 4096)
    for (const line of lines) {
      if (line.startsWith('CREATE TABLE ')) tables++
      if (/^\) ENGINE=(?:MyISAM|Aria|MEMORY|CSV|ARCHIVE)\b/.test(line)) unsafeTables++
    }
  }
  const { argv, environment = {} } = stepsOf(database).trial
  const { runAs } = database
  await run({ argv, environment, runAs, timeoutMs: TRIAL_MS, onOutput: count, ...handling }, handling)
  return { tables, unsafeTables }
}

async function run(command: Command, { onLog }: DumpHandling): Promise<void> {
  try {
    const { exit, log } = await runCommand(command)
    if (command.stdout !== undefined || exit !== 0) onLog?.(log)
    if (exit !== 0) throw new AppError(meaningOf(log), { context: { exit: exit ?? -1 } })
  } catch (error) {
    if (isAppError(error) && error.subject !== undefined) onLog?.(error.subject)
    throw error
  }
}

/** A second look by the vendor's own reader: a tool may end well and leave a cut file. */
async function readBack(path: string, command: Command, { onLog }: DumpHandling): Promise<void> {
  const fd = openSync(path, 'r')
  try {
    const { exit, log } = await runCommand({ ...command, stdin: fd })
    if (exit === 0) return
    onLog?.(log)
    throw new AppError('COMMANDS_DUMP_CUT', { context: { exit: exit ?? -1 } })
  } finally {
    closeSync(fd)
  }
}

function lastBytes(fd: number): string {
  const { size } = fstatSync(fd)
  const bytes = Buffer.alloc(Math.min(size, END_BYTES))
  readSync(fd, bytes, 0, bytes.length, size - bytes.length)
  return bytes.toString('latin1')
}
