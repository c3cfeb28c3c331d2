/** 非常用ディスク by night: two people, then the process alone; envelopes that stay; a stick that is not there. */
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { isAppError, manualClock } from '#base'
import { type Edition, payloadOf, readCover, unlock } from '#edition/format'
import { bindServices } from '#server'
import type { NightRequest } from '#web'
import { setUpSample } from '../../src/server/first-run.ts'
import { watches } from '../../src/server/bell/watch.ts'
import { house } from './house.ts'
import { firstPerson, signIn } from './person.ts'

const DAY = 86_400_000

async function open(folder: string, passphrase: string): Promise<Edition | string> {
  const load = async (name: string) =>
    existsSync(join(folder, name)) ? payloadOf(readFileSync(join(folder, name), 'latin1')) : undefined
  const cover = await readCover(load)
  assert.ok(!('problem' in cover) && cover.isSigned)
  const result = await unlock(cover, passphrase, load)
  return 'edition' in result ? result.edition : result.problem
}

test('asked by one, confirmed by another, made and replaced without a person, opened with the envelopes of the first day', async (t) => {
  const stick = mkdtempSync(join(tmpdir(), 'toride night '))
  t.after(() => rmSync(stick, { recursive: true, force: true }))
  const home = house(t, 'sample')
  const clock = manualClock(Date.UTC(2026, 10, 20, 18))
  let institution = await home.open(clock)
  await institution.vault.ensureOwnState()
  await setUpSample(institution, () => undefined, { patients: 60, months: 1 })
  const { viewer, services } = await firstPerson(institution)
  const { editions } = services
  const [generation] = await institution.charts.readable()
  const sourceId = generation!.sourceId
  const request: NightRequest = {
    kind: 'care',
    sources: [sourceId],
    months: 13,
    documents: 'none',
    folder: stick,
    days: [0, 1, 2, 3, 4, 5, 6],
    holder: '病棟師長',
    place: '詰所',
    slots: ['金庫', '当直室'],
  }
  await editions.askNight(viewer, request)
  const slots = editions.nightPassphrases(viewer)!
  const backup = async () => (await institution.vault.runs.run(sourceId, clock.now())).done
  const failed = () => institution.nightEditions.failure?.code as string | undefined
  await institution.nightEditions.tick()
  assert.deepEqual((await editions.list()).editions, [], 'one person alone starts nothing')
  await assert.rejects(editions.confirmNight(viewer), (error) => isAppError(error, 'ACCESS_DENIED'))
  clock.advance(DAY)
  // Where there is nobody else, the same person on a later day; the ledger says so.
  await editions.confirmNight(viewer)
  const about = { types: ['edition.night-confirmed' as const], limit: 1 }
  await institution.journalIndex.catchUp(await institution.ledger.reader())
  assert.equal((await institution.journalIndex.query(about)).entries[0]!.entry.data['alone'], true)

  // Nobody is signed in after a restart: the night alone.
  await home.close()
  institution = await home.open(clock)
  await institution.nightEditions.tick()
  assert.equal(failed(), undefined)
  assert.deepEqual(readdirSync(stick), ['toride-1'])
  const first = await open(join(stick, 'toride-1'), slots[1]!.passphrase)
  assert.ok(typeof first === 'object')
  assert.ok(first.index.size > 50 && (await first.chart(3)).state === 'opened')
  const other = slots[0]!.passphrase.replace(/^./, (c) => (c === 'A' ? 'B' : 'A'))
  assert.equal(await open(join(stick, 'toride-1'), other), 'no-slot')
  for (const { passphrase } of slots) {
    const files = readdirSync(home.folder, { recursive: true, encoding: 'utf8', withFileTypes: true })
    for (const file of files.filter((entry) => entry.isFile()))
      assert.ok(!readFileSync(join(file.parentPath, file.name)).includes(passphrase), file.name)
  }
  await institution.nightEditions.tick()
  assert.deepEqual(readdirSync(stick), ['toride-1'], 'once a day, of one backup')

  // The next night's backup; the stick is not there, then back with something else on it.
  clock.advance(DAY)
  await backup()
  rmSync(stick, { recursive: true })
  await institution.nightEditions.tick()
  assert.equal(failed(), 'STORAGE_NOT_FOUND')
  const watch = watches(institution, () => institution.ledgerReport).find(({ codes }) =>
    codes.includes('edition-night-failed'),
  )!
  assert.equal((await watch.look())?.length, 1)
  mkdirSync(stick)
  writeFileSync(join(stick, 'other.txt'), 'x')
  clock.advance(2 * 3_600_000)
  await institution.nightEditions.tick()
  assert.deepEqual(readdirSync(stick).toSorted(), ['other.txt', 'toride-2'])
  assert.equal(failed(), undefined)
  const second = await open(join(stick, 'toride-2'), slots[0]!.passphrase)
  assert.ok(typeof second === 'object' && second.cover.fingerprint === first.cover.fingerprint)
  const back = await signIn(institution)
  assert.deepEqual(
    (await back.services.editions.list()).editions.map(({ number, state }) => [number, state]),
    [
      [2, 'out'],
      [1, 'replaced'],
    ],
  )
  const made = watches(institution, () => institution.ledgerReport).find(({ codes }) => codes.includes('edition-made'))!
  assert.deepEqual(await made.look(), [], 'what two people allowed rings no bell each night')

  // Somebody is protected: the next disc marks them; a list that is not of today's register makes the night wait.
  const key = back.reading!
  const patient = second.index.entry(5)
  assert.equal((await back.services.protection.protect(back.viewer, patient.patientId)).kind, 'ok')
  clock.advance(DAY)
  await backup()
  await institution.nightEditions.tick()
  const third = await open(join(stick, 'toride-3'), slots[0]!.passphrase)
  assert.ok(typeof third === 'object')
  const marked = Array.from({ length: third.index.size }, (_, row) => third.index.entry(row))
  assert.deepEqual(
    marked.filter(({ isProtected }) => isProtected).map(({ patientId }) => patientId),
    [patient.patientId],
  )
  await institution.vault.saveSetting('edition-night-protected', JSON.stringify({ of: 'another', sealed: '' }))
  clock.advance(DAY)
  await backup()
  await institution.nightEditions.tick()
  assert.equal(failed(), 'EDITION_NIGHT_WAITS')
  await institution.nightEditions.learn(key)
  clock.advance(2 * 3_600_000)
  await institution.nightEditions.tick()
  assert.equal(failed(), undefined)
  assert.ok(existsSync(join(stick, 'toride-4/index.html')))

  await bindServices(institution).editions.endNight(back.viewer)
  clock.advance(DAY)
  await backup()
  await institution.nightEditions.tick()
  assert.equal((await back.services.editions.list()).editions.length, 4, 'ended is ended')
})
