import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { idName, type FileSurvey, type IntakeReading, type Surveyor } from '../format.ts'
import { csvFormat } from './format.ts'
import { ROLES, TABLE_KINDS, type Role, type TableKind, type TableMapping } from './table.ts'
import { encode } from './testing.ts'

const mapping = (kind: TableKind, columns: Record<string, Role>): TableMapping => ({
  file: 't.csv',
  kind,
  headingRow: 1,
  columns: Object.entries(columns).map(([heading, role]) => ({ heading, role })),
})

function survey(table: TableMapping, bytes: Uint8Array): FileSurvey {
  const surveyor = csvFormat.survey({ path: 't.csv', sizeBytes: bytes.length }, { tables: [table] }) as Surveyor
  for (let at = 0; at < bytes.length; at += 7) surveyor.take(bytes.subarray(at, at + 7))
  return surveyor.end()
}

function read(bytes: Uint8Array, found: FileSurvey, patientId: string): IntakeReading {
  const patient = found.patients.find(({ names }) => names.includes(idName(patientId)))
  assert.ok(patient, `no ${patientId}`)
  return csvFormat.resources({
    file: { path: 't.csv', sizeBytes: bytes.length, mtimeMs: 0 },
    settings: { tables: [] },
    form: found.form,
    names: new Set(patient.names),
    patientId,
    slices: patient.ranges.map(([start, end]) => bytes.subarray(start, end)),
  })
}

const PATIENTS = mapping('patients', {
  番号: 'id',
  氏名: 'name',
  カナ: 'kana',
  生年月日: 'birthDate',
  性別: 'sex',
  薬アレルギー: 'drugAllergy',
  アレルギー: 'allergy',
  血液型: 'bloodType',
  HBs抗原: 'infection',
  備考欄: 'extra',
})
const HEAD = '番号,氏名,カナ,生年月日,性別,薬アレルギー,アレルギー,血液型,HBs抗原,備考欄'

test('patients: identity for the index, statements and words for the chart', () => {
  const text = `${HEAD}\r\n="00123",髙橋 花,ﾀｶﾊｼ ﾊﾅ,S45.3.3,女,ペニシリン（発疹）,なし,A,(-),"車椅子,\n夫に連絡"\r\n00124,木村 一,,1970/13/1,?,,未確認,,,\r\n`
  const bytes = encode(text, 'cp932')
  const found = survey(PATIENTS, bytes)
  assert.deepEqual(
    found.patients.map(({ identity }) => identity),
    [
      {
        patientId: '00123',
        kanji: '髙橋 花',
        kana: 'ﾀｶﾊｼ ﾊﾅ',
        birthDate: '1970-03-03',
        sex: 'F',
        dead: false,
        recordedAt: '',
      },
      { patientId: '00124', kanji: '木村 一', kana: '', birthDate: '', sex: '', dead: false, recordedAt: '' },
    ],
  )
  assert.deepEqual(found.problems, [
    { code: 'value-unreadable', where: 'row 3' },
    { code: 'value-unreadable', where: 'row 3' },
  ])
  const { resources } = read(bytes, found, '00123')
  const allergies = resources.filter((resource) => resource.resourceType === 'AllergyIntolerance')
  assert.deepEqual(
    allergies.map(({ code, category }) => [code?.text, code?.coding?.[0]?.code, category]),
    [
      ['なし', '716186003', undefined],
      ['ペニシリン（発疹）', undefined, ['medication']],
    ],
  )
  const observations = resources.filter((resource) => resource.resourceType === 'Observation')
  assert.deepEqual(
    observations.map((o) => [o.code.text, o.valueString, o.category?.map((c) => c.coding?.[0]?.code)]),
    [
      ['血液型', 'A', ['blood-type']],
      ['HBs抗原', '(-)', ['infection', 'hbv']],
    ],
  )
  assert.match(JSON.stringify(resources.find(({ resourceType }) => resourceType === 'Patient')), /車椅子,\\n夫に連絡/)
  const unasked = read(bytes, found, '00124')
  assert.ok(JSON.stringify(unasked.resources).includes('1631000175102'))
  assert.deepEqual(
    unasked.remarks.map(({ where, text: words }) => [where, words]),
    [
      ['性別', '?'],
      ['生年月日', '1970/13/1'],
    ],
  )
})

