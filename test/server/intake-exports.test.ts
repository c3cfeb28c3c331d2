/** Complete exports night after night in one folder, and a folder into which everything is dropped. */
import assert from 'node:assert/strict'
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { house } from './house.ts'
import { chartOf, type Opened, shown, take } from './intake-charts.ts'

const table = (file: string, kind: string, columns: Record<string, string>) => ({
  file,
  kind,
  headingRow: 1,
  columns: Object.entries(columns).map(([heading, role]) => ({ heading, role })),
  exports: 'whole' as const,
})
const TABLES = [
  table('kanja_*.csv', 'patients', { 番号: 'id', 氏名: 'name', 生年月日: 'birthDate' }),
  table('allergy_*.csv', 'allergies', { 番号: 'id', アレルギー: 'allergy' }),
  table('shoho_*.csv', 'prescriptions', { 番号: 'id', 処方日: 'date', 薬品: 'drug', 用法: 'usage' }),
  table('yoyaku_*.csv', 'bookings', { 番号: 'id', 予約日: 'date', 内容: 'text' }),
]
const PEOPLE = ['1,山田 一,1960/1/2', '2,木村 花,1970/3/3', '3,森 空,1980/4/4']

interface Night {
  readonly day: string
  readonly allergy: readonly string[]
  readonly shoho?: readonly string[]
  readonly yoyaku?: readonly string[]
}

function write(
  folder: string,
  { day, allergy, shoho = [], yoyaku = [] }: Night,
  at = `${day.slice(0, 4)}-11-${day.slice(6)}`,
) {
  const put = (name: string, heads: string, rows: readonly string[]) => {
    const path = join(folder, `${name}_${day}.csv`)
    writeFileSync(path, [heads, ...rows, ''].join('\n'))
    utimesSync(path, new Date(at), new Date(at))
  }
  put('kanja', '番号,氏名,生年月日', PEOPLE)
  put('allergy', '番号,アレルギー', allergy)
  put('shoho', '番号,処方日,薬品,用法', shoho)
  put('yoyaku', '番号,予約日,内容', yoyaku)
}

async function opened(
  t: TestContext,
  nights: readonly (Night & { at?: string })[],
  tables: unknown[] = TABLES,
): Promise<Opened> {
  const home = house(t)
  const institution = await home.open()
  const folder = join(home.source, 'csv')
  mkdirSync(folder, { recursive: true })
  for (const night of nights) write(folder, night, night.at)
  const { id } = await institution.vault.addSource({
    kind: 'intake',
    name: '書き出し',
    paths: [folder],
    options: { intake: [{ format: 'csv', settings: { tables } }] },
  })
  return take(institution, id)
}

const FULL = {
  allergy: ['1,ペニシリン', '1,そば', '2,なし', '3,なし'],
  shoho: ['1,2026/11/1,ワーファリン錠1mg,朝', '1,2026/11/1,アムロジピン,朝'],
}

test('a row that the newest complete export lacks is told as gone, since when, and counts as nothing that is so today', async (t) => {
  const source = await opened(t, [
    { day: '20261126', ...FULL, yoyaku: ['1,2026/11/30,再診', '2,2026/11/30,再診'] },
    {
      day: '20261127',
      allergy: ['1,そば', '2,なし', '3,なし'],
      shoho: FULL.shoho,
      yoyaku: ['1,2026/11/30,再診', '2,2026/11/30,再診'],
    },
    { day: '20261128', allergy: ['1,そば', '3,なし'], shoho: FULL.shoho.slice(1), yoyaku: ['1,2026/11/30,再診'] },
  ])
  const chart = await chartOf(source, '山田')
  const allergies = shown(chart.allergies)
  assert.deepEqual(
    allergies.items.map(({ substance, status, origin }) => [substance, status, origin.goneSince]),
    [
      ['ペニシリン', 'not-in-newest-export', '2026-11-27'],
      ['そば', undefined, undefined],
    ],
  )
  assert.equal(allergies.presence, 'present')
  const drugs = shown(chart.prescriptions).flatMap(({ groups }) => groups.flatMap((group) => group.drugs))
  assert.deepEqual(
    drugs.map(({ name, status, origin }) => [name, status ?? '', origin.goneSince ?? '']).toSorted(),
    [
      ['アムロジピン', 'unknown', ''],
      ['ワーファリン錠1mg', 'not-in-newest-export', '2026-11-28'],
    ].toSorted(),
  )
  // Said to be without, and no longer said: nobody may read なし.
  const other = shown((await chartOf(source, '木村')).allergies)
  assert.equal(other.presence, 'unconfirmed')
  assert.deepEqual(
    other.statements.map(({ says, origin }) => [says, origin.goneSince]),
    [['unconfirmed', '2026-11-28']],
  )
  assert.equal(shown((await chartOf(source, '森')).allergies).presence, 'none')
  assert.deepEqual(
    source.index.bookings('2026-11-30').map(({ row }) => source.index.entry(row).kanji),
    ['山田 一'],
    'a booking that was called off is on no list',
  )
})

