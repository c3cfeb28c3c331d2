import type { ByteString, SourceFs, SourceStat } from '#base'
import { fileMode, nodeType, type Node } from '../node.ts'
import type { SourceProblem } from './ports.ts'

/** Tells about something that could not be saved. */
export type Report = (problem: SourceProblem) => void

export interface WithAttributes {
  readonly attributes: ReturnType<SourceFs['extendedAttributes']>
}

/**
 * The node of a file or folder as restic writes it: atime is mtime, links for everything but folders, the device number
 * only where hard links need it.
 * @param content blobs of a file and, where it was opened, its attributes; subtree of a folder
 * @returns undefined where the link's target cannot be read, which is reported
 */
export function buildNode(
  fs: SourceFs,
  path: ByteString,
  name: ByteString,
  stat: SourceStat,
  content:
    | ({ readonly content: readonly string[]; readonly sizeBytes: number } & Partial<WithAttributes>)
    | { readonly subtree: string }
    | undefined,
  report: Report,
): Node | undefined {
  const stMode = Number(stat.mode)
  const type = nodeType(stMode)
  const [uid, gid] = [Number(stat.uid), Number(stat.gid)]
  const node: { -readonly [K in keyof Node]: Node[K] } = {
    name: Buffer.from(name, 'latin1'),
    type,
    mode: fileMode(stMode),
    mtimeNs: stat.mtimeNs,
    atimeNs: stat.mtimeNs,
    ctimeNs: stat.ctimeNs,
    uid,
    gid,
    user: fs.userName(uid),
    group: fs.groupName(gid),
    inode: stat.ino,
    content: null,
  }
  if (type !== 'dir') {
    node.links = Number(stat.nlink)
    if (stat.nlink > 1n) node.deviceId = stat.dev
  }
  if (type === 'dev' || type === 'chardev') node.device = stat.rdev
  if (content && 'content' in content) {
    node.content = content.content
    node.sizeBytes = content.sizeBytes
  }
  if (content && 'subtree' in content) node.subtree = content.subtree
  const known = content && 'content' in content ? content.attributes : undefined
  const attributes = known ?? attempt(() => fs.extendedAttributes(path), path, 'attributes', report)
  if (attributes?.length) node.extendedAttributes = attributes
  if (type !== 'symlink') return node
  const target = attempt(() => fs.readLink(path), path, 'link', report)
  return target === undefined ? undefined : { ...node, linkTarget: Buffer.from(target, 'latin1') }
}

/** The result, or undefined after reporting the system's refusal. Anything else than a system error is ours and passes. */
export function attempt<T>(
  action: () => T,
  path: ByteString,
  operation: SourceProblem['operation'],
  report: Report,
): T | undefined {
  try {
    return action()
  } catch (error) {
    const code = (error as NodeJS.ErrnoException | undefined)?.code
    const isSystemError = (error as NodeJS.ErrnoException | undefined)?.syscall !== undefined
    if (code === undefined || !isSystemError) throw error
    report({ path, operation, code })
    return undefined
  }
}
