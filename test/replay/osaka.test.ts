/**
 * 大阪 (2022): it came in over the line of the company that cooked the meals. One emergency in a browser, from the call at
 * 06:30 to the closed review and the drill that checks what was learnt; the five lights are read on the home page on the way.
 */
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { chromium, type Browser, type Locator, type Page } from 'playwright-core'
import { institutionInstant, manualClock } from '#base'
import { ORDERS, questionsOf, sectionsOf } from '#bcp'
import { serve } from '../../src/server/serve.ts'
import { stationsService } from '../../src/server/services/stations.ts'
import { exchangeBooks } from '../../src/station/exchange-books.ts'
import { stationServices } from '../../src/station/services.ts'
import { house } from '../server/house.ts'
import { anotherPerson, SECOND } from '../server/paper-entry.fixture.ts'
import { firstPerson, LOGIN, PASSWORD } from '../server/person.ts'
import { writeSampleClinic } from '#sample'
import { copyOf, NURSE, openStation, scratch } from '../station/scene.ts'
import { CHROMIUM, SCREENSHOTS, WITHOUT_CHROMIUM } from '../web/harness.ts'
import { encrypt, lettersAreBack, writeLetters } from './hospital.ts'
import {
  enterOnScreen,
  idsOf,
  itemFields,
  joinOnScreen,
  ON_SCREEN,
  open,
  type Paper,
  pile,
  post,
  registerFields,
  registerOnScreen,
  settleOnScreen,
} from './osaka-papers.ts'

const MINUTE_MS = 60_000
const JPEG = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1])

