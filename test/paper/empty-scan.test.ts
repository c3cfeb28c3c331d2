/** Scans as a scanner makes them: the empty side is told from a sheet with writing, whatever the file. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { drawPages } from '#reading'
import { looksEmpty } from '#reconciliation'
import { type Page, slipPages } from '#sheets'
import { MESSAGES } from '#web'

const run = promisify(execFile)
const WITHOUT_POPPLER = existsSync('/usr/bin/pdftoppm') ? false : 'no pdftoppm (Debian package poppler-utils)'

test('an empty page is told, a form and a page with one line are not', { skip: WITHOUT_POPPLER }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'toride-scan-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const facts = { foot: { what: '', by: '' }, texts: MESSAGES.ja.paper }
  const line: Page = {
    marks: Array.from({ length: 3 }, (_, i) => ({
      kind: 'text' as const,
      x: 60,
      y: 100 + i * 30,
      size: 14,
      line: [{ text: '見本 はる子 アムロジピン錠5mg 1錠 朝食後 14日分' }],
    })),
  }
  const pages = { empty: { marks: [] } satisfies Page, form: slipPages('note', undefined, facts)[0]!, line }
  const said: [string, boolean][] = []
  for (const [name, page] of Object.entries(pages)) {
    const options = { title: name, language: 'ja', missingNotice: () => '' } as const
    const { bytes } = await drawPages([page], options, folder)
    writeFileSync(join(folder, `${name}.pdf`), bytes)
    for (const kind of ['jpeg', 'png'] as const)
      for (const dots of ['100', '200', '300']) {
        const out = join(folder, `${name}-${kind}-${dots}`)
        await run('/usr/bin/pdftoppm', ['-r', dots, `-${kind}`, '-singlefile', join(folder, `${name}.pdf`), out])
        const picture = readFileSync(`${out}.${kind === 'jpeg' ? 'jpg' : 'png'}`)
        said.push([`${name} ${kind} ${dots}: ${picture.length}`, looksEmpty(picture)])
      }
  }
  for (const [name, isEmpty] of said) assert.equal(isEmpty, name.startsWith('empty'), name)
  assert.equal(said.length, 18)
  for (const bytes of [[], [0xff, 0xd8], [0xff, 0xd8, 0xff, 0xe0, 0, 0, 0, 0, 0, 0, 0, 0], [0x89, 0x50, 1]])
    assert.equal(looksEmpty(Uint8Array.from(bytes)), false, 'what is no picture is nothing to this')
})
