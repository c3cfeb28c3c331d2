import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { hash, randomBytes } from 'node:crypto'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { isAppError, type Backend, type FileKind } from '#base'
import { memBackend, openLocalBackend } from '#storage'
import { checkMorning, type MediaCheck } from '../../src/vault/media/check.ts'
import { inTurn } from '../../src/vault/media/rotation.ts'
import { parseMediaSet, type MediaSet } from '../../src/vault/media/set.ts'
import { MediaStation } from '../../src/vault/media/station.ts'
import { FILE_SYSTEMS, fuseProcess, loopDevice, missing, mountsOf, type Loop } from './loop.ts'

const NOTHING_YET = { moves: [], copies: [] }

async function put(to: Backend, kind: FileKind, bytes: Buffer): Promise<void> {
  await to.save({ kind, name: kind === 'config' ? '' : hash('sha256', bytes, 'hex') }, [bytes])
}

/** A repository of some packs; their bytes are random, since only names and bytes matter to a medium. */
async function repository(packs = 6, packBytes = 200_000): Promise<ReturnType<typeof memBackend>> {
  const backend = memBackend()
  await put(backend, 'config', randomBytes(155))
  for (let i = 0; i < packs; i++) await put(backend, 'data', randomBytes(packBytes))
  for (const kind of ['index', 'keys', 'snapshots'] as const) await put(backend, kind, randomBytes(300))
  return backend
}

function setOf(...loops: Loop[]): MediaSet {
  return parseMediaSet({
    id: 'main',
    name: '夜間',
    media: loops.map(({ uuid }, i) => ({
      number: i + 1,
      uuid,
      label: `M${i + 1}`,
      kind: 'usb-ssd',
      shelf: `棚${i + 1}`,
    })),
    carriers: [],
  })
}

function stationOf(t: TestContext, set: MediaSet): MediaStation {
  const folder = fs.mkdtempSync(join(tmpdir(), 'media-station-'))
  // Only after the devices are let go (hooks run in the order they were made): never into a mounted medium.
  t.after(() => {
    for (const name of fs.readdirSync(folder)) fs.rmdirSync(join(folder, name))
    fs.rmdirSync(folder)
  })
  return new MediaStation(set, folder)
}

async function morning(station: MediaStation, set: MediaSet, dueNumber: number, neededBytes = 0): Promise<MediaCheck> {
  const media = inTurn(set, NOTHING_YET, 0)
  const due = media.find(({ number }) => number === dueNumber)
  return checkMorning({ set, inTurn: media, due, neededBytes, ...(await station.look()) })
}

