/** SECURITY 19: Toride's own state comes back from its generation, opens as a data folder, and its ledger verifies. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openToLook } from '#server'
import { systemClock } from '#base'
import { keepReceipt, readReceipts } from '#vault'
import { openInstitution } from '../../src/server/institution.ts'
import { house, removeHeld, take } from './house.ts'
import { firstPerson } from './person.ts'

test('a dead server comes back from its own generation, its keys and its place', async (t) => {
  const home = house(t)
  const first = await home.open()
  const { vault } = first
  await vault.ensureOwnState()
  await take(first, home, 2)
  await firstPerson(first)
  await vault.saveSetting('support-phone', '03-0000-0000')
  await keepReceipt(home.folder, 'keeper', 'ab'.repeat(32), 'a receipt\n')
  await vault.runs.runOwnState()
  const [own] = await vault.generations.list({ sourceId: 'own-state' })
  assert.equal(own?.skipped, 0)
  const password = first.keys.secrets.load('own-state')!
  const entriesBefore = first.ledger.size
  await home.close()

  // Only the repository and its password: as on another machine, with the terminal's own restore.
  const rescue = mkdtempSync(join(tmpdir(), 'toride-rescue-'))
  t.after(() => removeHeld(rescue))
  const repository = join(home.folder, 'places', 'local', 'own-state')
  execFileSync('bin/toride', ['repo', 'restore', 'latest', '--repo', repository, '--target', rescue], {
    env: { ...process.env, RESTIC_PASSWORD: password },
    stdio: 'pipe',
  })
  const restored = join(rescue, home.folder, 'own-state')
  for (const name of ['toride.json', 'state.db', 'ledger']) assert.ok(existsSync(join(restored, name)), name)
  assert.ok(!existsSync(join(restored, 'keys')), 'no key lies beside the copies that it opens')

  // Keys come from the recovery kit, places from where they are.
  const back = join(rescue, 'data')
  cpSync(restored, back, { recursive: true })
  for (const part of ['keys', 'places']) cpSync(join(home.folder, part), join(back, part), { recursive: true })
  assert.deepEqual(await readReceipts(back), [{ place: 'keeper', snapshot: 'ab'.repeat(32), note: 'a receipt\n' }])
  const look = await openToLook(back, { clock: systemClock, version: '0.0.1' })
  const report = await look.vault.verifyLedger()
  await look.close()
  // What was recorded after the copy was made (its own entry) is all that is not known.
  assert.deepEqual(
    // A copy carries no attribute: that is said, and nothing else.
    report.findings.filter(({ severity, code }) => severity === 'error' && code !== 'GENERATION_LOCK_LIFTED'),
    [],
  )
  assert.equal(report.generations, 2)
  assert.ok(report.entries < entriesBefore)

  const again = await openInstitution({
    dataFolder: back,
    fresh: { kind: 'own', institution: '', createdAt: 0 },
    clock: systemClock,
    version: '0.0.1',
  })
  try {
    assert.equal(again.folder.info.institution, '試験の医院')
    assert.equal(await again.vault.setting('support-phone'), '03-0000-0000')
    assert.equal((await again.access.people.list()).length, 1)
    await again.vault.runs.recover()
    const generations = await again.vault.generations.list()
    assert.equal(generations.filter((one) => one.sourceId !== 'own-state').length, 2)
    assert.equal(
      await (
        await again.vault.runs.startRestoreTest(generations.find((one) => one.sourceId !== 'own-state')!.id)
      ).done,
      true,
    )
  } finally {
    await again.close()
  }
})
