/** A name is durable only once its folder is. */
import { closeSync, constants, fsyncSync, openSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { codeOf } from '#base'

/** Windows opens no folder, NTFS journals names by itself; some shares and FAT drivers have no flush of one. */
const isWindows = process.platform === 'win32'
function unlessUnknown(error: unknown): void {
  if (codeOf(error) !== 'EINVAL') throw error
}

export function syncFolder(path: string): void {
  if (isWindows) return
  const folder = openSync(path, constants.O_RDONLY)
  try {
    fsyncSync(folder)
  } catch (error) {
    unlessUnknown(error)
  } finally {
    closeSync(folder)
  }
}

/** The same without waiting in this thread. A folder that is gone by now needs none. */
export async function syncFolderLater(path: string): Promise<void> {
  if (isWindows) return
  const folder = await open(path, constants.O_RDONLY).catch((error: unknown) => {
    if (codeOf(error) !== 'ENOENT') throw error
  })
  try {
    await folder?.sync().catch(unlessUnknown)
  } finally {
    await folder?.close()
  }
}
