/**
 * The first hour of a clinic on paper (USERS.md): from the sample's first screen to its own documents, visible on its own
 * server out of a locked generation, and a letter to the vendor on paper.
 */
import { AxeBuilder } from '@axe-core/playwright'
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import { chromium, type Page } from 'playwright-core'
import { writeNonSsmixExample } from '#sample'
import { scratchFolder, start } from './running.ts'

const CHROMIUM = '/usr/bin/chromium'
const PASSWORD = 'みどりの 自転車 で 山へ行く'

test('from the sample to one’s own documents', { skip: !existsSync(CHROMIUM) && 'no chromium here' }, async (t) => {
  const home = scratchFolder(t)
  const papers = join(home, '紙のカルテ')
  const example = writeNonSsmixExample({ folder: papers, asOf: Date.now() })
  const sample = await start(t, home)
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] })
  t.after(() => browser.close())
  const page = await (await browser.newContext({ locale: 'ja-JP', acceptDownloads: true })).newPage()

  // A wrong code says what to do; the right one may be typed in small letters with spaces.
  await firstSignIn(page, sample.url, 'AAAAA-AAAAA-AAAAA-AAAAA')
  assert.match(await page.innerText('main'), /1文字ずつ確かめて/)
  await firstSignIn(page, sample.url, sample.code!.toLowerCase().replaceAll('-', ' '))
  await page.waitForURL(`${sample.url}/`)

  await page.click('text=自院のデータを入れる')
  await page.click('main a[href="/first-hour?ehr=paper"]')
  await page.click('main a[href="/sources/new?kind=folder"]')
  await page.fill('[name=name]', '紙のカルテ')
  await page.fill('[name=paths]', papers)
  await page.click('button[value=try]')
  assert.match(await page.innerText('main'), /試しに読んだ結果/)
  await page.click('button[value=save]')
  const moved = await page.innerText('main')
  assert.match(moved, /自院の砦を起動しました/)
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(moved)![0]
  const code = /[0-9A-Z]{5}(?:-[0-9A-Z]{5}){3}/.exec(moved)![0]
  assert.notEqual(url, sample.url)

  await page.click('main a[href="/first-hour/letter"]')
  const letter = await page.pdf({ format: 'A4' })
  assert.equal(letter.subarray(0, 4).toString(), '%PDF')
  assert.match(await page.innerText('main'), /SS-MIX2 標準化ストレージの出力は/)

  // The own server asks for its own first sign-in, and nothing of the sample is on it.
  await firstSignIn(page, url, code)
  await page.waitForURL(`${url}/`)
  await untilTaken(page, url)
  assert.equal(await page.locator('.sample-banner, .sample-mark').count(), 0)
  await page.goto(`${url}/generations`)
  await page.locator('main table tbody tr', { hasText: '紙のカルテ' }).first().locator('a').first().click()
  await page.waitForURL(/\/generations\/[0-9a-f]{64}/)
  assert.match(await page.innerText('main'), /消されない/)
  await page.click('text=この日の中身を見る')
  await withoutViolations(page)
  const csv = page.locator('main table a', { hasText: basename(example.list) }).first()
  await csv.click()
  await page.waitForURL(/\/file\?at=/)
  assert.equal(await page.locator('main table tbody tr').count(), example.patients.length)
  assert.match(await page.innerText('main'), new RegExp(example.patients[0]!))
  await withoutViolations(page)
  await page.goBack()
  const folders = page.locator('main table a', { has: page.locator('.folder-mark') })
  for (const folder of ['書類', /20\d\d/]) await folders.filter({ hasText: folder }).first().click()
  const pdf = await page.locator('main table a', { hasText: '.pdf' }).first().getAttribute('href')
  const answer = await page.request.get(`${url}${pdf!}`)
  assert.equal(answer.headers()['content-type'], 'application/pdf')
  assert.equal((await answer.body()).subarray(0, 4).toString(), '%PDF')
  await page.goto(`${url}/journal`)
  assert.match(await page.innerText('main'), /ファイルを開いた/)
  assert.equal(await sample.stop(), 0)
})

async function firstSignIn(page: Page, url: string, code: string): Promise<void> {
  await page.goto(`${url}/sign-in/first`)
  await page.fill('[name=loginName]', 'admin')
  await page.fill('[name=code]', code)
  await page.fill('[name=password]', PASSWORD)
  await page.fill('[name=repeat]', PASSWORD)
  await page.click('main button[type=submit]')
  await page.waitForLoadState()
}

/** Until the home page says that the documents can be seen. */
async function untilTaken(page: Page, url: string): Promise<void> {
  for (let attempt = 0; attempt < 120; attempt++) {
    await page.goto(`${url}/`)
    if (/までの書類（[\d,]+件）を、この画面で見られます/.test(await page.innerText('h1'))) return
    await page.waitForTimeout(500)
  }
  assert.fail('no backup within a minute')
}

/** Accessible, and not wider than a phone. */
async function withoutViolations(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  assert.deepEqual(
    violations.map((v) => `${v.id} ${v.nodes[0]?.html}`),
    [],
  )
  await page.setViewportSize({ width: 390, height: 900 })
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  assert.ok(over <= 1, `${over} px too wide at 390`)
  await page.setViewportSize({ width: 1366, height: 900 })
}
