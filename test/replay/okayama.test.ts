/**
 * 岡山 (2024): a contract said that backups were taken; six days lay between the intrusion (5-13) and the encryption (5-19).
 * Here the page says when a restore was last proven, the generation of the night before the intrusion is proposed by itself,
 * and nothing goes over the old place before it was restored apart.
 */
import assert from 'node:assert/strict'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { institutionInstant, isAppError, manualClock } from '#base'
import { bindServices } from '#server'
import { house } from '../server/house.ts'
import { firstPerson } from '../server/person.ts'
import { encrypt, goBack, lettersAreBack, restoreAll, typesIn, writeLetters } from './hospital.ts'

const DAY = 86_400_000
const code = (wanted: string) => (error: unknown) => isAppError(error, wanted as never)

test('岡山: the last proof is old, the clean backup is found six days back, restored apart, then over the old place', async (t) => {
  const home = house(t)
  const clock = manualClock(institutionInstant('2024-03-20', 2))
  const institution = await home.open(clock)
  const { viewer } = await firstPerson(institution)
  const { vault, cases } = institution
  writeLetters(home.source)
  const source = await vault.addSource({ kind: 'folder', name: '書類', paths: [home.source] })
  const night = async (day: string) => {
    clock.set(institutionInstant(day, 2))
    writeFileSync(join(home.source, `受付-${day}.txt`), `その日の受付 ${day}`.repeat(20))
    return (await vault.runs.run(source.id)).done
  }
  const tested = await night('2024-03-20')
  await (
    await vault.runs.startRestoreTest(tested.id)
  ).done
  const nights = new Map<string, Awaited<ReturnType<typeof night>>>()
  for (const day of ['2024-05-10', '2024-05-11', '2024-05-12', '2024-05-13']) nights.set(day, await night(day))
  // The intruder is in; nothing is seen.
  writeFileSync(join(home.source, 'update.dll'), 'downloader')
  for (const day of ['2024-05-14', '2024-05-16', '2024-05-18']) nights.set(day, await night(day))
  encrypt(home.source)
  const attacked = await night('2024-05-19')

  assert.deepEqual(
    (await vault.signs.open()).map(({ generationId }) => generationId),
    [attacked.id],
  )
  const services = bindServices(institution)
  // Backups are taken before the day begins: the intrusion of the 13th is in none of that night's.
  const [found] = await services.wayBack.candidates(viewer, institutionInstant('2024-05-13'))
  assert.equal(found?.lastProof?.takenAtMs, tested.startedAt)
  assert.equal(Math.floor((clock.now() - found!.lastProof!.atMs) / DAY), 60, 'two months old: the page warns')
  const proposed = found!.rows.find(({ isProposed }) => isProposed)!
  const clean = nights.get('2024-05-12')!
  assert.equal(proposed.generationId, clean.id)
  assert.equal(proposed.daysLost, 7)
  assert.ok(proposed.recordsLost >= 7 + 14, 'the days since, and what the attack itself changed')
  assert.deepEqual(found!.rows[0]!.objections, ['after-intrusion', 'signs'])
  // Nobody knows the day: all of the last four weeks is suspect, and the one of March is left.
  const [unknown] = await services.wayBack.candidates(viewer, undefined)
  assert.equal(unknown!.rows.find(({ isProposed }) => isProposed)?.generationId, tested.id)

  await assert.rejects(cases.begin('mishap', 'deleted', 'director'), code('RECOVERY_LOOKS_LIKE_ATTACK'))
  await cases.begin('attack', undefined, 'director')
  const evidence = { kind: 'vpn-log', place: '外付けディスク 2番', hash: 'ab'.repeat(32), who: '保守' } as const
  await cases.addEvidence(1, evidence, 'director')
  await cases.pass(1, 'evidence', 'VPN の記録を残した', 'director')
  await cases.choose(1, clean, '5月13日の侵入より前', 'director')
  await cases.pass(1, 'scan', '切り離した機械で検査した', 'director')
  await assert.rejects(cases.pass(1, 'isolated', '', 'director'), code('RECOVERY_NOT_PROVEN'), 'a word is no proof')
  const apart = join(dirname(home.folder), 'apart')
  await restoreAll(institution, clean, apart)
  lettersAreBack(join(apart, 'source'))
  assert.ok(!existsSync(join(apart, 'source', 'update.dll')))
  rmSync(join(home.source, 'update.dll'))
  await goBack(institution, clean, apart)
  lettersAreBack(home.source)
  const types = await typesIn(institution)
  for (const type of ['generation.suspected', 'expiry.frozen', 'recovery.evidence', 'recovery.chosen', 'restore.ended'])
    assert.ok(types.includes(type), type)
  assert.ok((await vault.verifyLedger()).ok)
})
