/** What becomes of names that a cartridge's file system takes for the same, judged on real ones. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { toride, torideOk, scratch } from '../restic/toride-repo.ts'
import { FILE_SYSTEMS, loopDevice, missing, type FileSystem } from './loop.ts'

const NFC = 'が.txt'.normalize('NFC')
const NFD = 'が.txt'.normalize('NFD')
/** In the order of their bytes: of each pair the first is written. */
const NAMES = ['A/in.txt', 'KARTE.txt', 'a/in.txt', 'karte.txt', NFD, NFC, 'ＡＢ.txt', 'ａｂ.txt', 'alone.txt']
const MOUNT: Record<FileSystem, string> = { ext4: 'mount', exfat: 'mount.exfat-fuse', ntfs: 'ntfs-3g' }
/** ntfs-3g tells capitals apart as POSIX wants it, and none of the three touches normal forms. */
const REFUSED: Record<FileSystem, string[]> = { ext4: [], exfat: ['a', 'karte.txt', 'ａｂ.txt'], ntfs: [] }

for (const fileSystem of FILE_SYSTEMS) {
  test(`${fileSystem}: each of two alike names is restored, or refused with the other's name`, async (t) => {
    const reason = missing(fileSystem)
    if (reason) return t.skip(reason)
    const { device } = loopDevice(t, fileSystem)
    const base = scratch(t)
    const [source, repo, point] = ['source', 'repo', 'point'].map((name) => join(base, name)) as [
      string,
      string,
      string,
    ]
    fs.mkdirSync(point)
    execFileSync(MOUNT[fileSystem], [device, point], { stdio: 'ignore' })
    for (const name of NAMES) {
      fs.mkdirSync(join(source, name, '..'), { recursive: true })
      fs.writeFileSync(join(source, name), `content of ${name}`)
    }
    await torideOk(repo, 'init')
    await torideOk(repo, 'backup', source)
    const target = join(point, 'out')
    const { code, err } = await toride(repo, 'restore', `latest:${source}`, '--target', target, '--verify')
    const refused = REFUSED[fileSystem]
    assert.equal(code === 0, refused.length === 0, err)
    for (const name of refused) assert.match(err, new RegExp(`/${name}: .*RESTIC_NAME_TAKEN`), err)
    for (const name of NAMES) {
      if (refused.includes(name.split('/')[0]!)) continue
      assert.equal(fs.readFileSync(join(target, name), 'utf8'), `content of ${name}`)
    }
    assert.ok(!fs.readdirSync(target).some((name) => name.startsWith('.toride')))
  })
}
