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
import { vitalKind, windowsOf } from './flow-sheet.tsx'
import { ChartBody, type ChartView, compareCharts } from './index.ts'
import { culturesOf } from './microbiology.tsx'
import { minuteOf, pointsOf, runsOf } from './plot.ts'
import { sparklinePath } from './sparkline.tsx'
import { timelineItems } from './timeline-items.ts'
import { rangeOf } from './trend.tsx'

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

test('a bed is called one, in the head and among the visits; an allergy without a kind is of no other kind', () => {
  assert.match(textOf(fixtureChart), /3階東 312 ベッド 2/)
  assert.ok(fixtureChart.encounters.access === 'shown' && fixtureChart.allergies.access === 'shown')
  const [admission] = fixtureChart.encounters.value
  const [allergy] = fixtureChart.allergies.value.items
  const text = textOf({
    ...fixtureChart,
    encounters: { ...fixtureChart.encounters, value: [{ ...admission!, room: '404', bed: '1' }] },
    allergies: {
      ...fixtureChart.allergies,
      value: { ...fixtureChart.allergies.value, items: [{ ...allergy!, category: 'unstated' }] },
    },
  })
  assert.match(text, /3階東 404 ベッド 1/)
  assert.match(text, /（種類の記載なし）/)
  assert.doesNotMatch(text, /（その他）/)
})

