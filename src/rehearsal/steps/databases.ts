/** Each dump that came back started as a database, and asked what the institution asks. */
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { isAppError } from '#base'
import { type DatabaseResult, tryDump, unpackIsolated, type Unpacked, type Unpacker } from '#isolation'
import { type Dump, dumpsIn, HEAD_BYTES, unpack } from '../dumps.ts'
import type { RestoredFile } from '../restored.ts'
import { type DumpResult, MOST_DETAILS, type Question } from '../model.ts'
import { type Found, not, passed, type RunContext } from './context.ts'

const LONGEST_MS = 6 * 3_600_000
/** A database takes more room than its dump. */
const ROOM = 3
const KINDS: ReadonlySet<string> = new Set(['database', 'dumps'])
/** Of the machine or of the room, not of the dump. */
const NOT_THE_DUMPS: ReadonlySet<string> = new Set([
  'ISOLATION_NO_SERVER',
  'ISOLATION_SERVER_FAILED',
  'ISOLATION_KILLED',
  'REHEARSAL_NO_ROOM',
  'COMMANDS_TIMED_OUT',
])
const NOTHING = { server: '', isLoaded: false, tables: 0, log: '', answers: [] }

export async function databases(context: RunContext): Promise<Found> {
  const { source, target, job, questions, details } = context
  job.report({ phase: 'databases' })
  if (!KINDS.has(source.kind)) return { state: 'not-needed' }
  const { known: dumps, unread } = await dumpsIn(target, (file, tool) => beginningOf(context, file, tool))
  if (dumps.length + unread.length === 0) return not('not-done', 'REHEARSAL_NO_DUMP', { dumps: 0 })
  const results: DumpResult[] = []
  for (const dump of dumps) {
    results.push(await tried(context, dump))
    job.report({ phase: 'databases', filesDone: results.length, filesTotal: dumps.length })
  }
  results.push(...unread.map(({ file, code }) => ({ ...NOTHING, path: file.path, code })))
  details.dumps = results.slice(0, MOST_DETAILS)
  const answers = results.flatMap((one) => one.answers)
  const figures = {
    dumps: results.length,
    loaded: results.filter(({ isLoaded }) => isLoaded).length,
    tables: results.reduce((sum, { tables }) => sum + tables, 0),
    questions: questions.length,
    answered: answers.filter(({ same }) => same).length,
    differences: answers.filter(({ same }) => !same).length,
  }
  const names = [...new Set(results.map(({ server }) => server).filter((server) => server !== ''))]
  const unloaded = results.find(({ code }) => code === 'REHEARSAL_DUMP_NOT_LOADED')
  if (unloaded) return { ...not('failed', 'REHEARSAL_DUMP_NOT_LOADED', figures), names }
  if (figures.differences > 0) return { ...not('failed', 'REHEARSAL_ANSWER_DIFFERS', figures), names }
  const undone = results.find(({ code }) => code !== undefined)?.code
  if (undone) return { ...not(figures.loaded === 0 ? 'not-done' : 'partly', undone, figures), names }
  return passed(figures, names)
}

async function tried(context: RunContext, dump: Dump): Promise<DumpResult> {
  const { scratch, job } = context
  const asked = context.questions.filter((one) => one.dump === '' || dump.file.path.includes(one.dump))
  const failed = { ...NOTHING, path: dump.file.path }
  const work = join(scratch.path, 'database')
  mkdirSync(work, { mode: 0o700 })
  try {
    if (sizeOf(dump) * ROOM > scratch.freeBytes()) return { ...failed, code: 'REHEARSAL_NO_ROOM' }
    const unpacked = join(scratch.path, 'dump')
    if (dump.packing !== 'none')
      await unpack(dump, unpacked, scratch.freeBytes() / ROOM, (tool, most) =>
        unpacking(context, dump.file, tool, unpacked, most),
      )
    // Its own name may be of bytes that no argument of a program can carry.
    else symlinkSync(dump.folder ?? dump.file.bytes, unpacked)
    const result = await tryDump({
      kind: dump.kind,
      form: dump.form,
      dump: unpacked,
      queries: asked.map(({ sql }) => sql),
      scratch: work,
      timeoutMs: LONGEST_MS,
      signal: job.signal,
    })
    return resultOf(dump, asked, result)
  } catch (error) {
    if (!isAppError(error) || error.code === 'BASE_CANCELLED' || error.code === 'ISOLATION_MISSING') throw error
    // A server that does not start on an empty folder says nothing of the dump; whatever else ended it does.
    const code = error.code === 'STORAGE_FULL' ? 'REHEARSAL_NO_ROOM' : error.code
    const isOfDump = !NOT_THE_DUMPS.has(code)
    return { ...failed, code: isOfDump ? 'REHEARSAL_DUMP_NOT_LOADED' : code, log: error.subject ?? '' }
  } finally {
    rmSync(work, { recursive: true, force: true })
    rmSync(join(scratch.path, 'dump'), { force: true })
  }
}

async function unpacking(
  { job }: RunContext,
  file: RestoredFile,
  tool: Unpacker,
  to: string,
  mostBytes: number,
): Promise<Unpacked> {
  const from = `${to}-packed`
  symlinkSync(file.bytes, from)
  try {
    return await unpackIsolated({ tool, from, to, mostBytes, timeoutMs: LONGEST_MS, signal: job.signal })
  } finally {
    rmSync(from, { force: true })
  }
}

async function beginningOf(context: RunContext, file: RestoredFile, tool: Unpacker): Promise<Buffer> {
  const to = join(context.scratch.path, 'beginning')
  try {
    await unpacking(context, file, tool, to, HEAD_BYTES)
    return readFileSync(to)
  } finally {
    rmSync(to, { force: true })
  }
}

/** Of a folder the files in it: neither tool makes folders below it. */
function sizeOf({ file, folder }: Dump): number {
  if (folder === undefined) return file.sizeBytes
  return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
}

function resultOf(
  { file }: Dump,
  asked: readonly Question[],
  { server, isLoaded, tables, log, answers }: DatabaseResult,
): DumpResult {
  return {
    path: file.path,
    server,
    isLoaded,
    tables,
    log,
    ...(isLoaded ? {} : { code: 'REHEARSAL_DUMP_NOT_LOADED' }),
    answers: asked.map(({ name, expected }, i) => {
      const { text, failed } = answers[i]!
      return { name, expected, answer: text, same: !failed && text.trim() === expected.trim() }
    }),
  }
}
