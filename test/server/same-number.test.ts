/** One clinic's numbers in a table, a folder of scans and claims, each a source of its own: told side by side, never merged. */
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { ChartService, SameNumber, SameNumbers } from '#web'
import { house } from './house.ts'
import { firstPerson } from './person.ts'

const HEADINGS = { 番号: 'id', 氏名: 'name', カナ: 'kana', 生年月日: 'birthDate', アレルギー: 'allergy' }
const columns = Object.entries(HEADINGS).map(([heading, role]) => ({ heading, role }))
const TABLE = { format: 'csv', settings: { tables: [{ file: '*.csv', kind: 'patients', headingRow: 1, columns }] } }
const DOCUMENTS = { format: 'documents', settings: { patterns: ['{id}_{date}_{title}'] } }
const PDF = Buffer.from('%PDF-1.4\n1 0 obj<</Type/Pages/Count 3>>endobj\n%%EOF')

const said = (records: readonly SameNumber[] | undefined) =>
  records?.map(({ sourceName, patient, records: n, documents, match, writtenOtherwise }) => [
    sourceName,
    patient.patientId,
    patient.kanji,
    n,
    documents,
    match,
    writtenOtherwise,
  ])

test('who is in a table and in a folder of scans is told in both, once both say that numbers are shared', async (t) => {
  const home = house(t)
  const institution = await home.open()
  const { vault, journalIndex } = institution
  const add = async (name: string, intake: object, files: Record<string, string | Buffer>) => {
    const folder = join(home.source, name)
    mkdirSync(folder)
    for (const [file, bytes] of Object.entries(files)) writeFileSync(join(folder, file), bytes)
    const options = { intake: [intake as never] }
    const source = await vault.addSource({ kind: 'intake', name, paths: [folder], options })
    return { id: source.id, generation: (await (await vault.runs.run(source.id)).done).id }
  }
  const head = '番号,氏名,カナ,生年月日,アレルギー\n'
  const table = await add('患者一覧', TABLE, {
    'p.csv': `${head}00123,髙橋 花,タカハシ ハナ,S45.3.3,ペニシリン\n00124,木村 一,キムラ ハジメ,1960/1/2,なし\n00126,独り 者,ヒトリ モノ,1950/1/1,なし\n`,
  })
  const scans = await add('紙の文書', DOCUMENTS, {
    '00123_20261128_紹介状.pdf': PDF,
    '00123_20261127_同意書.pdf': PDF,
    '00999_20261128_別人.pdf': PDF,
  })
  // An older system, which dropped the zeros; its 124 is somebody else.
  const old = await add('前の台帳', TABLE, {
    'p.csv': `${head}123,高橋花,ﾀｶﾊｼ ﾊﾅ,1970/3/3,なし\n124,佐藤 次郎,サトウ ジロウ,1960/1/2,なし\n1234,似た 番号,ニタ バンゴウ,1960/1/2,なし\n`,
  })
  const { viewer, services } = await firstPerson(institution)
  const charts: ChartService<unknown> = services.charts
  const keyOf = async (generationId: string, number: string) => {
    const { hits } = await charts.search(viewer, number, { generationId, page: 1, pageSize: 5 })
    return hits.find(({ patientId }) => patientId === number)!.key
  }
  const [hana, hajime, alone] = await Promise.all(['00123', '00124', '00126'].map((n) => keyOf(table.generation, n)))
  const ask = (from: string, ...keys: string[]): Promise<SameNumbers> => charts.sameNumber(viewer, from, keys)
  const written = async (type: 'chart.opened' | 'chart.searched' | 'settings.changed') => {
    await journalIndex.catchUp(await institution.ledger.reader())
    return (await journalIndex.query({ types: [type], limit: 200 })).entries
  }
  const count = async (type: Parameters<typeof written>[0]) => (await written(type)).length

  // Until somebody says so, equal numbers mean nothing.
  assert.equal((await ask(table.generation, hana!)).found.size, 0)
  await services.backup.shareNumbers(viewer, table.id, true)
  await services.backup.shareNumbers(viewer, scans.id, true)
  assert.equal((await ask(old.generation, await keyOf(old.generation, '123'))).found.size, 0, 'not of those')
  const before = { searched: await count('chart.searched'), settings: await count('settings.changed') }
  const two = await ask(table.generation, hana!, hajime!, alone!)
  assert.deepEqual([...two.found.keys()], [hana])
  assert.deepEqual(said(two.found.get(hana!)), [['紙の文書', '00123', undefined, 0, 2, 'unknown', false]])
  assert.deepEqual(two.failed, [])

  await services.backup.shareNumbers(viewer, old.id, true)
  const three = await ask(table.generation, hana!, hajime!)
  assert.deepEqual(said(three.found.get(hana!))?.toSorted(), [
    ['前の台帳', '123', '高橋花', 1, 0, 'agrees', true],
    ['紙の文書', '00123', undefined, 0, 2, 'unknown', false],
  ])
  assert.deepEqual(said(three.found.get(hajime!)), [['前の台帳', '124', '佐藤 次郎', 1, 0, 'differs', true]])
  // From the scans back to both tables; the way there is that source's own newest backup.
  const back = (await ask(scans.generation, await keyOf(scans.generation, '00123'))).found.values().next().value!
  assert.deepEqual(new Set(back.map(({ generationId }) => generationId)), new Set([table.generation, old.generation]))

  // Names were handed over: written down. No chart was opened for any of it.
  assert.ok((await count('chart.searched')) > before.searched)
  assert.deepEqual((await written('chart.searched'))[0]!.entry.data['by'], ['number'])
  assert.equal(await count('chart.opened'), 0)

  // A second click writes nothing, a name and time changed since keep the setting, and it ends as it began.
  await services.backup.shareNumbers(viewer, old.id, true)
  assert.equal(await count('settings.changed'), before.settings + 1)
  await services.backup.changeSource(viewer, old.id, { name: '前の台帳2', dailyAt: '', hook: '', onChange: false })
  assert.equal((await services.backup.sources()).find(({ id }) => id === old.id)?.sharedNumbers, true)
  await services.backup.shareNumbers(viewer, table.id, false)
  assert.equal((await ask(table.generation, hana!)).found.size, 0)
  assert.deepEqual((await written('settings.changed'))[0]!.entry.data, { area: 'sources', changes: ['numbers-own'] })
  const nobody = { ...viewer, can: new Set<never>() }
  await assert.rejects(services.backup.shareNumbers(nobody, table.id, true), { code: 'ACCESS_DENIED' })
  await assert.rejects(charts.sameNumber(nobody, table.generation, [hana!]), { code: 'ACCESS_DENIED' })
})

