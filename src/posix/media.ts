/**
 * Cartridges and disks that are put in and taken off: what is connected, opening, closing, taking off. Nothing here chooses:
 * the caller names the volume, and has made sure that it is one of its own.
 */
import { execFile } from 'node:child_process'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { AppError } from '#base'
import {
  ltfsMounts,
  LSBLK_COLUMNS,
  parseBlkid,
  parseMountInfo,
  volumesOf,
  type MountPoint,
  type Volume,
} from './media-facts.ts'
import { attributeOf } from './xattr.ts'

/** A dying disk may never answer. */
const PATIENCE_MS = 60_000

interface Answer {
  readonly code: number | 'missing'
  readonly output: string
}

function run(program: string, ...args: string[]): Promise<Answer> {
  const env = { ...process.env, LC_ALL: 'C', PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` }
  return new Promise((resolve) => {
    execFile(program, args, { env, timeout: PATIENCE_MS, maxBuffer: 16 << 20 }, (error, output) => {
      if (error?.code === 'ENOENT') resolve({ code: 'missing', output: '' })
      else resolve({ code: error === null ? 0 : Number(error.code ?? 1), output })
    })
  })
}

function mountPoints(): MountPoint[] {
  return parseMountInfo(readFileSync('/proc/self/mountinfo', 'utf8'))
}

export interface ConnectedMedia {
  readonly volumes: readonly Volume[]
  /** A tape drive is there: only what LTFS has mounted is a volume. */
  readonly hasTapeDrive: boolean
}

/** Everything connected now. Where the system has neither lsblk nor /proc (not Linux) nothing is seen. */
export async function connectedMedia(): Promise<ConnectedMedia> {
  if (process.platform !== 'linux') return { volumes: [], hasTapeDrive: false }
  // blkid's own cache may be of the cartridge before.
  const [lsblk, blkid] = await Promise.all([
    run('lsblk', '-J', '-b', '-o', LSBLK_COLUMNS),
    run('blkid', '-c', '/dev/null', '-o', 'export'),
  ])
  const mounts = mountPoints()
  const disks = lsblk.code === 0 ? volumesOf(lsblk.output, parseBlkid(blkid.output), mounts) : []
  return {
    volumes: [...disks, ...ltfsMounts(mounts).map(tapeVolume)],
    hasTapeDrive: readdirSync('/dev').some((name) => /^n?st\d+$/.test(name)),
  }
}

/** LTFS tells the tape's UUID as an attribute of its root (LTFS format 2.4, annex C). */
function tapeVolume(mount: MountPoint): Volume {
  return {
    device: mount.source,
    disk: mount.source,
    uuid: attributeOf(mount.folder, 'user.ltfs.volumeUUID'),
    label: attributeOf(mount.folder, 'user.ltfs.volumeName') ?? '',
    fileSystem: 'ltfs',
    sizeBytes: 0,
    isWriteProtected: mount.isReadOnly,
    isRemovable: true,
    isCartridge: true,
    transport: undefined,
    mounts: [mount],
  }
}

/** CAP_SYS_ADMIN (capabilities(7)), which mount(2) asks for. */
const SYS_ADMIN = 1n << 21n

/** False: this process was started without the right to open disks. */
export function mayMount(): boolean {
  if (process.platform !== 'linux') return false
  const [, effective = '0'] = /^CapEff:\s*([0-9a-f]+)/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? []
  return (BigInt(`0x${effective}`) & SYS_ADMIN) !== 0n
}

/** Nothing on a medium is run, no device file or setuid of it means anything. */
const SAFE = 'nosuid,nodev,noexec'
/** These file systems hold no owner: all belongs to who mounts. */
const OWNED = `${SAFE},umask=077`

/** The ways to open a file system, the kernel's own first. `-i`: no program of the same name in between. */
function waysToMount({ device, fileSystem }: Volume, folder: string, mode: 'ro' | 'rw'): [string, ...string[]][] {
  switch (fileSystem) {
    case 'ext4':
      return [['mount', '-i', '-t', 'ext4', '-o', `${mode},${SAFE}`, device, folder]]
    case 'exfat':
      return [
        ['mount', '-i', '-t', 'exfat', '-o', `${mode},${OWNED}`, device, folder],
        ['mount.exfat-fuse', '-o', `${mode},${OWNED}`, device, folder],
      ]
    case 'ntfs':
      return [
        ['mount', '-i', '-t', 'ntfs3', '-o', `${mode},${OWNED}`, device, folder],
        ['ntfs-3g', '-o', `${mode},${OWNED}`, device, folder],
      ]
    default:
      return []
  }
}

/**
 * Mounts a volume into a folder of ours, which is made. Needs root.
 * @throws STORAGE_MEDIUM_NOT_OPENED: no right, no program for the file system, or the file system is damaged
 */
export async function mountVolume(volume: Volume, folder: string, mode: 'ro' | 'rw'): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw new AppError('STORAGE_MEDIUM_NOT_OPENED', { detail: 'no folder to open it in', cause: error })
  }
  const tried: string[] = []
  for (const [program, ...args] of waysToMount(volume, folder, mode)) {
    const { code } = await run(program, ...args)
    if (code === 0) return
    tried.push(`${program} ${code}`)
  }
  throw new AppError('STORAGE_MEDIUM_NOT_OPENED', {
    detail: `${volume.fileSystem ?? 'no file system'}: ${tried.join(', ') || 'no way known'}`,
  })
}

/** @throws STORAGE_MEDIUM_IN_USE while anything on it is open */
export async function unmountFolder(folder: string): Promise<void> {
  await run('sync', '-f', folder)
  const { code } = await run('umount', folder)
  if (code === 0 || !mountPoints().some((mount) => mount.folder === folder)) return
  throw new AppError('STORAGE_MEDIUM_IN_USE', { detail: `umount ${code}` })
}

/** Makes the next read come from the medium itself. It must not be mounted. */
export async function forgetCached(volume: Volume): Promise<boolean> {
  return (await run('blockdev', '--flushbufs', volume.device)).code === 0
}

/**
 * How far the device itself was brought: switched off, pushed out, or written out and unmounted only, where it can do no
 * more (or its disk carries something else that is in use). Each may be taken off.
 */
export type Ejected = 'powered-off' | 'ejected' | 'unmounted'

/** Unmounts a volume wherever it is mounted and takes its device off. @throws STORAGE_MEDIUM_IN_USE */
export async function ejectVolume(volume: Volume): Promise<Ejected> {
  for (const { folder } of volume.mounts) await unmountFolder(folder)
  if (!volume.isRemovable || !existsSync(volume.disk)) return 'unmounted'
  const { volumes } = await connectedMedia()
  if (volumes.some((other) => other.disk === volume.disk && other.mounts.length > 0)) return 'unmounted'
  for (const [result, program, ...args] of waysToEject(volume)) {
    if ((await run(program, ...args)).code === 0) return result
  }
  return 'unmounted'
}

/** An RDX drive stays where it is and its cartridge comes out; a USB disk is switched off. */
function waysToEject({ disk, transport, isCartridge }: Volume): [Ejected, string, ...string[]][] {
  if (isCartridge) return [['ejected', 'eject', disk]]
  return transport === 'usb' ? [['powered-off', 'udisksctl', 'power-off', '--no-user-interaction', '-b', disk]] : []
}
