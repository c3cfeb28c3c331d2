import { detailOf, isAppError } from '#base'
import type { Node } from '../node.ts'
import { keepExisting, restoreFile, place, temporaryName, type WriterContext } from './file-writer.ts'
import type { TargetFolder } from './folder.ts'
import { refreshFolder } from './large-file.ts'
import { addProblem, type RestoreTally } from './ports.ts'
import { revive } from './worker.ts'

/** Files with several names: the first name gets the content, the others become links to it, as they were. */
export function linkNames(context: WriterContext, root: TargetFolder, tally: RestoreTally): void {
  const first = new Map<string, { folder: readonly Buffer[]; name: Buffer }>()
  for (const { folder: names, node: plain, folderNode } of tally.links) {
    context.control.check()
    const node = revive(plain)
    const folder = root.descend(names)
    try {
      const known = first.get(linkKey(node))
      if (known === undefined || !addName(context, root, folder, known, node, tally)) {
        restoreFile(context, folder, node, tally)
        first.set(linkKey(node), { folder: names, name: node.name })
      }
      refreshFolder(context, folder, folderNode && revive(folderNode), tally)
    } catch (error) {
      if (!isAppError(error) || ['BASE_CANCELLED', 'STORAGE_FULL'].includes(error.code)) throw error
      const path = `${folder.path}/${node.name.toString('latin1')}`
      addProblem(tally, { path, code: error.code, detail: detailOf(error) })
    }
  }
}

/** Same device, same inode, same content: the content guards against a file that was replaced during the backup. */
function linkKey({ deviceId = 0n, inode = 0n, content }: Node): string {
  return `${deviceId} ${inode} ${content?.join() ?? ''}`
}

/** False where the link could not be made (a file system without hard links): the content is then written again. */
function addName(
  context: WriterContext,
  root: TargetFolder,
  folder: TargetFolder,
  known: { folder: readonly Buffer[]; name: Buffer },
  node: Node,
  tally: RestoreTally,
): boolean {
  const { fs, settings } = context
  const from = root.descend(known.folder)
  try {
    const existing = fs.stat(folder.handle, node.name)
    const source = fs.stat(from.handle, known.name)
    if (existing && existing.inode === source?.inode) return true
    if (existing && settings.overwrite !== 'always' && keepExisting(context, folder.handle, node, tally)) return true
    const isNew = !existing && !settings.whole
    const name = isNew ? node.name : temporaryName(node.name)
    if (!isNew) fs.remove(folder.handle, name)
    fs.link(from.handle, known.name, folder.handle, name)
    if (isNew || place(context, folder.handle, name, node.name, tally)) tally.files += 1
    context.control.count(1, node.sizeBytes ?? 0)
    return true
  } catch (error) {
    if (isAppError(error)) return false
    throw error
  } finally {
    from.closeAll()
  }
}
