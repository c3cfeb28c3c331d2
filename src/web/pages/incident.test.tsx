import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fixtureIncidentView } from '../fixtures/incidents.ts'
import { pageText } from '../http/respond.ts'
import { testUi } from '../testing.ts'
import { IncidentPage } from './incident.tsx'
import { IncidentTimelinePage } from './incident-timeline.tsx'
import { TroublePage } from './trouble.tsx'

const ui = testUi()

test('an end says what goes on after it, and what is left only of what it waits for', async () => {
  const left = { gates: [], openSheets: 0, isCompared: undefined, isHere: true }
  const html = await pageText(<IncidentPage ui={ui} model={{ view: { ...fixtureIncidentView, left } }} />)
  const end = html.slice(html.indexOf('id="end"'))
  assert.match(end, /紙・照らし合わせ・復旧の確認に、残っていることはありません/)
  assert.match(end, /まだの「すること」が\d+、閉じていない期限が\d+あります。非常時を終えても消えません/)
})

test('an emergency PC does not say that it stops expiry: the server does, when it hears of it', async () => {
  const one = { ...fixtureIncidentView.one, emergency: undefined }
  const of = (isStation: boolean) =>
    pageText(<IncidentPage ui={ui} model={{ view: { ...fixtureIncidentView, one, isStation } }} />)
  assert.match(await of(true), /ここで書いたものがサーバーに届いたときに止まります/)
  assert.doesNotMatch(await of(false), /サーバーに届いたときに/)
})

test('where people go on stands at the top: writing into a long timeline, the case after telling', async () => {
  const timeline = await pageText(<IncidentTimelinePage ui={ui} view={fixtureIncidentView} />)
  assert.ok(timeline.indexOf('href="#add"') < timeline.indexOf('<table class="table'))
  const door = { cuts: [], phones: [], hasPrivate: false, deciders: [], openSinceMs: undefined, isStation: false }
  const told = await pageText(<TroublePage ui={ui} model={{ door, said: 'kept' }} />)
  assert.ok(told.indexOf('href="/incidents"') < told.indexOf('さわらない'))
})
