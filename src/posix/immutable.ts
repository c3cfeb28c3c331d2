import { closeSync, constants, openSync } from 'node:fs'
import { libc, refusal } from './libc.ts'

/**
 * The immutable attribute (chattr +i): while it is set nobody, root included, can write, rename or remove the file; lifting
 * it needs CAP_LINUX_IMMUTABLE. ext4, xfs, btrfs, tmpfs and overlayfs on them have it (linux/fs.h FS_IOC_*FLAGS).
 */
const FS_IOC_GETFLAGS = 0x80086601
const FS_IOC_SETFLAGS = 0x40086602
const FS_IMMUTABLE_FL = 0x10

/** `denied`: the system has the attribute but not for this user. `unsupported`: no such attribute here, or no libc. */
export type ImmutableResult = 'done' | 'denied' | 'unsupported'

/** Sets or lifts the attribute of a path or an opened file. A missing file throws the system's error. */
export function setImmutable(path: string | number, on: boolean): ImmutableResult {
  return withFlags(path, (fd, flags) => {
    const value = flags[0]!
    const wanted = on ? value | FS_IMMUTABLE_FL : value & ~FS_IMMUTABLE_FL
    if (wanted === value) return 'done'
    flags[0] = wanted
    const refused = refusal((c) => c.ioctl(fd, FS_IOC_SETFLAGS, flags))
    if (refused === undefined) return 'done'
    return ['EPERM', 'EACCES'].includes(refused) ? 'denied' : 'unsupported'
  })
}

/** Whether the attribute is set; false where it cannot be asked. A missing file throws the system's error. */
export function isImmutable(path: string | number): boolean {
  return withFlags(path, (_fd, flags) => ((flags[0]! & FS_IMMUTABLE_FL) === 0 ? 'unsupported' : 'done')) === 'done'
}

function withFlags(path: string | number, run: (fd: number, flags: Int32Array) => ImmutableResult): ImmutableResult {
  if (typeof path === 'number') return withFlagsOf(path, run)
  const fd = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0))
  try {
    return withFlagsOf(fd, run)
  } finally {
    closeSync(fd)
  }
}

function withFlagsOf(fd: number, run: (fd: number, flags: Int32Array) => ImmutableResult): ImmutableResult {
  // The kernel reads and writes an int, though the request's number says long: room for both.
  const flags = new Int32Array(2)
  if (libc === undefined || libc.ioctl(fd, FS_IOC_GETFLAGS, flags) !== 0) return 'unsupported'
  return run(fd, flags)
}
