/**
 * Sessions of disks that are started out of a generation, judged by QEMU's tools: found, served, changed, held from expiry,
 * written out, and what bad days leave of them.
 */
import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { promisify } from 'node:util'
import { manualClock } from '#base'
import type { Institution } from '#server'
import { DEFAULT_POLICY, type FoundImage, INSIDE, pskFile } from '#vault'
import { hostWords } from '../../src/web/pages/instant-hosts.ts'
import { noise } from '../restic/nasty-tree.ts'
import { house, type House } from '../server/house.ts'

const run = promisify(execFile)
const NEEDS = { skip: existsSync('/usr/bin/qemu-img') ? false : 'qemu-img is not here' }
const DAY = 86_400_000
const SIZE = 6 << 20
const ACTOR = 'person:p1'
const GO_ON = { reason: 'go-on', actor: ACTOR, canWrite: true } as const

/** A disk with an empty table of partitions; holes, noise, text. */
function rawDisk(path: string): void {
  const disk = Buffer.alloc(SIZE)
  for (let i = 0; i < 4; i++) noise(200_000, `disk ${i}`).copy(disk, (i + 1) * (1 << 20) + i * 4096)
  disk.writeUInt16LE(0xaa55, 510)
  writeFileSync(path, disk)
}

async function takeImages(home: House, { vault }: Institution, clock: { advance(ms: number): void }) {
  const policy = {
    ...DEFAULT_POLICY,
    dailyDays: 2,
    weeklyDays: 0,
    monthlyDays: 0,
    yearlyDays: 0,
    floorGenerations: 3,
    lockDays: 1,
  }
  const source = await vault.addSource({ kind: 'folder', name: '仮想マシン', paths: [home.source], policy })
  const again = async (): Promise<string> => {
    clock.advance(DAY)
    return (await (await vault.runs.run(source.id)).done).id
  }
  return { generationId: await again(), again, source }
}

async function begin(t: TestContext) {
  const home = house(t)
  const images = join(home.source, '仮想マシン', 'サーバー1')
  mkdirSync(images, { recursive: true })
  const raw = join(images, '受付サーバー.img')
  rawDisk(raw)
  const clock = manualClock(Date.UTC(2026, 10, 28, 17, 30))
  const institution = await home.open(clock)
  return { home, images, raw, clock, institution, vault: institution.vault }
}

const io = (uri: string, ...commands: string[]) =>
  run('qemu-io', ['-f', 'raw', ...commands.flatMap((one) => ['-c', one]), uri], { timeout: 60_000 })
const uriOf = (socket: string | undefined): string => `nbd+unix:///disk?socket=${socket}`

async function imagesOf(vault: Institution['vault'], generationId: string): Promise<[FoundImage, ...FoundImage[]]> {
  const { images } = await vault.instants.images(generationId)
  return [...images] as [FoundImage, ...FoundImage[]]
}

async function eventsOf({ ledger }: Institution): Promise<string[]> {
  const found: string[] = []
  for await (const { entry } of (await ledger.reader()).entries())
    if (entry.type.startsWith('instant.')) found.push(`${entry.type} ${entry.actor} ${JSON.stringify(entry.data)}`)
  return found
}

