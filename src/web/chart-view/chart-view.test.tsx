/** The clinical safety rules of USERS.md, as far as they are a matter of showing. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Chart, Sensitivity } from '#chart'
import type { JSX } from 'hono/jsx/jsx-runtime'
import { emptyFixtureChart, fixtureChart } from '../fixtures/chart.ts'
import { NOW } from '../fixtures/house.ts'
import { FORMATS } from '../format.ts'
import { MESSAGES } from '../messages/index.ts'
import { attribute, readHtml } from '../testing.ts'
import { doseWords } from '#sheets'
import { ChartBody, type ChartView } from './index.ts'
import { sparklinePath } from './sparkline.tsx'

const view: ChartView = {
  t: MESSAGES.ja.chart,
  words: MESSAGES.ja,
  f: FORMATS.ja,
  nowMs: NOW,
  showOrigins: false,
  allColumns: false,
}
/** The chart view is synchronous; the type of JSX does not say so. */
const render = (element: JSX.Element) => ''.concat(element as string)
const textOf = (chart: Chart, options: Partial<ChartView> = {}) =>
  readHtml(render(<ChartBody view={{ ...view, ...options }} chart={chart} />)).text

test('each dose names what it measures, and what is missing', () => {
  const amount = { value: '1', unit: '錠' }
  assert.equal(doseWords(view, { contradictory: false, perTime: amount }), '1回量 1錠　1日量 記載なし')
  assert.equal(doseWords(view, { contradictory: false, perDay: amount }), '1回量 記載なし　1日量 1錠')
  assert.equal(doseWords(view, { contradictory: false }), '1回量 記載なし　1日量 記載なし')
  assert.match(textOf(fixtureChart), /1回量と1日量の記録が食い違っています/)
})

test('no inference as fact: no 継続中, ends by arithmetic say so, drugs before admission stand apart', () => {
  const text = textOf(fixtureChart)
  assert.doesNotMatch(text, /継続中/)
  assert.match(text, /処方歴（日数からの計算では2026-12-23まで）/)
  assert.match(text, /入院前の処方（継続か要確認）/)
})

test('absence has four words', () => {
  const allergies = (presence: 'none' | 'unconfirmed') =>
    textOf({
      ...emptyFixtureChart,
      allergies: {
        access: 'shown',
        gaps: 0,
        without: [],
        value: {
          presence,
          items: [],
          statements: [{ origin: { path: 'x' }, says: presence, scope: 'all', text: '', statedOn: '2026-10-29' }],
        },
      },
    })
  assert.match(textOf(emptyFixtureChart), /この資料に記録なし/)
  assert.match(allergies('none'), /なし（確認日 2026-10-29）/)
  assert.match(allergies('unconfirmed'), /未確認/)
})

test('values stay the text of the source, flags stand as letters', () => {
  const text = textOf(fixtureChart)
  assert.match(text, /5\.0\s+H/)
  assert.match(text, /3\+\(300\)\s+H/)
  assert.match(textOf(fixtureChart, { allColumns: true }), /<0\.05/)
})

test('the newest laboratory date stands first', () => {
  const text = textOf(fixtureChart)
  assert.ok(text.indexOf('11/21') < text.indexOf('10/29'))
})

test('what this page does not hold stands before the content', () => {
  const text = textOf(fixtureChart)
  assert.ok(text.indexOf('この画面に無いもの') < text.indexOf('1回量'))
  assert.match(text, /表示していない記録 1件/)
  assert.match(text, /読めなかった記録が 1件 あり/)
})

test('images are for reference only', () => assert.match(textOf(fixtureChart), /参照用・診断には使えません/))

test('the file behind an item is shown on demand', () => {
  assert.doesNotMatch(textOf(fixtureChart), /00012345_20261120_PPR-01/)
  assert.match(textOf(fixtureChart, { showOrigins: true }), /00012345_20261120_PPR-01/)
})

test('a receptionist sees whether there is a drug allergy, not which', () => {
  const withheld = { access: 'withheld', why: 'role' } as const
  const text = textOf({ ...fixtureChart, allergies: withheld, infections: withheld, alerts: withheld })
  assert.match(text, /薬のアレルギー\s+あり/)
  assert.doesNotMatch(text, /セフェム/)
})

test('what was not told is marked for the style sheet that hides it on a phone', () => {
  const html = render(<ChartBody view={view} chart={fixtureChart} />)
  assert.match(html, /<li class="off-phone">(?:(?!<\/li>).)*肺腫瘍/s)
})

test('a trend needs two numbers, and a flat one is a line', () => {
  assert.equal(sparklinePath([{ at: 'x', value: 1 }]), undefined)
  const flat = [1, 1].map((value) => ({ at: 'x', value }))
  assert.match(sparklinePath(flat)?.path ?? '', /^M3\.0 19\.0L81\.0 19\.0$/)
})

const origin = { path: '/p' }
const statement = { says: 'none', scope: 'all', text: 'なし', statedOn: '2025-09-22', origin } as const
const without = <T,>(value: T, kinds: readonly Sensitivity[] = []) =>
  ({ access: 'shown', value, gaps: 0, without: kinds }) as const
const classesOf = (chart: Chart) =>
  readHtml(render(<ChartBody view={view} chart={chart} />)).elements.flatMap(
    (element) => attribute(element, 'class')?.split(' ') ?? [],
  )

test('none is said once with its date, and looks different from something that is there', () => {
  const findings = { presence: 'none', items: [], statements: [statement, statement] } as const
  const none = { ...emptyFixtureChart, allergies: without(findings) }
  assert.equal(textOf(none).match(/なし（確認日 2025-09-22）/g)?.length, 1)
  assert.doesNotMatch(textOf(none), /なし: なし/)
  assert.ok(!classesOf(none).includes('is-present'))
  assert.ok(classesOf(fixtureChart).includes('is-present'))
  assert.ok(
    classesOf({ ...none, allergies: { ...none.allergies, gaps: 1 } }).includes('is-present'),
    'unread: not calm',
  )
})

test('where a reason opens, one button leads there, the same with and without such a result', () => {
  const infections = without({ presence: 'not-recorded', items: [] }, ['stigma-infection'])
  const hidden = { ...emptyFixtureChart, infections } as Chart
  const byReason = { href: '/open', opens: new Set<Sensitivity>(['stigma-infection']) }
  assert.match(textOf(hidden, { byReason }), /感染症.*理由を書いて表示する/)
  assert.doesNotMatch(textOf(hidden), /理由を書いて表示する/, 'on paper, or once a reason was given')
  assert.doesNotMatch(textOf(hidden, { byReason: { ...byReason, opens: new Set() } }), /理由を書いて表示する/)
  const part = { ...emptyFixtureChart, notes: { access: 'withheld', why: 'reason-needed' } } as const
  assert.match(textOf(part, { byReason }), /理由を書くと表示できます。 *理由を書いて表示する/)
})

test('an empty file has nothing to open and says so', () => {
  const [first] = fixtureChart.documents.access === 'shown' ? fixtureChart.documents.value : []
  const files = [{ path: '/x', contentType: 'application/xml', sizeBytes: 0 }]
  const chart = { ...emptyFixtureChart, documents: without([{ ...first!, files }]) }
  const html = render(<ChartBody view={{ ...view, documentHref: () => '/never' }} chart={chart} />)
  assert.match(readHtml(html).text, /XML 中身が空です（0バイト）/)
  assert.doesNotMatch(html, /\/never/)
})
