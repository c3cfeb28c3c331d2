/** Sheets as a browser's printer and as our own PDF: the same pages, counted, read and scanned by outside programs. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import type { Chart } from '#chart'
import { drawPdf, Typefaces, withMissing } from '#paper'
import { type Audience, chartPages, labelPage, type Page, SLIP_KINDS, slipPages, temporaryPages } from '#sheets'
import { FORMATS } from '../../src/web/format.ts'
import { MESSAGES } from '../../src/web/messages/index.ts'
import { fixtureChart } from '../../src/web/fixtures/chart.ts'
import { openBrowser, openFixtureChart, signIn, startHouse, WITHOUT_CHROMIUM } from '../web/harness.ts'
import { longCautions, longHistory } from './monster.ts'

const run = promisify(execFile)
const WITHOUT_POPPLER = existsSync('/usr/bin/pdftotext') ? false : 'no pdftotext (Debian package poppler-utils)'
const WITHOUT_ZBAR = existsSync('/usr/bin/zbarimg') ? false : 'no zbarimg (Debian package zbar-tools)'
const view = { t: MESSAGES.ja.chart, p: MESSAGES.ja.paper, f: FORMATS.ja }
const words = { title: 'x', language: 'ja', missingNotice: MESSAGES.ja.printing.missingGlyphs } as const

let folder = ''
before(() => void (folder = mkdtempSync(join(tmpdir(), 'toride-paper-'))))
after(() => rmSync(folder, { recursive: true }))

const faces = new Typefaces()
const pagesOf = (chart: Chart, audience: Audience = 'staff') =>
  chartPages(view, chart, 'summary', { audience, asOf: '11月22日（日）2:14', by: '印刷 見本 花子', sample: '見本' })

async function save(name: string, pages: readonly Page[]): Promise<{ path: string; missing: readonly string[] }> {
  const path = join(folder, `${name}.pdf`)
  const { bytes, missing } = await drawPdf(pages, faces, words)
  writeFileSync(path, bytes)
  return { path, missing }
}
async function sheetsOf(path: string): Promise<string[]> {
  const { stdout } = await run('/usr/bin/pdftotext', ['-layout', path, '-'], { maxBuffer: 1e8 })
  return stdout.split('\f').slice(0, -1)
}
async function countOf(path: string): Promise<{ pages: number; size: string }> {
  const { stdout } = await run('/usr/bin/pdfinfo', [path])
  return { pages: Number(/Pages:\s+(\d+)/.exec(stdout)?.[1]), size: /Page size:\s+(.*)/.exec(stdout)?.[1] ?? '' }
}

test(
  'Chromium prints as many sheets as were set, on A4, on Letter and with margins of its own',
  { skip: WITHOUT_CHROMIUM || WITHOUT_POPPLER },
  async () => {
    for (const [chart, kind] of [
      [longHistory, 'summary'],
      [longCautions, 'summary'],
      [longCautions, 'medicines'],
    ] as const) {
      const house = await startHouse({ chart })
      const browser = await openBrowser()
      try {
        const page = await browser.context.newPage()
        await signIn(page, house.url)
        const address = await openFixtureChart(page, house.url)
        await page.goto(address.replace('?', `/print?sheet=${kind}&`))
        const set = await page.locator('.paper-page').count()
        assert.equal(set === 1, chart === longHistory)
        for (const paper of [
          { preferCSSPageSize: true },
          { format: 'Letter' },
          { format: 'A4', margin: { top: '20mm', bottom: '20mm', left: '15mm', right: '15mm' } },
        ] as const) {
          const path = join(folder, 'browser.pdf')
          writeFileSync(path, await page.pdf(paper))
          const { pages } = await countOf(path)
          assert.equal(pages, set, `${kind} on ${JSON.stringify(paper)}`)
        }
        for (const [i, sheet] of (await sheetsOf(join(folder, 'browser.pdf'))).entries()) {
          assert.match(sheet, /患者ID 00012345.*11月22日（日）2:14 時点.*バックアップ/)
          assert.match(sheet, new RegExp(`${i + 1} ?/ ?${set}`))
        }
        // The link to the file gives a file, as a PDF.
        const file = await page.request.get(address.replace('?', '/print.pdf?'))
        assert.equal(file.headers()['content-type'], 'application/pdf')
      } finally {
        await browser.close()
        await house.close()
      }
    }
  },
)

test(
  'our own PDF: A4, one page, text that can be read, and the foot on every page',
  { skip: WITHOUT_POPPLER },
  async () => {
    const one = await save('history', pagesOf(longHistory))
    assert.deepEqual(await countOf(one.path), { pages: 1, size: '595.28 x 841.89 pts (A4)' })
    const [text] = await sheetsOf(one.path)
    assert.match(text!, /この紙に入りきらず省いたもの/)
    assert.match(text!, /【禁忌】セフェム系抗菌薬/)
    const many = await save('cautions', pagesOf(longCautions))
    const sheets = await sheetsOf(many.path)
    assert.equal(sheets.length, pagesOf(longCautions).length)
    for (const [i, sheet] of sheets.entries())
      assert.match(sheet, new RegExp(`見本.*患者ID 00012345.*時点.*バックアップ[^]*${i + 1} ?/ ?${sheets.length}`))
    assert.deepEqual([...one.missing, ...many.missing], [])
  },
)

const named = (kanji: string): Chart => ({
  ...fixtureChart,
  identity: {
    access: 'shown',
    gaps: 0,
    without: [],
    value: { origin: { path: 'x' }, patientId: '00012345', kanji, kana: 'ヨシダ', sex: 'female' },
  },
})

test(
  'names: rare kanji leave ink, and what no font has is 〓 and named on its page',
  { skip: WITHOUT_POPPLER },
  async () => {
    const rare = await save('rare', pagesOf(named('𠮷田 髙﨑')))
    assert.match((await sheetsOf(rare.path))[0]!, /𠮷田 髙﨑/)
    assert.deepEqual(rare.missing, [])
    // Fonts of whole files can come out empty (WOFF2 did): each glyph must be black somewhere.
    for (const [i, kanji] of ['𠮷', '槗', '홍', '田'].entries()) {
      const mark = { kind: 'text', x: 100, y: 200, size: 100, line: [{ text: kanji }] } as const
      const { path } = await save(`ink-${i}`, [{ marks: [mark] }])
      const { stdout } = await run('/usr/bin/pdftoppm', ['-r', '20', '-gray', path], { encoding: 'buffer' })
      assert.ok(stdout.subarray(20).filter((grey) => grey < 100).length > 20, `${kanji} is empty`)
    }
    const missing = await save('missing', pagesOf(named('山\u{E000}田 辻\u{E0101}')))
    assert.deepEqual(missing.missing.toSorted(), ['U+8FBB U+E0101', 'U+E000'])
    const [text] = await sheetsOf(missing.path)
    assert.match(text!, /山〓田 辻/)
    assert.match(text!, /▲ 印字できない文字（〓）または字形を変えた文字があります: .*U\+E000/)
  },
)

/** What each sheet says, without the places where lines and words were set. */
async function saidOn(path: string): Promise<string[]> {
  const { stdout } = await run('/usr/bin/pdftotext', ['-raw', path, '-'], { maxBuffer: 1e8 })
  return stdout
    .split('\f')
    .slice(0, -1)
    .map((sheet) => sheet.normalize('NFKC').replaceAll(/\s/g, ''))
}

