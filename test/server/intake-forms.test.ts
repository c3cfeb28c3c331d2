/** CSV, claims and a drop folder of one clinic in one source: one chart per patient, read out of the backup. */
import assert from 'node:assert/strict'
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { openDocument } from '#chart'
import type { IntakePart } from '#vault'
import { house } from './house.ts'
import { chartOf, shown, take } from './intake-charts.ts'

const HEADINGS = { 番号: 'id', 氏名: 'name', カナ: 'kana', 生年月日: 'birthDate', 性別: 'sex', アレルギー: 'allergy' }
const mapping = (file: string, kind: string, columns: Record<string, string>) => ({
  file,
  kind,
  headingRow: 1,
  columns: Object.entries(columns).map(([heading, role]) => ({ heading, role })),
})
const TABLES: IntakePart = {
  format: 'csv',
  settings: {
    tables: [
      mapping('patients*.csv', 'patients', HEADINGS),
      mapping('labs.csv', 'labs', {
        番号: 'id',
        氏名: 'name',
        採取日: 'date',
        項目: 'item',
        値: 'value',
        単位: 'unit',
      }),
      mapping('yoyaku.csv', 'bookings', { 番号: 'id', 予約日: 'date', 時刻: 'time', 内容: 'text' }),
    ],
  },
}
const PDF = Buffer.from('%PDF-1.4\n1 0 obj<</Type/Pages/Count 3>>endobj\n%%EOF')

function write(folder: string): string[] {
  const [tables, claims, drop] = ['csv', 'uke', 'pdf'].map((name) => join(folder, name))
  for (const one of [tables!, claims!, drop!]) mkdirSync(one, { recursive: true })
  const people =
    '番号,氏名,カナ,生年月日,性別,アレルギー\n00123,髙橋 花,タカハシ ハナ,S45.3.3,女,ペニシリン\n00124,木村 一,キムラ ハジメ,1960/1/2,男,なし\n'
  writeFileSync(join(tables!, 'patients_20261127.csv'), people)
  // Next night's whole export beside it: nothing stands twice.
  writeFileSync(join(tables!, 'patients_20261128.csv'), people)
  writeFileSync(
    join(tables!, 'labs.csv'),
    '番号,氏名,採取日,項目,値,単位\n00123,高橋,2026/11/1,HbA1c,6.50,%\n00124,木村,2026/11/1,"HbA1c,6.5,%\n',
  )
  writeFileSync(join(tables!, 'yoyaku.csv'), '番号,予約日,時刻,内容\n00123,2026/11/29,9:30,再診\n')
  writeFileSync(join(tables!, 'other.csv'), 'a,b\n1,2\n')
  const receipt = ['RE', '1', '1112', '202610', 'タカハシ', '2', '19700303', ...Array<string>(6).fill(''), '00123']
  writeFileSync(
    join(claims!, 'RECEIPTC.UKE'),
    `IR,1\r\n${receipt.join(',')}\r\nSY,0000999,20261001,1,,Himei,,\r\nIY,21,1,620000000,2,5,14\r\nGO,1\r\n`,
  )
  writeFileSync(join(claims!, 'y_20260401.csv'), '0,"Y",620000000,6,"DRUG A",6,"X"\r\n')
  writeFileSync(join(drop!, '00123_20261128_紹介状.pdf'), PDF)
  writeFileSync(join(drop!, '00999_20261128_別人.pdf'), PDF)
  writeFileSync(join(drop!, '名前なし.pdf'), PDF)
  return [tables!, claims!, drop!]
}

