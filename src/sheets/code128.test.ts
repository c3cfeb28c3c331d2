import assert from 'node:assert/strict'
import { test } from 'node:test'
import { code128, code128Values } from './code128.ts'

test('known vectors of Code 128 B: the check character', () => {
  // "PJJ123C" is Wikipedia's worked example in set A: 103 + … mod 103 = 54; from start B the sum is one higher.
  assert.equal(code128Values('PJJ123C')?.at(-1), 55)
  assert.deepEqual(code128Values('Wikipedia'), [104, 55, 73, 75, 73, 80, 69, 68, 73, 65, 88])
  assert.equal(code128Values('')?.length, undefined)
  assert.equal(code128('棚1'), undefined)
})

test('every character has 11 widths, the stop 13, and a quiet zone of 10 on each side', () => {
  const all = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).join('')
  const { width, bars } = code128(all)!
  assert.equal(width, 10 + 11 * (95 + 2) + 13 + 10)
  assert.equal(bars.length, 3 * (95 + 2) + 4)
  assert.deepEqual(
    [bars[0], bars.at(-1)],
    [
      { x: 10, width: 2 },
      { x: width - 12, width: 2 },
    ],
  )
  for (const [i, bar] of bars.entries()) if (i > 0) assert.ok(bar.x > bars[i - 1]!.x + bars[i - 1]!.width)
})
