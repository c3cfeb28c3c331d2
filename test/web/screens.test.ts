/** Every screen at three widths: no accessibility violation, nothing wider than the screen, a picture to look at. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { openBrowser, openFixtureChart, shoot, signIn, startHouse, WIDTHS, WITHOUT_CHROMIUM } from './harness.ts'

const PAGES: readonly [name: string, path: string][] = [
  ['home', '/'],
  ['trouble', '/trouble'],
  ['incidents', '/incidents'],
  ['incident', '/incidents/x1'],
  ['incident-timeline', '/incidents/x1/timeline'],
  ['incident-evidence', '/incidents/x1/evidence'],
  ['incident-review', '/incidents/x1/review'],
  ['incident-paper', '/incidents/x1/paper'],
  ['incident-year', '/incidents/year/now'],
  ['incident-reports', '/incidents/x1/reports'],
  ['incident-report', '/incidents/x1/reports/ppc-first'],
  ['improvements', '/improvements'],
  ['first-hour', '/first-hour'],
  ['first-hour-steps', '/first-hour?ehr=onPremise'],
  ['letter', '/first-hour/letter'],
  ['sources', '/sources'],
  ['source-new', '/sources/new'],
  ['source-fhir', '/sources/fhir-server'],
  ['source-fhir-change', '/sources/fhir-server/cloud'],
  ['generations', '/generations'],
  ['generation', '/generations/g-20261122'],
  ['places', '/places?add=1'],
  ['media', '/media'],
  ['media-settings', '/media/settings'],
  ['media-register', '/media/register?done=3'],
  ['media-labels', '/media/labels'],
  ['media-rota', '/media/rota'],
  ['medium', '/media/2'],
  ['job-failed', '/jobs/j-2'],
  ['problems', '/problems'],
  ['search', '/charts'],
  ['other-day', '/charts/generations'],
  ['wards', '/charts/wards'],
  ['ward-minimum', '/charts/wards/minimum?ward=3A'],
  ['expected', '/charts/expected'],
  ['stacks', '/print'],
  ['slips', '/slips?form=note'],
  ['journal', '/journal'],
  ['people', '/people'],
  ['protected', '/protected'],
  ['kit', '/recovery-kit'],
  ['kit-new', '/recovery-kit/new'],
  ['kit-print', '/recovery-kit/print'],
  ['kit-places', '/recovery-kit/places'],
  ['kit-check', '/recovery-kit/check/0'],
  ['emergency-accounts', '/emergency-accounts'],
  ['emergency-review', '/emergency-accounts/1'],
  ['read-tokens', '/read-tokens'],
  ['recover', '/recover'],
  ['erasures', '/erasures'],
  ['signs', '/signs'],
  ['rehearsals', '/rehearsals'],
  ['rehearsal', '/rehearsals/r1'],
  ['rehearsal-settings', '/rehearsals/settings'],
  ['instant', '/generations/g1/instant'],
  ['instant-start', '/generations/g1/instant?at=0.0'],
  ['instant-parts', '/generations/g1/instant/files?image=0.0'],
  ['instant-inside', '/generations/g1/instant/files?image=0.0&part=part2'],
  ['instant-list', '/instant'],
  ['instant-running', '/instant/x1'],
  ['instant-after', '/instant/x2'],
  ['erasure-certificate', '/erasures/e1/certificate'],
  ['source-change', '/sources/ehr'],
  ['devices', '/devices'],
  ['papers', '/papers'],
  ['paper-manual', '/papers/manuals/ward'],
  ['paper-entries', '/paper-entry'],
  ['paper-all', '/paper-entry/all'],
  ['paper-unpaid', '/paper-entry/unpaid'],
  ['paper-entry', '/paper-entry/1111111111111111'],
  ['paper-entry-settled', '/paper-entry/3333333333333333'],
  ['monday', '/monday'],
  ['proofs', '/drills/proofs'],
  ['drills', '/drills'],
  ['rules', '/drills/rules'],
  ['training', '/drills/training'],
  ['drill-planned', '/drills/d1'],
  ['drill-running', '/drills/d2'],
  ['drill-ended', '/drills/d3'],
  ['lesson', '/drills/lessons/phishing'],
  ['bcp', '/bcp'],
  ['bcp-section', '/bcp/sections/criteria'],
  ['bcp-order', '/bcp/orders/care'],
  ['bcp-impact', '/bcp/bia'],
  ['bcp-approve', '/bcp/approve'],
  ['bcp-compare', '/bcp/compare'],
  ['registers', '/registers'],
  ['register-people', '/registers/person'],
  ['register-connections', '/registers/connection'],
  ['register-entry', '/registers/vendor/v1'],
  ['cut-list', '/registers/cut-list'],
  ['contact-sheet', '/registers/contact-sheet'],
  ['contact-tree', '/registers/contact-tree'],
  ['device', '/devices/router'],
  ['device-record', '/devices/router/records/v1'],
  ['device-compare', '/devices/router/compare?before=v1&after=v2'],
  ['machines', '/machines?add=1'],
  ['stations', '/stations'],
  ['editions', '/editions'],
  ['edition-new', '/editions/new'],
  ['edition', '/editions/5'],
  ['edition-night', '/editions/night'],
  ['edition-papers', '/editions/papers'],
  ['edition-label', '/editions/5/label'],
  ['edition-card', '/editions/5/card'],
  ['edition-lost', '/editions/1/lost'],
  ['overview', '/overview'],
  ['source-rules', '/overview/ehr'],
  ['horizon', '/horizon'],
  ['clean-candidate', '/clean-candidate?since=2026-10-23'],
  ['policy', '/sources/ehr/policy'],
  ['calendar', '/settings/calendar'],
  ['coverage', '/coverage-map'],
  ['coverage-system', '/coverage-map/ehr'],
  ['coverage-new', '/coverage-map/new'],
  ['person', '/people/p1'],
  ['settings', '/settings'],
  ['preparations', '/preparations'],
  ['account', '/account'],
  ['not-found', '/nowhere'],
  ['notices', '/notices'],
  ['pattern', '/pattern'],
]

/** axe's findings as lines that name the rule and the element. */
async function violations(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  return violations.flatMap((found) =>
    found.nodes.map((node) => `${found.id}: ${node.target.join(' ')} ${node.failureSummary}`),
  )
}