test(
  'the browser’s print and our PDF say the same, also of characters that no font has; nothing is clipped without margins',
  { skip: WITHOUT_CHROMIUM || WITHOUT_POPPLER },
  async () => {
    for (const chart of [fixtureChart, longCautions, named('山\u{E000}田 辻\u{E0101}')]) {
      const house = await startHouse({ chart })
      let set: readonly Page[] = []
      const noted: typeof house.services.charts.noted = async (pages, { missingNotice }) => {
        set = pages
        return withMissing(pages, faces, missingNotice)
      }
      Object.assign(house.services.charts, { noted })
      const browser = await openBrowser()
      try {
        const page = await browser.context.newPage()
        await signIn(page, house.url)
        const address = await openFixtureChart(page, house.url)
        await page.goto(address.replace('?', '/print?'))
        const isOdd = chart !== fixtureChart && chart !== longCautions
        assert.equal(/正しく印字できないかもしれない文字/.test(await page.innerText('main')), isOdd)
        const path = join(folder, 'same.pdf')
        const none = { top: '0', bottom: '0', left: '0', right: '0' }
        writeFileSync(path, await page.pdf({ format: 'A4', margin: none }))
        const ours = await save('ours', set)
        // 〓 stands only in ours; a variant's own sign has no ink in either.
        const plain = (sheet: string) => sheet.replaceAll(/〓|\u{E000}|\u{E0101}/gu, '')
        const [theirs, own] = [await saidOn(path), await saidOn(ours.path)]
        assert.deepEqual(theirs.map(plain), own.map(plain))
        if (isOdd) assert.match(theirs[0]!, /印字できない文字.*U\+E000/)
        if (isOdd) assert.match(own[0]!, /印字できない文字.*U\+E000/)
        const { stdout } = await run('/usr/bin/pdftotext', ['-bbox', path, '-'], { maxBuffer: 1e8 })
        const edges = [...stdout.matchAll(/xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.]+)" yMax="([\d.]+)"/g)]
        assert.ok(edges.length > 50)
        for (const [, left, top, right, bottom] of edges)
          assert.ok(Number(left) > 0 && Number(top) > 0 && Number(right) < 595.3 && Number(bottom) < 841.9)
      } finally {
        await browser.close()
        await house.close()
      }
    }
  },
)

