import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeUsage } from './usage.ts'

/** Code and name as the 電子処方箋用法マスタ gives them (blanks and 服用 aside). */
const MASTER: readonly (readonly [string, string])[] = [
  ['1011000090000000', '内服 1日1回 起床時'],
  ['1011000100000000', '内服 1日1回 朝食前'],
  ['1011000400000000', '内服 1日1回 朝食後'],
  ['1011004000000000', '内服 1日1回 昼食後'],
  ['1011040000000000', '内服 1日1回 夕食後'],
  ['1011100000000000', '内服 1日1回 就寝前'],
  ['1012040400000000', '内服 1日2回 朝夕食後'],
  ['1012010100000000', '内服 1日2回 朝夕食前'],
  ['1012100400000000', '内服 1日2回 朝食後と就寝前'],
  ['1013044400000000', '内服 1日3回 朝昼夕食後'],
  ['1014144400000000', '内服 1日4回 朝昼夕食後と就寝前'],
  ['1022000000000000', '内服 1日2回 12時間毎'],
  ['1031I00000000000', '内服 1日1回 8時'],
  ['1050110000000000', '内服 疼痛時'],
  ['1050610000000000', '内服 不眠時'],
  ['2B74000000000000', '外用 塗布 1日4回'],
  ['2B7N000000000000', '外用 塗布 1日数回'],
  ['2H71000000000000', '外用 点眼 1日1回'],
  ['2R50410000000000', '外用 肛門挿入 便秘時'],
]

test('usage codes in words, as the master names them', () => {
  for (const [code, words] of MASTER) assert.equal(decodeUsage(code)?.text, words, code)
})

test('times a day and 頓用', () => {
  assert.equal(decodeUsage('1013044400000000')?.timesPerDay, 3)
  assert.equal(decodeUsage('1050110000000000')?.asNeeded, true)
  assert.equal(decodeUsage('1050110000000000')?.timesPerDay, undefined)
  assert.equal(decodeUsage('2B7N000000000000')?.timesPerDay, undefined)
})

test('what is not wholly understood is not decoded', () => {
  const doubtful = [
    '1012000400000000', // twice a day, one moment
    '1011000700000000', // unknown relation to the meal
    '101X000000000000', // ○回 to be filled in
    '1050990000000000', // unknown event
    '1031A0I000000000', // clock with a gap
    '0X0XXXXXXXXX0000', // dummy code
    '12N13',
    '',
  ]
  for (const code of doubtful) assert.equal(decodeUsage(code), undefined, code)
})
