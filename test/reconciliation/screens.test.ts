/** Ten sheets of paper on a real server: two tired people register, enter, verify, join, compare and settle down to zero. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import type { EhrItem, Item } from '#reconciliation'
import { serve } from '../../src/server/serve.ts'
import { anotherPerson, sampleHouse, SECOND } from '../server/paper-entry.fixture.ts'
import { LOGIN, PASSWORD } from '../server/person.ts'
import { openBrowser, shoot, WITHOUT_CHROMIUM } from '../web/harness.ts'

interface Paper {
  readonly number: string
  readonly item: Item
}

/** What the chart says, on paper: prescriptions and results; then what it does not say, a bill and a visit. */
function papers(items: readonly EhrItem[], day: string): Paper[] {
  const dated = items.filter((one) => one.day !== '')
  const pick = (kind: Item['kind'], most: number) => {
    const all = dated.filter((one) => one.kind === kind)
    return all.filter(({ what }, i) => all.findIndex((one) => one.what === what) === i).slice(0, most)
  }
  const known = [...pick('prescription', 2), ...pick('lab', 5)]
  const made: Item[] = [
    { kind: 'prescription', day, what: 'ない薬ＸＹＺ', code: '', fields: { perDay: '3錠' } },
    { kind: 'encounter', day, what: '', code: '', fields: {} },
    { kind: 'billing', day, what: '会計', code: '', fields: { due: '3000' } },
  ]
  const filler = pick('lab', 12).slice(5)
  const list = [...known, ...filler.slice(0, 7 - known.length), ...made]
  return list.map((item, i) => ({ number: `K-${String(i + 1).padStart(4, '0')}`, item }))
}

async function signIn(page: Page, url: string, loginName: string, password: string): Promise<void> {
  await page.goto(`${url}/sign-in`)
  await page.fill('#field-loginName', loginName)
  await page.fill('#field-password', password)
  await page.press('#field-password', 'Enter')
  await page.waitForURL(`${url}/`)
}

const submit = (page: Page, action: string) => page.locator(`form[action$="${action}"] button`).first().click()

async function register(page: Page, url: string, { number, item }: Paper): Promise<void> {
  await page.goto(`${url}/paper-entry`)
  // Kind and day are those of the sheet before; a reader types the number and presses Enter.
  await page.selectOption('#field-kind', item.kind)
  await page.fill('#field-day', item.day)
  await page.fill('#field-patient', '仮 12')
  await page.fill('#field-author', '見本 医師')
  await page.fill('#field-note', '救急')
  await page.check('[name=unnumbered]')
  await page.fill('#field-number', number)
  await page.press('#field-number', 'Enter')
}

async function open(page: Page, url: string, number: string): Promise<void> {
  await page.goto(`${url}/paper-entry`)
  await page.click(`main td a:text-is("${number}"), main th a:text-is("${number}")`)
}

async function type(page: Page, item: Item): Promise<void> {
  await page.fill('[name=what-0]', item.what)
  await page.fill('[name=day-0]', item.day)
  for (const [name, value] of Object.entries(item.fields)) await page.fill(`[name=${name}-0]`, value)
}

/** The page opens there, however far down it stands. */
const opensAt = (page: Page, section: string) => page.locator(`${section} [autofocus]:focus`).waitFor()

async function join(page: Page, patientId: string): Promise<void> {
  await page.fill('#field-patientId', patientId)
  await page.press('#field-patientId', 'Enter')
  await opensAt(page, '#join')
  await submit(page, '/join')
  assert.match(await page.innerText('main'), /保存しました/)
}

test('two people, ten sheets, zero', { skip: WITHOUT_CHROMIUM }, async (t) => {
  const { institution, viewer, services, patient } = await sampleHouse(t)
  await anotherPerson(institution, viewer)
  const errors: unknown[] = []
  const server = await serve(institution, { host: '127.0.0.1', port: 0, onError: (error) => errors.push(error) })
  t.after(() => server.close())
  const { url } = server
  const [plain, scripted] = await Promise.all([openBrowser({ javaScript: false }), openBrowser()])
  t.after(() => Promise.all([plain.close(), scripted.close()]))
  const [first, second] = await Promise.all([plain.context.newPage(), scripted.context.newPage()])
  await Promise.all([first, second].map((page) => page.setViewportSize({ width: 390, height: 800 })))
  await signIn(first, url, LOGIN.loginName, PASSWORD)
  await signIn(second, url, SECOND.loginName, SECOND.password)
  const list = papers(patient.items, patient.day)
  assert.equal(list.length, 10)
  const said = (page: Page) => page.innerText('main')
  const wrong: string[] = []
  const look = async (name: string) => {
    const overflow = await second.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    )
    if (overflow > 0) wrong.push(`${name}: ${overflow} px too wide`)
    const { violations } = await new AxeBuilder({ page: second }).analyze()
    wrong.push(...violations.map(({ id, nodes }) => `${name}: ${id} ${nodes[0]?.target.join(' ')}`))
    await shoot(second, `paper-entry-at-work-${name}`)
  }

  for (const paper of list) {
    await register(first, url, paper)
    assert.match(await said(first), /登録しました/)
  }
  await register(second, url, list[0]!)
  assert.match(await said(second), /もう登録されています/)
  assert.equal(await second.inputValue('#field-patient'), '仮 12', 'what was typed is still there')
  await shoot(second, 'paper-entry-at-work-twice')
  assert.equal((await services.paperEntry.list(viewer)).open, 10)

  // Both have the same sheet before them; neither knows of the other.
  await open(second, url, list[0]!.number)
  for (const { number, item } of list) {
    await open(first, url, number)
    if (item.kind === 'encounter') await submit(first, '/plain')
    else {
      await submit(first, '/items')
      assert.match(await said(first), /何も書かれていません/)
      await type(first, item)
      await first.press('[name=what-0]', 'Enter')
    }
    assert.match(await said(first), /保存しました/)
    await join(first, patient.patientId)
  }
  await type(second, { ...list[0]!.item, what: '読み違えた薬' })
  await submit(second, '/items')
  assert.match(await said(second), /二人が別々に入力しました/)
  await look('apart')
  // Each side has its own button; the first person's is right.
  await second.locator('form[action$="/verify"] button').first().click()
  assert.doesNotMatch(await said(second), /二人が別々に入力しました/)

  await first.locator('form[action$="/compare"] button').click()
  assert.match(await said(first), /先に、患者さんを二人で決めてください/)
  for (const { number, item } of list) {
    await open(second, url, number)
    if (number !== list[0]!.number) await submit(second, '/verify')
    await join(second, patient.patientId)
    await submit(second, '/compare')
    await opensAt(second, '#compare')
    const how =
      item.kind === 'billing' || item.kind === 'encounter'
        ? 'in-system'
        : item.what.includes('ない薬')
          ? 'exception'
          : 'same'
    if (how === 'same') assert.match(await said(second), /同じものがあります/, item.what)
    if (how === 'exception') {
      assert.match(await said(second), /電子カルテにありません/)
      await look('missing')
      await submit(second, '/settle')
      assert.match(await said(second), /同じではないので/)
      await second.fill('#field-note', '処方しなかった')
    }
    await second.check(`[name=how][value=${how}]`)
    await submit(second, '/settle')
    assert.match(await said(second), /終わりました/)
  }
  await second.goto(`${url}/paper-entry`)
  assert.match(await said(second), /残りはありません/)
  assert.equal((await services.paperEntry.list(viewer)).open, 0)
  assert.deepEqual(wrong, [])
  assert.deepEqual(errors, [])
})
