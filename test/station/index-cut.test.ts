/** The index out of a bare repository, cut while it is made. What comes then is the whole index. */
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { systemClock } from '#base'
import { Station } from '#station'
import { stationServices } from '../../src/station/services.ts'
import { clinic, copyOf, NURSE, openStation, prepare, scratch } from './scene.ts'

const KINDS = ['0', 'ア', '19'] as const

/** What a reader finds; charts are opened one by one elsewhere. */
async function found(t: TestContext, pc: string, words: string) {
  const station = await openStation(t, pc)
  const token = await station.openWith(words, NURSE)
  await station.refresh()
  const { auth, charts } = stationServices(station)
  const viewer = (await auth.session(token))!
  const hits = []
  for (const query of KINDS) hits.push((await charts.search(viewer, query, { page: 1, pageSize: 100 })).hits)
  return { hits, failure: station.folder.state().failure, ready: station.ready() }
}

const bytesIn = (folder: string): number =>
  existsSync(folder) ? readdirSync(folder).reduce((sum, name) => sum + sizeOf(join(folder, name)), 0) : 0
const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0

test('killed while the index is made, again and again: the next start makes the whole one', async (t) => {
  const home = await clinic(t)
  const { words, file } = await prepare(home)
  const copies = copyOf(home, t)
  const [clean, cut] = [scratch(t, 'clean'), scratch(t, 'cut')]
  const packageFile = join(copies, 'package.json')
  writeFileSync(packageFile, file)
  const start = (pc: string) =>
    spawn(
      process.execPath,
      ['--import', './tools/jsx-hook.mjs', 'test/station/index-maker.ts', pc, packageFile, copies, words],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    )
  const whole = start(clean)
  assert.equal((await once(whole, 'exit'))[0], 0)
  // With the first patients of the catalogue, with more, and when the index is about to be kept.
  let killed = 0
  for (const reached of [
    () => bytesIn(join(cut, 'catalogue')) > 50_000,
    () => bytesIn(join(cut, 'catalogue')) > 400_000,
    () => existsSync(join(cut, 'indexes')),
  ]) {
    const child = start(cut)
    const ended = once(child, 'exit')
    while (!reached() && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 1))
    if (child.exitCode === null) killed++
    child.kill('SIGKILL')
    await ended
  }
  assert.equal(killed, 3, 'each was killed in its work')
  const [expected, actual] = [await found(t, clean, words), await found(t, cut, words)]
  assert.ok(expected.hits[0]!.length >= 60)
  assert.equal(actual.failure, undefined)
  assert.deepEqual(actual.hits, expected.hits)
  assert.deepEqual(
    readdirSync(join(cut, 'indexes')),
    actual.ready.map(({ snapshot }) => `${snapshot}.index`),
    'nothing half lies about',
  )

  await onFullDisk(t, { words, file, copies })
})

/** A disk that holds the index or does not, and never the log's reserve: it ends, says so, and shows what it has. */
async function onFullDisk(t: TestContext, { words, file, copies }: { words: string; file: string; copies: string }) {
  if (process.getuid?.() !== 0) return t.diagnostic('no right to mount: the full disk was not tried')
  const pc = scratch(t, 'full')
  for (const megabytes of [1, 2, 4]) {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'none', pc])
    try {
      const told: unknown[] = []
      const station = await Station.open({
        folder: pc,
        clock: systemClock,
        version: '0.0.1',
        onError: (e) => told.push(e),
      })
      station.takePackage(file)
      station.takeOrigin({ kind: 'folder', folder: copies })
      await station.openWith(words, NURSE)
      await station.refresh()
      assert.equal(station.folder.state().failure?.code, 'STORAGE_FULL', `${megabytes} MB`)
      assert.deepEqual(told, [])
      await station.close()
    } finally {
      execFileSync('umount', ['-l', pc])
    }
  }
}
