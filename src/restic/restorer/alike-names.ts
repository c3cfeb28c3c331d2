import { randomBytes } from 'node:crypto'
import { AppError, isAppError, type TargetFs } from '#base'
import type { Node } from '../node.ts'

/** Large folders are asked about once per slice. */
const KNOWN = new WeakMap<readonly Node[], ReadonlyMap<string, readonly Buffer[]>>()

/**
 * Names of one folder that a file system may take for the same: they differ only in capital letters or in Unicode's normal
 * form. Each is keyed by the later name, in the folder's order, with those before it.
 */
export function alikeNames(nodes: readonly Node[]): ReadonlyMap<string, readonly Buffer[]> {
  let known = KNOWN.get(nodes)
  if (known === undefined) KNOWN.set(nodes, (known = findAlike(nodes)))
  return known
}

function findAlike(nodes: readonly Node[]): ReadonlyMap<string, readonly Buffer[]> {
  const groups = new Map<string, Buffer[]>()
  const found = new Map<string, readonly Buffer[]>()
  for (const { name } of nodes) {
    const key = name.toString('utf8').normalize('NFD').toUpperCase().toLowerCase()
    const earlier = groups.get(key)
    if (earlier === undefined) {
      groups.set(key, [name])
      continue
    }
    found.set(name.toString('latin1'), [...earlier])
    earlier.push(name)
  }
  return found
}

/**
 * Refuses a name that the target takes for an earlier one of the same folder: writing it would put one file in the other's
 * place, and merge two folders. Which names those are differs by file system and even by folder, so the target is asked, with
 * both names in a folder made for it.
 * @throws RESTIC_NAME_TAKEN; `subject` is the other name, bytes as characters
 */
export function refuseAlike(fs: TargetFs, folder: number, name: Buffer, earlier: readonly Buffer[]): void {
  const other = earlier.find((one) => isSameFor(fs, folder, one, name))
  if (other === undefined) return
  throw new AppError('RESTIC_NAME_TAKEN', {
    detail: 'for this target its name is that of',
    subject: other.toString('latin1'),
  })
}

function isSameFor(fs: TargetFs, folder: number, one: Buffer, other: Buffer): boolean {
  const scratch = Buffer.from(`.toride-names-${randomBytes(6).toString('hex')}`)
  fs.makeFolder(folder, scratch)
  const handle = fs.openFolder(folder, scratch)
  try {
    fs.close(fs.createFile(handle, one))
    const isSame = fs.stat(handle, other) !== undefined
    fs.remove(handle, one)
    return isSame
  } catch (error) {
    // A name that the target does not take at all fails where it is written, by its own reason.
    if (isAppError(error)) return false
    throw error
  } finally {
    fs.close(handle)
    fs.remove(folder, scratch)
  }
}
