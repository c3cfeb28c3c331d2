import assert from 'node:assert/strict'
import { test } from 'node:test'
import { zstdCompressSync } from 'node:zlib'
import { isAppError } from '#base'
import type { Bytes } from './bytes.ts'
import { TableCache } from './table-cache.ts'
import { openImage } from './image.ts'
import { partitionsOf } from './partitions.ts'
import { zstdFrameLength } from './zstd-frame.ts'

const file = (bytes: Buffer): Bytes => ({
  sizeBytes: bytes.length,
  read: async (at, length) => [bytes.subarray(at, at + length)],
})
const nothing = async (): Promise<undefined> => undefined
const fails = (code: string) => (error: unknown) => isAppError(error) && error.code === code

/** Header of version 3: 64 KiB clusters, first table in the second cluster. */
function qcow2(change: (header: Buffer) => void): Bytes {
  const bytes = Buffer.alloc(4 * 65536)
  bytes.write('QFI\xfb', 0, 'latin1')
  bytes.writeUInt32BE(3, 4)
  bytes.writeUInt32BE(16, 20)
  bytes.writeBigUInt64BE(65536n * 10n, 24)
  bytes.writeUInt32BE(1, 36)
  bytes.writeBigUInt64BE(65536n, 40)
  bytes.writeBigUInt64BE(2n * 65536n, 65536)
  change(bytes)
  return file(bytes)
}

test('a qcow2 without clusters reads as zeros', async () => {
  const { disk, format } = await openImage(
    qcow2(() => undefined),
    nothing,
  )
  assert.equal(format, 'qcow2')
  assert.equal(disk.sizeBytes, 655_360)
  assert.ok(Buffer.concat(await disk.read(100_000, 200_000)).equals(Buffer.alloc(200_000)))
})

test('what a hostile qcow2 says of itself is bounded before it is believed', async () => {
  const cases: [string, string, (header: Buffer) => void][] = [
    ['first table of 32 GB', 'DISK_DAMAGED', (h) => h.writeUInt32BE(0xffffffff, 36)],
    ['first table beyond the end', 'DISK_DAMAGED', (h) => h.writeBigUInt64BE(1n << 60n, 40)],
    ['disk larger than its table', 'DISK_DAMAGED', (h) => h.writeBigUInt64BE(1n << 50n, 24)],
    ['clusters of 4 GB', 'DISK_DAMAGED', (h) => h.writeUInt32BE(32, 20)],
    ['encryption', 'DISK_UNSUPPORTED', (h) => h.writeUInt32BE(1, 32)],
    ['external data', 'DISK_UNSUPPORTED', (h) => h.writeBigUInt64BE(4n, 72)],
    [
      'a backing file that is not there',
      'DISK_PART_MISSING',
      (h) => {
        h.writeBigUInt64BE(512n, 8)
        h.writeUInt32BE(11, 16)
        h.write('/etc/shadow', 512)
      },
    ],
  ]
  for (const [what, code, change] of cases) await assert.rejects(openImage(qcow2(change), nothing), fails(code), what)
})

test('a name inside an image asks for a sibling by its plain name only', async () => {
  const asked: string[] = []
  const siblings = async (name: string): Promise<undefined> => {
    asked.push(name)
  }
  const name = '../../etc/passwd'
  const image = qcow2((h) => {
    h.writeBigUInt64BE(512n, 8)
    h.writeUInt32BE(name.length, 16)
    h.write(name, 512)
  })
  await assert.rejects(openImage(image, siblings), fails('DISK_PART_MISSING'))
  const text = '# Disk DescriptorFile\nparentCID=ffffffff\nRW 4 FLAT "C:\\\\other\\\\disk-flat.vmdk" 0\n'
  await assert.rejects(openImage(file(Buffer.from(text)), siblings), fails('DISK_PART_MISSING'))
  assert.deepEqual(asked, ['passwd', 'disk-flat.vmdk'])
})

test('an image that lies upon itself ends', async () => {
  const image = qcow2((h) => {
    h.writeBigUInt64BE(512n, 8)
    h.writeUInt32BE(1, 16)
    h.write('a', 512)
  })
  await assert.rejects(
    openImage(image, async () => image),
    fails('DISK_UNSUPPORTED'),
  )
})