test('an empty cell and a dash are no なし', () => {
  const bytes = Buffer.from(`${HEAD}\n1,a,b,,,,,,,\n2,c,d,,,-,,,,\n`)
  const found = survey(PATIENTS, bytes)
  for (const id of ['1', '2'])
    assert.deepEqual(
      read(bytes, found, id).resources.map(({ resourceType }) => resourceType),
      ['Patient'],
    )
  assert.deepEqual(
    read(bytes, found, '2').remarks.map(({ text }) => text),
    ['-'],
  )
})

test('ragged and broken rows are numbered, shown to nobody, and missed in the chart of whose number stands there', () => {
  const table = mapping('allergies', { 番号: 'id', 薬: 'allergy', 日: 'date' })
  const bytes = Buffer.from(
    '番号,薬,日\n1,そば\n2,卵,2026/1/1,\n1,"えび\n3,蟹,2026/1/1,x\n,米,\n2,"小麦\n1,乳,2026/1/2",\n',
  )
  const found = survey(table, bytes)
  assert.deepEqual(found.problems, [
    { code: 'row-ragged', where: 'row 2' },
    { code: 'quote-open', where: 'row 4' },
    { code: 'row-ragged', where: 'row 5' },
    { code: 'patient-missing', where: 'row 6' },
    { code: 'quote-open', where: 'row 7' },
  ])
  const one = read(bytes, found, '1')
  assert.deepEqual([one.resources, one.remarks.map(({ code }) => code)], [[], ['row-ragged', 'quote-open']])
  // The joined row holds a line of patient 1: neither of them gets it.
  const two = read(bytes, found, '2')
  assert.equal(two.resources.length, 1)
  assert.ok(!JSON.stringify(two).includes('小麦') && !JSON.stringify(two).includes('乳'))
})

test('one number with two birth dates is nobody', () => {
  const bytes = Buffer.from(
    `${HEAD}\n1,a,,1970/1/1,,卵,,,,\n1,a,,1980/1/1,,,なし,,,\n2,b,,1970/1/1,,,,,,\n2,旧姓,,1970/1/1,,,,,,\n`,
  )
  const found = survey(PATIENTS, bytes)
  assert.deepEqual(
    found.patients.map(({ names }) => names),
    [['id|2']],
  )
  assert.deepEqual(found.problems, [
    { code: 'patient-ambiguous', where: 'row 2' },
    { code: 'patient-ambiguous', where: 'row 3' },
  ])
})

test('prescriptions: 1回量 and 1日量 only from columns of that name', () => {
  const table = mapping('prescriptions', {
    番号: 'id',
    処方日: 'date',
    薬品: 'drug',
    '1回量': 'perTime',
    '1日量': 'perDay',
    用量: 'dose',
    単位: 'unit',
    用法: 'usage',
    日数: 'days',
  })
  const bytes = Buffer.from(
    '番号,処方日,薬品,1回量,1日量,用量,単位,用法,日数\n1,R8.11.1,アムロジピン,5.0,,,mg,朝食後,14日分\n1,R8.11.1,頓服薬,2～3錠,,,,痛い時,5回分\n1,R8.11.1,散剤,,,3,g,,適宜\n',
  )
  const { resources } = read(bytes, survey(table, bytes), '1')
  const requests = resources.filter((resource) => resource.resourceType === 'MedicationRequest')
  const [first, second, third] = requests
  assert.deepEqual(first?.dosageInstruction?.[0]?.doseAndRate?.[0]?.doseQuantity, {
    value: 5,
    unit: 'mg',
    extension: [{ url: 'urn:toride:fhir:source-text', valueString: '5.0' }],
  })
  assert.deepEqual(first?.dispenseRequest?.expectedSupplyDuration?.value, 14)
  assert.deepEqual(second?.dosageInstruction?.[0]?.timing?.repeat?.count, 5)
  assert.equal(second?.dosageInstruction?.[0]?.doseAndRate?.[0]?.doseQuantity?.value, undefined)
  assert.equal(third?.dosageInstruction, undefined)
  assert.deepEqual(
    third?.note?.map(({ text }) => text),
    ['用量 3g（1回量か1日量かは資料に記載なし）', '日数 適宜'],
  )
  assert.deepEqual(new Set(requests.map(({ status }) => status)), new Set(['unknown']))
})

