/** A clinic's second place, by browser: a Keeper of its own process is enrolled on screen, copied to, and listed. */
import { AxeBuilder } from '@axe-core/playwright'
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { chromium } from 'playwright-core'
import { startKeeper } from '../keeper/running.ts'
import { scratchFolder, start } from './running.ts'

const CHROMIUM = '/usr/bin/chromium'
const PASSWORD = 'みどりの 自転車 で 山へ行く'
const NAME = '2階の専用機'

test(
  'a Keeper is enrolled on screen and holds the backup',
  {
    skip: !existsSync(CHROMIUM) && 'no chromium here',
  },
  async (t) => {
    const keeper = await startKeeper(t, { tls: true })
    const until = keeper.time.wall + 3_600_000
    const code = keeper.house.clients.invite({ name: 'aoba', kind: 'append', quotaBytes: 1e12, plain: false, until })
    const home = scratchFolder(t)
    const papers = join(home, '紙のカルテ')
    mkdirSync(papers)
    writeFileSync(join(papers, '紹介状.txt'), '見本')
    const clinic = await start(t, home, ['--source', papers, '--name', '紙のカルテ'])
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] })
    t.after(() => browser.close())
    const page = await (await browser.newContext({ locale: 'ja-JP' })).newPage()
    await page.goto(`${clinic.url}/sign-in/first`)
    const person = { loginName: 'admin', code: clinic.code!, password: PASSWORD, repeat: PASSWORD }
    for (const [name, value] of Object.entries(person)) await page.fill(`[name=${name}]`, value)
    await page.click('main button[type=submit]')
    await page.waitForURL(`${clinic.url}/`)

    // The light says what is missing; its way leads here.
    assert.match(await page.innerText('main'), /保管場所は1か所だけです/)
    await page.click('text=保管場所を見る・足す')
    assert.match(await page.innerText('main'), /ほかの保管場所は、まだありません/)
    await page.click('text=バックアップ専用機 >> nth=0')
    await page.waitForURL(/add\/keeper/)
    assert.match(await page.innerText('main'), /keeper invite/)
    const typed = { address: keeper.url, pin: keeper.pin, code: 'AAAAA-AAAAA-AAAAA-AAAAA', name: NAME }
    for (const [name, value] of Object.entries(typed)) await page.fill(`[name=${name}]`, value)
    await page.click('text=登録する >> nth=-1')
    assert.match(await page.innerText('.field-wrong'), /番号を受け付けませんでした/)
    await page.fill('[name=code]', code)
    await page.press('[name=code]', 'Enter')
    await page.waitForURL(/done=added/)
    assert.deepEqual((await new AxeBuilder({ page }).analyze()).violations, [])

    // By a click or by the minute's round, whichever is first; own settings are copied too.
    await page.click('text=いま写す')
    for (let attempt = 0; attempt < 120; attempt++) {
      await page.goto(`${clinic.url}/places`)
      if (/預けられています/.test(await page.innerText('main table'))) break
      await page.waitForTimeout(500)
    }
    assert.match(await page.innerText('main table'), new RegExp(`${NAME}[\\s\\S]*預けられています`))
    await page.goto(`${clinic.url}/generations`)
    await page.locator('main table tbody tr', { hasText: '紙のカルテ' }).first().locator('a').first().click()
    await page.waitForURL(/\/generations\/[0-9a-f]{64}/)
    assert.match(await page.innerText('main'), new RegExp(`${NAME}: \\d+年?[\\s\\S]*バックアップ専用機が預かって`))
    await page.goto(`${clinic.url}/`)
    assert.doesNotMatch(await page.innerText('main'), /保管場所は1か所だけです|保管場所が1か所だけです/)

    await page.goto(`${clinic.url}/places`)
    await page.click('summary >> text=写すのをやめる')
    await page.click('.confirmation-body button')
    await page.waitForURL(/done=removed/)
    assert.match(await page.innerText('main'), /期限まで残ります[\s\S]*まだありません/)
    assert.equal(await clinic.stop(), 0)
  },
)
