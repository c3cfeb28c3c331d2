/** The edition as people meet it: Chromium, file://, no network. */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import { memoryGeneration } from '../../src/chart/testing/memory-generation.ts'
import { shoot, WITHOUT_CHROMIUM } from '../web/harness.ts'
import { atDesk, type Desk, openCover, openFirst, unlockWith } from './chromium.ts'
import { AS_OF, indexOf, makeEdition, sampleFiles, scratch } from './made.ts'

const skip = WITHOUT_CHROMIUM
let desk: Desk
before(async () => {
  if (!skip) desk = await atDesk()
})
after(() => desk?.close())

/** Somebody in hospital who has documents, by id and birth date. */
async function anInpatient() {
  const index = await indexOf(memoryGeneration(sampleFiles(), 'a'.repeat(64), AS_OF))
  const rows = Array.from({ length: index.size }, (_, row) => index.entry(row))
  return rows.find(({ kinds }) => Object.keys(kinds).some((kind) => kind.startsWith('ext:')) && kinds['ADT-22'])!
}

test('opened by a double click: cover, passphrase, search, chart, documents, log', { skip }, async (t) => {
  const folder = scratch(t)
  const made = await makeEdition(folder, undefined, { documents: 'all' })
  const { page, errors } = desk
  await openCover(page, made.discs[0]!.folder)
  const cover = await page.innerText('main')
  for (const said of ['7番のディスク', '60人のカルテ', made.discs[0]!.fingerprint, '署名を確かめました'])
    assert.ok(cover.includes(said), said)
  await shoot(page, 'edition-cover')
  await unlockWith(page, 'AAAA-BBBB')
  assert.match(await page.innerText('.field-error'), /24文字/)
  await unlockWith(page)
  await shoot(page, 'edition-search')
  const patient = await anInpatient()
  assert.equal(await openFirst(page, patient.patientId, patient.birthDate), 'chart')
  assert.equal((await page.innerText('.chart-name h1')).replace(' ', '　'), patient.kanji)
  await page.setViewportSize({ width: 390, height: 844 })
  assert.ok(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), 'nothing is wider than a phone')
  await page.setViewportSize({ width: 1366, height: 900 })
  const broken = await new AxeBuilder({ page }).disableRules(['scrollable-region-focusable']).analyze()
  assert.deepEqual(
    broken.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`),
    [],
  )
  await page.click('.document-link')
  await page.waitForSelector('.document-frame, .document-picture, .notice-info')
  await page.click('[data-do=whole]')
  await page.click('[data-go=log]')
  const log = await page.innerText('main')
  for (const did of ['ディスクを開いた', 'カルテを開いた', '文書を開いた', '見本 看護', patient.patientId])
    assert.ok(log.includes(did), did)
  await page.click('[data-go=verify]')
  await page.click('[data-do=verify]')
  assert.match(await page.innerText('.notice-good'), /60人のカルテ/)
  await page.click('[data-go=close]')
  assert.equal(await page.locator('[data-go=search]').count(), 0)
  assert.deepEqual(errors, [])
})

test('a data file that carries script reaches nothing, and its patients are lost to it alone', { skip }, async (t) => {
  const folder = scratch(t)
  const made = await makeEdition(folder)
  const disc = made.discs[0]!.folder
  const { page } = desk
  const index = join(disc, 'data/index.html')
  const genuine = readFileSync(index, 'utf8')
  const attack =
    '<script>try{parent.document.body.innerHTML="stolen"}catch(e){};try{top.location="https://example.invalid/"}catch(e){}' +
    ';parent.postMessage({html:"<b>stolen</b>"},"*");parent.postMessage("PGI+c3RvbGVuPC9iPg==","*")</script>'
  writeFileSync(index, attack + genuine)
  await openCover(page, disc)
  await unlockWith(page)
  assert.match(await page.innerText('.field-error'), /一覧が壊れています/)
  assert.ok(!(await page.innerText('body')).includes('stolen'))
  writeFileSync(index, genuine)
  const pack = join(disc, 'data/00/p00000.html')
  writeFileSync(pack, attack)
  await openCover(page, disc)
  await unlockWith(page)
  const patient = await anInpatient()
  assert.equal(await openFirst(page, patient.patientId, patient.birthDate), 'refused')
  assert.match(await page.innerText('.notice-danger'), /壊れているか、書き換えられて/)
  assert.ok(page.url().startsWith('file:') && !(await page.innerText('body')).includes('stolen'))
})
