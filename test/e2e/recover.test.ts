/** A bare machine: `npm start` makes the sample, and its screen brings the lost clinic back beside it. */
import assert from 'node:assert/strict'
import { cpSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { chromium } from 'playwright-core'
import { sheetWords } from '#access'
import { issueKit } from '#server'
import { sessionOf } from '../../src/server/services/viewers.ts'
import { house, removeHeld, take } from '../server/house.ts'
import { firstPerson } from '../server/person.ts'
import { scratchFolder, start } from './running.ts'

const CHROMIUM = '/usr/bin/chromium'
const PASSWORD = 'みどりの 自転車 で 山へ行く'

test(
  'the lost clinic on a new machine, by screen',
  { skip: !existsSync(CHROMIUM) && 'no chromium here' },
  async (t) => {
    const lost = house(t)
    const institution = await lost.open()
    const { viewer } = await firstPerson(institution)
    await institution.vault.ensureOwnState()
    await take(institution, lost, 1)
    const holder = { part: 0, holder: '院長', keptAt: '金庫', outside: false } as const
    const { sheets } = await issueKit(institution, sessionOf(viewer), [holder])
    const home = scratchFolder(t)
    const copy = join(home, '外付けディスク')
    cpSync(join(lost.folder, 'places', 'local'), copy, { recursive: true })
    await lost.close()
    removeHeld(lost.folder)

    const sample = await start(t, home)
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] })
    t.after(() => browser.close())
    const page = await (await browser.newContext({ locale: 'ja-JP' })).newPage()
    const signIn = async (url: string, code: string): Promise<void> => {
      await page.goto(`${url}/sign-in/first`)
      const person = { loginName: 'admin', code, password: PASSWORD, repeat: PASSWORD }
      for (const [name, value] of Object.entries(person)) await page.fill(`[name=${name}]`, value)
      await page.click('main button[type=submit]')
      await page.waitForURL(`${url}/`)
    }
    await signIn(sample.url, sample.code!)
    await page.goto(`${sample.url}/recover`)
    await page.fill(
      '#field-words',
      sheetWords(sheets[0]!)
        .map(({ number }) => number)
        .join(' '),
    )
    await page.fill('#field-address', copy)
    await page.click('main button[type=submit]')
    await page.click('text=この日の状態に戻す')
    for (let i = 0; i < 60 && !/を戻しました/.test(await page.innerText('main')); i++) {
      await page.waitForTimeout(500)
      await page.goto(`${sample.url}/recover`)
    }
    const done = await page.innerText('main')
    assert.match(done, /試験の医院 を戻しました[\s\S]*すべて合いました/)
    const url = /http:\/\/[\d.:]+/.exec(done)![0]
    const code = /[0-9A-Z]{5}(-[0-9A-Z]{5}){3}/.exec(done)![0]
    await signIn(url, code)
    assert.match(await page.innerText('body'), /試験の医院/)
    await page.goto(`${url}/generations`)
    assert.match(await page.innerText('main'), /書類/)
    assert.equal(await sample.stop(), 0)
  },
)
