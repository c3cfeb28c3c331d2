/**
 * What stands around a run: the command before it, the dump of a database, the wait for another program's dump, and the
 * command after it, which runs whatever happened: after a failure, a cancelled run, and at the next start after a kill.
 */
import {
  type CommandBook,
  type CommandDefinition,
  dumpDatabase,
  runCommand,
  type ShareDefinition,
  signalGroup,
} from '#commands'
import { AppError, type Clock, isAppError } from '#base'
import { fileSystemFacts } from '#posix'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startTicks } from '../data-folder.ts'
import type { JobHandle } from '../jobs.ts'
import { isDumped, type Source } from '../source.ts'
import type { SourceRow } from '../tables.ts'
import { addCommandRecord, type CommandLogParts, type CommandRecord, type CommandStage } from './command-log.ts'
import { HOW_TO_RESTORE } from './how-to-restore.ts'
import { untilQuiet } from './quiet.ts'
import { takeFromShare } from './share.ts'

export interface AroundParts {
  readonly source: Source
  readonly commands: CommandBook
  readonly log: CommandLogParts
  readonly note: (change: Partial<SourceRow>) => Promise<void>
  readonly clock: Clock
  /** Of a FHIR server: lays its records into the source's folder. What is given back throws where some are missing. */
  readonly pull?: (job: JobHandle) => Promise<() => void>
}

/** How the run ended, as the command after it is told (TORIDE_RESULT). */
type Outcome = 'done' | 'failed' | 'cancelled' | 'killed'

/** Begun outside and not ended, as the state database keeps it for the next start. */
interface Unfinished {
  readonly hook: string | undefined
  readonly pid?: number
  readonly ticks?: string
}

/** Takes the generation, within what the source's share allows. */
type Take<T> = (job: JobHandle, share: ShareDefinition | undefined) => Promise<T>

/**
 * Runs `take` between what its source asks for.
 * @param largestBytes of an earlier dump: without that much room none is begun
 * @throws VAULT_HOOK_BEFORE_FAILED (nothing was taken), VAULT_HOOK_AFTER_FAILED (before anything else: what it should have
 *   started again may stand still), VAULT_SHARE_*, VAULT_DUMPS_STILL_WRITTEN, and what dumping throws
 */
export async function around<T>(parts: AroundParts, job: JobHandle, largestBytes: number, take: Take<T>): Promise<T> {
  const { source, commands } = parts
  if (source.unfinished !== undefined) await finishKilled(parts)
  const { hook: hookId } = source.options
  if (hookId === undefined && !isDumped(source.kind)) return takeWhenReady(parts, job, take)
  const hook = hookId === undefined ? undefined : commands.hook(hookId)
  await noteUnfinished(parts, { hook: hookId })
  let outcome: Outcome = 'done'
  const ended = await settled(async () => {
    if (hook?.before) await runBefore(parts, hook.before, job)
    if (isDumped(source.kind)) makeRoom(source.paths[0]!, largestBytes)
    if (source.kind === 'database') await dump(parts, job)
    const demandWhole = await parts.pull?.(job)
    const taken = await takeWhenReady(parts, job, take)
    demandWhole?.()
    return taken
  })
  if ('error' in ended) outcome = isAppError(ended.error, 'BASE_CANCELLED') ? 'cancelled' : 'failed'
  if (isDumped(source.kind)) rmSync(source.paths[0]!, { recursive: true, force: true })
  if (hook?.after) {
    job.report({ phase: 'after' })
    await runAfter(parts, hook.after, outcome)
  }
  await parts.note({ unfinished: null })
  if ('error' in ended) throw ended.error
  return ended.value
}

async function takeWhenReady<T>(parts: AroundParts, job: JobHandle, take: Take<T>): Promise<T> {
  const { source, commands, clock, note } = parts
  const share = source.options.share === undefined ? undefined : commands.share(source.options.share)
  const ready = async (within: JobHandle): Promise<T> => {
    if (source.kind === 'dumps') {
      within.report({ phase: 'quiet' })
      await note({ newest_file_at: (await untilQuiet(source.paths, { clock, signal: within.signal })) ?? null })
    }
    return take(within, share)
  }
  return share ? takeFromShare(share, clock, job, ready) : ready(job)
}

async function settled<T>(work: () => Promise<T>): Promise<{ value: T } | { error: unknown }> {
  try {
    return { value: await work() }
  } catch (error) {
    return { error }
  }
}

async function runBefore(parts: AroundParts, command: CommandDefinition, job: JobHandle): Promise<void> {
  job.report({ phase: 'before' })
  const { ended } = await runOne(parts, 'before', command, { signal: job.signal })
  if (ended !== 'done') throw new AppError('VAULT_HOOK_BEFORE_FAILED')
}

