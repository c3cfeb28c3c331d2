/** Every planted mistake of a large emergency is found, and nothing else. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { matchAll, OUTCOMES, type Match } from '#reconciliation'
import { emergency } from './emergency.ts'

const counted = (matches: readonly Match[]) =>
  Object.fromEntries(OUTCOMES.map((name) => [name, matches.filter(({ outcome }) => outcome === name).length]))

test('10,000 sheets against 100,000 records: what was planted is found, each record is joined once', () => {
  const { paper, ehr, period, planted } = emergency(10_000, 100_000)
  assert.equal(ehr.length, 100_000)
  const matches = matchAll(paper, ehr, period)
  assert.deepEqual(counted(matches), planted)
  const records = matches.flatMap((one) => (one.ehr ? [one.ehr.id] : []))
  assert.equal(new Set(records).size, records.length)
  const items = matches.flatMap((one) => (one.paper ? [one.paper.id] : []))
  assert.equal(new Set(items).size, paper.length)
  assert.equal(items.length, paper.length)
  assert.ok(matches.every((one) => !one.paper || !one.ehr || one.paper.patientKey === one.ehr.patientKey))
})

test('one patient with everything: the day bounds what is compared', () => {
  const { paper, ehr, period } = emergency(1000, 10_000)
  const one = { patientKey: 'A' }
  const matches = matchAll(
    paper.map((item) => ({ ...item, ...one })),
    ehr.map((item) => ({ ...item, ...one })),
    period,
  )
  const items = matches.flatMap(({ paper: item }) => (item ? [item.id] : []))
  assert.equal(new Set(items).size, paper.length)
})
