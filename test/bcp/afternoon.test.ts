/**
 * The clinic's afternoon: five people and no IT person, from nothing to an approved plan, its files and the printed binder,
 * in a browser; each page on a desk and at a phone's width. What is printed is read by other programs.
 */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import { chromium, type Page } from 'playwright-core'
import { institutionInstant, manualClock } from '#base'
import { serve } from '../../src/server/serve.ts'
import { openedByLibreOffice, scratchFolder, WITHOUT_LIBREOFFICE } from '../office/libreoffice.ts'
import { house } from '../server/house.ts'
import { firstPerson, LOGIN, PASSWORD } from '../server/person.ts'
import { CHROMIUM, SCREENSHOTS, WITHOUT_CHROMIUM } from '../web/harness.ts'

const DAY_MS = 86_400_000

test(
  'a clinic of five goes from nothing to an approved plan, its files and its binder',
  { skip: WITHOUT_CHROMIUM },
  async (t) => {
    const { page, url, clock, services, viewer, errors } = await start(t)
    await registers(page, url)
    await lookAt(page, `${url}/registers/contact-tree`, 'contact-tree')
    const tree = await page.innerText('main')
    assert.ok(tree.indexOf('見本 花子') < tree.indexOf('見本カルテ'))
    assert.equal(await page.locator('main figure svg').count(), 1, 'the picture is a server’s SVG')
    assert.equal((await services.coverage.add(viewer, SYSTEM)).kind, 'ok')

    // The kind, then "go on" until nothing is open: nobody has to know the sections.
    await lookAt(page, `${url}/bcp`, 'bcp-new')
    await page.check('[name=kind][value=clinic]')
    await page.click('main form button[type=submit]')
    assert.match(await page.innerText('main'), /あと\d+問、およそ\d+分です/)
    await page.click('main a:has-text("続きから答える")')
    let sections = 0
    while (new URL(page.url()).pathname.startsWith('/bcp/sections/')) {
      assert.ok(++sections < 40, 'the way through the questions ends')
      if (sections <= 3) await lookAt(page, page.url(), `bcp-section-${sections}`)
      await answerAll(page)
    }
    await order(page, { outpatient: '1', prescription: '2', billing: '3' }, 'bcp-order')
    await order(page, { network: '1', ehr: '2' })
    assert.equal(new URL(page.url()).pathname, '/bcp/bia')
    await lookAt(page, page.url(), 'bcp-impact')
    await page.fill('main [name^="rto-"]', '4')
    await page.click('main form button[type=submit]')
    assert.match(await page.innerText('main'), /すべての質問に答えました/)

    await page.click('main a:has-text("見直して承認する")')
    await lookAt(page, page.url(), 'bcp-approve')
    await page.click('main form button[type=submit]')
    assert.match(await page.innerText('main'), /承認する人の名前/, 'nobody approves without a name')
    await page.fill('[name=approver]', '見本 花子')
    await page.click('main form button[type=submit]')
    assert.match(await page.innerText('main'), /第1版/)
    assert.match(await page.innerText('main'), /冊子を、まだ印刷していません/)
    await page.click('main button:has-text("冊子を印刷する")')
    assert.match(await page.innerText('main'), /この冊子は0日前のものです/)
    await lookAt(page, `${url}/bcp`, 'bcp-approved')

    await files(page, url)

    // A week later the vendor has another number: said by name and day, on every page that matters.
    clock.advance(7 * DAY_MS)
    await signIn(page, url)
    await page.goto(`${url}/registers/vendor`)
    await page.click('main table a:has-text("見本カルテ")')
    await page.fill('[name=phone]', '00-0000-0099')
    await page.click('main form button[type=submit] >> nth=0')
    await lookAt(page, `${url}/bcp`, 'bcp-stale')
    const stale = await page.innerText('main')
    assert.match(stale, /見本カルテ の電話が11月8日.*に変わりました/)
    assert.match(stale, /00-0000-0011.* → 00-0000-0099/)
    assert.match(stale, /印刷した冊子と、今の中身が違います/)
    assert.match(stale, /この冊子は7日前のものです/)
    await page.goto(`${url}/`)
    assert.match(await page.innerText('main'), /BCP を承認したあとに変わった章が/)
    await lookAt(page, `${url}/bcp/compare`, 'bcp-compare')
    const sides = await page.innerText('main')
    assert.ok(sides.includes('00-0000-0011') && sides.includes('00-0000-0099'), 'both sides')
    assert.deepEqual(errors, [])
  },
)

const SYSTEM = { kind: 'ehr', name: '電子カルテ', vendor: '見本カルテ', responsible: '', parts: {} } as const

async function start(t: TestContext) {
  const clock = manualClock(institutionInstant('2026-11-01', 13))
  const institution = await house(t).open(clock)
  const { viewer, services } = await firstPerson(institution)
  const errors: unknown[] = []
  const server = await serve(institution, { host: '127.0.0.1', port: 0, onError: (error) => errors.push(error) })
  t.after(() => server.close())
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] })
  t.after(() => browser.close())
  const page = await (await browser.newContext({ locale: 'ja-JP', reducedMotion: 'reduce' })).newPage()
  await signIn(page, server.url)
  return { page, url: server.url, clock, services, viewer, errors }
}

