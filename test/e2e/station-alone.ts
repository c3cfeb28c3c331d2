/**
 * Runs inside a network namespace that has loopback and nothing else: `bin/toride station` and Chromium, driven as somebody
 * would who never saw Toride. Prints what was on screen as JSON. Arguments: folder, package file, copies, card, patient id.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { networkInterfaces } from 'node:os'
import { chromium } from 'playwright-core'

const [folder = '', file = '', copies = '', words = '', patientId = ''] = process.argv.slice(2)
const interfaces = Object.keys(networkInterfaces())
const child = spawn('bin/toride', ['station', '--data', folder, '--package', file, '--from', copies, '--port', '0'], {
  stdio: ['ignore', 'pipe', 'inherit'],
  env: { ...process.env, LANG: 'ja_JP.UTF-8', LC_ALL: '' },
})
let said = ''
child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
while (!/Ctrl\+C/.test(said)) await once(child.stdout, 'data')
const url = /(http:\/\/\S+)/.exec(said)![1]!

const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] })
try {
  const page = await (await browser.newContext({ locale: 'ja-JP' })).newPage()
  await page.goto(url)
  const first = await page.innerText('main')
  await page.fill('[name=query]', patientId)
  await page.press('[name=query]', 'Enter')
  await page.fill('[name=words]', words)
  await page.fill('[name=name]', '見本 看護子')
  await page.check('[name=profession][value=nurse]')
  await page.click('main button[type=submit]')
  // The index is made here, out of the bare repository: the page waits by itself.
  await page.waitForSelector('.hit-link', { timeout: 60_000 })
  await page.click('.hit-link')
  const identity = await page.innerText('.identity-card')
  const birth = page.locator('[name=birth]')
  if (await birth.count()) throw new Error('a patient whom nobody resembles was asked for')
  for (const value of ['name', 'birth']) await page.check(`[name=confirmed][value=${value}]`)
  await page.click('main form button[type=submit]')
  await page.waitForSelector('.chart-header')
  const chart = await page.innerText('main')
  await page.goto(url)
  const last = await page.innerText('main')
  const foreign = await page.request.get(url, { headers: { host: 'evil.example' } })
  console.log(JSON.stringify({ interfaces, first, identity, chart, last, foreignHost: foreign.status() }))
} finally {
  await browser.close()
  child.kill('SIGTERM')
}
