/**
 * From nothing to a chart in the browser, as a newcomer does it (issue: two commands), and the starts that are refused.
 * The judge of the repository is stock restic, of the pages a real browser with axe.
 */
import { AxeBuilder } from '@axe-core/playwright'
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type Browser, chromium, type Page } from 'playwright-core'
import { scratchFolder, start, startRefused } from './running.ts'

const CHROMIUM = '/usr/bin/chromium'
const skipBrowser = existsSync(CHROMIUM) ? false : 'no chromium on this machine'
const PASSWORD = 'みどりの 自転車 で 山へ行く'
const PORT_IN_USE = 'WEB_PORT_UNAVAILABLE'

describe('a newcomer', { skip: skipBrowser }, () => {
  let browser: Browser
  before(async () => {
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    })
  })
  after(async () => {
    await browser?.close()
  })

  test('starts the sample, signs in, reads a chart, prints it; a second start goes on where it was', async (t) => {
    const home = scratchFolder(t)
    const first = await start(t, home)
    assert.match(first.output(), /復元テストをしました/)
    assert.match(first.output(), /バックアップからカルテを開けました（患者 300 人）/)
    const context = await browser.newContext({ locale: 'ja-JP', viewport: { width: 1366, height: 900 } })
    const page = await context.newPage()
    const errors: string[] = []
    page.on('pageerror', (error) => errors.push(error.message))

    await page.goto(first.url)
    await page.fill('[name=loginName]', 'admin')
    await page.fill('[name=code]', first.code!)
    await page.fill('[name=password]', PASSWORD)
    await page.fill('[name=repeat]', PASSWORD)
    await page.click('main button[type=submit]')
    await page.waitForURL(`${first.url}/`)
    assert.match(await page.innerText('main'), /300人分/)
    assert.match(await page.innerText('body'), /見本/)
    for (const path of [
      '/',
      '/sources',
      '/generations',
      '/problems',
      '/charts',
      '/journal',
      '/people',
      '/settings',
      '/first-hour',
    ])
      for (const width of [1366, 820, 390]) await withoutViolations(page, `${first.url}${path}`, width)

    await openFirstChart(page, first.url, 'アオイ')
    assert.match(await page.innerText('main'), /アレルギー・禁忌/)
    assert.match(await page.innerText('main'), /この画面に無いもの/)
    for (const width of [1366, 820, 390]) await withoutViolations(page, page.url(), width)
    const pdf = await page.pdf({ format: 'A4' })
    assert.equal(pdf.subarray(0, 4).toString(), '%PDF')
    await page.goto(`${first.url}/journal`)
    assert.match(await page.innerText('main'), /カルテを開いた/)
    assert.deepEqual(errors, [])
    assert.equal(await first.stop(), 0)

    const again = await start(t, home)
    assert.equal(again.code, undefined, 'the one-time code is gone once a password is set')
    assert.doesNotMatch(again.output(), /見本の病院をつくりました/)
    await again.stop()
  })

  test('protects a folder of documents of one’s own', async (t) => {
    const home = scratchFolder(t)
    const documents = join(home, 'わたしの 書類')
    mkdirSync(documents)
    writeFileSync(join(documents, '0001_紹介状.txt'), '紹介状の中身')
    const running = await start(t, home, ['--source', documents, '--name', '書類'])
    assert.match(running.output(), /バックアップを取りました（1 件/)
    assert.doesNotMatch(running.output(), /見本/)
    assert.equal(existsSync(join(home, 'toride', 'toride.json')), true)
    await running.stop()
    const [source] = readdirSync(join(home, 'toride', 'places', 'local')).filter((name) => name.startsWith('folder-'))
    assert.ok(source)
  })
})

async function withoutViolations(page: Page, url: string, width: number): Promise<void> {
  await page.setViewportSize({ width, height: 900 })
  await page.goto(url)
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  )
  assert.ok(overflow <= 1, `${url} at ${width} is ${overflow} px too wide`)
  const { violations } = await new AxeBuilder({ page }).analyze()
  assert.deepEqual(
    violations.map((v) => `${url} at ${width}: ${v.id} ${v.nodes[0]?.html}`),
    [],
  )
}

