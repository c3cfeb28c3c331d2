/** What a volume holds, shown to the person who is about to register it. */
import { readdirSync, statfsSync } from 'node:fs'
import { join } from 'node:path'
import { systemError } from '#base'
import { mountVolume, unmountFolder, type Volume } from '#posix'
import { MEDIUM_FOLDER, readMarker } from './marker.ts'

const SHOWN = 12

export interface VolumeContents {
  readonly freeBytes: number
  /** Names at its top, at most twelve, and how many there are. Toride's own folder and what file systems put there are left out. */
  readonly names: readonly string[]
  readonly count: number
  /** It carries a mark of a media set, whosever. */
  readonly isMarked: boolean
}

/** Opened for reading where it is not open yet, and then closed again. @throws STORAGE_MEDIUM_NOT_OPENED */
export async function contentsOf(volume: Volume, folder: string): Promise<VolumeContents> {
  const [mount] = volume.mounts
  if (mount) return read(mount.folder)
  const own = join(folder, 'look')
  await mountVolume(volume, own, 'ro')
  try {
    return read(own)
  } finally {
    await unmountFolder(own)
  }
}

const OF_FILE_SYSTEMS = new Set(['lost+found', 'System Volume Information', '$RECYCLE.BIN', MEDIUM_FOLDER])

function read(root: string): VolumeContents {
  try {
    const names = readdirSync(root).filter((name) => !OF_FILE_SYSTEMS.has(name))
    const { bavail, bsize } = statfsSync(root)
    const isMarked = readMarker(root) !== 'missing'
    return { freeBytes: bavail * bsize, names: names.toSorted().slice(0, SHOWN), count: names.length, isMarked }
  } catch (error) {
    throw systemError(error, 'look into a medium')
  }
}
