import { type Bytes, type Export, type Overlay, partitionsOf, readWhole } from '#disk'
import type { Part, PartKind } from './wire.ts'

/** The disk, and each partition by itself. */
export async function exportsOf(disk: Bytes | Overlay): Promise<Export[]> {
  const partitions = await partitionsOf(disk)
  return [
    { name: 'disk', disk },
    ...partitions.map(({ number, disk: part }) => ({ name: `part${number}`, disk: part })),
  ]
}

/** Its partitions; of a disk without any, itself. */
export async function partsOf([disk, ...partitions]: readonly Export[]): Promise<Part[]> {
  const all = partitions.length > 0 ? partitions : disk ? [disk] : []
  return Promise.all(
    all.map(async ({ name, disk: part }) => ({ name, kind: await kindOf(part), sizeBytes: part.sizeBytes })),
  )
}

/** ext2 to ext4 have their magic in the superblock; NTFS its name behind the jump. */
async function kindOf(part: Bytes): Promise<PartKind> {
  if (part.sizeBytes < 2048) return 'other'
  const head = await readWhole(part, 0, 2048)
  if (head.readUInt16LE(1024 + 0x38) === 0xef53) return 'ext4'
  return head.toString('latin1', 3, 11) === 'NTFS    ' ? 'ntfs' : 'other'
}