async function openFirstChart(page: Page, url: string, query: string): Promise<void> {
  await page.setViewportSize({ width: 1366, height: 900 })
  await page.goto(`${url}/charts`)
  await page.fill('input[name=query]', query)
  await Promise.all([page.waitForURL(/[?&]s=/), page.keyboard.press('Enter')])
  await page.locator('main a[href*="/open"]').first().click()
  await page.waitForURL(/\/open/)
  const birth = page.locator('input[name=birth]')
  assert.equal(await birth.count(), 0, 'nobody of the same name: nothing has to be typed')
  for (const box of await page.locator('main input[type=checkbox]').all()) await box.check()
  await page.locator('main button[type=submit]').first().click()
  await page.waitForURL(/\/charts\/[^/]+\?generation=/)
}

test('starts that are refused say why in Japanese and change nothing', async (t) => {
  const home = scratchFolder(t)
  const data = join(home, 'data')
  const running = await start(t, home, ['--data', data])
  const before = readFileSync(join(data, 'toride.pid'), 'utf8')
  const second = await startRefused(home, ['--data', data, '--port', '0'])
  assert.equal(second.exitCode, 1)
  assert.match(second.output, /VAULT_FOLDER_IN_USE/)
  assert.match(second.output, /[ぁ-ん]{3}/)
  assert.equal(readFileSync(join(data, 'toride.pid'), 'utf8'), before)

  const other = join(home, 'other')
  const port = new URL(running.url).port
  const busy = await startRefused(home, ['--data', other, '--port', port])
  assert.match(busy.output, new RegExp(PORT_IN_USE))
  assert.equal(existsSync(other), false, 'nothing was made')
  await running.stop()

  const inside = await startRefused(home, ['--port', '0', '--data', join(import.meta.dirname, 'data-here')])
  assert.match(inside.output, /VAULT_FOLDER_INSIDE_CHECKOUT/)
  const denied = await startRefused(home, ['--port', '0', '--data', '/proc/toride'])
  assert.match(denied.output, /VAULT_FOLDER_DENIED/)
  const wrong = await startRefused(home, ['--port', 'abc'])
  assert.match(wrong.output, /起動の指定が正しくありません（port）/)
  const unknown = await startRefused(home, ['--sorce', 'x'])
  assert.match(unknown.output, /--sorce/)
  const missing = await startRefused(home, ['--data', other, '--port', '0', '--source', join(home, 'nowhere')])
  assert.match(missing.output, /VAULT_SOURCE_UNREADABLE/)
  assert.equal(existsSync(other), false, 'nothing was made')
})

test(
  'a full or read-only folder is refused before anything is written',
  { skip: process.getuid?.() === 0 ? false : 'needs root to mount' },
  async (t) => {
    const home = scratchFolder(t)
    const small = join(home, 'small')
    mkdirSync(small)
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', small])
    try {
      const full = await startRefused(home, ['--data', join(small, 'data'), '--port', '0'])
      assert.match(full.output, /VAULT_FOLDER_FULL/)
      execFileSync('mount', ['-o', 'remount,ro', small])
      const readOnly = await startRefused(home, ['--data', join(small, 'data2'), '--port', '0'])
      assert.match(readOnly.output, /VAULT_FOLDER_DENIED/)
    } finally {
      execFileSync('umount', [small])
    }
  },
)

test('under a service manager, whose journal stays, the one-time number is in a file of the owner only', async (t) => {
  const home = scratchFolder(t)
  const data = join(home, 'data')
  const file = join(data, 'first-sign-in.txt')
  const running = await start(t, home, ['--data', data], { JOURNAL_STREAM: '8:1' })
  assert.equal(running.code, undefined)
  assert.ok(running.output().includes(file))
  assert.match(readFileSync(file, 'utf8'), /[0-9A-Z]{5}(-[0-9A-Z]{5}){3}/)
  assert.equal(statSync(file).mode & 0o777, 0o600)
  await running.stop()
})

test('the port that is asked for is the one that listens', async (t) => {
  const home = scratchFolder(t)
  const free = await new Promise<number>((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => resolve(port))
    })
  })
  const running = await start(t, home, ['--data', join(home, 'data'), '--port', String(free)])
  assert.equal(running.url, `http://127.0.0.1:${free}`)
  const answer = await fetch(`${running.url}/sign-in/first`)
  assert.equal(answer.status, 200)
  const foreign = await fetch(`${running.url}/sign-in/first`, { headers: { host: 'evil.example' } }).catch(
    () => undefined,
  )
  assert.ok(foreign === undefined || foreign.status === 421 || foreign.status === 200)
  await running.stop()
})
