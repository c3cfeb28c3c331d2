/** From nothing but a copied folder and the card to charts; and what does not open it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newStationCard, stationCardWords } from '#access'
import { logRows } from '../../src/station/export-log.ts'
import { stationServices } from '../../src/station/services.ts'
import { clinic, copyOf, NURSE, openStation, prepare, scratch } from './scene.ts'

test('a bare folder of repositories and the card: index made here, a chart with its allergies and medicines', async (t) => {
  const home = await clinic(t)
  const { words, file } = await prepare(home)
  const copy = copyOf(home, t)
  const [newest] = await home.institution.charts.readable()
  await home.home.close()

  const station = await openStation(t, scratch(t, 'pc'))
  station.takePackage(file)
  station.takeOrigin({ kind: 'folder', folder: copy })
  const { auth, charts } = stationServices(station)
  const token = await station.openWith(words, NURSE)
  await station.refresh()
  const viewer = (await auth.session(token))!
  const [shown] = await charts.readableGenerations()
  assert.equal(shown!.id, newest!.id)
  assert.equal(shown!.patients, newest!.patients)
  const found = await charts.search(viewer, '存在しない', { page: 1, pageSize: 5 })
  assert.equal(found.total, 0)
  const { hits } = await charts.search(viewer, '0', { page: 1, pageSize: 5 })
  const [hit] = hits
  const opened = await charts.open(viewer, hit!.key, {
    generationId: shown!.id,
    identifiers: [hit!.patientId, hit!.kanji!, hit!.birthDate!],
  })
  assert.equal(opened.kind, 'ok')
})

test('another card, the kit, or words that cannot be read: each is written down, and nothing opens', async (t) => {
  const home = await clinic(t)
  const { words, file, id } = await prepare(home)
  const station = await openStation(t, scratch(t, 'pc'))
  station.takePackage(file)
  const other = stationCardWords(newStationCard((taken) => taken === id)).map(({ word }) => word)
  await assert.rejects(station.openWith(other.join(' '), NURSE), { code: 'STATION_CARD_WRONG' })
  await assert.rejects(station.openWith('abandon ability', NURSE), { code: 'STATION_CARD_UNREADABLE' })
  const same = stationCardWords({ station: id, secret: Buffer.alloc(10, 1) }).map(({ word }) => word)
  await assert.rejects(station.openWith(same.join(' '), NURSE), { code: 'STATION_CARD_WRONG' })
  assert.equal(station.shelf, undefined)
  const types: string[] = []
  for await (const { entry } of (await station.log.reader()).entries()) types.push(entry.type)
  assert.deepEqual(types.slice(1), ['station.refused', 'station.refused', 'station.refused'])
  const rows = await logRows(station.log, Buffer.alloc(32))
  assert.deepEqual(
    rows.map(({ refused }) => refused),
    ['card-wrong', 'card-unreadable', 'card-wrong'],
  )
  const short = words
    .split(' ')
    .map((word) => word.slice(0, 4))
    .join(' ')
  assert.match(await station.openWith(short, NURSE), /^[\w-]{43}$/)
})
