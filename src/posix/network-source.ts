/**
 * A tree that lies on another machine: read slowly enough, and given up at once when the line is gone. Without that, each
 * file behind a broken line would be one more that "could not be read", and a cut share would look like a source that lost
 * its files.
 */
import { AppError, type ByteString, type SourceFs } from '#base'

/** What the system says when the other machine does not answer (errno(3)). */
const LOST: ReadonlySet<string> = new Set([
  'ENOTCONN',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'ETIMEDOUT',
  'ECONNABORTED',
  'ECONNRESET',
  'ECONNREFUSED',
  'ESTALE',
  'ENODEV',
  'EREMOTEIO',
])

export interface NetworkRules {
  /** Folder that the share is mounted at. */
  readonly mountedAt: ByteString
  readonly bytesPerSecond?: number | undefined
}

/** @throws of every call, besides the system's errors: POSIX_SHARE_LOST */
export function networkSource(fs: SourceFs, { mountedAt, bytesPerSecond }: NetworkRules): SourceFs {
  const device = fs.stat(mountedAt).dev
  // Some systems say EIO for a broken line and for a broken file alike, and a folder that is no longer mounted is empty.
  const isThere = (): boolean => {
    try {
      fs.list(mountedAt)
      return fs.stat(mountedAt).dev === device
    } catch {
      return false
    }
  }
  const watched = <T>(call: () => T): T => {
    try {
      return call()
    } catch (cause) {
      if (LOST.has((cause as NodeJS.ErrnoException).code ?? '') || !isThere())
        throw new AppError('POSIX_SHARE_LOST', { cause })
      throw cause
    }
  }
  const pace = bytesPerSecond === undefined ? undefined : pacer(bytesPerSecond)
  return {
    ...fs,
    list: (path) => watched(() => fs.list(path)),
    stat: (path) => watched(() => fs.stat(path)),
    readLink: (path) => watched(() => fs.readLink(path)),
    open: (path) => watched(() => fs.open(path)),
    read: (fd, target, offset, length, position) => {
      const got = watched(() => fs.read(fd, target, offset, length, position))
      pace?.(got)
      return got
    },
  }
}

/** Sleeps until what was read fits the speed; an idle time is not made up for later. */
function pacer(bytesPerSecond: number): (bytes: number) => void {
  const bell = new Int32Array(new SharedArrayBuffer(4))
  let free = performance.now()
  return (bytes) => {
    const now = performance.now()
    free = Math.max(free, now) + (bytes * 1000) / bytesPerSecond
    if (free - now > 1) Atomics.wait(bell, 0, 0, free - now)
  }
}
