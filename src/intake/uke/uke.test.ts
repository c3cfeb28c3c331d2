import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { encode } from '../csv/testing.ts'
import { idName, type IntakeReading } from '../format.ts'
import { surveyUke, ukeFormat } from './format.ts'
import { nameIn } from './masters.ts'
import { ukeDay, ukeMonth } from './records.ts'

const re = (number: string, name: string, birth: string, chart: string, month = '202610', kana = 'ﾔﾏﾀﾞ ﾀﾛｳ') => {
  const fields = Array<string>(38).fill('')
  Object.assign(fields, ['RE', number, '1112', month, name, '1', birth])
  fields[13] = chart
  fields[36] = kana
  return fields.join(',')
}
const days = (...on: number[]) => Array.from({ length: 31 }, (_, at) => (on.includes(at + 1) ? '1' : '')).join(',')
const FILE = [
  'IR,1,01,1,1234567,,見本医院,202611,00,011-000-0000',
  re('1', '山田　太郎', '19700303', '00123'),
  'HO,01010016,記号,1,2,500',
  'SY,8830100,20200401,1,,,01,',
  'SY,0000999,20261001,1,8002,めずらしい病,,',
  'SY,4600001,20260901,2,,,,',
  `SI,12,1,112007410,,73,1,,,,,,,${days(3)}`,
  `IY,21,1,620000000,2,5,14,,,,,,,${days(3)}`,
  `IY,,1,610000001,1.5,,14,820000001,粉砕,,,,,${days(3, 17)}`,
  'TO,40,1,710000001,3,10,1,,,ガーゼ,製品名',
  'CO,60,1,810000001,前回の結果を確認',
  re('2', '佐藤　花', '3300101', '00200'),
  'SY,8830100,3550101,1,,,,',
  'GO,2,500,99',
].join('\r\n')
const BYTES = encode(`${FILE}\r\n\x1a`, 'cp932')

function read(bytes: Uint8Array, patientId: string): IntakeReading {
  const patient = surveyUke(bytes).patients.find(({ names }) => names.includes(idName(patientId)))
  assert.ok(patient)
  return ukeFormat.resources({
    file: { path: 'RECEIPTC.UKE', sizeBytes: bytes.length, mtimeMs: 0 },
    settings: {},
    form: surveyUke(bytes).form,
    names: new Set(patient.names),
    patientId,
    slices: patient.ranges.map(([start, end]) => bytes.subarray(start, end)),
  })
}

test('a claim file: who is in it, with dates of either calendar', () => {
  const { patients, problems, records } = surveyUke(BYTES)
  assert.deepEqual(problems, [])
  assert.equal(records, 14)
  assert.deepEqual(
    patients.map(({ identity, lastCareDate, counts }) => [identity, lastCareDate, counts['Condition']]),
    [
      [
        {
          patientId: '00123',
          kanji: '山田　太郎',
          kana: 'ﾔﾏﾀﾞ ﾀﾛｳ',
          birthDate: '1970-03-03',
          sex: 'M',
          dead: false,
          recordedAt: '',
        },
        '2026-10-17',
        3,
      ],
      [
        {
          patientId: '00200',
          kanji: '佐藤　花',
          kana: 'ﾔﾏﾀﾞ ﾀﾛｳ',
          birthDate: '1955-01-01',
          sex: 'M',
          dead: false,
          recordedAt: '',
        },
        undefined,
        1,
      ],
    ],
  )
  assert.deepEqual(
    [ukeDay('5081128'), ukeDay('20261332'), ukeDay('4310431'), ukeMonth('50811'), ukeMonth('202611')],
    ['2026-11-28', '', '', '2026-11', '2026-11'],
  )
})

