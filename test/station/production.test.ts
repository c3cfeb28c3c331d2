/** Production and its emergency PCs: reports without an open port, what they bring back, a log that comes home or was cut. */
import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { systemClock } from '#base'
import { bindServices } from '#server'
import { serve } from '../../src/server/serve.ts'
import { stationsService } from '../../src/server/services/stations.ts'
import { journalService } from '../../src/server/services/journal.ts'
import { exportLog } from '../../src/station/export-log.ts'
import { openReply } from '../../src/station/reply.ts'
import { sendReport } from '../../src/station/report.ts'
import { stationServices } from '../../src/station/services.ts'
import { clockAt } from '../server/house.ts'
import { firstPerson } from '../server/person.ts'
import { clinic, copyOf, NURSE, openStation, scratch } from './scene.ts'

test('a PC reports by itself, gets what the ledger records and what changed; its looks come home, a cut log is seen', async (t) => {
  const home = await clinic(t)
  const { institution } = home
  const { viewer } = await firstPerson(institution)
  const errors: unknown[] = []
  const server = await serve(institution, { host: '127.0.0.1', port: 0, onError: (error) => errors.push(error) })
  t.after(() => server.close())
  const stations = stationsService(institution)
  const made = await stations.make(viewer, { name: '2階病棟', server: server.url })
  assert.ok(made.kind === 'ok')
  assert.equal((await stations.make(viewer, { name: '2階病棟', server: '' })).kind, 'refused')
  assert.equal((await stations.make(viewer, { name: '別', server: 'ftp://x' })).kind, 'refused')
  const words = made.made.words.map(({ word }) => word).join(' ')
  const stateOf = async () => (await stations.list())[0]!
  assert.equal((await stateOf()).state, 'never')
  const before = await institution.vault.lights({ stations: 0 })
  assert.ok(before.some(({ reasons }) => reasons.some(({ code }) => code === 'no-station')))

  const station = await openStation(t, scratch(t, 'pc'))
  station.takePackage((await stations.file(viewer, made.made.id))!)
  station.takeOrigin({ kind: 'folder', folder: copyOf(home, t) })
  const services = stationServices(station)
  // Nobody vouches for anything yet: it can be read, and is marked.
  const token = await station.openWith(words, NURSE)
  await station.refresh()
  assert.equal((await services.charts.readableGenerations())[0]!.unattested, true)
  await sendReport(station)
  assert.equal((await services.charts.readableGenerations())[0]!.unattested, undefined)
  assert.equal((await services.station.state()).sources[0]!.shown!.mark, 'ledger')
  const seen = await stateOf()
  assert.equal(seen.state, 'good')
  assert.equal(seen.patients, 60)
  assert.equal(seen.waitsForCard, false)

  // A look, with the name that was given.
  const reader = (await services.auth.session(token))!
  const { hits } = await services.charts.search(reader, '0', { page: 1, pageSize: 1 })
  const generationId = station.ready()[0]!.snapshot
  const [hit] = hits
  const identifiers = [hit!.patientId, hit!.kanji!, hit!.birthDate!]
  assert.equal((await services.charts.open(reader, hit!.key, { generationId, identifiers })).kind, 'ok')
  const short = await exportLog(station)
  assert.equal((await services.charts.open(reader, hit!.key, { generationId, identifiers, print: 'staff' })).kind, 'ok')
  await services.station.lock(token)
  assert.equal(await services.auth.session(token), undefined)
  await sendReport(station)

  const cut = await stations.merge(viewer, short)
  assert.ok(cut.kind === 'ok' && cut.missing === 3, JSON.stringify(cut))
  const merged = await stations.merge(viewer, await exportLog(station))
  assert.ok(merged.kind === 'ok' && merged.missing === 0)
  const again = await stations.merge(viewer, await exportLog(station))
  assert.ok(again.kind === 'ok' && again.looks === 0, 'what came home once is not taken twice')
  const rows = await journalService(institution).rows(viewer, { kind: 'chart', page: 1 })
  const ours = rows.rows.filter(({ who }) => who.startsWith(NURSE.name))
  assert.ok(
    ours.some(({ type, subject }) => type === 'chart.opened' && subject === hit!.patientId),
    JSON.stringify(rows.rows),
  )
  assert.ok(ours.some(({ type }) => type === 'chart.printed'))

  // Changed in one letter, of another PC, or nothing at all.
  const file = JSON.parse(Buffer.from(await exportLog(station)).toString()) as { entries: string[]; station: string }
  const forged = { ...file, entries: file.entries.with(2, file.entries[2]!.replace('"v":1', '"v":2')) }
  for (const bad of [JSON.stringify(forged), JSON.stringify({ ...file, station: 'ffff' }), '[]', ''])
    assert.deepEqual(await stations.merge(viewer, Buffer.from(bad)), { kind: 'refused', code: 'STATION_LOG_FOREIGN' })

  await stations.withdraw(viewer, made.made.id, 'replaced')
  const later = scratch(t, 'later')
  mkdirSync(later, { recursive: true })
  const { id: newSource } = await institution.vault.addSource({ kind: 'ssmix2', name: '後から', paths: [later] })
  await sendReport(station)
  assert.ok(station.folder.copies().length > 0)
  for (const given of [station.folder.copies(), station.shelf!.load.sources])
    assert.ok(!given.some(({ id }) => id === newSource), 'whoever has it gets no password of what came later')
  assert.equal((await services.station.state()).withdrawn, true)
  assert.equal(station.ready().length, 1, 'who holds production takes no emergency PC away')
  assert.deepEqual(errors, [])
})