test('大阪: from the call at 06:30 to the closed review', { skip: WITHOUT_CHROMIUM }, async (t) => {
  const stage = await start(t)
  const { institution, clock, home, page, url } = stage
  const { vault, incidents, improvements } = institution
  const lights = () => lightsOf(page, url)

  // Before: registers and the plan; nobody has ever practised.
  await registers(page, url)
  await plan(page, url)
  const pc = await wardPc(t, stage)
  const before = 'バックアップ済み✓ 消されない▲ 復元テスト済み× 停止時も見られる× 訓練済み×'
  assert.equal(await lights(), before)
  await picture(page.locator('ol.lights'), '1-before')

  // 2022-10-31 06:30: the ward calls. The button needs nobody to sign in.
  encrypt(home.source)
  const ward = await stage.browser.newPage()
  await ward.goto(`${url}/trouble`)
  await ward.fill('#field-place', '2階病棟')
  await ward.fill('#field-what', '画面が英語で「感染した」と出ている')
  await picture(ward, '2-button')
  await ward.click('main button[type=submit]')
  assert.match(await ward.innerText('main'), /知らせました/)
  assert.match(await ward.innerText('main'), /給食会社の回線/, 'what to unplug stands there before anybody signs in')
  await ward.close()
  assert.equal(await incidents.mark().then((mark) => mark?.state), 'reported', 'a report is no emergency')
  assert.equal(await vault.freeze.until(), undefined)

  // The decider is on the phone.
  await page.goto(`${url}/incidents`)
  await page.click('main table a')
  await page.waitForURL(/\/incidents\/[^/]+$/)
  const at = new URL(page.url()).pathname
  await page.selectOption('[name="decider~active"]', '院長 見本 院長')
  await page.selectOption('[name=criterion]', 'ransom-note')
  await page.fill('[name="happenedTime~active"]', '6:30')
  await page.click('#decide button >> nth=0')
  await page.goto(`${url}/`)
  assert.match(await page.innerText('body'), /非常時です/)
  assert.ok((await vault.freeze.until()) !== undefined, 'nothing expires any more')
  assert.equal(await lights(), before, 'what was proved before stays proved')
  await picture(page, '3-banner')
  for (const [topic, value] of [
    ['kind', 'ransomware'],
    ['leak', 'suspected'],
    ['phase', 'respond'],
  ] as const)
    await post(page, `${at}/decide`, { topic, value, reason: '脅しの紙が出た' })

  // The list of lines, on paper, and what was done with it.
  await page.goto(`${url}${at}/paper`)
  const paper = await page.innerText('main')
  const placeOf = (line: string): number => paper.indexOf(line)
  assert.ok(placeOf('バックアップの線') > 0 && placeOf('バックアップの線') < placeOf('給食会社の回線'))
  assert.match(paper, /給食会社の回線[^①-③]*☎ 00-0000-0003/, 'whom to call about the line stands beside it')
  await printed(page, 'cut-list')
  await picture(page, '4-cut-list')
  clock.advance(10 * MINUTE_MS)
  await page.goto(`${url}${at}`)
  for (const code of ['cut-backup', 'cut-outside']) {
    const step = page.locator('form', { has: page.locator(`[value="step:${code}"]`) })
    await page.locator('details.screen-only', { has: step }).locator('summary').click()
    await step.locator('[name^=paperTime]').fill('6:38')
    await step.locator('button[value=done]').click()
  }
  await page.goto(`${url}${at}/timeline`)
  await page.fill('#field-text', '給食会社の回線を抜いた（6:38 見本 事務）')
  await page.fill('[name="paperTime~note"]', '6:38')
  await page.setInputFiles('#field-photo', { name: 'paper.jpg', mimeType: 'image/jpeg', buffer: JPEG })
  await page.click('#add button')
  assert.match(await page.innerText('main'), /給食会社の回線を抜いた[\s\S]*写真を見る/)
  await picture(page, '5-timeline')

  // The ward reads allergies on its emergency PC, which knows how far the house is.
  await readsOnPc(pc)

  // 速報: out of the timeline; the clock closes with what was sent.
  await page.goto(`${url}${at}/reports/ppc-first`)
  assert.match(await page.innerText('main'), /ランサムウェア/)
  await page.fill('[name=to]', '個人情報保護委員会')
  await page.fill('[name=how]', '受付フォーム')
  await page.click('form[action$="/send"] button[type=submit]')
  assert.match(await page.innerText('main'), /第1版[\s\S]*受付フォーム/)
  await page.locator('#sent').scrollIntoViewIfNeeded()
  await picture(page, '6-report')
  const draft = await page.request.get(`${url}${at}/reports/ppc-first/sent/1/pdf`)
  assert.equal((await draft.body()).subarray(0, 5).toString(), '%PDF-')
  const { reading } = stage
  const now = async () => (await incidents.list(reading!.key('patient-subject')!))[0]!
  assert.ok((await now()).clocks.some(({ code, isClosed }) => code === 'ppc-first' && isClosed))
  assert.ok(
    (await now()).clocks.some(({ isClosed }) => !isClosed),
    'the other clocks run',
  )

  // The way back, on its own screen. While a gate is open the emergency cannot end.
  await page.goto(`${url}/way-back`)
  await page.click('form[action="/way-back/begin"]:has([value=attack]) button')
  const end = { 'reason~end': '全部戻った', 'decider~end': '院長 見本 院長' }
  await page.goto(`${url}${at}`)
  await post(page, `${at}/end`, end, 409)
  await page.goto(`${url}/way-back`)
  await page.selectOption('#field-kind', 'disk-image')
  await page.fill('#field-place', '暗号化されたディスクの写し、金庫')
  await page.fill('#field-who', '保守')
  await page.click('form[action$="/evidence"] button')
  await pass(stage, 'evidence')
  await choose(stage)
  await pass(stage, 'scan')
  for (const [name, { id }] of stage.generations)
    await restoreOnScreen(stage, id, join(dirname(home.folder), `apart-${name}`))
  await pass(stage, 'isolated')
  for (const { id } of stage.generations.values()) await restoreOnScreen(stage, id)
  lettersAreBack(home.source)
  await pass(stage, 'operation')
  const restored = before.replace('復元テスト済み×', '復元テスト済み✓')
  assert.equal(await lights(), restored, 'the restore on the way back compared every byte')

  // Two days later the vendor has entered what it was given, and that is backed up.
  await daysLater(stage, '2022-11-03')
  await sheets(stage, at)
  await pass(stage, 'reconciled')
  await page.goto(`${url}/way-back`)
  await picture(page, '7-way-back')
  await page.goto(`${url}${at}`)
  assert.match(await page.innerText('#end'), /残っていることはありません/)
  await page.fill('[name="reason~end"]', '全部戻った')
  await page.selectOption('[name="decider~end"]', '院長 見本 院長')
  await page.click('#end button')
  assert.equal((await now()).emergency, 'ended')
  await pass(stage, 'ended')
  await pass(stage, 'review')
  await page.goto(`${url}/`)
  assert.doesNotMatch(await page.innerText('body'), /非常時です/)

  // Review, what is to become better, and the drill that looks whether it did.
  await page.goto(`${url}${at}/review`)
  await page.fill('#field-course', '6時半に病棟から電話。給食会社の回線から入られた')
  await page.click('main form button >> nth=0')
  await page.fill('#field-what', '給食会社の回線をふだんは切っておく')
  await page.fill('#field-owner', '見本 事務')
  await page.fill('#field-dueOn', '2022-11-30')
  await page
    .locator('form', { has: page.locator('#field-owner') })
    .locator('button')
    .click()
  assert.ok((await now()).isReviewed)
  const [item] = await improvements.list()
  assert.equal(item!.state, 'open')
  // Charts of the newest backup were opened to be compared.
  const opened = restored.replace('停止時も見られる×', '停止時も見られる▲')
  assert.equal(await lights(), opened, 'a real emergency is no drill')
  await drill(stage)
  assert.equal((await improvements.list())[0]!.checked?.works, true)
  assert.equal(await lights(), opened.replace('訓練済み×', '訓練済み✓'), 'the drill lights its own light alone')
  await picture(page.locator('ol.lights'), '8-after')
  assert.deepEqual(stage.errors, [])
})

