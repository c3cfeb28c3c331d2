import assert from 'node:assert/strict'
import { test } from 'node:test'
import { progressOf, questionsOf, SECTIONS, sectionsOf } from '#bcp'
import { fixtureBcp } from '../fixtures/bcp.ts'
import { pageText } from '../http/respond.ts'
import { testUi } from '../testing.ts'
import { BcpSectionPage, BiaPage } from './bcp-parts.tsx'
import { ApprovePage, BcpPage } from './bcp.tsx'

const ui = testUi()
const questions = sectionsOf('clinic').flatMap((section) => questionsOf(section, 'clinic'))
const draft = { ...fixtureBcp.draft, answers: Object.fromEntries(questions.map(({ key }) => [key, '1'])) }
const answered = { ...fixtureBcp, draft, progress: progressOf('clinic', draft), versions: [], changed: [] }
const { people } = fixtureBcp.live
const none = { head: ['名前'], rows: [] }

test('what a version would leave undecided stands before the button, each with its way', async () => {
  const html = await pageText(<ApprovePage ui={ui} model={{ view: fixtureBcp }} />)
  const said = html.slice(html.indexOf('まだ書けていないところがあります'), html.lastIndexOf('<form'))
  for (const [href, name] of [
    ['/bcp/sections/upkeep', '1.4'],
    ['/bcp/orders/recovery', '復旧優先度'],
    ['/registers/supply', '備品'],
  ])
    assert.match(said, new RegExp(`<a href="${href}">[^<]*${name}`), href)
  const full = { ...answered.live, reading: people!, supplies: people!, 'recovery-order': people! }
  const ordered = { ...draft, orders: { ...draft.orders, recovery: ['ehr'] } }
  const whole = { ...answered, draft: ordered, live: full, progress: progressOf('clinic', ordered) }
  assert.doesNotMatch(await pageText(<ApprovePage ui={ui} model={{ view: whole }} />), /まだ書けていない/)
  const nobody = { ...whole, live: { ...full, deciders: none } }
  assert.match(
    await pageText(<ApprovePage ui={ui} model={{ view: nobody }} />),
    /href="\/registers\/person">非常時と判断する人/,
  )
  assert.match(
    await pageText(<BcpPage ui={ui} model={{ view: nobody }} />),
    /2\.1\.2[\s\S]{0,200}▲[\s\S]{0,60}「非常時と判断する人[^」]*」にまだ何も書かれていません/,
    'roles without anybody who decides are not written',
  )
})

test('with all answered the page says which order is left, and no questions that are none', async () => {
  const html = await pageText(<BcpPage ui={ui} model={{ view: answered }} />)
  assert.match(html, /質問にはすべて答えました。あとは「復旧優先度」です（およそ5分）。/)
  assert.doesNotMatch(html, /あと0問/)
})

test('a number stands with its unit, and each system of the impact leads to where it is registered', async () => {
  const unitOf = async (code: string): Promise<string> => {
    const section = SECTIONS.find((one) => one.code === code)!
    const html = await pageText(<BcpSectionPage ui={ui} section={section} model={{ view: fixtureBcp }} />)
    return /<input[^>]*inputmode="numeric"[^>]*aria-describedby="[^"]*(unit-[^"]+)"[^>]*\/>\s*<span id="\1">([^<]*)/.exec(
      html,
    )![2]!
  }
  assert.deepEqual(await Promise.all(['upkeep', 'training', 'criteria'].map(unitOf)), [' 月', ' 回', ' 分'])
  const html = await pageText(<BiaPage ui={ui} model={{ view: fixtureBcp }} />)
  for (const { systemId, name } of fixtureBcp.systems)
    assert.match(html, new RegExp(`<a href="/coverage-map/${systemId}">もれの確認: ${name}`))
})
