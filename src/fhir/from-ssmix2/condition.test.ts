import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EXTENSION, findExtension } from '../extensions.ts'
import { SYSTEM } from '../systems.ts'
import type { Condition } from '../types.ts'
import { convert, of, one } from './testing.ts'

/** PRB with the given fields over a plain disease. */
function prb(fields: Readonly<Record<number, string>>): string {
  const all = Array.from({ length: 26 }, () => '')
  Object.assign(all, { 0: 'PRB', 1: 'AD', 2: '20260401', 3: '20054174^胃炎^MDCDX2', 4: '1', 7: '20260331' }, fields)
  return all.join('|')
}
function condition(fields: Readonly<Record<number, string>>, ...more: string[]): Condition {
  return one(convert('PPR-01', 'PPR^ZD1^PPR_ZD1', [prb(fields), ...more]), 'Condition')
}
const clinical = ({ clinicalStatus }: Condition): string | undefined => clinicalStatus?.coding?.[0]?.code
const tags = ({ meta }: Condition): (string | undefined)[] => (meta?.tag ?? []).map(({ code }) => code)

test('the name: PRB-17, else the pieces of ZPR, else the master', () => {
  const zpr =
    'ZPR|4011^右^MDCDX2|20064049^十二指腸潰瘍^MDCDX2|8002^の疑い^MDCDX2|5194^右^MDCDX2|K269^十二指腸潰瘍^MDCDX2|8002^の疑い^MDCDX2|備考'
  assert.equal(condition({ 17: '胃炎（医師の記載）' }, zpr).code?.text, '胃炎（医師の記載）')
  assert.equal(condition({}, zpr).code?.text, '右十二指腸潰瘍の疑い')
  assert.equal(condition({}).code?.text, '胃炎')
  assert.equal(condition({ 3: '' }).code?.text, '（病名の記載なし）')
  const { code, note } = condition({}, zpr)
  assert.equal(findExtension(code, EXTENSION.diseasePrefix)?.valueCodeableConcept?.text, '右')
  assert.deepEqual(
    findExtension(code, EXTENSION.diseasePrefix)?.valueCodeableConcept?.coding?.map((c) => [c.system, c.code]),
    [
      [SYSTEM.modifierKey, '4011'],
      [SYSTEM.modifierExchange, '5194'],
    ],
  )
  assert.deepEqual(note, [{ text: '備考' }])
})

test('outcome and dates: only an outcome that ends a disease ends it', () => {
  const cured = condition({ 14: 'F^治癒^HL70241', 15: '20260410' })
  assert.equal(clinical(cured), 'resolved')
  assert.equal(cured.abatementDateTime, '2026-04-10')
  const going = condition({ 14: 'N^回復せず^HL70241', 15: '20260410' })
  assert.equal(clinical(going), 'active')
  assert.equal(going.abatementDateTime, undefined)
  assert.equal(findExtension(going, EXTENSION.outcomeDate)?.valueDateTime, '2026-04-10')
  const ended = condition({ 9: '20260409', 14: 'N^回復せず^HL70241' })
  assert.equal(clinical(ended), 'inactive')
  assert.equal(findExtension(ended, EXTENSION.diseaseOutcome)?.valueCodeableConcept?.text, '回復せず')
  assert.equal(clinical(condition({ 14: 'M^寛解^JHSD0006' })), 'remission')
})

test('疑い, confirmed, and not said are three things', () => {
  const verification = (written: string) => condition({ 13: written }).verificationStatus
  assert.equal(verification('1^疑いあり^JHSD0005')?.coding?.[0]?.code, 'provisional')
  assert.equal(verification('1')?.coding?.[0]?.code, 'provisional')
  assert.equal(verification('C^確定^99X')?.coding?.[0]?.code, 'confirmed')
  assert.equal(verification(''), undefined)
  assert.equal(verification('9^その他^99X')?.text, 'その他')
})

test('main disease, ICD edition, 診断種別', () => {
  const main = condition({ 18: '1^主病名^JHSD0007', 10: 'K297^^I10^H^入院時^JHSD0004^2013' })
  const codings = findExtension(main, EXTENSION.diagnosisType)?.valueCodeableConcept?.coding ?? []
  assert.ok(codings.some(({ code }) => code === 'principal'))
  assert.deepEqual(
    main.code?.coding?.find(({ system }) => system === SYSTEM.icd10),
    { system: SYSTEM.icd10, code: 'K297', version: '2013' },
  )
  assert.equal(main.category?.[1]?.text, '入院時')
})

test('未告知 is tagged; where the source cannot say it, it is unknown; a restriction is a label, not 未告知', () => {
  assert.deepEqual(tags(condition({ 21: 'N' })), ['UNINFORMED'])
  assert.deepEqual(tags(condition({ 23: 'N^告知なし^99X' })), ['UNINFORMED'])
  assert.deepEqual(tags(condition({ 25: 'V^未告知^99X' })), ['UNINFORMED'])
  assert.deepEqual(tags(condition({ 21: 'Y' })), ['told'])
  assert.deepEqual(tags(condition({})), ['unknown'])
  const restricted = condition({ 25: 'V^非常に限定^HL70177' })
  assert.deepEqual(tags(restricted), ['unknown'])
  assert.equal(restricted.meta?.security?.[0]?.code, 'V')
})

test('a deleted disease is marked, not dropped; ids follow PRB-4', () => {
  const converted = convert('PPR-01', 'PPR^ZD1', [prb({ 1: 'DE' }), prb({ 4: '77' }), prb({ 4: '77' })])
  const [deleted, second, twin] = of(converted, 'Condition')
  assert.equal(deleted?.verificationStatus?.coding?.[0]?.code, 'entered-in-error')
  assert.equal(deleted?.clinicalStatus, undefined)
  assert.match(second?.id ?? '', /\.p77$/)
  assert.notEqual(second?.id, twin?.id)
})