/** Not to be cancelled: it puts back what the command before took away. */
async function runAfter(parts: AroundParts, command: CommandDefinition, outcome: Outcome): Promise<void> {
  const { ended } = await runOne(parts, 'after', command, { outcome })
  // It has run: running it again at the next start would help nobody.
  if (ended === 'done') return
  await parts.note({ unfinished: null })
  throw new AppError('VAULT_HOOK_AFTER_FAILED')
}

async function runOne(
  parts: AroundParts,
  stage: CommandStage,
  { run, timeoutMinutes, runAs }: CommandDefinition,
  { signal, outcome }: { signal?: AbortSignal; outcome?: Outcome },
): Promise<Omit<CommandRecord, 'at'>> {
  const { source, log, clock } = parts
  const environment = { TORIDE_SOURCE: source.id, ...(outcome ? { TORIDE_RESULT: outcome } : {}) }
  const command = { argv: run, timeoutMs: timeoutMinutes * 60_000, runAs, environment, signal }
  const notes = startNotes(parts)
  const result = await settled(() => runCommand({ ...command, onStarted: notes.onStarted }))
  await notes.written()
  const record = recordOf(stage, result)
  await addCommandRecord(log, clock, record)
  if ('error' in result && isAppError(result.error, 'BASE_CANCELLED')) throw result.error
  return record
}

function recordOf(
  stage: CommandStage,
  result: { value: { exit: number | undefined; log: string } } | { error: unknown },
): Omit<CommandRecord, 'at'> {
  if ('error' in result) {
    if (!isAppError(result.error)) throw result.error
    return { stage, ended: result.error.code, text: result.error.subject ?? '' }
  }
  const { exit, log } = result.value
  return { stage, ended: exit === 0 ? 'done' : `exit ${exit ?? -1}`, text: log }
}

/** An empty private folder on a disk that can hold what an earlier night needed. @throws STORAGE_FULL */
function makeRoom(folder: string, largestBytes: number): void {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  if (fileSystemFacts(folder).freeBytes < largestBytes) throw new AppError('STORAGE_FULL')
}

async function dump(parts: AroundParts, job: JobHandle): Promise<void> {
  const { source, commands, log, clock } = parts
  job.report({ phase: 'dump' })
  const folder = source.paths[0]!
  const database = commands.database(source.options.definition ?? '')
  const said: string[] = []
  const notes = startNotes(parts)
  const handling = { signal: job.signal, onStarted: notes.onStarted, onLog: (text: string) => void said.push(text) }
  const result = await settled(() => dumpDatabase(database, folder, handling))
  await notes.written()
  const ended = 'error' in result ? (isAppError(result.error) ? result.error.code : 'BASE_BUG') : 'done'
  await addCommandRecord(log, clock, { stage: 'dump', ended, text: said.filter(Boolean).join('\n') })
  if ('error' in result) throw result.error
  for (const [name, text] of Object.entries(HOW_TO_RESTORE[database.kind])) writeFileSync(join(folder, name), text)
}

/** A program that outlives a killed Toride is found again by its number and the moment it began. */
function startNotes(parts: AroundParts): { onStarted: (pid: number) => void; written: () => Promise<unknown> } {
  const { hook } = parts.source.options
  const notes: Promise<void>[] = []
  return {
    // A kill before it is written leaves a program without a name, which ends by itself.
    onStarted: (pid) => void notes.push(noteUnfinished(parts, { hook, pid, ticks: startTicks(pid) })),
    // So that none is written after the last.
    written: () => Promise.allSettled(notes),
  }
}

function noteUnfinished({ note }: AroundParts, unfinished: Unfinished): Promise<void> {
  return note({ unfinished: JSON.stringify(unfinished) })
}

/**
 * At the next start, or else the next run: ends what a killed Toride had started and runs the command after.
 * @throws VAULT_HOOK_AFTER_FAILED; COMMANDS_* where the definitions do not allow it now, and it stays to be done
 */
export async function finishKilled(parts: AroundParts): Promise<void> {
  const { hook: hookId, pid, ticks } = JSON.parse(parts.source.unfinished ?? '{}') as Unfinished
  if (pid !== undefined && ticks !== '' && startTicks(pid) === ticks) signalGroup(pid, 'SIGKILL')
  const after = hookId === undefined ? undefined : parts.commands.hook(hookId).after
  if (after) await runAfter(parts, after, 'killed')
  await parts.note({ unfinished: null })
}
