/**
 * `toride restore`: the same restores as on screen, from the terminal: lists and plans beside a running server too; `--yes` and
 * going on with one that was stopped or killed where the server is stopped, since one process alone may write the ledger.
 */
import { AppError, isAppError, systemClock } from '#base'
import {
  EXISTING,
  PLAN_CLASSES,
  type RecoveryTables,
  type RestoreOrder,
  type RestorePlan,
  type RestoreRun,
  Restores,
} from '#recovery'
import { type Institution, openInstitution, openToLook } from '#server'
import { type Generation, isGood, peekDataFolder } from '#vault'
import { formatBytes } from '../format.ts'
import { EXIT, type CliIo, type ExitCode } from '../io.ts'
import { existing, options, VERSION } from './data.ts'
import { restoreText as tell } from './restore-texts.ts'

const OPTIONS = {
  list: { type: 'boolean' },
  runs: { type: 'boolean' },
  generation: { type: 'string' },
  source: { type: 'string' },
  path: { type: 'string', multiple: true },
  to: { type: 'string' },
  over: { type: 'boolean' },
  existing: { type: 'string' },
  resume: { type: 'string' },
  'not-production': { type: 'boolean' },
  yes: { type: 'boolean' },
} as const

type Given = ReturnType<typeof options>

/** Who is journaled: whoever may sit at the server's terminal. */
const TERMINAL = 'terminal'

export async function runRestore(args: readonly string[], io: CliIo): Promise<ExitCode> {
  const given = options(args, OPTIONS)
  const asks = ['list', 'runs', 'over'].some((name) => given.has(name)) || given.text('to') || given.text('resume')
  if (given.has('help') || !asks) {
    io.stdout.write(tell(io, 'usage'))
    return given.has('help') ? EXIT.ok : EXIT.failed
  }
  const path = existing(given.text('data'), io)
  const fresh = peekDataFolder(path)!
  const clock = io.clock ?? systemClock
  const institution = await openInstitution({ dataFolder: path, fresh, clock, version: VERSION }).catch(
    (error: unknown) => {
      if (!isAppError(error, 'VAULT_FOLDER_IN_USE')) throw error
    },
  )
  if (!institution) return besideServer(path, given, io)
  try {
    if (given.has('list')) return await listGenerations(institution, given, io)
    if (given.has('runs')) return await listRuns(institution, io, false)
    const resume = given.text('resume')
    if (resume !== undefined) return await follow(institution, io, await institution.restores.resume(resume, TERMINAL))
    return await planned(institution, given, io)
  } finally {
    await institution.close()
  }
}

/** What only looks is done there; what writes says where it is done instead. */
async function besideServer(path: string, given: Given, io: CliIo): Promise<ExitCode> {
  if (given.has('yes') || given.text('resume') !== undefined) {
    io.stderr.write(tell(io, 'serverRuns'))
    return EXIT.failed
  }
  const clock = io.clock ?? systemClock
  const look = await openToLook(path, { clock, version: VERSION })
  const cases = { demandForProduction: () => Promise.reject(new AppError('VAULT_FOLDER_IN_USE')) }
  const tables = look.database.tables<RecoveryTables>()
  const { vault, ledger } = look
  const looking = { vault, restores: new Restores({ vault, tables, ledger, clock, dataFolder: path, cases }) }
  try {
    if (given.has('list')) return await listGenerations(looking, given, io)
    if (given.has('runs')) return await listRuns(looking, io, true)
    const shown = await shownPlan(looking, given, io)
    if (shown) io.stdout.write(tell(io, 'serverRuns'))
    return shown ? EXIT.ok : EXIT.failed
  } finally {
    await look.close()
  }
}

/** What lists and plans need. */
type Looking = Pick<Institution, 'vault' | 'restores'>

async function planned(institution: Institution, given: Given, io: CliIo): Promise<ExitCode> {
  const shown = await shownPlan(institution, given, io)
  if (!shown) return EXIT.failed
  if (!given.has('yes')) {
    io.stdout.write(tell(io, 'askYes'))
    return EXIT.ok
  }
  return follow(institution, io, await institution.restores.start(shown.order, shown.plan.fingerprint, TERMINAL))
}

/** The plan, told; undefined where what was asked for is none, which was told. */
async function shownPlan(
  institution: Looking,
  given: Given,
  io: CliIo,
): Promise<{ order: RestoreOrder; plan: RestorePlan } | undefined> {
  const { restores } = institution
  if (given.text('generation') === undefined && given.text('source') === undefined) {
    const several = new Set((await ofSource(institution.vault, undefined)).map(({ sourceId }) => sourceId)).size > 1
    if (several) {
      io.stderr.write(tell(io, 'several'))
      return undefined
    }
  }
  const generation = await chosen(institution, given)
  if (!generation) {
    io.stderr.write(tell(io, 'noGeneration'))
    return undefined
  }
  const wanted = given.text('existing') ?? 'beside'
  const kind = EXISTING.find((known) => known === wanted)
  if (!kind || (given.has('over') && given.text('to') !== undefined)) {
    io.stderr.write(tell(io, 'usage'))
    return undefined
  }
  const paths = given.all('path').map((text) => Buffer.from(text).toString('latin1'))
  const order: RestoreOrder = {
    generationId: generation.id,
    target: given.text('to'),
    existing: kind,
    isNotProduction: given.has('not-production'),
    ...(paths.length > 0 && { paths }),
  }
  const plan = await restores.plan(order, io.signal)
  say(io, plan, generation, kind)
  if (plan.isUnsure && !given.has('not-production')) io.stdout.write(tell(io, 'unsure'))
  return { order, plan }
}

