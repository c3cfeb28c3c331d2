/** Recorded: util-linux 2.38 on Debian 12 without udev (loop devices), and lsblk of a host with udev and a USB-SSD. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ltfsMounts, parseBlkid, parseMountInfo, volumesOf } from './media-facts.ts'

const MOUNTS = `25 24 0:23 / /dev/shm rw,relatime - tmpfs tmpfs rw,size=24684092k
42 27 7:0 / /media/toride\\0401 ro,relatime shared:5 - ext4 /dev/loop0 rw
43 27 7:1 / /mnt/n rw,relatime - fuseblk /dev/loop1 rw,user_id=0,group_id=0,allow_other,blksize=4096
44 27 0:51 / /mnt/ltfs rw,nosuid - fuse.ltfs ltfs:/dev/sg3 rw,user_id=0
`
const BLKID = `DEVNAME=/dev/loop1
LABEL=TORIDE\\ 3
BLOCK_SIZE=512
UUID=71EFD05B23584A24
TYPE=ntfs

DEVNAME=/dev/loop0
UUID=6b10eb91-53ef-4926-91a1-0c6bb4f872b0
BLOCK_SIZE=1024
TYPE=ext4
`
const device = (more: object) => ({
  uuid: null,
  label: null,
  fstype: null,
  size: 33554432,
  ro: false,
  rm: false,
  hotplug: false,
  tran: null,
  type: 'loop',
  'maj:min': '  7:9',
  ...more,
})

test('mounts, with blanks in their names and read-only by either side', () => {
  const mounts = parseMountInfo(MOUNTS)
  assert.deepEqual(mounts[1], {
    folder: '/media/toride 1',
    source: '/dev/loop0',
    type: 'ext4',
    isReadOnly: true,
    deviceNumber: '7:0',
  })
  assert.deepEqual(
    mounts.map(({ isReadOnly }) => isReadOnly),
    [false, true, false, false],
  )
  assert.deepEqual(
    ltfsMounts(mounts).map(({ folder }) => folder),
    ['/mnt/ltfs'],
  )
  assert.deepEqual(parseMountInfo('half a line'), [])
})

test('volumes without udev: blkid names the file system, the mount is found by path or number', () => {
  const lsblk = JSON.stringify({
    blockdevices: [
      device({ path: '/dev/loop0', 'maj:min': '  7:0' }),
      device({ path: '/dev/loop1', 'maj:min': '  7:1', ro: true }),
      device({ path: '/dev/zram0', size: 0 }),
    ],
  })
  const volumes = volumesOf(lsblk, parseBlkid(BLKID), parseMountInfo(MOUNTS))
  assert.deepEqual(
    volumes.map(({ device: path, uuid, label, fileSystem, isWriteProtected, mounts }) => [
      path,
      uuid,
      label,
      fileSystem,
      isWriteProtected,
      mounts.map(({ folder }) => folder),
    ]),
    [
      ['/dev/loop0', '6b10eb91-53ef-4926-91a1-0c6bb4f872b0', '', 'ext4', false, ['/media/toride 1']],
      ['/dev/loop1', '71EFD05B23584A24', 'TORIDE 3', 'ntfs', true, ['/mnt/n']],
    ],
  )
})

test('partitions of a USB disk, numbers as texts, and the disk’s word before udev’s', () => {
  const part = device({ path: '/dev/sdb1', uuid: 'AAAA-0001', label: 'OLD', fstype: 'exfat', type: 'part' })
  const disk = device({ path: '/dev/sdb', size: '500', ro: '0', rm: '0', hotplug: '1', tran: 'usb', children: [part] })
  const [only, ...others] = volumesOf(JSON.stringify({ blockdevices: [disk] }), new Map(), [])
  assert.deepEqual(others, [])
  assert.deepEqual(
    [only!.device, only!.disk, only!.uuid, only!.isRemovable],
    ['/dev/sdb1', '/dev/sdb', 'AAAA-0001', true],
  )
  const fresh = new Map([['/dev/sdb1', { uuid: 'BBBB-0002', label: 'NEW', fileSystem: 'exfat' }]])
  assert.equal(volumesOf(JSON.stringify({ blockdevices: [disk] }), fresh, [])[0]!.uuid, 'BBBB-0002')
})