/** What is wrong with this screen at each width, as lines; the pictures are taken either way. */
async function check(page: Page, name: string): Promise<string[]> {
  const found: string[] = []
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 })
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    )
    if (overflow > 0) found.push(`${name} at ${width}: ${overflow} px wider than the screen`)
    found.push(...(await violations(page)).map((line) => `${name} at ${width}: ${line}`))
    await shoot(page, `${name}-${width}`)
  }
  return found
}

let house: Awaited<ReturnType<typeof startHouse>>
let browser: Awaited<ReturnType<typeof openBrowser>>
before(async () => {
  if (WITHOUT_CHROMIUM) return
  house = await startHouse()
  browser = await openBrowser()
})
after(async () => {
  await browser?.close()
  await house?.close()
})

test('screens before signing in', { skip: WITHOUT_CHROMIUM }, async () => {
  const page = await browser.context.newPage()
  for (const [name, path] of [
    ['sign-in', '/sign-in'],
    ['first-sign-in', '/sign-in/first'],
    ['emergency-door', '/emergency'],
  ] as const) {
    await page.goto(`${house.url}${path}`)
    assert.deepEqual(await check(page, name), [])
  }
})

test('screens of a signed-in person', { skip: WITHOUT_CHROMIUM }, async () => {
  const page = await browser.context.newPage()
  const refused: string[] = []
  page.on('console', (message) => message.type() === 'error' && refused.push(message.text()))
  await signIn(page, house.url)
  const wrong: string[] = []
  for (const [name, path] of PAGES) {
    await page.goto(`${house.url}${path}`)
    wrong.push(...(await check(page, name)))
  }
  assert.deepEqual(wrong, [])
  assert.deepEqual(
    refused.filter((text) => !text.includes('404')),
    [],
    'the browser refused something of ours',
  )
  assert.deepEqual(house.errors, [])
})

test('search results, the two identifiers, the chart and its print', { skip: WITHOUT_CHROMIUM }, async () => {
  const page = await browser.context.newPage()
  await signIn(page, house.url)
  const wrong: string[] = []
  await page.goto(`${house.url}/charts`)
  await page.fill('#field-query', 'みほん')
  await page.press('#field-query', 'Enter')
  await page.waitForSelector('.hit-link')
  wrong.push(...(await check(page, 'results')))
  await page.click('.hit-link')
  wrong.push(...(await check(page, 'opening')))
  const chart = await openFixtureChart(page, house.url)
  wrong.push(...(await check(page, 'chart')))
  // The parts that come on demand: one analyte large, a document in its place, other days and what changed.
  const more = [
    ['chart-trend', chart.replace('?', '?all=1&') + '#trend-1-1'],
    ['chart-document', chart.replace('?', '?document=1&')],
    ['chart-history', chart.replace('?', '/history?')],
    ['chart-compare', chart.replace('?', '/compare?with=g-20261121&')],
  ] as const
  for (const [name, address] of more) {
    await page.goto(address)
    wrong.push(...(await check(page, name)))
  }
  await page.goto(chart.replace('?', '?origins=1&all=1&'))
  wrong.push(...(await check(page, 'chart-origins')))
  await page.goto(chart.replace('?', '/print?'))
  wrong.push(...(await check(page, 'chart-print')))
  assert.deepEqual(wrong, [])
})
