/** Fonts per run; and the widths by which pages are set are never smaller than the fonts are. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { widthOf } from '#sheets'
import { Typefaces } from './typefaces.ts'

const faces = new Typefaces()

function runs(text: string): { runs: string; missing: string[] } {
  const missing = new Set<string>()
  return {
    runs: faces
      .runs(text, false, missing)
      .map((run) => `${run.face}:${run.text}`)
      .join(' '),
    missing: [...missing],
  }
}

test('no character of any font is wider than what pages are set by', () => {
  const wider = [...faces.fonts].flatMap(([name, font]) =>
    font.characterSet
      .filter((code) => code >= 0x20 && widthOf(String.fromCodePoint(code)) > 0)
      .filter(
        (code) => font.glyphForCodePoint(code).advanceWidth / font.unitsPerEm > widthOf(String.fromCodePoint(code)),
      )
      .map((code) => `${name} U+${code.toString(16)}`),
  )
  assert.deepEqual(wider, [])
})

test('rare kanji, Hangul and Latin with signs have a face; the usual ones need but one', () => {
  assert.deepEqual(runs('髙﨑 山田'), { runs: 'regular:髙﨑 山田', missing: [] })
  assert.deepEqual(runs('𠮷田'), { runs: 'rare:𠮷 regular:田', missing: [] })
  assert.deepEqual(runs('홍길동 Nguyễn').missing, [])
})

test('what no face has is a geta and is named; a variant is printed in its usual form and named', () => {
  assert.deepEqual(runs('山\u{3FFFD}田'), { runs: 'regular:山〓田', missing: ['U+3FFFD'] })
  assert.deepEqual(runs('辻\u{E0101}'), { runs: 'regular:辻', missing: ['U+8FBB U+E0101'] })
  assert.deepEqual(runs('\uE000'), { runs: 'regular:〓', missing: ['U+E000'] })
})

test('a broken font of the institution keeps no sheet from being printed', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'toride-fonts-'))
  t.after(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'gaiji.ttf'), 'no font')
  assert.equal(new Typefaces(folder).fonts.size, faces.fonts.size)
})