test('a long list is folded with its count, bookings stand apart, those to come first', () => {
  assert.ok(fixtureChart.labOrders.access === 'shown' && fixtureChart.documents.access === 'shown')
  const order = { origin: { path: 'o' }, orderNumber: '1', items: ['K'], resulted: true, orderedOn: '2026-10-01' }
  const orders = (count: number) =>
    textOf({
      ...fixtureChart,
      labOrders: {
        access: 'shown',
        gaps: 0,
        without: [],
        value: Array.from({ length: count }, (_, n) => ({ ...order, resulted: n !== 20 })),
      },
    })
  assert.match(orders(46), /それより前の 36件（うち結果待ち 1件）/)
  assert.doesNotMatch(orders(13), /それより前の/)

  const booking = (at: string) => ({
    origin: { path: at },
    kind: 'booking' as const,
    title: `透析 ${at}`,
    at,
    files: [],
  })
  const [letter] = fixtureChart.documents.value
  const value = [booking('2026-12-05'), booking('2026-12-01'), letter!, booking('2026-11-01')]
  const text = textOf({ ...fixtureChart, documents: { ...fixtureChart.documents, value } })
  const places = [letter!.title, '透析 2026-12-01', '透析 2026-12-05', '過ぎた予約 1件', '透析 2026-11-01'].map(
    (words) => text.indexOf(words),
  )
  assert.ok(places.every((place) => place >= 0))
  assert.deepEqual(
    places,
    places.toSorted((a, b) => a - b),
  )
  assert.doesNotMatch(textOf({ ...fixtureChart, documents: { ...fixtureChart.documents, value: [letter!] } }), /予約/)
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

test('a number that somebody mistyped, or meant to do harm, costs the picture and never the server', () => {
  const { vitals } = fixtureChart
  assert.ok(vitals.access === 'shown')
  for (const wrong of [20_269_999, 999_999_999, 1e300, Infinity, -Infinity, -20_269_999]) {
    const rows = vitals.value.rows.map((row) => ({ ...row, trend: row.trend.map((one) => ({ ...one, value: wrong })) }))
    const chart = { ...fixtureChart, vitals: { ...vitals, value: { ...vitals.value, rows } } }
    const html = render(<ChartBody view={{ ...view, allColumns: true }} chart={chart} />)
    assert.ok(html.split('flow-grid').length < 300, `${wrong}: ${html.split('flow-grid').length} lines`)
    assert.match(readHtml(html).text, /36\.8/, 'the table holds what was written')
  }
  // A row whose times are no days has no picture.
  const { labs } = fixtureChart
  assert.ok(labs.access === 'shown')
  const panels = labs.value.panels.map(({ panel, rows }) => ({
    panel,
    rows: rows.map((row) => ({ ...row, trend: row.trend.map((one) => ({ ...one, at: '2026' })) })),
  }))
  assert.ok(textOf({ ...fixtureChart, labs: { ...labs, value: { ...labs.value, panels } } }).length > 100)
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

test('the flow sheet cuts its lines where a day has no value, and says what it does not draw', () => {
  const at = (days: readonly string[]) => days.map((day) => ({ minute: minuteOf(day)! }))
  assert.equal(runsOf(at(['2026-11-18T20:00', '2026-11-19T06:00', '2026-11-19T20:00'])).length, 1)
  assert.equal(runsOf(at(['2026-11-18T23:00', '2026-11-20T01:00'])).length, 2)
  assert.ok(fixtureChart.vitals.access === 'shown')
  const { rows, columns } = fixtureChart.vitals.value
  const temperature = pointsOf(rows[0]!, columns)
  assert.equal(temperature.length, columns.length - 1)
  assert.ok(
    temperature.every(({ text }) => /^\d+\.\d$/.test(text)),
    'the text of the source, 38.0 and not 38',
  )
  assert.deepEqual(
    rows.map((row) => vitalKind(row)),
    ['temperature', 'pulse', 'systolic', 'diastolic', 'respiration', 'saturation', undefined],
  )
  const text = textOf(fixtureChart)
  assert.match(text, /数でない値・単位の違う値が 1件あり/)
  assert.match(text, /測定不能/)
  assert.doesNotMatch(textOf(emptyFixtureChart), /熱型表/)
})

test('windows of fourteen days: the newest first, none without a value', () => {
  const columns = ['2026-11-21', '2026-11-08', '2026-11-07', '2026-03-01'].map((at) => ({
    at,
    by: 'recorded' as const,
  }))
  const daysUntil = (until: string) =>
    windowsOf(columns, minuteOf(until)!).map((minute) => new Date(minute * 60_000).toISOString().slice(0, 10))
  assert.deepEqual(daysUntil('2026-11-22'), ['2026-11-08', '2026-10-25', '2026-02-16'])
  assert.deepEqual(daysUntil('2026-11-10'), ['2026-10-26', '2026-02-16'])
})

test('a value dated year 9999 hides no true one: the newest fortnight shows, the odd value is listed as written', () => {
  assert.ok(fixtureChart.vitals.access === 'shown')
  const { columns, rows } = fixtureChart.vitals.value
  const cells = (row: (typeof rows)[number], n: number) => (n === 0 ? [{ ...row.cells.flat()[0]!, text: '36.6' }] : [])
  const value = {
    columns: [{ at: '9999-12-31T10:00', by: 'recorded' as const }, ...columns],
    rows: rows.map((row, n) => ({ ...row, cells: [cells(row, n), ...row.cells] })),
  }
  const odd: Chart = { ...fixtureChart, vitals: { ...fixtureChart.vitals, value } }
  const pictures = (chart: Chart) =>
    render(<ChartBody view={view} chart={chart} />).match(/<figcaption>熱型表[^<]*<\/figcaption>/g)
  assert.deepEqual(pictures(odd), pictures(fixtureChart))
  const text = textOf(odd)
  assert.match(text, /このバックアップより後の日付の値が 1件あり.*9999-12-31 10:00 体温（腋窩） 36\.6/)
  assert.match(text, /9999 12\/31 10:00/, 'and in the table')
  assert.doesNotMatch(textOf(fixtureChart), /より後の日付/)
})

test('a band is drawn only for a range that the source gives as two numbers', () => {
  assert.deepEqual(rangeOf('3.6-4.8'), { low: 3.6, high: 4.8 })
  assert.deepEqual(rangeOf('３．６～４．８'), { low: 3.6, high: 4.8 })
  for (const none of ['<5.0', '(-)', '', undefined, '4.8-3.6', '3.6 - 4.8 (女)']) assert.equal(rangeOf(none), undefined)
})

test('susceptibility is a table of organisms and drugs; a drug that was not tested stays empty', () => {
  assert.ok(fixtureChart.microbiology.access === 'shown')
  const [culture, ...more] = culturesOf(fixtureChart.microbiology.value)
  assert.deepEqual([more.length, culture!.reports.length, culture!.tests.length], [0, 1, 2])
  const html = render(<ChartBody view={view} chart={fixtureChart} />)
  const row = /<tr><th scope="row">CEZ<\/th>(.*?)<\/tr>/s.exec(html)![1]!
  assert.match(row, /&lt;= 2 μg\/mL.*<b class="flag">S<\/b>/s)
  assert.match(row, /<td><\/td>$/)
})

test('the course shows what is recorded: an end by arithmetic is named so, an open stay has no discharge', () => {
  const items = timelineItems(view, fixtureChart)
  const stay = items.find(({ lane }) => lane === 'stay')!
  assert.deepEqual([stay.from, stay.until, stay.end], ['2026-11-20T14:10', undefined, 'open'])
  const derived = items.filter(({ end }) => end === 'derived')
  assert.ok(derived.length > 0 && derived.every(({ lane }) => lane === 'prescription'))
  assert.match(textOf(fixtureChart), /2026-12-23（日数からの計算）/)
  assert.match(textOf(fixtureChart), /これより前の記録が \d+件あります/)
  assert.doesNotMatch(textOf(fixtureChart, { allColumns: true }), /これより前の記録が/)
  assert.equal(timelineItems(view, emptyFixtureChart).length, 0)
})

test('what changed between two days: new, changed, gone; nothing where a part is withheld', () => {
  assert.deepEqual(
    compareCharts(view, fixtureChart, fixtureChart).flatMap(({ changes }) => changes),
    [],
  )
  const after = structuredClone(fixtureChart) as { -readonly [K in keyof Chart]: Chart[K] }
  assert.ok(after.prescriptions.access === 'shown' && after.labs.access === 'shown')
  const [order, ...orders] = after.prescriptions.value
  const { drugs, ...group } = order!.groups[0]!
  const dose = { ...drugs[0]!.dose, perDay: { value: '2', unit: '錠' } }
  const doubled = {
    ...order!,
    groups: [{ ...group, drugs: [{ ...drugs[0]!, dose }, ...drugs.slice(1)] }, ...order!.groups.slice(1)],
  }
  after.prescriptions = { ...after.prescriptions, value: [doubled, ...orders.slice(0, -1)] }
  const found = compareCharts(view, fixtureChart, after)
  const drugsChanged = found.find(({ part }) => part === 'prescriptions')!.changes
  const changed = drugsChanged.filter(({ how }) => how === 'changed')
  assert.equal(changed.length, 1)
  assert.match(changed[0]!.after!, /1日量 2錠/)
  assert.ok(drugsChanged.some(({ how, after: now }) => how === 'gone' && now === undefined))
  // A corrected value is one change; a hidden problem keeps its mark.
  const row = after.labs.value.panels[0]!.rows[0]!
  Object.assign(row.cells[0]![0]!, { text: '12.9' })
  const labs = compareCharts(view, fixtureChart, after).find(({ part }) => part === 'labs')!
  assert.deepEqual(
    labs.changes.map(({ how, before, after: now }) => [how, before, now]),
    [['changed', 'WBC　12.8 ×10³/μL H', 'WBC　12.9 ×10³/μL H']],
  )
  assert.ok(labs.gaps > 0)
  const gone = compareCharts(view, fixtureChart, { ...fixtureChart, problems: { ...emptyFixtureChart.problems } })
  assert.ok(gone.find(({ part }) => part === 'problems')!.changes.some(({ offPhone }) => offPhone))
  const clerk: Chart = { ...fixtureChart, problems: { access: 'withheld', why: 'role' } }
  assert.ok(compareCharts(view, fixtureChart, clerk).every(({ part }) => part !== 'problems'))
})
