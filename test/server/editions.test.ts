/** 非常用ディスク from the order to its end: made out of a real backup, listed, erased patients gone, moved, overdue, lost. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { isAppError, systemClock } from '#base'
import { type Edition, payloadOf, readCover, unlock } from '#edition/format'
import { bindServices, type Institution } from '#server'
import type { EditionRequest, Viewer } from '#web'
import { setUpSample } from '../../src/server/first-run.ts'
import { watches } from '../../src/server/bell/watch.ts'
import { clockAt, house } from './house.ts'
import { firstPerson, signIn } from './person.ts'

const ORDER: Omit<EditionRequest, 'generationIds'> = {
  kind: 'care',
  medium: 'dvd',
  months: 13,
  documents: 'first',
  holder: '病棟師長',
  place: '詰所',
  returnOn: '2099-01-01',
  slots: ['金庫', '当直室'],
}

async function open(folder: string, passphrase: string): Promise<Edition> {
  const load = async (name: string) =>
    existsSync(join(folder, name)) ? payloadOf(readFileSync(join(folder, name), 'latin1')) : undefined
  const cover = await readCover(load)
  assert.ok(!('problem' in cover) && cover.isSigned)
  const result = await unlock(cover, passphrase, load)
  assert.ok('edition' in result)
  return result.edition
}

async function make(institution: Institution, viewer: Viewer, order: Partial<EditionRequest> = {}): Promise<number> {
  const { editions } = bindServices(institution)
  const [generation] = await institution.charts.readable()
  const request = { ...ORDER, generationIds: [generation!.id], ...order }
  const first = await editions.make(viewer, request)
  const second = await editions.make(viewer, request)
  assert.ok('jobId' in first && 'jobId' in second)
  assert.equal(second.jobId, first.jobId, 'a second click leads to the same work')
  const stop = AbortSignal.timeout(60_000)
  for await (const job of institution.vault.jobs.watch(first.jobId, stop)) if (job.state !== 'running') break
  const job = institution.vault.jobs.get(first.jobId)
  assert.equal(job?.state, 'done', job?.errorCode)
  return (await editions.list()).editions[0]!.number
}

test('made, opened with either envelope, kept in the register, and without who was erased since', async (t) => {
  const home = house(t, 'sample')
  const institution = await home.open()
  await institution.vault.ensureOwnState()
  await setUpSample(institution, () => undefined, { patients: 60, months: 1 })
  const { viewer, services } = await firstPerson(institution)
  const number = await make(institution, viewer)
  assert.equal(number, 1)
  // The service that made it knows the passphrases: here a second one, so they are asked of the first alone.
  assert.equal(services.editions.passphrases(viewer, number), undefined)
  const { editions } = services
  const [generation] = await institution.charts.readable()
  const started = await editions.make(viewer, { ...ORDER, generationIds: [generation!.id] })
  assert.ok('jobId' in started)
  for await (const job of institution.vault.jobs.watch(started.jobId, AbortSignal.timeout(60_000)))
    if (job.state !== 'running') break
  const view = (await editions.get(viewer, 2))!
  const slots = editions.passphrases(viewer, 2)!
  assert.deepEqual(
    slots.map(({ name }) => name),
    ORDER.slots,
  )
  assert.equal(editions.passphrases({ ...viewer, personId: 'another' }, 2), undefined)
  const disc = view.discs[0]!.folder
  const read = await open(disc, slots[1]!.passphrase)
  assert.equal((await open(disc, slots[0]!.passphrase)).index.size, read.index.size)
  const names = readdirSync(disc)
  assert.ok(names.includes('はじめにお読みください.txt') && names.includes('VERIFY.txt'))
  assert.ok(readFileSync(join(disc, 'VERIFY.txt'), 'utf8').includes(view.edition.pageSha256))
  for (const { passphrase } of slots) {
    const everything = readdirSync(home.folder, { recursive: true, encoding: 'utf8', withFileTypes: true })
    for (const file of everything.filter((entry) => entry.isFile()))
      assert.ok(!readFileSync(join(file.parentPath, file.name)).includes(passphrase), file.name)
  }
  editions.forgetPassphrases(viewer, 2)
  assert.equal((await editions.get(viewer, 2))!.hasPassphrases, false)

  const gone = read.index.entry(7)
  const input = { kind: 'patient', what: gone.patientId, reason: 'request' } as const
  assert.equal((await services.erasure.enter(viewer, input)).kind, 'ok')
  await editions.make(viewer, { ...ORDER, generationIds: [generation!.id] })
  const jobs = institution.vault.jobs.list().filter(({ kind }) => kind === 'edition')
  for await (const job of institution.vault.jobs.watch(jobs[0]!.id, AbortSignal.timeout(60_000)))
    if (job.state !== 'running') break
  const next = (await editions.get(viewer, 3))!
  const without = await open(next.discs[0]!.folder, editions.passphrases(viewer, 3)![0]!.passphrase)
  assert.equal(without.index.size, read.index.size - 1)
  assert.equal(without.cover.fingerprint, read.cover.fingerprint, 'one key of the institution signs all')
  await editions.removeFiles(viewer, 3)
  assert.deepEqual((await editions.get(viewer, 3))!.discs, [])

  await assert.rejects(
    editions.make({ ...viewer, can: new Set(['carry-media']) }, { ...ORDER, generationIds: ['x'] }),
    (error) => isAppError(error, 'ACCESS_DENIED'),
  )
})

test('holder, return, destruction by two, loss: each a line of the register and of the ledger; overdue is an alarm', async (t) => {
  const home = house(t, 'sample')
  const institution = await home.open()
  await institution.vault.ensureOwnState()
  await setUpSample(institution, () => undefined, { patients: 60, months: 1 })
  const { viewer } = await firstPerson(institution)
  await make(institution, viewer, { kind: 'reception', returnOn: '2026-12-31' })
  await make(institution, viewer, { returnOn: '2026-12-31' })
  const { editions, people } = bindServices(institution)
  const moved = (number: number, what: Parameters<typeof editions.move>[2], more = {}) =>
    editions.move(viewer, number, what, more)
  assert.equal(await moved(1, 'destroyed'), false, 'nobody destroys alone')
  assert.equal(await moved(1, 'destroyed', { witness: viewer.personId }), false)
  assert.equal(await moved(1, 'destroyed', { witness: 'nobody' }), false)
  await people.add(viewer, { loginName: 'second', displayName: '二人目', profession: 'nurse', duties: [] })
  const [witness] = (await editions.get(viewer, 1))!.witnesses
  assert.equal(await moved(1, 'destroyed', { witness: witness!.id }), true)
  assert.equal(await moved(1, 'returned'), false, 'an end is an end')
  assert.equal(await moved(2, 'handed-on', { holder: '副院長', place: '自宅の金庫', returnOn: '2026-12-01' }), true)
  assert.equal(await moved(2, 'lost'), true)
  assert.equal(await moved(2, 'found'), true)
  assert.equal(await moved(2, 'handed-on', { holder: '副院長', place: '自宅の金庫', returnOn: '2026-12-01' }), true)
  const { history, edition } = (await editions.get(viewer, 2))!
  assert.deepEqual(history.map(({ what }) => what).toSorted(), ['found', 'handed-on', 'handed-on', 'lost', 'made'])
  assert.deepEqual([edition.holder, edition.state], ['副院長', 'out'])
  await institution.journalIndex.catchUp(await institution.ledger.reader())
  const { entries } = await institution.journalIndex.query({ types: ['edition.made', 'edition.moved'], limit: 20 })
  assert.equal(entries.length, 7)
  const text = JSON.stringify(entries)
  for (const word of ['副院長', '自宅', '病棟師長']) assert.ok(!text.includes(word), 'no free text in the ledger')

  await home.close()
  const later = await home.open(clockAt(systemClock.now() + 400 * 86_400_000))
  const watch = watches(later, () => later.ledgerReport).find(({ codes }) => codes.includes('edition-overdue'))!
  assert.deepEqual(await watch.look(), [{ code: 'edition-overdue', figures: { count: 1 } }])
  const back = await signIn(later)
  assert.equal((await back.services.editions.list()).editions.find(({ number }) => number === 2)?.isOverdue, true)
  assert.equal((await back.services.editions.get(back.viewer, 2))!.hasPassphrases, false)
})
