/**
 * What must never fold away, at any width and on paper, without scripts; and the parts of a chart that come on demand by the
 * address alone: one analyte large, a document in its place.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { openBrowser, openFixtureChart, signIn, startHouse, WIDTHS, WITHOUT_CHROMIUM } from './harness.ts'

let house: Awaited<ReturnType<typeof startHouse>>
let browser: Awaited<ReturnType<typeof openBrowser>>
let page: Page
let chart = ''
before(async () => {
  if (WITHOUT_CHROMIUM) return
  house = await startHouse()
  browser = await openBrowser({ javaScript: false })
  page = await browser.context.newPage()
  await signIn(page, house.url)
  chart = await openFixtureChart(page, house.url)
})
after(async () => {
  await browser?.close()
  await house?.close()
})

/** Allergies and contraindications, infections, alerts, blood type: each with words that can be read where they stand. */
const NEVER_FOLDED = ['.chart-allergies', '.chart-infections', '.chart-alerts', '.chart-identity dd:has(.quiet)']

test('the header folds at no width and not on paper', { skip: WITHOUT_CHROMIUM }, async () => {
  for (const media of ['screen', 'print'] as const) {
    await page.emulateMedia({ media })
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 800 })
      for (const selector of NEVER_FOLDED) {
        const part = page.locator(`.chart-header ${selector}`).first()
        const seen = await part.evaluate((element) => ({
          inFold: element.closest('details') !== null || element.querySelector('details') !== null,
          cut: element.scrollHeight > element.clientHeight + 2 && getComputedStyle(element).overflowY !== 'visible',
          words: (element as HTMLElement).innerText.trim().length,
          height: element.getBoundingClientRect().height,
        }))
        const where = `${selector} ${media} ${width}`
        assert.deepEqual([seen.inFold, seen.cut], [false, false], where)
        assert.ok(seen.words > 0 && seen.height > 10, where)
      }
    }
  }
  await page.emulateMedia({ media: 'screen' })
})

test('without scripts, by keyboard: one analyte large, and back', { skip: WITHOUT_CHROMIUM }, async () => {
  await page.setViewportSize({ width: 390, height: 800 })
  await page.goto(chart)
  const figure = page.locator('#trend-1-1')
  assert.equal(await figure.isVisible(), false)
  await page.locator('a[href="#trend-1-1"]').focus()
  await page.keyboard.press('Enter')
  await figure.waitFor({ state: 'visible' })
  assert.match(await figure.innerText(), /K mmol\/L.*基準範囲 3\.6-4\.8.*2026-11-21.*5\.6/s)
  assert.equal(await page.locator('.trend-figure:visible').count(), 1)
  await figure.locator('a').focus()
  await page.keyboard.press('Enter')
  await figure.waitFor({ state: 'hidden' })
})

test('a flow sheet that is wider than a phone shows its newest day first', { skip: WITHOUT_CHROMIUM }, async () => {
  await page.goto(chart)
  const right = await page.locator('.flow-sheet .wide-picture').evaluate((box) => {
    const picture = box.querySelector('svg')!.getBoundingClientRect()
    return picture.right - box.getBoundingClientRect().right
  })
  assert.ok(Math.abs(right) < 2, `${right}`)
})

test('a CDA is shown in the chart without anything of its code', { skip: WITHOUT_CHROMIUM }, async () => {
  await page.goto(chart.replace('?', '?document=1&'))
  const shown = page.locator('.document-shown')
  assert.match(await shown.innerText(), /紹介目的.*アムロジピン 5mg.*1\.48 H/s)
  assert.equal(await shown.locator('script, [onclick], b').count(), 0)
  await page.goto(chart.replace('?', '?document=2&'))
  assert.equal(await page.locator('.document-shown img').evaluate((img) => (img as HTMLImageElement).naturalWidth), 1)
  assert.match(await page.locator('.document-shown').innerText(), /参照用・診断には使えません/)
})
