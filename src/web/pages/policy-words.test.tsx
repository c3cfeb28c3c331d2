import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Change } from '#vault'
import { fixtureHome } from '../fixtures/house.ts'
import { fixtureHorizon, fixtureJudged, fixturePolicy } from '../fixtures/policy.ts'
import { todoWords } from '../components/index.ts'
import { readHtml, testUi } from '../testing.ts'
import { headline } from './home.tsx'
import { HorizonPage } from './horizon.tsx'
import { inputOf } from './policy-input.ts'
import { ChangeList } from './policy-words.tsx'
import { PolicyPage } from './policy.tsx'

const ui = testUi()
const htmlOf = (page: { toString(): string }) => page.toString()
const textOf = (page: { toString(): string }) => readHtml(htmlOf(page)).text

test('a changed calendar is neither stronger nor weaker, also as old entries have it', () => {
  const changes: Change[] = [
    { field: 'closed-days', from: ['12-29', '12-30'], to: ['12-30', '08-14'], how: 'lowered' },
    { field: 'open-days', from: ['2026-11-29'], to: [], how: 'lowered' },
    { field: 'closed-weekdays', from: ['0'], to: ['0', '3'], how: 'changed' },
    { field: 'closed-on-holidays', from: ['true'], to: ['false'], how: 'raised' },
  ]
  const text = textOf(<ChangeList ui={ui} changes={changes} />)
  for (const words of ['休診日: 08-14 を加えた、12-29 を外した', '臨時の診療日: 2026-11-29 を外した', '水曜 を加えた'])
    assert.ok(text.includes(words), text)
  assert.doesNotMatch(text, /強くなる|弱くなる|残さない/)
})

test('a refused form opens with what is wrong, before anything else and with the focus on it', () => {
  const errors = { floor: '3より少なくはできません。' }
  const model = { source: fixturePolicy, input: inputOf(fixturePolicy.plan), errors }
  const html = htmlOf(<PolicyPage ui={ui} model={model} />)
  assert.match(html, /id="form-errors"[^>]* autofocus/)
  assert.ok(html.indexOf('form-errors') < html.indexOf(ui.t.policy.nowTitle))
  assert.equal(html.split('<form').filter((part) => part.includes('name="daily-days"')).length, 1, 'shown once')
})

test('the advice is that of the real cause', () => {
  const finding = { rule: 'third-out-of-reach', state: 'broken', have: 1, need: 3, cause: 'few-days' } as const
  assert.match(todoWords(ui, finding), /あと2日、毎日取れれば/)
  assert.equal(todoWords(ui, fixtureJudged[0]!.findings[0]!), ui.t.rules.todo['three-generations'])
})

test('fewer than three days elsewhere: nobody is told to wait for a copy that is made', () => {
  const [ehr] = fixtureHorizon
  const generations = ehr!.generations.slice(0, 1)
  const told = (copies: boolean) => {
    const rows = generations.map((one) => ({ ...one, copies: copies ? one.copies : [] }))
    const outOfReach = { all: undefined, three: undefined, one: rows[0]!.lockedUntil }
    return textOf(<HorizonPage ui={ui} sources={[{ ...ehr!, generations: rows, outOfReach }]} />)
  }
  assert.match(told(true), /まだ1日分です。あと2日、毎日写せれば/)
  assert.doesNotMatch(told(true), /まだ写していません|待って/)
  assert.match(told(false), /いちばん新しいものは、まだ写していません/)
})

test('a second source does not make the headline look like a loss', () => {
  const { readable: _charts, ...rest } = fixtureHome
  const of = (...files: number[]) => {
    const sources = files.map((count, i) => ({ name: '甲乙丙丁'[i]!, files: count }))
    return headline(ui, { ...rest, documents: { asOfMs: ui.nowMs, generationId: 'g', sources } })
  }
  assert.match(of(11), /までの書類（11件）を/)
  assert.match(of(6, 11), /までの書類（甲 6件、乙 11件）を/)
  assert.match(of(1, 2, 3, 4), /丙 3件、ほか1か所）/)
})
