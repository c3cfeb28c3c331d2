/** Sheets printed on server and emergency PCs while apart: no number twice, also after the PC's whole disk was put back or copied. */
import assert from 'node:assert/strict'
import { cpSync, rmSync } from 'node:fs'
import { test } from 'node:test'
import { serve } from '../../src/server/serve.ts'
import { slipService as serverSlips } from '../../src/server/services/slips.ts'
import { stationsService } from '../../src/server/services/stations.ts'
import { exchangeBooks } from '../../src/station/exchange-books.ts'
import { slipService } from '../../src/station/numbers.ts'
import { firstPerson } from '../server/person.ts'
import { clinic, openStation, scratch } from './scene.ts'

test('two PCs and the server print apart; one is put back, one is copied; nothing collides and both are told', async (t) => {
  const { institution } = await clinic(t)
  const { viewer } = await firstPerson(institution)
  const server = await serve(institution, { host: '127.0.0.1', port: 0, onError: () => undefined })
  t.after(() => server.close())
  const stations = stationsService(institution)
  const all: string[] = []
  const print = async (slips: ReturnType<typeof slipService>, count = 30) => {
    all.push(...(await slips.serials(viewer, 'prescription', count)), ...(await slips.temporary(viewer, 5)))
  }
  const make = async (name: string) => {
    const made = await stations.make(viewer, { name, server: server.url })
    assert.ok(made.kind === 'ok')
    const folder = scratch(t, 'pc')
    const station = await openStation(t, folder)
    const file = (await stations.file(viewer, made.made.id))!
    station.takePackage(file)
    return { folder, station, file }
  }
  const [one, two] = [await make('2階病棟'), await make('外来')]
  // Never reached production: what came with the file is enough.
  for (const { station } of [one, two]) await print(slipService(station))
  await print(serverSlips(institution))
  await exchangeBooks(one.station)
  assert.deepEqual(await slipService(one.station).state(viewer), { isReady: true })
  // The whole disk is copied, goes on, and is put back.
  const snapshot = scratch(t, 'snapshot')
  await one.station.close()
  const opened = async (folder: string) => openStation(t, folder)
  cpSync(one.folder, snapshot, { recursive: true })
  const later = await opened(one.folder)
  await print(slipService(later), 60)
  await exchangeBooks(later)
  await later.close()
  rmSync(one.folder, { recursive: true })
  cpSync(snapshot, one.folder, { recursive: true })
  const back = await opened(one.folder)
  await print(slipService(back), 60)
  await exchangeBooks(back)
  assert.equal((await slipService(back).state(viewer)).changed?.why, 'put-back')
  await print(slipService(back))
  await exchangeBooks(back)
  assert.equal((await slipService(back).state(viewer)).changed?.why, 'put-back', 'the new range is gone on with')

  // A copy of the PC, as of a virtual machine, runs beside it.
  const copied = scratch(t, 'copy')
  await back.close()
  cpSync(one.folder, copied, { recursive: true })
  const again = await opened(one.folder)
  const twin = await opened(copied)
  const twins = [again, twin]
  for (const station of twins) await print(slipService(station))
  for (const station of twins) await exchangeBooks(station)
  assert.equal((await slipService(twin).state(viewer)).changed?.why, 'put-back')
  for (const station of twins) await print(slipService(station))
  assert.equal(new Set(all).size, all.length)
  const ranges = await institution.ranges.list()
  assert.equal(ranges.length, 4)
  const given: unknown[] = []
  for await (const { entry } of (await institution.ledger.reader()).entries())
    if (entry.type === 'sheet.range-given') given.push(entry.data['why'])
  assert.deepEqual(given, ['put-back', 'put-back'])
})
