import { AppError } from '#base'
import type { Node } from '../node.ts'
import { differsAt, type WriterContext } from './file-writer.ts'
import type { TargetFolder } from './folder.ts'
import type { RestoreTally } from './ports.ts'

/** Reads a restored file back and compares its bytes with the snapshot's hashes. @throws RESTIC_NOT_RESTORED */
export function verifyFile(context: WriterContext, folder: TargetFolder, node: Node, tally: RestoreTally): void {
  const { fs, settings } = context
  const mayDiffer = settings.whole && settings.overwrite === 'never'
  if (mayDiffer && fs.stat(folder.handle, node.name)?.kind !== 'file') {
    tally.kept += 1
    return
  }
  const file = fs.openFile(folder.handle, node.name)
  try {
    const at = differsAt(context, file, node)
    if (at !== undefined && mayDiffer) {
      tally.kept += 1
      return
    }
    if (at !== undefined) throw new AppError('RESTIC_NOT_RESTORED', { detail: `differs from the snapshot at ${at}` })
  } finally {
    fs.close(file)
  }
  tally.files += 1
  tally.bytes += node.sizeBytes ?? 0
  context.control.count(1, node.sizeBytes ?? 0)
}
