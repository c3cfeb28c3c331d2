import {
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  futimesSync,
  lchownSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmdirSync,
  statfsSync,
  symlinkSync,
  unlinkSync,
  writeSync,
  type BigIntStats,
} from 'node:fs'
import {
  AppError,
  systemError,
  type MetadataLoss,
  type SpecialKind,
  type TargetFs,
  type TargetMetadata,
  type TargetStat,
} from '#base'
import { cString, demand, libc, refusal, timespecs } from './libc.ts'
import { setAttributes } from './xattr.ts'

const { O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_RDWR } = constants
const O_CLOEXEC = 0o2000000
/** Opens nothing but the name: works on links, pipes and devices. */
const O_PATH = 0o10000000
/** The working folder, in the place of an opened one. */
const AT_FDCWD = -100
const AT_SYMLINK_NOFOLLOW = 0x100
const TYPE_BITS: Readonly<Record<SpecialKind, number>> = {
  fifo: 0o010000,
  dev: 0o060000,
  chardev: 0o020000,
  socket: 0o140000,
}

/**
 * {@link TargetFs} on Linux. A name beneath an opened folder is `/proc/self/fd/<folder>/<name>`: the kernel resolves the
 * first part to the opened folder itself, whatever was renamed or linked since, and the last part is never followed. That
 * gives openat's guarantee to all of Node's calls; the two on the hot path go through openat itself (docs/design/posix.md).
 */
export const posixTarget: TargetFs = {
  openRoot(path) {
    return guard('open the target folder', () => {
      mkdirSync(path, { recursive: true, mode: 0o700 })
      return openPath(AT_FDCWD, Buffer.from(path), O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
    })
  },
  openFolder: (parent, name) =>
    guard('open a folder', () => open(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, 0)),
  makeFolder,
  close,
  stat,
  list: (parent) => guard('list a folder', () => readdirSync(`/proc/self/fd/${parent}`, { encoding: 'buffer' })),
  createFile: (parent, name) =>
    guard('create a file', () => open(parent, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)),
  openFile,
  write: (file, bytes, position) => guard('write a file', () => writeAll(file, bytes, position)),
  read: (file, into, position) => guard('read a file', () => readAll(file, into, position)),
  truncate: (file, sizeBytes) => guard('set the length of a file', () => ftruncateSync(file, sizeBytes)),
  sync: (file) => guard('flush a file', () => fsyncSync(file)),
  symlink: (parent, name, target) =>
    guard('make a symbolic link', () => symlinkSync(Buffer.from(target), at(parent, name))),
  link: (fromParent, fromName, parent, name) =>
    guard('make a hard link', () => linkSync(at(fromParent, fromName), at(parent, name))),
  makeSpecial,
  rename: (parent, from, to) => guard('rename', () => renameSync(at(parent, from), at(parent, to))),
  renameNew,
  remove,
  setMetadata,
  setOpenMetadata,
  freeBytes(handle) {
    const { bavail, bsize } = guard('ask for free space', () => statfsSync(`/proc/self/fd/${handle}`))
    return bavail * bsize
  },
}

function guard<T>(doing: string, run: () => T): T {
  try {
    return run()
  } catch (error) {
    throw systemError(error, doing)
  }
}

/** A name is one component: with a slash, `..` or NUL it would be a path. The format's own check comes first; this holds. */
function checked(name: Uint8Array): Uint8Array {
  const dots = name[0] === 0x2e && (name.length === 1 || (name.length === 2 && name[1] === 0x2e))
  if (name.length === 0 || dots || name.includes(0x2f) || name.includes(0)) {
    throw new AppError('RESTIC_HOSTILE', { detail: 'a name that is not one component of a path' })
  }
  return name
}

function at(parent: number, name: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`/proc/self/fd/${parent}/`), checked(name)])
}

function open(parent: number, name: Uint8Array, flags: number, mode: number): number {
  return libc === undefined ? openSync(at(parent, name), flags, mode) : openPath(parent, checked(name), flags, mode)
}

function openPath(folder: number, path: Uint8Array, flags: number, mode: number): number {
  if (libc === undefined) return openSync(Buffer.from(path), flags, mode)
  const name = cString(path)
  return demand((c) => c.openat(folder, name, flags, mode))
}

const RENAME_NOREPLACE = 1

/** One call where the file system can do it; else (some network and FUSE ones) a look before it, with the moment between. */
function renameNew(parent: number, from: Uint8Array, to: Uint8Array): void {
  if (libc !== undefined) {
    const names = [cString(checked(from)), cString(checked(to))] as const
    const code = refusal((c) => c.renameat2(parent, names[0], parent, names[1], RENAME_NOREPLACE))
    if (code === undefined) return
    if (!['EINVAL', 'ENOSYS', 'ENOTSUP'].includes(code))
      throw systemError(Object.assign(new Error('renameat2'), { code }), 'rename')
  }
  if (stat(parent, to) !== undefined) throw new AppError('STORAGE_EXISTS')
  guard('rename', () => renameSync(at(parent, from), at(parent, to)))
}

/** As it was opened. */
function close(handle: number): void {
  if (libc === undefined) closeSync(handle)
  else libc.close(handle)
}

