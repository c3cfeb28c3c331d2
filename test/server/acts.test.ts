/** What people do through the services: what is written down, whose session goes on, and what a restart asks again. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isAppError, systemClock } from '#base'
import { bindServices } from '#server'
import { setUpSample } from '../../src/server/first-run.ts'
import { forgetUnread } from '../../src/server/institution.ts'
import { sessionOf, viewerOf } from '../../src/server/services/viewers.ts'
import { house, take } from './house.ts'
import { firstPerson, LOGIN, PASSWORD } from './person.ts'

test('a print is kept as a print, for whom, beside the opening', async (t) => {
  const institution = await house(t, 'sample').open()
  await institution.vault.ensureOwnState()
  const { id: generationId } = await setUpSample(institution, () => {}, { patients: 60, months: 1 })
  const { viewer, services } = await firstPerson(institution)
  const [hit] = (await services.charts.search(viewer, '1', { page: 1, pageSize: 1 })).hits
  assert.equal((await services.settings()).retention.sampleLockMs, 600_000, 'the sample’s own lock, ten minutes')
  const options = { generationId, identifiers: [hit!.patientId, hit!.birthDate!], reason: '救急外来' }
  const before = institution.ledger.size
  for (const print of [undefined, 'staff', 'patient'] as const)
    await services.charts.open(viewer, hit!.key, { ...options, ...(print ? { print } : {}) })
  await institution.journalIndex.catchUp(await institution.ledger.reader())
  const { entries } = await institution.journalIndex.query({ types: ['chart.opened', 'chart.printed'], limit: 20 })
  const made = entries.filter(({ index }) => index >= before).map(({ entry }) => entry)
  assert.deepEqual(
    made.toReversed().map(({ type, data }) => [type, (data as { audience?: string }).audience]),
    [
      ['chart.opened', undefined],
      ['chart.opened', undefined],
      ['chart.printed', 'staff'],
      ['chart.opened', undefined],
      ['chart.printed', 'patient'],
    ],
  )
  assert.equal(new Set(made.map(({ subject }) => subject)).size, 1, 'about the same patient')
})

test('a corrected name is kept and signs nobody out; other roles do', async (t) => {
  const institution = await house(t).open()
  const { viewer, services } = await firstPerson(institution)
  const { loginName: _, ...same } = (await services.people.list())[0]!
  assert.deepEqual(await services.people.change(viewer, viewer.personId, { ...same, displayName: '別の名前' }), {
    kind: 'ok',
  })
  assert.equal((await services.people.list())[0]?.displayName, '別の名前')
  const runs = async (): Promise<boolean> => {
    const sessions = institution.database.tables<{ access_session: { token_hash: string } }>()
    return (await sessions.selectFrom('access_session').selectAll().execute()).length > 0
  }
  assert.equal(await runs(), true)
  await services.people.change(viewer, viewer.personId, { ...same, duties: ['administrator'] })
  assert.equal(await runs(), false)
})

test('a session outlives a restart, its keys do not: the password opens them again', async (t) => {
  const place = house(t, 'sample')
  const first = await place.open()
  await first.vault.ensureOwnState()
  await setUpSample(first, () => {}, { patients: 60, months: 1 })
  await firstPerson(first)
  const signedIn = await bindServices(first).auth.signIn(LOGIN.loginName, PASSWORD, '127.0.0.1')
  assert.ok(signedIn.kind === 'ok')
  const { charts, auth } = bindServices(await place.open())
  const viewer = (await auth.session(signedIn.token))!
  assert.equal(viewer.keysClosed, true)
  const page = { page: 1, pageSize: 1 }
  await assert.rejects(charts.search(viewer, '1', page), (error) => isAppError(error, 'VAULT_KEY_MISSING'))
  assert.deepEqual(await auth.unlock(viewer, 'a wrong one', '127.0.0.1'), { kind: 'wrong' })
  assert.deepEqual(await auth.unlock(viewer, PASSWORD, '127.0.0.1'), { kind: 'ok' })
  const open = (await auth.session(signedIn.token))!
  assert.equal(open.keysClosed, false)
  assert.equal((await charts.search(open, '1', page)).hits.length, 1)
})

test('a house of documents alone: the headline counts files, the next step leads into them, then the light is lit', async (t) => {
  const place = house(t)
  const institution = await place.open()
  const { viewer, services } = await firstPerson(institution)
  const [id = ''] = await take(institution, place, 1)
  const readable = async () => (await services.home(viewer)).lights.find((light) => light.name === 'readable')!
  const before = await services.home(viewer)
  assert.equal(before.documents?.generationId, id)
  assert.equal(before.documents?.sources.length, 1)
  const asked = await readable()
  assert.deepEqual(asked.next, { code: 'open-a-file', href: `/generations/${id}/files` })
  assert.doesNotMatch(JSON.stringify([before.main, asked]), /chart/)
  const { position } = (await services.browse.folder(viewer, id, []))!.entries[0]!
  await services.browse.file(viewer, id, [position])
  assert.ok((await readable()).reasons.some(({ code, state }) => code === 'file-opened' && state === 'good'))
})

test('opened indexes stay while somebody else reads; they go with the last reader, who may have walked away', async (t) => {
  const HALF_HOUR_MS = 1_800_000
  let ahead = 0
  const clock = { ...systemClock, now: () => systemClock.now() + ahead, monotonic: () => systemClock.monotonic() }
  const institution = await house(t, 'sample').open(clock)
  await institution.vault.ensureOwnState()
  const { id } = await setUpSample(institution, () => {}, { patients: 60, months: 1 })
  const { viewer, services } = await firstPerson(institution)
  const { reading } = sessionOf(viewer)
  const opened = () => institution.charts.index(id, reading)
  const first = await opened()
  const second = async () => {
    const result = await services.auth.signIn(LOGIN.loginName, PASSWORD, '127.0.0.1')
    assert.ok(result.kind === 'ok')
    return result.token
  }
  await services.auth.signOut(await second())
  assert.equal(await opened(), first, 'the first session still reads')
  const last = await second()
  ahead += HALF_HOUR_MS - 60_000
  await services.auth.session(last)
  ahead += 120_000
  await forgetUnread(institution)
  assert.equal(await opened(), first, 'one of two walked away')
  await services.auth.signOut(last)
  const again = await opened()
  assert.notEqual(again, first, 'nobody is left')
  await second()
  await forgetUnread(institution)
  assert.equal(await opened(), again)
  ahead += HALF_HOUR_MS
  await forgetUnread(institution)
  assert.notEqual(await opened(), again, 'the last one walked away')
})

test('a protected colleague: entered by id, opened with a reason only, marked in the journal, sealed at rest', async (t) => {
  const institution = await house(t, 'sample').open()
  await institution.vault.ensureOwnState()
  const { id: generationId } = await setUpSample(institution, () => {}, { patients: 60, months: 1 })
  const { viewer, services } = await firstPerson(institution)
  const { charts, protection, journal } = services
  const [hit] = (await charts.search(viewer, '1', { page: 1, pageSize: 1 })).hits
  const { key, patientId } = hit!
  const options = { generationId, identifiers: [patientId, hit!.birthDate!] }
  assert.equal((await charts.open(viewer, key, options)).kind, 'ok')
  assert.deepEqual(await protection.protect(viewer, '99999999'), {
    kind: 'refused',
    field: 'patientId',
    code: 'no-such-patient',
  })
  assert.deepEqual(await protection.protect(viewer, patientId.replace(/^0+/, '')), { kind: 'ok' })
  const [row] = await protection.list(viewer)
  assert.equal(row?.patientId, patientId)
  assert.doesNotMatch(row!.id, new RegExp(patientId))
  const tables = institution.database.tables<{ access_protected_patient: { sealed: string } }>()
  const kept = await tables.selectFrom('access_protected_patient').selectAll().execute()
  assert.equal(JSON.stringify(kept).includes(patientId), false)
  assert.deepEqual((await charts.identify(viewer, key))?.why, ['protected-person'])
  assert.equal((await charts.open(viewer, key, options)).kind, 'ask-again')
  assert.equal((await charts.open(viewer, key, { ...options, reason: '  ' })).kind, 'ask-again', 'blanks are no reason')
  assert.equal((await charts.open(viewer, key, { ...options, reason: '救急外来' })).kind, 'ok')
  const [opened, entered, before] = (await journal.rows(viewer, { page: 1 })).rows.filter(({ type }) =>
    ['chart.opened', 'patient.protected'].includes(type),
  )
  assert.deepEqual([opened?.protectedPatient, opened?.reason, opened?.subject], [true, '救急外来', patientId])
  assert.deepEqual([entered?.type, entered?.subject], ['patient.protected', patientId])
  assert.equal(before?.protectedPatient, undefined)
  for (const missing of ['protect-patients', 'see-patients'] as const) {
    const other = viewerOf({ ...sessionOf(viewer) })
    ;(other.can as Set<string>).delete(missing)
    await assert.rejects(protection.list(other), (error) => isAppError(error, 'ACCESS_DENIED'))
    await assert.rejects(protection.protect(other, patientId), (error) => isAppError(error, 'ACCESS_DENIED'))
    await assert.rejects(protection.lift(other, row!.id), (error) => isAppError(error, 'ACCESS_DENIED'))
  }
  await protection.lift(viewer, row!.id)
  assert.deepEqual(await protection.list(viewer), [])
  assert.equal((await charts.open(viewer, key, options)).kind, 'ok')
})

test('a source is renamed, stopped and started again: no run while stopped, every generation stays, all in the journal', async (t) => {
  const place = house(t)
  const institution = await place.open()
  const { viewer, services } = await firstPerson(institution)
  const { backup, journal } = services
  await institution.vault.ensureOwnState()
  const ids = await take(institution, place, 2)
  const { id } = (await backup.sources())[0]!
  assert.deepEqual(
    await backup.changeSource(viewer, id, { name: '紹介状', dailyAt: '9:77', hook: '', onChange: false }),
    {
      kind: 'refused',
      field: 'dailyAt',
      code: 'not-a-time',
    },
  )
  assert.deepEqual(
    await backup.changeSource(viewer, id, { name: '紹介状', dailyAt: '03:30', hook: '', onChange: false }),
    {
      kind: 'ok',
    },
  )
  await backup.stopSource(viewer, id, 'moved')
  // The second click: neither the reason nor the date changes, and nothing is written down twice (see below).
  await backup.stopSource(viewer, id, 'other')
  const stopped = (await backup.sources())[0]!
  assert.deepEqual([stopped.name, stopped.dailyAt, stopped.nextRunMs], ['紹介状', '03:30', undefined])
  assert.equal(stopped.stopped?.reason, 'moved')
  await assert.rejects(backup.run(viewer, id), (error) => isAppError(error, 'VAULT_SOURCE_STOPPED'))
  await institution.vault.tick()
  const kept = async () => (await backup.generations({ sourceId: id, page: 1 })).rows.map((row) => row.id).toSorted()
  assert.deepEqual(await kept(), ids.toSorted())
  const [taken] = (await services.home(viewer)).lights
  assert.equal(taken?.reasons[0]?.code, 'source-stopped')
  await backup.resumeSource(viewer, id)
  await backup.resumeSource(viewer, id)
  assert.equal((await backup.sources())[0]?.stopped, undefined)
  assert.equal((await take(institution, place, 1)).length, 1)
  const acts = (await journal.rows(viewer, { kind: 'settings', page: 1 })).rows.filter((row) => row.source)
  assert.deepEqual(
    acts.map((row) => [row.subject, row.source?.act, row.source?.reason]),
    [
      ['紹介状', 'resumed', undefined],
      ['紹介状', 'stopped', 'moved'],
      ['紹介状', 'changed', undefined],
    ],
  )
  const nurse = viewerOf({ ...sessionOf(viewer) })
  ;(nurse.can as Set<string>).delete('manage-backup')
  await assert.rejects(backup.stopSource(nurse, id, 'other'), (error) => isAppError(error, 'ACCESS_DENIED'))
  await assert.rejects(backup.resumeSource(nurse, id), (error) => isAppError(error, 'ACCESS_DENIED'))
  const same = { name: '紹介状', dailyAt: '', hook: '', onChange: false }
  await assert.rejects(backup.changeSource(nurse, id, same), (error) => isAppError(error, 'ACCESS_DENIED'))
  await assert.rejects(backup.stopSource(viewer, 'own-state', 'other'), (error) =>
    isAppError(error, 'VAULT_SOURCE_INVALID'),
  )
})
