/** Sheets of many patients: a ward in the order of beds, and the night's sealed file. Read by poppler, not by us. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { type Clock, isAppError, systemClock } from '#base'
import { bindServices, type Institution } from '#server'
import type { Profession } from '#access'
import { newEntry, patientSubject } from '#journal'
import { FORMATS, MESSAGES } from '#web'
import { setUpSample } from '../../src/server/first-run.ts'
import { personOf, sessionOf } from '../../src/server/services/viewers.ts'
import { house } from './house.ts'
import { firstPerson, type SignedInViewer } from './person.ts'

const run = promisify(execFile)
const skip = existsSync('/usr/bin/pdftotext') ? false : 'no pdftotext (Debian package poppler-utils)'
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** Rounds of 50 ms until a stack must be ready: a failure, not a measure. */
const ROUNDS = 1200

async function sheetsOf(bytes: Uint8Array, folder: string): Promise<string[]> {
  const path = join(folder, 'stack.pdf')
  writeFileSync(path, bytes)
  const { stdout } = await run('/usr/bin/pdftotext', ['-layout', path, '-'], { maxBuffer: 1e9 })
  return stdout.split('\f').slice(0, -1)
}

/** A clock that a test moves. */
function movable(): Clock & { by: number } {
  const clock = { by: 0, now: () => systemClock.now() + clock.by, monotonic: () => systemClock.monotonic() + clock.by }
  return clock
}

async function clinic(t: TestContext) {
  const home = house(t, 'sample')
  const clock = movable()
  const institution = await home.open(clock)
  await institution.vault.ensureOwnState()
  const generation = await setUpSample(institution, () => {}, { patients: 60, months: 3 })
  return { home, clock, institution, generation, person: await firstPerson(institution) }
}

async function colleague(institution: Institution, { services, viewer }: SignedInViewer, profession: Profession) {
  const added = await services.people.add(viewer, {
    loginName: profession,
    displayName: '同僚',
    profession,
    duties: [],
  })
  assert.ok(added.kind === 'ok')
  const own = bindServices(institution)
  const signIn = { loginName: profession, code: added.code, password: 'はにほ-correct-horse-42' }
  const result = await own.auth.firstSignIn(signIn, '127.0.0.1')
  assert.ok(result.kind === 'ok')
  return (await own.auth.session(result.token))!
}

async function ready({ services, viewer }: SignedInViewer) {
  for (let i = 0; i < ROUNDS; i++) {
    const [stack] = await services.paper.stacks(viewer)
    if (stack && stack.state !== 'running') return stack
    await pause(50)
  }
  throw new Error('the stack is never ready')
}

const entriesOf = async ({ journalIndex, ledger }: Institution, type: string) => {
  await journalIndex.catchUp(await ledger.reader())
  return (await journalIndex.query({ types: [type], limit: 100 })).entries.map(({ entry }) => entry)
}

const JA = { t: MESSAGES.ja, f: FORMATS.ja }

test(
  'a ward in one go: a list in the order of beds, both sheets of everybody, journaled before',
  { skip },
  async (t) => {
    const { home, institution, generation, person } = await clinic(t)
    const { services, viewer, reading } = person
    const lists = await services.paper.lists(viewer)
    const { ward, patients } = lists!.wards.toSorted((a, b) => b.patients - a.patients)[0]!
    assert.ok(patients > 2)
    assert.deepEqual(await services.paper.start(viewer, { scope: 'ward', ward: 'x' }, '回診', JA), { kind: 'nobody' })
    const choice = { scope: 'ward', ward } as const
    const started = await Promise.all([1, 2].map(() => services.paper.start(viewer, choice, '停止中の回診', JA)))
    assert.deepEqual(started.map(({ kind }) => kind).toSorted(), ['busy', 'ok'], 'a second click makes no second stack')
    const stack = await ready(person)
    assert.equal(stack.state, 'ready')
    assert.deepEqual([stack.patients, stack.done, stack.notPrinted, stack.missing], [patients, patients, 0, 0])

    const sheets = await sheetsOf((await services.paper.file(viewer, stack.id))!, home.folder)
    assert.equal(sheets.length, stack.sheets)
    const index = await institution.charts.index(generation.id, reading)
    const inBeds = index.inpatients().wards.find(({ name }) => name === ward)!.patients
    const ids = inBeds.map(({ row }) => index.entry(row).patientId)
    const list = sheets[0]!
    const places = ids.map((id) => list.indexOf(id))
    assert.ok(
      places.every((place, i) => place > (places[i - 1] ?? 0)),
      'the list is in the order of beds',
    )
    const owners = sheets.slice(1).map((sheet) => /患者ID (\S+)/.exec(sheet)?.[1])
    assert.deepEqual([...new Set(owners)], ids, 'and so are the sheets')
    for (const id of ids) {
      const own = sheets.filter((sheet) => sheet.includes(`患者ID ${id}`)).join('\n')
      assert.match(own, /患者サマリー/)
      assert.match(own, /前回実施は不明・医師の指示を確認/)
    }
    for (const sheet of sheets) assert.match(sheet, /見本[^]*バックアップ[^]*\d+ ?\/ ?\d+/)

    const [entry] = await entriesOf(institution, 'chart.printed-many')
    assert.deepEqual(
      { ...entry!.data, repository: undefined },
      { repository: undefined, snapshot: generation.id, scope: 'ward', patients, protected: 0, alarm: false },
    )
    assert.equal(JSON.stringify(entry).includes('回診'), false, 'the reason is sealed')
  },
)

