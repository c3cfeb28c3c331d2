import type { Worker } from 'node:worker_threads'
import type { ByteString, Clock, SourceFs } from '#base'
import type { Repository } from '../repository.ts'
import type { BackupProgress, SourceProblem, UnitStore } from './ports.ts'
import type { WalkCounts } from './protocol.ts'

export interface BackupOptions {
  readonly repository: Repository
  /** The same file tree that the workers see: the main thread lists the folders above the units. */
  readonly fs: SourceFs
  /** Starts a worker whose file calls runArchiverWorker with this `workerData` (plain data). */
  readonly startWorker: (workerData: unknown) => Worker
  readonly workerCount?: number
  /** Absolute paths. */
  readonly paths: readonly ByteString[]
  /** restic's patterns: `*.tmp`, `/absolute/path`, `**`, `!negated`. */
  readonly excludes?: readonly string[]
  /**
   * Whether a folder is a unit, asked from the top; `depth` counts folders below the given path. Without it, units are
   * the folders of the first level that has at least 256.
   */
  readonly isUnit?: (path: ByteString, depth: number) => boolean
  readonly units?: UnitStore
  /** Skip listing folders whose times did not change: local disks only. */
  readonly trustFolderTimes?: boolean
  /** Packs whose blobs may be reused; absent: every pack that an index lists and that exists with its size. */
  readonly attestedPacks?: ReadonlySet<string>
  readonly snapshot: {
    readonly time: Date
    readonly hostname: string
    readonly username: string
    readonly uid: number
    readonly gid: number
    readonly tags?: readonly string[]
    readonly programVersion: string
    /** Snapshot id; only named as parent and, without records, used to skip unchanged files. */
    readonly parent?: string
  }
  readonly clock: Clock
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: BackupProgress) => void
}

export interface BackupResult extends Omit<WalkCounts, 'listingsSkipped'> {
  readonly snapshotId: string
  readonly treeId: string
  readonly totalFiles: number
  readonly dataBlobs: number
  readonly treeBlobs: number
  /** Bytes of plaintext added, and as stored. */
  readonly dataAdded: number
  readonly dataAddedPacked: number
  /** What could not be saved: exit code 3 where not empty. */
  readonly problems: readonly SourceProblem[]
  /** How many folders were not listed because their times had not changed. */
  readonly listingsSkipped: number
  /** Paths of all units, to read their records. */
  readonly units: readonly ByteString[]
}

/** Counts of a run, as restic writes them into the snapshot. */
export type BackupSummary = Omit<BackupResult, 'snapshotId' | 'treeId' | 'problems' | 'units'>

export function snapshotSummary(summary: BackupSummary, startMs: number, endMs: number) {
  return {
    backup_start: new Date(startMs).toISOString(),
    backup_end: new Date(endMs).toISOString(),
    files_new: summary.filesNew,
    files_changed: summary.filesChanged,
    files_unmodified: summary.filesUnmodified,
    dirs_new: summary.dirsNew,
    dirs_changed: summary.dirsChanged,
    dirs_unmodified: summary.dirsUnmodified,
    data_blobs: summary.dataBlobs,
    tree_blobs: summary.treeBlobs,
    data_added: summary.dataAdded,
    data_added_packed: summary.dataAddedPacked,
    total_files_processed: summary.totalFiles,
    total_bytes_processed: summary.totalBytes,
  }
}
