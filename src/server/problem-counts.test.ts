import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PROBLEM_SEVERITY } from '#ssmix2'
import { hasProblemWords } from '#web'
import { countProblems, problemGroup } from './problem-counts.ts'

test('every finding of SS-MIX2 has words, and stands among what is shown or what is not', () => {
  for (const [code, severity] of Object.entries(PROBLEM_SEVERITY)) {
    assert.ok(hasProblemWords(code), code)
    assert.equal(problemGroup(code) === 'remark', severity === 'notice', code)
  }
  assert.equal(problemGroup('patient-differs'), 'withheld')
  assert.equal(problemGroup('of-a-newer-version'), 'unread')
})

test('remarks are not counted as unread', () => {
  const codes = ['not-hl7', 'patient-differs', 'cut-short', 'empty-file', 'two-current']
  assert.deepEqual(countProblems(codes.map((code) => ({ code }))), { unread: 2, withheld: 1 })
})
