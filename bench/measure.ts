/** Runs one command and measures it from outside: wall time, CPU of it and its children, peak memory. */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

export interface Sample {
  readonly wallSeconds: number
  /** User and system time together. */
  readonly cpuSeconds: number
  /** Peak resident set. */
  readonly peakBytes: number
}

export interface Failure {
  readonly exitCode: number | null
  /** The last lines of standard error. */
  readonly message: string
}

export interface Command {
  readonly argv: readonly [string, ...string[]]
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** Exit codes besides 0 that are a success. */
  readonly alsoGood?: readonly number[]
}

const GNU_TIME = '/usr/bin/time'

/** Debian package `time`: the kernel's own count (wait4) of a finished process and its children. */
export const canMeasure = (): boolean => existsSync(GNU_TIME)

/**
 * Output is discarded, so that nobody's progress display is measured. A command that hangs is ended and is a failure; the
 * process group goes with it, since GNU time would leave its child behind.
 */
export function measure(command: Command, scratch: string, timeoutSeconds = 3600): Sample | Failure {
  const report = join(scratch, 'time.txt')
  rmSync(report, { force: true })
  const start = process.hrtime.bigint()
  const done = spawnSync(
    'timeout',
    ['--signal=KILL', String(timeoutSeconds), GNU_TIME, '--quiet', '-f', '%U %S %M', '-o', report, ...command.argv],
    {
      env: { ...process.env, ...command.env },
      ...(command.cwd ? { cwd: command.cwd } : {}),
      stdio: ['ignore', 'ignore', 'pipe'],
      encoding: 'utf8',
      maxBuffer: 64 << 20,
    },
  )
  const wallSeconds = Number(process.hrtime.bigint() - start) / 1e9
  if (done.signal === 'SIGKILL' || done.status === 137)
    return { exitCode: null, message: `ended after ${timeoutSeconds} s` }
  if (done.status !== 0 && !command.alsoGood?.includes(done.status ?? -1))
    return {
      exitCode: done.status,
      message: (done.stderr ?? String(done.error)).trim().split('\n').slice(-3).join('\n'),
    }
  const line = readFileSync(report, 'utf8').trim().split('\n').at(-1) ?? ''
  const [user = 0, system = 0, peakKib = 0] = line.split(' ').map(Number)
  return { wallSeconds, cpuSeconds: user + system, peakBytes: peakKib * 1024 }
}

export const isFailure = (result: Sample | Failure): result is Failure => 'message' in result

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
