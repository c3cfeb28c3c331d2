/** A server over the synthetic house and Debian's Chromium before it. */
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type BrowserContext, chromium, type Page } from 'playwright-core'
import { manualClock } from '#base'
import type { Chart } from '#chart'
import { NOW } from '../../src/web/fixtures/house.ts'
import { FIXTURE_PASSWORD, fixtureServices } from '../../src/web/fixtures/services.ts'
import { createWeb, listen } from '../../src/web/index.ts'

export const CHROMIUM = '/usr/bin/chromium'
export const WITHOUT_CHROMIUM = existsSync(CHROMIUM) ? false : `no browser at ${CHROMIUM}`
export const WITHOUT_POPPLER = existsSync('/usr/bin/pdftotext') ? false : 'no pdftotext (poppler-utils)'

/** Where the pictures of the screens go, for people to look at and for the manual. */
export const SCREENSHOTS = fileURLToPath(new URL('../../node_modules/.cache/screenshots/', import.meta.url))

export const WIDTHS = [390, 820, 1366] as const
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export async function startHouse(options: { chart?: Chart } = {}) {
  const clock = manualClock(NOW)
  const services = fixtureServices(clock, options)
  const errors: unknown[] = []
  const web = await createWeb(services, { clock, hosts: [], secure: false, onError: (error) => errors.push(error) })
  const server = await listen(web, '127.0.0.1', 0)
  return { ...server, services, errors }
}

/** A fresh profile each time; closing removes it. */
export async function openBrowser(
  options: { javaScript?: boolean } = {},
): Promise<{ context: BrowserContext; close(): Promise<void> }> {
  const profile = mkdtempSync(join(tmpdir(), 'toride-web-'))
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: CHROMIUM,
    headless: true,
    args: FLAGS,
    javaScriptEnabled: options.javaScript ?? true,
    locale: 'ja-JP',
    reducedMotion: 'reduce',
  })
  return {
    context,
    async close() {
      await context.close()
      rmSync(profile, { recursive: true, force: true })
    },
  }
}

export async function signIn(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/sign-in`)
  await page.fill('#field-loginName', 'admin')
  await page.fill('#field-password', FIXTURE_PASSWORD)
  await page.press('#field-password', 'Enter')
  await page.waitForURL(`${url}/`)
}

/** Opens the fixture's patient as a person would, and answers the address of the chart. */
export async function openFixtureChart(page: Page, url: string): Promise<string> {
  await page.goto(`${url}/charts`)
  await page.fill('#field-query', '00012345')
  await page.press('#field-query', 'Enter')
  await page.click('.hit-link')
  await page.fill('#field-birth', 'S22.4.9')
  await page.check('input[name=confirmed]')
  await page.click('main form button[type=submit]')
  await page.waitForSelector('.chart-header')
  return page.url()
}

export async function shoot(page: Page, name: string): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true })
  await page.screenshot({ path: `${SCREENSHOTS}${name}.png`, fullPage: true })
}

/** Tabs until the focused element's text or name matches; fails after `most` steps. */
export async function tabTo(page: Page, wanted: RegExp, most = 60): Promise<void> {
  for (let step = 0; step < most; step++) {
    await page.keyboard.press('Tab')
    const focused = await page.evaluate(() => {
      const element = document.activeElement as HTMLElement & { name?: string }
      const { outlineStyle } = getComputedStyle(element)
      return { text: `${element.name ?? ''} ${element.textContent ?? ''}`, seen: outlineStyle !== 'none' }
    })
    if (!wanted.test(focused.text)) continue
    assert.ok(focused.seen, `the focus on ${wanted} cannot be seen`)
    return
  }
  assert.fail(`not reached by keyboard: ${wanted}`)
}
