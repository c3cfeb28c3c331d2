import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EXTENSION, findExtension, TORIDE_SYSTEM } from '../extensions.ts'
import { SYSTEM } from '../systems.ts'
import type { Observation } from '../types.ts'
import { convert, of, one } from './testing.ts'

const SPM = 'SPM|1|SP1||023^血清^JC10|||||||||||||202604010830'
const OBR = `OBR|1|000000000000001|F1|E002^生化学的検査^99O03|||20260401${'|'.repeat(15)}20260401103059|||F`
const ORC = 'ORC|SC|000000000000001|F1||CM||||20260401090000|||D1^試験^医師|||||01^内科^99XY1'

function report(...obx: string[]): ReturnType<typeof convert> {
  return convert('OML-11', 'OUL^R22^OUL_R22', [SPM, OBR, ORC, ...obx])
}
function observe(obx: string): Observation {
  return one(report(obx), 'Observation')
}
function result(type: string, value: string, rest = '|||||F'): Observation {
  return observe(`OBX|1|${type}|3A010000002327101^総蛋白^JC10^10222^ＴＰ^99X03||${value}|${rest}`)
}

test('values stay exactly what the source wrote; the number stands beside them', () => {
  const cases: readonly (readonly [string, number | undefined])[] = [
    ['5.0', 5],
    ['>1000(+)', undefined],
    ['＜0.5', 0.5],
    ['3+(300)', undefined],
    [' 2 +', undefined],
    ['1個-', undefined],
    ['１２', 12],
  ]
  for (const [written, number] of cases) {
    const observation = result('ST', written)
    assert.equal(observation.valueString, written)
    assert.equal(findExtension(observation, EXTENSION.numericValue)?.valueQuantity?.value, number, written)
    assert.equal(observation.valueQuantity, undefined)
  }
})

test('a missing flag, range or status is not "normal" and not "final"', () => {
  const bare = observe('OBX|1|NM|3A010000002327101^総蛋白^JC10||7.2')
  assert.equal(bare.interpretation, undefined)
  assert.equal(bare.referenceRange, undefined)
  assert.equal(bare.status, 'unknown')
})

test('flags and statuses by their tables; unknown ones stay as text with a problem', () => {
  assert.deepEqual(result('NM', '9', 'g/dL|6.6-8.1|HH|||C').interpretation, [
    { coding: [{ system: SYSTEM.interpretation, code: 'HH' }], text: 'HH' },
  ])
  assert.equal(result('NM', '9', 'g/dL|6.6-8.1|H|||C').status, 'corrected')
  assert.equal(result('NM', '', '||||||O').status, 'unknown')
  const odd = report('OBX|1|NM|3A01^x^JC10||9||6-8|△|||Q')
  assert.deepEqual(one(odd, 'Observation').interpretation, [{ text: '△' }])
  assert.deepEqual(
    odd.problems.map(({ code, where, text }) => [code, where, text]),
    [
      ['code-unknown', 'OBX[1]-11', 'Q'],
      ['code-unknown', 'OBX[1]-8', '△'],
    ],
  )
})

test('range: the text as written, bounds only where it is plainly one', () => {
  assert.deepEqual(result('NM', '7', 'g/dL^g/dL^ISO+|6.70-8.3||||F').referenceRange, [
    { low: { value: 6.7, unit: 'g/dL' }, high: { value: 8.3, unit: 'g/dL' }, text: '6.70-8.3' },
  ])
  assert.deepEqual(result('ST', '(-)', '|(-)||||F').referenceRange, [{ text: '(-)' }])
})

test('both names of an item, its specimen, its collection time, who ordered it', () => {
  const converted = report('OBX|1|NM|3A010000002327101^総蛋白^JC10^10222^ＴＰ^99X03||7.2|g/dL|||||F')
  const observation = one(converted, 'Observation')
  assert.deepEqual(
    observation.code.coding?.map(({ system, code, display }) => [system, code, display]),
    [
      [SYSTEM.jlac10, '3A010000002327101', '総蛋白'],
      ['urn:toride:codesystem:99X03', '10222', 'ＴＰ'],
    ],
  )
  assert.equal(observation.effectiveDateTime, '2026-04-01T08:30:00+09:00')
  assert.equal(observation.specimen?.display, '血清')
  const diagnostic = one(converted, 'DiagnosticReport')
  assert.equal(diagnostic.issued, '2026-04-01T10:30:59+09:00')
  assert.equal(diagnostic.status, 'final')
  assert.equal(findExtension(diagnostic, EXTENSION.requester)?.valueReference?.display, '試験 医師')
  assert.deepEqual(diagnostic.result, [{ reference: `Observation/${observation.id}` }])
})

test('a unit is kept even where the result is no number', () => {
  const observation = result('ST', '測定不能', 'mg/dL^mg/dL^99XYZ|||||F')
  assert.equal(findExtension(observation, EXTENSION.numericValue)?.valueQuantity?.unit, 'mg/dL')
})

test('types of OBX-2: coded, person, time, SN, drug, text with line breaks', () => {
  assert.equal(result('CWE', 'A^Ａ型^JSHR002').valueCodeableConcept?.text, 'Ａ型')
  assert.equal(result('XCN', '1^見本^医師^^^^^^^L^^^^^I').valueString, '見本 医師 1')
  assert.equal(result('TS', '20260401144512').valueDateTime, '2026-04-01T14:45:12+09:00')
  assert.equal(result('SN', '>^100').valueString, '>100')
  assert.equal(result('ZRD', '910000001^見本注5mg^HOT9^1^AMP&管&MR9P').valueString, '見本注5mg 1管')
  assert.equal(result('TX', '一行目~二行目').valueString, '一行目\n二行目')
})

