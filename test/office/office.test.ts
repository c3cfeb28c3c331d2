/** The same blocks as DOCX, XLSX and PDF, opened by LibreOffice: every word is there, nothing has become a formula. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { docxOf, type OfficeDocument, xlsxOf, xlsxOfDocument } from '#office'
import { drawPdf, Typefaces } from '#paper'
import { documentPages } from '#sheets'
import { openedByLibreOffice, partOf, scratchFolder, WITHOUT_LIBREOFFICE } from './libreoffice.ts'

const run = promisify(execFile)
const HOSTILE = ['=1+1', '+81-3-0000-0000', '-1', '@SUM(A1)', '=HYPERLINK("http://x.test","押す")', '\t=2+2']
const LONG = Array.from({ length: 90 }, (_, i) => [`項目${i + 1}`, `値${i + 1}の説明を書いた長めの文章です。`, i + 1])

const document: OfficeDocument = {
  title: '業務継続計画',
  language: 'ja',
  header: '砦クリニック 院外秘',
  footer: '第3版',
  blocks: [
    { kind: 'heading', level: 1, text: '業務継続計画' },
    { kind: 'paragraph', text: [{ text: '決める人', bold: true }, { text: 'は院長です。\n住所は二行目です。' }] },
    { kind: 'heading', level: 2, text: '連絡先 <b>&amp;' },
    { kind: 'list', items: ['保守会社', '県の窓口'] },
    { kind: 'list', numbered: true, items: ['線を抜く', '電話をする'] },
    { kind: 'list', numbered: true, items: ['もう一度一番から'] },
    {
      kind: 'table',
      header: ['欄', '書いたまま'],
      rows: HOSTILE.map((text, i) => [`悪い字${i + 1}`, text]),
      widths: [1, 3],
    },
    { kind: 'paragraph', text: '壊れた字: \u0000\uD800 と 𠮷田 と 髙﨑', small: true },
    { kind: 'pageBreak' },
    { kind: 'heading', level: 2, text: '長い表' },
    { kind: 'table', header: ['長い表の頭', '中身', '数'], rows: LONG, widths: [2, 5, 1] },
    { kind: 'table', header: ['日', '時'], rows: [[{ day: '2026-11-30' }, { day: '2026-11-30T23:59' }]] },
  ],
}
/** Spaces aside: where a line is broken is the program's business. */
const tight = (pages: readonly string[]) => pages.join('').replace(/\s+/g, '')

