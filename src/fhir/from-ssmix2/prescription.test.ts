import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EXTENSION, findExtension, quantityText } from '../extensions.ts'
import { SYSTEM } from '../systems.ts'
import { convert, of, one } from './testing.ts'

const ORC = (group: string, setting = 'O^外来患者オーダ^HL70482', control = 'NW'): string =>
  `ORC|${control}|000000000000001||${group}|||||20260401093000|||D1^試験^医師^^^^^^^L^^^^^I|||||01^内科^99XY1||||||||||||${setting}`
const TQ1 = 'TQ1|1||1013044400000000&内服・経口・１日３回朝昼夕食後&JAMISDP01|||5^d|2026040100'

/** RXE with 1回量 and 1日量 as given; '' leaves the field out. */
function rxe(perTime: string, perDay: string, name = '910000001^見本錠５ｍｇ^HOT9'): string {
  const fields = Array.from({ length: 22 }, () => '')
  Object.assign(fields, { 0: 'RXE', 2: name, 3: perTime, 5: 'TAB^錠^MR9P', 10: '15', 11: 'TAB^錠^MR9P' })
  Object.assign(fields, { 19: perDay, 21: 'OHP^外来処方^MR9P~OHO^院外処方^MR9P' })
  return fields.join('|')
}

function prescribe(...lines: string[]): ReturnType<typeof convert> {
  return convert('OMP-01', 'RDE^O11^RDE_O11', lines)
}

test('1回量 and 1日量: each only where recorded, never one for the other', () => {
  const dose = (perTime: string, perDay: string): readonly [string, string] => {
    const request = one(prescribe(ORC('1'), rxe(perTime, perDay), TQ1), 'MedicationRequest')
    const [amounts] = request.dosageInstruction?.[0]?.doseAndRate ?? []
    return [quantityText(amounts?.doseQuantity), quantityText(amounts?.rateRatio?.numerator)]
  }
  assert.deepEqual(dose('1', '3^TAB&錠&MR9P'), ['1', '3'])
  assert.deepEqual(dose('0.50', ''), ['0.50', ''])
  assert.deepEqual(dose('', '1.5^TAB&錠&MR9P'), ['', '1.5'])
  assert.deepEqual(dose('""', ''), ['', ''])
})

test('contradicting amounts are both kept and reported', () => {
  const result = prescribe(ORC('1'), rxe('1', '6^TAB&錠&MR9P'), TQ1)
  const [amounts] = one(result, 'MedicationRequest').dosageInstruction?.[0]?.doseAndRate ?? []
  assert.equal(amounts?.doseQuantity?.value, 1)
  assert.equal(amounts?.rateRatio?.numerator?.value, 6)
  assert.deepEqual(
    result.problems.map(({ code, where }) => [code, where]),
    [['dose-contradicts', 'RXE[1]']],
  )
  assert.deepEqual(prescribe(ORC('1'), rxe('1', '3^TAB&錠&MR9P'), TQ1).problems, [])
})

test('an amount that is no number stays as text and is reported', () => {
  const result = prescribe(ORC('1'), rxe('適量', ''), TQ1)
  const [amounts] = one(result, 'MedicationRequest').dosageInstruction?.[0]?.doseAndRate ?? []
  assert.equal(quantityText(amounts?.doseQuantity), '適量')
  assert.equal(amounts?.doseQuantity?.value, undefined)
  assert.equal(result.problems[0]?.code, 'number-invalid')
})

test('RP numbers in the three styles of ORC-4', () => {
  const rp = (group: string): (string | undefined)[] => {
    const { identifier = [] } = one(prescribe(ORC(group), rxe('1', ''), TQ1), 'MedicationRequest')
    const value = (system: string): string | undefined => identifier.find((i) => i.system === system)?.value
    return [value(SYSTEM.rpNumber), value(SYSTEM.rpIndex)]
  }
  assert.deepEqual(rp('2'), ['2', '1'])
  assert.deepEqual(rp('000000000000001_03'), ['03', '1'])
  assert.deepEqual(rp('000000000000001_03_002'), ['03', '002'])
  assert.deepEqual(rp(''), [undefined, undefined])
})

