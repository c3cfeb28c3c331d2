/** Pictures of what is left when everything else is dead: the emergency PC beside the sample, and an edition by itself. */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { openCover, openFirst, unlockWith } from '../test/edition/chromium.ts'
import { makeEdition } from '../test/edition/made.ts'
import { addressIn, ROOT, shoot, shootPart, started, stop } from './camera.ts'

/** Made on screen, opened by its card; once with a word mistyped, as it happens at night. */
export async function stationPictures(page: Page, url: string, folder: string): Promise<void> {
  await page.goto(`${url}/stations`)
  await page.fill('[name=name]', '2階病棟')
  await page.click('#add button[type=submit]')
  const words = (await page.locator('.kit-sheet tbody th').allInnerTexts()).map((word) => word.trim().slice(0, 4))
  await shootPart(page, '.kit-sheet', 'station-card')
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
    await page.fill('[name=words]', words.join(' '))
    await page.fill('[name=name]', '見本 看護子')
    await page.check('[name=profession][value=nurse]')
    await shoot(page, 'station-open', { fullPage: true })
    await page.fill('[name=words]', [...words.slice(0, 3), 'ZZZZ', ...words.slice(4)].join(' '))
    await page.click('main button[type=submit]')
    await page.waitForSelector('.field-error')
    await shoot(page, 'station-wrong')
    await page.fill('[name=words]', words.join(' '))
    await page.click('main button[type=submit]')
    await page.waitForSelector('.hit-link', { timeout: 60_000 })
    await page.goto(address)
    await shoot(page, 'station', { fullPage: true })
  } finally {
    await stop(pc)
  }
}

/** The disc as a double click shows it, with the network off. */
export async function editionPictures(page: Page): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'toride-disc-'))
  try {
    const made = await makeEdition(folder)
    await page.context().setOffline(true)
    await openCover(page, made.discs[0]!.folder)
    await shoot(page, 'edition-cover', { fullPage: true })
    await unlockWith(page)
    await shoot(page, 'edition-search')
    // The cast of the sample answers as the patient would.
    await openFirst(page, 'いそがい', `${new Date().getFullYear() - 64}0903`)
    await shoot(page, 'edition-chart')
  } finally {
    await page.context().setOffline(false)
    rmSync(folder, { recursive: true })
  }
}