type Stage = Awaited<ReturnType<typeof start>>

/** Made in time of peace, with a copy of the backups; its card lies in the ward. */
async function wardPc(t: TestContext, { institution, viewer, home, url, clock }: Stage) {
  const stations = stationsService(institution)
  const made = await stations.make(viewer, { name: '2階病棟', server: url })
  assert.ok(made.kind === 'ok')
  const station = await openStation(t, scratch(t, 'osaka'), clock)
  station.takePackage((await stations.file(viewer, made.made.id))!)
  station.takeOrigin({ kind: 'folder', folder: copyOf({ home, institution }, t) })
  return { station, card: made.made.words.map(({ word }) => word).join(' ') }
}

async function readsOnPc({ station, card }: Awaited<ReturnType<typeof wardPc>>): Promise<void> {
  const token = await station.openWith(card, NURSE)
  await station.refresh()
  await exchangeBooks(station)
  const { auth, charts, institution } = stationServices(station)
  const { state, phase } = (await institution()).emergency!
  assert.deepEqual([state, phase], ['active', 'respond'])
  const nurse = (await auth.session(token))!
  const { hits } = await charts.search(nurse, '0', { page: 1, pageSize: 1 })
  const [hit] = hits
  const identifiers = [hit!.patientId, hit!.kanji!, hit!.birthDate!]
  const generationId = station.ready()[0]!.snapshot
  assert.equal((await charts.open(nurse, hit!.key, { generationId, identifiers })).kind, 'ok')
}

