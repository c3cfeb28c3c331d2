import { createRequire } from 'node:module'
import { getSystemErrorName } from 'node:util'
import { loadAddon } from '#threads'

/**
 * The calls that Node lacks, through koffi (no compiler, no install script). On systems where koffi or the C library does
 * not load, {@link libc} is undefined: callers then report the metadata as not kept, or go another way; nothing fails.
 * Names are bytes and end with NUL ({@link cString}). Calls return -1 on error; {@link refusal} and {@link demand} say why.
 */
export interface Libc {
  openat(folder: number, name: Buffer, flags: number, mode: number): number
  /** Of what `openat` opened: Node's own close would miss it in its books of a worker's files. */
  close(fd: number): number
  renameat2(fromFolder: number, from: Buffer, folder: number, to: Buffer, flags: number): number
  mkdirat(folder: number, name: Buffer, mode: number): number
  mknodat(folder: number, name: Buffer, mode: number, device: bigint): number
  /** `times` holds atime seconds, nanoseconds, mtime seconds, nanoseconds. */
  futimens(file: number, times: BigInt64Array): number
  utimensat(folder: number, name: Buffer, times: BigInt64Array, flags: number): number
  llistxattr(path: Buffer, list: Buffer | null, size: number): number
  flistxattr(file: number, list: Buffer, size: number): number
  fgetxattr(file: number, name: Buffer, value: Buffer, size: number): number
  lgetxattr(path: Buffer, name: Buffer, value: Buffer | null, size: number): number
  lsetxattr(path: Buffer, name: Buffer, value: Buffer, size: number, flags: number): number
  fsetxattr(file: number, name: Buffer, value: Buffer, size: number, flags: number): number
  /** For FS_IOC_GETFLAGS and FS_IOC_SETFLAGS, whose argument is an int. */
  ioctl(file: number, request: number, flags: Int32Array): number
  /** `time` gets seconds and nanoseconds. */
  clock_gettime(clock: number, time: BigInt64Array): number
  posix_fadvise(file: number, from: number, bytes: number, advice: number): number
  errno(): number
}

function load(): Libc | undefined {
  // Only Linux: struct timespec, flags and ioctl numbers below are its own (64-bit).
  if (process.platform !== 'linux') return undefined
  try {
    // Through require: a missing binary must be a value here, not a failed import of the whole room.
    const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi')
    const lib = koffi.load(null)
    return {
      // C declares openat and ioctl variadic; on x86-64 and arm64 Linux integer arguments travel alike.
      openat: lib.func('int openat(int dir, const void *name, int flags, uint32_t mode)'),
      close: lib.func('int close(int fd)'),
      renameat2: lib.func('int renameat2(int from, const void *old, int to, const void *new_, uint32_t flags)'),
      mkdirat: lib.func('int mkdirat(int dir, const void *name, uint32_t mode)'),
      mknodat: lib.func('int mknodat(int dir, const void *name, uint32_t mode, uint64_t device)'),
      futimens: lib.func('int futimens(int fd, const void *times)'),
      utimensat: lib.func('int utimensat(int dir, const void *name, const void *times, int flags)'),
      llistxattr: lib.func('int64_t llistxattr(const void *path, void *list, size_t size)'),
      flistxattr: lib.func('int64_t flistxattr(int fd, void *list, size_t size)'),
      fgetxattr: lib.func('int64_t fgetxattr(int fd, const void *name, void *value, size_t size)'),
      lgetxattr: lib.func('int64_t lgetxattr(const void *path, const void *name, void *value, size_t size)'),
      lsetxattr: lib.func(
        'int lsetxattr(const void *path, const void *name, const void *value, size_t size, int flags)',
      ),
      fsetxattr: lib.func('int fsetxattr(int fd, const void *name, const void *value, size_t size, int flags)'),
      ioctl: lib.func('int ioctl(int fd, uint64_t request, void *flags)'),
      clock_gettime: lib.func('int clock_gettime(int clock, void *time)'),
      posix_fadvise: lib.func('int posix_fadvise(int fd, int64_t from, int64_t bytes, int advice)'),
      errno: () => koffi.errno(),
    }
  } catch {
    return undefined
  }
}

export const libc: Libc | undefined = process.env['TORIDE_WITHOUT_LIBC'] === '1' ? undefined : loadAddon(load)

/** The bytes of a name or path with the NUL that C wants. The caller has made sure that there is no NUL inside. */
export function cString(name: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(name.length + 1)
  bytes.set(name)
  bytes[name.length] = 0
  return bytes
}

/** What errno says after a thread of the runtime had waited: between a call and the question for its errno, V8 may collect garbage. */
const PERHAPS_NOT_ITS_OWN = new Set(['EAGAIN', 'EINTR', 'ETIMEDOUT'])
const TRIES = 5

/**
 * Why the system refused a call (`EPERM`), or undefined where it did not. A reason that may be another's is asked for again.
 * @param call returns a negative number on error, and may be made again; only where {@link libc} is there
 */
export function refusal(call: (c: Libc) => number): string | undefined {
  let reason = 'EAGAIN'
  for (let n = 0; n < TRIES && PERHAPS_NOT_ITS_OWN.has(reason); n++) {
    if (call(libc!) >= 0) return undefined
    reason = getSystemErrorName(-libc!.errno())
  }
  return reason
}

/** What a call returns. @throws an error whose `code` is {@link refusal}'s */
export function demand(call: (c: Libc) => number): number {
  let value = -1
  const code = refusal((c) => (value = call(c)))
  if (code !== undefined) throw Object.assign(new Error('system call'), { code })
  return value
}

/** struct timespec[2] for the utimens family. */
export function timespecs(atimeNs: bigint, mtimeNs: bigint): BigInt64Array {
  return BigInt64Array.of(...timespec(atimeNs), ...timespec(mtimeNs))
}

function timespec(timeNs: bigint): [bigint, bigint] {
  const nanos = BigInt.asUintN(64, ((timeNs % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n)
  return [(timeNs - nanos) / 1_000_000_000n, nanos]
}
