import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fixtureChart } from '../fixtures/chart.ts'
import { fixtureHits } from '../fixtures/house.ts'
import { fixtureSameNumber } from '../fixtures/same-number.ts'
import { pageText } from '../http/respond.ts'
import { testUi } from '../testing.ts'
import { sheetPages } from './chart.tsx'
import { ElsewhereNote, ElsewherePanel, groupClass, hitRows } from './same-number.tsx'

const ui = testUi()
const [same, nameless, somebodyElse] = fixtureSameNumber

test('each other source says its time, name, birth date and counts; a difference is said, agreement opens nothing by itself', async () => {
  const html = await pageText(<ElsewherePanel ui={ui} elsewhere={{ records: fixtureSameNumber, failed: [] }} />)
  assert.match(html, /ほかの取得元にも同じ番号の記録があります/)
  assert.match(
    html,
    /患者一覧（CSV）[\s\S]*見本　はる子[\s\S]*1947[\s\S]*記録 3件・文書 0件[\s\S]*名前と生年月日は同じです/,
  )
  assert.match(html, /（氏名の記録なし）[\s\S]*生年月日の記録なし[\s\S]*文書 12件[\s\S]*両方は比べられません/)
  assert.match(html, /見本 二郎[\s\S]*名前か生年月日が違います。同じ方か確かめてください[\s\S]*番号の書き方/)
  assert.equal(html.split('違います。同じ方か').length - 1, 1, 'only where it differs')
  assert.equal(html.split('/open?generation=').length - 1, 3, 'each by its own two identifiers')
  const agreeing = await pageText(<ElsewherePanel ui={ui} elsewhere={{ records: [same!], failed: [] }} />)
  assert.doesNotMatch(agreeing, /▲/)
  // Above the name of whose chart it is stands nobody else's.
  const note = await pageText(<ElsewhereNote ui={ui} elsewhere={{ records: fixtureSameNumber, failed: [] }} />)
  assert.match(
    note,
    /ほかの取得元にも[\s\S]*患者一覧（CSV）、紙の文書（スキャン）、前のレセコン[\s\S]*▲ 名前か生年月日が違います/,
  )
  assert.doesNotMatch(note, /見本/)
})

test('nothing elsewhere says nothing; a source that was not asked is named', async () => {
  assert.doesNotMatch(await pageText(<ElsewhereNote ui={ui} elsewhere={{ records: [], failed: [] }} />), /notice/)
  const html = await pageText(<ElsewhereNote ui={ui} elsewhere={{ records: [], failed: ['台帳'] }} />)
  assert.match(html, /調べられなかった取得元: 台帳。記録がないとは限りません/)
})

test('in a search the records of a number stand together, the others are no group', () => {
  const rows = hitRows(fixtureHits, { generationId: 'g', sourceName: '検査' }, new Map([['fixture-2', [nameless!]]]))
  assert.deepEqual(
    rows.map((row) => [row.sourceName, row.patient.key, groupClass(row)]),
    [
      ['検査', 'fixture-1', undefined],
      ['検査', 'fixture-2', 'same-number same-number-first'],
      ['紙の文書（スキャン）', 'fixture-1', 'same-number'],
      ['検査', 'fixture-3', undefined],
    ],
  )
})

test('staff’s paper says in a line that other sources hold records; the patient’s does not', () => {
  const words = (audience: 'staff' | 'patient') =>
    JSON.stringify(
      sheetPages(ui, fixtureChart, { kind: 'summary', audience }, { records: [somebodyElse!], failed: ['台帳'] }),
    )
  assert.match(words('staff'), /この紙にはありません/)
  assert.match(words('staff'), /前のレセコン/)
  assert.match(words('staff'), /同じ番号の記録を調べられなかった取得元/)
  assert.doesNotMatch(words('patient'), /前のレセコン|取得元/)
})
