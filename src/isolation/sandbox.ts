/** One program in a place of its own (bubblewrap; namespaces(7)). */
import { existsSync } from 'node:fs'
import { AppError } from '#base'
import { type Ended, runCommand } from '#commands'

export interface Bind {
  readonly from: string
  /** Where it is seen inside. */
  readonly at: string
  /** A program, or what tells one what to do: nobody else may have written it. What is looked at may be anybody's. */
  readonly isOurs?: boolean
}

export interface Isolated {
  /** As seen inside. */
  readonly argv: readonly [string, ...string[]]
  readonly reads?: readonly Bind[]
  readonly writes?: readonly Bind[]
  readonly timeoutMs: number
  readonly onOutput?: (text: string) => void
  readonly onBytes?: (bytes: Buffer) => void
  readonly signal?: AbortSignal | undefined
}

const BWRAP = '/usr/bin/bwrap'
/** Where memory runs out, what reads hostile data ends first, and not the server or the chart system beside it. */
const FIRST_TO_END = ['/usr/bin/choom', '-n', '1000', '--'] as const
/** Much of the kernel is reached only by those who may make further spaces. From bubblewrap 0.8 on. */
const NO_MORE_SPACES = ['--unshare-user', '--disable-userns']
/** Links of a merged /usr; where one is a folder of its own it is shown as it is. */
const SYSTEM = ['bin', 'sbin', 'lib', 'lib64']
/** As bubblewrap and shells say SIGKILL. */
const KILLED = 128 + 9
const NOBODY = '65534'
const ALWAYS: readonly (readonly string[])[] = [
  ['--unshare-all'],
  ['--die-with-parent'],
  ['--new-session'],
  ['--uid', NOBODY],
  ['--gid', NOBODY],
  ['--cap-drop', 'ALL'],
  ['--hostname', 'rehearsal'],
  ['--clearenv'],
  ['--setenv', 'PATH', '/usr/bin:/usr/sbin:/bin:/sbin'],
  ['--setenv', 'LC_ALL', 'C.UTF-8'],
  ['--setenv', 'HOME', '/tmp'],
  ['--ro-bind', '/usr', '/usr'],
  ['--proc', '/proc'],
  ['--dev', '/dev'],
  ['--tmpfs', '/tmp'],
  ['--chdir', '/'],
]

interface Extras {
  readonly before: readonly string[]
  readonly options: readonly string[]
}

const starts = async (argv: readonly [string, ...string[]]): Promise<boolean> =>
  existsSync(argv[0]) && (await runCommand({ argv, timeoutMs: 20_000 }).catch(() => undefined))?.exit === 0

/** What more this system can do for the place; tried once, since nothing here depends on it. */
let extras: Promise<Extras> | undefined
const extrasHere = (): Promise<Extras> =>
  (extras ??= (async () => {
    const alone = ['--unshare-all', ...NO_MORE_SPACES, '--ro-bind', '/', '/', '--', '/usr/bin/true']
    return {
      before: (await starts([...FIRST_TO_END, '/usr/bin/true'])) ? FIRST_TO_END : [],
      options: (await starts([BWRAP, ...alone])) ? NO_MORE_SPACES : [],
    }
  })())

/** Why this system cannot isolate; undefined where it can. Tried, not guessed: kernels and containers forbid it in many ways. */
export async function isolationProblem(): Promise<'no-program' | 'refused' | undefined> {
  if (!existsSync(BWRAP)) return 'no-program'
  const trial = runCommand({ argv: command({ argv: ['/usr/bin/true'] }, await extrasHere()), timeoutMs: 20_000 })
  return (await trial.catch(() => undefined))?.exit === 0 ? undefined : 'refused'
}

/**
 * Runs it to its end, whatever its exit.
 * @throws ISOLATION_MISSING before anything is started; ISOLATION_KILLED where somebody else, most often the system for want
 *   of memory, killed it; COMMANDS_TIMED_OUT, BASE_CANCELLED
 */
export async function runIsolated(isolated: Isolated): Promise<Ended> {
  if (!existsSync(BWRAP)) throw new AppError('ISOLATION_MISSING')
  const { timeoutMs, onOutput, onBytes, signal, reads = [] } = isolated
  const ended = await runCommand({
    argv: command(isolated, await extrasHere()),
    // Paths that are seen inside say nothing of the host's files of the same name.
    owned: [BWRAP, ...reads.filter(({ isOurs }) => isOurs).map(({ from }) => from)],
    timeoutMs,
    signal,
    ...(onOutput && { onOutput }),
    ...(onBytes && { onBytes }),
  })
  if (ended.exit === undefined || ended.exit === KILLED) throw new AppError('ISOLATION_KILLED', { subject: ended.log })
  return ended
}

function command(
  { argv, reads = [], writes = [] }: Pick<Isolated, 'argv' | 'reads' | 'writes'>,
  extra: Extras,
): [string, ...string[]] {
  const system = SYSTEM.filter((name) => existsSync(`/${name}`))
  const options = [
    ...ALWAYS,
    extra.options,
    ...system.map((name) => ['--symlink', `usr/${name}`, `/${name}`]),
    ...reads.map(({ from, at }) => ['--ro-bind', from, at]),
    ...writes.map(({ from, at }) => ['--bind', from, at]),
  ]
  return [...extra.before, BWRAP, ...options.flat(), '--', ...argv] as [string, ...string[]]
}
