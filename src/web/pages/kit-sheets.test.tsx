/** Paper of an institution that has no name yet: a line to write it by hand, in both languages. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LANGUAGES } from '../format.ts'
import { pageText } from '../http/respond.ts'
import { readHtml, testUi } from '../testing.ts'
import { KitSheetsPage } from './kit-sheets.tsx'

test('a kit without a name of the institution has a line for it, and leads to the list of places', async () => {
  const sheet = {
    part: 0,
    holder: '院長',
    keptAt: '金庫',
    outside: false,
    words: [{ word: 'abacus', number: '0001' }],
  } as const
  const kit = { id: 'K1', issuedAtMs: 0, sheets: [sheet] }
  for (const language of LANGUAGES) {
    const ui = testUi({ language })
    const nameless = { ...ui, institution: { name: '', sample: false } }
    const html = await pageText(<KitSheetsPage ui={nameless} kit={kit} />)
    assert.ok(readHtml(html).text.includes(ui.t.kit.onSheet.byHand))
    assert.match(html, /href="\/recovery-kit\/places"/)
    const named = readHtml(await pageText(<KitSheetsPage ui={ui} kit={kit} />)).text
    assert.ok(named.includes(`${ui.t.kit.onSheet.institution} ${ui.institution.name}`))
  }
})
