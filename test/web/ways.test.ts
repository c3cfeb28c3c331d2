/** Ways through the product that people without a mouse, without scripts, or with paper take. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { longFixtureChart } from '../../src/web/fixtures/chart.ts'
import { fixtureIncident } from '../../src/web/fixtures/incidents.ts'
import { FIXTURE_PASSWORD } from '../../src/web/fixtures/services.ts'
import {
  openBrowser,
  openFixtureChart,
  SCREENSHOTS,
  signIn,
  startHouse,
  tabTo,
  WITHOUT_CHROMIUM,
  WITHOUT_POPPLER,
} from './harness.ts'

test('keyboard alone from the sign-in to a chart', { skip: WITHOUT_CHROMIUM }, async () => {
  const house = await startHouse()
  const browser = await openBrowser()
  try {
    const page = await browser.context.newPage()
    const { keyboard } = page
    await page.goto(`${house.url}/sign-in`)
    await keyboard.type('admin')
    await keyboard.press('Tab')
    await keyboard.type(FIXTURE_PASSWORD)
    await keyboard.press('Enter')
    await page.waitForURL(`${house.url}/`)
    await tabTo(page, /^ 本文へ/)
    await tabTo(page, /非常時のカルテ閲覧/)
    await keyboard.press('Enter')
    await page.waitForURL(/\/charts$/)
    await keyboard.type('ミホン')
    await keyboard.press('Enter')
    await page.waitForSelector('.hit-link')
    await tabTo(page, /見本　はる子/)
    await keyboard.press('Enter')
    await page.waitForSelector('#field-birth')
    await keyboard.type('19470409')
    await keyboard.press('Tab')
    await keyboard.press('Space')
    await tabTo(page, /カルテを開く/)
    await keyboard.press('Enter')
    await page.waitForSelector('.chart-header')
    assert.match(await page.innerText('h1'), /見本　はる子/)
    await page.keyboard.press('PageDown')
    await page.waitForFunction(() => scrollY > 100)
    assert.ok(await page.isVisible('.chart-strip-allergy'), 'allergies stay in sight while scrolling')
  } finally {
    await browser.close()
    await house.close()
  }
})

/** The stops of a page in their order; a date box is several. Fails where one cannot be seen, and never ends in a trap. */
async function stopsOf(page: Page): Promise<string[]> {
  const stops: string[] = []
  for (let step = 0; step < 400; step++) {
    await page.keyboard.press('Tab')
    const stop = await page.evaluate(() => {
      const element = document.activeElement as HTMLElement & { name?: string }
      if (element === document.body) return undefined
      const name = `${element.tagName} ${element.name ?? ''} ${element.textContent?.trim().slice(0, 20) ?? ''}`
      return { name, isSeen: getComputedStyle(element).outlineStyle !== 'none' }
    })
    if (!stop) return stops
    assert.ok(stop.isSeen, `the focus on ${stop.name} cannot be seen`)
    stops.push(stop.name)
  }
  assert.fail(`a trap: ${stops.at(-1)}`)
}

test('an emergency by keyboard alone: every stop can be seen, none is a trap', { skip: WITHOUT_CHROMIUM }, async () => {
  const house = await startHouse()
  const browser = await openBrowser()
  try {
    const page = await browser.context.newPage()
    await signIn(page, house.url)
    const one = `${house.url}/incidents/${fixtureIncident.id}`
    for (const [path, last] of [
      [`${house.url}/trouble`, /対応のページを開く/],
      [one, /復旧の道すじを開く/],
      [`${one}/timeline`, /書き足す/],
      [`${one}/evidence`, /書く/],
      [`${one}/reports/mhlw`, /として残す/],
    ] as const) {
      await page.goto(path)
      const stops = await stopsOf(page)
      assert.match(stops[0]!, /本文へ/)
      assert.ok(
        stops.slice(-6).some((stop) => last.test(stop)),
        `${path}: ${stops.slice(-6).join(', ')}`,
      )
    }
  } finally {
    await browser.close()
    await house.close()
  }
})

test('a barcode reader finds the patient wherever the cursor is', { skip: WITHOUT_CHROMIUM }, async () => {
  const house = await startHouse()
  const browser = await openBrowser()
  try {
    const page = await browser.context.newPage()
    await signIn(page, house.url)
    await page.goto(`${house.url}/charts`)
    await page.evaluate(() => (document.activeElement as HTMLElement).blur())
    // All at once, as a reader does it: a busy machine must not turn the gaps between its keys into those of fingers.
    await Promise.all(['0', '0', '0', '1', '2', '3', '4', '5', 'Enter'].map((key) => page.keyboard.press(key)))
    await page.waitForSelector('.hit-link')
    assert.match(await page.innerText('main'), /1人 見つかりました/)
    assert.doesNotMatch(page.url(), /00012345/)
    await page.click('.hit-link')
    await page.goBack()
    await page.waitForSelector('.hit-link')
    await page.evaluate(() => (document.activeElement as HTMLElement).blur())
    await page.keyboard.press('/')
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'field-query')
  } finally {
    await browser.close()
    await house.close()
  }
})

