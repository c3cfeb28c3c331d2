import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lookAtTable, suggestColumns, suggestKind } from './suggest.ts'
import { fits, looksLikeHeadings, mappingFaults, patternOf, placeColumns, type TableMapping } from './table.ts'
import { encode } from './testing.ts'
import { absenceOf, parseCellDate, parseSex, parseTime, saysNothing } from './words.ts'

const look = (text: string, charset: 'utf-8' | 'cp932' = 'cp932') => {
  const found = lookAtTable(encode(text, charset))
  const columns = suggestColumns(found)
  return { found, kind: suggestKind(columns), roles: columns.map(({ role }) => role) }
}

test('columns are proposed by heading', () => {
  const patients = look(
    '患者番号,患者氏名,患者カナ氏名,生年月日,性別,住所,電話番号,薬剤アレルギー,保険者番号\n1,山田 太郎,ﾔﾏﾀﾞ ﾀﾛｳ,S45.3.3,男,札幌,011,なし,01',
  )
  assert.equal(patients.kind, 'patients')
  assert.deepEqual(patients.roles, [
    'id',
    'name',
    'kana',
    'birthDate',
    'sex',
    'address',
    'phone',
    'drugAllergy',
    'extra',
  ])
  const rx = look(
    'カルテNo,処方日,RP番号,薬品コード,薬品名,１回量,1日量,単位,用法,日数,医師名\n1,20261128,1,610,ロキソ,1,3,錠,毎食後,7,佐藤',
  )
  assert.equal(rx.kind, 'prescriptions')
  assert.deepEqual(rx.roles, [
    'id',
    'date',
    'rp',
    'extra',
    'drug',
    'perTime',
    'perDay',
    'unit',
    'usage',
    'days',
    'author',
  ])
  const labs = look('患者ID,採取日,検査項目名,検査結果,単位,基準値,判定\n1,2026/11/1,HbA1c,6.5,%,4.6-6.2,H')
  assert.equal(labs.kind, 'labs')
  assert.deepEqual(labs.roles, ['id', 'date', 'item', 'value', 'unit', 'range', 'flag'])
  const bookings = look('予約日,予約時刻,患者番号,氏名,診療科,予約内容,状態\n2026/11/29,9:30,1,山田,内科,再診,予約')
  assert.equal(bookings.kind, 'bookings')
  assert.deepEqual(bookings.roles, ['date', 'time', 'id', 'name', 'department', 'text', 'status'])
  assert.deepEqual(look('患者番号,測定日時,体温(℃),最高血圧,SpO2\n1,2026/11/1 9:00,36.5,120,98').kind, 'vitals')
  assert.deepEqual(look('ID,病名,ICD10コード,開始日,転帰\n1,高血圧症,I10,2020/1/1,継続').kind, 'problems')
})

test('columns without headings are proposed by what stands in them', () => {
  const rows = ['0001,山田 太郎,ヤマダ タロウ,3450303,1', '0002,佐藤 花,サトウ ハナ,3300101,2'].join('\r\n')
  const { found, roles } = look(rows, 'utf-8')
  assert.equal(found.headingRow, 0)
  assert.deepEqual(roles, ['id', 'name', 'kana', 'birthDate', 'sex'])
})

test('headings below a title, and a row of data is none', () => {
  assert.equal(look('患者一覧 2026年11月\n\n患者番号,氏名,性別\n1,山田,男').found.headingRow, 2)
  assert.equal(looksLikeHeadings(['患者番号', '氏名', 'CA125']), true)
  assert.equal(looksLikeHeadings(['00123', '山田']), false)
  assert.equal(looksLikeHeadings(['山田太郎', '1970/3/3']), false)
})

test('a mapping that says too little is not saved', () => {
  const mapping = (roles: TableMapping['columns'][number]['role'][], headings = roles.map((role) => `見出し${role}`)) =>
    mappingFaults({
      file: 'a.csv',
      kind: 'labs',
      headingRow: 1,
      columns: roles.map((role, at) => ({ role, heading: headings[at]! })),
    })
  assert.deepEqual(mapping(['id', 'item', 'value']), [])
  assert.deepEqual(mapping(['item']), ['no-id'])
  assert.deepEqual(mapping(['id', 'date']), ['needed-missing'])
  assert.deepEqual(mapping(['id', 'item', 'item']), ['role-twice'])
  assert.deepEqual(mapping(['id', 'item'], ['00123', '山田']), ['heading-is-data'])
})

