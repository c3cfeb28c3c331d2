/** The emergency in a real browser without scripts: from the button before signing in to the closed review. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { serve } from '../../src/server/serve.ts'
import { house } from '../server/house.ts'
import { firstPerson, LOGIN, PASSWORD } from '../server/person.ts'
import { openBrowser, WITHOUT_CHROMIUM } from '../web/harness.ts'

/** Opens what is folded, as a person does. */
async function unfold(page: Page, words: string): Promise<void> {
  await page.locator('main summary', { hasText: words }).first().click()
}

test('from the button to the review, without scripts', { skip: WITHOUT_CHROMIUM }, async (t) => {
  const at = house(t)
  const institution = await at.open()
  const { reading } = await firstPerson(institution)
  const errors: unknown[] = []
  const server = await serve(institution, { host: '127.0.0.1', port: 0, onError: (error) => errors.push(error) })
  t.after(() => server.close())
  const browser = await openBrowser({ javaScript: false })
  t.after(() => browser.close())
  const page = await browser.context.newPage()
  const text = () => page.innerText('body')
  const state = async () => (await institution.incidents.list(reading!.key('patient-subject')!))[0]!

  await page.goto(`${server.url}/sign-in`)
  await page.click('text=動かない・おかしい')
  await page.fill('#field-name', '山田')
  await page.fill('#field-place', '2階病棟')
  await page.fill('#field-what', '画面が英語')
  await page.click('main button[type=submit]')
  assert.match(await text(), /知らせました/)
  // The second click, and going back and pressing again.
  await page.reload().catch(() => undefined)
  assert.equal((await state()).entries.length, 1)
  assert.equal((await state()).entries[0]!.who?.name, '山田')

  await page.click('text=非常時かどうかを決める')
  await page.fill('#field-loginName', LOGIN.loginName)
  await page.fill('#field-password', PASSWORD)
  await page.click('main button[type=submit]')
  assert.match(await text(), /「動かない・おかしい」が押されました/)
  const id = (await state()).id
  const next = async () => [await page.innerText('.next-step strong'), await page.getAttribute('.next-step a', 'href')]
  await page.goto(server.url)
  assert.deepEqual(
    await next(),
    ['知らせを見て、非常時かどうかを決める', `/incidents/${id}`],
    'nothing comes before it',
  )
  await page.goto(`${server.url}/incidents/${id}`)
  // The decider is asked for before anything is declared.
  await page.click('#decide button >> nth=0')
  assert.match(await page.innerText('#form-errors'), /書いてください/)
  await page.fill('[name="other~active"]', '院長')
  await page.fill('[name="happenedTime~active"]', '0:01')
  await page.click('#decide button >> nth=0')
  assert.match(await text(), /非常時です/)
  assert.ok((await institution.vault.freeze.until()) !== undefined)

  await page.goto(server.url)
  assert.deepEqual(await next(), ['非常時の対応を続ける（することと期限）', `/incidents/${id}`])
  await page.goto(`${server.url}/incidents/${id}`)
  // What is no time, and no number, is asked again, and nothing of it is written.
  const entries = (await state()).entries.length
  await unfold(page, '広がり')
  await page.fill('[name="happenedTime~level"]', '朝7時')
  const level = page.locator('form', { has: page.locator('[name="value~level"]') })
  await level.locator('button').click()
  assert.match(await page.innerText('#form-errors'), /6:45/)
  assert.equal(await page.inputValue('[name="happenedTime~level"]'), '朝7時')
  await unfold(page, '漏れたおそれのある人数 (職員)')
  await page.fill('[name="value~staff"]', 'たくさん')
  await page
    .locator('form', { has: page.locator('[name="value~staff"]') })
    .locator('button')
    .click()
  assert.match(await page.innerText('#form-errors'), /数字/)
  await unfold(page, '情報漏れ')
  await page.selectOption('[name="value~leak"]', 'none')
  await page
    .locator('form', { has: page.locator('[name="value~leak"]') })
    .locator('button')
    .click()
  assert.match(await page.innerText('#form-errors'), /書いてください/)
  await page.goto(`${server.url}/incidents/${id}/timeline`)
  await page.fill('#field-text', '業者に電話')
  await page.fill('[name="happenedTime~note"]', '25:00')
  await page.click('#add button')
  assert.equal(await page.inputValue('#field-text'), '業者に電話')
  assert.equal((await state()).entries.length, entries)
  await page.goto(`${server.url}/incidents/${id}`)

  // A term of the house's own, for this case.
  await unfold(page, 'この事案に期限を足す')
  await page.fill('[name="name~deadline"]', '法人本部への報告')
  await page.fill('[name="source~deadline"]', '規程 第5条')
  await page.fill('[name="amount~deadline"]', '２４')
  await page.selectOption('[name=unit]', 'hours')
  await page
    .locator('form', { has: page.locator('[name="name~deadline"]') })
    .locator('button')
    .click()
  const own = (await state()).clocks.find((clock) => clock.own)
  assert.deepEqual([own?.own?.name, own?.dueMs], ['法人本部への報告', (await state()).knownAt + 24 * 3_600_000])

  await unfold(page, '何が起きたか')
  await page.selectOption('[name="value~kind"]', 'ransomware')
  await page
    .locator('form', { has: page.locator('[name="value~kind"]') })
    .locator('button')
    .click()
  assert.equal((await state()).kind, 'ransomware')
  await unfold(page, '指揮')
  await page.fill('[name="name~lead"]', '佐藤')
  await page.fill('[name="deputy~lead"]', '鈴木')
  await page
    .locator('form', { has: page.locator('[name="name~lead"]') })
    .locator('button')
    .click()
  assert.match(await page.innerText('main'), /佐藤（代わり: 鈴木）/)
  await unfold(page, '漏れたおそれのある人数 (患者)')
  await page.fill('[name="value~patients"]', '１０，０００人')
  await page
    .locator('form', { has: page.locator('[name="value~patients"]') })
    .locator('button')
    .click()
  assert.match(await page.innerText('main'), /第1版: 10,000/)

  // A step that was done on paper, with the time of the paper.
  const step = page.locator('form', { has: page.locator('[value="step:cut-backup"]') })
  await page.locator('details.screen-only', { has: step }).locator('summary').click()
  await step.locator('[name^=paperTime]').fill('0:02')
  await step.locator('button[value=done]').click()
  const cut = (await state()).steps.find((one) => one.step.code === 'cut-backup')!
  assert.equal(cut.state, 'done')
  assert.ok(Number(cut.topic!.heads[0]!.codes['paperAt']) > 0)

  // Where a term comes from stands beside it.
  assert.match(await page.innerText('#clocks'), /もと: 個人情報保護法の規則/)
  // A clock ends with what was sent, and not without.
  await unfold(page, '送ったので閉じる')
  const clock = page.locator('#clocks form').first()
  await clock.locator('button').click()
  assert.match(await page.innerText('#form-errors'), /書いてください/)
  assert.ok((await state()).clocks.every(({ isClosed }) => !isClosed))
  await page.locator('#clocks form').first().locator('input[name^="sent"]').fill('電話、受付 88')
  await page.locator('#clocks form').first().locator('button').click()
  assert.equal((await state()).clocks.filter(({ isClosed }) => isClosed).length, 1)
  await unfold(page, '閉じたのを取り消す')
  await page
    .locator('form', { has: page.locator('[value=reopened]') })
    .locator('input[name^="sent"]')
    .fill('別の件')
  await page
    .locator('form', { has: page.locator('[value=reopened]') })
    .locator('button')
    .click()
  assert.ok(
    (await state()).clocks.every(({ isClosed }) => !isClosed),
    'closed by mistake: it runs again',
  )

  await page.goto(`${server.url}/incidents/${id}/timeline`)
  const photo = join(at.folder, 'paper.jpg')
  writeFileSync(photo, Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1]))
  writeFileSync(`${photo}.html`, '<script>alert(1)</script>')
  await page.fill('#field-text', '業者: 9時に来る')
  await page.setInputFiles('#field-photo', `${photo}.html`)
  await page.click('#add button')
  assert.match(await page.innerText('main'), /写真を取り込めませんでした/)
  assert.equal(await page.inputValue('#field-text'), '業者: 9時に来る', 'what was typed is still there')
  await page.fill('[name="paperTime~note"]', '0:03')
  await page.setInputFiles('#field-photo', photo)
  await page.click('#add button')
  const link = page.locator('text=写真を見る')
  const answer = await page.request.get(`${server.url}${await link.getAttribute('href')}`)
  assert.deepEqual([answer.status(), answer.headers()['content-type']], [200, 'image/jpeg'])

  await page.goto(`${server.url}/incidents/${id}/evidence`)
  await page.fill('#field-what', '通信記録')
  await page.fill('#field-place', '金庫')
  await page.fill('#field-hash', 'ab'.repeat(32))
  await page.fill('#field-hashAgain', `${'ab'.repeat(31)}ac`)
  await page.click('#add button')
  assert.match(await page.innerText('main'), /二つがちがいます/)
  assert.equal(await page.inputValue('#field-what'), '通信記録', 'nothing is typed twice')
  for (const field of ['hash', 'hashAgain']) await page.fill(`#field-${field}`, '')
  await page.setInputFiles('#field-file', photo)
  await page.click('#add button')
  assert.match((await state()).evidence[0]!.sha256, /^[0-9a-f]{64}$/)
  // Entered wrongly: another takes its place, and both stay.
  const [wrong] = (await state()).evidence
  await page.fill('#field-what', '通信記録 11月')
  await page.fill('#field-place', '金庫')
  await page.selectOption('#add [name=seen]', wrong!.id)
  await page.click('#add button')
  assert.deepEqual(
    (await state()).evidence.map(({ isCorrected }) => isCorrected),
    [true, false],
  )
  assert.equal(await page.locator('#field-itemId option').count(), 1, 'what is handed on is the right one')
  await page.selectOption('#field-move', 'seized')
  await page.fill('#field-gave', '佐藤')
  await page.fill('#field-took', '県警')
  await page.click('#move button')
  assert.match(await page.innerText('main'), /押収中/)

  await page.goto(`${server.url}/incidents/${id}`)
  await page.fill('[name="reason~end"]', '全部戻った')
  await page.fill('[name="other~end"]', '院長')
  await page.click('#end button')
  assert.equal((await state()).emergency, 'ended')
  assert.doesNotMatch(await text(), /非常時です/)
  await page.goto(`${server.url}/incidents/${id}/review`)
  await page.fill('#field-course', '朝6時半から')
  await page.click('main form button >> nth=0')
  // What it cost, by kind; a figure that is none is asked again, an earlier one stays.
  const cost = async (yen: string, text: string) => {
    await page.locator('#damage details summary').nth(2).click()
    await page.fill('[name="text~interruption"]', text)
    await page.fill('[name="yen~interruption"]', yen)
    await page
      .locator('form', { has: page.locator('[name="yen~interruption"]') })
      .locator('button')
      .click()
  }
  await cost('たくさん', '休診2日')
  assert.match(await page.innerText('#form-errors'), /数字/)
  await page.goto(`${server.url}/incidents/${id}/review`)
  await cost('１，２００，０００円', '休診2日')
  await cost('1500000', '休診3日')
  assert.match(await page.innerText('#damage'), /1,500,000円[^]*休診2日[^]*休診3日[^]*合計: 1,500,000円/)
  await page.fill('#field-what', '線に名札')
  await page.fill('#field-owner', '佐藤')
  await page.fill('#field-dueOn', '2027-03-31')
  await page
    .locator('form', { has: page.locator('#field-owner') })
    .locator('button')
    .click()
  const [item] = await institution.improvements.list()
  assert.deepEqual([item!.what, item!.owner, item!.origin], ['線に名札', '佐藤', `incident:${id}`])
  assert.ok((await state()).isReviewed)
  assert.deepEqual(errors, [])
})
