import assert from 'node:assert/strict'
import { test } from 'node:test'
import { institutionInstant } from '#base'
import { isDue } from './due.ts'

const at = (day: string, hour: number, minute = 0) => institutionInstant(day, hour, minute)
const agent = (state: object) => ({ dailyAt: '01:30', state: () => ({ repository: 'files', ...state }) })
const due = at('2026-11-28', 1, 30)

test('one run answers a day, also the days it slept through; a clock that went back starts none', () => {
  assert.equal(isDue(agent({}), at('2026-11-28', 9)), due)
  assert.equal(isDue(agent({ answeredDue: due }), at('2026-11-28', 9)), undefined)
  assert.equal(isDue(agent({ answeredDue: due }), at('2026-11-29', 1, 29)), undefined)
  assert.equal(isDue(agent({ answeredDue: at('2026-11-20', 1, 30) }), at('2026-11-28', 9)), due)
  assert.equal(isDue(agent({ answeredDue: due }), at('2026-11-27', 9)), undefined)
})

test('what failed is tried again after a quarter of an hour, not at once, and not never', () => {
  const failed = agent({ failure: { code: 'STORAGE_UNREACHABLE', at: at('2026-11-28', 9) } })
  assert.equal(isDue(failed, at('2026-11-28', 9, 14)), undefined)
  assert.equal(isDue(failed, at('2026-11-28', 9, 15)), due)
  assert.equal(isDue(failed, at('2026-11-28', 8)), due, 'a failure of the future is the clock’s, and holds nothing up')
})
