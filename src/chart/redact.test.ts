import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PROFESSIONS } from '#access'
import { accessOf } from './access-rules.ts'
import { buildChart } from './build/chart.ts'
import type { Chart, Part, Sensitivity } from './model.ts'
import { MAY_HOLD, PARTS, SENSITIVITIES } from './parts.ts'
import { redactFor } from './redact.ts'
import { EVERYTHING } from './testing/messages.ts'

const EMPTY = buildChart({
  patientKey: '|1',
  patientId: '1',
  generation: { id: 'g', asOf: 0 },
  resources: [],
  unshown: PARTS.map((part) => ({
    path: `/unshown-of-${part}`,
    state: 'damaged',
    code: 'RESTIC_DAMAGED',
    parts: [part],
  })),
  notices: PARTS.map((part) => ({
    path: `/notice-of-${part}`,
    code: 'segment-unused',
    text: `words of ${part}`,
    parts: [part],
  })),
  missing: [],
  files: { read: 0, superseded: 0, deleted: 0 },
  similar: { patients: [], total: 0 },
})

/** A chart in which every part holds an item without mark and one with each mark, each with words of its own. */
function markedChart(): Chart {
  const marked: Record<string, unknown> = { ...EMPTY }
  for (const part of PARTS) marked[part] = { access: 'shown', gaps: 0, without: [], value: valueOf(part) }
  return marked as unknown as Chart
}

const items = (part: Part) =>
  [undefined, ...SENSITIVITIES].map((mark) => ({ text: markOf(part, mark), ...(mark && { sensitivity: [mark] }) }))
const markOf = (part: Part, mark: Sensitivity | undefined) => `[${part}:${mark ?? 'plain'}]`

function valueOf(part: Part): unknown {
  const rows = items(part)
  if (part === 'labs') {
    const columns = rows.map((_, i) => ({ at: `${part}-column-${i}`, by: 'collected' }))
    const cells = (i: number) => columns.map((_, c) => (c === i ? [{ text: 'x' }] : []))
    return {
      columns,
      remarks: [],
      panels: [{ panel: 'other', rows: rows.map((row, i) => ({ ...row, cells: cells(i) })) }],
    }
  }
  if (part === 'drugAllergy') return { presence: 'present' }
  return { presence: 'present', items: rows, statements: [], list: rows }
}

test('nothing withheld remains in the object, for every profession, with and without a reason', () => {
  for (const profession of PROFESSIONS)
    for (const reasonGiven of [false, true]) {
      const access = accessOf({ profession, duties: [] })
      const open = (rule: string) => rule === 'yes' || (rule === 'with-reason' && reasonGiven)
      const json = JSON.stringify(redactFor(markedChart(), access, reasonGiven))
      for (const part of PARTS) {
        if (part === 'drugAllergy') continue
        assert.equal(json.includes(markOf(part, undefined)), open(access.parts[part]), `${profession} ${part}`)
        for (const mark of MAY_HOLD[part])
          assert.equal(
            json.includes(markOf(part, mark)),
            open(access.parts[part]) && open(access.sensitive[mark]),
            `${profession} ${part} ${mark}`,
          )
      }
    }
})

test('a clerk gets identity, insurance and whether there is a drug allergy, and nothing else', () => {
  const chart = redactFor(markedChart(), accessOf({ profession: 'clerk', duties: [] }), true)
  assert.deepEqual(
    PARTS.filter((part) => chart[part].access === 'shown'),
    ['identity', 'contacts', 'coverage', 'drugAllergy'],
  )
  assert.ok(chart.missing.every(({ why }) => why === 'withheld'))
  assert.ok(chart.missing.length > 0)
})

test('paths and words of files that are not shown go with the parts they belong to; their number stays', () => {
  const chart = redactFor(EMPTY, accessOf({ profession: 'clerk', duties: [] }), false)
  const json = JSON.stringify(chart)
  assert.equal(chart.unshown.length, PARTS.length)
  assert.ok(json.includes('unshown-of-identity'))
  assert.ok(!json.includes('unshown-of-infections'))
  assert.ok(!json.includes('words of notes'))
  assert.ok(redactFor(EMPTY, EVERYTHING, false).unshown.every(({ path }) => path))
})

test('what remains does not tell whether there was something to withhold', () => {
  const nurse = accessOf({ profession: 'nurse', duties: [] })
  const hidden = markedChart()
  const stigmaOnly = { presence: 'results', items: [{ text: 'x', sensitivity: ['stigma-infection'] }] }
  const with1 = { ...hidden, infections: { ...hidden.infections, value: stigmaOnly } } as unknown as Chart
  const with0 = {
    ...hidden,
    infections: { ...hidden.infections, value: { presence: 'not-recorded', items: [] } },
  } as unknown as Chart
  assert.deepEqual(redactFor(with1, nurse, false).infections, redactFor(with0, nurse, false).infections)
  const infections = redactFor(with0, nurse, false).infections
  assert.ok(infections.access === 'shown' && infections.value.presence === 'withheld')
  assert.deepEqual(infections.access === 'shown' && infections.without, ['stigma-infection'])
})

test('a column of which nothing remains goes too: its date would tell of the test', () => {
  const pharmacist = accessOf({ profession: 'pharmacist', duties: [] })
  const { labs } = redactFor(markedChart(), pharmacist, false)
  assert.ok(labs.access === 'shown')
  const { columns, panels } = labs.value
  assert.deepEqual(
    columns.map(({ at }) => at),
    ['labs-column-0', 'labs-column-1', 'labs-column-4'],
  )
  assert.ok(panels[0]!.rows.every(({ cells }) => cells.length === columns.length))
})

test('a reader who may see everything gets the chart unchanged', () => {
  assert.deepEqual(redactFor(markedChart(), EVERYTHING, false), markedChart())
})

test('a drug allergy is never hidden from those who treat', () => {
  for (const profession of ['doctor', 'nurse', 'pharmacist', 'technologist'] as const) {
    const { allergies } = redactFor(markedChart(), accessOf({ profession, duties: [] }), false)
    assert.ok(allergies.access === 'shown' && allergies.value.items.length === items('allergies').length)
  }
})
