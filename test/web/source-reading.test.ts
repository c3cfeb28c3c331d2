/** Setting up how files are read as charts, by hand in the browser. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { openBrowser, shoot, signIn, startHouse, WITHOUT_CHROMIUM } from './harness.ts'

const skip = WITHOUT_CHROMIUM
let house: Awaited<ReturnType<typeof startHouse>>
let browser: Awaited<ReturnType<typeof openBrowser>>
let page: Page
before(async () => {
  if (skip) return
  house = await startHouse()
  browser = await openBrowser()
  page = await browser.context.newPage()
  await signIn(page, house.url)
})
after(async () => {
  await browser?.close()
  await house?.close()
})

const text = () => page.innerText('main')
const start = async () => {
  await page.goto(`${house.url}/sources/ehr/reading`)
}
const choose = async (format: string) => {
  await start()
  await page.check(`input[name=format][value=${format}]`)
  await page.click('main form:has(input[name=format]) button')
}
/** Wide and at a phone's width: nothing sticks out, and axe finds nothing. */
async function lookAt(name: string): Promise<void> {
  await page.setViewportSize({ width: 1366, height: 900 })
  await shoot(page, `source-${name}-1366`)
  await page.setViewportSize({ width: 390, height: 800 })
  await shoot(page, `source-${name}-390`)
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  assert.ok(wide <= 0, `${name} at 390: ${wide} px too wide`)
}
async function axe(name: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  assert.deepEqual(
    violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html}`),
    [],
    name,
  )
}

test('a table: proposal, a fault said in words, one patient as a chart, saved', { skip }, async () => {
  await choose('csv')
  assert.match(await text(), /患者一覧_20261113\.csv[\s\S]*▲ 未設定/)
  await page.click('main table a')
  assert.equal(await page.inputValue('#field-file'), '患者一覧_*.csv')
  assert.equal(await page.inputValue('select[name=role-5]'), 'drugAllergy')
  assert.match(await text(), /ここには患者の情報が出ます/)
  assert.match(await text(), /古い方の3行のうち3行が、新しい方にもありました/)
  assert.ok(await page.isChecked('input[name=exports][value=whole]'))
  await axe('table')
  await lookAt('table')
  await page.selectOption('select[name=role-0]', 'extra')
  await page.click('button[value=save]')
  assert.match(await text(), /患者番号の列を1つ選んでください/)
  await page.selectOption('select[name=role-0]', 'id')
  await page.click('button[value=preview]')
  assert.match(await text(), /3件から、患者 3人が見つかりました/)
  assert.match(await text(), /見本 花子[\s\S]*ペニシリン/)
  assert.match(await text(), /4行目\s+この行は列の数が見出しと違う/)
  await axe('preview')
  await lookAt('preview')
  await page.click('button[value=save]')
  assert.match(await text(), /読み方を保存しました/)
  assert.match(await text(), /表 1つ/)
  await axe('overview')
  await lookAt('overview')
})

test('the row of the headings is a person’s to say', { skip }, async () => {
  await choose('csv')
  await page.click('main table a')
  await page.fill('#field-headingRow', '２')
  await page.click('button[value=again]')
  await page.click('button[value=save]')
  assert.match(await text(), /見出しの行に、患者の内容が書かれています/)
})

test('a drop folder: names that cannot be read come first, an own pattern is checked', { skip }, async () => {
  await choose('documents')
  assert.match(await text(), /2件のうち1件を読み取れます/)
  assert.match(await page.innerText('main tbody tr'), /メモ\.pdf\s+× 読み取れません/)
  await page.fill('#field-own', '{title}')
  await page.click('button[value=save]')
  assert.match(await text(), /\{id\} を1つだけ入れ/)
  await axe('documents')
  await lookAt('documents')
  await page.fill('#field-own', '')
  await page.click('button[value=save]')
  assert.match(await text(), /名前の型 \{id\}_\{date\}_\{title\}/)
})

test('claims: what they do not tell stands before the button', { skip }, async () => {
  await choose('uke')
  assert.match(await text(), /用法・1回量はありません。処方としては出しません/)
  assert.match(await text(), /患者 1人が見つかりました/)
  await axe('claims')
  await lookAt('claims')
  await page.click('main form button')
  assert.match(await text(), /レセ電（RECEIPTC\.UKE）/)
})

test('a mixture: each file goes to its reader, the rest is named with its reason', { skip }, async () => {
  await choose('mixed')
  assert.match(await text(), /CSV・表\s+2\s+▲ まだ決めていません/)
  assert.match(await text(), /setup\.exe\s+知らない種類のファイルです/)
  assert.match(await text(), /患者一覧_20261113\.csv\s+どの表の設定にも合わない/)
  await axe('mixed')
  await lookAt('mixed')
  await page.click('main table a[href$=tables]')
  await page.click('main table a')
  await page.click('button[value=save]')
  assert.match(await text(), /いろいろ混ざっている/)
  await page.goto(`${house.url}/sources/ehr/reading/0/mixed`)
  assert.match(await text(), /CSV・表\s+2\s+✓ 決めてあります/)
  assert.doesNotMatch(await text(), /患者一覧_20261113/)
})

test('one more folder of the same patients; the same one twice is refused', { skip }, async () => {
  await start()
  await page.fill('#field-path', '/srv/yoyaku')
  await page.press('#field-path', 'Enter')
  assert.match(await text(), /フォルダー 2/)
  await page.fill('#field-path', '/srv/yoyaku')
  await page.press('#field-path', 'Enter')
  assert.match(await page.innerText('.field-error'), /すでに登録/)
  assert.deepEqual(house.errors, [])
})
