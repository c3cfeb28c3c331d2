/** Sheets as data: what may stand on which, what is never cut, and what a sheet says of what it left out. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Chart } from '#chart'
import { AREA, type Audience, chartPages, type Page, type SheetKind, widthOf } from '#sheets'
import { emptyFixtureChart, fixtureChart } from '../../src/web/fixtures/chart.ts'
import { FORMATS } from '../../src/web/format.ts'
import { MESSAGES } from '../../src/web/messages/index.ts'
import { ALLERGIES, DRUGS, longCautions, longHistory, oddWords } from './monster.ts'

const view = { t: MESSAGES.ja.chart, p: MESSAGES.ja.paper, f: FORMATS.ja }

const pagesOf = (chart: Chart, kind: SheetKind = 'summary', audience: Audience = 'staff') =>
  chartPages(view, chart, kind, { audience, asOf: '11月22日（日）2:14', by: '印刷 見本 花子', sample: '見本' })
/** Without the places where lines were broken. */
const textOf = (pages: readonly Page[]) =>
  pages
    .flatMap(({ marks }) => marks.flatMap((mark) => (mark.kind === 'text' ? mark.line.map(({ text }) => text) : [])))
    .join('')

test('whatever may be cut, the summary is one page, and says what it left out and how many', () => {
  const pages = pagesOf(longHistory)
  assert.equal(pages.length, 1)
  const text = textOf(pages)
  const shownLabs = new Set(text.match(/検査項目の長い名前その\d+/g)).size
  const shownProblems = new Set(text.match(/急性増悪を伴うものその\d+|急性増悪を伴うもの その\d+/g)).size
  assert.ok(shownLabs > 1 && shownProblems > 1, `${shownLabs} results, ${shownProblems} problems`)
  assert.match(text, new RegExp(`省いたもの: .*検体検査 ${500 - shownLabs}件`))
  assert.match(text, new RegExp(`病名 ${300 - shownProblems}件`))
  assert.match(text, /その250.*主病名/, 'the main problem before all others')
  // Fifteen years of the same twelve drugs are twelve rows.
  assert.equal(text.match(/くり返し処方する薬\d+号錠/g)?.length, 12)
  assert.equal(text.match(/1回量 記載なし　1日量 3錠/g)?.length, 12)
  assert.match(text, /同じ薬の以前の記録 194件/)
})

test('allergies and drugs are never cut: they go on, each page says whose it is and which of how many', () => {
  for (const audience of ['staff', 'patient'] as const) {
    const pages = pagesOf(longCautions, 'summary', audience)
    assert.ok(pages.length > 2)
    const text = textOf(pages)
    assert.equal(new Set(text.match(/アレルゲン物質\d+番/g)).size, ALLERGIES)
    assert.equal(new Set(text.match(/多数処方の薬\d+番/g)).size, DRUGS)
    for (const [i, page] of pages.entries()) {
      assert.match(
        textOf([page]),
        new RegExp(`患者ID 00012345.*11月22日（日）2:14 時点.*バックアップ.*${i + 1} / ${pages.length}`),
      )
      if (i > 0) assert.match(textOf([page]), /続き/)
    }
  }
})

test('forty allergies, sixty drugs: the first sheet says how many stand on which other sheet, and none is lost', () => {
  assert.ok(longCautions.allergies.access === 'shown' && longCautions.prescriptions.access === 'shown')
  const [order] = longCautions.prescriptions.value
  const { allergies, prescriptions } = longCautions
  const chart: Chart = {
    ...longCautions,
    allergies: { ...allergies, value: { ...allergies.value, items: allergies.value.items.slice(0, 40) } },
    prescriptions: { ...prescriptions, value: [{ ...order!, groups: order!.groups.slice(0, 60) }] },
  }
  for (const kind of ['summary', 'medicines'] as const) {
    const pages = pagesOf(chart, kind)
    const [first, ...others] = pages.map((page) => textOf([page]))
    const said = /続きの紙に: .*?処方[^、。]*? (\d+)件（([\d-]+)枚目）/.exec(first!)
    const drugs = (text: string) => new Set(text.match(/多数処方の薬\d+番/g)).size
    assert.equal(Number(said?.[1]), drugs(others.join('')), kind)
    assert.ok(others.length > 0 && Number(said?.[2]!.at(-1)) <= pages.length)
    assert.equal(drugs(textOf(pages)), 60)
    assert.equal(new Set(textOf(pages).match(/アレルゲン物質\d+番/g)).size, 40)
    assert.doesNotMatch(others.join(''), /この1枚で全部ではありません/)
  }
  assert.doesNotMatch(textOf(pagesOf(fixtureChart)), /続きの紙に/)
})