test('bookings: the list of the day without what was called off', () => {
  const table = mapping('bookings', {
    予約日: 'date',
    時刻: 'time',
    番号: 'id',
    氏名: 'name',
    科: 'department',
    内容: 'text',
    状態: 'status',
  })
  const bytes = Buffer.from(
    '予約日,時刻,番号,氏名,科,内容,状態\n2026/11/29,9:30,1,山田,内科,再診,予約\n2026/11/29,,2,佐藤,内科,,\n2026/11/30,10:00,1,山田,内科,検査,キャンセル\n',
  )
  const found = survey(table, bytes)
  assert.deepEqual(
    found.patients.map(({ bookings }) => bookings?.map(({ start }) => start)),
    [['2026-11-29T09:30'], ['2026-11-29']],
  )
  const appointments = read(bytes, found, '1').resources.filter((resource) => resource.resourceType === 'Appointment')
  assert.deepEqual(
    appointments.map(({ status, start, comment }) => [status, start, comment]),
    [
      ['booked', '2026-11-29T09:30:00+09:00', '予約'],
      ['cancelled', '2026-11-30T10:00:00+09:00', 'キャンセル'],
    ],
  )
})

test('changed columns are said: gone ones in each chart, a table without numbers as a whole', () => {
  const bytes = Buffer.from('番号,氏名,カナ\n1,a,b\n')
  const found = survey(PATIENTS, bytes)
  assert.deepEqual(found.problems, [{ code: 'columns-lost', where: 'file' }])
  assert.deepEqual(
    read(bytes, found, '1').remarks.map(({ text }) => text),
    ['生年月日', '性別', '薬アレルギー', 'アレルギー', '血液型', 'HBs抗原'],
  )
  const other = survey(PATIENTS, Buffer.from('a,b\n1,2\n'))
  assert.deepEqual([other.patients, other.problems], [[], [{ code: 'columns-changed', where: 'file' }]])
})

test('whatever stands in a table, each patient gets only rows with the own number, and nothing throws', () => {
  const cell = fc.oneof(
    fc.constantFrom('1', '2', '', 'なし', '2026/11/1', '"', 'a,b', '男', '5mg'),
    fc.string({ unit: 'binary', maxLength: 8 }),
  )
  fc.assert(
    fc.property(
      fc.constantFrom(...TABLE_KINDS),
      fc.array(fc.constantFrom(...ROLES), { minLength: 1, maxLength: 6 }),
      fc.array(fc.array(cell, { maxLength: 8 }), { maxLength: 12 }),
      fc.boolean(),
      (kind, roles, rows, quoted) => {
        const columns = [
          { heading: '番号', role: 'id' as const },
          ...roles.map((role, at) => ({ heading: `列${at}`, role: role === 'id' ? ('extra' as const) : role })),
        ]
        const table: TableMapping = { file: 't.csv', kind, headingRow: 1, columns }
        const write = (text: string) => (quoted ? `"${text.replaceAll('"', '""')}"` : text)
        const lines = [columns.map(({ heading }) => heading), ...rows].map((row) => row.map(write).join(','))
        const bytes = Buffer.from(lines.join('\n'))
        const found = survey(table, bytes)
        for (const patient of found.patients) {
          const reading = read(bytes, found, patient.names[0]!.slice(3))
          assert.ok(!reading.remarks.some(({ code }) => code === 'patient-differs'))
          const counted = Object.entries(patient.counts).flatMap(([of, n]) =>
            /^empty$|:unreadable$/.test(of) ? [] : [n],
          )
          assert.equal(
            reading.resources.length,
            counted.reduce((sum, n) => sum + n, 0),
          )
        }
      },
    ),
    { numRuns: 300 },
  )
})
