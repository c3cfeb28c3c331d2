/** The files that came back under the scanner, with the institution's own signatures and rules. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { scanFolder } from '#isolation'
import { MOST_DETAILS } from '../model.ts'
import { type Found, not, passed, type RunContext } from './context.ts'

const LONGEST_MS = 12 * 3_600_000
const MOST_NAMES = 20

/** @throws as `scanFolder` */
export async function scan(context: RunContext): Promise<Found> {
  const { scratch, target, settings, systemSignatures, job, details } = context
  job.report({ phase: 'malware' })
  const work = join(scratch.path, 'scan')
  mkdirSync(work, { mode: 0o700 })
  const result = await scanFolder({
    folder: target,
    signatures: [systemSignatures, ...(settings.signatures === '' ? [] : [settings.signatures])],
    scratch: work,
    timeoutMs: LONGEST_MS,
    signal: job.signal,
  })
  const { found, overLimit, failed } = result
  details.found = found.slice(0, MOST_DETAILS)
  details.overLimit = overLimit.slice(0, MOST_DETAILS)
  details.unreadable = failed.slice(0, MOST_DETAILS)
  const figures = {
    files: context.restored!.files,
    found: found.length,
    overLimit: overLimit.length,
    unreadable: failed.length,
  }
  const names = [result.engine, ...new Set(found.map(({ name }) => name))].slice(0, MOST_NAMES)
  if (found.length > 0) return { ...not('failed', 'REHEARSAL_MALWARE_FOUND', figures), names }
  if (overLimit.length + failed.length > 0) return { ...not('partly', 'REHEARSAL_NOT_ALL_SCANNED', figures), names }
  return passed(figures, names)
}
