/** Starting one program: no shell, a bounded wait, a bounded log, and nothing left of it when it is stopped. */
import { type ChildProcess, spawn } from 'node:child_process'
import { AppError } from '#base'
import { type Account, account } from './account.ts'
import { demandStartable } from './ownership.ts'

export interface Command {
  readonly argv: readonly [string, ...string[]]
  readonly timeoutMs: number
  /** Name of the user; undefined: as this process. */
  readonly runAs?: string | undefined
  /** Besides PATH, HOME and LC_ALL. */
  readonly environment?: Readonly<Record<string, string>>
  /** Files that nobody else may have written, besides the program; absent: each file that an argument names. */
  readonly owned?: readonly string[]
  /** Descriptors; absent: nothing to read, and what is printed goes into the log. */
  readonly stdin?: number
  readonly stdout?: number
  /** Sees what is printed, besides the log. */
  readonly onOutput?: (text: string) => void
  /** Takes what is printed, byte for byte, in place of the log. */
  readonly onBytes?: (bytes: Buffer) => void
  readonly onStarted?: (pid: number) => void
  readonly signal?: AbortSignal | undefined
}

export interface Ended {
  /** Undefined: a signal ended it. */
  readonly exit: number | undefined
  /** The last of what it printed; may hold patient data. */
  readonly log: string
}

const LOG_CHARACTERS = 64 * 1024
/** Between asking a program to end and ending it. */
const GRACE_MS = 5_000
/** What it left running may hold its pipes open for ever. */
const PIPES_MS = 1_000
export const USUAL_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/**
 * Runs a program to its end. Whatever its exit, the answer is a value; a failed start, a full wait or a cancelled run throws.
 * @throws COMMANDS_TOOL_MISSING, COMMANDS_FILE_UNSAFE (somebody else could replace it or a file in its arguments), COMMANDS_RUN_AS_REFUSED,
 *   COMMANDS_TIMED_OUT, BASE_CANCELLED
 */
export async function runCommand(command: Command): Promise<Ended> {
  if (command.signal?.aborted) throw new AppError('BASE_CANCELLED')
  demandStartable(command.owned ? [command.argv[0], ...command.owned] : command.argv, command.runAs)
  const user = command.runAs === undefined ? undefined : account(command.runAs)
  return follow(command, start(command, user))
}

function start({ argv, environment, stdin, stdout }: Command, user: Account | undefined): ChildProcess {
  const [file, ...args] = argv
  return spawn(file, args, {
    cwd: '/',
    // A group of its own: stopping it reaches what it started.
    detached: true,
    env: { PATH: USUAL_PATH, LC_ALL: 'C.UTF-8', HOME: user?.home ?? process.env['HOME'] ?? '/', ...environment },
    stdio: [stdin ?? 'ignore', stdout ?? 'pipe', 'pipe'],
    ...(user && user.uid !== process.getuid?.() ? { uid: user.uid, gid: user.gid } : {}),
  })
}

async function follow(command: Command, child: ChildProcess): Promise<Ended> {
  const log = new Tail()
  const { onBytes } = command
  if (onBytes) child.stdout?.on('data', onBytes)
  for (const stream of onBytes ? [child.stderr] : [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      log.add(text)
      if (stream === child.stdout) command.onOutput?.(text)
    })
  let stopped: 'COMMANDS_TIMED_OUT' | 'BASE_CANCELLED' | undefined
  const stop = (why: typeof stopped): void => {
    stopped ??= why
    endGroup(child)
  }
  const timer = setTimeout(() => stop('COMMANDS_TIMED_OUT'), command.timeoutMs)
  const cancel = (): void => stop('BASE_CANCELLED')
  command.signal?.addEventListener('abort', cancel)
  try {
    if (child.pid !== undefined) command.onStarted?.(child.pid)
    const exit = await ended(child)
    if (stopped) throw new AppError(stopped, { subject: log.text })
    return { exit, log: log.text }
  } finally {
    clearTimeout(timer)
    command.signal?.removeEventListener('abort', cancel)
  }
}

function ended(child: ChildProcess): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    child.once('error', (cause: NodeJS.ErrnoException) => {
      const code = cause.code === 'ENOENT' ? 'COMMANDS_TOOL_MISSING' : 'COMMANDS_RUN_AS_REFUSED'
      reject(new AppError(code, { cause }))
    })
    child.once('exit', (exit) => {
      const answer = (): void => resolve(exit ?? undefined)
      child.once('close', answer)
      setTimeout(() => {
        child.stdout?.destroy()
        child.stderr?.destroy()
        answer()
      }, PIPES_MS).unref()
    })
  })
}

function endGroup({ pid, exitCode, signalCode }: ChildProcess): void {
  if (pid === undefined || exitCode !== null || signalCode !== null) return
  signalGroup(pid, 'SIGTERM')
  // The number stays ours until the group is empty; one that is empty is not there any more.
  setTimeout(() => signalGroup(pid, 'SIGKILL'), GRACE_MS).unref()
}

/** False where no process of the group is left. */
export function signalGroup(pid: number, signal: 'SIGTERM' | 'SIGKILL'): boolean {
  try {
    return process.kill(-pid, signal)
  } catch {
    return false
  }
}

class Tail {
  text = ''
  add(more: string): void {
    this.text = (this.text + more).slice(-LOG_CHARACTERS)
  }
}
