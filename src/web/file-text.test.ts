import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeText, formOf, readTable } from './file-text.ts'

test('UTF-8, with or without its mark, and CP932 with NEC and IBM characters', () => {
  assert.deepEqual(decodeText(Buffer.from('\uFEFF患者')), { text: '患者', damaged: false })
  assert.equal(decodeText(Buffer.from('fbfc8d8287408140', 'hex')).text, '髙高①\u3000')
  assert.equal(decodeText(Buffer.from('82a0ff', 'hex')).damaged, true)
})

test('quotes hold commas, line ends and quotes; empty lines are no rows; a cut file ends where it is cut', () => {
  const { head, rows, more } = readTable('a,b\r\n"1, ""x""","2\n3"\r\n\r\n,\n"open, end', 10)
  assert.deepEqual([head, rows, more], [['a', 'b'], [['1, "x"', '2\n3'], ['', ''], ['open, end']], false])
})

test('no more rows than asked, and it says that there are more', () => {
  const text = `n\n${Array.from({ length: 1000 }, (_, i) => i).join('\n')}`
  const { rows, more } = readTable(text, 200)
  assert.deepEqual([rows.length, rows.at(-1), more], [200, ['199'], true])
  assert.equal(readTable('n\n1\n2', 2).more, false)
})

test('only what a browser shows without running anything is opened', () => {
  assert.deepEqual(
    ['a.CSV', 'b.pdf', 'c.html', 'd.svg', 'README', 'e.txt'].map((name) => formOf(name).form),
    ['table', 'browser', 'other', 'other', 'other', 'text'],
  )
})
