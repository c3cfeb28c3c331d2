import { statfsSync } from 'node:fs'

/** f_type of file systems whose files another machine may change (linux/magic.h, statfs(2)). FUSE may be one: counted in. */
const NETWORK_TYPES: ReadonlySet<number> = new Set([
  0x6969, // NFS
  0x517b, // SMB
  0xff534d42, // CIFS
  0xfe534d42, // SMB2
  0x65735546, // FUSE (sshfs and the like)
  0x00c36400, // Ceph
  0x01021997, // 9P
  0x5346414f, // AFS
  0x7461636f, // OCFS2
  0x01161970, // GFS2
  0x0bd00bd0, // Lustre
])

export interface FileSystemFacts {
  /** Free to this user, without what the system keeps for root. */
  readonly freeBytes: number
  readonly totalBytes: number
  /** On network file systems folder times and immutable attributes are not to be trusted. */
  readonly network: boolean
}

export function fileSystemFacts(path: string): FileSystemFacts {
  const { bavail, blocks, bsize, type } = statfsSync(path)
  // Some kernels hand f_type over sign-extended.
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize, network: NETWORK_TYPES.has(type >>> 0) }
}
