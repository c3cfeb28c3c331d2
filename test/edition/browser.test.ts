/** The edition as people meet it: Chromium, file://, no network. */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { AxeBuilder } from '@axe-core/playwright'
import { manualClock } from '#base'
import { makePassphrase } from '#edition'
import { memoryGeneration } from '../../src/chart/testing/memory-generation.ts'
import { HARUKO, message, pathOf } from '../../src/chart/testing/messages.ts'
import { shoot, WITHOUT_CHROMIUM } from '../web/harness.ts'
import { atDesk, type Desk, openCover, openFirst, unlockWith } from './chromium.ts'
import { AS_OF, fewPatients, indexOf, makeEdition, PASSPHRASE, sampleFiles, scratch } from './made.ts'

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
  assert.equal(await page.inputValue('#field-passphrase'), 'AAAA-BBBB', 'to be compared with the card')
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

test('a name that carries HTML is text on every screen', { skip }, async (t) => {
  const folder = scratch(t)
  const files = new Map<string, Buffer>()
  const evil = { ...HARUKO, kanji: '<img src=x onerror=alert(1)>^<script>document.title=1</script>', kana: '<b>^<i>' }
  files.set(pathOf('ADT-00', evil.id), message('ADT-00', evil))
  const { page, errors } = desk
  errors.length = 0
  await openCover(page, (await makeEdition(folder, files)).discs[0]!.folder)
  await unlockWith(page)
  assert.equal(await openFirst(page, evil.id, evil.birthDate), 'chart')
  assert.match(await page.innerText('.chart-name h1'), /<img src=x/)
  assert.equal(await page.locator('main img, main script, .chart-name b').count(), 0)
  assert.deepEqual(errors, [])
})

test('a clock that stands before the disc was made is said; another passphrase opens nothing', { skip }, async (t) => {
  const folder = scratch(t)
  const clock = manualClock(Date.now() + 90 * 86_400_000)
  const made = await makeEdition(folder, await fewPatients(3), { clock })
  const { page } = desk
  await openCover(page, made.discs[0]!.folder)
  assert.match(await page.innerText('main'), /このパソコンの時計は.*狂っています/)
  await unlockWith(page, makePassphrase(new Uint8Array(23).fill(9)))
  assert.match(await page.innerText('.field-error'), /このディスクの合言葉ではありません/)
  await unlockWith(page, `${PASSPHRASE.slice(0, -1)}${PASSPHRASE.endsWith('N') ? 'P' : 'N'}`)
  assert.match(await page.innerText('.field-error'), /1文字が違います/)
  assert.equal(await page.locator('[data-patient]').count(), 0)
})

// A hundred go through the same code without a browser in open.test.ts: here each costs a page.
test(
  '40 bytes changed by chance on a real disc: a chart is the one that was written, or it is not shown',
  { skip },
  async (t) => {
    const folder = scratch(t)
    const files = await fewPatients(2)
    const disc = (await makeEdition(folder, files, { iterations: 1 })).discs[0]!.folder
    const index = await indexOf(memoryGeneration(files, 'a'.repeat(64), AS_OF))
    const patient = index.entry(0)
    const { page } = desk
    const look = async (): Promise<string | undefined> => {
      await page.goto('about:blank')
      await page.goto(`${pathToFileURL(disc).href}/index.html`)
      const cover = '[data-form=unlock] button, main .notice-danger'
      // Where the page itself was hit, its policy runs nothing of it.
      if (!(await page.waitForSelector(cover, { timeout: 800 }).catch(() => undefined))) return undefined
      if (!(await page.$('[data-form=unlock]'))) return undefined
      const warned = (await page.innerText('main')).includes('署名が合いません')
      await unlockWith(page).catch(() => undefined)
      if (!(await page.$('#field-query'))) return undefined
      const state = await openFirst(page, patient.patientId, patient.birthDate).catch(() => 'refused')
      // Not as it looks: a page whose styles were hit shows its words all the same.
      return state === 'chart' && !warned ? ((await page.textContent('.chart')) ?? '') : undefined
    }
    const genuine = await look()
    assert.ok(genuine)
    const pack = 'data/00/p00000.html'
    const names = [pack, 'data/index.html', pack, 'data/manifest.html', 'index.html']
    let seed = 41
    const chance = (below: number) => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) % below
    let refused = 0
    for (let round = 0; round < 40; round++) {
      const file = join(disc, names[round % names.length]!)
      const bytes = readFileSync(file)
      const changed = Buffer.from(bytes)
      const at = chance(bytes.length)
      changed[at] = changed[at]! ^ (1 << chance(8))
      writeFileSync(file, changed)
      const seen = await look()
      assert.ok(seen === undefined || seen === genuine, `${file} byte ${at}`)
      if (seen === undefined) refused++
      writeFileSync(file, bytes)
    }
    assert.ok(refused > 15, `only ${refused} changes were noticed`)
  },
)
