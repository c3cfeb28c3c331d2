/** The page of a disc where things are not as usual: read-only, left alone, an old browser, a pack that hangs; and on paper. */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { execFile } from 'node:child_process'
import { pathToFileURL } from 'node:url'
import { memoryGeneration } from '../../src/chart/testing/memory-generation.ts'
import { openFirefox, WITHOUT_FIREFOX } from '../web/firefox.ts'
import { shoot, WITHOUT_CHROMIUM, WITHOUT_POPPLER } from '../web/harness.ts'
import { atDesk, type Desk, openCover, openFirst, unlockWith } from './chromium.ts'
import { AS_OF, fewPatients, indexOf, makeEdition, PASSPHRASE, sampleFiles, scratch } from './made.ts'
import { oldChromium, openInOld } from './old-chromium.ts'
import { burnt } from './read-only.ts'

const skip = WITHOUT_CHROMIUM
let desk: Desk
before(async () => {
  if (!skip) desk = await atDesk()
})
after(() => desk?.close())

async function people(files = sampleFiles()) {
  const index = await indexOf(memoryGeneration(files, 'a'.repeat(64), AS_OF))
  return Array.from({ length: index.size }, (_, row) => index.entry(row))
}

test('from a medium that cannot be written: Chromium, Firefox, Chromium 90', { skip }, async (t) => {
  const files = await fewPatients(3)
  const disc = await burnt(t, (await makeEdition(scratch(t), files)).discs[0]!.folder)
  if ('missing' in disc) return t.skip(disc.missing)
  const [patient] = await people(files)
  const { page, errors } = desk
  errors.length = 0
  await openCover(page, disc.folder)
  await unlockWith(page)
  assert.equal(await openFirst(page, patient!.patientId, patient!.birthDate), 'chart')
  assert.deepEqual(errors, [])
  if (!WITHOUT_FIREFOX) {
    const firefox = await openFirefox({ javaScript: true })
    try {
      await firefox.goto(`${pathToFileURL(disc.folder).href}/index.html`)
      await firefox.wait('#field-passphrase')
      await firefox.click('#field-name')
      await firefox.type('Kango')
      await firefox.click('#field-passphrase')
      await firefox.type(PASSPHRASE)
      await firefox.enter()
      await firefox.wait('[data-patient], #field-query')
    } finally {
      await firefox.close()
    }
  }
  const old = await oldChromium()
  if ('missing' in old) return
  const oldPage = await openInOld(old.program, disc.folder)
  try {
    await oldPage.until('#field-passphrase')
    await oldPage.evaluate(`document.getElementById('field-name').value = '見本 看護'`)
    await oldPage.evaluate(`document.getElementById('field-passphrase').value = '${PASSPHRASE}'`)
    await oldPage.evaluate(`document.querySelector('[data-form=unlock]').requestSubmit()`)
    await oldPage.until('#field-query')
    assert.deepEqual(oldPage.errors, [])
  } finally {
    await oldPage.close()
  }
})

test('left alone for 15 minutes it closes, and who looked stays; a touch begins the 15 anew', { skip }, async (t) => {
  const disc = (await makeEdition(scratch(t), await fewPatients(3))).discs[0]!.folder
  const page = await desk.page.context().newPage()
  await page.clock.install()
  await openCover(page, disc)
  await unlockWith(page)
  const [patient] = await people()
  assert.equal(await openFirst(page, patient!.patientId, patient!.birthDate), 'chart')
  const minutes = (n: number) => page.clock.fastForward(n * 60_000)
  await minutes(14)
  assert.equal(await page.locator('.chart-header').count(), 1)
  await page.keyboard.press('Shift')
  await minutes(14)
  assert.equal(await page.locator('.chart-header').count(), 1, 'somebody was there')
  await minutes(2)
  assert.match(await page.innerText('main'), /15分さわらなかったので閉じました/)
  assert.equal(await page.locator('.chart-header, [data-go=search], [data-patient]').count(), 0)
  assert.ok(!(await page.innerText('body')).includes(patient!.kanji.split('　')[0]!))
  await page.close({ runBeforeUnload: false })
})

