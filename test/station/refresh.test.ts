/** Bringing an emergency PC up to date, and the days on which that goes wrong: what was there stays, and can be read. */
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { systemClock } from '#base'
import { stationServices } from '../../src/station/services.ts'
import { setUpSample } from '../../src/server/first-run.ts'
import { clockAt } from '../server/house.ts'
import { type Clinic, clinic, NURSE, openStation, prepare, scratch } from './scene.ts'

const HOUR = 3_600_000

/** Brings the places' state onto the disk that is carried. */
const carry = ({ home }: Clinic, disk: string): void =>
  cpSync(join(home.folder, 'places', 'local'), disk, { recursive: true, force: false, errorOnExist: false })

const packsIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile() && /\/data\//.test(`${one.parentPath}/`))
    .map((one) => join(one.parentPath, one.name))

test('a disk that comes and goes: only what is new is copied, the old is served until the new is ready', async (t) => {
  const home = await clinic(t)
  const { words, file } = await prepare(home)
  const disk = scratch(t, 'disk')
  carry(home, disk)
  const pc = scratch(t, 'pc')
  const station = await openStation(t, pc)
  station.takePackage(file)
  station.takeOrigin({ kind: 'medium', folder: disk })
  // Without the card copies come, and nothing is made of them.
  await station.refresh()
  assert.equal(station.ready().length, 0)
  const first = packsIn(join(pc, 'copies')).map((path) => ({ path, ino: statSync(path).ino }))
  assert.ok(first.length > 0)
  await station.openWith(words, NURSE)
  await station.refresh()
  const before = station.ready()[0]!

  // The next day, and the disk is away: what is here stays, and it is said that nothing came.
  await setUpSample(home.institution, () => undefined, { patients: 60, months: 1 }).catch(() => undefined)
  const source = (await home.institution.vault.sources()).find(({ kind }) => kind === 'ssmix2')!
  const folders = readdirSync(source.paths[0]!, { recursive: true, withFileTypes: true }).filter((one) => one.isFile())
  const adt = folders.find(({ name }) => name.includes('ADT-00'))!
  cpSync(join(adt.parentPath, adt.name), join(adt.parentPath, adt.name.replace(/_1$/, '_2')))
  const next = await (await home.institution.vault.runs.run(source.id)).done
  station.takeOrigin({ kind: 'medium', folder: join(disk, 'gone') })
  await station.refresh()
  assert.equal(station.folder.state().failure?.code, 'VAULT_PLACE_NOT_THERE')
  assert.deepEqual(station.ready()[0], before)

  carry(home, disk)
  station.takeOrigin({ kind: 'medium', folder: disk })
  await station.refresh()
  assert.equal(station.folder.state().failure, undefined)
  const [newest] = station.ready()
  assert.equal(newest!.snapshot, next.id)
  assert.deepEqual(
    first.map(({ path }) => ({ path, ino: statSync(path).ino })),
    first,
    'what was here was not written again',
  )
  assert.equal(station.ready().length, 2, 'the one before can still be chosen')
})

test('killed in the middle of a refresh, again and again: the next start goes on, nothing half is ever there', async (t) => {
  const home = await clinic(t)
  const { words, file } = await prepare(home)
  const disk = scratch(t, 'disk')
  carry(home, disk)
  const pc = scratch(t, 'pc')
  const packageFile = join(disk, 'package.json')
  writeFileSync(packageFile, file)
  const copies = join(pc, 'copies')
  // As soon as anything is there, then a little later.
  for (const wanted of [1, 2]) {
    const child = spawn(
      'bin/toride',
      ['station', '--data', pc, '--package', packageFile, '--medium', disk, '--port', '0'],
      {
        stdio: 'ignore',
      },
    )
    const ended = once(child, 'exit')
    for (let tries = 0; tries < 1000 && (existsSync(copies) ? packsIn(copies).length : 0) < wanted; tries++)
      await new Promise((resolve) => setTimeout(resolve, 5))
    child.kill('SIGKILL')
    await ended
  }
  const station = await openStation(t, pc)
  await station.openWith(words, NURSE)
  await station.refresh()
  assert.equal(station.folder.state().failure, undefined)
  assert.equal(station.ready()[0]!.unreadable, 0)
  const source = station.folder.copies()[0]!.id
  for (const path of packsIn(join(disk, source)))
    assert.deepEqual(readFileSync(path), readFileSync(path.replace(disk, copies)))
})

