import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readSheetCode, sheetCode, temporaryCode } from './number.ts'

const OURS = { mark: 407 }
const CODES = Array.from({ length: 400 }, (_, i) =>
  sheetCode({ mark: 407, form: 1 + (i % 20), device: 1 + (i % 7), number: 1 + i * 241 }).replaceAll('-', ''),
)

test('one wrong digit and every swap of neighbours is found, the check digit included', () => {
  let [tried, missed] = [0, 0]
  const isMissed = (code: string) => {
    tried++
    if (readSheetCode(code, OURS).kind !== 'damaged') missed++
  }
  for (const code of CODES)
    for (let at = 0; at < 13; at++) {
      for (const digit of '0123456789') if (digit !== code[at]) isMissed(code.slice(0, at) + digit + code.slice(at + 1))
      if (at < 12 && code[at] !== code[at + 1])
        isMissed(code.slice(0, at) + code[at + 1] + code[at] + code.slice(at + 2))
    }
  assert.ok(tried > 400 * 13 * 9)
  assert.equal(missed, 0)
})

test('a sheet of another hospital, another form, a damaged code and something else are told apart', () => {
  const code = sheetCode({ mark: 407, form: 4, device: 2, number: 31 })
  assert.deepEqual(readSheetCode(code, OURS), { kind: 'sheet', sheet: { mark: 407, form: 4, device: 2, number: 31 } })
  assert.equal(readSheetCode('４０７ ' + code.slice(4), { mark: 407, form: 4 }).kind, 'sheet')
  assert.equal(readSheetCode(code, { mark: 8 }).kind, 'other-institution')
  assert.equal(readSheetCode(code, { mark: 407, form: 5 }).kind, 'other-form')
  assert.equal(readSheetCode(code.slice(0, -1), OURS).kind, 'damaged')
  assert.equal(readSheetCode('P-00012', OURS).kind, 'not-a-sheet')
  assert.equal(readSheetCode('', OURS).kind, 'not-a-sheet')
  assert.throws(() => sheetCode({ mark: 407, form: 4, device: 2, number: 100_000 }), RangeError)
})

test('a temporary number is told from every sheet and every patient number, and a wrong digit is found', () => {
  const code = temporaryCode({ mark: 407, form: 0, device: 61, number: 31 })
  const read = readSheetCode(code.replaceAll('-', ''), OURS)
  assert.deepEqual(read, { kind: 'temporary', sheet: { mark: 407, form: 0, device: 61, number: 31 }, code })
  assert.equal(readSheetCode(code.toLowerCase(), OURS).kind, 'temporary')
  assert.equal(readSheetCode(code, { mark: 8 }).kind, 'other-institution')
  assert.equal(readSheetCode(code.replace('31', '32'), OURS).kind, 'damaged')
  assert.equal(readSheetCode('T-1', OURS).kind, 'damaged')
  assert.notEqual(readSheetCode(code.slice(2), OURS).kind, 'sheet')
})
