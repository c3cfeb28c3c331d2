import { isAppError } from '#base'
import { posixTarget } from '#posix'
import {
  findSnapshot,
  restore as restoreTree,
  unitIndex,
  type BlobIndex,
  type OverwritePolicy,
  type RestoreResult,
  type Snapshot,
} from '#restic'
import { EXIT, type ExitCode } from '../io.ts'
import { formatBytes, printableBytes } from '../format.ts'
import { say } from '../messages.ts'
import { flag, invalid, list, text, type Parsed, type Values } from './args.ts'
import { byteString } from './backup.ts'
import { withCatalogue } from './cache.ts'
import { lockedReadingFirst, print, printJson, type Session } from './open.ts'
import { progress } from './progress.ts'
import { filteredSnapshots, treeOf } from './select.ts'

export const RESTORE_OPTIONS = {
  target: { type: 'string', short: 't' },
  include: { type: 'string', short: 'i', multiple: true },
  exclude: { type: 'string', short: 'e', multiple: true },
  'ignore-case': { type: 'boolean' },
  overwrite: { type: 'string' },
  sparse: { type: 'boolean' },
  special: { type: 'boolean' },
  verify: { type: 'boolean' },
} as const
const POLICIES: readonly string[] = ['always', 'if-changed', 'if-newer', 'never']

/** `restore SNAPSHOT[:FOLDER] --target DIR`. */
export function restore(session: Session, { values, positionals }: Parsed): Promise<ExitCode> {
  const { io, repository, backend } = session
  const [reference] = positionals
  const target = text(values, 'target')
  const overwrite = text(values, 'overwrite') ?? 'always'
  if (reference === undefined) throw invalid(say(io, 'needSnapshot'))
  if (target === undefined) throw invalid(say(io, 'needTarget'))
  if (!POLICIES.includes(overwrite)) throw invalid(`--overwrite ${overwrite}`)
  return lockedReadingFirst(session, false, async (signal) => {
    const source = await sourceOf(session, values, reference)
    const bar = progress(session)
    const expected = source.snapshot.summary
    const run = (index: BlobIndex): Promise<RestoreResult> =>
      restoreTree({
        repository,
        index,
        storage: backend.sync,
        fs: posixTarget,
        tree: source.tree,
        settings: {
          target,
          overwrite: overwrite as OverwritePolicy,
          include: list(values, 'include'),
          exclude: list(values, 'exclude'),
          ignoreCase: flag(values, 'ignore-case'),
          sparse: flag(values, 'sparse'),
          special: flag(values, 'special'),
          owner: process.getuid?.() === 0,
        },
        startWorker: session.startWorker,
        workerCount: session.workerCount,
        verify: flag(values, 'verify'),
        signal,
        onProgress: (done) =>
          bar.show({
            ...done,
            filesExpected: expected?.total_files_processed,
            bytesExpected: expected?.total_bytes_processed,
          }),
      })
    const result = (await runPartly(source, run)) ?? (await run(await source.index()))
    bar.clear()
    tell(session, result)
    return result.problemCount > 0 ? EXIT.failed : EXIT.ok
  })
}

interface RestoreSource {
  readonly snapshot: Snapshot
  readonly tree: string
  readonly index: () => Promise<BlobIndex>
  /** Enough for what was asked, where the catalogue knows it. */
  readonly part?: BlobIndex | undefined
}

async function sourceOf(session: Session, values: Values, reference: string): Promise<RestoreSource> {
  const { repository } = session
  if (!reference.includes(':')) {
    const snapshot = findSnapshot(await filteredSnapshots(repository, values), reference)
    const part = await catalogued(session, snapshot, list(values, 'include'))
    return { snapshot, tree: snapshot.tree, part, index: () => repository.loadIndex() }
  }
  const index = await repository.loadIndex()
  const load = (tree: string) => repository.loadBlob(index, tree, 'tree')
  return { ...(await treeOf(repository, values, reference, load)), index: () => Promise.resolve(index) }
}

/** Whole units, asked for by their paths: their records say where everything lies. */
async function catalogued(
  session: Session,
  snapshot: Snapshot,
  include: readonly string[],
): Promise<BlobIndex | undefined> {
  const isPath = (pattern: string): boolean => pattern.startsWith('/') && !/[*?[\]\\]|\/$/.test(pattern)
  if (include.length === 0 || !include.every(isPath)) return undefined
  return withCatalogue(session, snapshot, async (catalogue) => {
    const recordOf = (key: string): Uint8Array | undefined => catalogue?.unit(snapshot.id, key)?.record
    try {
      return unitIndex(session.repository, session.backend.sync, include.map(byteString), recordOf)
    } catch (error) {
      if (isAppError(error)) return undefined // a pack that moved or does not open: the index and its reading tell more
      throw error
    }
  })
}

/** What came without trouble; undefined where the whole index has to be asked. */
async function runPartly(
  { part }: RestoreSource,
  run: (index: BlobIndex) => Promise<RestoreResult>,
): Promise<RestoreResult | undefined> {
  if (part === undefined) return undefined
  try {
    const result = await run(part)
    return result.problemCount === 0 ? result : undefined
  } catch (error) {
    if (isAppError(error, 'RESTIC_BLOB_MISSING')) return undefined
    throw error
  }
}

function tell(session: Session, result: RestoreResult): void {
  const { io } = session
  for (const { path, code, detail } of result.problems) {
    const item = printableBytes(path)
    const text = session.json
      ? JSON.stringify({ message_type: 'error', error: { message: `${code}: ${detail}` }, during: 'restore', item })
      : `${item}: ${code} ${printableBytes(detail)}`
    io.stderr.write(`${text}\n`)
  }
  if (session.json) {
    const { files, folders, others, skipped, bytes } = result
    const counts = { files_restored: files + folders + others, files_skipped: skipped, bytes_restored: bytes }
    printJson(session, { message_type: 'summary', ...counts, errors: result.problemCount })
    return
  }
  const { files, bytes, skipped, specialSkipped } = result
  print(session, say(io, 'restored', { files, bytes: formatBytes(bytes), skipped, special: specialSkipped }))
  if (result.verifiedFiles > 0) print(session, say(io, 'verified', { files: result.verifiedFiles }))
  for (const [what, count] of result.lost) io.stderr.write(`${say(io, 'metadataLost', { what, count })}\n`)
  if (result.problemCount > 0) io.stderr.write(`${say(io, 'notRestored', { count: result.problemCount })}\n`)
}
