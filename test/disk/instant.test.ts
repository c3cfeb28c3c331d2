/**
 * Disk images out of a repository over NBD, judged by QEMU's own tools: the same bytes in every form, writes beside the image,
 * and a machine that boots. The machine is real: Debian's kernel, under software emulation.
 */
import assert from 'node:assert/strict'
import { execFile, type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test, type TestContext } from 'node:test'
import { promisify } from 'node:util'
import { noise } from '../restic/nasty-tree.ts'
import { PASSWORD, scratch, torideOk } from '../restic/toride-repo.ts'

const run = promisify(execFile)
const NEEDS = { skip: existsSync('/usr/bin/qemu-img') ? false : 'qemu-img is not here' }
const MACHINE = { skip: existsSync('/usr/bin/qemu-system-x86_64') ? false : 'qemu-system-x86_64 is not here' }
const SIZE = 24 << 20

/** Half of it holes, some of it random, some of it text; not a whole number of clusters. */
function rawDisk(path: string): void {
  const disk = Buffer.alloc(SIZE + 512)
  for (let i = 0; i < 12; i++) noise(400_000, `disk ${i}`).copy(disk, i * (2 << 20) + i * 4096)
  Buffer.from('予約 2026-11-28 内科\n'.repeat(40_000)).copy(disk, 5 << 20)
  disk.write('the end', SIZE + 500)
  writeFileSync(path, disk)
}

/** `toride repo nbd` as a process of its own, ended by the test. */
async function serve(t: TestContext, repo: string, file: string, ...more: string[]) {
  const base = scratch(t)
  const socket = join(base, 'nbd')
  const password = join(base, 'password')
  writeFileSync(password, PASSWORD)
  const child = spawn(
    'bin/toride',
    ['repo', 'nbd', 'latest', file, '--repo', repo, '--password-file', password, '--socket', socket, ...more],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let said = ''
  child.stdout.on('data', (text) => (said += text))
  child.stderr.on('data', (text) => (said += text))
  t.after(() => end(child))
  for (let i = 0; i < 600 && !said.includes(socket); i++) {
    assert.equal(child.exitCode, null, said)
    await new Promise((done) => setTimeout(done, 50))
  }
  assert.match(said, /nbd\+unix|nbds:/)
  return { socket, uri: `nbd+unix:///disk?socket=${socket}`, end: () => end(child), said: () => said }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise((done) => child.once('exit', done))
  child.kill('SIGINT')
  await gone
}

const sha256 = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex')

test('every form of image is the same disk for QEMU as it was', NEEDS, async (t) => {
  const base = scratch(t)
  const [images, repo] = [join(base, 'images'), join(base, 'repo')]
  mkdirSync(images)
  const raw = join(images, 'disk.raw')
  rawDisk(raw)
  const make = (name: string, form: string, ...options: string[]): string => {
    const made = spawnSync('qemu-img', ['convert', '-O', form, ...options, raw, join(images, name)])
    assert.equal(made.status, 0, made.stderr.toString())
    return name
  }
  const forms = [
    'disk.raw',
    make('v2.qcow2', 'qcow2', '-o', 'compat=0.10'),
    make('v3.qcow2', 'qcow2', '-o', 'cluster_size=4k'),
    make('deflate.qcow2', 'qcow2', '-c'),
    make('zstd.qcow2', 'qcow2', '-c', '-o', 'compression_type=zstd'),
    make('sparse.vmdk', 'vmdk'),
    make('stream.vmdk', 'vmdk', '-o', 'subformat=streamOptimized'),
    make('flat.vmdk', 'vmdk', '-o', 'subformat=monolithicFlat'),
    make('parts.vmdk', 'vmdk', '-o', 'subformat=twoGbMaxExtentSparse'),
  ]
  // Changes of a second image that lies upon the first.
  await run('qemu-img', ['create', '-q', '-f', 'qcow2', '-b', 'v3.qcow2', '-F', 'qcow2', join(images, 'upon.qcow2')])
  await run('qemu-io', ['-c', 'write -q -P 7 5M 300k', '-c', 'write -q -z 9M 1M', join(images, 'upon.qcow2')])
  await torideOk(repo, 'init')
  await torideOk(repo, 'backup', images)
  for (const name of [...forms, 'upon.qcow2']) {
    const served = await serve(t, repo, join(images, name))
    const [form, like] = name === 'upon.qcow2' ? ['qcow2', join(images, name)] : ['raw', raw]
    await run('qemu-img', ['compare', '-f', 'raw', '-F', form, served.uri, like])
    await served.end()
  }
})

test(
  'what is written lies beside the image and is there after a restart; without that it cannot be written',
  NEEDS,
  async (t) => {
    const base = scratch(t)
    const [images, repo, changes] = [join(base, 'images'), join(base, 'repo'), join(base, 'changes')]
    mkdirSync(images)
    rawDisk(join(images, 'disk.raw'))
    await torideOk(repo, 'init')
    await torideOk(repo, 'backup', images)
    const file = join(images, 'disk.raw')
    const io = (uri: string, ...commands: string[]) =>
      run('qemu-io', ['-f', 'raw', ...commands.flatMap((one) => ['-c', one]), uri])

    const first = await serve(t, repo, file, '--changes', changes)
    // The folder's owner alone may connect.
    assert.equal(statSync(first.socket).mode & 0o777, 0o600)
    await io(first.uri, 'write -P 9 1000k 70k', 'write -P 3 5000001 33', 'flush')
    await first.end()
    const second = await serve(t, repo, file, '--changes', changes)
    const { stdout } = await io(second.uri, 'read -P 9 1000k 70k', 'read -P 3 5000001 33')
    assert.doesNotMatch(stdout, /Pattern verification failed/)
    await second.end()
    const readOnly = await serve(t, repo, file)
    await assert.rejects(io(readOnly.uri, 'write -P 9 0 4k'))
    await run('qemu-img', ['compare', '-f', 'raw', '-F', 'raw', readOnly.uri, file])
  },
)

test(
  'a machine boots from a backup at once, keeps what it changes, and the backup stays as it was',
  MACHINE,
  async (t) => {
    const base = scratch(t)
    const [images, repo, changes] = [join(base, 'images'), join(base, 'repo'), join(base, 'changes')]
    mkdirSync(images)
    const raw = join(images, 'server.img')
    const made = spawnSync('bash', ['test/disk/guest.sh', raw])
    if (made.status !== 0) return t.skip(`the guest could not be made here: ${made.stderr.toString().split('\n')[0]}`)
    // As a hypervisor keeps it.
    const image = join(images, 'server.qcow2')
    spawnSync('qemu-img', ['convert', '-c', '-O', 'qcow2', raw, image])
    const before = sha256(image)
    await torideOk(repo, 'init')
    await torideOk(repo, 'backup', images)
    const boot = async (folder: string): Promise<string> => {
      const served = await serve(t, repo, image, '--changes', folder)
      const drive = `file=${served.uri},format=raw,if=virtio`
      const machine = [
        '-machine',
        'accel=tcg',
        '-m',
        '256',
        '-nographic',
        '-no-reboot',
        '-nic',
        'none',
        '-drive',
        drive,
      ]
      const { stdout } = await run('qemu-system-x86_64', machine, { timeout: 120_000 })
      await served.end()
      return /toride-guest boot \d+/.exec(stdout)?.[0] ?? stdout
    }
    assert.equal(await boot(changes), 'toride-guest boot 1')
    assert.equal(await boot(changes), 'toride-guest boot 2')
    assert.equal(await boot(resolve(base, 'others')), 'toride-guest boot 1')
    assert.equal(sha256(image), before)
  },
)
