import { AppError, isAppError } from '#base'
import { LARGE_FILE_BYTES } from './subtree.ts'
import {
  keepExisting,
  metadataOf,
  place,
  plainLength,
  refuseLength,
  temporaryName,
  writeBlobs,
  type WriterContext,
} from './file-writer.ts'
import type { TargetFolder } from './folder.ts'
import { addLosses, addTally, type Deferred, type RestoreTally } from './ports.ts'
import { revive, type RestoreJob } from './worker.ts'
import type { WorkerPool } from '../workers.ts'

interface Range {
  readonly blobs: string[]
  readonly position: number
}

/**
 * A large file: made here, written by all threads in ranges, finished here. As with small ones, an existing file is
 * replaced only by a complete one, and an incomplete new one goes away.
 * @throws RESTIC_BLOB_MISSING, RESTIC_DAMAGED, STORAGE_FULL
 */
export async function restoreLarge(
  context: WriterContext,
  root: TargetFolder,
  { folder: names, node: plain, folderNode }: Deferred,
  pool: WorkerPool<RestoreJob, RestoreTally> | undefined,
  tally: RestoreTally,
): Promise<void> {
  const { fs, settings } = context
  const node = revive(plain)
  const folder = root.descend(names)
  const { ranges, end } = rangesOf(context, node.content ?? [])
  refuseLength(end, node)
  if (keepExisting(context, folder.handle, node, tally)) return
  if (!settings.sparse && end > fs.freeBytes(folder.handle)) {
    throw new AppError('STORAGE_FULL', {
      detail: 'one file is larger than the free space',
      context: { sizeBytes: end },
    })
  }
  const isNew = !settings.whole && fs.stat(folder.handle, node.name) === undefined
  const name = isNew ? node.name : temporaryName(node.name)
  if (name !== node.name) fs.remove(folder.handle, name)
  const file = fs.createFile(folder.handle, name)
  try {
    fs.truncate(file, end)
    if (pool === undefined) for (const range of ranges) writeBlobs(context, file, range.blobs, range.position)
    else await writeTogether(pool, names, name, ranges, tally)
    addLosses(tally, fs.setOpenMetadata(file, metadataOf(node, settings, tally)))
  } catch (error) {
    fs.close(file)
    fs.remove(folder.handle, name)
    throw error
  }
  fs.close(file)
  const placed = isNew || place(context, folder.handle, name, node.name, tally)
  refreshFolder(context, folder, folderNode && revive(folderNode), tally)
  if (placed) tally.files += 1
  tally.bytes += end
  context.control.count(1, 0)
}

/** A new name moved the folder's times. The target itself has no node. */
export function refreshFolder(
  context: WriterContext,
  folder: TargetFolder,
  folderNode: Deferred['folderNode'],
  tally: RestoreTally,
): void {
  if (folderNode) {
    addLosses(tally, context.fs.setOpenMetadata(folder.handle, metadataOf(folderNode, context.settings, tally)))
  }
  folder.closeAll()
}

async function writeTogether(
  pool: WorkerPool<RestoreJob, RestoreTally>,
  folder: readonly Buffer[],
  name: Buffer,
  ranges: readonly Range[],
  tally: RestoreTally,
): Promise<void> {
  const jobs = ranges.map(({ blobs, position }) => pool.run({ kind: 'range', folder, name, blobs, position }))
  // All must have ended before the file may be finished or taken away.
  for (const result of await Promise.allSettled(jobs)) {
    if (result.status === 'fulfilled') addTally(tally, result.value)
    else if (isAppError(result.reason)) throw result.reason
    else throw new AppError('BASE_BUG', { cause: result.reason })
  }
}

/** Cuts a file's blobs into ranges of about half the threshold, with where each starts. */
function rangesOf(context: WriterContext, ids: readonly string[]): { ranges: Range[]; end: number } {
  const ranges: Range[] = []
  let position = 0
  for (const id of ids) {
    const last = ranges.at(-1)
    if (last && position - last.position < LARGE_FILE_BYTES / 2) last.blobs.push(id)
    else ranges.push({ blobs: [id], position })
    position += plainLength(context.index, id)
  }
  return { ranges, end: position }
}