test('the same number in FHIR files and in claims is told beside a table too', async (t) => {
  const home = house(t)
  const institution = await home.open()
  const { vault } = institution
  const { viewer, services } = await firstPerson(institution)
  const add = async (name: string, intake: object, file: string, text: string) => {
    const folder = join(home.source, name)
    mkdirSync(folder)
    writeFileSync(join(folder, file), text)
    const source = await vault.addSource({
      kind: 'intake',
      name,
      paths: [folder],
      options: { intake: [intake as never] },
    })
    const { id } = await (await vault.runs.run(source.id)).done
    await services.backup.shareNumbers(viewer, source.id, true)
    return id
  }
  const table = await add(
    '一覧',
    TABLE,
    'p.csv',
    '番号,氏名,カナ,生年月日,アレルギー\n00123,高橋 花,タカハシ ハナ,1970/3/3,なし\n',
  )
  const person = {
    resourceType: 'Patient',
    id: 'a',
    identifier: [{ value: '00123' }],
    name: [{ text: '高橋 花' }],
    birthDate: '1970-03-03',
  }
  await add('連携', { format: 'fhir', settings: {} }, 'p.ndjson', `${JSON.stringify(person)}\n`)
  const receipt = ['RE', '1', '1112', '202610', 'SATO', '2', '19700303', ...Array<string>(6).fill(''), '00123']
  await add('レセ電', { format: 'uke', settings: {} }, 'RECEIPTC.UKE', `IR,1\r\n${receipt.join(',')}\r\nGO,1\r\n`)
  const charts: ChartService<unknown> = services.charts
  const { hits } = await charts.search(viewer, '00123', { generationId: table, page: 1, pageSize: 5 })
  const { found, failed } = await charts.sameNumber(viewer, table, [hits[0]!.key])
  assert.deepEqual(failed, [])
  assert.deepEqual(
    found
      .get(hits[0]!.key)
      ?.map(({ sourceName, patient, match }) => [sourceName, patient.patientId, match])
      .toSorted(),
    [
      ['レセ電', '00123', 'differs'],
      ['連携', '00123', 'agrees'],
    ],
  )
})
