/**
 * Renews docs/images/*.png from a fresh sample clinic: `node_modules/.bin/node tools/screenshots.ts`.
 * Needs Debian's chromium, poppler-utils and pngquant; takes about a minute. People look at the pictures before they are committed.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TestContext } from 'node:test'
import { chromium, type Page } from 'playwright-core'
import { manualClock } from '#base'
import { fixtureMedia } from '../src/web/fixtures/media.ts'
import { FIXTURE_PASSWORD, fixtureServices } from '../src/web/fixtures/services.ts'
import { createWeb, listen } from '#web'
import { startKeeper } from '../test/keeper/running.ts'
import { signIn as signInToFixture, startHouse } from '../test/web/harness.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const IMAGES = join(ROOT, 'docs/images/')
const CHROMIUM = '/usr/bin/chromium'
/** As test/web/harness.ts: nothing leaves the machine. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
const DESK = { width: 1180, height: 800 }
const WIDE = { width: 1366, height: 800 }
const PHONE = { width: 390, height: 800 }
const MAX_BYTES = 200_000
const START_MS = 300_000
const PASSWORD = 'けやき なぎさ 切符 ようかん'

interface Sample {
  readonly url: string
  readonly code: string
  readonly process: ChildProcess
}

/** Starts the product as `npm start` does and reads the address and the one-time code off its terminal. */
async function startSample(folder: string): Promise<Sample> {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--import', './tools/jsx-hook.mjs', 'src/main.ts', '--port', '0'],
    {
      cwd: ROOT,
      env: { ...process.env, XDG_DATA_HOME: folder, LC_ALL: 'C.UTF-8' },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const said = await started(child)
  return { url: addressIn(said), code: /1回だけの番号\s+(\S+)/.exec(said)![1]!, process: child }
}

const addressIn = (said: string): string => /http:\/\/\S+/.exec(said)![0]

/** What a program of ours has said on its terminal when it can be used. */
async function started(child: ChildProcess): Promise<string> {
  let said = ''
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`no address after ${START_MS / 1000} s`)), START_MS)
    child.once('exit', (code) => reject(new Error(`the program ended with ${code}\n${said}`)))
    child.stdout!.on('data', (text: Buffer) => {
      said += text.toString()
      if (!said.includes('Ctrl+C')) return
      clearTimeout(late)
      resolve(said)
    })
  })
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await ended
}

/** The sample's lock is real: as root its files cannot be removed before the flag is taken off. */
function removeSample(folder: string): void {
  spawnSync('chattr', ['-R', '-i', folder], { stdio: 'ignore' })
  rmSync(folder, { recursive: true, force: true })
}

/** From what is seen at the top to the end of what the page says, without the empty rest of the window. */
async function contentHeight(page: Page): Promise<number> {
  const bottom = await page.evaluate(() => {
    const ends = [...document.querySelectorAll('main *')].map((element) => element.getBoundingClientRect().bottom)
    return Math.max(...ends)
  })
  return Math.ceil(bottom) + 24
}

async function shoot(page: Page, name: string, options: { fullPage?: boolean } = {}): Promise<void> {
  // A page that has just loaded may still wait for its font.
  await page.evaluate(() => document.fonts.ready.then(() => undefined))
  const path = `${IMAGES}${name}.png`
  const view = page.viewportSize() ?? DESK
  const height = Math.min(await contentHeight(page), options.fullPage ? Infinity : view.height)
  await page.screenshot({
    path,
    fullPage: true,
    clip: { x: 0, y: await page.evaluate(() => scrollY), width: view.width, height },
  })
  makeSmall(name)
}

function makeSmall(name: string): void {
  const path = `${IMAGES}${name}.png`
  spawnSync('pngquant', ['--force', '--quality', '60-90', '--strip', '--output', path, path], { stdio: 'inherit' })
  const { size } = statSync(path)
  if (size > MAX_BYTES) throw new Error(`${name}.png is ${size} bytes, more than ${MAX_BYTES}`)
  console.log(`${name}.png  ${Math.round(size / 1000)} kB`)
}

async function signIn(page: Page, sample: Sample): Promise<void> {
  await page.goto(`${sample.url}/`)
  await page.waitForSelector('#field-code')
  await shoot(page, 'first-sign-in')
  await page.fill('#field-loginName', 'admin')
  await page.fill('#field-code', sample.code)
  await page.fill('#field-password', PASSWORD)
  await page.fill('#field-repeat', PASSWORD)
  await page.click('main form button[type=submit]')
  await page.waitForURL(`${sample.url}/`)
}