test('what production did not sign, or signed before, changes nothing; a stranger learns nothing', async (t) => {
  const home = await clinic(t)
  const { institution } = home
  const { viewer } = await firstPerson(institution)
  const server = await serve(institution, { host: '127.0.0.1', port: 0, onError: () => undefined })
  t.after(() => server.close())
  const stations = stationsService(institution)
  const made = await stations.make(viewer, { name: '受付', server: server.url })
  assert.ok(made.kind === 'ok')
  const station = await openStation(t, scratch(t, 'pc'))
  station.takePackage((await stations.file(viewer, made.made.id))!)
  await sendReport(station)
  const { ledgerKey, station: id } = station.package
  for (const bad of ['', '{}', '{"note":"x","load":{"ephemeral":"a","sealed":"b"}}'])
    assert.throws(() => openReply(bad, ledgerKey, id))
  // Another PC's key under this one's number.
  const thief = await openStation(t, scratch(t, 'thief'))
  thief.takePackage((await stations.file(viewer, made.made.id))!)
  await assert.rejects(sendReport(thief), { code: 'STORAGE_UNREACHABLE' })
  for (const body of ['', '{}', 'x'.repeat(300_000)]) {
    const answer = await fetch(`${server.url}/stations/report`, { method: 'POST', body })
    assert.ok([403, 413].includes(answer.status), String(answer.status))
    assert.equal(await answer.text(), '')
  }
  // Late by production's clock: the bell's measure and the screen's are one.
  const late = stationsService({ ...institution, clock: clockAt(systemClock.now() + 30 * 3_600_000) })
  assert.equal((await late.list())[0]!.state, 'late')
})

test('an answer that is an old one sent again is passed over; a new source and an erased patient come with the next', async (t) => {
  const home = await clinic(t)
  const { institution } = home
  const { viewer } = await firstPerson(institution)
  const stations = stationsService(institution)
  const server = await serve(institution, { host: '127.0.0.1', port: 0, onError: () => undefined })
  t.after(() => server.close())
  const between = await listener(t, server.url)
  const made = await stations.make(viewer, { name: '受付', server: between.url })
  assert.ok(made.kind === 'ok')
  const words = made.made.words.map(({ word }) => word).join(' ')
  const station = await openStation(t, scratch(t, 'pc'))
  station.takePackage((await stations.file(viewer, made.made.id))!)
  station.takeOrigin({ kind: 'folder', folder: copyOf(home, t) })
  const token = await station.openWith(words, NURSE)
  await station.refresh()
  const { auth, charts } = stationServices(station)
  const reader = (await auth.session(token))!
  const all = await charts.search(reader, '0', { page: 1, pageSize: 100 })
  const [gone] = all.hits
  await sendReport(station)
  const source = (await institution.vault.sources()).find(({ kind }) => kind === 'ssmix2')!
  const index = await station.shelf!.index(station.ready()[0]!.snapshot, station.shelf!.load.sources[0]!)
  const paths = [...index.entry(index.rowOf(gone!.key)!).units]
  await institution.vault.erasures.enter(
    { sourceId: source.id, kind: 'patient', reason: 'request' },
    { patientId: gone!.patientId, paths } as never,
    `person:${viewer.personId}`,
  )
  await sendReport(station)
  await station.refresh()
  const after = await charts.search(reader, gone!.patientId, { page: 1, pageSize: 100 })
  assert.ok(!after.hits.some(({ patientId }) => patientId === gone!.patientId), 'hidden here as there')
  const kept = station.folder.load()!
  between.replay = true
  await sendReport(station)
  assert.deepEqual(station.folder.load(), kept)
})

