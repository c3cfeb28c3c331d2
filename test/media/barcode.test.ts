/** The barcode of a label as an outside decoder (zbarimg) reads it: on the screen, and off a sheet as a scanner sees it. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { labelCode, parseLabelCode } from '../../src/web/components/media-week.tsx'
import { openBrowser, signIn, startHouse, WITHOUT_CHROMIUM } from '../web/harness.ts'

const ZBARIMG = '/usr/bin/zbarimg'
const skip =
  WITHOUT_CHROMIUM || (existsSync(ZBARIMG) ? false : `no ${ZBARIMG} to judge barcodes (Debian package zbar-tools)`)
const CODES = [1, 2, 4, 5].map((number) => labelCode({ setId: 'main', number }))

let folder = ''
before(() => void (folder = mkdtempSync(join(tmpdir(), 'toride-barcode-'))))
after(() => rmSync(folder, { recursive: true }))

/** What the decoder reads off a picture, Code 128 only, sorted. */
async function read(picture: string): Promise<string[]> {
  const options = ['--quiet', '--raw', '-Sdisable', '-Scode128.enable', picture]
  const { stdout } = await promisify(execFile)(ZBARIMG, options).catch((error: { stdout: string }) => error)
  return stdout.split('\n').filter(Boolean).toSorted()
}

test('labels on screen and on paper are read by an outside decoder, and mean the disk', { skip }, async (t) => {
  const house = await startHouse()
  const browser = await openBrowser()
  t.after(async () => {
    await browser.close()
    await house.close()
  })
  const page = await browser.context.newPage()
  await signIn(page, house.url)
  await page.goto(`${house.url}/media/labels`)
  await page.setViewportSize({ width: 1366, height: 900 })
  await page.screenshot({ path: join(folder, 'screen.png'), fullPage: true })
  assert.deepEqual(await read(join(folder, 'screen.png')), CODES)

  writeFileSync(join(folder, 'sheet.pdf'), await page.pdf({ preferCSSPageSize: true }))
  // As a scanner of 200 dots to the inch sees the sheet.
  const sheet = join(folder, 'sheet')
  await promisify(execFile)('pdftoppm', ['-r', '200', '-png', '-singlefile', join(folder, 'sheet.pdf'), sheet])
  assert.deepEqual(await read(`${sheet}.png`), CODES)
  assert.deepEqual(
    CODES.map((code) => parseLabelCode(code)),
    [1, 2, 4, 5],
  )
})

test('what a reader or a person types means a number, or nothing', () => {
  for (const [typed, number] of [
    ['TORIDE-main-03', 3],
    ['toride-main-12', 12],
    [' ３番 ', 3],
    ['7', 7],
    ['0', undefined],
    ['100', undefined],
    ['4912345678904', undefined],
    ['', undefined],
  ] as const)
    assert.equal(parseLabelCode(typed), number, typed)
})