/** Search, the two identifiers, the chart, its print; 磯貝 岩雄 is the sample's patient with every kind of record. */
async function chartPictures(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/charts`)
  await page.fill('#field-query', 'いそがい')
  await page.press('#field-query', 'Enter')
  await page.waitForSelector('.hit-link')
  await shoot(page, 'search')
  await page.click('.hit-link')
  await page.waitForSelector('main form')
  await shoot(page, 'opening', { fullPage: true })
  if (await page.isVisible('#field-birth')) await page.fill('#field-birth', await birthDateOf(page))
  for (const box of await page.locator('input[name=confirmed]').all()) await box.check()
  await page.click('main form button[type=submit]')
  await page.waitForSelector('.chart-header')
  await shoot(page, 'chart')
  await page.setViewportSize(WIDE)
  await page.evaluate(() => document.querySelector('#labs')?.scrollIntoView())
  await shoot(page, 'chart-labs')
  const address = page.url()
  await page.setViewportSize(PHONE)
  await page.goto(address)
  await page.waitForSelector('.chart-header')
  await shoot(page, 'chart-phone')
  await page.setViewportSize(DESK)
  await page.goto(address.replace('?', '/print?for=staff&'))
  await printed(page, 'chart-print')
}

/** The first sheet as a printer would give it, with its margins and foot. */
async function printed(page: Page, name: string): Promise<void> {
  const pdf = join(mkdtempSync(join(tmpdir(), 'toride-sheet-')), 'sheet.pdf')
  writeFileSync(pdf, await page.pdf({ preferCSSPageSize: true }))
  execFileSync('pdftoppm', ['-r', '100', '-png', '-singlefile', pdf, `${IMAGES}${name}`])
  rmSync(dirname(pdf), { recursive: true })
  makeSmall(name)
}

/** A person asks the patient; here the sample's cast answers (`src/sample/cast.ts`): 3 September, 64 years ago. */
async function birthDateOf(page: Page): Promise<string> {
  const year = await page.evaluate(() => new Date().getFullYear())
  return `${year - 64}0903`
}

const PAGES: readonly (readonly [name: string, path: string, fullPage?: boolean])[] = [
  ['first-hour', '/first-hour'],
  ['first-hour-steps', '/first-hour?ehr=onPremise'],
  ['letter', '/first-hour/letter', true],
  ['sources', '/sources'],
  ['source-new', '/sources/new?kind=folder', true],
  ['generations', '/generations'],
  ['problems', '/problems'],
  ['stacks', '/print', true],
  ['wards', '/charts/wards?ward=3A', true],
  ['journal', '/journal'],
  ['person-new', '/people/new', true],
  ['settings', '/settings', true],
]

async function pictures(page: Page, sample: Sample): Promise<void> {
  await signIn(page, sample)
  await chartPictures(page, sample.url)
  await page.goto(`${sample.url}/`)
  await shoot(page, 'home', { fullPage: true })
  for (const [name, path, fullPage = false] of PAGES) {
    await page.goto(`${sample.url}${path}`)
    await shoot(page, name, { fullPage })
  }
  await page.goto(`${sample.url}/generations`)
  await page.click('main a[href^="/generations/"] >> nth=-1')
  await page.waitForSelector('main dl')
  await shoot(page, 'generation', { fullPage: true })
  await page.goto(`${sample.url}/nowhere`)
  await shoot(page, 'error')
}

/** A Keeper beside the sample: enrolled on screen and copied to. Last, so that the other pictures show the sample alone. */
async function placePicture(page: Page, { url }: Sample): Promise<void> {
  const ends: (() => unknown)[] = []
  // The port that people know, so that the picture does not change without a reason.
  const context = { after: (end: () => unknown) => ends.unshift(end) } as unknown as TestContext
  const keeper = await startKeeper(context, { tls: true, port: 8471 })
  try {
    const until = keeper.time.wall + 3_600_000
    const code = keeper.house.clients.invite({ name: 'aoba', kind: 'append', quotaBytes: 1e12, plain: false, until })
    await page.goto(`${url}/places/add/keeper`)
    await shoot(page, 'place-new', { fullPage: true })
    for (const [name, value] of Object.entries({ address: '127.0.0.1', pin: keeper.pin, code, name: '2階の専用機' }))
      await page.fill(`#field-${name}`, value)
    await page.press('#field-name', 'Enter')
    await page.waitForURL(/done=added/)
    await page.click('form[action$="/copy"] button')
    await page.waitForSelector('.progress-done', { timeout: 120_000 })
    await page.goto(`${url}/places`)
    await shoot(page, 'places')
  } finally {
    for (const end of ends) await end()
  }
}

