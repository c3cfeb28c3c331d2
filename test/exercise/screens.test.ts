/** A drill of ten minutes in a real browser without scripts, at phone width: from the plan to the light and the report. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import type { Page } from 'playwright-core'
import { systemClock } from '#base'
import { LESSONS } from '#exercise'
import { serve } from '../../src/server/serve.ts'
import { house } from '../server/house.ts'
import { firstPerson, LOGIN, PASSWORD } from '../server/person.ts'
import { openBrowser, shoot, WITHOUT_CHROMIUM, WITHOUT_POPPLER } from '../web/harness.ts'

const MINUTE = 60_000

async function isNarrow(page: Page): Promise<boolean> {
  return page.evaluate('document.documentElement.scrollWidth <= window.innerWidth')
}

test(
  'a drill of ten minutes lights the light, without scripts, on a phone',
  {
    skip: WITHOUT_CHROMIUM || WITHOUT_POPPLER,
  },
  async (t) => {
    let now = Date.UTC(2026, 10, 29, 1)
    const at = house(t)
    const institution = await at.open({ now: () => now, monotonic: () => systemClock.monotonic() })
    await firstPerson(institution)
    await institution.registers.add('person', [{ name: '見本 院長', duties: 'decider', phone: '00-0000-0001' }])
    const errors: unknown[] = []
    const server = await serve(institution, { host: '127.0.0.1', port: 0, onError: (error) => errors.push(error) })
    t.after(() => server.close())
    const browser = await openBrowser({ javaScript: false })
    t.after(() => browser.close())
    const page = await browser.context.newPage()
    await page.setViewportSize({ width: 390, height: 844 })
    const main = () => page.innerText('main')
    const press = (words: string) => page.locator('main button', { hasText: words }).first().click()
    const drill = async () => (await institution.drills.list())[0]!
    const light = async () => {
      await page.goto(server.url)
      return page.locator('.light', { hasText: '訓練済み' }).innerText()
    }

    await page.goto(`${server.url}/sign-in`)
    await page.fill('#field-loginName', LOGIN.loginName)
    await page.fill('#field-password', PASSWORD)
    await page.click('main button[type=submit]')
    assert.match(await light(), /×/)

    await page.goto(`${server.url}/drills`)
    await page.selectOption('[name=scenario]', 'd9')
    await page.fill('[name=day]', '')
    await press('予定に入れる')
    assert.equal((await institution.drills.list()).length, 0, 'a plan without a day is asked for again')
    assert.equal(await page.inputValue('[name=scenario]'), 'd9', 'what was chosen is still there')
    await page.fill('[name=day]', '2026-11-29')
    await press('予定に入れる')
    assert.match(await main(), /これは訓練です/)
    await press('訓練を始める')
    assert.match(await main(), /0分: /)
    now += 7 * MINUTE
    await page.click('text=時計を進める')
    assert.match(await main(), /7分 ／ 10分/)
    assert.ok(await isNarrow(page))
    await shoot(page, 'drill-running-390')

    // An improvement is added in the middle: what is typed elsewhere stays, and a half-written one too.
    await page.fill('[name=bad]', '紙が足りない')
    await page.fill('[name=what]', '用紙の箱を変える')
    await press('加える')
    assert.match(await main(), /誤り|入力|×/)
    assert.equal(await page.inputValue('[name=bad]'), '紙が足りない')
    assert.equal(await page.inputValue('[name=what]'), '用紙の箱を変える')
    await page.click('text=時計を進める')
    assert.equal(await page.inputValue('[name=what]'), '用紙の箱を変える', 'another button takes nothing away')
    await page.fill('[name=owner]', '見本 次郎')
    await page.fill('[name=dueOn]', '2026-12-10')
    await press('加える')
    assert.match(await main(), /用紙の箱を変える（見本 次郎/)
    assert.equal(await page.inputValue('[name=what]'), '', 'it was added')
    assert.equal(await page.inputValue('[name=bad]'), '紙が足りない')
    // The contact tree: the last answer ends its clock.
    await page.locator('button[formaction$="/calls/0/notAnswered"]').click()
    now += MINUTE
    await page.locator('button[formaction$="/calls/0/answered"]').click()
    assert.match(await main(), /連絡網の最後の人が出るまで[\s\S]{0,10}1分 かかりました/)

    await page.fill('[name=by-station]', '見本 花子')
    await page.locator('button[formaction$="/time/station"]').click()
    now += 2 * MINUTE
    await page.locator('button[formaction$="/time/station"]').click()
    assert.match(await main(), /2分 かかりました/)

    // Timed with a watch: what is no time is asked again, with what was typed.
    const watch = async (time: string) => {
      if (!(await page.locator('#field-took-edition').isVisible()))
        await page.locator('details:has(#field-took-edition) summary').click()
      await page.fill('#field-took-edition', time)
      await page.locator('button[formaction$="/took/edition"]').click()
    }
    await watch('すぐ')
    await page.locator('#form-errors:focus').waitFor()
    assert.equal(await page.inputValue('#field-took-edition'), 'すぐ')
    await watch('１分３５秒')
    assert.match(await main(), /1分35秒 かかりました/)
    const edition = (await drill()).timed.find(({ part }) => part === 'edition')!
    assert.equal(edition.until! - edition.from, 95_000)

    // Ended too early: told what is missing, and what was written is kept.
    await page.fill('[name=good]', '落ち着いていた')
    await press('訓練を終える')
    assert.match(await main(), /参加した人を書いて/)
    assert.ok(await page.locator('#form-errors a[href="#field-people"]').isVisible())
    assert.equal(await page.inputValue('[name=good]'), '落ち着いていた')
    await page.fill('[name=people]', '見本 花子、事務\n見本 次郎，看護師')
    await page.check('[name=objective-0][value=reached]')
    await press('訓練を終える')
    assert.match(await main(), /すべての目標に/)
    assert.deepEqual(
      await page.locator('#form-errors a').evaluateAll((all) => all.map((one) => one.getAttribute('href'))),
      ['#field-objective-1', '#field-objective-2'],
      'each that is still to be judged',
    )
    await page.check('[name=objective-1][value=reached]')
    await page.check('[name=objective-2][value=not]')
    await press('訓練を終える')
    assert.match(await main(), /訓練を終えました/)
    assert.ok((await drill()).endedAt !== undefined)
    assert.deepEqual(
      (await drill()).people.map(({ job }) => job),
      ['事務', '看護師'],
    )
    for (const words of ['見本 次郎（看護師）', '落ち着いていた', '紙が足りない'])
      assert.ok((await main()).includes(words), words)
    // What was not reached proposes an item: one press, and it is no longer proposed.
    assert.match(await main(), /できなかった目標: /)
    assert.ok(await isNarrow(page))
    await shoot(page, 'drill-proposal-390')
    await press('この案を')
    const items = await institution.improvements.list(`exercise:${(await drill()).id}`)
    const proposed = items.find(({ what }) => what.startsWith('できなかったこと'))
    assert.match(proposed!.what, /「紙で受付から.*」: .*もう一度練習する$/)
    assert.deepEqual([proposed!.dueOn, proposed!.owner !== ''], ['2026-12-29', true])
    assert.doesNotMatch(await main(), /できなかった目標: /)
    await page.fill('[name=what]', '用紙を足す')
    await page.fill('[name=owner]', '見本 花子')
    await page.fill('[name=dueOn]', '2026-12-20')
    await press('加える')
    assert.match(await main(), /用紙を足す/)
    assert.ok(await isNarrow(page))
    await shoot(page, 'drill-ended-390')

    const link = await page.locator('text=報告書（PDF）').getAttribute('href')
    const file = join(at.folder, 'report.pdf')
    writeFileSync(file, await (await page.request.get(`${server.url}${link}`)).body())
    const { stdout } = await promisify(execFile)('pdftotext', ['-layout', file, '-'])
    for (const words of [/実際10分/, /見本 次郎/, /落ち着いていた/, /用紙を足す/]) assert.match(stdout, words)
    assert.match(await light(), /✓/)

    // A longer one: the next inject comes by reloading.
    await page.goto(`${server.url}/drills`)
    await page.selectOption('[name=minutes]', '30')
    await press('予定に入れる')
    await press('訓練を始める')
    assert.equal(await page.locator('main ol:not(#calls ol) > li').count(), 1)
    now += 15 * MINUTE
    await page.reload()
    assert.equal(await page.locator('main ol:not(#calls ol) > li').count(), 2)

    // The year's record lists it with its result.
    await page.goto(`${server.url}/incidents/year/now`)
    assert.match(await main(), /2\/3[\s\S]*3件（まだ3件）/)

    // Three minutes, as the watch says them; what is no time is said where the page opens.
    await page.goto(`${server.url}/drills`)
    const writeTest = async (time: string) => {
      await page.fill('[name=who]', '見本 次郎')
      await page.fill('[name=seconds]', time)
      await press('記録する')
    }
    await writeTest('すぐ')
    await page.locator('#form-errors:focus').waitFor()
    assert.ok(await page.locator('#form-errors a[href="#field-seconds"]').isVisible())
    assert.equal(await page.inputValue('[name=seconds]'), 'すぐ')
    await writeTest('１分３５秒')
    assert.equal((await institution.training.tests())[0]!.seconds, 95)

    // Training: who is missing by name; the signed list of a group counts for who has no account.
    await page.goto(`${server.url}/drills/proofs`)
    assert.match(
      await main(),
      /× ありません\s+この1年に、5つの研修をすべて受けた人: 2人中0人。まだの人: .*見本 院長（5つのうち0）/,
    )
    await shoot(page, 'proofs-390')
    await page.goto(`${server.url}/drills/training`)
    await page.fill('[name=day]', '2026-12-24')
    await press('記録する')
    assert.match(await main(), /まだ来ていない日です/)
    await page.fill('[name=day]', '2026-11-28')
    for (const lesson of LESSONS) await page.check(`[name=lessons][value=${lesson}]`)
    await page.locator('[name=people]').nth(1).check()
    await press('記録する')
    assert.match(await main(), /2人中1人/)
    assert.ok(await isNarrow(page))
    await shoot(page, 'training-390')
    await page.goto(`${server.url}/drills/proofs`)
    assert.match(await main(), /▲ まだ足りません\s+この1年に/)
    assert.doesNotMatch(await main(), /見本 院長（/)
    await page.goto(`${server.url}/drills/training`)
    await page.locator('[name=people]').nth(0).check()
    for (const lesson of LESSONS) await page.check(`[name=lessons][value=${lesson}]`)
    await press('記録する')
    await page.goto(`${server.url}/drills/proofs`)
    assert.match(await main(), /✓ あります\s+この1年に、5つの研修をすべて受けた人: 2人中2人。/)
    assert.deepEqual(errors, [])
  },
)
