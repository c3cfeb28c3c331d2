/**
 * A clinic without SS-MIX2: scans, a list of patients, bookings and claims, set up on screen, backed up, and read as one
 * chart out of the locked backup. Pictures of the steps go into the manual.
 */
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { chromium, type Page } from 'playwright-core'
import { institutionDate } from '#base'
import { writeNonSsmixExample } from '#sample'
import { encode } from '../../src/intake/csv/testing.ts'
import { shoot } from '../web/harness.ts'
import { scratchFolder, start } from './running.ts'

const CHROMIUM = '/usr/bin/chromium'
const PASSWORD = 'みどりの 自転車 で 山へ行く'

test(
  'scans, a list, bookings and claims become one chart',
  { skip: !existsSync(CHROMIUM) && 'no chromium here' },
  async (t) => {
    const home = scratchFolder(t)
    const example = writeNonSsmixExample({ folder: join(home, '紙'), asOf: Date.now() })
    const [patient = ''] = example.patients
    const tables = join(home, 'yoyaku')
    const claims = join(home, 'reseden')
    mkdirSync(tables)
    mkdirSync(claims)
    const today = institutionDate(Date.now()).replaceAll('-', '/')
    writeFileSync(join(tables, '予約一覧.csv'), `予約日,時刻,患者番号,内容\r\n${today},9:30,${patient},再診とHbA1c\r\n`)
    writeFileSync(
      join(tables, '処方.csv'),
      `患者番号,処方日,薬品名,1回量,用法,日数\r\n${patient},2026/11/2,アムロジピン錠5mg,1錠,朝食後,28\r\n`,
    )
    const receipt = ['RE', '1', '1112', '202610', '', '', '', ...Array<string>(6).fill(''), patient]
    writeFileSync(
      join(claims, 'RECEIPTC.UKE'),
      encode(
        `IR,1\r\n${receipt.join(',')}\r\nSY,0000999,20261001,1,,見本の病名,01,\r\nIY,21,1,620000000,2,5,14\r\nGO,1\r\n`,
        'cp932',
      ),
    )

    const server = await start(t, home, ['--source', example.documents, '--name', '院内の書き出し'])
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] })
    t.after(() => browser.close())
    const page = await (await browser.newContext({ locale: 'ja-JP' })).newPage()
    const main = () => page.innerText('main')
    await signIn(page, server.url, server.code!)

    // The folder that was there: names give patient and date.
    await page.goto(`${server.url}/sources`)
    await page.click('text=カルテとして読めるようにする')
    await choose(page, 0, 'documents')
    assert.match(await main(), new RegExp(`${example.pdfs}件のうち${example.pdfs}件を読み取れます`))
    await shoot(page, 'reading-documents')
    await page.click('button[value=save]')

    // A file, a folder of tables and one of claims beside it.
    for (const path of [example.list, tables, claims]) {
      await page.fill('[name=path]', path)
      await page.press('[name=path]', 'Enter')
      await page.getByText(path).first().waitFor()
    }
    await choose(page, 1, 'csv')
    await table(page, 0)
    await choose(page, 2, 'csv')
    await table(page, 0)
    await page.locator('main a', { hasText: '見直す' }).nth(2).click()
    await table(page, 1)
    await choose(page, 3, 'uke')
    await page.click('main form button[type=submit]')
    assert.match(await main(), /読み方を保存しました/)
    await shoot(page, 'reading-overview')

    await page.click('text=いま取って確かめる')
    await page.waitForURL(/\/jobs\//)
    await page.waitForSelector('text=終わりました', { timeout: 90_000 })

    await page.goto(`${server.url}/charts/expected`)
    assert.match(await main(), /9:30[\s\S]*再診とHbA1c/)
    await shoot(page, 'reading-expected')
    await openChart(page, server.url, patient)
    const chart = await main()
    assert.match(chart, /アムロジピン錠5mg[\s\S]*1回量 1錠[\s\S]*1日量 記載なし/)
    assert.match(chart, /見本の病名/)
    assert.match(chart, /請求された薬は「文書・記録」/)
    await shoot(page, 'reading-chart')
    const opened = await page.request.get(
      `${server.url}${await page.locator('main a[href*="/documents/"]').first().getAttribute('href')}`,
    )
    assert.equal((await opened.body()).subarray(0, 4).toString(), '%PDF')
    await page.goto(`${server.url}/journal`)
    assert.match(await main(), /カルテとしての読み方を変えた/)
  },
)

async function signIn(page: Page, url: string, code: string): Promise<void> {
  await page.goto(`${url}/sign-in/first`)
  await page.fill('[name=loginName]', 'admin')
  await page.fill('[name=code]', code)
  await page.fill('[name=password]', PASSWORD)
  await page.fill('[name=repeat]', PASSWORD)
  await page.click('main button[type=submit]')
  await page.waitForURL(`${url}/`)
}

async function choose(page: Page, part: number, format: string): Promise<void> {
  const form = page.locator('main form:has(input[name=format])').nth(part)
  await form.locator(`input[value=${format}]`).check()
  await form.locator('button[type=submit]').click()
  await page.waitForLoadState()
}

/** Takes the proposal, after a look at one patient. */
async function table(page: Page, number: number): Promise<void> {
  await page.locator('main table a').nth(number).click()
  await page.click('button[value=preview]')
  await page.waitForSelector('#preview')
  assert.match(await page.innerText('#preview'), /患者 [1-9]\d*人が見つかりました/)
  await shoot(page, `reading-table-${number}`)
  await page.click('button[value=save]')
  await page.waitForSelector('text=読み方を保存しました')
}

async function openChart(page: Page, url: string, query: string): Promise<void> {
  await page.goto(`${url}/charts`)
  await page.fill('input[name=query]', query)
  await Promise.all([page.waitForURL(/[?&]s=/), page.keyboard.press('Enter')])
  await page.locator('main a[href*="/open"]').first().click()
  await page.waitForURL(/\/open/)
  for (const box of await page.locator('main input[type=checkbox]').all()) await box.check()
  await page.locator('main button[type=submit]').first().click()
  await page.waitForURL(/\/charts\/[^/]+\?generation=/)
}
