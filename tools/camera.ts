/** What all pictures of docs/images share: how one is taken and made small, and the programs they are taken of. */
import { type ChildProcess, execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'

export const ROOT = fileURLToPath(new URL('..', import.meta.url))
export const IMAGES = join(ROOT, 'docs/images/')
export const DESK = { width: 1180, height: 800 }
const MAX_BYTES = 200_000
const START_MS = 300_000

export const addressIn = (said: string): string => /http:\/\/\S+/.exec(said)![0]

/** What a program of ours has said on its terminal when it can be used. */
export async function started(child: ChildProcess): Promise<string> {
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

export async function stop(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await ended
}

/** From what is seen at the top to the end of what the page says, without the empty rest of the window. */
async function contentHeight(page: Page): Promise<number> {
  const bottom = await page.evaluate(() => {
    const ends = [...document.querySelectorAll('main *')].map((element) => element.getBoundingClientRect().bottom)
    return Math.max(...ends)
  })
  return Math.ceil(bottom) + 24
}

export async function shoot(page: Page, name: string, options: { fullPage?: boolean } = {}): Promise<void> {
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
  execFileSync('pngquant', ['--force', '--quality', '60-90', '--strip', '--output', path, path], { stdio: 'inherit' })
  const { size } = statSync(path)
  if (size > MAX_BYTES) throw new Error(`${name}.png is ${size} bytes, more than ${MAX_BYTES}`)
  console.log(`${name}.png  ${Math.round(size / 1000)} kB`)
}

/** The first sheet as a printer would give it, with its margins and foot. */
export async function printed(page: Page, name: string): Promise<void> {
  const pdf = join(mkdtempSync(join(tmpdir(), 'toride-sheet-')), 'sheet.pdf')
  writeFileSync(pdf, await page.pdf({ preferCSSPageSize: true }))
  execFileSync('pdftoppm', ['-r', '100', '-png', '-singlefile', pdf, `${IMAGES}${name}`])
  rmSync(dirname(pdf), { recursive: true })
  makeSmall(name)
}

/** One part of the page alone. */
export async function shootPart(page: Page, selector: string, name: string): Promise<void> {
  await page.evaluate(() => document.fonts.ready.then(() => undefined))
  await page
    .locator(selector)
    .first()
    .screenshot({ path: `${IMAGES}${name}.png` })
  makeSmall(name)
}
