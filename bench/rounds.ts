/** One series: rounds in which every program does each operation in turn, so that load falls on all alike. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { spawnSync } from 'node:child_process'
import { isFailure, measure } from './measure.ts'
import type { Failure, Sample } from './measure.ts'
import type { MakeTool, Tool, ToolName } from './tools.ts'

export type Operation =
  | 'first'
  | 'unchanged'
  | 'listed'
  | 'changed'
  | 'check'
  | 'restore'
  | 'memory'
  | 'rehearse'
  | 'patient'
  | 'dump'

/** What is backed up, and what happens to it between two operations. */
export interface Subject {
  readonly title: string
  readonly source: string
  readonly operations: readonly Operation[]
  readonly tools: readonly ToolName[]
  readonly rounds: number
  /** A command that takes longer hangs. */
  readonly timeoutSeconds: number
  /** Changes the source before the operation `changed`; each round anew. */
  change?(round: number): void
  /** A folder of the source for `patient`. */
  readonly patientFolder?: string
}

export interface Measurement {
  readonly subject: string
  readonly operation: Operation
  readonly tool: ToolName
  readonly round: number
  readonly result: Sample | Failure
}

interface Runner {
  readonly tool: Tool
  backups: number
}

/** Files and bytes below a folder: a restore that brought back less is a failure, however fast. */
function weigh(folder: string): { files: number; bytes: number } {
  let [files, bytes] = [0, 0]
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue
    files++
    bytes += statSync(join(entry.parentPath, entry.name)).size
  }
  return { files, bytes }
}

/** Reads everything once, so that no program pays for the first reading from disk. */
function warm(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true }))
    if (entry.isFile()) readFileSync(join(entry.parentPath, entry.name))
}

function empty(folder: string): void {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
}

/** Runs all rounds of a subject. `work` holds repositories and restored trees and is emptied between rounds. */
export function runSubject(
  subject: Subject,
  makers: ReadonlyMap<ToolName, MakeTool>,
  work: string,
  tell: (line: string) => void,
): Measurement[] {
  const measurements: Measurement[] = []
  warm(subject.source)
  for (let round = 0; round < subject.rounds; round++) {
    empty(work)
    const names = subject.tools.filter((name) => makers.has(name))
    // Each round another one begins: what the first does to caches must not always help the same second.
    const order = names.map((_, i) => names[(i + round) % names.length]!)
    const runners = order.map((name): Runner => ({ tool: makers.get(name)!(join(work, name)), backups: 0 }))
    for (const { tool } of runners) prepare(tool, work)
    for (const operation of subject.operations) {
      if (operation === 'changed') subject.change?.(round)
      for (const runner of runners) {
        const result = perform(runner, operation, subject, work)
        measurements.push({ subject: subject.title, operation, tool: runner.tool.name, round, result })
        tell(`${subject.title} · round ${round + 1} · ${operation} · ${runner.tool.name}: ${inShort(result)}`)
      }
    }
  }
  empty(work)
  return measurements
}

function prepare(tool: Tool, work: string): void {
  const done = measure(tool.init(), work)
  if (isFailure(done)) throw new Error(`${tool.name} init: ${done.message}`)
}

const inShort = (result: Sample | Failure): string =>
  isFailure(result)
    ? `FAILED (${result.exitCode}) ${result.message}`
    : `${result.wallSeconds.toFixed(2)} s, CPU ${result.cpuSeconds.toFixed(2)} s, ${(result.peakBytes / 1e6).toFixed(0)} MB`

function perform(runner: Runner, operation: Operation, subject: Subject, work: string): Sample | Failure {
  const { tool } = runner
  const target = join(work, 'restored')
  // What one wrote must be on disk before the next begins.
  spawnSync('sync')
  if (operation === 'check') return measure(tool.check(), work, subject.timeoutSeconds)
  if (operation === 'restore' || operation === 'patient') {
    empty(target)
    return restore(runner, operation, subject, target, work)
  }
  if (operation === 'memory' || operation === 'rehearse') {
    // In memory, as a rehearsal does: for all alike.
    const memory = mkdtempSync(join('/dev/shm', 'toride-bench-'))
    try {
      return restore(runner, operation, subject, memory, work)
    } finally {
      rmSync(memory, { recursive: true, force: true })
    }
  }
  const walk = operation === 'listed' ? 'full' : 'nightly'
  return measure(tool.backup(subject.source, ++runner.backups, walk), work, subject.timeoutSeconds)
}

function restore(
  { tool, backups }: Runner,
  operation: 'restore' | 'memory' | 'rehearse' | 'patient',
  subject: Subject,
  target: string,
  work: string,
): Sample | Failure {
  const folder = operation === 'patient' ? subject.patientFolder! : subject.source
  const command =
    operation === 'patient'
      ? tool.restoreFolder(subject.source, folder, target, backups)
      : tool.restoreAll(subject.source, target, backups, operation === 'rehearse')
  const result = measure(command, work, subject.timeoutSeconds)
  if (isFailure(result)) return result
  const [expected, got] = [weigh(folder), weigh(tool.restored(folder, target))]
  rmSync(target, { recursive: true, force: true })
  const whole = expected.files === got.files && expected.bytes === got.bytes
  return whole
    ? result
    : {
        exitCode: 0,
        message: `restored ${got.files} of ${expected.files} files, ${got.bytes} of ${expected.bytes} bytes`,
      }
}
