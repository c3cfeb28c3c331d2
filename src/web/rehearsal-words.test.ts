import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FORMATS } from './format.ts'
import { MESSAGES } from './messages/index.ts'
import { passedWords } from './rehearsal-words.ts'

test('a step that passed says no more than was done: no charts of a folder, no aims that nobody set', () => {
  const says = (step: 'records' | 'times', figures: object, declared: object) =>
    passedWords({ t: MESSAGES.ja, f: FORMATS.ja }, { step, state: 'passed', durationMs: 1, figures }, declared)
  assert.match(says('records', { files: 3, charts: 20 }, {}), /カルテを1項目ずつ/)
  assert.doesNotMatch(says('records', { files: 3 }, {}), /カルテ/)
  assert.match(says('times', { fullMs: 1 }, { fullMinutes: 480 }), /目標と比べました/)
  assert.match(says('times', { fullMs: 1 }, { fullMinutes: undefined }), /決まっていない/)
})
