/** Several sources, ward minimums and papers in one edition: told side by side and never joined. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { chartOf, gatherChart, redactFor } from '#chart'
import { dataPage, payloadOf } from '#edition/format'
import { Rows } from '../../src/edition/rows.ts'
import { EVERYTHING } from '../../src/chart/testing/messages.ts'
import { shoot, WITHOUT_CHROMIUM } from '../web/harness.ts'
import { atDesk, type Desk, openCover, unlockWith } from './chromium.ts'
import { makeEdition, scratch } from './made.ts'
import { edition } from './opened.ts'
import { OTHER_AS_OF, twoSources } from './several.ts'

const PDF = Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n')
const BINDER = {
  title: 'BCP の冊子',
  contentType: 'application/pdf',
  bytes: PDF,
  madeAt: Date.now() - 10.5 * 86_400_000,
}
const CONTACTS = { title: '緊急連絡先 <b>', contentType: 'application/pdf', bytes: PDF }

/** What a ward wants and the sample's storage does not carry. */
const LACKING = /この病棟で必要なのに、この資料に無いもの: 看護記録/
const skip = WITHOUT_CHROMIUM
let desk: Desk
before(async () => {
  if (!skip) desk = await atDesk()
})
after(() => desk?.close())

test('each chart is of its own source and time; one number in two is told beside it, and nobody is joined', async (t) => {
  const sources = await twoSources()
  const made = await makeEdition(scratch(t), new Map(), { sources, extras: [CONTACTS], documents: 'all' })
  const read = await edition(made.discs[0]!.folder)
  const { head } = read.cover.manifest
  assert.deepEqual(
    head.sources.map(({ name, asOf }) => [name, asOf]),
    sources.map(({ name, reader }) => [name, reader.asOf]),
  )
  assert.equal(head.asOf, OTHER_AS_OF, 'the oldest is what may be lacking')
  assert.equal(read.index.size, 9)
  for (const [n, { reader, index }] of sources.entries())
    for (let own = 0; own < index.size; own++) {
      const row = n * sources[0]!.index.size + own
      const result = await read.chart(row)
      assert.ok(result.state === 'opened')
      assert.equal(result.chart.generation.asOf, reader.asOf)
      const whole = redactFor(chartOf(await gatherChart(reader, index, own, result.chart.similar)), EVERYTHING, true)
      assert.deepEqual(result.chart.identity, JSON.parse(JSON.stringify(whole.identity)))
      assert.deepEqual(read.index.sameAs(row), index.sameAs(own), 'who is alike is looked for within a source')
    }
  const said = (row: number) => read.index.sameNumber(row).map(({ patient, match }) => [patient.row, match])
  assert.deepEqual(
    [0, 1, 2, 6, 7, 8].map((row) => said(row)),
    [[[6, 'agrees']], [[7, 'differs']], [], [[0, 'agrees']], [[1, 'differs']], []],
  )
  assert.deepEqual(Buffer.from((await read.extra(0))!), PDF)

  const apart = sources.map((source) => ({ ...source, sharesNumbers: false }))
  const other = await edition((await makeEdition(scratch(t), new Map(), { sources: apart })).discs[0]!.folder)
  assert.deepEqual(other.index.sameNumber(0), [])
})

test('who has a record of the same number on a list comes first with it', async () => {
  const rows = new Rows(await twoSources())
  const list = (row: number) => ({ kind: 'ward' as const, source: 0, title: 'A', rows: [{ row, note: '' }] })
  assert.deepEqual([...rows.first([list(1), list(2)])], [1, 2, 7])
  assert.deepEqual(rows.inOrder(rows.first([list(2)]))[0], 2)
  assert.equal(new Set(rows.inOrder(new Set([7]))).size, 9)
})

test('a source that is spared for its age, and one that is taken over the next night', async (t) => {
  const folder = scratch(t)
  const sources = (await twoSources()).map((source, n) => ({
    ...source,
    isRetired: n === 1,
    cache: { folder: join(folder, `cache-${n}`), key: new Uint8Array(32).fill(3), tag: 'a' },
  }))
  const first = await makeEdition(join(folder, 'a'), new Map(), { sources })
  assert.equal(first.discs[0]!.head.asOf, sources[0]!.reader.asOf, 'a retired system makes nothing old')
  assert.equal(first.reused, 0)
  assert.equal((await makeEdition(join(folder, 'b'), new Map(), { sources })).reused, 9)
})

