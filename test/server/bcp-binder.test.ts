/** After the approval: what changed and since when, two versions side by side, the printed binder and where it travels. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { institutionInstant, manualClock } from '#base'
import { questionsOf, sectionsOf } from '#bcp'
import { papersToTravel } from '../../src/server/editions/papers.ts'
import { planAlarms } from '../../src/server/bcp/reminder.ts'
import { binderParts } from '../../src/server/bcp/binder.ts'
import { binderFacts, planState } from '../../src/server/bcp/state.ts'
import { openRegisters } from '../../src/server/services/incident-registers.ts'
import { stationFacts } from '../../src/server/station-facts.ts'
import { house } from './house.ts'
import { firstPerson } from './person.ts'

const DAY_MS = 86_400_000
const START = institutionInstant('2026-11-01', 9, 0)

async function approved(t: TestContext) {
  const clock = manualClock(START)
  const institution = await house(t).open(clock)
  const { viewer, services } = await firstPerson(institution)
  const { bcp, registers } = services
  await bcp.setKind(viewer, 'clinic')
  const questions = sectionsOf('clinic').flatMap((section) => questionsOf(section, 'clinic'))
  await bcp.answer(viewer, Object.fromEntries(questions.map(({ key }) => [key, '1'])))
  await bcp.setOrder(viewer, 'care', ['outpatient', 'prescription'])
  await registers.save(viewer, 'person', undefined, {
    name: '見本 花子',
    post: '院長',
    duties: 'decider',
    phone: '内線 11',
    homePhone: '000-0000-0001',
  })
  await registers.save(viewer, 'vendor', undefined, { name: '見本カルテ', phone: '000-1' })
  await registers.save(viewer, 'connection', undefined, { name: '保守の線', stage: 'outside', place: '受付の裏' })
  await registers.save(viewer, 'supply', undefined, {
    name: '受付票',
    kind: 'forms',
    count: '50',
    minimum: '30',
    place: '受付',
  })
  assert.equal(await bcp.printBinder(viewer), undefined, 'there is no binder before there is a plan')
  assert.equal(await bcp.approve(viewer, '見本 院長'), 1)
  const alarms = async () => planAlarms(await planState(institution), clock.now()).map(({ code }) => code)
  const home = async () => (await services.home(viewer)).plan
  return { clock, institution, viewer, services, alarms, home }
}

test('what changed since the approval is said with its day; two versions stand side by side', async (t) => {
  const { clock, viewer, services, alarms, home } = await approved(t)
  const { bcp, registers } = services
  assert.deepEqual(await alarms(), [])
  clock.advance(DAY_MS)
  const [vendor] = await registers.list(viewer, 'vendor')
  await registers.save(viewer, 'vendor', vendor!.id, { ...vendor!.values, phone: '000-2' })
  clock.advance(DAY_MS)
  await registers.save(viewer, 'contact', undefined, { name: '見本保険', group: 'insurer', phone: '000-3' })
  await bcp.answer(viewer, { purpose: '2' })
  const { stale } = await bcp.view(viewer, 'ja')
  assert.deepEqual(
    stale.map(({ code, sinceMs }) => [code, sinceMs]),
    [
      ['purpose', START + 2 * DAY_MS],
      ['contacts', START + DAY_MS],
    ],
  )
  assert.deepEqual(
    stale.flatMap(({ changes }) =>
      changes.map(({ kind, name, column, before, after }) => [kind, name, column, before, after]),
    ),
    [
      ['text', undefined, undefined, '1', '2'],
      ['changed', '見本カルテ', '電話', '000-1', '000-2'],
      ['added', '見本保険', undefined, '', '見本保険 / 000-3'],
    ],
  )
  assert.deepEqual([await alarms(), (await home())?.code], [['bcp-stale'], 'stale'])

  assert.equal(await bcp.approve(viewer, '見本 院長'), 2)
  assert.deepEqual(await alarms(), [])
  const sides = (await bcp.compare(viewer, 1, 2))!.sections.filter(({ changes }) => changes.length > 0)
  assert.deepEqual(
    sides.map(({ title, changes }) => [title, changes.length]),
    [
      ['1.1 目的', 1],
      ['2.2.1 連絡体制', 2],
    ],
  )
  assert.ok((await bcp.compare(viewer, 2))!.sections.every(({ changes }) => changes.length === 0))
  assert.equal(await bcp.compare(viewer, 7), undefined)
  const [contact] = await registers.list(viewer, 'contact')
  await registers.remove(viewer, contact!.id)
  const gone = (await bcp.view(viewer, 'ja')).stale[0]!
  assert.deepEqual([gone.changes[0]?.kind, gone.sinceMs], ['removed', clock.now()])

  clock.advance(366 * DAY_MS)
  assert.deepEqual(await alarms(), ['bcp-review-due', 'bcp-stale', 'binder-old'])
})

test('the binder is one PDF with the day on its cover; it ages, is journaled, and travels to discs and emergency PCs', async (t) => {
  const { clock, institution, viewer, services, alarms, home } = await approved(t)
  const { bcp, registers } = services
  assert.equal((await home())?.code, 'never')
  const both = await Promise.all([0, 1].map(() => bcp.printBinder(viewer)))
  assert.deepEqual(both.toSorted(), [false, true], 'a second click prints none')
  const reader = { ...viewer, can: new Set([...viewer.can].filter((one) => one !== 'manage-backup')) }
  await assert.rejects(async () => bcp.binderFile(reader), 'numbers at home are in it')
  await assert.rejects(async () => bcp.printBinder(reader))

  const pdf = (await bcp.binderFile(viewer))!
  const folder = process.env['TORIDE_LOOK'] ?? mkdtempSync(join(tmpdir(), 'toride-binder-'))
  if (!process.env['TORIDE_LOOK']) t.after(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'binder.pdf'), pdf)
  const pages = execFileSync('pdftotext', ['-layout', join(folder, 'binder.pdf'), '-'], { encoding: 'utf8' })
    .replaceAll(/[ 　]/g, '')
    .split('\f')
    .slice(0, -1)
  const [cover = ''] = pages
  for (const words of ['試験の医院', '2026年（令和8年）11月1日', '第1版', '2027年（令和9年）4月30日', '180日より古い'])
    assert.ok(cover.includes(words), words)
  // The contents name the sheet on which each part begins.
  const starts = [...cover.matchAll(/^(最初の5分|役割カード|連絡網|線を抜く順番|伝票の一覧)(\d+)$/gm)]
  assert.equal(starts.length, 5)
  const headOf = (title: string) => (title === '役割カード' ? '担当:見本花子' : title)
  for (const [, title = '', sheet] of starts)
    assert.ok(pages[Number(sheet) - 1]!.includes(headOf(title)), `${title} on ${sheet}`)
  const all = pages.join('')
  for (const words of ['000-0000-0001', '保守の線', '経過記録（停止時）', '外来', '出なければ'])
    assert.ok(all.includes(words), words)
  assert.ok(
    pages.every((page) => page.includes('2026年（令和8年）11月1日（日）印刷')),
    'every sheet says its day',
  )

  const printed = []
  for await (const { entry } of (await institution.ledger.reader()).entries())
    if (entry.type === 'bcp.printed') printed.push([entry.data['printing'], entry.data['version'], entry.data['pages']])
  assert.deepEqual(printed, [[1, 1, pages.length]])
  assert.deepEqual([(await alarms()).length, await home()], [0, undefined])

  const [paper] = await papersToTravel(institution)
  assert.deepEqual([paper?.madeAt, Buffer.from(paper!.bytes).equals(Buffer.from(pdf))], [START, true])
  const [carried] = (await stationFacts(institution)).load.papers
  assert.deepEqual([carried?.madeAt, carried?.title], [START, 'BCP の冊子（2026年（令和8年）11月1日（日） 印刷）'])

  clock.advance(10 * DAY_MS)
  const [supply] = await registers.list(viewer, 'supply')
  await registers.save(viewer, 'supply', supply!.id, { ...supply!.values, count: '40' })
  const calm = await bcp.view(viewer, 'ja')
  assert.deepEqual([calm.changed, calm.binder?.changed], [[], []], 'paper counted anew makes nothing old')
  const [person] = await registers.list(viewer, 'person')
  await registers.save(viewer, 'person', person!.id, { ...person!.values, homePhone: '000-0000-0009' })
  const { binder } = await bcp.view(viewer, 'ja')
  assert.deepEqual([binder?.ageDays, binder?.changed], [10, ['roles', 'tree']])
  assert.deepEqual([await alarms(), (await home())?.code], [['binder-changed'], 'binder'])
  assert.equal(await bcp.printBinder(viewer), true)
  assert.deepEqual((await bcp.view(viewer, 'ja')).binder?.changed, [])
  clock.advance(181 * DAY_MS)
  assert.deepEqual(await alarms(), ['binder-old'])

  // One that does not open any more keeps no disc and no emergency PC from being made.
  await institution.database
    .tables<{ bcp_printing: { sealed: Uint8Array | null } }>()
    .updateTable('bcp_printing')
    .set({ sealed: Buffer.alloc(200) })
    .execute()
  assert.deepEqual([await papersToTravel(institution), await bcp.binderFile(viewer)], [[], undefined])
  assert.equal(await bcp.printBinder(viewer), true)
  assert.equal((await papersToTravel(institution)).length, 1)
  await institution.database
    .tables<{ bcp_printing: { sealed: Uint8Array | null } }>()
    .updateTable('bcp_printing')
    .set({ sealed: null })
    .execute()
  assert.equal(await bcp.printBinder(viewer), true, 'on the same day too, where the one of today does not open')
})

test('a version of before numbers at home were kept out shows them to nobody without the right, and stays what was approved', async (t) => {
  const { institution, viewer, services } = await approved(t)
  const { bcp } = services
  const { plans, clock } = institution
  const old = (await plans.version(1))!
  const document = old.document.replaceAll('内線 11', '内線 11／000-0000-0001')
  assert.notEqual(document, old.document)
  const tables = institution.database.tables<{
    bcp_version: { number: number; document: string; hash: string; hides_private: number | null }
  }>()
  const { hashOfText } = await import('#bcp')
  await tables
    .updateTable('bcp_version')
    .set({ document, hash: hashOfText(document), hides_private: null })
    .where('number', '=', 1)
    .execute()
  const reader = { ...viewer, can: new Set([...viewer.can].filter((one) => one !== 'manage-backup')) }
  const phones = async (who: typeof viewer) =>
    JSON.stringify((await bcp.compare(who, 1))!.sections.flatMap(({ changes }) => changes.map(({ before }) => before)))
  assert.ok((await phones(viewer)).includes('000-0000-0001'))
  assert.ok(!(await phones(reader)).includes('000-0000-0001'))
  const text = async (who: typeof viewer) => {
    const { unzipped } = await docxText((await bcp.file(who, 'docx', 1))!)
    return unzipped
  }
  assert.ok((await text(viewer)).includes('000-0000-0001'))
  const seen = await text(reader)
  assert.ok(!seen.includes('000-0000-0001') && seen.includes('内線 11'))
  assert.equal((await plans.version(1))?.document, document, 'what was approved stays')
  assert.ok(clock.now() > 0)
})

async function docxText(bytes: Uint8Array) {
  const folder = mkdtempSync(join(tmpdir(), 'toride-docx-'))
  writeFileSync(join(folder, 'a.docx'), bytes)
  const unzipped = execFileSync('unzip', ['-p', join(folder, 'a.docx'), 'word/document.xml'], { encoding: 'utf8' })
  rmSync(folder, { recursive: true })
  return { unzipped }
}

test('the sheet for the wall and the open emergency PC say who decides and is called by post or duty, never by name', async (t) => {
  const { institution, viewer, services } = await approved(t)
  const nobody = { name: '見本 次郎', duties: 'deputy,lead', phone: '内線 12', order: '2' }
  await services.registers.save(viewer, 'person', undefined, nobody)
  const open = await openRegisters(institution)
  assert.deepEqual(open.deciders, ['院長', '代わりに判断する人'])
  assert.doesNotMatch(JSON.stringify(open), /見本 (花子|次郎)|000-0000/)
  const [version] = await institution.plans.versions()
  const [five] = binderParts(await binderFacts(institution, version!))
  const wall = JSON.stringify(five)
  assert.match(wall, /院長.*内線 12/)
  assert.doesNotMatch(wall, /見本 (花子|次郎)|000-0000/)
})