for (const fileSystem of FILE_SYSTEMS) {
  test(`${fileSystem}: registered, found right, copied, read back from the medium, taken off; again costs nothing`, async (t) => {
    const reason = missing(fileSystem)
    if (reason) return t.skip(reason)
    const loop = loopDevice(t, fileSystem)
    const set = setOf(loop)
    const station = stationOf(t, set)
    const sources = [
      { name: 'chart-1', backend: await repository() },
      { name: 'own-state', backend: await repository(2) },
    ]
    assert.equal((await morning(station, set, 1)).finding, 'unmarked')
    await assert.rejects(station.copy(1, sources), (e) => isAppError(e, 'VAULT_MEDIUM_NOT_RIGHT'))
    await station.register(1)
    assert.deepEqual(await morning(station, set, 1), { finding: 'right', due: 1, found: [1] })
    assert.deepEqual(
      (await station.copy(1, sources)).map(({ name, damaged, snapshots }) => [name, damaged.length, snapshots.length]),
      [
        ['chart-1', 0, 1],
        ['own-state', 0, 1],
      ],
    )
    assert.deepEqual((await station.holds(1)).map(({ name }) => name).toSorted(), ['chart-1', 'own-state'])
    const { fromMedium, results } = await station.verify(1, sources)
    assert.ok(fromMedium)
    assert.deepEqual(
      [...results.values()].map(({ files, damaged }) => [files, damaged.length]),
      [
        [10, 0],
        [6, 0],
      ],
    )
    assert.equal(await station.eject(1), 'unmounted')
    assert.deepEqual(mountsOf(loop.device), [])

    const progress: number[] = []
    await station.copy(1, sources, { onProgress: (_, { filesTotal }) => progress.push(filesTotal) })
    assert.deepEqual(progress, [0, 0])
    const [mounted] = mountsOf(loop.device)
    const there = openLocalBackend(join(mounted!, 'toride', 'chart-1'))
    for (const [path, bytes] of sources[0]!.backend.files) {
      const [kind, name] = path.split('/') as [FileKind, string]
      assert.deepEqual(await there.load({ kind, name }), bytes)
    }

    // One byte rots on the medium.
    const [pack] = await there.list('data')
    const file = join(mounted!, 'toride', 'chart-1', 'data', pack!.name.slice(0, 2), pack!.name)
    fs.chmodSync(file, 0o600)
    const fd = fs.openSync(file, 'r+')
    fs.writeSync(fd, 'x', 1000)
    fs.closeSync(fd)
    assert.deepEqual((await station.verify(1, sources)).results.get('chart-1')?.damaged, [
      { kind: 'data', name: pack!.name },
    ])
  })

  test(`${fileSystem}: a medium that is too small is told before a byte is written, and keeps what it has`, async (t) => {
    const reason = missing(fileSystem)
    if (reason) return t.skip(reason)
    const loop = loopDevice(t, fileSystem, 12)
    const set = setOf(loop)
    const station = stationOf(t, set)
    const small = { name: 'small', backend: await repository(1) }
    const large = { name: 'large', backend: await repository(20, 1_000_000) }
    await station.register(1)
    await station.copy(1, [small])
    const check = await morning(station, set, 1, 20_000_000)
    assert.equal(check.finding, 'full')
    assert.ok(check.missingBytes! > 5_000_000)
    await assert.rejects(station.copy(1, [small, large]), (e) => isAppError(e, 'VAULT_MEDIUM_FULL'))
    assert.ok(!fs.existsSync(join(mountsOf(loop.device)[0]!, 'toride', 'large')))
    assert.equal((await station.verify(1, [small])).results.get('small')?.damaged.length, 0)
  })

  test(`${fileSystem}: torn off in the middle, it is said, the host's own disk gets nothing, and the next copy goes on`, async (t) => {
    const reason = missing(fileSystem)
    if (reason) return t.skip(reason)
    const loop = loopDevice(t, fileSystem)
    const set = setOf(loop)
    const station = stationOf(t, set)
    const sources = [{ name: 'chart-1', backend: await repository(12) }]
    await station.register(1)
    const [folder] = mountsOf(loop.device)
    const tear = (_: string, { filesDone }: { filesDone: number }) => {
      if (filesDone !== 4) return
      const pid = fuseProcess(loop.device)
      if (pid === undefined) spawn('umount', ['-l', folder!]).unref()
      else process.kill(pid, 'SIGKILL')
    }
    await assert.rejects(station.copy(1, sources, { onProgress: tear }), (e) => isAppError(e, 'VAULT_MEDIUM_GONE'))
    for (const dead of mountsOf(loop.device)) spawn('umount', ['-l', dead])
    while (mountsOf(loop.device).length > 0) await new Promise((resolve) => setTimeout(resolve, 20))
    assert.deepEqual(fs.readdirSync(folder!), [])
    await station.copy(1, sources)
    assert.deepEqual((await station.verify(1, sources)).results.get('chart-1')?.damaged, [])
  })
}

