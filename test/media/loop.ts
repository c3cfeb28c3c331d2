/** Real file systems on loop devices, in place of cartridges. */
import { execFileSync, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'

export type FileSystem = 'ext4' | 'exfat' | 'ntfs'
export const FILE_SYSTEMS: readonly FileSystem[] = ['ext4', 'exfat', 'ntfs']

const PROGRAMS: Record<FileSystem, readonly string[]> = {
  ext4: ['/usr/sbin/mkfs.ext4'],
  exfat: ['/usr/sbin/mkfs.exfat', '/usr/sbin/mount.exfat-fuse'],
  ntfs: ['/usr/sbin/mkntfs', '/usr/bin/ntfs-3g'],
}

/** Why a file system cannot be tried here, or undefined. */
export function missing(fileSystem: FileSystem): string | undefined {
  if (process.getuid?.() !== 0) return 'needs root to mount'
  const absent = PROGRAMS[fileSystem].find((program) => !existsSync(program))
  if (absent) return `${absent} is not installed`
  if (!existsSync('/dev/loop-control')) return 'no loop devices here'
  if (!existsSync('/sys/block')) return 'no /sys here: lsblk sees no disks'
  return fileSystem !== 'ext4' && !existsSync('/dev/fuse') ? 'no FUSE here' : undefined
}

export interface Loop {
  readonly device: string
  readonly uuid: string
  readonly image: string
}

const quiet = (program: string, ...args: string[]): string =>
  execFileSync(program, args, { encoding: 'utf8', stdio: 'pipe' })

/** A fresh file system on a loop device. After the test everything mounted from it is unmounted, and it is gone. */
export function loopDevice(
  t: TestContext,
  fileSystem: FileSystem,
  megabytes = 48,
  options: { isReadOnly?: boolean; like?: Loop } = {},
): Loop {
  const folder = mkdtempSync(join(tmpdir(), 'medium-'))
  const image = join(folder, 'image')
  if (options.like) writeFileSync(image, readFileSync(options.like.image))
  else makeFileSystem(image, fileSystem, megabytes)
  const device = quiet('/usr/sbin/losetup', ...(options.isReadOnly ? ['-r'] : []), '-f', '--show', image).trim()
  t.after(() => {
    detach(image)
    rmSync(folder, { recursive: true, force: true })
  })
  return { device, image, uuid: uuidOf(device) }
}

/** mkntfs and mkfs.exfat make the UUID of the clock, and two test files at once make twins: this gives it one of chance. */
function makeFileSystem(image: string, fileSystem: FileSystem, megabytes: number): void {
  writeFileSync(image, '')
  truncateSync(image, megabytes << 20)
  if (fileSystem === 'ext4') quiet('/usr/sbin/mkfs.ext4', '-q', '-m', '0', image)
  if (fileSystem === 'exfat') {
    quiet('/usr/sbin/mkfs.exfat', image)
    quiet('/usr/sbin/tune.exfat', '-I', `0x${randomBytes(4).toString('hex')}`, image)
  }
  if (fileSystem === 'ntfs') {
    quiet('/usr/sbin/mkntfs', '-q', '-F', image)
    quiet('/usr/sbin/ntfslabel', `--new-serial=${randomBytes(8).toString('hex')}`, image)
  }
}

const uuidOf = (path: string): string => quiet('/usr/sbin/blkid', '-p', '-o', 'value', '-s', 'UUID', path).trim()

/** By its image: the name of a device that was let go may be another's by now. */
function detach(image: string): void {
  const devices = spawnSync('/usr/sbin/losetup', ['-j', image, '-n', '-O', 'NAME'], { encoding: 'utf8' }).stdout
  for (const device of devices.split('\n').filter(Boolean)) {
    for (const point of mountsOf(device)) spawnSync('umount', ['-l', point])
    spawnSync('/usr/sbin/losetup', ['-d', device])
  }
}

/** Pulls a medium out of the machine: without a word where it is still mounted. */
export function pullOut({ image }: Loop): void {
  detach(image)
}

/** Puts one in again that was pulled out. */
export function putIn(t: TestContext, { image, uuid }: Loop): Loop {
  t.after(() => detach(image))
  return { device: quiet('/usr/sbin/losetup', '-f', '--show', image).trim(), image, uuid }
}

export function mountsOf(device: string): string[] {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter((line) => line.includes(` ${device} `))
    .map((line) => line.split(' ')[4]!)
}

/** The FUSE program that serves a device. */
export function fuseProcess(device: string): number | undefined {
  const found = spawnSync('pgrep', ['-f', `(ntfs-3g|exfat-fuse).*${device}( |$)`], { encoding: 'utf8' }).stdout
  return found.trim() === '' ? undefined : Number(found.trim().split('\n')[0])
}
