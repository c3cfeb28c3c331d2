/**
 * Where a path lies beside its name: one share or folder mounted at two places is one place. Told by the kernel's table of
 * mounts, never by asking the share: its server may be dead, which is why somebody restores.
 */
import { readFileSync } from 'node:fs'

const NETWORK = new Set(['nfs', 'nfs4', 'cifs', 'smb3', 'fuse.sshfs'])

/** `/proc/self/mountinfo`; '' where there is none. */
export function mountsNow(): string {
  try {
    return readFileSync('/proc/self/mountinfo', 'utf8')
  } catch {
    return ''
  }
}

/**
 * Names of the place that are the same by whatever mount it is reached: by device and, on another's server, by its address.
 * @param path absolute, without links
 * @param mounts as proc_pid_mountinfo(5)
 */
export function placesOf(path: string, mounts: string): string[] {
  let found: { point: string; names: string[] } | undefined
  for (const line of mounts.split('\n')) {
    const [left = '', right = ''] = line.split(' - ')
    const [, , device, root, point] = left.split(' ').map(unescaped)
    const [type, source] = right.split(' ').map(unescaped)
    if (device === undefined || root === undefined || point === undefined) continue
    const covers = point === '/' || path === point || path.startsWith(`${point}/`)
    // A later mount at the same point lies over the one before it.
    if (!covers || (found && found.point.length > point.length)) continue
    const address = NETWORK.has(type ?? '') && source !== undefined ? [`//${source.toLowerCase()}`] : []
    found = { point, names: [`${device}:${root}`, ...address] }
  }
  if (!found) return []
  const rest = found.point === '/' ? path : path.slice(found.point.length)
  return found.names.map((name) => `${name.replace(/\/+$/, '')}${rest}`)
}

const unescaped = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