test('tables, claims and documents of one clinic are one chart', async (t) => {
  const home = house(t)
  const institution = await home.open()
  const paths = write(home.source)
  const { id } = await institution.vault.addSource({
    kind: 'intake',
    name: '院内の書き出し',
    paths,
    options: {
      intake: [
        TABLES,
        { format: 'uke', settings: {} },
        { format: 'documents', settings: { patterns: ['{id}_{date}_{title}'] } },
      ],
    },
  })
  const opened = await take(institution, id)
  // Of the third only a number on a document is known.
  assert.equal(opened.index.size, 3)
  const chart = await chartOf(opened, '髙橋')
  const identity = shown(chart.identity)
  assert.deepEqual([identity.patientId, identity.kana, identity.birthDate], ['00123', 'タカハシ ハナ', '1970-03-03'])
  assert.deepEqual(
    shown(chart.allergies).items.map(({ substance }) => substance),
    ['ペニシリン'],
  )
  const [panel] = shown(chart.labs).panels
  assert.match(JSON.stringify(panel), /"text":"6\.50"/)
  assert.deepEqual(
    shown(chart.problems).map(({ name }) => name),
    ['Himei'],
  )
  assert.deepEqual(shown(chart.prescriptions), [], 'a claim is no prescription')
  // The booking of its table stands there too, under 予約.
  const documents = shown(chart.documents).filter(({ kind }) => kind !== 'booking')
  assert.deepEqual(
    documents.map(({ at }) => at),
    ['2026-11-28', '2026-10'],
  )
  assert.match(documents[1]!.text!, /DRUG A（コード 620000000）　量 2/, 'the master beside the claims names its code')
  const scan = documents[0]!.files[0]!
  const bytes = await openDocument(opened.reader, chart, scan.path)
  assert.deepEqual([bytes?.contentType, Buffer.from(bytes!.bytes).equals(PDF)], ['application/pdf', true])
  assert.ok(chart.notices.some(({ code }) => code === 'claims-only'))

  const other = await chartOf(opened, '木村')
  assert.equal(shown(other.allergies).presence, 'none')
  assert.deepEqual(
    other.unshown.map(({ code }) => code),
    ['name-unmatched', 'quote-open'],
    'a row that cannot be read is missed where it belongs',
  )
  assert.deepEqual(
    [...opened.index.problems()].map(({ code, path }) => [code, path.slice(path.lastIndexOf('/') + 1)]).sort(),
    [
      ['name-unmatched', '名前なし.pdf'],
      ['quote-open', 'labs.csv (row 3)'],
      ['table-unmapped', 'other.csv'],
    ],
  )
})

test('other columns the next month: the backup takes the file, the reading says so', async (t) => {
  const home = house(t)
  const institution = await home.open()
  const [tables] = write(home.source)
  const { id } = await institution.vault.addSource({
    kind: 'intake',
    name: 'CSV',
    paths: [tables!],
    options: { intake: [TABLES] },
  })
  await take(institution, id)
  writeFileSync(join(tables!, 'patients_20261129.csv'), '氏名,患者コード\n髙橋 花,00123\n')
  copyFileSync(join(tables!, 'patients_20261129.csv'), join(tables!, 'patients_20261128.csv'))
  const second = await take(institution, id)
  const changed = [...second.index.problems()].filter(({ code }) => code === 'columns-changed')
  assert.equal(changed.length, 2)
  assert.equal(shown((await chartOf(second, '髙橋')).allergies).presence, 'present', 'from the export before')
  // A row of allergies that cannot be read: silence about allergies is no answer, for this patient alone.
  const { vault } = institution
  const extra = {
    tables: [
      ...(TABLES.settings as { tables: object[] }).tables,
      mapping('al.csv', 'allergies', { 番号: 'id', 薬: 'allergy' }),
    ],
  }
  await vault.setReading(id, [{ format: 'csv', settings: extra }])
  writeFileSync(
    join(tables!, 'patients_20261127.csv'),
    '番号,氏名,カナ,生年月日,性別,アレルギー\n00123,髙橋 花,,S45.3.3,女,\n00124,木村 一,,1960/1/2,男,\n',
  )
  for (const name of ['patients_20261128.csv', 'patients_20261129.csv']) rmSync(join(tables!, name))
  writeFileSync(join(tables!, 'al.csv'), '番号,薬\n00123,"ペニシリン\n')
  const third = await take(institution, id)
  assert.equal(shown((await chartOf(third, '髙橋')).allergies).presence, 'unconfirmed')
  assert.equal(shown((await chartOf(third, '木村')).allergies).presence, 'not-recorded')
  assert.equal((await institution.vault.generations.list({ sourceId: id }))[0]?.skipped, 0)
})