test(
  'who has scans in another source: the stack and the night’s file say so on their sheets alone',
  { skip },
  async (t) => {
    const { home, institution, generation, person } = await clinic(t)
    const { vault } = institution
    const { services, viewer, reading } = person
    const index = await institution.charts.index(generation.id, reading)
    const { name: ward, patients } = index.inpatients().wards.find((one) => one.patients.length > 1)!
    const { patientId } = index.entry(patients[0]!.row)
    const folder = join(home.source, 'scans')
    mkdirSync(folder)
    writeFileSync(join(folder, `${patientId}_20261127_同意書.pdf`), '%PDF-1.4')
    const intake = { format: 'documents', settings: { patterns: ['{id}_{date}_{title}'] } }
    const options = { intake: [intake as never] }
    const scans = await vault.addSource({ kind: 'intake', name: '紙の文書', paths: [folder], options })
    await (
      await vault.runs.run(scans.id)
    ).done
    await services.backup.shareNumbers(viewer, scans.id, true)
    const chartSource = (await vault.sources()).find(({ kind }) => kind === 'ssmix2')!
    const told = (sheets: readonly string[]) => sheets.filter((sheet) => sheet.includes('紙の文書'))
    const ofStack = async () => {
      assert.deepEqual(await services.paper.start(viewer, { scope: 'ward', ward }, '回診', JA), { kind: 'ok' })
      return sheetsOf((await services.paper.file(viewer, (await ready(person)).id))!, home.folder)
    }
    assert.deepEqual(told(await ofStack()), [], 'until both say that numbers are shared')
    await services.backup.shareNumbers(viewer, chartSource.id, true)
    await institution.night.tick()
    for (const sheets of [
      await ofStack(),
      await sheetsOf((await services.paper.night(viewer, '停止'))!, home.folder),
    ]) {
      const pages = told(sheets)
      assert.ok(pages.length > 0)
      for (const page of pages) assert.match(page, new RegExp(`患者ID ${patientId}`))
      assert.match(pages.join(), /同じ番号の記録/)
    }
  },
)

test('who may not read what is printed gets nothing, and nobody gets what another made', { skip }, async (t) => {
  const { institution, generation, person } = await clinic(t)
  const { services, viewer, reading } = person
  const { ward } = (await services.paper.lists(viewer))!.wards[0]!
  // The reader lies on this ward: their own chart, and that of a colleague.
  const index = await institution.charts.index(generation.id, reading)
  const { row } = index.inpatients().wards.find(({ name }) => name === ward)!.patients[0]!
  const own = patientSubject(reading!.key('patient-subject')!, index.entry(row).patientKey)
  await institution.access.protectedPatients.protect(sessionOf(viewer), own, { colleague: personOf(viewer).id })
  await services.paper.start(viewer, { scope: 'ward', ward }, '回診', JA)
  const { id } = await ready(person)
  const looks = await entriesOf(institution, 'chart.opened')
  assert.deepEqual(
    looks.map(({ subject, data }) => [subject, data['flags']]),
    [[own, ['protected-staff', 'own-chart']]],
  )
  await institution.night.tick()
  const isDenied = (error: unknown) => isAppError(error, 'ACCESS_DENIED')
  const clerk = await colleague(institution, person, 'clerk')
  await assert.rejects(services.paper.lists(clerk), isDenied)
  await assert.rejects(services.paper.night(clerk, '見たい'), isDenied)
  const pharmacist = await colleague(institution, person, 'pharmacist')
  assert.equal(await services.paper.file(pharmacist, id), undefined)
  // What was not told to patients stands in the night's file: not for who does not see that.
  assert.deepEqual(await services.paper.stacks(pharmacist), [])
  await assert.rejects(services.paper.night(pharmacist, '調剤'), isDenied)
  assert.ok(await services.paper.night(await colleague(institution, person, 'nurse'), '病棟'))
})

