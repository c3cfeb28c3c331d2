/** Where the changes of an instant start lie: a folder that only this user may enter. */
import { mkdirSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import { systemError } from '#base'
import { type Bytes, Overlay } from '#disk'

/**
 * A disk that can be written to. @param secret of whoever may read it
 * @throws DISK_OVERLAY_FOREIGN, STORAGE_DENIED, STORAGE_FULL
 */
export async function openChanges(disk: Bytes, folder: string, secret: Uint8Array): Promise<Overlay> {
  const opened: FileHandle[] = []
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    for (const name of ['changes.map', 'changes.data']) opened.push(await openOrMake(join(folder, name)))
    return await Overlay.open(disk, { map: opened[0]!, data: opened[1]! }, secret)
  } catch (error) {
    for (const file of opened) await file.close()
    throw systemError(error, 'open the changes of a disk')
  }
}

async function openOrMake(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r+')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return open(path, 'wx+', 0o600)
  }
}