test('an old report that somebody sends again keeps no PC alive; a clock that was put right is believed', async (t) => {
  const home = await clinic(t)
  const { institution } = home
  const { viewer } = await firstPerson(institution)
  const server = await serve(institution, { host: '127.0.0.1', port: 0, onError: () => undefined })
  t.after(() => server.close())
  const between = await listener(t, server.url)
  const stations = stationsService(institution)
  const made = await stations.make(viewer, { name: '病棟', server: between.url })
  assert.ok(made.kind === 'ok')
  const clock = { ahead: -30 * HOUR_MS, now: () => systemClock.now() + clock.ahead, monotonic: () => 0 }
  const station = await openStation(t, scratch(t, 'pc'), clock)
  station.takePackage((await stations.file(viewer, made.made.id))!)
  const keptAfter = async (ahead: number) => {
    clock.ahead = ahead
    await sendReport(station)
    return (await institution.stations.list())[0]!.report!.at
  }
  const old = await keptAfter(-30 * HOUR_MS)
  const newer = await keptAfter(-10 * HOUR_MS)
  assert.ok(newer > old)
  await fetch(`${server.url}/stations/report`, { method: 'POST', body: between.bodies[0]! })
  assert.equal((await institution.stations.list())[0]!.report!.at, newer)
  const fast = await keptAfter(20 * HOUR_MS)
  assert.ok(fast > newer)
  assert.ok((await keptAfter(0)) < fast)
})
const HOUR_MS = 3_600_000

test('a clock of production that ran ahead for an hour does not stop what comes after; a load that cannot be read closes nothing', async (t) => {
  const home = await clinic(t)
  const { institution } = home
  const { viewer } = await firstPerson(institution)
  const stations = stationsService(institution)
  const made = await stations.make(viewer, { name: '受付', server: 'http://127.0.0.1:1' })
  assert.ok(made.kind === 'ok')
  const words = made.made.words.map(({ word }) => word).join(' ')
  const ahead = { ...institution, clock: clockAt(systemClock.now() + 20 * 365 * 24 * HOUR_MS) }
  let answering: Parameters<typeof stationsService>[0] = ahead
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      void stationsService(answering)
        .report(Buffer.concat(parts).toString())
        .then((text) => response.end(text))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const station = await openStation(t, scratch(t, 'pc'))
  station.takePackage((await stations.file(viewer, made.made.id))!.replace('http://127.0.0.1:1', url))
  await sendReport(station)
  assert.ok(station.folder.load()!.at > systemClock.now() + HOUR_MS)
  answering = institution
  const later = scratch(t, 'later')
  await institution.vault.addSource({ kind: 'ssmix2', name: '長い名前'.repeat(100), paths: [later] })
  await sendReport(station)
  assert.ok(station.folder.load()!.at < systemClock.now() + HOUR_MS)
  assert.equal(station.folder.copies().length, 2, 'the new source has come, its name cut')

  // A register that has grown over the years, and an answer whose load is none of this PC's.
  const kept = station.folder.load()!
  const source = (await institution.vault.sources()).find(({ kind }) => kind === 'ssmix2')!
  const paths = Array.from({ length: 12_000 }, (_, i) => `/srv/ssmix2/000/${i}/${'x'.repeat(60)}`)
  const about = { sourceId: source.id, kind: 'patient', reason: 'request' } as const
  await institution.vault.erasures.enter(about, { label: '1', paths }, `person:${viewer.personId}`)
  await sendReport(station)
  assert.ok(station.folder.load()!.box.sealed.length > 1_000_000)
  station.folder.keepLoad({ ...kept, at: kept.at + HOUR_MS, box: { ...kept.box, sealed: 'AAAA' } })
  assert.match(await station.openWith(words, NURSE), /^[\w-]{43}$/)
})

test('names too long for a PC’s file are refused, and stand in nobody’s way', async (t) => {
  const { institution } = await clinic(t)
  const { viewer } = await firstPerson(institution)
  const stations = stationsService(institution)
  const long = await stations.make(viewer, { name: 'あ'.repeat(101), server: '' })
  assert.deepEqual(long, { kind: 'refused', field: 'name', code: 'too-long' })
  const far = await stations.make(viewer, { name: '受付', server: `http://x/${'y'.repeat(300)}` })
  assert.deepEqual(far, { kind: 'refused', field: 'server', code: 'too-long' })
  const settings = { institutionName: '院'.repeat(300), supportName: '', supportPhone: '' }
  const saved = await bindServices(institution).saveSettings(viewer, settings)
  assert.deepEqual(saved, { kind: 'refused', field: 'institutionName', code: 'too-long' })
  await institution.vault.saveSetting('name', settings.institutionName)
  assert.equal((await stations.make(viewer, { name: '受付', server: '' })).kind, 'ok')
  assert.equal((await stations.list()).length, 1)
})

/** Somebody on the way, who can send the first answer again, and what a PC sent. */
async function listener(
  t: TestContext,
  to: string,
): Promise<{ url: string; replay: boolean; readonly bodies: Buffer<ArrayBuffer>[] }> {
  const state = { url: '', replay: false, bodies: [] as Buffer<ArrayBuffer>[] }
  let first: string | undefined
  const answer = async (body: Buffer<ArrayBuffer>, path: string): Promise<string> => {
    state.bodies.push(body)
    const text = await (await fetch(`${to}${path}`, { method: 'POST', body })).text()
    first ??= text
    return state.replay ? first : text
  }
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      void answer(Buffer.concat(parts), request.url ?? '').then((text) => response.end(text))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  state.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return state
}