function makeFolder(parent: number, name: Uint8Array): boolean {
  try {
    if (libc === undefined) mkdirSync(at(parent, name), { mode: 0o700 })
    else {
      const path = cString(checked(name))
      demand((c) => c.mkdirat(parent, path, 0o700))
    }
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw systemError(error, 'make a folder')
    if (stat(parent, name)?.kind === 'dir') return false
    throw new AppError('STORAGE_EXISTS', { detail: 'something that is no folder has the name of a folder' })
  }
}

function stat(parent: number, name: Uint8Array): TargetStat | undefined {
  const found = guard('look at a name', () => lstatSync(at(parent, name), { bigint: true, throwIfNoEntry: false })) as
    | BigIntStats
    | undefined
  if (found === undefined) return undefined
  const kind = found.isFile() ? 'file' : found.isDirectory() ? 'dir' : found.isSymbolicLink() ? 'symlink' : 'other'
  return { kind, sizeBytes: Number(found.size), mtimeNs: found.mtimeNs, inode: found.ino, links: Number(found.nlink) }
}

function openFile(parent: number, name: Uint8Array): number {
  const fd = guard('open a file', () => open(parent, name, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0))
  if (fstatSync(fd).isFile()) return fd
  close(fd)
  throw new AppError('STORAGE_DENIED', { detail: 'what has the name of a file is none' })
}

function writeAll(file: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done, bytes.length - done, position + done)
}

function readAll(file: number, into: Uint8Array, position: number): number {
  let done = 0
  while (done < into.length) {
    const count = readSync(file, into, done, into.length - done, position + done)
    if (count === 0) break
    done += count
  }
  return done
}

function makeSpecial(parent: number, name: Uint8Array, kind: SpecialKind, device: bigint): boolean {
  if (libc === undefined) return false
  return libc.mknodat(parent, cString(checked(name)), TYPE_BITS[kind] | 0o600, device) === 0
}

function remove(parent: number, name: Uint8Array): void {
  const path = at(parent, name)
  try {
    if (lstatSync(path).isDirectory()) rmdirSync(path)
    else unlinkSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw systemError(error, 'remove')
  }
}

/** chown clears setuid and some attributes, so it goes first; every other change moves ctime only, and times go last. */
function setOpenMetadata(handle: number, metadata: TargetMetadata): MetadataLoss[] {
  const lost: MetadataLoss[] = []
  const { uid, gid, permissions, extendedAttributes } = metadata
  if (uid !== undefined && gid !== undefined) attempt(lost, 'owner', () => fchownSync(handle, uid, gid))
  if (extendedAttributes?.length) note(lost, 'xattr', setAttributes(handle, extendedAttributes))
  if (permissions !== undefined) attempt(lost, 'mode', () => fchmodSync(handle, permissions))
  if (libc === undefined) {
    attempt(lost, 'times', () => futimesSync(handle, seconds(metadata.atimeNs), seconds(metadata.mtimeNs)))
    lost.push({ what: 'time-nanoseconds', reason: 'unsupported' })
  } else {
    const times = timespecs(metadata.atimeNs, metadata.mtimeNs)
    note(
      lost,
      'times',
      refusal((c) => c.futimens(handle, times)),
    )
  }
  return lost
}

function setMetadata(parent: number, name: Uint8Array, metadata: TargetMetadata): MetadataLoss[] {
  const lost: MetadataLoss[] = []
  const path = at(parent, name)
  const { uid, gid, permissions, extendedAttributes } = metadata
  if (uid !== undefined && gid !== undefined) attempt(lost, 'owner', () => lchownSync(path, uid, gid))
  if (extendedAttributes?.length) note(lost, 'xattr', setAttributes(path, extendedAttributes))
  if (permissions !== undefined) attempt(lost, 'mode', () => chmodItself(parent, name, permissions))
  if (libc === undefined) {
    attempt(lost, 'times', () => lutimesSync(path, seconds(metadata.atimeNs), seconds(metadata.mtimeNs)))
    lost.push({ what: 'time-nanoseconds', reason: 'unsupported' })
  } else {
    const times = timespecs(metadata.atimeNs, metadata.mtimeNs)
    note(
      lost,
      'times',
      refusal((c) => c.utimensat(parent, cString(name), times, AT_SYMLINK_NOFOLLOW)),
    )
  }
  return lost
}

/** chmod follows links, so it is done on an O_PATH handle of what is not one. A link's own mode means nothing on Linux. */
function chmodItself(parent: number, name: Uint8Array, permissions: number): void {
  const fd = open(parent, name, O_PATH | O_NOFOLLOW | O_CLOEXEC, 0)
  try {
    if (!fstatSync(fd).isSymbolicLink()) chmodSync(`/proc/self/fd/${fd}`, permissions)
  } finally {
    close(fd)
  }
}

function attempt(lost: MetadataLoss[], what: MetadataLoss['what'], run: () => void): void {
  try {
    run()
  } catch (error) {
    note(lost, what, (error as NodeJS.ErrnoException).code ?? 'unknown')
  }
}

function note(lost: MetadataLoss[], what: MetadataLoss['what'], reason: string | undefined): void {
  if (reason !== undefined) lost.push({ what, reason })
}

function seconds(timeNs: bigint): number {
  return Number(timeNs) / 1e9
}
