/** A clinic without SS-MIX2 from its sources to one disc: a table, a folder of scans and claims in it, and the papers. */
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { isAppError, manualClock } from '#base'
import { type Edition, payloadOf, readCover, unlock } from '#edition/format'
import type { Institution } from '#server'
import type { EditionContents } from '#web'
import { house } from './house.ts'
import { firstPerson, signIn } from './person.ts'

const HEADINGS = { 番号: 'id', 氏名: 'name', カナ: 'kana', 生年月日: 'birthDate', アレルギー: 'allergy' }
const columns = Object.entries(HEADINGS).map(([heading, role]) => ({ heading, role }))
const TABLE = { format: 'csv', settings: { tables: [{ file: '*.csv', kind: 'patients', headingRow: 1, columns }] } }
const SCANS = { format: 'documents', settings: { patterns: ['{id}_{date}_{title}'] } }
const HEAD = '番号,氏名,カナ,生年月日,アレルギー\n'
const PDF = Buffer.from('%PDF-1.4\n1 0 obj<</Type/Pages/Count 3>>endobj\n%%EOF')
const CONTENTS: EditionContents = {
  kind: 'care',
  months: 13,
  documents: 'all',
  holder: '院長',
  place: '金庫',
  slots: ['封筒'],
}
const DAY = 86_400_000

async function open(folder: string, passphrase: string): Promise<Edition> {
  const load = async (name: string) =>
    existsSync(join(folder, name)) ? payloadOf(readFileSync(join(folder, name), 'latin1')) : undefined
  const cover = await readCover(load)
  assert.ok(!('problem' in cover) && cover.isSigned)
  const result = await unlock(cover, passphrase, load)
  assert.ok('edition' in result)
  return result.edition
}

async function clinic(t: TestContext) {
  const home = house(t)
  const clock = manualClock(Date.UTC(2026, 10, 28, 16))
  const institution = await home.open(clock)
  await institution.vault.ensureOwnState()
  const add = async (name: string, intake: object, files: Record<string, string | Buffer>) => {
    const folder = join(home.source, name)
    mkdirSync(folder)
    for (const [file, bytes] of Object.entries(files)) writeFileSync(join(folder, file), bytes)
    const options = { intake: [intake as never], sharedNumbers: true }
    const source = await institution.vault.addSource({ kind: 'intake', name, paths: [folder], options })
    const backup = async () => (await (await institution.vault.runs.run(source.id, clock.now())).done).id
    return { id: source.id, folder, backup }
  }
  const table = await add('患者一覧', TABLE, {
    'p.csv': `${HEAD}00123,髙橋 花,タカハシ ハナ,S45.3.3,ペニシリン\n00124,木村 一,キムラ ハジメ,1960/1/2,なし\n`,
  })
  const scans = await add('紙の文書', SCANS, { '00123_20261127_紹介状.pdf': PDF })
  return { home, clock, institution, table, scans, ...(await firstPerson(institution)) }
}

async function ended(institution: Institution, id: string): Promise<void> {
  for await (const job of institution.vault.jobs.watch(id, AbortSignal.timeout(60_000)))
    if (job.state !== 'running') break
  const job = institution.vault.jobs.get(id)
  assert.equal(job?.state, 'done', job?.errorCode)
}

