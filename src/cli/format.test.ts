import assert from 'node:assert/strict'
import { test } from 'node:test'
import { printable, printableBytes } from './format.ts'

test('what a terminal would obey is shown, not sent', () => {
  assert.equal(printable('evil\n\u001b[31mRED\r.pdf'), 'evil\\x0a\\x1b[31mRED\\x0d.pdf')
  assert.equal(printable('a\u202egnp.exe'), 'a\\u202egnp.exe')
  assert.equal(printableBytes(Buffer.from('髙橋\u009b1m').toString('latin1')), '髙橋\\x9b1m')
  assert.equal(printable('診療 録.pdf'), '診療 録.pdf')
})
