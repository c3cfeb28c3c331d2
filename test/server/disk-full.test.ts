/** A disk that is really full: people still sign in and open charts, and the ledger knows of every look. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { isAppError, systemClock } from '#base'
import { SAMPLE_MINIMUM_PATIENTS, writeSampleClinic } from '#sample'
import { bindServices, type Institution, openInstitution } from '#server'
import { firstPerson, signIn } from './person.ts'
import { removeHeld } from './house.ts'

/** A file system of its own, or undefined where mounting is refused. `opened`: what must be closed before it goes. */
function smallDisk(t: TestContext, sizeMegabytes: number, opened: () => Institution | undefined): string | undefined {
  const disk = join(mkdtempSync(join(tmpdir(), 'toride-full-')), 'disk')
  mkdirSync(disk)
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeMegabytes}m`, 'tmpfs', disk]).status !== 0) return undefined
  t.after(async () => {
    await opened()?.close()
    spawnSync('umount', [disk])
    rmSync(join(disk, '..'), { recursive: true, force: true })
  })
  return disk
}

/** To the last byte. */
function fill(disk: string): string {
  const filler = join(disk, 'filler')
  for (const size of [1024 * 1024, 4096])
    try {
      for (;;) writeFileSync(filler, new Uint8Array(size), { flag: 'a' })
    } catch {
      // Full.
    }
  assert.equal(statfsSync(disk).bavail, 0)
  return filler
}

test('on a full disk people sign in, open charts, and are in the ledger; backups wait for room', async (t) => {
  let institution: Institution | undefined
  const disk = smallDisk(t, 160, () => institution)
  if (disk === undefined) return t.skip('mounting a small file system needs root')
  const source = mkdtempSync(join(tmpdir(), 'toride-full-source-'))
  t.after(() => removeHeld(source))
  const clinic = writeSampleClinic({
    folder: source,
    asOf: Date.UTC(2026, 10, 20, 15),
    patients: SAMPLE_MINIMUM_PATIENTS,
    months: 2,
  })
  const dataFolder = join(disk, 'data')
  const fresh = { kind: 'own', institution: '試験の医院', createdAt: systemClock.now() } as const
  const open = () => openInstitution({ dataFolder, fresh, clock: systemClock, version: '0.0.1' })
  institution = await open()
  const first = await firstPerson(institution)
  const { vault } = institution
  const paths = [...clinic.roots.standardized]
  const added = await vault.addSource({ kind: 'ssmix2', name: '電子カルテ', paths })
  const generation = await (await vault.runs.run(added.id)).done
  assert.equal((await first.services.institution()).diskFull, false)
  await institution.close()

  institution = await open()
  const filler = fill(disk)
  const before = institution.ledger.size
  const { viewer, services } = await signIn(institution)
  assert.equal((await services.institution()).diskFull, true, 'every page says so')
  const found = await services.charts.search(viewer, '1', { page: 1, pageSize: 5 })
  const hit = found.hits[0]!
  const options = { generationId: generation.id, identifiers: [hit.patientId, hit.birthDate!] }
  assert.equal((await services.charts.open(viewer, hit.key, options)).kind, 'ok')
  assert.ok(institution.ledger.size >= before + 4, 'sign-in, keys, search and chart')
  await assert.rejects(services.backup.run(viewer, added.id), (error) => isAppError(error, 'STORAGE_FULL'))

  rmSync(filler)
  institution.reserve.keep()
  assert.equal((await services.institution()).diskFull, false)
  const rows = await services.journal.rows(viewer, { page: 1 })
  assert.ok(rows.rows.some((row) => row.type === 'chart.opened'))
})

test('when the room kept back is used up too, nothing is shown that is not written', async (t) => {
  let institution: Institution | undefined
  const disk = smallDisk(t, 160, () => institution)
  if (disk === undefined) return t.skip('mounting a small file system needs root')
  const fresh = { kind: 'own', institution: '試験の医院', createdAt: systemClock.now() } as const
  institution = await openInstitution({
    dataFolder: join(disk, 'data'),
    fresh,
    clock: systemClock,
    version: '0.0.1',
  })
  await firstPerson(institution)
  fill(disk)
  // The button is no exception: it is written down, also by somebody who is not signed in.
  const said = { name: '山田', place: '受付', what: '動かない', once: 'a' }
  const { incidents } = bindServices(institution)
  assert.deepEqual(await incidents.report(undefined, said), { isKept: true })
  assert.equal((await institution.incidents.open())[0]!.entries.length, 1)
  await signIn(institution)
  fill(disk)
  const full = (error: unknown): boolean => isAppError(error, 'STORAGE_FULL')
  await assert.rejects(signIn(institution), full)
})