test('a cluster beyond the end of the file reads as zeros, a table beyond it is damage', async () => {
  const beyond = qcow2((h) => h.writeBigUInt64BE(50n * 65536n, 2 * 65536))
  const { disk } = await openImage(beyond, nothing)
  assert.ok(Buffer.concat(await disk.read(0, 4096)).equals(Buffer.alloc(4096)))
  const table = qcow2((h) => h.writeBigUInt64BE(50n * 65536n, 65536))
  await assert.rejects((await openImage(table, nothing)).disk.read(0, 4096), fails('DISK_DAMAGED'))
})

test('the snapshot of a vmdk alone is no disk', async () => {
  const text = '# Disk DescriptorFile\nparentCID=1234abcd\nRW 4 FLAT "a" 0\n'
  await assert.rejects(openImage(file(Buffer.from(text)), nothing), fails('DISK_UNSUPPORTED'))
})

test('the end of a zstd frame is found whatever follows', () => {
  for (const plain of [Buffer.alloc(65536, 3), Buffer.from('あいうえお'.repeat(9000)), Buffer.alloc(0)]) {
    const frame = zstdCompressSync(plain)
    assert.equal(zstdFrameLength(Buffer.concat([frame, Buffer.alloc(600, 0xaa)])), frame.length)
    assert.equal(zstdFrameLength(frame.subarray(0, frame.length - 1)), undefined)
  }
})

test('a chain of logical partitions that leads back ends', async () => {
  const disk = Buffer.alloc(64 * 512)
  const table = (at: number, entries: [type: number, from: number, sectors: number][]): void => {
    disk.writeUInt16LE(0xaa55, at * 512 + 510)
    entries.forEach(([type, from, sectors], i) => {
      disk[at * 512 + 446 + 16 * i + 4] = type
      disk.writeUInt32LE(from, at * 512 + 446 + 16 * i + 8)
      disk.writeUInt32LE(sectors, at * 512 + 446 + 16 * i + 12)
    })
  }
  table(0, [
    [0x83, 2, 4],
    [0x05, 10, 50],
    [0x83, 60, 100],
  ])
  table(10, [
    [0x83, 1, 4],
    [0x05, 10, 20],
  ])
  table(20, [
    [0x83, 1, 4],
    [0x05, 0, 20],
  ])
  const found = await partitionsOf(file(disk))
  // The third of the four lies beyond the end.
  assert.deepEqual(
    found.map(({ number, disk: { sizeBytes } }) => [number, sizeBytes]),
    [
      [1, 2048],
      [5, 2048],
      [6, 2048],
    ],
  )
})

test('one small file that a descriptor names a thousand times takes no memory', async () => {
  const extent = Buffer.alloc(8 << 20)
  extent.write('KDMV', 0, 'latin1')
  extent.writeBigUInt64LE(BigInt(1 << 20) * 8n, 12)
  extent.writeBigUInt64LE(8n, 20)
  extent.writeUInt32LE(1, 44)
  extent.writeBigUInt64LE(8n, 56)
  let read = 0
  const counted: Bytes = {
    sizeBytes: extent.length,
    read: async (at, length) => ((read += length), [extent.subarray(at, at + length)]),
  }
  const head = '# Disk DescriptorFile\nparentCID=ffffffff\n'
  const line = `RW ${(1 << 20) * 8} SPARSE "a.vmdk"\n`
  const open = (text: string) => openImage(file(Buffer.from(text)), async () => counted)
  assert.equal((await open(head + line)).disk.sizeBytes, 2 ** 32)
  read = 0
  await assert.rejects(open(head + line.repeat(1000)), fails('DISK_DAMAGED'))
  assert.ok(read < 16 << 20, `${read} bytes`)
  await assert.rejects(open(`${head}RW ${'9'.repeat(400)} ZERO\n`), fails('DISK_DAMAGED'))
})

test('tables are held up to so many bytes, the one used last longest', async () => {
  const cache = new TableCache(100)
  let made = 0
  const ask = (key: number, bytes = 40) => cache.make(key, async () => (made++, Buffer.alloc(bytes)))
  for (const key of [1, 2, 1, 3, 1, 3]) await ask(key)
  assert.equal(made, 3)
  await ask(2)
  assert.equal(made, 4, 'the second had to go')
  await assert.rejects(cache.make(9, async () => Promise.reject(new Error('no'))))
  await ask(9, 400)
  assert.equal(made, 5)
})
