/** 「前の砦から戻す」 by keyboard: wrong words named, a day chosen, the way on. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import { openBrowser, shoot, signIn, startHouse, WITHOUT_CHROMIUM } from './harness.ts'

test('words and place, a day, and where to go on', { skip: WITHOUT_CHROMIUM }, async (t) => {
  const house = await startHouse()
  const browser = await openBrowser()
  t.after(async () => {
    await browser.close()
    await house.close()
  })
  const page = await browser.context.newPage()
  await page.setViewportSize({ width: 390, height: 800 })
  await signIn(page, house.url)
  await page.goto(`${house.url}/first-hour`)
  await page.click('text=前の砦から戻す')
  await page.click('main button[type=submit]')
  assert.match(await page.innerText('#form-errors'), /紙の語/)
  await page.fill('#field-words', '? abandon')
  await page.fill('#field-address', '/mnt/disk')
  await page.click('main button[type=submit]')
  assert.match(await page.innerText('#error-words'), /1、4番目が読めません/)
  assert.equal(await page.inputValue('#field-address'), '/mnt/disk')
  await page.fill('#field-words', 'abandon olive')
  await page.fill('#field-address', 'elsewhere')
  await page.click('main button[type=submit]')
  assert.match(await page.innerText('#error-address'), /開けるバックアップがありません/)
  await page.fill('#field-address', '/mnt/disk')
  await page.click('main button[type=submit]')
  assert.match(await page.innerText('main'), /7番目は「olive」として読みました/)
  assert.match(await page.innerText('main .choices'), /○ 専用機が受け取った[\s\S]*いちばん新しい/)
  await shoot(page, 'recover-choose-390')
  await page.click('text=この日の状態に戻す')
  const done = await page.innerText('main')
  assert.match(done, /青葉記念病院 を戻しました[\s\S]*AB3DE-FG7HJ-KM2NP-QR5ST[\s\S]*ほかの1回分/)
  await shoot(page, 'recover-done-390')
  assert.deepEqual((await new AxeBuilder({ page }).analyze()).violations, [])
  assert.deepEqual(house.errors, [])
})
