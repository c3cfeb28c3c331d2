/** One number in several sources, in the browser: found together, told on the chart, opened one by one. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { fixtureGenerations, fixtureSources } from '../../src/web/fixtures/house.ts'
import { fixtureSameNumber } from '../../src/web/fixtures/same-number.ts'
import { openBrowser, SCREENSHOTS, shoot, signIn, startHouse, WITHOUT_CHROMIUM } from './harness.ts'

const skip = WITHOUT_CHROMIUM
let house: Awaited<ReturnType<typeof startHouse>>
let browser: Awaited<ReturnType<typeof openBrowser>>
let page: Page
const shared: [string, boolean][] = []
before(async () => {
  if (skip) return
  house = await startHouse()
  const { charts, backup } = house.services
  charts.readableGenerations = async () =>
    fixtureGenerations.slice(0, 2).map((one, at) => (at === 0 ? one : { ...one, sourceId: 'scan' }))
  charts.sameNumber = async (_viewer, _generation, keys) => ({
    found: new Map(keys.includes('fixture-1') ? [['fixture-1', fixtureSameNumber]] : []),
    failed: [],
  })
  backup.sources = async () => [{ ...fixtureSources[0]!, sharedNumbers: shared.at(-1)?.[1] ?? false }]
  backup.shareNumbers = async (_viewer, id, on) => {
    shared.push([id, on])
  }
  browser = await openBrowser()
  page = await browser.context.newPage()
  await signIn(page, house.url)
})
after(async () => {
  await browser?.close()
  await house?.close()
})

/** On a desk and at a phone's width: nothing sticks out, and axe finds nothing. */
async function lookAt(name: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  assert.deepEqual(
    violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html}`),
    [],
    name,
  )
  for (const width of [1100, 390]) {
    await page.setViewportSize({ width, height: 1500 })
    // A chart is long; what this is about stands at its top.
    await page.screenshot({ path: `${SCREENSHOTS}same-number-${name}-${width}.png` })
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    assert.ok(wide <= 0, `${name} at ${width}: ${wide} px too wide`)
  }
}

test('the setting is chosen and taken back on the page of the source', { skip }, async () => {
  await page.goto(`${house.url}/sources/ehr`)
  await lookAt('setting')
  await page.check('input[name=shared]')
  await page.click('main form:has(input[name=shared]) button')
  assert.match(await page.innerText('main'), /保存しました/)
  await page.uncheck('input[name=shared]')
  await page.click('main form:has(input[name=shared]) button')
  assert.deepEqual(shared, [
    ['ehr', true],
    ['ehr', false],
  ])
})

test('hits of one number stand together, the chart tells of the others, each opens by itself', { skip }, async () => {
  await page.goto(`${house.url}/charts`)
  await page.fill('#field-query', '00012345')
  await page.press('#field-query', 'Enter')
  assert.equal(await page.locator('tr.same-number').count(), 4)
  await lookAt('search')
  await page.locator('.hit-link').first().click()
  await page.fill('#field-birth', 'S22.4.9')
  await page.check('input[name=confirmed]')
  await page.click('main form button[type=submit]')
  await page.waitForSelector('.chart-header')
  assert.match(await page.innerText('.elsewhere'), /▲ 名前か生年月日が違います。同じ方か確かめてください/)
  await lookAt('chart')
  const chart = page.url()
  await page.goto(chart.replace('?', '/print?'))
  assert.match(await page.innerText('main'), /この紙にはありません/)
  await shoot(page, 'same-number-print')
  await page.goto(chart)
  await page.locator('.elsewhere a').last().click()
  assert.match(page.url(), /\/open\?generation=g-20261121$/)
  assert.doesNotMatch(page.url(), /12345/, 'no number in an address')
  await browser.context.addCookies([{ name: 'toride_language', value: 'en', url: house.url }])
  await page.goto(chart)
  assert.match(await page.innerText('.elsewhere'), /▲ Name or birth date differs/)
  await lookAt('chart-en')
})