function say(io: CliIo, plan: RestorePlan, generation: Generation, kind: RestoreOrder['existing']): void {
  io.stdout.write(tell(io, 'plan', { day: dayOf(generation.startedAt), id: generation.id.slice(0, 8) }))
  if (generation.suspect) io.stdout.write(tell(io, 'suspectPlan'))
  for (const name of PLAN_CLASSES) {
    const { files, bytes, names } = plan.classes[name]
    if (files === 0) continue
    io.stdout.write(`  ${tell(io, name)} ${files} (${formatBytes(bytes)})\n`)
    for (const one of names.slice(0, 5)) io.stdout.write(`      ${one}\n`)
  }
  io.stdout.write(tell(io, kind))
  io.stdout.write(tell(io, 'room', { needed: formatBytes(plan.neededBytes), free: formatBytes(plan.freeBytes) }))
}

async function follow(
  { vault }: Institution,
  io: CliIo,
  begun: { runId: string; jobId: string; done: Promise<RestoreRun> },
): Promise<ExitCode> {
  const stop = (): void => vault.jobs.cancel(begun.jobId)
  io.signal.addEventListener('abort', stop, { once: true })
  io.stdout.write(tell(io, 'begun', { id: begun.runId }))
  const ended = new AbortController()
  const shown = show(vault, io, begun.jobId, ended.signal)
  try {
    const { state, result } = await begun.done
    ended.abort()
    await shown
    const { files = 0, verified = 0, kept = 0, problems = 0 } = result ?? {}
    io.stdout.write(tell(io, state === 'complete' ? 'complete' : 'incomplete', { files, verified, kept, problems }))
    return state === 'complete' ? EXIT.ok : EXIT.incomplete
  } catch (error) {
    io.stderr.write(tell(io, 'stopped', { id: begun.runId }))
    throw error
  } finally {
    ended.abort()
    io.signal.removeEventListener('abort', stop)
  }
}

/** A line that is written over; a file or pipe gets none. */
async function show(vault: Institution['vault'], io: CliIo, jobId: string, signal: AbortSignal): Promise<void> {
  if (!io.stdout.isTTY) return
  for await (const { filesDone, filesTotal = 0, bytesDone, phase } of vault.jobs.watch(jobId, signal))
    io.stdout.write(
      `\r\u001b[K${tell(io, phase === 'check' ? 'checking' : 'writing')} ${filesDone}/${filesTotal} ${formatBytes(bytesDone)}`,
    )
  io.stdout.write('\n')
}

/** By the beginning of its id; else the newest of its source that nothing speaks against. */
async function chosen({ vault }: Looking, given: Given): Promise<Generation | undefined> {
  const all = await ofSource(vault, given.text('source'))
  const id = given.text('generation')
  return id === undefined ? all.find(isGood) : all.find((one) => one.id.startsWith(id))
}

async function ofSource(vault: Institution['vault'], name: string | undefined): Promise<Generation[]> {
  const sources = (await vault.sources()).filter((one) => one.kind !== 'own-state')
  const wanted = new Set(sources.filter((one) => name === undefined || one.name === name).map(({ id }) => id))
  const all = (await vault.generations.list()).filter(({ sourceId }) => wanted.has(sourceId))
  return all.toSorted((a, b) => b.startedAt - a.startedAt)
}

async function listGenerations({ vault }: Looking, given: Given, io: CliIo): Promise<ExitCode> {
  const names = new Map((await vault.sources()).map(({ id, name }) => [id, name]))
  for (const { id, sourceId, startedAt, files, suspect } of await ofSource(vault, given.text('source'))) {
    const mark = suspect ? `  ${tell(io, 'suspect')}` : ''
    io.stdout.write(`${id.slice(0, 8)}  ${dayOf(startedAt)}  ${names.get(sourceId) ?? sourceId}  ${files}${mark}\n`)
  }
  return EXIT.ok
}

/** @param isServed one without an end is the running server's, and goes on there */
async function listRuns({ restores }: Pick<Looking, 'restores'>, io: CliIo, isServed: boolean): Promise<ExitCode> {
  for (const { id, startedAt, endedAt, state, generationId } of await restores.list()) {
    const seen = isServed && endedAt === undefined ? 'running' : state
    io.stdout.write(`${id}  ${dayOf(startedAt)}  ${generationId.slice(0, 8)}  ${tell(io, `state-${seen}`)}\n`)
  }
  return EXIT.ok
}

const dayOf = (at: number): string =>
  new Intl.DateTimeFormat('ja-JP', { timeZone: 'Asia/Tokyo', dateStyle: 'medium', timeStyle: 'short' }).format(at)
