import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diffLines } from './diff.ts'

const short = (before: string, after: string): string =>
  diffLines(before, after)
    .lines.map(({ kind, text }) => `${{ same: '=', gone: '-', new: '+' }[kind]}${text}`)
    .join(' ')

test('what went and what came, in order, the rest alike', () => {
  assert.equal(short('a\nb\nc', 'a\nx\nc\nd'), '=a -b +x =c +d')
  assert.equal(short('a\nb\nc\nd', 'b\nc\na\nd'), '-a =b =c +a =d')
  assert.equal(short('', 'a'), '+a')
  assert.equal(short('a', ''), '-a')
  assert.equal(short('a\r\nb\r\n', 'a\nb'), '=a =b', 'line ends of another system are no change')
  assert.equal(short('', ''), '')
})

test('either text can be made again from the lines, whatever they are; a huge difference ends soon', () => {
  let seed = 7
  const random = (most: number): number => (seed = (seed * 1103515245 + 12345) % 2147483648) % most
  const text = () => Array.from({ length: random(12) }, () => 'abc'[random(3)]!).join('\n')
  for (let n = 0; n < 500; n++) {
    const [before, after] = [text(), text()]
    const { lines } = diffLines(before, after)
    const side = (other: 'gone' | 'new') => lines.flatMap((line) => (line.kind === other ? [] : line.text)).join('\n')
    assert.deepEqual([side('new'), side('gone')], [before, after])
  }
  const many = (word: string) => Array.from({ length: 5000 }, (_, i) => `${word}${i}`).join('\n')
  assert.equal(diffLines(many('a'), many('b')).lines.length, 10_000)
})

test('a text beyond what is compared is cut, and that is said', () => {
  const long = (lines: number): string => 'x\n'.repeat(lines)
  assert.deepEqual(diffLines(long(20_000), long(20_000)).isWhole, true)
  const { lines, isWhole } = diffLines(long(20_001), 'x\n')
  assert.deepEqual([lines.length, isWhole], [20_000, false])
})
