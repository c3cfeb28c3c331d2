import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SCENARIOS } from '#exercise'
import { MESSAGES } from './index.ts'

test('each thing that happens in a drill has a good answer, in both languages', () => {
  for (const { scenarios, drillAnswers } of Object.values(MESSAGES))
    for (const { id } of SCENARIOS) assert.equal(drillAnswers[id].length, scenarios[id].injects.length, id)
})
