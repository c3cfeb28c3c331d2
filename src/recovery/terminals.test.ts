import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isAppError } from '#base'
import { csvValue, parseTerminals } from './terminal-list.ts'
import { queueOf } from './terminals.ts'

const DAY = 86_400_000
const NOW = Date.parse('2026-11-28T12:00:00+09:00')
const list = (text: string) => parseTerminals(Buffer.from(text))

test('a list as spreadsheets write it; what would be a formula stays text', () => {
  assert.deepEqual(list('名前,場所,優先度,担当\r\nPC-1,"1階, 受付",１,見本\r\nPC-2,,,\r\n'), [
    { name: 'PC-1', place: '1階, 受付', priority: 1, who: '見本' },
    { name: 'PC-2', place: '', priority: 9, who: '' },
  ])
  const cp932 = Buffer.concat([Buffer.from('96bc914f', 'hex'), Buffer.from(',x\r\nPC-1,y\r\n')])
  assert.equal(parseTerminals(cp932)[0]?.name, 'PC-1')
  for (const formula of ['=cmd|x!A1', '+1', '-1', '@SUM(A1)']) {
    assert.ok(csvValue(formula).startsWith(`"'`), formula)
    assert.equal(list(`名前,場所\r\n${csvValue(formula)},a\r\n`)[0]?.name, formula, 'there and back')
  }
  assert.equal(csvValue('a"b'), '"a""b"')
  assert.equal(list('name,priority\nA,1\nA,2\n').length, 1, 'the last row of a name counts')
})

test('a list that is none changes nothing, and says in which line it is wrong', () => {
  const faults: [text: string, why: string, line: number][] = [
    ['', 'no-name-column', 1],
    ['名前\n', 'no-rows', 1],
    ['場所\nx\n', 'no-name-column', 1],
    ['名前,優先度\nA,0\n', 'priority', 2],
    ['名前,優先度\nA,1\nB,x\n', 'priority', 3],
    ['名前,優先度\n,1\n', 'no-name', 2],
    [`名前,場所\nA,${'x'.repeat(201)}\n`, 'too-long', 2],
  ]
  for (const [bad, why, line] of faults)
    assert.throws(
      () => list(bad),
      (error) => {
        assert.ok(isAppError(error, 'RECOVERY_LIST_WRONG'), bad)
        assert.deepEqual([error.context['why'], error.context['line']], [why, line], bad)
        return true
      },
    )
})

test('what is left by day, the pace of the last days of work, and the day of the end', () => {
  const row = (state: string, addedDaysAgo: number, doneDaysAgo?: number) => ({
    state,
    added_at: NOW - addedDaysAgo * DAY,
    done_at: doneDaysAgo === undefined ? null : NOW - doneDaysAgo * DAY,
  })
  const rows = [
    ...Array.from({ length: 6 }, () => row('waiting', 4)),
    row('done', 4, 3),
    row('done', 4, 1),
    row('done', 4, 1),
    row('given-up', 4, 1),
  ]
  const queue = queueOf(rows, NOW)
  assert.deepEqual(
    queue.burnDown.map(({ left }) => left),
    [10, 9, 9, 6, 6],
  )
  assert.deepEqual([queue.perDay, queue.forecast], [2, '2026-12-01'])
  assert.equal(queueOf([], NOW).forecast, undefined)
  assert.equal(queueOf([row('waiting', 1)], NOW).perDay, undefined)
})