test('what is written in parts says nothing by what it lacks', async (t) => {
  const parts = TABLES.map((one) => ({ ...one, exports: undefined }))
  const source = await opened(
    t,
    [
      { day: '20261127', ...FULL },
      { day: '20261128', allergy: ['1,そば'] },
    ],
    parts,
  )
  const { items } = shown((await chartOf(source, '山田')).allergies)
  assert.deepEqual(
    items.map(({ origin }) => origin.goneSince),
    [undefined, undefined],
  )
})

const goneIn = async (source: Opened) =>
  shown((await chartOf(source, '山田')).allergies).items.filter(({ origin }) => origin.goneSince !== undefined).length
const codesIn = (source: Opened) => [...new Set(Array.from(source.index.problems(), ({ code }) => code))]

test('a clock that was set back, a list that was cut and one that cannot be read take nothing away', async (t) => {
  const [first, last] = [
    { day: '20261127', ...FULL },
    { day: '20261128', allergy: ['1,そば', '2,なし', '3,なし'], shoho: FULL.shoho },
  ] as const
  const back = await opened(t, [{ ...first, at: '2026-11-29' }, last])
  assert.deepEqual([await goneIn(back), codesIn(back)], [0, ['export-order-unclear']])
  const cut = await opened(t, [first, { day: '20261128', allergy: ['1,そば'], shoho: FULL.shoho }])
  assert.deepEqual([await goneIn(cut), codesIn(cut)], [0, ['export-smaller']])
  // The next night says the same: it did shrink.
  const shrank = await opened(t, [
    first,
    { day: '20261128', allergy: ['1,そば'], shoho: FULL.shoho },
    { day: '20261129', allergy: ['1,そば'], shoho: FULL.shoho },
  ])
  assert.equal(await goneIn(shrank), 1)
  const broken = await opened(t, [first, { ...last, allergy: ['1,そば', '2,なし,', '3,なし,多い,列'] }])
  assert.deepEqual([await goneIn(broken), codesIn(broken)], [0, ['row-ragged']])
})

test('one folder of everything: each file goes to its reader, and what nobody reads is listed', async (t) => {
  const home = house(t)
  const institution = await home.open()
  const folder = join(home.source, 'share')
  mkdirSync(join(folder, 'スキャン'), { recursive: true })
  const put = (name: string, text: string) => writeFileSync(join(folder, name), text)
  put('kanja_20261128.csv', '番号,氏名,生年月日\n00123,髙橋 花,1970/3/3\n')
  const receipt = ['RE', '1', '1112', '202610', 'タカハシ', '2', '19700303', ...Array<string>(6).fill(''), '00123']
  put('RECEIPTC.UKE', `IR,1\r\n${receipt.join(',')}\r\nSY,0000999,20261001,1,,Himei,,\r\nGO,1\r\n`)
  put('スキャン/00123_20261127_紹介状.pdf', '%PDF-1.4\n%%EOF')
  put(
    'labs.ndjson',
    `${JSON.stringify({ resourceType: 'Patient', id: 'a', identifier: [{ value: '00123' }], name: [{ text: '高橋 花' }], birthDate: '1970-03-03' })}\n`,
  )
  put('setup.exe', 'MZ')
  put('memo.csv', 'a,b\n1,2\n')
  put('名前だけ.pdf', '%PDF-1.4\n%%EOF')
  const { id } = await institution.vault.addSource({
    kind: 'intake',
    name: '共有フォルダー',
    paths: [folder],
    options: {
      intake: [
        {
          format: 'mixed',
          settings: { csv: { tables: TABLES }, documents: { patterns: ['{any}/{id}_{date}_{title}'] } },
        },
      ],
    },
  })
  const source = await take(institution, id)
  assert.equal(source.index.size, 1)
  const chart = await chartOf(source, '00123')
  assert.deepEqual(
    [shown(chart.problems).map(({ name }) => name), shown(chart.documents).map(({ title }) => title).length],
    [['Himei'], 2],
  )
  assert.deepEqual(
    Array.from(source.index.problems(), ({ code, path }) => `${path.split('/').at(-1)} ${code}`).toSorted(),
    ['memo.csv table-unmapped', 'setup.exe file-unknown', '名前だけ.pdf name-unmatched'],
  )
})
