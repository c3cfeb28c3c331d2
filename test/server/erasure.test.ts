/**
 * 消去台帳: hidden from every view at once, left out of the next backup, gone with the last lock; and nothing of it in the
 * clear. Goes through every service that shows anything of a patient or a file.
 */
import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { manualClock } from '#base'
import type { OpenOptions } from '#web'
import { setUpSample } from '../../src/server/first-run.ts'
import { house, toride } from './house.ts'
import { firstPerson } from './person.ts'

const DAY = 86_400_000

test('a patient on the register is in no search, chart, document or list, of no day, and in no new backup', async (t) => {
  const home = house(t, 'sample')
  const institution = await home.open()
  const { vault, charts } = institution
  await vault.ensureOwnState()
  await setUpSample(institution, () => undefined, { patients: 60, months: 1 })
  const { viewer, services, reading } = await firstPerson(institution)
  const source = (await vault.sources()).find(({ kind }) => kind === 'ssmix2')!
  await (
    await vault.runs.run(source.id)
  ).done
  const days = (await charts.readable()).map(({ id }) => id)
  assert.equal(days.length, 2)
  const index = await charts.index(days[0]!, reading)
  const patient = index.entry(7)
  const other = index.entry(8)
  const page = { page: 1, pageSize: 50 }
  const options = (generationId: string) => ({ generationId, identifiers: [patient.kanji, patient.birthDate] })
  const opened = await services.charts.open(viewer, patient.patientKey, options(days[0]!))
  assert.equal(opened.kind, 'ok')
  const [unit] = patient.units
  const [file] = await (await charts.reader(days[0]!)).unit(unit!)
  assert.ok(file)

  assert.equal(
    (await services.erasure.enter(viewer, { kind: 'patient', what: '9999999', reason: 'order' })).kind,
    'refused',
  )
  const input = { kind: 'patient', what: patient.patientId, reason: 'request' } as const
  // A double click: the second finds nobody of that id any more.
  const twice = await Promise.all([1, 2].map(() => services.erasure.enter(viewer, input)))
  assert.deepEqual(twice.map(({ kind }) => kind).sort(), ['ok', 'refused'])

  const hiddenEverywhere = async (): Promise<void> => {
    for (const generationId of days) {
      for (const query of [patient.patientId, patient.kanji, patient.kana, patient.birthDate].filter(Boolean)) {
        const { hits } = await services.charts.search(viewer, query, { generationId, ...page })
        assert.ok(
          hits.every(({ patientId }) => patientId !== patient.patientId),
          query,
        )
      }
      assert.equal(await services.charts.identify(viewer, patient.patientKey, generationId), undefined)
      for (const print of [undefined, 'staff', 'patient'] as const) {
        const more: OpenOptions = { ...options(generationId), ...(print ? { print } : {}) }
        assert.equal((await services.charts.open(viewer, patient.patientKey, more)).kind, 'not-found')
        const wanted: OpenOptions & { path: string } = { ...more, path: file.path }
        assert.equal(await services.charts.document(viewer, patient.patientKey, wanted), undefined)
      }
      const reader = await charts.reader(generationId)
      assert.ok([...reader.units()].every(({ unitPath }) => unitPath !== unit))
      assert.deepEqual(await reader.unit(unit!), [])
      await assert.rejects(reader.readFile(file.path))
      const seen = await services.charts.identify(viewer, other.patientKey, generationId)
      assert.equal(seen?.patient.patientId, other.patientId, 'nobody else is hidden')
      assert.ok(seen?.similar.every(({ patientId }) => patientId !== patient.patientId))
    }
    const { rows } = await services.problems(viewer, { page: 1 })
    assert.ok(rows.every(({ path }) => !path.includes(`/${patient.patientId}/`)))
  }
  await hiddenEverywhere()

  // The next backup leaves it out, and its raw listing knows nothing of it.
  const { id: next } = await (await vault.runs.run(source.id)).done
  days.unshift(next)
  await hiddenEverywhere()
  const password = institution.keys.secrets.load(source.id)!
  const passwordFile = join(home.source, 'password')
  writeFileSync(passwordFile, password)
  const repository = ['--repo', vault.repositoryFolder(source.id), '--password-file', passwordFile]
  const names = async (id: string) => (await toride('repo', 'ls', id, ...repository)).out
  assert.ok((await names(days[1]!)).includes(unit!))
  assert.ok(!(await names(next)).includes(unit!))
  assert.ok((await names(next)).includes(other.units[0]!))

  // The register rests sealed; other people's rows are what they were.
  const [entry] = await services.erasure.list(viewer)
  assert.equal(entry!.label, patient.patientId)
  assert.equal(entry!.held, 2)
  for (const name of readdirSync(home.folder).filter((one) => one.startsWith('state.db'))) {
    const bytes = readFileSync(join(home.folder, name))
    assert.ok(!bytes.includes(unit!) && !bytes.includes(`"${patient.patientId}"`), name)
  }

  // By mistake: shown and taken again.
  await services.erasure.lift(viewer, entry!.id, 'mistake')
  const found = await services.charts.search(viewer, patient.patientId, { generationId: days[1]!, ...page })
  assert.ok(found.hits.some(({ patientId }) => patientId === patient.patientId))
  const { id: last } = await (await vault.runs.run(source.id)).done
  assert.ok((await names(last)).includes(unit!))
})

