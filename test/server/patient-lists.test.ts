/** Wards and appointments out of a real backup of the sample clinic: for whom the matrix of roles opens them, and journaled. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addDays, institutionDate, isAppError } from '#base'
import { bindServices } from '#server'
import { setUpSample } from '../../src/server/first-run.ts'
import { house } from './house.ts'
import { firstPerson } from './person.ts'

test('wards for those who treat, appointments for the reception too, every look in the journal', async (t) => {
  const home = house(t, 'sample')
  const institution = await home.open()
  await institution.vault.ensureOwnState()
  await setUpSample(institution, () => undefined, { patients: 80, months: 2 })
  const { viewer, services, reading } = await firstPerson(institution)
  const [newest] = await institution.charts.readable()
  const index = await institution.charts.index(newest!.id, reading)

  const lists = (await services.charts.inpatients(viewer))!
  assert.equal(lists.length, 1)
  assert.equal(lists[0]!.total, index.inpatients().total)
  assert.ok(lists[0]!.total > 3)
  const names = lists[0]!.wards.flatMap(({ patients }) => patients.map(({ patient }) => patient.patientId))
  assert.equal(names.length, lists[0]!.total)
  const [one] = lists[0]!.wards[0]!.patients
  assert.deepEqual(one!.patient.sameAs, [
    ...new Set(index.sameAs(index.rowOf(one!.patient.key)!).map((w) => (w === 'twin' ? 'birth-date' : w))),
  ])

  const today = institutionDate(newest!.startedAt)
  const week = Array.from({ length: 8 }, (_, n) => addDays(today, n))
  const days = await Promise.all(week.map((day) => services.charts.expected(viewer, day)))
  const rows = days.flatMap((list) => list!.rows)
  assert.ok(rows.some(({ text }) => text === '血液透析'))
  assert.equal(days[0]!.businessDaysOld, 0)
  assert.ok(rows.every(({ generationId }) => generationId === newest!.id))

  const added = await services.people.add(viewer, {
    loginName: 'clerk',
    displayName: '事務',
    profession: 'clerk',
    duties: [],
  })
  assert.ok(added.kind === 'ok')
  const signedIn = await bindServices(institution).auth.firstSignIn(
    { loginName: 'clerk', code: added.code, password: 'はにほ-correct-horse-42' },
    '127.0.0.1',
  )
  assert.ok(signedIn.kind === 'ok')
  const clerk = (await services.auth.session(signedIn.token))!
  await assert.rejects(services.charts.inpatients(clerk), (error) => isAppError(error, 'ACCESS_DENIED'))
  const seen = await Promise.all(week.map((day) => services.charts.expected(clerk, day)))
  const bookings = rows.filter(({ by }) => by === 'appointment')
  assert.deepEqual(
    seen.flatMap((list) => list!.rows),
    bookings,
    'no planned admissions and no orders for the reception',
  )

  // What a ward cannot do without: decided by who answers for the nursing, with name and day; what is lacking is said.
  const [ward] = lists[0]!.wards
  assert.deepEqual([ward!.minimum, ward!.lacking], [undefined, []])
  await services.charts.saveWardMinimum(viewer, ward!.name, ['nursing-orders', 'prescriptions'])
  await assert.rejects(services.charts.saveWardMinimum(clerk, ward!.name, []), (e) => isAppError(e, 'ACCESS_DENIED'))
  const [decided] = (await services.charts.inpatients(viewer))![0]!.wards
  assert.deepEqual(decided!.minimum?.topics, ['prescriptions', 'nursing-orders'])
  assert.equal(decided!.minimum?.by, viewer.displayName)
  assert.deepEqual(decided!.lacking, ['nursing-orders'])
  // Twice at once, for two wards: neither is lost.
  await Promise.all(['x', 'y'].map((name) => services.charts.saveWardMinimum(viewer, name, ['vitals'])))
  assert.equal((await services.charts.wardMinimums(viewer)).length, 3)
  await services.charts.saveWardMinimum(viewer, 'x', [])
  assert.equal((await services.charts.wardMinimums(viewer)).length, 2)

  const { rows: journal } = await services.journal.rows(viewer, { kind: 'chart', page: 1 })
  assert.ok(journal.length >= 2, 'looks at lists are journaled')
})
