import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareIdentity } from './compare-identity.ts'

const hana = { kanji: '髙橋 花', kana: 'ﾀｶﾊｼ ﾊﾅ', birthDate: '1970-03-03' }

test('ways of writing one name are no difference; another reading, name or day is', () => {
  assert.equal(compareIdentity(hana, { kanji: '高橋花', kana: 'たかはし　はな', birthDate: '1970-03-03' }), 'agrees')
  assert.equal(compareIdentity(hana, { kanji: 'タカハシ　ハナ', kana: '', birthDate: '1970-03-03' }), 'agrees')
  assert.equal(compareIdentity(hana, { ...hana, kana: 'タカハシ カ' }), 'differs')
  assert.equal(compareIdentity(hana, { ...hana, kanji: '高橋 葉奈' }), 'differs')
  assert.equal(compareIdentity(hana, { ...hana, birthDate: '1970-03-04' }), 'differs')
  assert.equal(compareIdentity(hana, { kanji: '木村 一', kana: '', birthDate: '' }), 'differs')
})

test('what one of them does not say is neither agreement nor difference', () => {
  assert.equal(compareIdentity(hana, { kanji: '', kana: '', birthDate: '' }), 'unknown')
  assert.equal(compareIdentity(hana, { ...hana, birthDate: '1970-03' }), 'unknown')
  assert.equal(compareIdentity(hana, { ...hana, kanji: '', kana: '' }), 'unknown')
  assert.equal(compareIdentity(hana, { ...hana, birthDate: '1971' }), 'differs')
})