const JUDGES = [
  ['/usr/bin/qpdf', 'qpdf', (path: string) => ['--check', path]],
  ['/usr/bin/mutool', 'mupdf-tools', (path: string) => ['draw', '-F', 'txt', '-o', '/dev/null', path]],
] as const
for (const [program, debianPackage, argumentsFor] of JUDGES)
  test(
    `an outside judge of our PDF: ${debianPackage}`,
    { skip: existsSync(program) ? false : `no ${program} (Debian package ${debianPackage})` },
    async () => {
      for (const chart of [fixtureChart, longCautions, named('𠮷田 髙﨑')]) {
        const { path } = await save('judged', pagesOf(chart))
        const { stderr } = await run(program, argumentsFor(path))
        // Debian builds mupdf without colour profiles; ours has none.
        assert.doesNotMatch(stderr.replace('warning: ICC support is not available', ''), /warning|error/i)
      }
      const broken = join(folder, 'broken.pdf')
      writeFileSync(broken, (await drawPdf(pagesOf(fixtureChart), faces, words)).bytes.subarray(0, 2000))
      const told = await run(program, argumentsFor(broken)).catch((error: { stderr: string }) => error)
      assert.match(told.stderr, /warning|error/i, 'the judge is awake')
    },
  )

test('every font of our PDF lies in it, with its words', { skip: WITHOUT_POPPLER }, async () => {
  const { path } = await save('fonts', pagesOf(named('𠮷田 髙﨑')))
  const { stdout } = await run('/usr/bin/pdffonts', [path])
  const rows = stdout.trim().split('\n').slice(2)
  assert.ok(rows.length >= 3, stdout)
  // Columns: embedded, subset, mapped to Unicode.
  for (const row of rows) assert.match(row, / yes yes yes /)
})

/** Of no hospital. */
const SERIAL = '417-04-07-00031-5'
const TEMPORARY = ['T-417-61-00031-5', 'T-417-61-00032-5']

test(
  'bar codes of slips, labels, temporary numbers and sheets are read off the PDF',
  { skip: WITHOUT_POPPLER || WITHOUT_ZBAR },
  async () => {
    const who = {
      patientId: 'A-0012345',
      name: '見本 はる子',
      kana: 'ミホン ハルコ',
      birth: '1947年',
      sex: '女',
      allergy: 'なし',
    }
    const facts = { foot: { what: 'x', by: 'y' }, texts: MESSAGES.ja.paper }
    for (const [name, page, codes] of [
      ['slip', slipPages('note', who, facts)[0]!, ['A-0012345']],
      ['blank', slipPages('note', undefined, facts)[0]!, []],
      ['original', slipPages('lab', undefined, { ...facts, serial: SERIAL })[0]!, [SERIAL.replaceAll('-', '')]],
      ['copy', slipPages('lab', undefined, { ...facts, serial: SERIAL })[1]!, [SERIAL.replaceAll('-', '')]],
      [
        'reception',
        slipPages('reception', undefined, { ...facts, serial: SERIAL, temporary: TEMPORARY[0]! })[0]!,
        [TEMPORARY[0]!.replaceAll('-', ''), SERIAL.replaceAll('-', '')],
      ],
      [
        'temporary',
        temporaryPages(TEMPORARY, 12, MESSAGES.ja.paper)[0]!,
        TEMPORARY.map((one) => one.replaceAll('-', '')),
      ],
      ['labels', labelPage(who, ''), Array.from({ length: 24 }, () => 'A-0012345')],
      ['summary', pagesOf(fixtureChart)[0]!, ['00012345']],
    ] as const) {
      const { path } = await save(name, [page])
      await run('/usr/bin/pdftoppm', ['-r', '300', '-png', '-singlefile', path, join(folder, name)])
      const options = ['--quiet', '--raw', '-Sdisable', '-Scode128.enable', join(folder, `${name}.png`)]
      const { stdout } = await run('/usr/bin/zbarimg', options).catch((error: { stdout: string }) => error)
      assert.deepEqual(
        [...new Set(stdout.split('\n').filter(Boolean))].toSorted(),
        [...new Set(codes)].toSorted(),
        name,
      )
    }
    const all = await save(
      'slips',
      SLIP_KINDS.flatMap((kind) => [...slipPages(kind, who, facts), ...slipPages(kind, undefined, facts)]),
    )
    assert.equal((await countOf(all.path)).pages, (SLIP_KINDS.length + 9) * 2)
    const { stdout: words } = await run('/usr/bin/pdftotext', [all.path, '-'])
    assert.deepEqual(
      [MESSAGES.ja.paper.slip.copies.original, MESSAGES.ja.paper.slip.copies.copy].map(
        (copy) => words.split(copy).length - 1,
      ),
      [18, 18],
    )
  },
)
