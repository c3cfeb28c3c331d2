/**
 * An incident with ransomware becomes a first report and the common form: filled from the timeline, a field written over,
 * recorded as sent, sent again as a second version; the first stays as it was. LibreOffice opens what comes out.
 */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { chromium, type Page } from 'playwright-core'
import { xlsxOf } from '#office'
import { openedByLibreOffice, WITHOUT_LIBREOFFICE } from '../office/libreoffice.ts'
import { shoot } from '../web/harness.ts'
import { scratchFolder, start } from './running.ts'

const CHROMIUM = '/usr/bin/chromium'
const PASSWORD = 'みどりの 自転車 で 山へ行く'
const tight = (pages: readonly string[]) => pages.join('').replace(/\s+/g, '')

test(
  'a case becomes reports, versions and files',
  { skip: (!existsSync(CHROMIUM) && 'no chromium here') || WITHOUT_LIBREOFFICE },
  async (t) => {
    const home = scratchFolder(t)
    const server = await start(t, home)
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] })
    t.after(() => browser.close())
    const page = await (await browser.newContext({ locale: 'ja-JP', acceptDownloads: true })).newPage()
    const main = () => page.innerText('main')
    await signIn(page, server.url, server.code!)

    await page.goto(`${server.url}/trouble`)
    await page.fill('[name=place]', '2階病棟')
    await page.fill('[name=what]', '電子カルテが開かない。画面が英語')
    await page.click('main form:has([name=what]) button[type=submit]')
    await page.goto(`${server.url}/incidents`)
    await page.click('main table a')
    await page.waitForURL(/\/incidents\/[^/]+$/)
    const incident = new URL(page.url()).pathname
    await post(page, `${incident}/decide`, {
      topic: 'emergency',
      value: 'active',
      'other~active': '院長',
      criterion: 'ransom-note',
    })
    await post(page, `${incident}/decide`, { topic: 'kind', value: 'ransomware', reason: '脅しの紙が出た' })
    await post(page, `${incident}/count`, { topic: 'count:patients', value: '' })
    await post(page, `${incident}/role`, { topic: 'role:liaison', name: '鈴木 事務長' })
    await post(page, `${incident}/step`, { topic: 'step:cut-backup', value: 'done' })
    await post(page, `${incident}/note`, { way: 'phone', text: '=業者は9時に来る', from: '業者 田中' })

    await page.goto(`${server.url}${incident}/reports`)
    assert.match(await main(), /個人情報保護委員会への速報/)
    await shoot(page, 'reports')
    await page.click('text=個人情報保護委員会への速報')
    const before = await main()
    for (const words of [/ランサムウェア/, /鈴木 事務長/, /調査中/, /バックアップへの線を抜く/, /未確認/, /時系列/])
      assert.match(before, words)
    assert.match(before, /まだ書かれていません/)

    // Written first without a reason, then over, with one that must not be missing.
    const cause = page.locator('details:has(input[name=field][value=cause])')
    const write = async (text: string) => {
      await cause.locator('summary').click()
      await cause.locator('textarea').fill(text)
      await cause.locator('button[type=submit]').first().click()
    }
    await write('まだわからない')
    assert.match(await main(), /まだわからない/)
    await write('VPN の装置からと見ている')
    assert.match(await main(), /書いてください/)
    assert.equal(await page.inputValue('[name="text~cause"]'), 'VPN の装置からと見ている')
    await page.fill('[name="reason~cause"]', '業者の口頭の説明')
    await page.click('details:has(input[name=field][value=cause]) button[type=submit]')
    assert.match(await main(), /VPN の装置からと見ている[\s\S]*書き換え[\s\S]*業者の口頭の説明/)

    // Somebody adds to the timeline while the sender looks: nothing is recorded unseen.
    await fillSend(page)
    await post(page, `${incident}/count`, { topic: 'count:patients', value: '120' })
    await page.click('form[action$="/send"] button[type=submit]')
    assert.match(await main(), /まだ残していません。中身が変わりました/)
    await fillSend(page)
    await page.click('form[action$="/send"] button[type=submit]')
    assert.match(await main(), /第1版[\s\S]*受付フォーム[\s\S]*R-1/)
    assert.match(await main(), /は閉じています/)
    await page.goto(`${server.url}${incident}`)
    assert.match(await main(), /個人情報保護委員会への速報\s+個人情報保護委員会\s+受付フォーム/)

    // A second version: the first stays.
    await page.goto(`${server.url}${incident}/reports/ppc-first`)
    const first = await file(page, `${incident}/reports/ppc-first/sent/1/docx`)
    await page.locator('details:has(input[name=field][value=patients]) summary').click()
    await page.fill('[name="text~patients"]', '130人')
    await page.fill('[name="reason~patients"]', '数え直し')
    await page.click('details:has(input[name=field][value=patients]) button[type=submit]')
    await fillSend(page)
    await page.click('form[action$="/send"] button[type=submit]')
    assert.match(await main(), /第1版[\s\S]*第2版/)
    await shoot(page, 'report-two-versions')
    assert.deepEqual(await file(page, `${incident}/reports/ppc-first/sent/1/docx`), first)
    const shown = createHash('sha256').update(first).digest('hex').slice(0, 16)
    assert.match(await main(), new RegExp(shown), 'the hash on screen is the file’s')

    // The authority's own form, as a data file of the house.
    const own = await xlsxOf([{ name: '様式', header: ['{{institution}}', ''], rows: [['数', '']], widths: [20, 40] }])
    await page.click('#template summary')
    await page.setInputFiles('[name=file]', { name: '様式.xlsm', mimeType: 'x', buffer: Buffer.from('MZ') })
    await page.click('form[action$="/template"] button[type=submit]')
    assert.match(await main(), /この様式のファイルは使えません/)
    await page.setInputFiles('[name=file]', { name: '様式.xlsx', mimeType: 'x', buffer: Buffer.from(own) })
    await page.fill('[name=cells]', '様式!b2 = patients')
    await page.click('form[action$="/template"] button[type=submit]')
    assert.match(await main(), /いまの様式: 様式.xlsx/)

    const common = `${incident}/reports/common/draft`
    const second = `${incident}/reports/ppc-first/sent/2`
    const opened = await openedByLibreOffice({
      'first.docx': first,
      'second.docx': await file(page, `${second}/docx`),
      'second-x.xlsx': await file(page, `${second}/xlsx`),
      'common.docx': await file(page, `${common}/docx`),
      'common-x.xlsx': await file(page, `${common}/xlsx`),
      'own.xlsx': await file(page, `${incident}/reports/ppc-first/template`),
      'year.xlsx': await file(page, '/incidents/year/now/file'),
      'patients.docx': await file(page, `${incident}/reports/patients/draft/docx`),
    })
    const words = (name: string) => tight(opened[name]!.pages)
    assert.match(words('first.docx'), /第1版/)
    assert.match(words('first.docx'), /120/)
    for (const name of ['second.docx', 'second-x.xlsx']) assert.match(words(name), /130人/)
    for (const name of ['common.docx', 'common-x.xlsx'])
      for (const text of ['ランサムウェア', '=業者は9時に来る', '（記入なし）'])
        assert.ok(words(name).includes(text), `${text} in ${name}: ${words(name)}`)
    assert.match(words('own.xlsx'), /青葉記念病院（見本）数130人/)
    // One case with two versions that went out, in figures.
    assert.match(words('year.xlsx'), /ランサムウェアなどの攻撃非常時.*2/)
    assert.match(words('common.docx'), /下書き/)
    // What people wrote for the house stays in the house.
    assert.doesNotMatch(words('patients.docx'), /脅しの紙|田中|記入なし/)
    assert.match(words('patients.docx'), /当院や職員の名前をかたる/)
    const pdf = await file(page, `${second}/pdf`)
    assert.equal(Buffer.from(pdf).subarray(0, 5).toString(), '%PDF-')
  },
)

