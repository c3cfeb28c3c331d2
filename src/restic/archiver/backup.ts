import type { ByteString, Clock, SourceFs } from '#base'
import type { Worker } from 'node:worker_threads'
import type { Repository } from '../repository.ts'
import type { BackupProgress, SourceProblem, UnitStore } from './ports.ts'

export interface BackupOptions {
  readonly repository: Repository
  /** The same file tree that the workers see: the main thread lists the folders above the units. */
  readonly fs: SourceFs
  /**
   * Starts a worker whose file calls runArchiverWorker; `workerData` must be handed on to it under the key `archiver`.
   */
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

export interface BackupResult {
  readonly snapshotId: string
  readonly treeId: string
  readonly filesNew: number
  readonly filesChanged: number
  readonly filesUnmodified: number
  readonly dirsNew: number
  readonly dirsChanged: number
  readonly dirsUnmodified: number
  readonly totalFiles: number
  readonly totalBytes: number
  readonly dataBlobs: number
  readonly treeBlobs: number
  /** Bytes of plaintext added, and as stored. */
  readonly dataAdded: number
  readonly dataAddedPacked: number
  /** What could not be saved: exit code 3 where not empty. */
  readonly problems: readonly SourceProblem[]
  /** True where folder listings were skipped. */
  readonly trustedFolderTimes: boolean
  /** Paths of all units, to read their records. */
  readonly units: readonly ByteString[]
}

/**
 * Takes one snapshot. The snapshot file is the last thing written: whatever stops it earlier leaves only unreferenced
 * packs and indexes that the next run uses.
 * @throws BASE_CANCELLED, RESTIC_SOURCE_MISSING where a given path does not exist, and whatever the backend throws
 */
export declare function backup(options: BackupOptions): Promise<BackupResult>
