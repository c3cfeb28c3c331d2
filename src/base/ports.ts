/**
 * The interfaces through which the format rooms reach disk and network. They live here because formats may import
 * nothing but `base`; `storage` and `posix` implement them, `vault` and the roots bind them.
 */

/** The kinds of file in a restic repository (restic design.rst, "Repository Layout"). `config` has no name. */
export type FileKind = 'config' | 'data' | 'index' | 'keys' | 'locks' | 'snapshots'

/** One repository file. `name` is 64 lower-case hex digits, or '' for `config`. */
export interface FileRef {
  readonly kind: FileKind
  readonly name: string
}

export interface ListedFile {
  readonly name: string
  readonly sizeBytes: number
}

/**
 * Where a repository lies. Contract, the same for every backend and decorator (`storage/conformance.suite.ts` proves it):
 * - `save` is durable when it resolves (bytes and directory entry), never leaves a half-written file under the final
 *   name, and refuses an existing name with STORAGE_EXISTS.
 * - `load` gives exactly the asked bytes or fails: STORAGE_NOT_FOUND, or STORAGE_TRUNCATED where the file is shorter.
 * - `list` skips names that are not 64 hex digits, in no promised order.
 * - `remove` of a missing file succeeds; of a file under a retention lock fails with STORAGE_LOCKED_UNTIL.
 */
export interface Backend {
  /** For people and journals: a path or URL without credentials. */
  readonly location: string
  save(file: FileRef, parts: readonly Uint8Array[]): Promise<void>
  load(file: FileRef, offset?: number, length?: number): Promise<Buffer>
  stat(file: FileRef): Promise<{ sizeBytes: number } | undefined>
  list(kind: FileKind): Promise<ListedFile[]>
  remove(file: FileRef): Promise<void>
  close(): Promise<void>
  /** Present where the backend can hold a file against deletion. */
  readonly retention?: Retention
  /** The same files synchronously, where that can be had: folders and blobs of the last run are then compared and reused. */
  readonly sync?: SyncBackend
  /**
   * Sound bytes in the place of a file whose bytes are no longer what its name promises. What lay there is kept where the
   * place can keep it; a hold on the file goes on. Only for files that are named by their hash.
   * The caller has checked the bytes: BASE_BUG where they are not what the name promises either.
   */
  replace?(file: FileRef, bytes: Uint8Array): Promise<void>
}

/** The same contract, synchronous: what a worker thread uses. Local disks and memory have it; remote places by a bridge. */
export interface SyncBackend {
  readonly location: string
  save(file: FileRef, parts: readonly Uint8Array[]): void
  /** Reads into `target` (whole length) from `offset`. */
  loadInto(file: FileRef, offset: number, target: Uint8Array): void
  load(file: FileRef, offset?: number, length?: number): Buffer
  stat(file: FileRef): { sizeBytes: number } | undefined
  list(kind: FileKind): ListedFile[]
  remove(file: FileRef): void
  close(): void
}

/**
 * How strongly a lock holds: by another party's server, which lets nobody with any rights to the bucket lift it; by a file
 * attribute that only the system's administrator can lift; or by Toride's own refusal.
 */
export type LockStrength = 'object-lock-compliance' | 'immutable-attribute' | 'logical' | 'keeper'

export interface Retention {
  /** Holds the file until at least `untilMs`. Never shortens. Says honestly how strongly it holds. */
  lock(file: FileRef, untilMs: number): Promise<LockStrength>
  /** The present lock, or undefined where there is none. */
  state(file: FileRef): Promise<{ untilMs: number; strength: LockStrength } | undefined>
  /** End of a lock that was seen to hold before, without asking; undefined: ask `state`. Where asking costs nothing, absent. */
  known?(file: FileRef): number | undefined
}

/**
 * Bytes as a string, one character (U+0000 to U+00FF) per byte, as Buffer's 'latin1' makes them. File names are bytes: in
 * this form they sort and compare bytewise with JavaScript's own operators and cost no Buffer each.
 */
export type ByteString = string

/** What lstat tells; the shape of Node's fs.BigIntStats, so that an implementation hands it on as it comes. */
export interface SourceStat {
  /** Kernel st_mode: type and permission bits. */
  readonly mode: bigint
  readonly ino: bigint
  readonly dev: bigint
  readonly rdev: bigint
  readonly nlink: bigint
  readonly uid: bigint
  readonly gid: bigint
  readonly size: bigint
  readonly mtimeNs: bigint
  readonly ctimeNs: bigint
}

/**
 * The file tree that is backed up, synchronous, because workers are. Paths are absolute. Every call fails with the
 * system's own error (`code` ENOENT, EACCES, …): the archiver names the file and goes on.
 */
export interface SourceFs {
  /** Names in a folder without `.` and `..`, in no promised order. */
  list(path: ByteString): ByteString[]
  /** lstat: never follows a symbolic link at the end of the path. */
  stat(path: ByteString): SourceStat
  readLink(path: ByteString): ByteString
  /**
   * Extended attributes of the file itself (not of a link's target), by path or, at a quarter of the cost, of what `open`
   * gave; [] where the system has none or cannot tell.
   */
  extendedAttributes(file: ByteString | number): { readonly name: Buffer; readonly value: Buffer }[]
  /** Opens for reading: O_NOFOLLOW and O_NONBLOCK, so that a file replaced by a link or a pipe cannot mislead or hang us. */
  open(path: ByteString): number
  /** Reads up to `length` bytes into `target` at `offset`, from `position` in the file; 0 at its end. */
  read(fd: number, target: Uint8Array, offset: number, length: number, position: number): number
  close(fd: number): void
  /** Name of a user or group id, '' where it has none. */
  userName(uid: number): string
  groupName(gid: number): string
}
