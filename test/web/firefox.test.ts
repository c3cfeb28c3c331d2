/** The way to a chart and to its paper in the other browser, with scripts and without. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { longFixtureChart } from '../../src/web/fixtures/chart.ts'
import { FIXTURE_PASSWORD } from '../../src/web/fixtures/services.ts'
import { type FirefoxPage, openFirefox, WITHOUT_FIREFOX } from './firefox.ts'
import { SCREENSHOTS, startHouse, WITHOUT_POPPLER } from './harness.ts'

async function openChart(page: FirefoxPage, url: string): Promise<string> {
  await page.goto(`${url}/sign-in`)
  await page.click('#field-loginName')
  await page.type('admin')
  await page.click('#field-password')
  await page.type(FIXTURE_PASSWORD)
  await page.enter()
  await page.wait('.lights')
  await page.goto(`${url}/charts`)
  await page.click('#field-query')
  await page.type('ミホン')
  await page.enter()
  await page.click('.hit-link')
  await page.click('#field-birth')
  await page.type('S22.4.9')
  await page.click('input[name=confirmed]')
  await page.click('main form button[type=submit]')
  await page.wait('.chart-header')
  return page.url()
}

/** Pages of the paper, each as its text. */
async function sheets(page: FirefoxPage, name: string): Promise<string[]> {
  mkdirSync(SCREENSHOTS, { recursive: true })
  const path = `${SCREENSHOTS}${name}.pdf`
  writeFileSync(path, await page.print())
  const text = execFileSync('/usr/bin/pdftotext', ['-layout', path, '-'], { encoding: 'utf8' })
  // Firefox's PDF names some characters by their radical's code point (⽉ for 月); the sheet looks the same.
  return text.normalize('NFKC').split('\f').slice(0, -1)
}

for (const javaScript of [true, false])
  test(
    `Firefox with scripts ${javaScript ? 'on' : 'off'}: sign in, search, read a chart, print it`,
    { skip: WITHOUT_FIREFOX || WITHOUT_POPPLER },
    async () => {
      const house = await startHouse({ chart: longFixtureChart })
      const page = await openFirefox({ javaScript })
      try {
        const chart = await openChart(page, house.url)
        assert.match(await page.text('h1'), /見本/)
        assert.match(await page.text('.chart'), /1回量 1錠/)
        assert.equal(await page.visible('print-button'), javaScript)
        const name = `firefox-${javaScript ? 'scripts' : 'plain'}`
        const full = await sheets(page, `${name}-chart`)
        assert.ok(full.length > 3)
        for (const [at, sheet] of full.entries()) {
          assert.match(sheet, /患者ID 00012345/, `whose chart sheet ${at + 1} is`)
          assert.match(sheet, /11月22日\(日\)2:14 時点/, `of when sheet ${at + 1} is`)
        }
        await page.goto(chart.replace('?', '/print?for=staff&'))
        const summary = await sheets(page, `${name}-summary`)
        // As many as set: forty-eight drugs fill two.
        assert.equal(summary.length, 2)
        assert.match(summary[0]!, /セフェム系抗菌薬/)
        assert.deepEqual(house.errors, [])
      } finally {
        await page.close()
        await house.close()
      }
    },
  )