test('columns that moved are found by name, gone ones are named, a table without the number is another', () => {
  const mapping: TableMapping = {
    file: 'a.csv',
    kind: 'patients',
    headingRow: 1,
    columns: [
      { heading: '番号', role: 'id' },
      { heading: '氏名', role: 'name' },
      { heading: 'アレルギー', role: 'allergy' },
    ],
  }
  assert.equal(placeColumns(mapping, ['番号', '氏名', 'アレルギー']).state, 'same')
  const moved = placeColumns(mapping, ['番号', '新しい列', 'アレルギー', '氏名'])
  assert.deepEqual([moved.state, moved.columns.map(({ role }) => role)], ['moved', ['id', 'extra', 'allergy', 'name']])
  assert.equal(placeColumns(mapping, ['番号', '氏名', '禁忌']).state, 'lost')
  assert.equal(placeColumns(mapping, ['ID', '氏名', 'アレルギー']).state, 'other')
  assert.equal(placeColumns(mapping, ['番号', '番号', '氏名', 'アレルギー']).state, 'other')
  const bare: TableMapping = { ...mapping, headingRow: 0 }
  assert.equal(placeColumns(bare, ['1', '2']).state, 'other')
})

test('names of files: what changes from export to export is left open', () => {
  assert.equal(patternOf('out/patients_20261128.csv'), 'patients_*.csv')
  assert.equal(patternOf('2026-11-28_予約.csv'), '*_予約.csv')
  assert.equal(patternOf('karte2.csv'), 'karte2.csv')
  assert.ok(fits('x/Patients_20261129.CSV', 'patients_*.csv'))
  assert.ok(!fits('patients.csv', 'patients_*.csv'))
  assert.ok(!fits('a', `${'*a'.repeat(60)}b`))
})

test('dates as exports write them; what could be several dates is none', () => {
  const read = (text: string) => {
    const found = parseCellDate(text)
    return found && [found.date, found.time].filter(Boolean).join(' ')
  }
  const written: Record<string, string | undefined> = {
    '2026/11/28': '2026-11-28',
    '2026-11-28 9:30': '2026-11-28 09:30',
    '2026-11-28T09:30:15+09:00': '2026-11-28 09:30:15',
    '20261128': '2026-11-28',
    '202611280930': '2026-11-28 09:30',
    '２０２６年１１月２８日（土）9時30分': '2026-11-28 09:30',
    '2026年11月': '2026-11',
    'S45.3.3': '1970-03-03',
    昭和45年3月3日: '1970-03-03',
    令和元年5月1日: '2019-05-01',
    '3450303': '1970-03-03',
    R081128: '2026-11-28',
    '2026/11/28T09:30Z': undefined,
    '45/3/3': undefined,
    '11/28/2026': undefined,
    '2026/13/1': undefined,
    '2026/2/30': undefined,
    平成31年5月1日: undefined,
    '': undefined,
    '2026/11/28 25:00': undefined,
  }
  assert.deepEqual(Object.fromEntries(Object.keys(written).map((text) => [text, read(text)])), written)
  assert.equal(parseTime('0930'), '09:30')
  assert.deepEqual(['男', '女性', '１', 'F', '?'].map(parseSex), ['M', 'F', 'M', 'F', undefined])
})

test('なし, 未確認 and silence are three things', () => {
  assert.deepEqual(absenceOf('なし'), { says: 'none', scope: 'all' })
  assert.deepEqual(absenceOf('アレルギーなし（2026/10/1確認）'), { says: 'none', scope: 'all' })
  assert.deepEqual(absenceOf('薬剤：なし'), { says: 'none', scope: 'medication' })
  assert.deepEqual(absenceOf('食物アレルギー 無し'), { says: 'none', scope: 'food' })
  assert.deepEqual(absenceOf('未確認'), { says: 'unconfirmed', scope: 'all' })
  for (const text of ['', 'ペニシリン', 'なしの実', '梨', '薬剤なしでは不可', 'そば なし以外'])
    assert.equal(absenceOf(text), undefined, text)
  assert.deepEqual(['-', 'ー', '－', '×', 'a'].map(saysNothing), [true, true, true, true, false])
})
