/** Each screen of the emergency PC in a real browser, without a script: axe, three widths, and the way from the first to paper. */
import { AxeBuilder } from '@axe-core/playwright'
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { systemClock as clock } from '#base'
import type { Institution } from '#server'
import type { Viewer } from '#web'
import { printBinder } from '../../src/server/bcp/print-binder.ts'
import { EditionPapers } from '../../src/server/editions/papers.ts'
import { stationServices } from '../../src/station/services.ts'
import { listen } from '../../src/web/listen.ts'
import { createStationWeb } from '../../src/web/station-app.tsx'
import { openBrowser, shoot, WIDTHS, WITHOUT_CHROMIUM } from '../web/harness.ts'
import { clinic, copyOf, openStation, prepare, scratch } from './scene.ts'

test('from an empty PC to a test page, each screen for everybody', { skip: WITHOUT_CHROMIUM }, async (t) => {
  const home = await clinic(t)
  await new EditionPapers(home.institution).add('p1', '緊急連絡先 <b>', Buffer.from('%PDF-1.4'))
  await printedBinder(home.institution)
  const { words, file } = await prepare(home)
  const copies = copyOf(home, t)
  const station = await openStation(t, scratch(t, 'pc'))
  const errors: unknown[] = []
  const onError = (error: unknown): void => void errors.push(error)
  const web = await createStationWeb(stationServices(station), { clock, hosts: [], secure: false, onError })
  const server = await listen(web, '127.0.0.1', 0)
  const browser = await openBrowser()
  t.after(async () => {
    await browser.close()
    await server.close()
  })
  const page = await browser.context.newPage()
  const wrong: string[] = []
  const look = async (name: string): Promise<void> => void wrong.push(...(await faults(page, name)))

  await page.goto(server.url)
  await look('set-up file')
  const saved = join(scratch(t, 'usb'), 'toride-station.json')
  writeFileSync(saved, file.slice(0, 200))
  await page.setInputFiles('input[type=file]', saved)
  await page.click('main form button[type=submit]')
  assert.match(await page.innerText('main'), /非常用PCのファイルを読めません/)
  writeFileSync(saved, file)
  await page.setInputFiles('input[type=file]', saved)
  await page.click('main form button[type=submit]')
  await look('set-up origin')
  await page.goto(`${server.url}/set-up?kind=folder`)
  await page.fill('#field-folder', '/nowhere')
  await page.click('form[action="/set-up/origin"] button')
  assert.match(await page.innerText('main'), /保管場所/)
  await page.fill('#field-folder', copies)
  await page.click('form[action="/set-up/origin"] button')
  await look('first screen, closed')
  // Whoever has no card gets no further, wherever they ask.
  for (const path of ['/charts', '/log', '/log/file', '/test', '/charts/wards', '/charts/x/print', '/papers/0.pdf']) {
    await page.goto(`${server.url}${path}`)
    assert.equal(new URL(page.url()).pathname, '/open', path)
  }
  await page.goto(server.url)
  await page.fill('#field-query', '0')
  await page.press('#field-query', 'Enter')
  await look('card')
  await page.fill('#field-words', 'legal winner')
  await page.fill('#field-name', '見本 <b>看護子</b>')
  await page.check('[name=profession][value=nurse]')
  await page.click('main form button[type=submit]')
  await look('card, refused')
  assert.match(await page.innerText('main'), /カードの言葉を読み取れませんでした/)
  assert.match(await page.innerText('main'), /8個のはずが、2個あります/)
  // What was typed is still there, only the words are asked again.
  await page.fill('#field-words', words)
  await page.click('main form button[type=submit]')
  await page.waitForSelector('.hit-link')
  await look('hits')
  assert.match(await page.innerText('main'), /砦がまだ確かめていません/)
  await page.goto(server.url)
  await look('first screen, open')
  await shoot(page, 'station-papers')
  assert.equal(await page.getAttribute('a:has-text("緊急連絡先 <b>")', 'href'), '/papers/1.pdf')
  assert.match(await page.innerText('main'), /BCP の冊子（[^]*印刷したのは .*、0日前です/)
  const binder = await page.context().request.get(`${server.url}/papers/0.pdf`)
  assert.equal((await binder.body()).subarray(0, 5).toString(), '%PDF-')
  await page.goto(`${server.url}/log`)
  await look('log')
  assert.match(await page.innerText('main'), /見本 <b>看護子<\/b> 看護[\s\S]*非常用PCを開封カードで開いた/)
  await page.goto(`${server.url}/test`)
  await page.click('form[action="/test"] button')
  await look('test')
  await page.click('button:has-text("紙に出た")')
  assert.match(await page.innerText('main'), /✓ 紙に出ました/)
  await page.setViewportSize({ width: 1366, height: 900 })
  await page.click('button:has-text("閉じる（次の人はカードから）")')
  assert.match(await page.innerText('main'), /閉じました/)
  await page.goBack()
  assert.ok(!(await page.content()).includes('紙に出ました'), 'nothing comes back out of the browser’s memory')
  assert.deepEqual(wrong, [])
  assert.deepEqual(errors, [])
})

async function faults(page: Page, name: string): Promise<string[]> {
  const found: string[] = []
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 })
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    if (wider > 0) found.push(`${name} at ${width}: ${wider} px wider than the screen`)
  }
  const { violations } = await new AxeBuilder({ page }).analyze()
  return [
    ...found,
    ...violations.map(({ id, nodes }) => `${name}: ${id} ${nodes.map((node) => node.target.join(' ')).join()}`),
  ]
}

/** Of a plan that was approved; what is in it is another test's. */
async function printedBinder(institution: Institution): Promise<void> {
  const document = JSON.stringify({ title: '計画', language: 'ja', blocks: [] })
  await institution.plans.approve({ document, sections: {}, approvedBy: '見本' }, async () => {})
  assert.equal(await printBinder(institution, { personId: 'p1', displayName: '見本' } as Viewer), true)
}