test(
  'the night’s file: everybody in hospital and booked, sealed, once a day, gone with an erasure',
  { skip },
  async (t) => {
    const { home, clock, institution, generation, person } = await clinic(t)
    const { services, viewer, reading } = person
    const file = join(home.folder, 'prints', 'night.sealed')
    // No room for it: said, and tried again an hour later.
    writeFileSync(join(home.folder, 'prints'), '')
    await institution.night.tick()
    assert.equal(await institution.night.state(), undefined)
    const said = (await services.paper.stacks(viewer)).map(({ scope, state }) => [scope, state])
    assert.deepEqual(said, [['night', 'failed']])
    rmSync(join(home.folder, 'prints'))
    await institution.night.tick()
    assert.equal(await institution.night.state(), undefined)
    clock.by = 2 * HOUR_MS
    await institution.night.tick()
    const state = (await institution.night.state())!
    const index = await institution.charts.index(generation.id, reading)
    const inpatients = index.inpatients().total
    assert.ok(state.patients >= inpatients && inpatients > 0)
    assert.equal(readFileSync(file).includes('%PDF'), false)
    const sheets = await sheetsOf((await services.paper.night(viewer, '電子カルテ停止'))!, home.folder)
    assert.equal(sheets.length, state.sheets)
    for (const { patients } of index.inpatients().wards)
      for (const { row } of patients)
        assert.ok(sheets.some((sheet) => sheet.includes(`患者ID ${index.entry(row).patientId}`)))
    const [entry] = await entriesOf(institution, 'chart.printed-many')
    assert.equal(entry!.data['scope'], 'night')
    assert.equal(entry!.data['patients'], state.patients)

    const older = readFileSync(file)
    const made = () => statSync(file).mtimeMs
    const first = made()
    await institution.night.tick()
    assert.equal(made(), first, 'not twice a day')
    clock.by = DAY_MS + 2 * HOUR_MS
    await institution.night.tick()
    assert.equal(made(), first, 'not without a new backup')
    await (
      await institution.vault.runs.run(generation.sourceId)
    ).done
    await institution.night.tick()
    assert.notEqual(made(), first)
    assert.notDeepEqual((await institution.night.state())!.generations, state.generations)

    // Of an earlier night, put back: it opens, and is not the one that the screen speaks of.
    const tonight = readFileSync(file)
    writeFileSync(file, older)
    await assert.rejects(services.paper.night(viewer, '停止'), (error) => isAppError(error, 'VAULT_SEAL_BROKEN'))
    writeFileSync(file, tonight)
    assert.ok(await services.paper.night(viewer, '停止'))

    // Damaged on the disk: said, not shown; made again the next day.
    const sealed = readFileSync(file)
    sealed[sealed.length - 20]! ^= 1
    writeFileSync(file, sealed)
    await assert.rejects(services.paper.night(viewer, '停止'), (error) => isAppError(error, 'VAULT_SEAL_BROKEN'))
  },
)

test('more than is usual in a day is told to the administrators', { skip }, async (t) => {
  const { institution, person } = await clinic(t)
  const { services, viewer } = person
  await institution.night.tick()
  const { patients } = (await institution.night.state())!
  const looks = Math.ceil(100 / patients) + 1
  for (let i = 0; i < looks; i++) await services.paper.night(viewer, '停止')
  const entries = await entriesOf(institution, 'chart.printed-many')
  assert.equal(entries[0]!.data['alarm'], true)
  assert.equal(entries.at(-1)!.data['alarm'], false)
  const { watches } = await import('../../src/server/bell/watch.ts')
  const watch = watches(institution, () => institution.ledgerReport).find(({ codes }) => codes.includes('printed-many'))
  assert.deepEqual(
    (await watch!.look())?.map(({ code }) => code),
    ['printed-many'],
  )
})

test(
  'above a thousand a day no stack; the night’s file still opens, whatever became of its generation, unless somebody was erased',
  {
    skip,
  },
  async (t) => {
    const { home, institution, generation, person } = await clinic(t)
    const { services, viewer, reading } = person
    await institution.night.tick()
    const { ward } = (await services.paper.lists(viewer))!.wards[0]!
    const data = {
      repository: generation.repository,
      snapshot: generation.id,
      scope: 'ward',
      patients: 1000,
      protected: 0,
      alarm: true,
    } as const
    await institution.ledger.append(newEntry('chart.printed-many', { actor: `person:${viewer.personId}`, data }))
    assert.deepEqual(await services.paper.start(viewer, { scope: 'ward', ward }, '回診', JA), { kind: 'limit' })

    const gone = t.mock.method(institution.vault.generations, 'get', () => Promise.resolve(undefined))
    assert.ok(await services.paper.night(viewer, '停止'))
    const [entry] = await entriesOf(institution, 'chart.printed-many')
    assert.equal(entry!.data['snapshot'], generation.id)
    gone.mock.restore()

    const index = await institution.charts.index(generation.id, reading)
    const { patientId } = index.entry(index.inpatients().wards[0]!.patients[0]!.row)
    const entered = await services.erasure.enter(viewer, { kind: 'patient', what: patientId, reason: 'request' })
    assert.equal(entered.kind, 'ok')
    assert.equal(await services.paper.night(viewer, '停止'), undefined, 'nobody erased comes out of it')
    await institution.night.tick()
    const again = await sheetsOf((await services.paper.night(viewer, '停止'))!, home.folder)
    assert.ok(again.length > 1 && again.every((sheet) => !sheet.includes(patientId)))
  },
)