test('infections and blood types are marked by analyte, by name, by organism', () => {
  const kinds = (code: string, value = '(-)'): (string | undefined)[] =>
    (observe(`OBX|1|ST|${code}||${value}||||||F`).category ?? []).flatMap((category) =>
      (category.coding ?? []).filter(({ system }) => system?.startsWith('urn:toride')).map(({ code }) => code),
    )
  assert.deepEqual(kinds('5F016143002302304^HBs抗原^JC10'), ['infection', 'hbv'])
  assert.deepEqual(kinds('5F360143002302304^HCV抗体^JC10'), ['infection', 'hcv'])
  assert.deepEqual(kinds('5F360143002302304^Ｃ型^JC10'), ['infection', 'hcv'])
  assert.deepEqual(kinds('5F560143002302304^HIV抗原・抗体^JC10'), ['infection', 'hiv'])
  assert.deepEqual(kinds('5E075000002302304^梅毒TP抗体^JC10'), ['infection', 'syphilis'])
  assert.deepEqual(kinds('L1^ＲＰＲ定性^99X03'), ['infection', 'syphilis'])
  assert.deepEqual(kinds('L2^同定菌名^99X03', 'ＭＲＳＡ'), ['infection', 'mrsa'])
  assert.deepEqual(kinds('5H010000009199911^血液型-ABO式^JC10', 'A'), ['blood-type'])
  for (const plain of ['5C070000002306201^ＣＲＰ^JC10', '3A010000002327101^ＴＰ^JC10', 'L3^CREA^99X03']) {
    assert.deepEqual(kinds(plain), [], plain)
  }
  assert.ok(TORIDE_SYSTEM.infection)
})

test('microbiology: sub-ids and the parent of a susceptibility stay', () => {
  const converted = convert('OML-11', 'OUL^R22^OUL_R22', [
    SPM,
    OBR.replace(/$/, '|6B010&同定&JC10^1^E.coli'),
    'OBX|1|CWE|6B010^同定^JC10|1|10^Escherichia coli^99X||||||F',
    'OBX|2|ST|6B011^菌量^JC10|1|(3+)||||||F',
    'NTE|1||コンタミの可能性',
  ])
  const [organism, amount] = of(converted, 'Observation')
  assert.equal(findExtension(organism, EXTENSION.subId)?.valueString, '1')
  assert.equal(findExtension(amount, EXTENSION.subId)?.valueString, '1')
  assert.deepEqual(amount?.note, [{ text: 'コンタミの可能性' }])
  assert.equal(findExtension(organism, EXTENSION.parentResult)?.valueString, '6B010 同定 JC10 1 E.coli')
})

test('two specimens, orders before and after OBR, one report each', () => {
  const converted = convert('OML-11', 'OUL^R22^OUL_R22', [
    SPM,
    ORC,
    OBR,
    'OBX|1|NM|3A01^a^JC10||1||||||F',
    'SPM|2|SP2||019^血液^JC10|||||||||||||202604010831',
    OBR,
    ORC,
    'OBX|1|NM|2A01^b^JC10||2||||||F',
  ])
  assert.deepEqual(
    of(converted, 'DiagnosticReport').map(({ specimen, result }) => [specimen?.[0]?.display, result?.length]),
    [
      ['血清', 1],
      ['血液', 1],
    ],
  )
})

test('an ORC after results begins the next order', () => {
  const converted = report('OBX|1|NM|3A01^a^JC10||1||||||F')
  const late = convert('OML-11', 'OUL^R22', [
    OBR,
    'OBX|1|NM|3A01^a^JC10||1||||||F',
    ORC.replace('F1', 'F2'),
    OBR,
    'OBX|1|NM|3A02^b^JC10||2||||||F',
  ])
  assert.equal(of(converted, 'DiagnosticReport').length, 1)
  assert.deepEqual(
    of(late, 'DiagnosticReport').map(({ identifier }) => identifier?.map(({ value }) => value).includes('F2')),
    [false, true],
  )
})

test('a file inside a result (ED) becomes a document beside it', () => {
  const pdf = Buffer.from('%PDF-').toString('base64')
  const converted = report(`OBX|1|ED|9A110^心電図^JC10||^application^pdf^Base64^${pdf}||||||F`)
  const [attached] = one(converted, 'DocumentReference').content
  assert.deepEqual(attached?.attachment, { contentType: 'application/pdf', data: pdf, title: '心電図' })
  assert.equal(one(converted, 'Observation').valueString, 'application/pdf')
  const broken = report('OBX|1|ED|9A110^心電図^JC10||^application^pdf^Base64^***||||||F')
  assert.equal(of(broken, 'DocumentReference').length, 0)
  assert.equal(broken.problems[0]?.code, 'segment-unused')
})

test('an order: what is to be tested, no result made up', () => {
  const converted = convert('OML-01', 'OML^O33^OML_O33', [
    SPM,
    ORC.replace('SC', 'NW').replace('CM', ''),
    'OBR|1|000000000000001||E002^生化学的検査^99O03',
    'OBX|1||3A010000002327101^総蛋白^JC10^10222^ＴＰ^99X03||||||||O',
    'OBX|2||3B035000002327201^GOT^JC10||||||||O',
  ])
  const request = one(converted, 'ServiceRequest')
  assert.deepEqual(
    request.orderDetail?.map(({ text }) => text),
    ['総蛋白', 'GOT'],
  )
  assert.equal(of(converted, 'Observation').length, 0)
  assert.equal(request.status, 'active')
})
