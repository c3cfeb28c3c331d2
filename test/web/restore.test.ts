/**
 * A restore as a person does it, in a real browser before a real institution: to a new place by keyboard alone on a telephone's
 * width, and over the old place without scripts, through the way back.
 */
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { bindServices } from '#server'
import { createWeb, listen } from '#web'
import { house } from '../server/house.ts'
import { firstPerson, LOGIN, PASSWORD } from '../server/person.ts'
import { openBrowser, tabTo, WITHOUT_CHROMIUM } from './harness.ts'

const TELEPHONE = { width: 390, height: 844 }

async function scene(t: TestContext) {
  const home = house(t)
  mkdirSync(join(home.source, '患者'))
  writeFileSync(join(home.source, '患者', '紹介状.txt'), 'いつもお世話になっております')
  const institution = await home.open()
  await firstPerson(institution)
  const source = await institution.vault.addSource({ kind: 'folder', name: '書類', paths: [home.source] })
  const { id } = await (await institution.vault.runs.run(source.id)).done
  const errors: unknown[] = []
  const onError = (error: unknown): void => void errors.push(error)
  const web = await createWeb(bindServices(institution), {
    clock: institution.clock,
    hosts: [],
    secure: false,
    onError,
  })
  const server = await listen(web, '127.0.0.1', 0)
  t.after(() => server.close())
  return { home, id, url: server.url, errors, target: join(dirname(home.folder), '戻したもの') }
}

async function browserFor(t: TestContext, javaScript: boolean): Promise<Page> {
  const browser = await openBrowser({ javaScript })
  t.after(() => browser.close())
  const page = await browser.context.newPage()
  await page.setViewportSize(TELEPHONE)
  return page
}

/** Nothing that axe finds, nothing that leaves the screen; axe needs scripts. */
async function assertGood(page: Page, javaScript = true): Promise<void> {
  if (!javaScript) return
  const { violations } = await new AxeBuilder({ page }).analyze()
  assert.deepEqual(
    violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${page.url()} ${id}: ${target.join(' ')}`)),
    [],
  )
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  assert.equal(over, 0, `${page.url()} is wider than the screen`)
}

/** Reloads as often as a person would; a page with scripts comes by itself as well. */
async function ended(page: Page): Promise<void> {
  for (let i = 0; i < 120; i++) {
    if (!/復元しています/.test(await page.innerText('h1'))) return
    await page.waitForTimeout(500)
    await page.reload()
  }
  assert.fail('the restore did not end')
}

test('to a new place: keyboard alone, on a telephone', { skip: WITHOUT_CHROMIUM }, async (t) => {
  const { home, id, url, errors, target } = await scene(t)
  const page = await browserFor(t, true)
  const { keyboard } = page
  await page.goto(`${url}/sign-in`)
  await keyboard.type(LOGIN.loginName)
  await keyboard.press('Tab')
  await keyboard.type(PASSWORD)
  await keyboard.press('Enter')
  await page.waitForURL(`${url}/`)
  const restore = async (): Promise<void> => {
    await page.goto(`${url}/generations/${id}`)
    await assertGood(page)
    await tabTo(page, /^ 復元する/)
    await keyboard.press('Enter')
    await page.waitForURL(/\/restore$/)
    await assertGood(page)
    await tabTo(page, /^target /)
    await keyboard.type(target)
    await tabTo(page, /予定を見る/)
    await keyboard.press('Enter')
    await page.waitForFunction(() => document.querySelector('h1')?.textContent === '復元の予定')
    await assertGood(page)
  }
  await restore()
  assert.ok(!existsSync(target), 'the plan writes nothing')
  assert.match(await page.innerText('main'), /そこに無いもの（書きます）[^]*4/)
  await tabTo(page, /この予定で復元を始める/)
  await keyboard.press('Enter')
  await page.waitForURL(/\/restores\//)
  await ended(page)
  await assertGood(page)
  assert.match(await page.innerText('main'), /全部もどりました/)
  const back = join(target, 'source')
  assert.equal(readFileSync(join(back, '患者', '紹介状.txt'), 'utf8'), 'いつもお世話になっております')

  // What was written since is shown first, and kept beside.
  writeFileSync(join(back, '患者', '紹介状.txt'), '戻したあとに書いた')
  await restore()
  assert.match(await page.innerText('main'), /そこにあるほうが新しい[^]*両方を残します/)
  await tabTo(page, /この予定で復元を始める/)
  await keyboard.press('Enter')
  await page.waitForURL(/\/restores\//)
  await ended(page)
  assert.match(await page.innerText('main'), /中身の違うもの 1個/)
  assert.equal(readFileSync(join(back, '患者', '紹介状.txt'), 'utf8'), 'いつもお世話になっております')
  const kept = readdirSync(join(back, '患者')).filter((name) => name.startsWith('紹介状.txt.toride-'))
  assert.equal(readFileSync(join(back, '患者', kept[0]!), 'utf8'), '戻したあとに書いた')
  assert.ok(existsSync(join(home.source, '患者', '紹介状.txt')))
  assert.deepEqual(errors, [])
})

for (const javaScript of [false, true])
  test(
    `over the old place through the way back, scripts ${javaScript ? 'on' : 'off'}`,
    { skip: WITHOUT_CHROMIUM },
    async (t) => {
      const { home, id, url, errors } = await scene(t)
      const page = await browserFor(t, javaScript)
      const press = (words: string) => page.click(`main button:has-text("${words}")`)
      await page.goto(`${url}/sign-in`)
      await page.fill('#field-loginName', LOGIN.loginName)
      await page.fill('#field-password', PASSWORD)
      await page.press('#field-password', 'Enter')
      await page.waitForURL(`${url}/`)
      rmSync(join(home.source, '患者'), { recursive: true })
      const plan = async (): Promise<void> => {
        await page.goto(`${url}/generations/${id}/restore`)
        await page.check('input[name=to][value=over]')
        await press('予定を見る')
      }
      // Before a case is open the plan may be seen, and nothing is written.
      await plan()
      assert.match(await page.innerText('main'), /そこに無いもの（書きます）[^]*元の場所へは、まだ戻せません/)
      assert.equal(await page.locator('main button:has-text("この予定で復元を始める")').count(), 0)
      assert.ok(!existsSync(join(home.source, '患者')))
      await page.goto(`${url}/way-back`)
      await assertGood(page, javaScript)
      await page.selectOption('select[name=reason]', 'deleted')
      await page.click('main form:has(select[name=reason]) button')
      await page.waitForURL(/\/way-back$/)
      await assertGood(page, javaScript)
      await plan()
      assert.match(await page.innerText('main'), /そこに無いもの（書きます）/)
      await assertGood(page, javaScript)
      await press('この予定で復元を始める')
      await page.waitForURL(/\/restores\//)
      await ended(page)
      await assertGood(page, javaScript)
      assert.match(await page.innerText('main'), /全部もどりました/)
      assert.equal(readFileSync(join(home.source, '患者', '紹介状.txt'), 'utf8'), 'いつもお世話になっております')
      await page.goto(`${url}/way-back`)
      await assertGood(page, javaScript)
      assert.deepEqual(errors, [])
    },
  )