async function signIn(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/sign-in`)
  await page.fill('#field-loginName', LOGIN.loginName)
  await page.fill('#field-password', PASSWORD)
  await page.click('main button[type=submit]')
  await page.waitForURL(`${url}/`)
}

/** On a desk and at a phone's width: nothing sticks out, and axe finds nothing. */
async function lookAt(page: Page, address: string, name: string): Promise<void> {
  if (page.url() !== address) await page.goto(address)
  mkdirSync(SCREENSHOTS, { recursive: true })
  for (const width of [390, 1100]) {
    await page.setViewportSize({ width, height: 1200 })
    const { violations } = await new AxeBuilder({ page }).analyze()
    const found = violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html}`)
    assert.deepEqual(found, [], `${name} at ${width}`)
    await page.screenshot({ path: `${SCREENSHOTS}afternoon-${name}-${width}.png`, fullPage: true })
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    assert.ok(wide <= 0, `${name} at ${width}: ${wide} px too wide`)
  }
}

const PEOPLE = [
  ['見本 花子', 'doctor', '院長', ['decider', 'safety-officer'], '00-0000-0001', '00-0000-1001'],
  ['見本 太郎', 'nurse', '看護主任', ['deputy', 'lead'], '00-0000-0002', '00-0000-1002'],
  ['見本 次郎', 'clerk', '事務長', ['system-manager', 'liaison'], '00-0000-0003', ''],
  ['見本 三郎', 'clerk', '受付', ['scribe'], '00-0000-0004', ''],
  ['見本 四子', 'nurse', '看護', [], '00-0000-0005', ''],
] as const

/** Through the forms that people use. */
async function registers(page: Page, url: string): Promise<void> {
  const add = async (register: string, fields: Readonly<Record<string, string>>, duties: readonly string[] = []) => {
    await page.goto(`${url}/registers/${register}/new`)
    for (const [name, value] of Object.entries(fields)) {
      const field = page.locator(`main [name=${name}]`)
      if ((await field.evaluate((one) => one.tagName)) === 'SELECT') await field.selectOption(value)
      else await field.fill(value)
    }
    for (const duty of duties) await page.check(`main [name=duties][value=${duty}]`)
    await page.click('main form button[type=submit]')
    await page.waitForURL(/done=saved/)
  }
  for (const [i, [name, job, post, duties, phone, homePhone]] of PEOPLE.entries())
    await add('person', { name, job, post, order: String(i + 1), phone, homePhone }, duties)
  await add('vendor', { name: '見本カルテ', looksAfter: '電子カルテ', phone: '00-0000-0011', hours: '平日9時から' })
  await add('contact', { name: '見本警察', group: 'police', phone: '00-0000-0021' })
  await add('contact', { name: '見本保険', group: 'insurer', phone: '00-0000-0022' })
  await add('connection', { name: '業者の保守の線', stage: 'outside', kind: 'vpn', place: '受付の裏', mark: '赤 1' })
  await add('supply', { name: '停止時の受付票', kind: 'forms', count: '50', minimum: '30', place: '受付の引き出し' })
}

/** Proposals are taken as they are; the rest gets a word. */
async function answerAll(page: Page): Promise<void> {
  const before = page.url()
  const fields = page.locator('main form [name]:not([type=hidden]):not(button)')
  const seen = new Set<string>()
  for (const field of await fields.all()) {
    const name = (await field.getAttribute('name'))!
    const isBox = (await field.getAttribute('type')) === 'checkbox'
    if (isBox && !seen.has(name)) await field.check()
    if (!isBox && (await field.inputValue()) === '')
      await field.fill((await field.getAttribute('inputmode')) === 'numeric' ? '4' : '院長が決める')
    seen.add(name)
  }
  await page.click('main form button[type=submit]')
  await page.waitForURL((now) => now.href !== before)
}

async function order(page: Page, places: Readonly<Record<string, string>>, picture?: string): Promise<void> {
  const before = page.url()
  assert.match(before, /\/bcp\/orders\//)
  if (picture) await lookAt(page, before, picture)
  for (const [code, place] of Object.entries(places)) await page.fill(`[name="${code}"]`, place)
  await page.click('main form button[type=submit]')
  await page.waitForURL((now) => now.href !== before)
}

/** What was approved and printed, read by poppler and LibreOffice. */
async function files(page: Page, url: string): Promise<void> {
  const take = async (path: string): Promise<Buffer> => {
    const answer = await page.context().request.get(`${url}${path}`)
    assert.equal(answer.status(), 200, path)
    return answer.body()
  }
  const folder = process.env['TORIDE_LOOK'] ?? scratchFolder()
  const read = (bytes: Buffer, name: string): string => {
    writeFileSync(join(folder, name), bytes)
    const text = execFileSync('pdftotext', ['-layout', join(folder, name), '-'], { encoding: 'utf8' })
    return text.replaceAll(/[ 　]/g, '')
  }
  const plan = read(await take('/bcp/versions/1/plan.pdf'), 'plan.pdf')
  const docx = await take('/bcp/versions/1/plan.docx')
  const words = [
    '1.1目的',
    '3.2気づいたとき',
    '3.3.1原因を調べる',
    '見本花子／院長',
    '業者の保守の線',
    '電子カルテ',
    '第1版',
  ]
  for (const one of words) assert.ok(plan.includes(one), `PDF: ${one}`)
  assert.ok(!plan.includes('00-0000-1001'), 'numbers at home are none of the plan')
  const binder = read(await take('/bcp/binder.pdf'), 'binder.pdf')
  for (const one of [
    '2026年（令和8年）11月1日',
    '00-0000-1001',
    '出なければ:看護主任見本太郎',
    '停止時の受付票',
    '1外来',
  ])
    assert.ok(binder.replaceAll('.', '').includes(one), `binder: ${one}`)
  if (WITHOUT_LIBREOFFICE) return
  const opened = (await openedByLibreOffice({ 'plan.docx': docx }))['plan.docx']!
  const text = opened.pages.join('').replaceAll(/[ 　\n]/g, '')
  for (const one of words) assert.ok(text.includes(one), `DOCX: ${one}`)
}