test('a damaged pack costs its own patients and is counted; a cut file on this disk comes anew', async (t) => {
  const home = await clinic(t)
  const { words, file } = await prepare(home)
  const disk = scratch(t, 'disk')
  carry(home, disk)
  const pc = scratch(t, 'pc')
  const station = await openStation(t, pc)
  station.takePackage(file)
  station.takeOrigin({ kind: 'medium', folder: disk })
  await station.refresh()
  const source = station.folder.copies()[0]!.id
  const packs = packsIn(join(pc, 'copies', source)).toSorted((a, b) => statSync(b).size - statSync(a).size)
  truncateSync(packs[0]!, 100)
  await station.refresh()
  assert.equal(station.folder.state().failure?.code, 'RESTIC_DAMAGED')
  await station.refresh()
  assert.equal(station.folder.state().failure, undefined)
  assert.ok(statSync(packs[0]!).size > 100)

  // Rot in the middle of the largest one, which no size shows.
  const bytes = readFileSync(packs[0]!)
  bytes[Math.floor(bytes.length / 2)]! ^= 0xff
  writeFileSync(packs[0]!, bytes)
  await station.openWith(words, NURSE)
  await station.refresh()
  const state = await stationServices(station).station.state()
  const shown = state.sources[0]!.shown
  // One blob: a folder's file, or a folder's list; never the whole.
  if (shown) assert.ok(shown.unreadable > 0 && shown.patients > 30, JSON.stringify(shown))
  else assert.ok(state.failure, 'nothing is shown as whole that is not')
})

test('an origin whose files were cut or overwritten takes nothing away that lies here whole', async (t) => {
  const home = await clinic(t)
  const { words, file } = await prepare(home)
  const disk = scratch(t, 'disk')
  carry(home, disk)
  const station = await openStation(t, scratch(t, 'pc'))
  station.takePackage(file)
  station.takeOrigin({ kind: 'medium', folder: disk })
  await station.refresh()
  // What an encryptor leaves of a share that is mounted: names as they were, other bytes, other lengths.
  const all = readdirSync(disk, { recursive: true, withFileTypes: true }).filter((one) => one.isFile())
  for (const { parentPath, name } of all) {
    const path = join(parentPath, name)
    spawnSync('chattr', ['-i', path])
    if (name !== 'config') writeFileSync(path, 'encrypted')
  }
  await station.refresh()
  await station.refresh()
  assert.equal(station.folder.state().failure?.code, 'RESTIC_DAMAGED', 'it is told')
  await station.openWith(words, NURSE)
  await station.refresh()
  const { sources } = await stationServices(station).station.state()
  assert.deepEqual([sources[0]?.shown?.patients, sources[0]?.shown?.unreadable], [60, 0])
})

test('a clock that moved, a second process, a state that is half a file', async (t) => {
  const home = await clinic(t)
  const { file } = await prepare(home)
  const disk = scratch(t, 'disk')
  carry(home, disk)
  const pc = scratch(t, 'pc')
  const station = await openStation(t, pc)
  station.takePackage(file)
  station.takeOrigin({ kind: 'medium', folder: disk })
  assert.equal(station.isDue(2 * HOUR), true)
  await station.refresh()
  assert.equal(station.isDue(2 * HOUR), false)
  const at = (ms: number) =>
    Object.assign(Object.create(station) as typeof station, { clock: clockAt(systemClock.now() + ms) })
  assert.equal(at(3 * HOUR).isDue(2 * HOUR), true)
  assert.equal(at(-400 * 24 * HOUR).isDue(2 * HOUR), true, 'a clock in the past holds nothing up')
  const release = station.folder.hold()
  assert.throws(() => station.folder.hold(), { code: 'STATION_IN_USE' })
  release()
  truncateSync(join(pc, 'state.json'), 10)
  assert.deepEqual(station.folder.state().ready, [])
})

test('on a full disk charts open and are written down; copies wait for room', async (t) => {
  const home = await clinic(t)
  const { words, file } = await prepare(home)
  const source = scratch(t, 'disk')
  carry(home, source)
  const disk = mkdtempSync(join(tmpdir(), 'toride-station-full-'))
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=96m', 'tmpfs', disk]).status !== 0)
    return t.skip('mounting a small file system needs root')
  t.after(() => {
    spawnSync('umount', ['-l', disk])
    rmSync(disk, { recursive: true, force: true })
  })
  const station = await openStation(t, join(disk, 'pc'))
  station.takePackage(file)
  station.takeOrigin({ kind: 'folder', folder: source })
  const { auth, charts, station: service } = stationServices(station)
  await station.openWith(words, NURSE)
  await station.refresh()
  for (const size of [1 << 20, 4096])
    try {
      for (;;) writeFileSync(join(disk, 'filler'), new Uint8Array(size), { flag: 'a' })
    } catch {
      // Full.
    }
  const token = await station.openWith(words, NURSE)
  const viewer = (await auth.session(token))!
  const { hits } = await charts.search(viewer, '0', { page: 1, pageSize: 1 })
  const generationId = station.ready()[0]!.snapshot
  const identifiers = [hits[0]!.patientId, hits[0]!.kanji!, hits[0]!.birthDate!]
  assert.equal((await charts.open(viewer, hits[0]!.key, { generationId, identifiers })).kind, 'ok')
  assert.equal((await service.log(viewer))[0]!.what, 'chart.opened')
  assert.equal(station.reserve.isKept, false)
})
