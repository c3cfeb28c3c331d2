import type { EpochNs } from './clock.ts'

/**
 * Where a restore writes: a folder opened once, and everything beneath it named by (opened folder, one name), so that a
 * symbolic link planted meanwhile cannot lead a write elsewhere. Synchronous: restore workers run a file from start to
 * end. `posix` implements it. Folder handles and files are file descriptors.
 */
export interface TargetFs {
  /** Makes the folder and its parents (the only path given whole) and opens it. */
  openRoot(path: string): number
  /** Opens a folder; a symbolic link of that name is refused (STORAGE_DENIED), a missing one is STORAGE_NOT_FOUND. */
  openFolder(parent: number, name: Uint8Array): number
  /** Makes a folder for the owner only; fine where it is there already as a folder. True where it was made. */
  makeFolder(parent: number, name: Uint8Array): boolean
  close(handle: number): void
  /** What lies under the name itself (never its target), or undefined. */
  stat(parent: number, name: Uint8Array): TargetStat | undefined
  list(parent: number): Buffer[]
  /** Makes a new regular file, STORAGE_EXISTS where the name is taken, and opens it to read and write. */
  createFile(parent: number, name: Uint8Array): number
  /** Opens an existing regular file to read and write; refuses symbolic links and everything else. */
  openFile(parent: number, name: Uint8Array): number
  write(file: number, bytes: Uint8Array, position: number): void
  /** Fills `into` from `position`; the number of bytes that were there. */
  read(file: number, into: Uint8Array, position: number): number
  /** Sets the length; what was never written reads as zeros and takes no room where the file system can do it. */
  truncate(file: number, sizeBytes: number): void
  sync(file: number): void
  symlink(parent: number, name: Uint8Array, target: Uint8Array): void
  link(fromParent: number, fromName: Uint8Array, parent: number, name: Uint8Array): void
  /** FIFO, device or socket. False where this system cannot make it. */
  makeSpecial(parent: number, name: Uint8Array, kind: SpecialKind, device: bigint): boolean
  rename(parent: number, from: Uint8Array, to: Uint8Array): void
  /** The same where nothing has the new name; else STORAGE_EXISTS, and both stay as they were. */
  renameNew(parent: number, from: Uint8Array, to: Uint8Array): void
  /** Removes a file or an empty folder; fine where nothing is there. */
  remove(parent: number, name: Uint8Array): void
  /** Sets what is given, in the order that keeps all of it (owner, attributes, mode, times); returns what was not kept. */
  setMetadata(parent: number, name: Uint8Array, metadata: TargetMetadata): MetadataLoss[]
  /** The same for an opened file or folder: three calls fewer per file. */
  setOpenMetadata(handle: number, metadata: TargetMetadata): MetadataLoss[]
  /** Free bytes for this user where `handle` lies. */
  freeBytes(handle: number): number
}

export type SpecialKind = 'fifo' | 'dev' | 'chardev' | 'socket'

export interface TargetStat {
  readonly kind: 'file' | 'dir' | 'symlink' | 'other'
  readonly sizeBytes: number
  readonly mtimeNs: EpochNs
  readonly inode: bigint
  /** Names of the same file. */
  readonly links: number
}

export interface TargetMetadata {
  readonly uid?: number
  readonly gid?: number
  /** Permission bits with setuid, setgid and sticky (0o7777). */
  readonly permissions?: number
  readonly atimeNs: EpochNs
  readonly mtimeNs: EpochNs
  readonly extendedAttributes?: readonly { readonly name: Uint8Array; readonly value: Uint8Array }[]
}

/** A kind of metadata that could not be set, with the system's reason (`EPERM`, `unsupported`). */
export interface MetadataLoss {
  readonly what: 'owner' | 'mode' | 'times' | 'time-nanoseconds' | 'xattr'
  readonly reason: string
}