test(
  'LibreOffice opens DOCX and XLSX: every word, heads of tables on every page, nothing counted out',
  { skip: WITHOUT_LIBREOFFICE },
  async () => {
    const sheets = [
      {
        name: '訓練の記録: 2026/令和8年度 とても長い名前のシートです、三十一文字より長い',
        header: ['日', '件数', '式に見える字'],
        rows: [
          [{ day: '2026-11-30' }, 12.5, '=1+1'],
          [undefined, undefined, '-1'],
        ],
        widths: [14, 8, 30],
      },
      { name: '二枚目', header: ['a'], rows: [], widths: [10] },
      { name: '二枚目', header: [], rows: [['x']], widths: [10] },
    ]
    const sheet = await xlsxOf(sheets)
    const wide = { name: '広い', header: ['項目', '内容'], rows: [['左の端', '右の端']], widths: [60, 120] }
    const files = {
      'wide.xlsx': await xlsxOf([wide]),
      'plan.docx': await docxOf(document),
      'plan-x.xlsx': await xlsxOfDocument(document),
      'sheet.xlsx': sheet,
    }
    const opened = await openedByLibreOffice(files)
    const docx = opened['plan.docx']!
    const words = tight(docx.pages)
    assert.ok(docx.pages.length >= 4, `${docx.pages.length} pages`)
    for (const [i, page] of docx.pages.entries()) {
      assert.match(page, /砦クリニック 院外秘/)
      assert.match(page, new RegExp(`第3版\\s*${i + 1}\\s*/\\s*${docx.pages.length}`))
    }
    const withLong = docx.pages.filter((page) => /項目 ?\d+/.test(page))
    assert.ok(
      withLong.length >= 2 && withLong.every((page) => tight([page]).includes('長い表の頭')),
      'the head stands on every page',
    )
    assert.doesNotMatch(docx.pages[0]!, /長い表/, 'a page break breaks')
    for (const all of [words, tight(opened['plan-x.xlsx']!.pages)]) {
      for (const text of [
        ...HOSTILE,
        '連絡先<b>&amp;',
        '𠮷田と髙﨑',
        '1.線を抜く',
        '2.電話をする',
        '1.もう一度一番から',
      ])
        assert.ok(all.includes(text.replace(/\s/g, '')), `${text} is missing`)
      for (const [, text] of LONG) assert.ok(all.includes(String(text).replace(/\s/g, '')), `${text} is missing`)
    }
    assert.match(opened['wide.xlsx']!.pages[0]!, /左の端\s+右の端/, 'columns stand side by side on one sheet of paper')
    assert.match(
      await partOf(await xlsxOf([wide]), 'xl/worksheets/sheet1.xml'),
      /<row r="2" ht="18"/,
      'no letter is cut below',
    )
    const one = tight(opened['sheet.xlsx']!.pages)
    assert.match(one, /2026\/11\/3012\.5=1\+1/)
    const xml = await partOf(sheet, 'xl/worksheets/sheet1.xml')
    assert.doesNotMatch(xml, /<f>|<f /)
    assert.match(xml, /<c r="B2"[^>]*><v>12\.5<\/v>/, 'a number is one')
    const names = [...(await partOf(sheet, 'xl/workbook.xml')).matchAll(/<sheet [^>]*name="([^"]+)"/g)].map(
      (m) => m[1]!,
    )
    assert.deepEqual(names.slice(1), ['二枚目', '二枚目 (2)'])
    assert.ok(names[0]!.length <= 31 && !/[:/]/.test(names[0]!))
    if (process.env['KEEP_OFFICE'])
      for (const [name, { pdf }] of Object.entries(opened))
        await run('cp', [pdf, join(process.env['KEEP_OFFICE'], `${name}.pdf`)])
  },
)

test(
  'the same blocks as our own PDF: every word, the head of a table on every page, n / m',
  { skip: existsSync('/usr/bin/pdftotext') ? false : 'no pdftotext (Debian package poppler-utils)' },
  async () => {
    const huge = {
      ...document,
      blocks: [...document.blocks, { kind: 'table', header: ['高い行'], rows: [['行\n'.repeat(200)]] } as const],
    }
    const pages = documentPages(huge, { what: '業務継続計画 第3版', by: '見本 花子' })
    const { bytes, missing } = await drawPdf(pages, new Typefaces(), {
      title: 'x',
      language: 'ja',
      missingNotice: (c) => c,
    })
    assert.deepEqual(
      missing.filter((one) => one !== 'U+FFFD'),
      [],
    )
    const path = join(process.env['KEEP_OFFICE'] ?? scratchFolder(), 'ours.pdf')
    writeFileSync(path, bytes)
    const { stdout } = await run('/usr/bin/pdftotext', ['-layout', path, '-'])
    const read = stdout.split('\f').slice(0, -1)
    assert.equal(read.length, pages.length)
    assert.ok(read.every((page, i) => tight([page]).endsWith(`${i + 1}/${pages.length}見本花子`)))
    const withLong = read.filter((page) => /項目\d+/.test(page))
    assert.ok(withLong.length >= 2 && withLong.every((page) => tight([page]).includes('長い表の頭')))
    for (const [, text] of LONG) assert.ok(tight(read).includes(String(text)), `${text} is missing`)
    assert.equal(tight(read).split('行').length - 1 >= 200, true, 'a row higher than a page is whole')
  },
)
