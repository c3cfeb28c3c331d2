/**
 * Files inside a disk of a backup, made by mkfs.ext4 and mkntfs, read without starting or mounting it; and disks that lie.
 */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { isolationProblem } from '#isolation'
import { INSIDE } from '#vault'
import { noise } from '../restic/nasty-tree.ts'
import { house, take } from '../server/house.ts'

const TOOLS = [
  '/usr/bin/nbdfuse',
  '/usr/sbin/debugfs',
  '/usr/bin/ntfsls',
  '/usr/sbin/mkntfs',
  '/usr/bin/ntfs-3g',
  '/dev/fuse',
]
const missing = TOOLS.find((path) => !existsSync(path))
const problem = await isolationProblem()
const NEEDS = { skip: missing ? `${missing} is not here` : problem ? 'this system cannot isolate' : false }
const BIG = noise(3_000_000, 'big')
const quiet = (file: string, ...args: string[]) => execFileSync(file, args, { stdio: 'pipe' })

function tree(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'toride-inside-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(join(folder, '書類', '深い フォルダー'), { recursive: true })
  writeFileSync(join(folder, '書類', '深い フォルダー', '紹介状 $2.txt'), '紹介状\n')
  mkdirSync(join(folder, '空'))
  writeFileSync(join(folder, 'big.bin'), BIG)
  writeFileSync(join(folder, 'sparse.bin'), 'a')
  truncateSync(join(folder, 'sparse.bin'), 5_000_000)
  return folder
}

function ext4(from: string, image: string): void {
  quiet('/usr/sbin/mkfs.ext4', '-q', '-d', from, image, '24M')
}

/** Written by the system's own driver for it. */
function ntfs(from: string, image: string): void {
  writeFileSync(image, '')
  truncateSync(image, 24 << 20)
  quiet('/usr/sbin/mkntfs', '-q', '-F', '-f', image)
  quiet('/usr/sbin/ntfslabel', `--new-serial=${randomBytes(8).toString('hex')}`, image)
  const at = mkdtempSync(join(tmpdir(), 'toride-ntfs-'))
  quiet('/usr/bin/ntfs-3g', image, at)
  try {
    quiet('cp', '-r', `${from}/.`, at)
  } finally {
    quiet('umount', at)
    rmSync(at, { recursive: true })
  }
}

/** Two partitions of a table as old machines have it. */
function twoPartitions(path: string, first: Buffer, second: Buffer): void {
  const mbr = Buffer.alloc(1 << 20)
  let at = mbr.length / 512
  for (const [n, part] of [first, second].entries()) {
    mbr[446 + n * 16 + 4] = n === 0 ? 0x83 : 0x07
    mbr.writeUInt32LE(at, 446 + n * 16 + 8)
    mbr.writeUInt32LE(part.length / 512, 446 + n * 16 + 12)
    at += part.length / 512
  }
  mbr.writeUInt16LE(0xaa55, 510)
  writeFileSync(path, Buffer.concat([mbr, first, second]))
}

test(
  'ext4 and NTFS: folders with Japanese names, a file of any kind taken out, nothing left mounted',
  NEEDS,
  async (t) => {
    const home = house(t)
    const from = tree(t)
    const [one, two] = [
      join(from, '..', `${randomBytes(4).toString('hex')}-e`),
      join(from, '..', `${randomBytes(4).toString('hex')}-n`),
    ]
    t.after(() => [one, two].forEach((path) => rmSync(path, { force: true })))
    ext4(from, one)
    ntfs(from, two)
    twoPartitions(join(home.source, 'server.img'), readFileSync(one), readFileSync(two))
    const institution = await home.open()
    const [generationId = ''] = await take(institution, home, 1)
    const { instants } = institution.vault
    const [image] = (await instants.images(generationId)).images
    const disk = { generationId, at: image!.at }
    const { insides } = instants
    assert.deepEqual(
      (await insides.parts(disk)).map(({ name, kind }) => [name, kind]),
      [
        ['part1', 'ext4'],
        ['part2', 'ntfs'],
      ],
    )
    for (const part of ['part1', 'part2']) {
      const at: number[] = []
      const enter = async (name: string) => {
        const { entries } = (await insides.list(disk, part, at))!
        const position = entries.findIndex((entry) => entry.name === name)
        assert.ok(position >= 0, `${part}: ${name} of ${entries.map((entry) => entry.name).join()}`)
        return [...at, position]
      }
      const top = (await insides.list(disk, part, []))!
      const shown = top.entries.filter(({ name }) => name !== 'lost+found').map(({ name, kind }) => `${kind} ${name}`)
      assert.deepEqual(shown.toSorted(), ['file big.bin', 'file sparse.bin', 'folder 書類', 'folder 空'])
      const big = (await insides.read(disk, part, await enter('big.bin')))!
      assert.ok(big.bytes.equals(BIG))
      const sparse = (await insides.read(disk, part, await enter('sparse.bin')))!
      assert.deepEqual([sparse.bytes.length, sparse.bytes[0], sparse.bytes.indexOf(1)], [5_000_000, 97, -1])
      assert.deepEqual((await insides.list(disk, part, await enter('空')))?.entries, [])
      at.push(...(await enter('書類')))
      at.push((await enter('深い フォルダー')).at(-1)!)
      const [letter] = (await insides.list(disk, part, at))!.entries
      const taken = (await insides.read(disk, part, [...at, 0]))!
      assert.deepEqual(taken.trail, ['書類', '深い フォルダー', letter!.name])
      assert.equal(taken.bytes.toString(), '紹介状\n')
      assert.equal(await insides.read(disk, part, at), undefined, 'a folder is no file')
      assert.equal(await insides.list(disk, part, [...at, 0]), undefined, 'a file is no folder')
      assert.equal(await insides.list(disk, part, [99]), undefined)
    }
    assert.equal(await insides.list(disk, 'part3', []), undefined)
    assert.ok((await instants.inUse()).has(generationId), 'held while somebody looks')
    const folder = join(home.folder, INSIDE.instant)
    assert.ok(readdirSync(folder).length > 0)
    await insides.close()
    assert.deepEqual(readdirSync(folder), [])
    assert.doesNotMatch(readFileSync('/proc/self/mountinfo', 'utf8'), new RegExp(home.folder))
  },
)

test('a disk that lies: refused with its reason, the next look works', NEEDS, async (t) => {
  const home = house(t)
  const from = tree(t)
  const image = join(home.source, 'server.img')
  ext4(from, image)
  const bytes = readFileSync(image)
  // Its group descriptors are noise, its superblock says that all is well.
  noise(4096, 'lies').copy(bytes, bytes.readUInt32LE(1024 + 24) === 0 ? 2048 : 4096)
  writeFileSync(join(home.source, 'lies.img'), bytes)
  const xfs = Buffer.alloc(1 << 20)
  xfs.write('XFSB')
  writeFileSync(join(home.source, 'xfs.img'), xfs)
  const institution = await home.open()
  const [generationId = ''] = await take(institution, home, 1)
  const { insides } = institution.vault.instants
  const found = (await institution.vault.instants.images(generationId)).images
  const of = (name: string) => ({ generationId, at: found.find((one) => one.name === name)!.at })
  for (const name of ['lies.img', 'xfs.img'])
    await assert.rejects(insides.list(of(name), 'disk', []), /DISK_INSIDE_UNREADABLE/, name)
  assert.ok((await insides.list(of('server.img'), 'disk', []))!.entries.length > 3)
})
