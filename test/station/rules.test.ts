/** What the house decided holds on the emergency PC too: protected patients, a ward's minimum, limits of opening and printing. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { newEntry, patientSubject } from '#journal'
import { FORMATS, MESSAGES } from '#web'
import { watches } from '../../src/server/bell/watch.ts'
import { serve } from '../../src/server/serve.ts'
import { stationsService } from '../../src/server/services/stations.ts'
import { sessionOf } from '../../src/server/services/viewers.ts'
import { bulkOf } from '../../src/station/bulk.ts'
import { exportLog } from '../../src/station/export-log.ts'
import { sendReport } from '../../src/station/report.ts'
import { tick } from '../../src/station/run.ts'
import { testIsDue } from '../../src/station/self-test.ts'
import { type Station } from '../../src/station/station.ts'
import { stationServices } from '../../src/station/services.ts'
import { clockAt } from '../server/house.ts'
import { firstPerson } from '../server/person.ts'
import { clinic, copyOf, NURSE, openStation, scratch } from './scene.ts'

const JA = { t: MESSAGES.ja, f: FORMATS.ja }
const DAY = 86_400_000

test('protected patients, a ward’s minimum, whole wards on paper, the monthly test: as at home, and told at home', async (t) => {
  const home = await clinic(t)
  const { institution } = home
  const { viewer, services: own, reading } = await firstPerson(institution)
  const errors: unknown[] = []
  const server = await serve(institution, { host: '127.0.0.1', port: 0, onError: (error) => errors.push(error) })
  t.after(() => server.close())
  const stations = stationsService(institution)
  const made = await stations.make(viewer, { name: '2階病棟', server: server.url })
  assert.ok(made.kind === 'ok')
  const station = await openStation(t, scratch(t, 'pc'))
  station.takePackage((await stations.file(viewer, made.made.id))!)
  station.takeOrigin({ kind: 'folder', folder: copyOf(home, t) })
  const { auth, charts, paper, station: service } = stationServices(station)
  const card = made.made.words.map(({ word }) => word).join(' ')
  assert.equal(testIsDue(station), false, 'nothing can be read yet')
  const token = await station.openWith(card, NURSE)
  await station.refresh()
  const nurse = (await auth.session(token))!

  // By itself: once, and then not until the month is over. What a person saw of the paper is not claimed.
  assert.equal(testIsDue(station), true)
  await tick(station, (error) => errors.push(error))
  const { test: tested } = await service.state()
  assert.ok(tested!.charts > 5)
  assert.deepEqual([tested!.problems, tested!.printed], [0, false])
  assert.equal(testIsDue(station), false)
  await service.test(nurse, true)
  await sendReport(station)
  assert.deepEqual((await stations.list())[0]!.test, {
    atMs: tested!.atMs,
    problems: 0,
    printed: true,
    isOverdue: false,
  })
  const { folder, shelf } = station
  const later = (ms: number) => ({ folder, shelf, clock: clockAt(station.clock.now() + ms) })
  assert.deepEqual(
    [27 * DAY, 29 * DAY, -DAY].map((ms) => testIsDue(later(ms))),
    [false, true, true],
  )

  // What is decided at home afterwards comes with the next answer.
  const [list] = (await charts.inpatients(nurse))!
  const ward = list!.wards.toSorted((a, b) => b.patients.length - a.patients.length)[0]!
  const [first, second] = ward.patients
  assert.deepEqual([ward.minimum, ward.lacking], [undefined, []])
  await own.charts.saveWardMinimum(viewer, ward.name, ['nursing-orders', 'prescriptions'])
  const contacts = Buffer.from('%PDF-1.4 contacts')
  assert.ok(await own.editions.addPaper(viewer, '手順の冊子', Buffer.concat([contacts, Buffer.alloc(2_100_000)])))
  assert.ok(await own.editions.addPaper(viewer, '緊急連絡先', contacts))
  const subject = patientSubject(reading!.key('patient-subject')!, first!.patient.key)
  await institution.access.protectedPatients.protect(sessionOf(viewer), subject)
  await sendReport(station)
  assert.deepEqual(
    (await service.papers()).map(({ title }) => title),
    ['緊急連絡先'],
    'what is too large for each answer stays at home',
  )
  assert.deepEqual(Buffer.from((await service.paper(0))!), contacts)
  assert.equal(await service.paper(1), undefined)
  const again = (await charts.inpatients(nurse))![0]!.wards.find(({ name }) => name === ward.name)!
  assert.deepEqual([again.minimum?.by, again.lacking], [viewer.displayName, ['nursing-orders']])
  await assert.rejects(charts.saveWardMinimum(nurse, ward.name, []), { code: 'ACCESS_DENIED' })
  const generationId = list!.generationId
  const open = ({ key, patientId, kanji, birthDate }: NonNullable<typeof first>['patient'], reason?: string) =>
    charts.open(nurse, key, {
      generationId,
      identifiers: [patientId, kanji ?? '', birthDate ?? ''],
      ...(reason === undefined ? {} : { reason }),
    })
  assert.equal((await open(first!.patient)).kind, 'ask-again')
  assert.equal((await open(first!.patient, '受け持ち')).kind, 'ok')
  assert.equal((await open(second!.patient)).kind, 'ok', 'the others need none')

  // A whole ward as one file; who may not read what stands on it makes none.
  const lists = (await paper.lists(nurse))!
  assert.deepEqual(lists.wards.map((one) => one.ward).toSorted(), list!.wards.map(({ name }) => name).toSorted())
  assert.deepEqual(await paper.start(nurse, { scope: 'ward', ward: ward.name }, '停止中の回診', JA), { kind: 'ok' })
  let [stack] = await paper.stacks(nurse)
  for (let tries = 0; stack!.state === 'running' && tries < 600; tries++) {
    await pause(100)
    ;[stack] = await paper.stacks(nurse)
  }
  assert.deepEqual([stack!.state, stack!.done, stack!.notPrinted], ['ready', ward.patients.length, 0])
  const pdf = (await paper.file(nurse, stack!.id))!
  assert.equal(Buffer.from(pdf).toString('latin1', 0, 5), '%PDF-')
  const clerk = (await auth.session(await station.openWith(card, { ...NURSE, profession: 'clerk' })))!
  await assert.rejects(paper.lists(clerk), { code: 'ACCESS_DENIED' })
  assert.equal(await paper.file((await auth.session(await station.openWith(card, NURSE)))!, stack!.id), undefined)

  // So many that no work explains it: stopped, told at home; whoever uses the card again goes on.
  const keyOf = (n: number) => patientSubject(Buffer.alloc(32), `x${n}`)
  for (let n = 0; n < 300; n++) station.openings.allow(nurse.personId, keyOf(n))
  await looksAt(
    station,
    Array.from({ length: 300 }, (_, n) => keyOf(n)),
  )
  const third = ward.patients[2] ?? list!.wards.find(({ name }) => name !== ward.name)!.patients[0]
  await assert.rejects(open(third!.patient), { code: 'READING_TOO_MANY' })
  await sendReport(station)
  // The sample's bell tells nobody: what it would see.
  const watch = watches(institution, () => assert.fail()).find(({ codes }) => codes.includes('bulk-opening'))!
  const told = (await watch.look())?.map(({ code, about, figures }) => [code, about, figures?.count].join(' '))
  assert.deepEqual(told, [`bulk-opening station-${made.made.id} 302`])
  // Out of the log: what was told stays told, whoever starts the program anew.
  const { size } = (await station.log.reader()).checkpoint
  assert.ok((await bulkOf(station.log, station.clock.now() + DAY / 2, size)).opened > 300)
  assert.deepEqual(await bulkOf(station.log, station.clock.now() + 2 * DAY, size), { opened: 0, printed: 0 })
  assert.ok(
    (await bulkOf(station.log, station.clock.now() + 2 * DAY, 0)).opened > 300,
    'a clock put forward hides nothing',
  )

  // A monthly test that met charts it could not read rings the bell at home.
  const pcs = watches(institution, () => assert.fail()).find(({ codes }) => codes.includes('station-test-failed'))!
  assert.deepEqual(await pcs.look(), [])
  station.folder.change((state) => ({ ...state, test: { ...state.test!, problems: 2 } }))
  await sendReport(station)
  const failed = (await pcs.look())!.map(({ code, about, figures }) => [code, about, figures?.count].join(' '))
  assert.deepEqual(failed, [`station-test-failed station-${made.made.id} 2`])
  const afresh = (await auth.session(await station.openWith(card, NURSE)))!
  const opened = await charts.open(afresh, third!.patient.key, {
    generationId,
    identifiers: [third!.patient.patientId, third!.patient.kanji ?? '', third!.patient.birthDate ?? ''],
  })
  assert.equal(opened.kind, 'ok')

  // The log comes home with the stack and the look at the protected patient in it.
  const merged = await stations.merge(viewer, await exportLog(station))
  assert.ok(merged.kind === 'ok')
  const pages = [1, 2, 3, 4, 5, 6, 7, 8].map((page) => own.journal.rows(viewer, { kind: 'chart', page }))
  assert.ok(JSON.stringify(await Promise.all(pages)).includes('chart.printed-many'))
  assert.deepEqual(errors, [])
})

/** Looks of several uses of the card, as the log keeps them. */
async function looksAt(station: Station, subjects: readonly ReturnType<typeof patientSubject>[]): Promise<void> {
  const place = { repository: '0'.repeat(64), snapshot: '0'.repeat(64) }
  for (const [n, subject] of subjects.entries()) {
    const actor = `person:station-${station.package.station}-${'0'.repeat(11)}${n % 4}` as const
    await station.log.append(
      newEntry('chart.opened', { actor, subject, data: { ...place, parts: ['chart'], flags: [] } }),
    )
  }
}