test('a record of one source in the place of another of the same key opens nowhere', async (t) => {
  const [clinic, table] = await twoSources()
  const sources = [clinic!, { ...clinic!, name: table!.name }]
  const made = await makeEdition(scratch(t), new Map(), { sources })
  const disc = made.discs[0]!.folder
  const read = await edition(disc)
  const [a, b] = [read.index.entry(0).chart!, read.index.entry(6).chart!]
  assert.equal(read.index.entry(0).patientKey, read.index.entry(6).patientKey)
  const pack = join(disc, 'data/00/p00000.html')
  const bytes = Buffer.from(payloadOf(readFileSync(pack, 'latin1'))!, 'base64')
  assert.equal(a.length, b.length)
  const own = Buffer.from(bytes.subarray(a.offset, a.offset + a.length))
  bytes.copy(bytes, a.offset, b.offset, b.offset + b.length)
  own.copy(bytes, b.offset)
  writeFileSync(pack, dataPage(bytes.toString('base64')))
  const spoilt = await edition(disc)
  assert.equal((await spoilt.chart(0)).state, 'damaged')
  assert.equal((await spoilt.chart(6)).state, 'damaged')
})

test(
  'in the browser: source named, other source opened by itself, ward minimum, papers in place',
  { skip },
  async (t) => {
    const sources = await twoSources()
    const [ward] = sources[0]!.index.inpatients().wards
    const minimums = [
      { ward: ward!.name, topics: ['nursing-records', 'vitals'] as const, by: '看護部長 <i>', onMs: OTHER_AS_OF },
    ]
    const made = await makeEdition(scratch(t), new Map(), { sources, minimums, extras: [CONTACTS, BINDER] })
    assert.ok(existsSync(made.discs[0]!.folder))
    const { page, errors } = desk
    errors.length = 0
    await openCover(page, made.discs[0]!.folder)
    const cover = await page.innerText('main')
    for (const { name } of sources) assert.ok(cover.includes(name), name)
    await unlockWith(page)
    const lists = await page.innerText('#results')
    assert.ok(lists.includes(`${ward!.name}（電子カルテ）`) && lists.includes('緊急連絡先 <b>'), lists)
    assert.match(lists, /BCP の冊子\s*印刷したのは .*、10日前です/, 'how old it is, by the clock of this PC')
    await page.click(`summary:has-text("${ward!.name}")`)
    const needs = await page.innerText('details[open]')
    assert.match(needs, /看護部長 <i>/)
    assert.match(needs, LACKING)
    await shoot(page, 'edition-sources-lists')

    const shared = sources[1]!.index.entry(1)
    await page.fill('#field-query', shared.patientId)
    const hits = await page.innerText('#results')
    assert.match(hits, /別人　太郎|別人 太郎/)
    assert.match(hits, /名前か生年月日が違います/)
    assert.ok(hits.includes('患者一覧（CSV）') && hits.includes('電子カルテ'))
    await shoot(page, 'edition-sources-hits')
    await page.setViewportSize({ width: 390, height: 844 })
    assert.ok(
      await page.evaluate('document.documentElement.scrollWidth <= innerWidth'),
      'nothing is wider than a phone',
    )
    await shoot(page, 'edition-sources-hits-390')
    await page.setViewportSize({ width: 1366, height: 900 })
    await page.click('[data-patient="1"]')
    assert.match(await page.innerText('main'), /出典\s*電子カルテ/)
    const birth = sources[0]!.index.entry(1).birthDate
    if (await page.$('#field-birth')) await page.fill('#field-birth', birth)
    await page.click('[data-form=identify] button[type=submit]')
    await page.waitForSelector('.chart-header')
    const chart = await page.innerText('main')
    assert.match(chart, LACKING)
    assert.match(chart, /ほかの取得元にも同じ番号の記録があります/)
    await shoot(page, 'edition-sources-chart')
    await page.click('#elsewhere [data-patient="7"]')
    await page.click('[data-form=identify] button[type=submit]')
    await page.waitForSelector('.chart-header')
    assert.match(await page.innerText('.chart-header'), /別人/)
    assert.match(await page.innerText('.as-of'), /11月18日/, 'the time of its own source')
    await page.click('[data-go=search]')
    await page.fill('#field-query', '')
    await page.click('[data-extra="0"]')
    await page.waitForSelector('iframe.document-frame')
    assert.match(await page.innerText('h1'), /緊急連絡先 <b>/)
    await page.click('[data-do=whole]')
    assert.deepEqual(errors, [])
  },
)
