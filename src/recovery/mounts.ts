/**
 * Where a path lies beside its name: one share or folder mounted at two places is one place. Told by the kernel's table of
 * mounts, never by asking the share: its server may be dead, which is why somebody restores.
 */
import { readFileSync } from 'node:fs'

const SMB = new Set(['cifs', 'smb3'])
const NETWORK = new Set([...SMB, 'nfs', 'nfs4', 'fuse.sshfs', '9p', 'ceph', 'glusterfs', 'fuse.glusterfs'])

/** `/proc/self/mountinfo`; '' where there is none. */
export function mountsNow(): string {
  try {
    return readFileSync('/proc/self/mountinfo', 'utf8')
  } catch {
    return ''
  }
}

/** A mount that holds a path. */
interface Mounted {
  readonly point: string
  readonly device: string
  /** Folder of the mounted file system that is seen at the point. */
  readonly root: string
  readonly type: string
  readonly source: string
  readonly options: string
}

/** @param path absolute, without links @param mounts as proc_pid_mountinfo(5) */
function mountOf(path: string, mounts: string): Mounted | undefined {
  let found: Mounted | undefined
  for (const line of mounts.split('\n')) {
    const [left = '', right = ''] = line.split(' - ')
    const [, , device, root, point] = left.split(' ').map(unescaped)
    const [type = '', source = '', options = ''] = right.split(' ').map(unescaped)
    if (device === undefined || root === undefined || point === undefined) continue
    const covers = point === '/' || path === point || path.startsWith(`${point}/`)
    // A later mount at the same point lies over the one before it.
    if (!covers || (found && found.point.length > point.length)) continue
    found = { point, device, root, type, source, options }
  }
  return found
}

/** Where the disk or share that holds a path is mounted; undefined where the kernel does not tell. */
export const diskOf = (path: string, mounts: string): string | undefined => mountOf(path, mounts)?.point

/** On another machine's disk: which folder of which server it is, its name alone does not say. */
export const isOnShare = (path: string, mounts: string): boolean => NETWORK.has(mountOf(path, mounts)?.type ?? '')

/**
 * Names of the place that are the same by whatever mount it is reached: by device and, on another's server, by the server's
 * name and by the address that the kernel talks to, since one share is mounted by either.
 * @param path absolute, without links
 */
export function placesOf(path: string, mounts: string): string[] {
  const found = mountOf(path, mounts)
  if (!found) return []
  const rest = found.point === '/' ? path : path.slice(found.point.length)
  const here = `${found.device}:${found.root}`
  return [here, ...addressesOf(found)].map((name, i) => {
    const full = `${name.replace(/\/+$/, '')}${rest}`
    // Servers of Windows know no difference of case.
    return i > 0 && SMB.has(found.type) ? full.toLowerCase() : full
  })
}

/** `//server/share` and `server:/folder` as `//server/folder`, by name and by the address among its options. */
function addressesOf({ type, source, root, options }: Mounted): string[] {
  if (!NETWORK.has(type)) return []
  const [, server = '', folder = ''] =
    /^\/\/([^/]+)(.*)$/s.exec(source) ?? /^(?:[^@/]*@)?(\[[^\]]*\]|[^:]*):(.*)$/s.exec(source) ?? []
  const [, address] = /(?:^|,)addr=([^,]+)/.exec(options) ?? []
  const below = `/${folder}/${root}`.replace(/\/+/g, '/').replace(/\/$/, '')
  const servers = [server.replace(/^\[|\]$/g, ''), ...(address === undefined ? [] : [address])]
  return [...new Set(servers.map((one) => `//${one.toLowerCase()}${below}`))]
}

const unescaped = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
