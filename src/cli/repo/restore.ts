import { posixTarget } from '#posix'
import { restore as restoreTree, type OverwritePolicy } from '#restic'
import { EXIT, type ExitCode } from '../io.ts'
import { formatBytes, printableBytes } from '../format.ts'
import { say } from '../messages.ts'
import { flag, invalid, list, text, type Parsed } from './args.ts'
import { locked, print, printJson, type Session } from './open.ts'
import { progress } from './progress.ts'
import { treeOf } from './select.ts'

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
  return locked(session, false, async (signal) => {
    const index = await repository.loadIndex()
    const load = (tree: string) => repository.loadBlob(index, tree, 'tree')
    const { snapshot, tree } = await treeOf(repository, values, reference, load)
    const bar = progress(session)
    const expected = snapshot.summary
    const result = await restoreTree({
      repository,
      index,
      storage: backend.sync,
      fs: posixTarget,
      tree,
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
    bar.clear()
    tell(session, result)
    return result.problemCount > 0 ? EXIT.failed : EXIT.ok
  })
}

function tell(session: Session, result: Awaited<ReturnType<typeof restoreTree>>): void {
  const { io } = session
  for (const { path, code, detail } of result.problems) {
    const item = printableBytes(path)
    const text = session.json
      ? JSON.stringify({ message_type: 'error', error: { message: `${code}: ${detail}` }, during: 'restore', item })
      : `${item}: ${code} ${detail}`
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
