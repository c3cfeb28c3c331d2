import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PartChanges } from '../chart-view/index.ts'
import { readHtml, testUi } from '../testing.ts'
import { ChangesPicture } from './changes-picture.tsx'

const htmlOf = (picture: { toString(): string }) => picture.toString()
const change = { at: '2026-11-21', offPhone: false } as const
const part = (name: PartChanges['part'], how: readonly ('added' | 'changed' | 'gone')[]): PartChanges => ({
  part: name,
  changes: how.map((one) => ({ ...change, how: one })),
  same: 7,
  gaps: 0,
})

test('the picture and its table count what came, changed and is gone, and neither stands on a phone', () => {
  const changed = [part('labs', ['added', 'added', 'changed']), part('problems', ['gone'])]
  const html = htmlOf(<ChangesPicture ui={testUi()} changed={changed} />)
  const { text } = readHtml(`<!doctype html><title>x</title>${html}`)
  assert.match(text, /検体検査 ＋2 △1 病名 −1/)
  assert.match(text, /検体検査 2 1 0 7 病名 0 0 1 7/)
  assert.deepEqual(html.match(/<rect class="change-\w+"/g), [
    '<rect class="change-added"',
    '<rect class="change-changed"',
    '<rect class="change-gone"',
  ])
  // A count would tell a patient who looks over the shoulder that something untold is there.
  assert.match(html, /^<figure class="changes-picture off-phone">/)
})
