/** 知らせ方, by hand in the browser without scripts: who is told, a trial, what was mistyped, taking somebody out. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { openBrowser, shoot, signIn, startHouse, WITHOUT_CHROMIUM } from './harness.ts'

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

test(
  'from the settings: somebody is added, mail is tried, somebody is taken out',
  { skip: WITHOUT_CHROMIUM },
  async () => {
    await page.goto(`${house.url}/settings`)
    await page.click('main a[href="/notices"]')
    assert.match(await text(), /support@example\.com[\s\S]*バックアップ専用機[\s\S]*電源、ケーブル/)

    const people = page.locator('form[action="/notices/people"]')
    await people.locator('[name=name]').fill('看護師長')
    await people.locator('[name=address]').fill('nurse')
    await people.locator('button').click()
    assert.equal(await page.inputValue('[name=name]'), '看護師長', 'what was typed is still there')
    assert.equal(await people.locator('[name=address]').getAttribute('aria-invalid'), 'true')
    await people.locator('[name=address]').fill('nurse@example.ne.jp')
    await people.locator('[name=address]').press('Enter')
    assert.match(page.url(), /done=saved/)
    assert.match(await text(), /看護師長[\s\S]*nurse@example\.ne\.jp/)

    await page.click('form[action="/notices/test"] button')
    assert.match(page.url(), /done=tested/)
    const tried = await page.locator('#test').innerText()
    assert.match(tried, /director@example\.ne\.jp[\s\S]*support@example\.com/)
    await shoot(page, 'notices-tried')

    const row = page.locator('#people tbody tr', { hasText: 'nurse@example.ne.jp' })
    await row.locator('summary').click()
    await row.locator('form[action="/notices/people/remove"] button').click()
    assert.match(page.url(), /done=removed/)
    assert.doesNotMatch(await page.locator('#people').innerText(), /nurse@/)
    assert.deepEqual(house.errors, [])
  },
)

test('a password that was refused is not sent back to the screen', { skip: WITHOUT_CHROMIUM }, async () => {
  await page.goto(`${house.url}/notices`)
  const server = page.locator('form[action="/notices/server"]')
  await server.locator('[name=host]').fill('smtp.other.example')
  await server.locator('button[type=submit], button:not([type])').first().click()
  assert.equal(await server.locator('[name=password]').getAttribute('aria-invalid'), 'true')
  assert.equal(await server.locator('[name=password]').inputValue(), '')
  assert.equal(await server.locator('[name=host]').inputValue(), 'smtp.other.example')
})
