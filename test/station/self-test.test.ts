/** The monthly test reads charts of every source that is ready here: one that opens says nothing of another. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stationServices } from '../../src/station/services.ts'
import { clinic, copyOf, NURSE, openStation, prepare, scratch } from './scene.ts'

test('charts of each source are read; one whose copy is gone is a problem, and the others are read all the same', async (t) => {
  const home = await clinic(t)
  const { vault } = home.institution
  const first = (await vault.sources()).find(({ kind }) => kind === 'ssmix2')!
  const second = await vault.addSource({ kind: 'ssmix2', name: '分院', paths: [...first.paths] })
  await (
    await vault.runs.run(second.id)
  ).done
  const { words, file } = await prepare(home)
  const station = await openStation(t, scratch(t, 'pc'))
  station.takePackage(file)
  station.takeOrigin({ kind: 'folder', folder: copyOf(home, t) })
  const token = await station.openWith(words, NURSE)
  await station.refresh()
  const { auth, station: service } = stationServices(station)
  const nurse = (await auth.session(token))!
  assert.equal(new Set(station.ready().map(({ source }) => source)).size, 2)
  const whole = await service.test(nurse, false)
  assert.deepEqual([whole.charts, whole.problems], [20, 0])

  // What is said to be ready of a source that nobody here has any more.
  station.folder.change((state) => ({
    ...state,
    ready: state.ready.map((one) => (one.source === second.id ? { ...one, source: 'gone' } : one)),
  }))
  const half = await service.test(nurse, false)
  assert.deepEqual([half.charts, half.problems], [10, 1])
})
