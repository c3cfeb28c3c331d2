import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fixtureDrills } from '../fixtures/drills.ts'
import { pageText } from '../http/respond.ts'
import { testUi } from '../testing.ts'
import { DrillPage } from './drill.tsx'

test('a measurement that nobody stopped goes on while the drill runs, and does not after it', async () => {
  const [, running, ended] = fixtureDrills
  const none = { own: [], toCheck: [], declaredMinutes: undefined, contacts: [] }
  const said = (drill: typeof running) => pageText(<DrillPage ui={testUi()} model={{ drill: drill!, ...none }} />)
  assert.match(await said(running), /から はかっています/)
  const left = await said({ ...ended!, timed: running!.timed })
  assert.match(left, /止めるボタンは押されませんでした/)
  assert.doesNotMatch(left, /はかっています/)
})