test('wrong, missing, two at once, copied, reformatted, write-protected', async (t) => {
  const reason = missing('ext4')
  if (reason) return t.skip(reason)
  const first = loopDevice(t, 'ext4', 8)
  const second = loopDevice(t, 'ext4', 8)
  const set = setOf(first, second)
  const station = stationOf(t, set)
  await station.register(1)
  await station.register(2)
  const finding = async (due: number, of = set) => (await morning(stationOf(t, of), of, due)).finding
  assert.equal(await finding(1), 'too-many')
  const alone = { ...set, media: set.media.slice(0, 1) }
  assert.equal(await finding(1, alone), 'right')
  const absent = { ...set, media: [{ ...set.media[0]!, uuid: 'not-here' }] }
  assert.equal(await finding(1, absent), 'missing')
  const renumbered = { ...set, media: [{ ...set.media[0]!, number: 2 }] }
  assert.equal(await finding(2, renumbered), 'copied')
  const wrong = { ...set, media: [set.media[0]!, { ...set.media[1]!, uuid: 'not-here' }] }
  assert.equal(await finding(2, wrong), 'wrong')
  await station.eject(1)
  await station.eject(2)
  const twin = loopDevice(t, 'ext4', 8, { like: first })
  assert.equal(await finding(1, alone), 'copied')
  assert.deepEqual([...mountsOf(first.device), ...mountsOf(twin.device)], [], 'neither of two twins is opened')
  await assert.rejects(station.copy(1, []), (e) => isAppError(e, 'VAULT_MEDIUM_NOT_RIGHT'))
})

test('a write-protected medium is read, and said to be so', async (t) => {
  const reason = missing('ext4')
  if (reason) return t.skip(reason)
  const before = loopDevice(t, 'ext4', 8)
  const set = setOf(before)
  await stationOf(t, set).register(1)
  await stationOf(t, set).eject(1)
  execFileSync('/usr/sbin/losetup', ['-d', before.device])
  loopDevice(t, 'ext4', 8, { like: before, isReadOnly: true })
  const station = stationOf(t, set)
  assert.equal((await morning(station, set, 1)).finding, 'read-only')
  await assert.rejects(station.register(1), (e) => isAppError(e, 'STORAGE_READ_ONLY'))
  const sources = [{ name: 'x', backend: await repository(1) }]
  await assert.rejects(station.copy(1, sources), (e) => isAppError(e, 'STORAGE_READ_ONLY'))
})

test('while another process works on it, it is not taken off', async (t) => {
  const reason = missing('ext4')
  if (reason) return t.skip(reason)
  const loop = loopDevice(t, 'ext4', 8)
  const set = setOf(loop)
  const station = stationOf(t, set)
  await station.register(1)
  const other = spawn('sleep', ['60'], { cwd: mountsOf(loop.device)[0]! })
  t.after(() => other.kill('SIGKILL'))
  await assert.rejects(station.eject(1), (e) => isAppError(e, 'STORAGE_MEDIUM_IN_USE'))
  const { fromMedium } = await station.verify(1, [])
  assert.equal(fromMedium, false, 'it could not be opened anew, so nothing shows where the bytes came from')
  const gone = new Promise((resolve) => other.on('exit', resolve))
  other.kill('SIGKILL')
  await gone
  assert.equal(await station.eject(1), 'unmounted')
})

test('a disk that is not of the set is neither mounted nor written to', async (t) => {
  const reason = missing('ext4')
  if (reason) return t.skip(reason)
  const [ours, foreign] = [loopDevice(t, 'ext4', 8), loopDevice(t, 'ext4', 8)]
  const before = hash('sha256', fs.readFileSync(foreign.image), 'hex')
  const set = setOf(ours)
  const station = stationOf(t, set)
  await station.register(1)
  await station.copy(1, [{ name: 'x', backend: await repository(1) }])
  assert.deepEqual(mountsOf(foreign.device), [])
  assert.equal(hash('sha256', fs.readFileSync(foreign.image), 'hex'), before)
  await assert.rejects(station.eject(2), (e) => isAppError(e, 'VAULT_MEDIUM_NOT_RIGHT'))
})
