/**
 * Renews docs/images/*.png from a fresh sample clinic: `node_modules/.bin/node --import ./tools/jsx-hook.mjs tools/screenshots.ts`.
 * Needs Debian's chromium, poppler-utils and pngquant; takes about a minute. People look at the pictures before they are committed.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { chromium, type Page } from 'playwright-core'
import { manualClock } from '#base'
import { fixtureMedia } from '../src/web/fixtures/media.ts'
import { FIXTURE_PASSWORD, fixtureServices } from '../src/web/fixtures/services.ts'
import { createWeb, listen } from '#web'
import { startKeeper } from '../test/keeper/running.ts'
import { signIn as signInToFixture, startHouse } from '../test/web/harness.ts'
import { addressIn, DESK, IMAGES, printed, ROOT, shoot, shootPart, started, stop } from './camera.ts'
import { editionPictures, stationPictures } from './emergency-pictures.ts'

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
const WIDE = { width: 1366, height: 800 }
const PHONE = { width: 390, height: 800 }
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

/** The sample's lock is real: as root its files cannot be removed before the flag is taken off. */
function removeSample(folder: string): void {
  spawnSync('chattr', ['-R', '-i', folder], { stdio: 'ignore' })
  rmSync(folder, { recursive: true, force: true })
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
  // The newest days are in sight first; the picture begins with the names of the lanes.
  await page.evaluate(() =>
    document.querySelectorAll('.flow-sheet, .flow-sheet *').forEach((one) => (one.scrollLeft = 0)),
  )
  await shootPart(page, '.flow-sheet', 'flow-sheet')
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

/** A house of a year, which no sample of ten minutes has: from the synthetic house of the tests. */
async function housePictures(page: Page): Promise<void> {
  const house = await startHouse()
  try {
    await signInToFixture(page, house.url)
    await page.goto(`${house.url}/sources/ehr/policy`)
    await shoot(page, 'policy')
    await page.goto(`${house.url}/horizon`)
    await shoot(page, 'horizon', { fullPage: true })
    await page.goto(`${house.url}/clean-candidate?since=2026-10-23`)
    await shoot(page, 'clean-candidate', { fullPage: true })
    await page.goto(`${house.url}/generations/g1/instant`)
    await shoot(page, 'instant', { fullPage: true })
    await page.goto(`${house.url}/generations/g1/instant?at=0.0`)
    await shoot(page, 'instant-start', { fullPage: true })
    await page.goto(`${house.url}/instant/x1`)
    await shoot(page, 'instant-running', { fullPage: true })
    await page.goto(`${house.url}/instant/x2`)
    await shoot(page, 'instant-after', { fullPage: true })
    await page.goto(`${house.url}/emergency-accounts`)
    await shoot(page, 'envelopes', { fullPage: true })
    await page.context().clearCookies()
    await page.goto(`${house.url}/emergency`)
    await shoot(page, 'envelope-door', { fullPage: true })
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
      await stationPictures(page, sample.url, folder)
      await editionPictures(page)
      await placePicture(page, sample)
      await housePictures(page)
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