test(
  'images are found by name and by what they begin with; one runs once, ends, and goes on with its changes',
  NEEDS,
  async (t) => {
    const { home, images, raw, clock, institution, vault } = await begin(t)
    const convert = (form: string, name: string) => run('qemu-img', ['convert', '-O', form, raw, join(images, name)])
    await convert('qcow2', 'b.qcow2')
    await convert('vmdk', 'c.vmdk')
    writeFileSync(join(images, 'scan.img'), noise(9000, 'no disk'))
    writeFileSync(
      join(images, 'broken.qcow2'),
      Buffer.concat([Buffer.from('QFI\xfb', 'latin1'), Buffer.alloc(600, 0xff)]),
    )
    const { generationId } = await takeImages(home, institution, clock)
    const found = await vault.instants.images(generationId)
    assert.deepEqual(
      found.images.map(({ name, format, sizeBytes, problem }) => [name, format, problem ?? sizeBytes]),
      [
        ['b.qcow2', 'qcow2', SIZE],
        ['broken.qcow2', 'qcow2', 'DISK_UNSUPPORTED'],
        ['c.vmdk', 'vmdk', SIZE],
        ['受付サーバー.img', 'raw', SIZE],
      ],
    )
    const { at } = found.images.at(-1)!
    const [first, second] = await Promise.all([
      vault.instants.start({ generationId, at, ...GO_ON }),
      vault.instants.start({ generationId, at, ...GO_ON }),
    ])
    assert.equal(first.id, second.id, 'a second click meets the first')
    const view = (await vault.instants.get(first.id))!
    assert.equal(statSync(view.socket!).mode & 0o777, 0o600)
    assert.ok(view.path!.endsWith('/仮想マシン/サーバー1/受付サーバー.img'))
    await run('qemu-img', ['compare', '-f', 'raw', '-F', 'raw', uriOf(view.socket), raw])
    await io(uriOf(view.socket), 'write -P 9 1000k 70k', 'flush')
    await assert.rejects(vault.instants.throwAway(first.id, ACTOR), /DISK_SESSION_RUNNING/)
    await vault.instants.stop(first.id, ACTOR)
    await vault.instants.stop(first.id, ACTOR)
    const ended = (await vault.instants.get(first.id))!
    assert.deepEqual([ended.ended?.how, ended.keepsChanges, ended.changedBytes], ['person', true, 2 * 64 * 1024])
    assert.ok(ended.bytesRead >= SIZE)
    assert.equal(existsSync(view.socket!), false)

    const next = await vault.instants.goOn(first.id, { reason: 'test', actor: ACTOR })
    const { stdout } = await io(uriOf((await vault.instants.get(next.id))!.socket), 'read -P 9 1000k 70k')
    assert.doesNotMatch(stdout, /failed/)
    await assert.rejects(vault.instants.goOn(first.id, { reason: 'test', actor: ACTOR }), /DISK_CHANGES_GONE/)
    await vault.instants.stop(next.id, ACTOR)
    await vault.instants.throwAway(next.id, ACTOR)
    assert.deepEqual(readdirSync(join(home.folder, INSIDE.instant)), [])
    const events = await eventsOf(institution)
    assert.deepEqual(
      events.map((one) => one.split(' ')[0]),
      ['instant.started', 'instant.ended', 'instant.started', 'instant.ended', 'instant.changes'],
    )
    assert.ok(!events.join().includes('受付'), 'no name of a file in the ledger')
  },
)

test('other computers come by TLS with the key of the session, and by nothing else', NEEDS, async (t) => {
  const { home, raw, clock, institution, vault } = await begin(t)
  const { generationId } = await takeImages(home, institution, clock)
  const [{ at }] = await imagesOf(vault, generationId)
  const listen = { host: '127.0.0.1', port: 0 }
  const { id, key } = await vault.instants.start({ generationId, at, ...GO_ON, canWrite: false, listen })
  const { address } = (await vault.instants.get(id))!
  const [, port] = address!.split(':') as [string, string]
  assert.ok(Number(port) > 0)
  const keys = join(home.source, '..', 'keys')
  const wrong = join(home.source, '..', 'wrong')
  for (const [folder, secret] of [
    [keys, key!],
    [wrong, new Uint8Array(32)],
  ] as const) {
    mkdirSync(folder)
    writeFileSync(join(folder, 'keys.psk'), pskFile(secret), { mode: 0o600 })
  }
  const disk = (dir: string) => [
    '--object',
    `tls-creds-psk,id=tls0,dir=${dir},endpoint=client,username=toride`,
    '--image-opts',
    `driver=nbd,host=127.0.0.1,port=${port},export=disk,tls-creds=tls0`,
  ]
  const copy = join(home.source, '..', 'copy.raw')
  await run('qemu-img', ['convert', '-O', 'raw', ...disk(keys), copy])
  assert.ok(readFileSync(copy).equals(readFileSync(raw)))
  await assert.rejects(run('qemu-img', ['info', ...disk(wrong)], { timeout: 30_000 }))
  await assert.rejects(run('qemu-img', ['info', `nbd://127.0.0.1:${port}/disk`], { timeout: 30_000 }), /TLS|tls/)
  if (existsSync('/usr/bin/nbdinfo')) {
    const uri = (dir: string) => `nbds://toride@127.0.0.1:${port}/disk?tls-psk-file=${join(dir, 'keys.psk')}`
    assert.match((await run('nbdinfo', [uri(keys)])).stdout, /with TLS/)
    await assert.rejects(run('nbdinfo', [uri(wrong)], { timeout: 30_000 }))
    await assert.rejects(run('nbdinfo', ['--list', `nbd://127.0.0.1:${port}`], { timeout: 30_000 }))
  }
  // What the page tells people to type, typed.
  const words = new Map(hostWords({ address: address! }, false))
  const typed = run('bash', ['-c', words.get('check')!.replace('/root/toride-nbd', keys)], { timeout: 60_000 })
  assert.match((await typed).stdout, /virtual size: 6 MiB/)
  // Its key is kept nowhere: a second click cannot show it again.
  assert.equal((await vault.instants.start({ generationId, at, ...GO_ON, listen })).key, undefined)
})