/** An emergency PC beside the sample, made on screen and opened by its card. */
async function stationPicture(page: Page, { url }: Sample, folder: string): Promise<void> {
  await page.goto(`${url}/stations`)
  await page.fill('[name=name]', '2階病棟')
  await page.click('#add button[type=submit]')
  const words = await page.locator('.kit-sheet tbody th').allInnerTexts()
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('text=設定ファイルを保存する')])
  const [file, copies] = [join(folder, 'station.json'), join(folder, 'toride-sample/places/local')]
  await download.saveAs(file)
  const args = ['station', '--data', join(folder, 'pc'), '--package', file, '--from', copies, '--port', '0']
  const pc = spawn(join(ROOT, 'bin/toride'), args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, LC_ALL: '', LANG: 'ja_JP.UTF-8' },
  })
  try {
    const address = addressIn(await started(pc))
    await page.goto(address)
    await page.fill('[name=query]', 'いそがい')
    await page.press('[name=query]', 'Enter')
    await page.fill('[name=words]', words.map((word) => word.trim().slice(0, 4)).join(' '))
    await page.fill('[name=name]', '見本 看護子')
    await page.check('[name=profession][value=nurse]')
    await page.click('main button[type=submit]')
    await page.waitForSelector('.hit-link', { timeout: 60_000 })
    await page.goto(address)
    await shoot(page, 'station', { fullPage: true })
  } finally {
    await stop(pc)
  }
}

/** A house of a year, which no sample of ten minutes has: from the synthetic house of the tests. */
async function policyPictures(page: Page): Promise<void> {
  const house = await startHouse()
  try {
    await signInToFixture(page, house.url)
    await page.goto(`${house.url}/sources/ehr/policy`)
    await shoot(page, 'policy')
    await page.goto(`${house.url}/horizon`)
    await shoot(page, 'horizon', { fullPage: true })
    await page.goto(`${house.url}/clean-candidate?since=2026-10-23`)
    await shoot(page, 'clean-candidate', { fullPage: true })
  } finally {
    await house.close()
  }
}

/** Rotating disks want root and a week: their pictures come from the synthetic house, on a morning when all went well. */
async function mediaPictures(page: Page): Promise<void> {
  const clock = manualClock(Date.parse('2026-11-24T08:40:00+09:00'))
  const services = fixtureServices(clock)
  const media = { ...services.media, view: () => Promise.resolve(fixtureMedia('done')) }
  const onError = (error: unknown): never => {
    throw error
  }
  const web = await createWeb({ ...services, media }, { clock, hosts: [], secure: false, onError })
  const server = await listen(web, '127.0.0.1', 0)
  try {
    await page.goto(`${server.url}/sign-in`)
    await page.fill('#field-loginName', 'admin')
    await page.fill('#field-password', FIXTURE_PASSWORD)
    await page.press('#field-password', 'Enter')
    await page.waitForURL(`${server.url}/`)
    for (const [name, path] of [
      ['media', '/media'],
      ['media-rota', '/media/rota'],
    ] as const) {
      await page.goto(`${server.url}${path}`)
      await shoot(page, name, { fullPage: true })
    }
    await page.goto(`${server.url}/media/register`)
    await page.click('main table button')
    await page.waitForSelector('#field-number')
    await page.fill('#field-shelf', '事務室の耐火金庫 6段目')
    await shoot(page, 'media-register', { fullPage: true })
  } finally {
    await server.close()
  }
}

async function main(): Promise<void> {
  mkdirSync(IMAGES, { recursive: true })
  // The folder's name is seen on some pictures: always the same, so that they do not change without a reason.
  const folder = join(tmpdir(), 'toride')
  mkdirSync(folder)
  const profile = mkdtempSync(join(tmpdir(), 'toride-browser-'))
  try {
    const sample = await startSample(folder)
    const browser = await chromium.launchPersistentContext(profile, {
      executablePath: CHROMIUM,
      headless: true,
      args: FLAGS,
      locale: 'ja-JP',
      timezoneId: 'Asia/Tokyo',
      reducedMotion: 'reduce',
      viewport: DESK,
    })
    try {
      const page = browser.pages()[0] ?? (await browser.newPage())
      await pictures(page, sample)
      await stationPicture(page, sample, folder)
      await placePicture(page, sample)
      await policyPictures(page)
      await mediaPictures(page)
    } finally {
      await browser.close()
      await stop(sample.process)
    }
  } finally {
    removeSample(folder)
    rmSync(profile, { recursive: true, force: true })
  }
}

await main()
