import { resolve } from 'node:path'
import { systemClock, type ByteString } from '#base'
import { posixSource } from '#posix'
import { backup as takeBackup, type BackupResult, type Snapshot } from '#restic'
import type { Catalogue } from '#vault'
import { EXIT, type ExitCode } from '../io.ts'
import { formatBytes, printableBytes } from '../format.ts'
import { say } from '../messages.ts'
import { flag, list, text, type Parsed } from './args.ts'
import { withCatalogue } from './cache.ts'
import { lockedReadingFirst, lockHost, print, printJson, type Session } from './open.ts'
import { progress } from './progress.ts'
import { filteredSnapshots } from './select.ts'

export const BACKUP_OPTIONS = {
  exclude: { type: 'string', short: 'e', multiple: true },
  tag: { type: 'string', multiple: true },
  host: { type: 'string', short: 'H' },
  force: { type: 'boolean', short: 'f' },
  time: { type: 'string' },
  'trust-folder-times': { type: 'boolean' },
} as const

const PROGRAM = 'toride 0.1.0'

/** `backup PATH...`: incremental against the newest snapshot of the same host and paths. */
export function backup(session: Session, { values, positionals }: Parsed): Promise<ExitCode> {
  const { repository } = session
  const host = lockHost()
  const hostname = text(values, 'host') ?? host.hostname
  const paths = positionals.map((path) => resolve(path))
  return lockedReadingFirst(session, false, (signal) =>
    withCatalogue(session, { hostname, paths }, async (catalogue) => {
      const known = await filteredSnapshots(repository, {})
      const parent = flag(values, 'force') ? undefined : parentOf(known, hostname, paths)
      forgetGone(catalogue, known)
      // A new reading of everything must not build upon what was read before.
      const units = flag(values, 'force') ? undefined : catalogue?.run()
      const bar = progress(session)
      const time = text(values, 'time')
      const result = await takeBackup({
        repository,
        fs: posixSource,
        startWorker: session.startWorker,
        workerCount: session.workerCount,
        paths: paths.map(byteString),
        excludes: list(values, 'exclude'),
        ...(units && { units: units.store }),
        trustFolderTimes: flag(values, 'trust-folder-times'),
        snapshot: {
          time: new Date(time ?? systemClock.now()),
          hostname,
          username: host.username,
          uid: host.uid ?? 0,
          gid: host.gid ?? 0,
          tags: list(values, 'tag').flatMap((set) => set.split(',')),
          programVersion: PROGRAM,
          ...(parent !== undefined && { parent }),
        },
        clock: systemClock,
        signal,
        onProgress: ({ filesDone, bytesDone, filesExpected, bytesExpected }) =>
          bar.show({ files: filesDone, bytes: bytesDone, filesExpected, bytesExpected }),
      })
      if (units) catalogue?.commit(result.snapshotId, units.seen() ?? new Set(result.units))
      bar.clear()
      tell(session, result)
      return result.problems.length > 0 ? EXIT.incomplete : EXIT.ok
    }),
  )
}

/** Records that only snapshots hold which are gone. */
function forgetGone(catalogue: Catalogue | undefined, snapshots: readonly Snapshot[]): void {
  if (catalogue === undefined) return
  const there = new Set(snapshots.map((one) => one.id))
  catalogue.forget(catalogue.snapshots().filter((id) => !there.has(id)))
}

function parentOf(snapshots: readonly Snapshot[], hostname: string, paths: readonly string[]): string | undefined {
  const wanted = paths.toSorted().join('\0')
  const fitting = snapshots.filter((one) => one.hostname === hostname && one.paths.toSorted().join('\0') === wanted)
  return fitting.at(-1)?.id
}

/** Arguments come as text: a path that is no UTF-8 is backed up through the folder above it. */
export function byteString(path: string): ByteString {
  return Buffer.from(path, 'utf8').toString('latin1')
}

function tell(session: Session, result: BackupResult): void {
  const { io } = session
  for (const { path, operation, code } of result.problems) {
    const item = printableBytes(path)
    const text = session.json
      ? JSON.stringify({ message_type: 'error', error: { message: code }, during: operation, item })
      : `${item}: ${operation} ${code}`
    io.stderr.write(`${text}\n`)
  }
  if (session.json) printJson(session, summary(result))
  else {
    print(
      session,
      say(io, 'snapshotSaved', {
        id: result.snapshotId.slice(0, 8),
        new: result.filesNew,
        changed: result.filesChanged,
        same: result.filesUnmodified,
        added: formatBytes(result.dataAdded),
      }),
    )
  }
  if (result.problems.length > 0) io.stderr.write(`${say(io, 'someUnread', { count: result.problems.length })}\n`)
}

/** restic's summary message. */
function summary(result: BackupResult): Record<string, unknown> {
  return {
    message_type: 'summary',
    files_new: result.filesNew,
    files_changed: result.filesChanged,
    files_unmodified: result.filesUnmodified,
    dirs_new: result.dirsNew,
    dirs_changed: result.dirsChanged,
    dirs_unmodified: result.dirsUnmodified,
    data_blobs: result.dataBlobs,
    tree_blobs: result.treeBlobs,
    data_added: result.dataAdded,
    data_added_packed: result.dataAddedPacked,
    total_files_processed: result.totalFiles,
    total_bytes_processed: result.totalBytes,
    snapshot_id: result.snapshotId,
  }
}
