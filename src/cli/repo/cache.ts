import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { Catalogue } from '#vault'
import type { CliIo } from '../io.ts'
import { say } from '../messages.ts'
import { flag, text, type Values } from './args.ts'
import type { Session } from './open.ts'

/** What tells the runs that build upon each other: one catalogue each. */
export interface CacheSubject {
  readonly hostname: string
  readonly paths: readonly string[]
}

/** As restic's: beside the user's other caches unless named. */
function cacheFolder(values: Values, { env }: CliIo): string | undefined {
  if (flag(values, 'no-cache')) return undefined
  const named = text(values, 'cache-dir') ?? env['TORIDE_CACHE_DIR']
  if (named) return named
  const caches = env['XDG_CACHE_HOME'] || (env['HOME'] && join(env['HOME'], '.cache'))
  return caches ? join(caches, 'toride') : undefined
}

/**
 * Runs with the catalogue that remembers earlier runs of a subject, sealed under the repository's keys. Without one
 * (`--no-cache`, no home, a full or read-only disk) the work is the same and slower; a refused folder is told.
 */
export async function withCatalogue<T>(
  { io, values, repository }: Session,
  { hostname, paths }: CacheSubject,
  run: (catalogue: Catalogue | undefined) => Promise<T>,
): Promise<T> {
  const folder = cacheFolder(values, io)
  if (folder === undefined || !io.openCatalogue) return run(undefined)
  const subject = createHash('sha256')
    .update(JSON.stringify([hostname, paths.toSorted()]))
    .digest('hex')
  const name = `${repository.config.id.slice(0, 16)}-${subject.slice(0, 16)}`
  let catalogue: Catalogue | undefined
  try {
    catalogue = await io.openCatalogue(folder, name, repository)
  } catch (error) {
    const detail = error instanceof Error ? error.message : 'unknown'
    io.stderr.write(`${say(io, 'noCache', { detail })}\n`)
  }
  try {
    return await run(catalogue)
  } finally {
    catalogue?.close()
  }
}
