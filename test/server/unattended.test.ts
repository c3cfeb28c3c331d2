/** SECURITY 11: after a restart backup resumes alone, or waits for a person where that was chosen; charts always wait. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isAppError } from '#base'
import { setUpSample } from '../../src/server/first-run.ts'
import { house, take } from './house.ts'
import { firstPerson, PASSWORD, signIn } from './person.ts'

const keyMissing = (error: unknown): boolean => isAppError(error, 'VAULT_KEY_MISSING')

test('a restart with the system key: backup runs, charts wait for a password, each unlocking is in the ledger', async (t) => {
  const home = house(t, 'sample')
  const first = await home.open()
  await first.vault.ensureOwnState()
  const generation = await setUpSample(first, () => {}, { patients: 60, months: 1 })
  const before = await firstPerson(first)
  assert.ok((await first.charts.index(generation.id, before.reading)).size > 0)

  const second = await home.open()
  assert.equal(second.keys.backupIsOpen, true)
  assert.equal((await (await second.vault.runs.run(generation.sourceId)).done).closure, 'complete')
  assert.equal(second.ring.unlockSetUp(second.systemKey), undefined, 'the way in of set-up is closed')
  await assert.rejects(second.charts.index(generation.id, undefined), keyMissing)
  const unlocked = await second.journalIndex
    .catchUp(await second.ledger.reader())
    .then(() => second.journalIndex.query({ types: ['keys.unlocked'] }))
  assert.equal(unlocked.entries.filter(({ entry }) => (entry.data as { by?: string }).by === 'system-key').length, 2)

  const { reading } = await signIn(second)
  assert.ok((await second.charts.index(generation.id, reading)).size > 0)
})

test('without the system key backup waits until somebody signs in', async (t) => {
  const home = house(t)
  const first = await home.open()
  await take(first, home, 1)
  const { viewer } = await firstPerson(first)
  assert.ok(viewer.can.has('manage-settings'))
  const session = await first.access.signIn({ loginName: 'admin', password: PASSWORD, address: '127.0.0.1' })
  assert.ok(session.ok)
  await first.access.keys.forbidUnattended(session.signedIn)

  const second = await home.open()
  assert.equal(second.keys.backupIsOpen, false)
  const source = (await second.vault.sources())[0]!
  await assert.rejects((await second.vault.runs.run(source.id)).done, keyMissing)
  assert.ok(second.ledgerReport.findings.every((one) => one.code === 'REPOSITORY_NOT_SEEN'))
  await signIn(second)
  assert.equal(second.keys.backupIsOpen, true)
  assert.equal((await (await second.vault.runs.run(source.id)).done).closure, 'complete')
})