async function fillSend(page: Page): Promise<void> {
  await page.fill('[name=to]', '個人情報保護委員会')
  await page.fill('[name=how]', '受付フォーム')
  await page.fill('[name=receipt]', 'R-1')
}

/** Writes into the case as its own pages do (their tests are elsewhere), from where the browser stands. */
async function post(page: Page, path: string, fields: Record<string, string>): Promise<void> {
  const status = await page.evaluate(
    async ([to, values]) => {
      const csrf = document.querySelector<HTMLInputElement>('input[name=csrf]')!.value
      const body = new URLSearchParams({ csrf, once: String(Math.random()), ...values })
      return (await fetch(to, { method: 'POST', body })).status
    },
    [path, fields] as const,
  )
  assert.equal(status, 200)
}

async function file(page: Page, path: string): Promise<Uint8Array> {
  const answer = await page.request.get(new URL(path, page.url()).href)
  assert.equal(answer.status(), 200, path)
  return new Uint8Array(await answer.body())
}

async function signIn(page: Page, url: string, code: string): Promise<void> {
  await page.goto(`${url}/sign-in/first`)
  await page.fill('[name=loginName]', 'admin')
  await page.fill('[name=code]', code)
  await page.fill('[name=password]', PASSWORD)
  await page.fill('[name=repeat]', PASSWORD)
  await page.click('main button[type=submit]')
  await page.waitForURL(`${url}/`)
}
