import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pageText } from '../http/respond.ts'
import { testUi } from '../testing.ts'
import { AsOfBanner } from './as-of.tsx'

test('the banner changes shape and words with age, not only its colour', async () => {
  const ui = testUi()
  const at = async (hours: number) => pageText(<AsOfBanner ui={ui} asOfMs={ui.nowMs - hours * 3_600_000} />)
  assert.match(await at(5), /●.*時点の記録です/s)
  assert.match(await at(7), /▲.*少し古い記録です.*約7時間前.*入院した方は載っていない可能性/s)
  assert.match(await at(80), /×.*古い記録です.*約3日前/s)
  assert.match(await at(-1), /×.*時計が合っていません/s)
  assert.doesNotMatch(await at(0.01), /載っていない可能性/)
})
