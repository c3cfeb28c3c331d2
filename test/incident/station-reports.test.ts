/** With no server left: the first report is drafted and recorded as sent on the emergency PC, and comes home with its files. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock as clock } from '#base'
import { bindServices } from '#server'
import { serve } from '../../src/server/serve.ts'
import { stationsService } from '../../src/server/services/stations.ts'
import { exchangeBooks } from '../../src/station/exchange-books.ts'
import { stationServices } from '../../src/station/services.ts'
import { listen } from '../../src/web/listen.ts'
import { createStationWeb } from '../../src/web/station-app.tsx'
import { firstPerson } from '../server/person.ts'
import { clinic, copyOf, openStation, scratch } from '../station/scene.ts'
import { openBrowser, WITHOUT_CHROMIUM } from '../web/harness.ts'

const BEGINS = { docx: 'PK', xlsx: 'PK', pdf: '%PDF' } as const

test('reports on the emergency PC, by phone and without scripts', { skip: WITHOUT_CHROMIUM }, async (t) => {
  const house = await clinic(t)
  const { institution } = house
  const { viewer } = await firstPerson(institution)
  const errors: unknown[] = []
  const onError = (error: unknown): void => void errors.push(error)
  const home = await serve(institution, { host: '127.0.0.1', port: 0, onError })
  t.after(() => home.close())
  const stations = stationsService(institution)
  const made = await stations.make(viewer, { name: '2階病棟', server: home.url })
  assert.ok(made.kind === 'ok')
  const station = await openStation(t, scratch(t, 'pc'))
  station.takePackage((await stations.file(viewer, made.made.id))!)
  const pc = await listen(
    await createStationWeb(stationServices(station), { clock, hosts: [], secure: false, onError }),
    '127.0.0.1',
    0,
  )
  t.after(() => pc.close())
  const browser = await openBrowser({ javaScript: false })
  t.after(() => browser.close())
  const page = await browser.context.newPage()
  await page.setViewportSize({ width: 390, height: 844 })

  await page.goto(`${pc.url}/set-up?kind=folder`)
  await page.fill('#field-folder', copyOf(house, t))
  await page.click('form[action="/set-up/origin"] button')
  await page.goto(`${pc.url}/open`)
  await page.fill('#field-words', made.made.words.map(({ word }) => word).join(' '))
  await page.fill('#field-name', '見本 看護子')
  await page.check('[name=profession][value=nurse]')
  await page.click('main form button[type=submit]')
  await page.goto(`${pc.url}/trouble`)
  await page.fill('#field-what', '画面が英語')
  await page.click('main form:has(#field-what) button[type=submit]')
  await page.goto(`${pc.url}/incidents`)
  await page.click('main table a')
  await page.fill('[name="other~active"]', '院長')
  await page.selectOption('[name=criterion]', 'ransom-note')
  await page.click('#decide button >> nth=0')
  await page.click('text=報告・通知')
  assert.match(await page.innerText('main'), /この非常用PCにある記録からの下書き/)
  await page.click('text=個人情報保護委員会への速報')
  for (const kind of ['docx', 'xlsx', 'pdf'] as const) {
    const answer = await page.request.get(`${page.url()}/draft/${kind}`)
    assert.equal((await answer.body()).subarray(0, BEGINS[kind].length).toString(), BEGINS[kind], kind)
  }
  await page.fill('#field-to', '個人情報保護委員会')
  await page.fill('#field-how', '電話、受付 12')
  await page.click('#send button')
  assert.match(await page.innerText('#sent'), /第1版|1/)

  await exchangeBooks(station)
  const here = bindServices(institution)
  const [one] = await here.incidents.list(viewer)
  const view = await here.reports.get(viewer, one!.id)
  const report = view!.reports.find(({ form }) => form.code === 'ppc-first')!
  assert.deepEqual(
    report.sent.map(({ to, how, by }) => [to, how, by]),
    [['個人情報保護委員会', '電話、受付 12', '見本 看護子']],
  )
  assert.equal(report.clock?.isClosed, true, 'what was sent there is not asked for again')
  const pdf = await here.reports.sent(viewer, one!.id, report.sent[0]!.files.pdf)
  assert.equal(Buffer.from(pdf!.subarray(0, 4)).toString(), '%PDF')
  assert.deepEqual(errors, [])
})