test('one disc of a table and a folder of scans, with the papers; the register and the ledger name both', async (t) => {
  const { institution, table, scans, viewer, services } = await clinic(t)
  const { editions } = services
  const generationIds = [await table.backup(), await scans.backup()]
  assert.deepEqual(
    (await editions.prepare(viewer)).sources.map(({ name, generations }) => [name, generations.length]),
    [
      ['患者一覧', 1],
      ['紙の文書', 1],
    ],
  )
  assert.equal(await editions.addPaper(viewer, '手順', Buffer.from('<html>')), false, 'PDFs only')
  assert.equal(await editions.addPaper(viewer, '大きすぎ', Buffer.concat([PDF, Buffer.alloc(61 << 20)])), false)
  assert.equal(await editions.addPaper(viewer, '緊急連絡先', PDF), true)
  const [paper] = await editions.papers(viewer)
  assert.deepEqual(Buffer.from((await editions.paper(viewer, paper!.id))!), PDF)
  const kept = readdirSync(join(institution.folder.path, 'edition-papers'))
  assert.ok(kept.every((name) => !readFileSync(join(institution.folder.path, 'edition-papers', name)).includes('%PDF')))

  const request = { ...CONTENTS, medium: 'usb', generationIds, returnOn: '2099-01-01' } as const
  const none = await editions.make(viewer, { ...request, generationIds: ['x'] })
  assert.ok('kind' in none && none.kind === 'refused')
  const started = await editions.make(viewer, request)
  assert.ok('jobId' in started)
  await ended(institution, started.jobId)
  const view = (await editions.get(viewer, 1))!
  assert.deepEqual(
    view.edition.sources.map(({ name, generation }) => [name, generation]),
    [
      ['患者一覧', generationIds[0]],
      ['紙の文書', generationIds[1]],
    ],
  )
  assert.deepEqual(view.edition.papers, ['緊急連絡先'])
  const read = await open(view.discs[0]!.folder, editions.passphrases(viewer, 1)![0]!.passphrase)
  const [hana] = Array.from({ length: read.index.size }, (_, row) => read.index.entry(row)).filter(({ kanji }) =>
    kanji.includes('花'),
  )
  const [scan] = read.index.sameNumber(hana!.row)
  assert.deepEqual([scan!.patient.documentCount, scan!.match], [1, 'unknown'], 'a scan names nobody')
  const [document] = (await read.documents(scan!.patient.row))!
  assert.deepEqual(Buffer.from((await read.document(scan!.patient.row, document!))!), PDF)
  assert.deepEqual(Buffer.from((await read.extra(0))!), PDF)
  await institution.journalIndex.catchUp(await institution.ledger.reader())
  const { entries } = await institution.journalIndex.query({ types: ['edition.made'], limit: 9 })
  const { snapshot, more } = entries[0]!.entry.data as { snapshot: string; more: { snapshot: string }[] }
  assert.deepEqual([snapshot, ...more.map((one) => one.snapshot)], generationIds)

  await editions.removePaper(viewer, paper!.id)
  assert.deepEqual(await editions.papers(viewer), [])
  const nobody = { ...viewer, can: new Set<never>() }
  for (const denied of [editions.papers(nobody), editions.addPaper(nobody, 'x', PDF)])
    await assert.rejects(denied, (error) => isAppError(error, 'ACCESS_DENIED'))
})

test('by night one disc holds all that was chosen: it waits for the last of them, and not for ever', async (t) => {
  const { clock, institution, table, scans, viewer, services } = await clinic(t)
  const stick = mkdtempSync(join(tmpdir(), 'toride night '))
  t.after(() => rmSync(stick, { recursive: true, force: true }))
  await table.backup()
  await scans.backup()
  // The night's print file reads such sources too.
  await institution.night.tick()
  assert.equal(institution.night.failure, undefined)
  assert.ok(await institution.vault.setting('print-night'))
  await services.editions.askNight(viewer, {
    ...CONTENTS,
    sources: [table.id, scans.id],
    folder: stick,
    days: [0, 1, 2, 3, 4, 5, 6],
  })
  const [slot] = services.editions.nightPassphrases(viewer)!
  clock.advance(DAY)
  const again = await signIn(institution)
  await again.services.editions.confirmNight(again.viewer)
  const tick = async () => {
    await institution.nightEditions.tick()
    assert.equal(institution.nightEditions.failure, undefined)
    return readdirSync(stick)
  }
  assert.deepEqual(await tick(), ['toride-1'])
  const first = await open(join(stick, 'toride-1'), slot!.passphrase)
  assert.deepEqual(
    first.cover.manifest.head.sources.map(({ name }) => name),
    ['患者一覧', '紙の文書'],
  )

  clock.advance(DAY)
  writeFileSync(join(table.folder, 'p.csv'), `${HEAD}00125,新しい 方,アタラシイ カタ,1990/1/2,なし\n`)
  await table.backup()
  assert.deepEqual(await tick(), ['toride-1'], 'the scans of tonight are still to come')
  await scans.backup()
  assert.deepEqual(await tick(), ['toride-2'])
  const second = await open(join(stick, 'toride-2'), slot!.passphrase)
  assert.ok(second.index.size === 2 && second.index.entry(0).kanji.includes('新しい'))

  clock.advance(DAY)
  await table.backup()
  assert.deepEqual(await tick(), ['toride-2'])
  clock.advance(4 * 3_600_000)
  assert.deepEqual(await tick(), ['toride-3'], 'a source that does not come keeps nobody from tonight’s charts')
  assert.deepEqual((await again.services.editions.night(again.viewer)).policy?.made?.number, 3)
})