test('nothing stands outside the area, not even a record longer than a sheet or a name of eighty kanji', () => {
  const charts = [longHistory, longCautions, oddWords, fixtureChart, emptyFixtureChart]
  for (const pages of charts.flatMap((chart) => [pagesOf(chart), pagesOf(chart, 'medicines')]))
    for (const { marks } of pages)
      for (const mark of marks) {
        if (mark.kind !== 'text') continue
        assert.ok(mark.y < AREA.bottom + 1 || mark.y > AREA.bottom + 14, `in the room of the notice: ${mark.y}`)
        const width =
          mark.line.flatMap(({ text }) => Array.from(text)).reduce((sum, c) => sum + widthOf(c), 0) * mark.size
        const right = mark.anchor === 'end' ? mark.x : mark.x + width
        assert.ok(right <= AREA.right + 1, `${right}: ${mark.line.map(({ text }) => text).join('')}`)
      }
  const odd = textOf(pagesOf(oddWords))
  assert.equal(odd.match(/x/g)?.length, 3000)
  assert.equal(odd.match(/あ/g)!.length >= 9000, true)
})

test('paper for the patient: nothing untold, nothing of unknown telling, no other patients, no word of what is left out', () => {
  const before = structuredClone(fixtureChart)
  for (const kind of ['summary', 'medicines'] as const) {
    const text = textOf(pagesOf(fixtureChart, kind, 'patient'))
    assert.match(text, /患者に渡す用/)
    assert.doesNotMatch(text, /肺腫瘍|慢性腎臓病|春子|未告知|左上肢|表示していません|院内用/)
    assert.equal(/うっ血性心不全/.test(text), kind === 'summary')
    assert.match(text, /セフェム系抗菌薬/)
  }
  assert.deepEqual(fixtureChart, before, 'the chart itself is untouched')
})

test('in-house: the untold is marked, doses are never bare, nothing is inferred, before an admission stands apart', () => {
  const text = textOf(pagesOf(fixtureChart))
  assert.match(text, /肺腫瘍（疑い） 【未告知】/)
  assert.match(text, /1回量 記載なし　1日量 1錠/)
  assert.match(text, /▲1回量と1日量の記録が食い違っています/)
  assert.match(text, /▲ 入院前の処方（継続か要確認）/)
  assert.match(text, /処方歴（日数からの計算では2026-12-23まで）/)
  assert.doesNotMatch(text, /継続中/)
  assert.match(text, /この紙に無いもの/)
})

test('a MAR print says that the last administration is unknown; one for patients has no boxes', () => {
  const staff = pagesOf(fixtureChart, 'medicines')
  assert.match(textOf(staff), /前回実施は不明・医師の指示を確認/)
  const boxes = (pages: readonly Page[]) =>
    pages.flatMap(({ marks }) => marks.filter((mark) => mark.kind === 'box' && mark.stroke === 0.5)).length
  assert.equal(boxes(staff), 6 * 4)
  const patient = pagesOf(fixtureChart, 'medicines', 'patient')
  assert.equal(boxes(patient), 0)
})

test('なし, 未確認 and この資料に記録なし are three different things on paper', () => {
  const of = (says: 'none' | 'unconfirmed') =>
    textOf(
      pagesOf({
        ...emptyFixtureChart,
        allergies: {
          access: 'shown',
          gaps: 0,
          without: [],
          value: {
            presence: says,
            items: [],
            statements: [{ origin: { path: 'x' }, says, scope: 'all', text: '', statedOn: '2026-10-29' }],
          },
        },
      }),
    )
  assert.match(of('none'), /なし（確認日 2026-10-29）/)
  assert.match(of('unconfirmed'), /未確認/)
  assert.match(textOf(pagesOf(emptyFixtureChart)), /アレルギー・禁忌この資料に記録なし/)
})

test('a cancelled record never hides one that is not', () => {
  const [order] = fixtureChart.prescriptions.access === 'shown' ? fixtureChart.prescriptions.value : []
  const [group] = order!.groups
  const cancelled = { ...order!, groups: [{ ...group!, drugs: [{ ...group!.drugs[0]!, status: 'cancelled' }] }] }
  const chart: Chart = {
    ...fixtureChart,
    prescriptions: { access: 'shown', gaps: 0, without: [], value: [cancelled, order!] },
  }
  assert.equal(textOf(pagesOf(chart)).match(/フロセミド錠20mg/g)?.length, 2)
})