test('a port that is taken, an address of another computer: refused, and nothing is left', NEEDS, async (t) => {
  const { home, clock, institution, vault } = await begin(t)
  const { generationId } = await takeImages(home, institution, clock)
  const [{ at }] = await imagesOf(vault, generationId)
  const other = createServer().listen(0, '127.0.0.1')
  t.after(() => other.close())
  await new Promise((done) => other.once('listening', done))
  const { port } = other.address() as { port: number }
  const start = (host: string, at_: readonly number[] = at) =>
    vault.instants.start({ generationId, at: at_, ...GO_ON, listen: { host, port } })
  await assert.rejects(start('127.0.0.1'), /DISK_ADDRESS_TAKEN/)
  await assert.rejects(start('192.0.2.7'), /DISK_ADDRESS_UNKNOWN/)
  await assert.rejects(start('127.0.0.1', [0, 9, 9]), /VAULT_FILE_UNKNOWN/)
  assert.deepEqual(await vault.instants.list(), [])
  assert.deepEqual([await eventsOf(institution), readdirSync(join(home.folder, INSIDE.instant))], [[], []])
})

test('a generation is not let go while its disk runs or its changes are kept', NEEDS, async (t) => {
  const { home, clock, institution, vault } = await begin(t)
  const { generationId, again, source } = await takeImages(home, institution, clock)
  const [{ at }] = await imagesOf(vault, generationId)
  const { id } = await vault.instants.start({ generationId, at, ...GO_ON })
  const isThere = async () => (await vault.generations.list({ sourceId: source.id })).some((g) => g.id === generationId)
  for (let day = 0; day < 6; day++) await again()
  assert.ok(await isThere(), 'it runs')
  await vault.instants.stop(id, ACTOR)
  await again()
  assert.ok(await isThere(), 'its changes are kept')
  await vault.instants.throwAway(id, ACTOR)
  await again()
  assert.equal(await isThere(), false)
})

test('the server ends or is killed: the session is over, its changes stay and go on', NEEDS, async (t) => {
  const { home, clock, institution, vault } = await begin(t)
  const { generationId } = await takeImages(home, institution, clock)
  const [{ at }] = await imagesOf(vault, generationId)
  const { id } = await vault.instants.start({ generationId, at, ...GO_ON })
  await io(uriOf((await vault.instants.get(id))!.socket), 'write -P 5 2M 64k', 'flush')
  const after = await home.open(clock)
  assert.equal((await after.vault.instants.get(id))!.ended?.how, 'server')
  const next = await after.vault.instants.goOn(id, { reason: 'go-on', actor: ACTOR })
  const { socket } = (await after.vault.instants.get(next.id))!
  assert.doesNotMatch((await io(uriOf(socket), 'read -P 5 2M 64k')).stdout, /failed/)

  // As a kill leaves it: the row runs, nothing serves it, and its folder is perhaps gone.
  await after.vault.instants.stop(next.id, ACTOR)
  await after.database
    .tables<{ instant: { id: string; ended_at: number | null } }>()
    .updateTable('instant')
    .set({ ended_at: null })
    .where('id', '=', next.id)
    .execute()
  await after.vault.instants.recover()
  const killed = (await after.vault.instants.get(next.id))!
  assert.deepEqual([killed.ended?.how, killed.keepsChanges], ['server', true])
})