test('病名: a code without its name says so; の疑い, outcome and main are facts of the file', () => {
  const conditions = read(BYTES, '00123').resources.filter((resource) => resource.resourceType === 'Condition')
  assert.deepEqual(
    conditions.map(({ code, verificationStatus, clinicalStatus, onsetDateTime }) => [
      code?.text,
      verificationStatus?.coding?.[0]?.code,
      clinicalStatus?.text,
      onsetDateTime,
    ]),
    [
      ['傷病名コード 8830100（名称は資料に無い）', undefined, undefined, '2020-04-01'],
      ['めずらしい病', 'provisional', undefined, '2026-10-01'],
      ['傷病名コード 4600001（名称は資料に無い）', undefined, '治ゆ', '2026-09-01'],
    ],
  )
})

test('drugs are what was claimed in a month, never a prescription', () => {
  const { resources } = read(BYTES, '00123')
  assert.ok(!resources.some(({ resourceType }) => resourceType.startsWith('Medication')))
  const document = resources.find((resource) => resource.resourceType === 'DocumentReference')
  assert.equal(document?.date, '2026-10')
  assert.match(document?.description ?? '', /2026年10月診療分.*処方ではありません/)
  const text = Buffer.from(document?.content[0]?.attachment.data ?? '', 'base64').toString()
  assert.match(
    text,
    /■薬（医薬品）\n内服　コード 620000000（名称は資料に無い）　量 2　回数 14　3日\n内服　コード 610000001（名称は資料に無い）　量 1.5　回数 14　3・17日　粉砕/,
  )
  assert.match(text, /ガーゼ 製品名/)
  assert.match(text, /前回の結果を確認/)
})