test('a file on the register is gone when the old repository is: the day, then the certificate', async (t) => {
  const home = house(t)
  const clock = manualClock(Date.parse('2026-11-28T01:00:00Z'))
  const institution = await home.open(clock)
  const { vault } = institution
  const { viewer, services } = await firstPerson(institution)
  await vault.ensureOwnState()
  mkdirSync(join(home.source, '紹介状'))
  const path = join(home.source, '紹介状', '[0001234]*.txt')
  writeFileSync(path, 'secret letter '.repeat(500))
  writeFileSync(join(home.source, '紹介状', '0009999.txt'), 'another letter')
  const source = await vault.addSource({ kind: 'folder', name: '書類', paths: [home.source] })
  const { id } = await (await vault.runs.run(source.id)).done
  // One that does not hold the file: the count names only those that do.
  const aside = readFileSync(path)
  rmSync(path)
  await (
    await vault.runs.run(source.id)
  ).done
  writeFileSync(path, aside)

  const names = async (generationId: string) => {
    const top = (await services.browse.folder(viewer, generationId, []))!
    const at = top.entries.find(({ name }) => name === '紹介状')!.position
    return { at, names: (await services.browse.folder(viewer, generationId, [at]))!.entries }
  }
  const before = await names(id)
  const position = before.names.find(({ name }) => name.startsWith('['))!.position
  assert.ok(await services.browse.file(viewer, id, [before.at, position]))
  const slips = [join(home.source, '紹介状', '0001235.txt'), join(path, 'below'), join(home.source, '')]
  for (const what of ['/etc/passwd', join(home.source, '..', 'elsewhere'), home.source, ...slips])
    assert.equal((await services.erasure.enter(viewer, { kind: 'path', what, reason: 'order' })).kind, 'refused', what)
  assert.deepEqual(await services.erasure.enter(viewer, { kind: 'path', what: path, reason: 'wrong-data' }), {
    kind: 'ok',
  })
  assert.deepEqual(
    (await names(id)).names.map(({ name }) => name),
    ['0009999.txt'],
  )
  assert.equal((await services.erasure.enter(viewer, { kind: 'path', what: path, reason: 'order' })).kind, 'refused')
  assert.deepEqual(
    (await services.erasure.list(viewer)).map(({ held }) => held),
    [1],
  )
  assert.equal(await services.browse.file(viewer, id, [before.at, position]), undefined)
  assert.equal((await services.erasure.list(viewer))[0]!.endsAtMs, undefined)

  // The source goes on in a new repository; the old one is readable to its end.
  clock.advance(1000)
  await services.erasure.renew(viewer, source.id)
  const renewed = (await vault.sources()).find((one) => one.kind === 'folder' && !one.replaced)!
  assert.notEqual(renewed.id, source.id)
  const next = await (await vault.runs.run(renewed.id)).done
  assert.deepEqual(
    (await names(next.id)).names.map(({ name }) => name),
    ['0009999.txt'],
  )
  assert.equal((await names(id)).names.length, 1)
  const [waiting] = await services.erasure.list(viewer)
  assert.equal(waiting!.held, 1)
  assert.equal(waiting!.endsAtMs, (await vault.generations.get(id))!.keepUntil)

  // The last lock ends; nights go on.
  const nights = Math.ceil((waiting!.endsAtMs! - clock.now()) / DAY)
  clock.advance((nights - 4) * DAY)
  for (let night = 0; night < 6; night++) {
    clock.advance(DAY)
    await (
      await vault.runs.run(renewed.id)
    ).done
    await vault.runs.letGoReplaced()
  }
  const [done] = await services.erasure.list(viewer)
  assert.equal(done!.state, 'done')
  assert.equal(await vault.generations.get(id).then((one) => one !== undefined), true, 'the row stays as evidence')
  const old = vault.repositoryFolder(source.id)
  const packs = readdirSync(join(old, 'data'), { recursive: true, withFileTypes: true }).filter((one) => one.isFile())
  assert.deepEqual(packs, [], 'no pack of the old repository is left')
  assert.equal(
    (await institution.vault.verifyLedger()).findings.filter(({ severity }) => severity === 'error').length,
    0,
  )
})
