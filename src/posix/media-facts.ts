/**
 * What the system's own programs say of disks and mounts, as facts. Pure: recorded outputs are the tests. udev may be absent
 * (containers, small boxes): lsblk then names no file system, and blkid, which looks at the disk itself, does.
 */
import { z } from 'zod'

/** A file system on a disk, a partition or (LTFS) a tape. */
export interface Volume {
  /** `/dev/sdb1`; of LTFS the drive as its mount names it. */
  readonly device: string
  /** The whole disk it lies on; of a disk without partitions the same. */
  readonly disk: string
  readonly uuid: string | undefined
  readonly label: string
  /** As blkid calls it (`ext4`, `exfat`, `ntfs`), or `ltfs`. */
  readonly fileSystem: string | undefined
  readonly sizeBytes: number
  /** The device refuses writing: the switch on the cartridge. */
  readonly isWriteProtected: boolean
  /** Made to be taken off: by its own word, or since it hangs on USB. */
  readonly isRemovable: boolean
  /** The drive stays and its medium comes out (RDX). */
  readonly isCartridge: boolean
  readonly transport: string | undefined
  readonly mounts: readonly MountPoint[]
}

export interface MountPoint {
  readonly folder: string
  readonly source: string
  /** The kernel's word: `fuseblk` for all that FUSE serves from a disk. */
  readonly type: string
  readonly isReadOnly: boolean
  /** `major:minor`. */
  readonly deviceNumber: string
}

/** /proc/self/mountinfo (proc_pid_mountinfo(5)); blanks in names are written in octal. */
export function parseMountInfo(text: string): MountPoint[] {
  return text.split('\n').flatMap((line) => {
    const [left = '', right] = line.split(' - ')
    const [, , deviceNumber, , folder, options] = left.split(' ')
    const [type, source, superOptions = ''] = right?.split(' ') ?? []
    if (deviceNumber === undefined || folder === undefined || type === undefined || source === undefined) return []
    const isReadOnly = [options ?? '', superOptions].some((all) => all.split(',').includes('ro'))
    return [{ folder: unescape(folder), source: unescape(source), type, isReadOnly, deviceNumber }]
  })
}

function unescape(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
}

export interface Superblock {
  readonly uuid: string | undefined
  readonly label: string
  readonly fileSystem: string | undefined
}

/** `blkid -o export`: `KEY=value` lines, devices apart by an empty line. */
export function parseBlkid(text: string): Map<string, Superblock> {
  const found = new Map<string, Superblock>()
  for (const block of text.split(/\n\s*\n/)) {
    const entries = new Map(
      block.split('\n').flatMap((line) => {
        const [, key, value] = /^([A-Z_]+)=(.*)$/.exec(line) ?? []
        return key === undefined ? [] : [[key, value!.replace(/\\(.)/g, '$1')]]
      }) as [string, string][],
    )
    const device = entries.get('DEVNAME')
    if (device === undefined) continue
    found.set(device, { uuid: entries.get('UUID'), label: entries.get('LABEL') ?? '', fileSystem: entries.get('TYPE') })
  }
  return found
}

export const LSBLK_COLUMNS = 'PATH,UUID,LABEL,FSTYPE,SIZE,RO,RM,HOTPLUG,TRAN,TYPE,MAJ:MIN'

/** Older lsblk writes numbers and truth as texts. */
const flag = z.union([z.boolean(), z.enum(['0', '1'])]).transform((value) => value === true || value === '1')
const text = z.string().nullish()
const blockDevice = z.object({
  path: z.string(),
  uuid: text,
  label: text,
  fstype: text,
  size: z.coerce.number(),
  ro: flag,
  rm: flag,
  hotplug: flag,
  tran: text,
  type: text,
  'maj:min': text.transform((value) => value?.trim()),
  get children(): z.ZodOptional<z.ZodArray<typeof blockDevice>> {
    return z.array(blockDevice).optional()
  },
})
type BlockDevice = z.infer<typeof blockDevice>

/** Volumes of `lsblk -J -b -o` {@link LSBLK_COLUMNS}; what holds partitions or nothing at all is none. */
export function volumesOf(
  lsblk: string,
  superblocks: ReadonlyMap<string, Superblock>,
  mounts: readonly MountPoint[],
): Volume[] {
  const { blockdevices } = z.object({ blockdevices: z.array(blockDevice) }).parse(JSON.parse(lsblk))
  const leaves = (one: BlockDevice, disk: BlockDevice): Volume[] =>
    one.children?.length
      ? one.children.flatMap((child) => leaves(child, disk))
      : [volumeOf(one, disk, superblocks.get(one.path), mounts)]
  return blockdevices.flatMap((disk) => leaves(disk, disk)).filter((volume) => volume.sizeBytes > 0)
}

function volumeOf(
  one: BlockDevice,
  disk: BlockDevice,
  seen: Superblock | undefined,
  mounts: readonly MountPoint[],
): Volume {
  return {
    device: one.path,
    disk: disk.path,
    // The disk's own word first: udev's database may be of the cartridge before.
    uuid: seen?.uuid ?? one.uuid ?? undefined,
    label: seen?.label || (one.label ?? ''),
    fileSystem: seen?.fileSystem ?? one.fstype ?? undefined,
    sizeBytes: one.size,
    isWriteProtected: one.ro,
    isRemovable: disk.rm || disk.hotplug || disk.tran === 'usb',
    isCartridge: disk.rm,
    transport: disk.tran ?? undefined,
    mounts: mounts.filter((mount) => mount.source === one.path || mount.deviceNumber === one['maj:min']),
  }
}

/** LTFS is a FUSE file system over a tape drive, which lsblk does not know. */
export function ltfsMounts(mounts: readonly MountPoint[]): MountPoint[] {
  return mounts.filter(({ type, source }) => type === 'fuse.ltfs' || source.startsWith('ltfs:'))
}
