/** How backups are kept, by hand in the browser without scripts: look, change, be refused; the page for a bad day. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { openBrowser, signIn, startHouse, WITHOUT_CHROMIUM } from './harness.ts'

let house: Awaited<ReturnType<typeof startHouse>>
let browser: Awaited<ReturnType<typeof openBrowser>>
let page: Page
before(async () => {
  if (WITHOUT_CHROMIUM) return
  house = await startHouse()
  browser = await openBrowser({ javaScript: false })
  page = await browser.context.newPage()
  await signIn(page, house.url)
})
after(async () => {
  await browser?.close()
  await house?.close()
})

const text = () => page.innerText('main')
const go = (path: string) => page.goto(`${house.url}${path}`)

test('from home to the rules and to the page of a bad day', { skip: WITHOUT_CHROMIUM }, async () => {
  await go('/')
  await page.click('main a[href="/overview"]')
  await page.click('main a[href="/overview/ehr"]')
  assert.match(await text(), /未確認/)
  assert.match(await text(), /離れた建物の保管場所があと1か所/)
  await go('/')
  await page.click('main a[href="/clean-candidate"]')
  await page.fill('#field-since', '２０２６年１０月２３日')
  await page.press('#field-since', 'Enter')
  assert.match(await text(), /候補: 10月19日（月）2:14 のバックアップ/)
  assert.match(await text(), /本番の上に戻さないでください/)
  await page.fill('#field-since', '2027-01-01')
  await page.press('#field-since', 'Enter')
  assert.match(await text(), /これから先の日付です/)
  await page.fill('#field-since', '2026-02-30')
  await page.press('#field-since', 'Enter')
  assert.match(await text(), /日付として読めません/)
  await page.click('text=1週間前から')
  assert.match(page.url(), /since=2026-11-15$/)
})

test('nothing is changed before it was seen; what is refused has no button', { skip: WITHOUT_CHROMIUM }, async () => {
  await go('/sources')
  await page.click('main a[href="/sources/ehr/policy"]')
  await page.fill('#field-floor', '2')
  await page.press('#field-floor', 'Enter')
  assert.match(await text(), /3より少なくはできません。ガイドラインの最低が3つだからです/)
  await page.fill('#field-floor', '3')
  await page.fill('#field-daily-days', '５')
  await page.press('#field-daily-days', 'Enter')
  assert.match(await text(), /この残し方にはできません/)
  assert.equal(await page.locator('button[value=save]').count(), 0)
  await go('/sources/ehr/policy')
  await page.click('form:has(input[value=cyber]) button')
  assert.match(await text(), /まだ何も変えていません/)
  assert.match(await text(), /いまあるバックアップ 20個の期限も延びます/)
  await page.click('button[value=save]')
  assert.match(await text(), /残し方を変えました/)
})

test('business days: wrong lines are named, right ones kept', { skip: WITHOUT_CHROMIUM }, async () => {
  await go('/settings/calendar')
  await page.fill('#field-closedDays', '12-29\nおぼん')
  await page.click('main form button')
  assert.match(await text(), /「おぼん」は日付として読めません/)
  await page.fill('#field-closedDays', '12/29\n2026.11.24')
  await page.click('main form button')
  assert.match(await text(), /保存しました/)
  assert.equal(await page.inputValue('#field-closedDays'), '12-29\n2026-11-24')
  assert.match(await text(), /11月24日（火）\s+－ 休み\s+休診日/)
  await go('/settings/calendar?saved=1')
  for (const day of [1, 2, 3, 4, 5, 6, 0]) await page.check(`input[name=closedWeekdays][value="${day}"]`)
  await page.click('main form button')
  assert.match(await text(), /すべての曜日を休みにはできません/)
  assert.deepEqual(house.errors, [])
})