async function start(t: TestContext) {
  const home = house(t)
  const clock = manualClock(institutionInstant('2022-10-31', 5))
  const institution = await home.open(clock)
  const { viewer, reading, services } = await firstPerson(institution)
  await anotherPerson(institution, viewer)
  writeLetters(home.source)
  await institution.vault.ensureOwnState()
  const source = await institution.vault.addSource({ kind: 'folder', name: '書類', paths: [home.source] })
  const letters = await (await institution.vault.runs.run(source.id)).done
  // The EHR writes its storages beside; the night's backup of it was made at five.
  const writeEhr = (until: string) =>
    writeSampleClinic({
      folder: join(dirname(home.source), 'ehr'),
      asOf: institutionInstant(until),
      patients: 80,
      months: 2,
    })
  const { roots } = writeEhr('2022-10-31')
  const ehr = await institution.vault.addSource({
    kind: 'ssmix2',
    name: '電子カルテ',
    paths: [...roots.standardized, ...roots.extended],
  })
  const night = await (await institution.vault.runs.run(ehr.id)).done
  const generations = new Map([
    ['letters', letters],
    ['ehr', night],
  ])
  clock.set(institutionInstant('2022-10-31', 6, 30))
  const errors: unknown[] = []
  const server = await serve(institution, { host: '127.0.0.1', port: 0, onError: (error) => errors.push(error) })
  t.after(() => server.close())
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] })
  t.after(() => browser.close())
  const page = await signedIn(browser, server.url, LOGIN.loginName, PASSWORD)
  const other = await signedIn(browser, server.url, SECOND.loginName, SECOND.password)
  return {
    home,
    clock,
    institution,
    viewer,
    reading,
    services,
    generations,
    ehr,
    writeEhr,
    errors,
    url: server.url,
    browser,
    page,
    other,
  }
}

async function signedIn(browser: Browser, url: string, loginName: string, password: string): Promise<Page> {
  const page = await (await browser.newContext({ locale: 'ja-JP' })).newPage()
  await page.setViewportSize({ width: 820, height: 640 })
  await enter(page, url, loginName, password)
  return page
}

async function enter(page: Page, url: string, loginName: string, password: string): Promise<void> {
  await page.goto(`${url}/sign-in`)
  await page.fill('#field-loginName', loginName)
  await page.fill('#field-password', password)
  await page.click('main button[type=submit]')
  await page.waitForURL(`${url}/`)
}

/** Name and mark of each light as the home page shows them. */
async function lightsOf(page: Page, url: string): Promise<string> {
  await page.goto(`${url}/`)
  const lights = await page
    .locator('.light')
    .evaluateAll((all) =>
      all.map(
        (one) => `${one.querySelector('.light-name')!.textContent}${one.querySelector('.mark')!.textContent!.trim()}`,
      ),
    )
  assert.equal(lights.length, 5)
  return lights.join(' ')
}

async function registers(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/registers/connection/new`)
  const add = (register: string, values: Record<string, string>) => post(page, `/registers/${register}/new`, values)
  await add('person', { name: '見本 院長', job: 'doctor', post: '院長', duties: 'decider', phone: '00-0000-0001' })
  await add('person', { name: '見本 事務', job: 'clerk', post: '事務長', duties: 'deputy', phone: '00-0000-0002' })
  await add('vendor', { name: '給食会社', looksAfter: '給食', hotline: '00-0000-0003', hours: '6時から' })
  await add('contact', { name: '県警 サイバー', group: 'police', phone: '00-0000-0004' })
  await add('connection', {
    name: 'バックアップの線',
    stage: 'backup',
    kind: 'backup',
    place: 'サーバー室の棚',
    mark: '赤い札',
  })
  await page.fill('[name=name]', '給食会社の回線')
  await page.selectOption('[name=stage]', 'outside')
  await page.selectOption('[name=kind]', 'vpn')
  await page.fill('[name=place]', '給食室の小さい箱')
  await page.fill('[name=vendor]', '給食会社')
  await page.click('main form button[type=submit]')
  assert.match(await page.innerText('main'), /給食会社の回線/)
}

/** Every question gets its proposal or a word, every list its order, and the director approves. */
async function plan(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/bcp/kind`)
  await page.check('[name=kind][value=clinic]')
  await page.click('main form button[type=submit]')
  for (const section of sectionsOf('clinic')) {
    const questions = questionsOf(section, 'clinic')
    if (questions.length === 0) continue
    await page.goto(`${url}/bcp/sections/${section.code}`)
    for (const { key, kind } of questions) {
      const one = page.locator(`main [name="${key}"]`).first()
      // All of them: what the house is judged by later is what stands here.
      if (kind === 'choices') for (const box of await page.locator(`main [name="${key}"]`).all()) await box.check()
      else if ((await one.inputValue()) === '') await one.fill(kind === 'number' ? '2' : '院長が決める')
    }
    await page.click('main form button[type=submit]')
  }
  for (const order of Object.keys(ORDERS)) {
    await page.goto(`${url}/bcp/orders/${order}`)
    await page.click('main form button[type=submit]')
  }
  await page.goto(`${url}/bcp/approve`)
  await page.fill('[name=approver]', '見本 院長')
  await page.click('main form button[type=submit]')
  assert.match(await page.innerText('main'), /第1版/)
}

