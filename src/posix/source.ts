import {
  type BigIntStats,
  closeSync,
  constants,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
} from 'node:fs'
import type { ByteString, SourceFs } from '#base'
import { groupName, userName } from './accounts.ts'
import { listAttributes } from './xattr.ts'

/** Not in Node's constants. Spares the disk a write per file read; only the owner and root may ask for it. */
const O_NOATIME = process.platform === 'linux' ? 0o1000000 : 0
const READ = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

/** The local file tree as bytes. See {@link SourceFs}. */
export const posixSource: SourceFs = {
  list: (path) => readdirSync(bytes(path), 'latin1') as string[],
  stat,
  readLink: (path) => readlinkSync(bytes(path), 'latin1'),
  extendedAttributes: listAttributes,
  open: openForReading,
  read: (fd, target, offset, length, position) => readSync(fd, target, offset, length, position),
  close: closeSync,
  userName,
  groupName,
}

/** Node reads 64 bits as signed: numbers that a network file system makes of hashes would be negative. */
function stat(path: ByteString): BigIntStats {
  const found = lstatSync(bytes(path), { bigint: true })
  if (found.ino < 0n) found.ino = BigInt.asUintN(64, found.ino)
  if (found.dev < 0n) found.dev = BigInt.asUintN(64, found.dev)
  return found
}

/** ASCII, nearly every path, goes to Node as it is; the rest as the bytes it stands for. */
// oxlint-disable-next-line no-control-regex -- the ASCII range
const ASCII = /^[\x00-\x7f]*$/
function bytes(path: ByteString): string | Buffer {
  return ASCII.test(path) ? path : Buffer.from(path, 'latin1')
}

function openForReading(path: ByteString): number {
  const name = bytes(path)
  try {
    return openSync(name, READ | O_NOATIME)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM' || O_NOATIME === 0) throw error
    return openSync(name, READ)
  }
}
