import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EXTENSION, findExtension } from '../extensions.ts'
import { SYSTEM } from '../systems.ts'
import { statementOf } from './allergy.ts'
import { convert, of, one } from './testing.ts'

const iam = (rest: string): ReturnType<typeof convert> => convert('ADT-61', 'ADT^A60^ADT_A60', [`IAM|1|${rest}`])

test('kind, severity, reaction and onset', () => {
  const allergy = one(
    iam('DA^薬剤アレルギー^HL70127|910000001^見本錠^HOT9|MO^中等度^HL70128|発疹~かゆみ|A^追加^HL70323|||||20200710'),
    'AllergyIntolerance',
  )
  assert.deepEqual(allergy.category, ['medication'])
  assert.equal(allergy.code?.coding?.[0]?.system, SYSTEM.hot9)
  assert.equal(allergy.onsetDateTime, '2020-07-10')
  const [reaction] = allergy.reaction ?? []
  assert.equal(reaction?.severity, 'moderate')
  assert.equal(findExtension(reaction, EXTENSION.sourceText)?.valueString, '中等度')
  assert.deepEqual(reaction?.manifestation, [{ text: '発疹' }, { text: 'かゆみ' }])
  assert.equal(allergy.verificationStatus, undefined)
})

test('IAM-6 D is inactive and says why; both segments of one allergy are kept', () => {
  const deleted = one(iam('FA^食物^HL70127|1^ソバ^99X|||D^削除^HL70323'), 'AllergyIntolerance')
  assert.deepEqual(deleted.clinicalStatus?.coding?.[0]?.code, 'inactive')
  assert.match(deleted.clinicalStatus?.text ?? '', /削除/)
  const both = convert('ADT-00', 'ADT^A08', ['AL1|1|FA^食物^HL70127|1^ソバ^99X', 'IAM|1|FA^食物^HL70127|1^ソバ^99X'])
  assert.equal(of(both, 'AllergyIntolerance').length, 2)
})

test('"none" and "not asked" differ from an allergen and from absence', () => {
  for (const none of ['なし', '薬剤アレルギーなし', '特になし', 'ナシ', 'NKDA'])
    assert.equal(statementOf(none), 'none', none)
  for (const open of ['不明', '未確認', 'アレルギー未聴取']) assert.equal(statementOf(open), 'not-checked', open)
  for (const real of ['なし（梨）', '梨', 'ソバ', 'セフェム系', '不明の造影剤'])
    assert.equal(statementOf(real), 'present', real)
  const stated = one(iam('DA^薬剤アレルギー^HL70127|0^なし^99X'), 'AllergyIntolerance')
  assert.equal(stated.code?.text, 'なし')
  assert.ok(stated.code?.coding?.some(({ system, code }) => system === SYSTEM.snomed && code === '716186003'))
  assert.deepEqual(of(convert('ADT-61', 'ADT^A60', []), 'AllergyIntolerance'), [])
})

test('an allergy without a substance keeps its kind; without both it is a problem', () => {
  assert.equal(one(iam('DA^薬剤アレルギー^HL70127'), 'AllergyIntolerance').code?.text, '薬剤アレルギー')
  const empty = convert('ADT-61', 'ADT^A60', ['IAM|1'])
  assert.deepEqual(of(empty, 'AllergyIntolerance'), [])
  assert.equal(empty.problems[0]?.code, 'segment-unused')
})

test('an unknown kind stays as text', () => {
  const odd = iam('ZZ^その他^99X|1^金属^99X')
  assert.equal(one(odd, 'AllergyIntolerance').category, undefined)
  assert.deepEqual(one(odd, 'AllergyIntolerance').note, [{ text: 'その他' }])
  assert.equal(odd.problems[0]?.code, 'code-unknown')
})
