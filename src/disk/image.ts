import { basename } from 'node:path'
import { AppError } from '#base'
import { type Bytes, readWhole } from './bytes.ts'
import { openQcow2, QCOW2_MAGIC } from './qcow2.ts'
import { isDescriptor, openDescriptor, openSparse, VMDK_MAGIC } from './vmdk.ts'

export type ImageFormat = 'raw' | 'qcow2' | 'vmdk'

export interface Image {
  readonly format: ImageFormat
  readonly disk: Bytes
}

/** Snapshots of snapshots: deeper is a loop or an attack. */
const DEEPEST = 16

/**
 * A disk image, by what its first bytes say; anything else is a raw one.
 * @param siblings a file that lies beside the image, by its plain name: what an image says of other files leads nowhere else
 * @throws DISK_DAMAGED, DISK_UNSUPPORTED, DISK_PART_MISSING
 */
export async function openImage(
  file: Bytes,
  siblings: (name: string) => Promise<Bytes | undefined>,
  depth = 0,
): Promise<Image> {
  if (depth > DEEPEST) throw new AppError('DISK_UNSUPPORTED', { detail: 'images upon images' })
  const head = await readWhole(file, 0, Math.min(file.sizeBytes, 32))
  const beside = (name: string) => siblings(basename(name.replaceAll('\\', '/')))
  if (head.length >= 4 && head.readUInt32BE(0) === QCOW2_MAGIC) {
    const below = async (name: string) => {
      const found = await beside(name)
      return found && (await openImage(found, siblings, depth + 1)).disk
    }
    return { format: 'qcow2', disk: await openQcow2(file, below) }
  }
  if (head.length >= 4 && head.readUInt32LE(0) === VMDK_MAGIC)
    return { format: 'vmdk', disk: await openSparse(file, beside) }
  if (isDescriptor(head)) return { format: 'vmdk', disk: await openDescriptor(file, beside) }
  return { format: 'raw', disk: file }
}