/** The open gate, by its own form. */
async function pass({ page, url }: Stage, gate: string, why = '確かめた'): Promise<void> {
  await page.goto(`${url}/way-back`)
  assert.equal(await page.inputValue('form[action$="/pass"] [name=gate]'), gate)
  await page.fill('form[action$="/pass"] textarea', why)
  await page.click('form[action$="/pass"] button')
}

/** Which backup it goes back to, of each source. */
async function choose({ page, url, generations }: Stage): Promise<void> {
  for (const { id, sourceId } of generations.values()) {
    await page.goto(`${url}/clean-candidate`)
    // Nobody knows the day yet.
    await page.click('a[href="/clean-candidate?since=unknown"]')
    const form = page.locator('form[action$="/choose"]', { has: page.locator(`[name=source][value="${sourceId}"]`) })
    await form.locator('select').selectOption(id)
    await form.locator(`[name="why-${sourceId}"]`).fill('怪しい日より前で、兆しが無い')
    await form.locator('button').click()
  }
}

/** Plan, begin, end. @param target absent: over the old place */
async function restoreOnScreen({ page, url, institution }: Stage, id: string, target?: string): Promise<void> {
  await page.goto(`${url}/generations/${id}/restore`)
  await page.check(`[name=to][value=${target ? 'new' : 'over'}]`)
  if (target) await page.fill('#field-target', target)
  await page.check('[name=existing][value=beside]')
  await page.click('main form button')
  await page.click('main form .actions button >> nth=0')
  await page.waitForURL(/\/restores\//)
  const run = new URL(page.url()).pathname.split('/').at(-1)
  for (let i = 0; i < 300; i++) {
    const one = (await institution.restores.list()).find((known) => known.id === run)
    if (one && one.state !== 'running') break
    await page.waitForTimeout(100)
  }
  const one = (await institution.restores.list()).find((known) => known.id === run)
  assert.deepEqual([one?.state, one?.result?.problems], ['complete', 0])
  // The page loads itself anew at the end: whoever leaves before is brought back.
  await page.locator('job-progress').waitFor({ state: 'detached' })
}

async function daysLater(stage: Stage, day: string): Promise<void> {
  const { clock, institution, generations, ehr, writeEhr, page, other, url } = stage
  clock.set(institutionInstant(day, 9))
  writeEhr(day)
  for (const id of [generations.get('letters')!.sourceId, ehr.id]) {
    const run = await institution.vault.runs.run(id)
    await run.done
  }
  await enter(page, url, LOGIN.loginName, PASSWORD)
  await enter(other, url, SECOND.loginName, SECOND.password)
}

/** Several of each kind by hand, the rest by the same forms; each is entered by one and verified by the other. */
async function sheets(stage: Stage, at: string): Promise<void> {
  const { services, viewer, page, other, url } = stage
  const { papers, unwritten } = await pile(
    services.charts as never,
    viewer,
    ['2022-10-31', '2022-11-01', '2022-11-02'],
    60,
  )
  assert.equal(papers.length, 60)
  const byHand = new Set(
    papers.filter(
      (one) =>
        one.items.length <= ON_SCREEN &&
        papers.filter(({ kind, items }) => kind === one.kind && items.length <= ON_SCREEN).indexOf(one) < 2,
    ),
  )
  for (const kind of ['prescription', 'injection', 'lab', 'encounter', 'billing'])
    assert.equal([...byHand].filter((one) => one.kind === kind).length, 2, kind)
  for (const [i, paper] of papers.entries()) {
    const by = i % 2 === 0 ? page : other
    if (byHand.has(paper)) await registerOnScreen(by, url, paper, paper.items.length === 0 ? JPEG : undefined)
    else await post(by, '/paper-entry/sheets', registerFields(paper))
  }
  // The barcode of one is read twice.
  await post(page, '/paper-entry/sheets', registerFields(papers[0]!), 400)
  const ids = await idsOf(page, url)
  assert.equal(ids.size, 60)
  await page.goto(`${url}${at}`)
  assert.match(await page.innerText('#end'), /60件/)
  await page.goto(`${url}/paper-entry`)
  await picture(page, '9-papers')

  for (const [i, paper] of papers.entries()) {
    const [enters, verifies] = i % 2 === 0 ? [page, other] : [other, page]
    const id = ids.get(paper.number)!
    if (byHand.has(paper)) await byScreen(stage, paper, enters, verifies)
    else await byForms(stage, paper, { id, enters, verifies })
  }
  assert.equal((await services.paperEntry.list(viewer)).sheets.filter(({ state }) => state !== 'settled').length, 0)

  // What no sheet said, and the copy that lay in the pile.
  await page.goto(`${url}/paper-entry/all`)
  assert.match(await page.innerText('main'), /まだ全員分の照らし合わせをしていません/)
  await page.fill('#field-from', '2022-10-31')
  await page.fill('#field-until', '2022-11-02')
  await page.click('form[action="/paper-entry/all"] button')
  await page.waitForSelector('text=/照らし合わせています|人分を照らし合わせました/')
  for (let i = 0; i < 300 && (await page.innerText('main')).includes('照らし合わせています'); i++) {
    await page.waitForTimeout(200)
    await page.goto(`${url}/paper-entry/all`)
  }
  const { rests: left } = await services.paperEntry.list(viewer)
  assert.equal(left.run?.withheld, 0)
  const copied = papers.find(({ note }) => note.includes('写し'))!
  assert.deepEqual(
    [
      left.open,
      left.all.filter(({ outcome }) => outcome === 'only-ehr').map(({ found }) => found?.item.what),
      left.all.filter(({ outcome }) => outcome === 'duplicate').length,
    ],
    [unwritten.length + copied.items.length, unwritten.map(({ what }) => what), copied.items.length],
  )
  await picture(page, '10-everybody')
  // The gate stays closed for them too.
  await page.goto(`${url}${at}`)
  assert.match(await page.innerText('#end'), new RegExp(`${left.open}件`))
  for (let i = left.open; i > 0; i--) {
    await page.goto(`${url}/paper-entry/all`)
    const form = page.locator('form[action$="/sign"]').first()
    await form.locator('button').click()
    assert.match(await page.innerText('main'), /保存しました/)
  }
  await page.goto(`${url}/paper-entry/unpaid`)
  assert.match(await page.innerText('main'), /合計 2,000円（1件）/)
  await page.goto(`${url}/paper-entry`)
  assert.match(await page.innerText('main'), /残りはありません/)
}

async function byScreen({ url }: Stage, paper: Paper, enters: Page, verifies: Page): Promise<void> {
  await open(enters, url, paper.number)
  if (paper.patientId === '') {
    // The number of another hospital's sheet is nobody's here: it is said, and it ends with a reason.
    await enters.fill('#field-patientId', '9999999998')
    await enters.click('form[action$="/find"] button')
    assert.match(await enters.innerText('main'), /バックアップにいません/)
    return settleOnScreen(enters, paper)
  }
  await enterOnScreen(enters, paper)
  await joinOnScreen(enters, paper.patientId)
  await open(verifies, url, paper.number)
  await verifies.locator('form[action$="/verify"] button').first().click()
  await joinOnScreen(verifies, paper.patientId)
  assert.match(await verifies.innerText('#join'), new RegExp(`✓ 患者さんは .*${paper.patientId}`))
  if (paper.kind !== 'billing' && paper.items.length > 0) {
    await verifies.click('form[action$="/compare"] button')
    const said = await verifies.innerText('#compare')
    assert.match(
      said,
      paper.note.includes('医師に確かめ') ? /違いがあります[\s\S]*1日量: 99錠 →/ : /同じものがあります/,
    )
    if (paper.note.includes('医師に確かめ')) await picture(verifies, '11-differs')
  }
  await settleOnScreen(verifies, paper)
}

async function byForms(
  { services, viewer }: Stage,
  paper: Paper,
  { id, enters, verifies }: { id: string; enters: Page; verifies: Page },
): Promise<void> {
  const to = (act: string) => `/paper-entry/${id}/${act}`
  const { end: how, note, patientId } = paper
  if (patientId === '') return post(enters, to('settle'), { how, note })
  await post(enters, to(paper.items.length > 0 ? 'items' : 'plain'), itemFields(paper))
  const of = (await services.paperEntry.get(viewer, id))!.entered[0]!.id
  await post(enters, to('verify'), { of }, 400)
  await post(verifies, to('verify'), { of })
  for (const one of [enters, verifies]) await post(one, to('join'), { patientId, reason: '' })
  await post(verifies, to('settle'), { how, note })
}

/** Ten minutes, and the item of the review looked at. */
async function drill({ clock, page, url, institution }: Stage): Promise<void> {
  clock.advance(24 * 60 * MINUTE_MS)
  await enter(page, url, LOGIN.loginName, PASSWORD)
  await page.goto(`${url}/drills`)
  await post(page, '/drills/plan', { scenario: 'd1', minutes: '10', day: '2022-11-04' })
  const [one] = await institution.drills.list()
  const at = `/drills/${one!.id}`
  await page.goto(`${url}${at}`)
  await page.click(`form[action="${at}/start"] button`)
  clock.advance(10 * MINUTE_MS)
  const objectives = await page
    .locator('[name^="objective-"]')
    .evaluateAll((all) => [...new Set(all.map((field) => field.getAttribute('name')!))])
  const reached = Object.fromEntries(objectives.map((name) => [name, 'reached']))
  await post(page, `${at}/written`, { ...reached, people: '見本 花子、看護師', good: '回線を抜けた', bad: '' })
  const [item] = await institution.improvements.list()
  await page.goto(`${url}${at}`)
  assert.match(await page.innerText('main'), /給食会社の回線をふだんは切っておく/)
  await page.click(
    `form[action="${at}/check/${item!.id}/works"] button, button[formaction="${at}/check/${item!.id}/works"]`,
  )
  await page.click(`button[formaction="${at}/end"]`)
}

/** The print view as a PDF, for the eye where TORIDE_LOOK names a folder; its first page is never empty. */
async function printed(page: Page, name: string): Promise<void> {
  const pdf = await page.pdf({ format: 'A4' })
  assert.equal(pdf.subarray(0, 5).toString(), '%PDF-')
  const folder = process.env['TORIDE_LOOK']
  if (folder) writeFileSync(join(folder, `${name}.pdf`), pdf)
}

async function picture(what: Page | Locator, name: string): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true })
  await what.screenshot({ path: `${SCREENSHOTS}osaka-${name}.png` })
}