test('no room for changes: the guest is told, the session says so, what was flushed stays', NEEDS, async (t) => {
  const { home, clock, institution, vault } = await begin(t)
  const { generationId } = await takeImages(home, institution, clock)
  const [{ at }] = await imagesOf(vault, generationId)
  const folder = join(home.folder, INSIDE.instant)
  mkdirSync(folder, { mode: 0o700 })
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m,mode=0700', 'tmpfs', folder]).status !== 0)
    return t.skip('mounting a small file system needs root')
  try {
    const { id } = await vault.instants.start({ generationId, at, ...GO_ON })
    const uri = uriOf((await vault.instants.get(id))!.socket)
    await io(uri, 'write -P 7 64k 64k', 'flush')
    await assert.rejects(io(uri, 'write -P 8 1M 3M').then(({ stdout }) => assert.doesNotMatch(stdout, /No space/)))
    while ((await vault.instants.get(id))!.trouble === undefined) await new Promise((done) => setTimeout(done, 50))
    assert.equal((await vault.instants.get(id))!.trouble, 'STORAGE_FULL')
    assert.doesNotMatch((await io(uri, 'read -P 7 64k 64k')).stdout, /failed/)
    await vault.instants.stop(id, ACTOR)
  } finally {
    await home.close()
    spawnSync('umount', [folder])
  }
})

test(
  'a disk with its changes becomes an image of its own, raw or qcow2, and the next backup takes it',
  NEEDS,
  async (t) => {
    const { home, images, raw, clock, institution, vault } = await begin(t)
    const { generationId, again } = await takeImages(home, institution, clock)
    const [{ at }] = await imagesOf(vault, generationId)
    const { id } = await vault.instants.start({ generationId, at, ...GO_ON })
    await io(uriOf((await vault.instants.get(id))!.socket), 'write -P 6 3000k 130k', 'flush')
    const out = (to: string, form: 'raw' | 'qcow2') =>
      vault.instants.writeOut(id, { to, form, actor: ACTOR, subject: '仮想マシン' })
    const ended = async (job: string) => {
      while (vault.jobs.get(job)!.state === 'running') await new Promise((done) => setTimeout(done, 20))
      return vault.jobs.get(job)!
    }
    await assert.rejects(out(join(images, 'x.raw'), 'raw'), /DISK_SESSION_RUNNING/)
    await vault.instants.stop(id, ACTOR)
    const wanted = readFileSync(raw)
    wanted.fill(6, 3000 * 1024, 3130 * 1024)
    for (const form of ['raw', 'qcow2'] as const) {
      const to = join(images, `続き.${form}`)
      const job = await ended(await out(to, form))
      assert.deepEqual([job.state, job.bytesDone], ['done', SIZE])
      if (form === 'qcow2') await run('qemu-img', ['check', '-f', 'qcow2', to])
      await run('qemu-img', ['convert', '-f', form, '-O', 'raw', to, `${to}.flat`])
      assert.ok(readFileSync(`${to}.flat`).equals(wanted))
    }
    // Nothing is written over, and the first is as it was.
    assert.equal((await ended(await out(join(images, '続き.raw'), 'raw'))).errorCode, 'STORAGE_EXISTS')
    assert.ok(readFileSync(join(images, '続き.raw')).equals(wanted))
    assert.deepEqual(
      readdirSync(images).filter((name) => name.endsWith('.part')),
      [],
    )
    const found = await vault.instants.images(await again())
    assert.ok(found.images.some(({ name }) => name === '続き.qcow2'))
  },
)