test('a receipt without a number keeps its patient; one number with two birth dates is nobody', () => {
  const unnumbered = surveyUke(
    encode([re('1', '木村　一', '19600101', ''), re('2', '木村　一', '19600101', '')].join('\n'), 'cp932'),
  )
  assert.equal(unnumbered.patients.length, 1)
  assert.match(unnumbered.patients[0]?.identity?.patientId ?? '', /^#[0-9a-f]{8}$/)
  assert.deepEqual(
    unnumbered.problems.map(({ code }) => code),
    ['value-unreadable', 'value-unreadable'],
  )
  const twice = surveyUke(encode([re('1', 'あ', '19600101', '7'), re('2', 'い', '19700101', '7')].join('\n'), 'cp932'))
  assert.deepEqual(
    [twice.patients, twice.problems.map(({ code }) => code)],
    [[], ['patient-ambiguous', 'patient-ambiguous']],
  )
})

test('what is no claim file, strange records and empty receipts are said', () => {
  assert.deepEqual(surveyUke(Buffer.from('a,b\n1,2\n')).problems, [{ code: 'no-claims', where: 'file' }])
  const odd = surveyUke(Buffer.from(`SY,1\n${re('1', 'a', '19600101', '5')}\nZZ,?\nGO,1\nSY,2\n`))
  assert.deepEqual(
    odd.problems.map(({ where }) => where),
    ['line 1', 'line 3', 'line 5'],
  )
  assert.deepEqual(surveyUke(Buffer.from(re('1', '', '', '', '202610', ''))).problems, [
    { code: 'patient-missing', where: 'line 1' },
  ])
})

test('cut and shuffled bytes give each patient only own receipts, and nothing throws', () => {
  const line = fc.oneof(
    fc.constantFrom(...FILE.split('\r\n')),
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc
      .tuple(fc.constantFrom('1', '2', '3'), fc.constantFrom('19700101', ''))
      .map(([id, birth]) => re('9', `名${id}`, birth, id)),
  )
  fc.assert(
    fc.property(fc.array(line, { maxLength: 25 }), fc.nat(2000), (lines, cut) => {
      const bytes = encode(lines.join('\n'), 'cp932')
      const part = bytes.subarray(0, Math.max(0, bytes.length - cut))
      for (const { names } of surveyUke(part).patients) {
        const { remarks, resources } = read(part, names[0]!.slice(3))
        assert.ok(!remarks.some(({ code }) => code === 'patient-differs'))
        assert.ok(resources.length > 0)
      }
    }),
    { numRuns: 200 },
  )
})

test('dental and DPC claims: as far as the facts go, the rest named with its count', () => {
  const dental = encode(
    [
      'IR,1,01,3,1234567,,見本歯科,202611',
      re('1', '山田　太郎', '19700303', '99999'),
      'HS,0000001',
      'SS,1,1',
      'SS,1,2',
      'GO,1',
    ].join('\r\n'),
    'cp932',
  )
  const found = surveyUke(dental)
  assert.deepEqual(found.problems.map(({ code, where }) => `${code} ${where}`).slice(0, 2), [
    'claim-kind-unread HS 1',
    'claim-kind-unread SS 2',
  ])
  const [patient] = found.patients
  // What stands where physicians write the chart's number may be anything.
  assert.match(patient!.identity!.patientId, /^#[0-9a-f]{8}$/)
  assert.equal(patient!.identity!.kanji, '山田　太郎')
  const reading = read(dental, patient!.identity!.patientId)
  assert.ok(reading.remarks.some(({ code, text }) => code === 'claim-kind-unread' && text === 'SS 2'))
  assert.ok(reading.resources.every(({ resourceType }) => resourceType !== 'Condition'))

  const dpc = surveyUke(
    encode(
      ['IR,1,01,1,1', re('1', '佐藤', '19700303', '00200'), 'BU,010010', 'SB,8830100', 'SY,8830100,20200401,1'].join(
        '\n',
      ),
      'cp932',
    ),
  )
  assert.deepEqual(
    dpc.problems.map(({ where }) => where),
    ['BU 1', 'SB 1'],
  )
  assert.equal(dpc.patients[0]!.identity!.patientId, '00200')
})

const MASTERS = [
  '0,"Y",620000000,9,"見本錠５ｍｇ，改",5,"ﾐﾎﾝｼﾞｮｳ",16,1,"錠"',
  '0,S,112007410,3,再診料,5,ｻｲｼﾝﾘｮｳ',
  '0,"B","8830100","",4,"見本頭痛",4,"見本頭痛"',
  '0,"Z","4001","","",3,"左側の"',
].join('\r\n')

test('masters beside the claims name their codes; rows of another layout name nothing', () => {
  const master = encode(MASTERS, 'cp932')
  const { shared, patients, form } = surveyUke(master)
  assert.deepEqual([shared.length, patients, form], [4, [], 'master'])
  const called = new Map(
    shared.flatMap(({ names, range }) => names.map((name) => [name, master.subarray(...range)] as const)),
  )
  assert.deepEqual([...called.values()].map(nameIn), ['見本錠５ｍｇ，改', '再診料', '見本頭痛', '左側の'])
  const patient = surveyUke(BYTES).patients.find(({ names }) => names.includes(idName('00123')))!
  const { resources, wanted } = ukeFormat.resources({
    file: { path: 'RECEIPTC.UKE', sizeBytes: BYTES.length, mtimeMs: 0 },
    settings: {},
    form: 'medical',
    names: new Set(patient.names),
    patientId: '00123',
    slices: patient.ranges.map(([start, end]) => BYTES.subarray(start, end)),
    called,
  })
  assert.ok(wanted!.includes('claim-code|Y|620000000') && !wanted!.some((name) => name.includes('0000999')))
  const diseases = resources.flatMap((one) => (one.resourceType === 'Condition' ? (one.code?.text ?? '') : []))
  assert.deepEqual(diseases, ['見本頭痛', 'めずらしい病', '傷病名コード 4600001（名称は資料に無い）'])
  const claim = resources.find((one) => one.resourceType === 'DocumentReference')!
  const text = Buffer.from(claim.content[0]!.attachment.data!, 'base64').toString()
  assert.match(text, /見本錠５ｍｇ，改（コード 620000000）　量 2/)
  assert.match(text, /再診料（コード 112007410）/)
  assert.match(text, /コード 610000001（名称は資料に無い）/)
  for (const other of [
    '0,"Y",620000000,5,"",5',
    '0,"Y",62,3,"短い番号"',
    '0,"Q",620000000,9,"知らない種別の表"',
    '9,9,9,9,9',
  ])
    assert.equal(nameIn(encode(other, 'cp932')), undefined, other)
})
