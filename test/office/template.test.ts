/** An authority's own form, filled: LibreOffice reads the values, formulas count, and hostile files are refused. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { docxOf, fillTemplate, readTemplate, xlsxOf } from '#office'
import { isAppError } from '#base'
import { type Parts, unzipped, zipped } from '../../src/office/unzip.ts'
import { openedByLibreOffice, WITHOUT_LIBREOFFICE } from './libreoffice.ts'

const VALUES = { kind: '=1+1 <b>&\n二行目', institution: '砦クリニック', cause: '不明' }

const word = await docxOf({
  title: '様式',
  language: 'ja',
  header: '{{institution}} 御中',
  blocks: [
    { kind: 'paragraph', text: [{ text: '種類: {{ki' }, { text: 'nd}} と {', bold: true }, { text: '{cause}} です' }] },
    {
      kind: 'table',
      header: ['欄', '値'],
      rows: [
        ['機関', '{{institution}}'],
        ['無い欄', '[{{other}}]'],
      ],
    },
  ],
})
const plain = await xlsxOf([
  {
    name: '様式 1',
    header: ['名前', '{{institution}}'],
    rows: [
      ['種類', '', 'x'],
      ['式', ''],
    ],
    widths: [10, 30, 10],
  },
])
/** The same with a formula in C3 that looks at B2. */
const excel = changed(plain, 'xl/worksheets/sheet1.xml', (xml) =>
  xml.replace(/(<c r="B3"[\s\S]*?(?:\/>|<\/c>))/, '$1<c r="C3"><f>LEN(B2)</f><v>0</v></c>'),
)

function changed(bytes: Uint8Array, part: string, change: (xml: string) => string): Buffer {
  const parts: Parts = unzipped(bytes)
  parts.set(part, Buffer.from(change(parts.get(part)?.toString() ?? '')))
  return zipped(parts)
}

test('fields torn over runs, cells by address, formulas kept', { skip: WITHOUT_LIBREOFFICE }, async () => {
  assert.deepEqual(readTemplate(word).fields.toSorted(), ['cause', 'institution', 'kind', 'other'])
  assert.deepEqual(readTemplate(excel), { kind: 'xlsx', fields: ['institution'] })
  const cells = { '様式 1!B2': 'kind', '様式 1!D3': 'cause', '様式 1!C3': 'kind', '様式 9!A1': 'kind' }
  const filled = fillTemplate(excel, VALUES, cells)
  assert.deepEqual(filled.notFilled, ['様式 1!C3', '様式 9!A1'], 'a formula stays, a sheet that is not there is named')
  const opened = await openedByLibreOffice({
    'word.docx': fillTemplate(word, VALUES).bytes,
    'excel.xlsx': filled.bytes,
  })
  const read = (name: string) => opened[name]!.pages.join('').replace(/\s+/g, '')
  assert.match(read('word.docx'), /砦クリニック御中/)
  assert.match(read('word.docx'), /種類:=1\+1<b>&二行目と不明です/)
  assert.match(read('word.docx'), /機関砦クリニック無い欄\[\]/)
  assert.match(read('excel.xlsx'), /名前砦クリニック/)
  assert.match(read('excel.xlsx'), /=1\+1<b>&/)
  assert.match(read('excel.xlsx'), /不明/)
  const sheet = unzipped(filled.bytes).get('xl/worksheets/sheet1.xml')!.toString()
  assert.match(sheet, /<f>LEN\(B2\)<\/f>/)
  assert.equal(sheet.match(/<f>/g)!.length, 1, 'nothing else became a formula')
  assert.match(read('excel.xlsx'), /13/, 'and it counts what was filled in')
})

test('macros, links, bombs, slips and damage are refused', () => {
  const hostile: Record<string, Uint8Array> = {
    'no zip': Buffer.from('hello'),
    empty: Buffer.alloc(0),
    cut: Buffer.from(word).subarray(0, 2000),
    'cut at its end': Buffer.from(word).subarray(0, word.length - 10),
    'macro type': changed(word, '[Content_Types].xml', (xml) => xml.replace('wordprocessingml', 'macroEnabled')),
    macro: changed(word, 'word/vbaProject.bin', () => 'x'),
    'outside link': changed(excel, 'xl/externalLinks/externalLink1.xml', () => '<x/>'),
    'outside template': changed(
      word,
      'word/_rels/settings.xml.rels',
      () =>
        '<Relationships><Relationship Id="r" Type="http://x/attachedTemplate" Target="http://x" TargetMode="External"/></Relationships>',
    ),
    entity: changed(word, 'word/document.xml', (xml) => `<!DOCTYPE x [<!ENTITY a "b">]>${xml}`),
    slip: changed(word, '../../etc/passwd', () => 'x'),
    'slip with a backslash': changed(word, '..\\x', () => 'x'),
    bomb: changed(word, 'word/media/a.bin', () => '0'.repeat(101 * 1024 * 1024)),
    'another zip': zipped(new Map([['a.txt', Buffer.from('a')]])),
  }
  for (const [name, bytes] of Object.entries(hostile))
    assert.throws(
      () => readTemplate(bytes),
      (error) => isAppError(error, 'OFFICE_TEMPLATE_REFUSED'),
      name,
    )
})