test('a browser without DecompressionStream opens it too', { skip }, async (t) => {
  const files = await fewPatients(3)
  const disc = (await makeEdition(scratch(t), files)).discs[0]!.folder
  const page = await desk.page.context().newPage()
  await page.addInitScript('delete globalThis.DecompressionStream')
  await openCover(page, disc)
  assert.equal(await page.evaluate(`'DecompressionStream' in globalThis`), false)
  await unlockWith(page)
  const [patient] = await people(files)
  assert.equal(await openFirst(page, patient!.patientId, patient!.birthDate), 'chart')
  await page.close({ runBeforeUnload: false })
})

test('a pack that hangs its own frame: said after a time, and everything else goes on', { skip }, async (t) => {
  // Two discs' worth in one: charts of the first pack are lost, the index and the lists stay.
  const disc = (await makeEdition(scratch(t), await fewPatients(3))).discs[0]!.folder
  const pack = join(disc, 'data/00/p00000.html')
  const genuine = readFileSync(pack)
  writeFileSync(pack, '<!doctype html><script>for (;;) {}</script>')
  const page = await desk.page.context().newPage()
  // A minute is shown in three seconds: only long waits are made short.
  await page.addInitScript(`{
    const wait = window.setTimeout
    window.setTimeout = (work, ms, ...more) => wait(work, ms === 60000 ? 3000 : ms, ...more)
  }`)
  await openCover(page, disc)
  await unlockWith(page)
  const [patient] = await people(await fewPatients(3))
  assert.equal(await openFirst(page, patient!.patientId, patient!.birthDate), 'refused')
  assert.match(await page.innerText('.notice-danger'), /ディスクから読めません/)
  writeFileSync(pack, genuine)
  assert.equal(await openFirst(page, patient!.patientId, patient!.birthDate), 'chart', 'tried anew')
  await page.close({ runBeforeUnload: false })
})

test(
  'a ward on paper in one go: list, summary and medicines of each, feet on every sheet, each in the log',
  { skip: skip || WITHOUT_POPPLER },
  async (t) => {
    const folder = scratch(t)
    const disc = (await makeEdition(folder)).discs[0]!.folder
    const page = await desk.page.context().newPage()
    await openCover(page, disc)
    await unlockWith(page)
    await page.click('details summary >> nth=0')
    await page.click('[data-stack] >> nth=0')
    await page.click('[data-form=stack] button[type=submit]')
    await page.waitForSelector('.paper-pages')
    await shoot(page, 'edition-stack')
    const sheets = await page.locator('.paper-pages svg').count()
    const pdf = join(folder, 'ward.pdf')
    await page.pdf({ path: pdf, preferCSSPageSize: true })
    const { stdout } = await promisify(execFile)('pdftotext', ['-layout', pdf, '-'])
    const printed = stdout.split('\f').filter((text) => text.trim() !== '')
    assert.equal(printed.length, sheets, 'a page on screen is a sheet of paper')
    const ward = (await indexOf(memoryGeneration(sampleFiles(), 'a'.repeat(64), AS_OF))).inpatients().wards[0]!
    for (const text of printed) {
      const flat = text.replace(/\s+/g, '')
      assert.ok(flat.includes('非常用ディスクから印刷') && flat.includes('7番のディスク'), flat.slice(-300))
      assert.ok(flat.includes('aaaaaaaa'), 'the generation')
    }
    const all = stdout.replace(/\s+/g, '')
    const rows = await people()
    for (const { row } of ward.patients) {
      const { patientId } = rows[row]!
      assert.ok(printed.filter((text) => text.includes(patientId)).length >= 3, `${patientId}: list, two sheets`)
    }
    assert.ok(all.includes('見本'))
    await page.click('[data-go=log]')
    const log = await page.innerText('main')
    for (const { row } of ward.patients) assert.ok(log.includes(rows[row]!.patientId))
    await page.click('[data-go=search]')
    const [first] = ward.patients
    await openFirst(page, rows[first!.row]!.patientId, rows[first!.row]!.birthDate)
    await page.click('[data-do=sheet-medicines]')
    assert.match(await page.innerText('.paper-pages'), /処方・注射の一覧/)
    await page.click('[data-do=whole]')
    await page.click('[data-do=sheet-slips]')
    assert.ok((await page.innerText('.paper-pages')).includes(rows[first!.row]!.patientId), 'forms with the head')
    await page.click('[data-do=whole]')
    await page.click('[data-go=search]')
    await page.fill('#field-query', '')
    await page.click('[data-do=slips]')
    assert.ok((await page.locator('.paper-pages svg').count()) >= 6)
    await page.close({ runBeforeUnload: false })
  },
)
