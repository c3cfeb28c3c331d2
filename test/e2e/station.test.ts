/**
 * The measure of issue 4: production, directory, mail, names and internet gone (a network namespace with loopback alone), the
 * server killed; a person who never saw Toride reads the right patient's allergies and medicines on the emergency PC.
 */
import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { chromium, type Page } from 'playwright-core'
import { scratchFolder, start } from './running.ts'

const CHROMIUM = '/usr/bin/chromium'
const PASSWORD = 'みどりの 自転車 で 山へ行く'
/** Loopback up, nothing else there. */
const ALONE = ['-rn', 'sh', '-c', 'ip link set lo up && exec "$0" "$@"']
const canBeAlone = spawnSync('unshare', [...ALONE, 'true']).status === 0
const skip = existsSync(CHROMIUM) ? !canBeAlone && 'no network namespaces here (unshare, ip)' : 'no chromium here'

test('everything is dead: card, search, two identifiers, allergies and medicines', { skip }, async (t) => {
  const home = scratchFolder(t)
  const clinic = await start(t, home)
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] })
  t.after(() => browser.close())
  const page = await (await browser.newContext({ locale: 'ja-JP', acceptDownloads: true })).newPage()
  await page.goto(`${clinic.url}/sign-in/first`)
  const person = { loginName: 'admin', code: clinic.code!, password: PASSWORD, repeat: PASSWORD }
  for (const [name, value] of Object.entries(person)) await page.fill(`[name=${name}]`, value)
  await page.click('main button[type=submit]')
  await page.waitForURL(`${clinic.url}/`)
  const expected = await chosenPatient(page, clinic.url)

  // In peace: the PC is made on screen, its card printed, its file saved.
  await page.goto(`${clinic.url}/settings`)
  await page.click('main a[href="/stations"]')
  assert.match(await page.innerText('main'), /まだ非常用PCがありません/)
  await page.fill('[name=name]', '2階病棟')
  await page.click('#add button[type=submit]')
  const words = await page.locator('.kit-sheet tbody th').allInnerTexts()
  assert.equal(words.length, 8)
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('text=設定ファイルを保存する')])
  const usb = join(home, 'usb')
  mkdirSync(usb)
  const file = join(usb, 'toride-station.json')
  await download.saveAs(file)
  await page.goto(`${clinic.url}/stations`)
  assert.match(await page.innerText('main table'), /2階病棟/)
  for (const word of words) assert.ok(!(await page.content()).includes(`>${word}<`), 'the card is shown once')
  cpSync(join(home, 'toride-sample', 'places', 'local'), join(usb, 'copies'), { recursive: true })
  await clinic.kill()

  const script = [
    '--disable-warning=ExperimentalWarning',
    '--import',
    './tools/jsx-hook.mjs',
    'test/e2e/station-alone.ts',
  ]
  const typed = words.map((word) => word.trim().slice(0, 4)).join(' ')
  const args = [...ALONE, process.execPath, ...script, join(home, 'pc'), file, join(usb, 'copies'), typed, expected.id]
  const { stdout } = await promisify(execFile)('unshare', args, { maxBuffer: 1e8, timeout: 120_000 })
  const seen = JSON.parse(stdout.trim().split('\n').at(-1)!) as Record<string, string> & { interfaces: string[] }
  assert.deepEqual(seen.interfaces, ['lo'])
  assert.match(seen['first']!, /電子カルテが止まったときに、カルテを見るパソコンです/)
  assert.match(seen['identity']!, new RegExp(expected.id))
  for (const words of [...expected.allergies, ...expected.medicines])
    assert.ok(seen['chart']!.includes(words), `${words} is on the chart`)
  assert.match(seen['last']!, /いつまでのカルテが見られるか[\s\S]*砦の記録で確かめられていません/)
  assert.equal(seen['foreignHost'], 421)
})

/** Somebody with an allergy and a medicine whom nobody resembles, as the server shows them while it lives. */
async function chosenPatient(page: Page, url: string) {
  await page.goto(`${url}/charts`)
  await page.fill('[name=query]', '0000')
  await page.press('[name=query]', 'Enter')
  const ids = await page.locator('main table tbody td .mono').allInnerTexts()
  for (const id of ids) {
    await page.goto(`${url}/charts`)
    await page.fill('[name=query]', id)
    await page.press('[name=query]', 'Enter')
    await page.click('.hit-link')
    if ((await page.locator('[name=birth]').count()) > 0) continue
    for (const value of ['name', 'birth']) await page.check(`[name=confirmed][value=${value}]`)
    await page.click('main form button[type=submit]')
    await page.waitForSelector('.chart-header')
    const allergies = await page.locator('.chart-header .substance').allInnerTexts()
    const medicines = await page.locator('.drug-name:visible').allInnerTexts()
    if (allergies.length > 0 && medicines.length > 0) return { id, allergies, medicines }
  }
  throw new Error('the sample has nobody with an allergy and a medicine')
}
