import assert from 'node:assert/strict'
import { test } from 'node:test'
import { yenIn } from './yen-text.ts'

test('yen as people write them', () => {
  for (const text of ['1200000', '１，２００，０００円', '120万', '約１２０万円', '119万 10000円'])
    assert.equal(yenIn(text), '1200000', text)
  assert.equal(yenIn('1億2000万'), '120000000')
  assert.equal(yenIn('1.5万円'), '15000')
  assert.equal(yenIn(''), '')
  assert.equal(yenIn('0円'), '0')
  for (const wrong of ['たくさん', '-1', '1e3', '万', '12000万億', '1.5', '99999999999999'])
    assert.equal(yenIn(wrong), undefined, wrong)
})
