/** What the map says of each way, and that a vendor's word is never green. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { institutionInstant, isDate } from '#base'
import type { TakenFacts } from '#vault'
import { type CellCode, type CellState, coverageOf } from './coverage.ts'
import type { Device } from './devices.ts'
import { EHR_KINDS, proposal } from './proposal.ts'
import { PARTS, type PartPlan, type System } from './systems.ts'

const now = institutionInstant('2026-11-28', 9)
const newest = { id: 'g', takenAt: now - 3_600_000 }
const taken = (code: TakenFacts['code'], state: TakenFacts['state']): TakenFacts => ({
  sourceId: 's',
  name: 'カルテ',
  code,
  state,
  newest,
})

function cell(plan: PartPlan, facts: readonly TakenFacts[] = [], devices: readonly Device[] = []) {
  const open: PartPlan = { way: 'open' }
  const system: System = {
    id: 'a',
    kind: 'ehr',
    name: 'a',
    vendor: '',
    responsible: '',
    acceptances: [],
    parts: { data: plan, programs: open, settings: open, devices: open },
  }
  return coverageOf([system], { taken: facts, devices }, now)[0]!.cells[0]!
}

test('a part that nobody decided is a gap; one that is not needed says why', () => {
  assert.deepEqual([cell({ way: 'open' }).state, cell({ way: 'open' }).code], ['bad', 'open'])
  const none = cell({ way: 'not-needed', reason: '紙のまま' })
  assert.deepEqual([none.state, none.reason], ['none', '紙のまま'])
})

test('a source is judged as the light judges it, and one that is gone is a gap', () => {
  const plan = { way: 'source', sourceId: 's' } as const
  const good = cell(plan, [taken('source-taken', 'good')])
  assert.deepEqual([good.state, good.code, good.newestAt, good.newestId], ['good', 'taken', newest.takenAt, 'g'])
  assert.equal(cell(plan, [taken('source-late', 'bad')]).state, 'bad')
  assert.equal(cell(plan, [taken('source-stopped', 'soon')]).code, 'stopped')
  assert.deepEqual([cell(plan).state, cell(plan).code], ['bad', 'source-gone'])
})

test('the vendor: a paper with a date that is still to come, never green', () => {
  const on = (nextCheckOn: string) => cell({ way: 'vendor', paperOn: '2026-01-01', nextCheckOn })
  const cases: readonly [string, CellState, CellCode][] = [
    ['2027-01-01', 'vendor', 'vendor'],
    ['2026-12-28', 'vendor', 'vendor'],
    ['2026-12-27', 'soon', 'vendor-soon'],
    ['2026-11-28', 'soon', 'vendor-soon'],
    ['2026-11-27', 'bad', 'vendor-overdue'],
  ]
  for (const [date, state, code] of cases) assert.deepEqual([on(date).state, on(date).code], [state, code], date)
  assert.equal(cell({ way: 'vendor' }).code, 'vendor-no-paper')
  assert.equal(cell({ way: 'vendor' }).state, 'bad')
})

test('the first list leaves open what nobody can know', () => {
  const words = { nameOf: (kind: string) => kind, noData: 'n', noProgram: 'p' }
  for (const ehr of EHR_KINDS) {
    const systems = proposal({ ehr, ...words })
    assert.equal(
      systems.some(({ kind }) => kind === 'ehr'),
      ehr !== 'paper',
      ehr,
    )
    for (const system of systems) assert.deepEqual(Object.keys(system.parts), [...PARTS])
  }
  const [cloud] = proposal({ ehr: 'cloud', ...words })
  assert.deepEqual(cloud!.parts.programs, { way: 'vendor' })
  const [own] = proposal({ ehr: 'onPremise', ...words, chartSource: 's' })
  assert.deepEqual(own!.parts.data, { way: 'source', sourceId: 's' })
})

test('a date is a day that there is', () => {
  assert.ok(isDate('2028-02-29'))
  for (const wrong of ['2027-02-29', '2026-13-01', '2026-1-1', '', '9999-01-01', '2026-11-28T00:00'])
    assert.ok(!isDate(wrong), wrong)
})

test('written down device by device: as good as the worst of them, and nothing without a device', () => {
  const device = (months: number | undefined, systemId = 'a'): Device => ({
    id: String(months),
    kind: 'router',
    name: '',
    model: '',
    location: '',
    systemId,
    staleMonths: 6,
    versions: months === undefined ? [] : [{ id: 'v', at: now - months * 31 * 86_400_000, sizeBytes: 1 }],
  })
  const of = (...devices: Device[]) => cell({ way: 'records' }, [], devices)
  assert.equal(of().code, 'records-missing')
  assert.equal(of(device(1, 'another')).code, 'records-missing')
  assert.deepEqual(
    [of(device(1), device(5)).state, of(device(1), device(5)).newestAt],
    ['good', now - 155 * 86_400_000],
  )
  assert.deepEqual([of(device(1), device(7)).state, of(device(1), device(7)).code], ['soon', 'records-stale'])
  assert.equal(of(device(1), device(undefined)).state, 'bad')
})
