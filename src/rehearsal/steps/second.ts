/** Another program's opinion: stock restic reads what we wrote, with nothing of ours (restic(1)). */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findTool } from '#commands'
import { runIsolated } from '#isolation'
import { isAppError } from '#base'
import { locate, restoredFiles, type RestoredFile } from '../restored.ts'
import { type Found, not, passed, type RunContext } from './context.ts'

const LONGEST_MS = 6 * 3_600_000
/** Of the packs, read and checked; all where there is less. */
const READ_MEGABYTES = 512
const MEGABYTE = 1_048_576
/** Files that it restores too, to be compared with ours. */
const COMPARED = 20
const MOST_COMPARED_BYTES = 64 * MEGABYTE
const LOG_CHARACTERS = 4000

export async function second(context: RunContext): Promise<Found> {
  const { generation, scratch, target, job, vault, details } = context
  job.report({ phase: 'second-opinion' })
  const program = findRestic()
  if (program === undefined) return { state: 'not-done', code: 'REHEARSAL_NO_SECOND' }
  const work = join(scratch.path, 'second')
  mkdirSync(join(work, 'out'), { recursive: true, mode: 0o700 })
  const { folder, password } = vault.rehearse.stockAccess(generation.sourceId)
  writeFileSync(join(work, 'password'), password, { mode: 0o600 })
  const restic = (...args: string[]) =>
    runIsolated({
      argv: [
        '/restic',
        '--repo=/repository',
        '--password-file=/run/second/password',
        '--no-cache',
        '--no-lock',
        ...args,
      ],
      reads: [
        { from: program, at: '/restic', isOurs: true },
        { from: folder, at: '/repository' },
      ],
      writes: [{ from: work, at: '/run/second' }],
      timeoutMs: LONGEST_MS,
      signal: job.signal,
    })
  try {
    const checked = await restic('check', `--read-data-subset=${READ_MEGABYTES}M`)
    details.second = checked.log.slice(-LOG_CHARACTERS)
    const readMegabytes = Math.min(READ_MEGABYTES, Math.ceil(generation.bytes / MEGABYTE))
    if (checked.exit !== 0) return not('failed', 'REHEARSAL_SECOND_DISAGREES', { readMegabytes })
    const files = sampleOf(target)
    const includes = files.map(({ path }) => `--include=${escaped(path)}`)
    // Judged by the bytes alone: in the place it cannot give files to their owners, and ends as if it had failed.
    await restic('restore', generation.id, '--target=/run/second/out', ...includes)
    const differences = files.filter((file) => differs(join(work, 'out'), file)).length
    const figures = { readMegabytes, compared: files.length, differences }
    if (differences > 0) return not('failed', 'REHEARSAL_SECOND_DISAGREES', figures)
    return passed(figures)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

function findRestic(): string | undefined {
  try {
    return findTool(undefined, 'restic')
  } catch (error) {
    if (!isAppError(error, 'COMMANDS_TOOL_MISSING')) throw error
    return undefined
  }
}

/** Some of all files, the same chance for each; names that a pattern could not say are left to the check. */
function sampleOf(target: string): RestoredFile[] {
  const sample: RestoredFile[] = []
  let seen = 0
  for (const file of restoredFiles(target)) {
    if (file.sizeBytes > MOST_COMPARED_BYTES / COMPARED || !file.bytes.equals(Buffer.from(`${target}${file.path}`)))
      continue
    seen++
    const place = Math.floor(Math.random() * seen)
    if (sample.length < COMPARED) sample.push(file)
    else if (place < COMPARED) sample[place] = file
  }
  return sample
}

const escaped = (path: string): string => path.replaceAll(/[\\*?[\]$]/g, String.raw`\$&`)

function differs(out: string, { path, bytes }: RestoredFile): boolean {
  const other = locate(out, path)
  return !other || !existsSync(other) || !readFileSync(other).equals(readFileSync(bytes))
}