test('scripts off: signing in, reading a chart, following a job', { skip: WITHOUT_CHROMIUM }, async () => {
  const house = await startHouse()
  const browser = await openBrowser({ javaScript: false })
  try {
    const page = await browser.context.newPage()
    await signIn(page, house.url)
    await openFixtureChart(page, house.url)
    assert.match(await page.innerText('.chart'), /1回量 1錠/)
    await page.goto(`${house.url}/jobs/j-1`)
    assert.match(await page.innerText('main'), /自動では変わりません/)
    await page.click('text=最新のようすを表示する')
    assert.equal(await page.locator('progress').count(), 1)
    assert.equal(await page.locator('print-button:visible').count(), 0)
  } finally {
    await browser.close()
    await house.close()
  }
})

test('a job’s progress moves by itself and its end offers what comes next', { skip: WITHOUT_CHROMIUM }, async () => {
  const house = await startHouse()
  const browser = await openBrowser()
  try {
    const page = await browser.context.newPage()
    await signIn(page, house.url)
    await page.goto(`${house.url}/jobs/j-1`)
    await page.waitForSelector('text=できたバックアップを見る')
    assert.match(await page.innerText('.progress-line'), /終わりました/)
  } finally {
    await browser.close()
    await house.close()
  }
})

test('home renews itself when work ends; what is unfolded and focused stays', { skip: WITHOUT_CHROMIUM }, async () => {
  const house = await startHouse()
  const browser = await openBrowser()
  try {
    const page = await browser.context.newPage()
    const ended = Promise.withResolvers<void>()
    await page.route('**/jobs/*/events', async (route) => {
      await ended.promise
      await route.continue()
    })
    await signIn(page, house.url)
    await page.click('.light summary >> nth=2')
    await page.evaluate(() => document.querySelector('.lights')?.setAttribute('data-old', ''))
    ended.resolve()
    await page.waitForSelector('.lights:not([data-old])')
    assert.match(await page.innerText('.progress-line'), /終わりました/)
    assert.deepEqual(
      await page.evaluate(() => {
        const third = document.querySelectorAll('.light details')[2]
        return [third?.hasAttribute('open'), document.activeElement?.parentElement === third]
      }),
      [true, true],
    )
  } finally {
    await browser.close()
    await house.close()
  }
})

test('scripts off: home has a link to its present state', { skip: WITHOUT_CHROMIUM }, async () => {
  const house = await startHouse()
  const browser = await openBrowser({ javaScript: false })
  try {
    const page = await browser.context.newPage()
    await signIn(page, house.url)
    await page.click('text=いまの状態を見る')
    assert.equal(await page.locator('.lights').count(), 1)
  } finally {
    await browser.close()
    await house.close()
  }
})

test('a hostile name runs nothing', { skip: WITHOUT_CHROMIUM }, async () => {
  const house = await startHouse()
  const browser = await openBrowser()
  try {
    const page = await browser.context.newPage()
    let dialogs = 0
    page.on('dialog', (dialog) => {
      dialogs++
      void dialog.dismiss()
    })
    await signIn(page, house.url)
    await page.goto(`${house.url}/charts`)
    await page.fill('#field-query', '00099999')
    await page.press('#field-query', 'Enter')
    await page.waitForSelector('.hit-link')
    assert.match(await page.innerText('.hit-link'), /<script>alert\("見本"\)<\/script>/)
    assert.equal(dialogs, 0)
  } finally {
    await browser.close()
    await house.close()
  }
})

/** Pages of a printed address, each as its text. */
async function print(page: Page, name: string): Promise<string[]> {
  mkdirSync(SCREENSHOTS, { recursive: true })
  const path = `${SCREENSHOTS}${name}.pdf`
  writeFileSync(path, await page.pdf({ preferCSSPageSize: true }))
  const text = execFileSync('/usr/bin/pdftotext', ['-layout', path, '-'], { encoding: 'utf8' })
  return text.split('\f').slice(0, -1)
}

test('paper: whose chart and of when on every sheet', { skip: WITHOUT_CHROMIUM || WITHOUT_POPPLER }, async () => {
  const house = await startHouse({ chart: longFixtureChart })
  const browser = await openBrowser()
  try {
    const page = await browser.context.newPage()
    await signIn(page, house.url)
    const chart = await openFixtureChart(page, house.url)
    const full = await print(page, 'chart')
    assert.ok(full.length > 3)
    for (const sheet of full) {
      assert.match(sheet, /患者ID 00012345/)
      assert.match(sheet, /11月22日（日）2:14 時点\s+バックアップ g-202611/)
      assert.match(sheet, /見本 花子/)
      assert.match(sheet, /見本(?! 花子)/)
    }
    assert.match(full[0]!, /院内用（患者・家族に渡さない）/)
    for (const audience of ['staff', 'patient']) {
      await page.goto(chart.replace('?', `/print?for=${audience}&`))
      const sheets = await print(page, `summary-${audience}`)
      // Forty-eight drugs fill two; test/paper counts the sheets of other charts.
      assert.equal(sheets.length, 2, audience)
      assert.match(sheets[0]!, /セフェム系抗菌薬/)
      assert.match(sheets[1]!, /続き/)
      assert.match(sheets[1]!, /2 ?\/ ?2/)
      assert.match(sheets[0]!, audience === 'patient' ? /患者に渡す用/ : /院内用/)
    }
  } finally {
    await browser.close()
    await house.close()
  }
})