test('drugs of one RP are counted in order and share the order number', () => {
  const requests = of(
    prescribe(ORC('1'), rxe('1', ''), TQ1, ORC('1'), rxe('2', ''), TQ1, ORC('2'), rxe('3', ''), TQ1),
    'MedicationRequest',
  )
  const numbers = requests.map(({ identifier }) => identifier?.find((i) => i.system === SYSTEM.rpIndex)?.value)
  assert.deepEqual(numbers, ['1', '2', '1'])
  assert.ok(requests.every(({ groupIdentifier }) => groupIdentifier?.value === '000000000000001'))
  assert.equal(new Set(requests.map(({ id }) => id)).size, 3)
})

test('usage: the words of the source; decoded only where it wrote none, and marked', () => {
  const usage = (pattern: string) =>
    one(prescribe(ORC('1'), rxe('1', ''), `TQ1|1||${pattern}|||7^D&日&ISO+`), 'MedicationRequest')
      .dosageInstruction?.[0]
  const written = usage('1011000400000000&朝に飲む&JAMISDP01')
  assert.equal(written?.text, '朝に飲む')
  assert.equal(findExtension(written, EXTENSION.decoded), undefined)
  const bare = usage('1011000400000000&&JAMISDP01')
  assert.equal(bare?.text, '内服 1日1回 朝食後')
  assert.equal(findExtension(bare, EXTENSION.decoded)?.valueBoolean, true)
  const both = usage('1011000400000000&朝食後&JAMISDP01~I1100000&１日おき&JAMISDP01')
  assert.equal(both?.text, '朝食後、１日おき')
  assert.equal(both?.timing?.code?.coding?.[1]?.system, SYSTEM.usageAdditional)
})

test('days, start, end as recorded; no end is made up', () => {
  const request = one(prescribe(ORC('1'), rxe('1', ''), TQ1), 'MedicationRequest')
  const dosage = request.dosageInstruction?.[0]
  assert.deepEqual(findExtension(dosage, EXTENSION.periodOfUse)?.valuePeriod, { start: '2026-04-01' })
  assert.deepEqual(request.dispenseRequest?.expectedSupplyDuration, {
    value: 5,
    unit: '日',
    system: SYSTEM.ucum,
    code: 'd',
  })
  assert.ok(!JSON.stringify(request).includes('2026-04-06'))
})

test('頓用: as needed, with its limit and its number of times', () => {
  const tq1 = 'TQ1|||1050110020000000&内服・経口・疼痛時&JAMISDP01||||20260401||||1日2回まで|||10'
  const dosage = one(prescribe(ORC('1'), rxe('1', ''), tq1), 'MedicationRequest').dosageInstruction?.[0]
  assert.equal(dosage?.asNeededBoolean, true)
  assert.equal(dosage?.timing?.repeat?.count, 10)
  assert.deepEqual(dosage?.additionalInstruction, [{ text: '1日2回まで' }])
})

test('入院/外来 and 院内/院外 per order', () => {
  const codes = (setting: string): (string | undefined)[] =>
    one(prescribe(ORC('1', setting), rxe('1', ''), TQ1), 'MedicationRequest').category?.flatMap((category) =>
      (category.coding ?? []).map(({ code }) => code),
    ) ?? []
  assert.deepEqual(codes('I^入院患者オーダ^HL70482'), ['OHP', 'OHO', 'I'])
  // Not said by the order: PV1-2 of the header says O.
  assert.deepEqual(codes(''), ['OHP', 'OHO', 'O'])
})

test('order control: cancelled and stopped orders say so; an unknown code stays readable', () => {
  const status = (control: string) =>
    one(prescribe(ORC('1', '', control), rxe('1', ''), TQ1), 'MedicationRequest').status
  assert.equal(status('NW'), 'active')
  assert.equal(status('CA'), 'cancelled')
  assert.equal(status('DC'), 'stopped')
  const odd = prescribe(ORC('1', '', 'QQ'), rxe('1', ''), TQ1)
  assert.equal(one(odd, 'MedicationRequest').status, 'unknown')
  assert.deepEqual(odd.problems, [{ code: 'code-unknown', path: odd.problems[0]?.path, where: 'ORC[1]-1', text: 'QQ' }])
  assert.ok(JSON.stringify(odd.resources).includes('"QQ"'))
})

test('an RXE without a name, and one without ORC, still make a request', () => {
  const nameless = prescribe(ORC('1'), rxe('1', '', ''), TQ1)
  assert.equal(one(nameless, 'MedicationRequest').medicationCodeableConcept?.text, '（薬品名の記載なし）')
  assert.equal(nameless.problems[0]?.code, 'segment-unused')
  assert.equal(of(prescribe(rxe('1', '')), 'MedicationRequest').length, 1)
})
