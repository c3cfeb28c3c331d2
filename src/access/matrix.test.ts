/** Every cell of the matrix a second time, as people read it: whoever changes one table must mean it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type Action,
  ACTIONS,
  chartAccess,
  CHART_ITEMS,
  decideOpening,
  decidesMinimum,
  DUTIES,
  mayDo,
  PROFESSIONS,
  type Roles,
  rolesAllowed,
} from './index.ts'

// ○ shown, △ with a reason, × not. Columns: doctor nurse pharmacist technologist clerk vendor.
const CHART = `
identity           ○ ○ ○ ○ ○ ×
bookings           ○ ○ ○ ○ ○ ×
insurance          ○ ○ ○ ○ ○ ×
allergy-flag       ○ ○ ○ ○ ○ ×
allergies          ○ ○ ○ ○ × ×
infections         ○ ○ ○ ○ × ×
stigma-infections  △ △ △ △ × ×
prescriptions      ○ ○ ○ ○ × ×
injections         ○ ○ ○ ○ × ×
labs               ○ ○ ○ ○ × ×
vitals             ○ ○ ○ ○ × ×
encounters         ○ ○ ○ ○ × ×
problems           ○ ○ ○ ○ × ×
undisclosed        ○ ○ × × × ×
notes              ○ ○ △ × × ×
psychiatry         ○ △ × × × ×
documents          ○ ○ △ △ × ×
images             ○ ○ × ○ × ×`

// Columns: the six professions without a duty, then a vendor (who may do least) with administrator, director, inspector.
const DO = `
see-status       ○ ○ ○ ○ ○ ○ ○ ○ ○
open-charts      ○ ○ ○ ○ ○ × × × ×
search-patients  ○ ○ ○ ○ ○ × × × ×
print-charts     ○ ○ ○ × × × × × ×
run-backup       × × × × × × ○ ○ ×
carry-media      ○ ○ ○ ○ ○ × ○ ○ ×
restore          × × × × × × ○ ○ ×
read-evidence    × × × × × × ○ ○ ○
read-journal     × × × × × × ○ ○ ○
manage-people    × × × × × × ○ × ×
manage-settings  × × × × × × ○ × ×
manage-keys      × × × × × × ○ × ×
confirm-kit      × × × × × × ○ ○ ×
protect-patients × × × × × × ○ ○ ×`

const rows = (table: string) =>
  table
    .trim()
    .split('\n')
    .map((line) => line.split(/\s+/))
const SIGNS = { yes: '○', reason: '△', no: '×' } as const

test('what each profession sees', () => {
  const expected = rows(CHART)
  assert.deepEqual(
    expected.map(([item]) => item),
    [...CHART_ITEMS],
  )
  for (const [i, item] of CHART_ITEMS.entries()) {
    const cells = PROFESSIONS.map((profession) => SIGNS[chartAccess({ profession, duties: [] }, item)])
    assert.deepEqual(cells, expected[i]!.slice(1), item)
  }
})

test('duties add no sight of charts', () => {
  for (const profession of PROFESSIONS)
    for (const item of CHART_ITEMS)
      assert.equal(
        chartAccess({ profession, duties: [...DUTIES] }, item),
        chartAccess({ profession, duties: [] }, item),
      )
})

test('what each role may do', () => {
  const expected = rows(DO)
  assert.deepEqual(
    expected.map(([action]) => action),
    [...ACTIONS],
  )
  for (const [i, action] of ACTIONS.entries()) {
    const byProfession = PROFESSIONS.map((profession) => mayDo({ profession, duties: [] }, action))
    const byDuty = DUTIES.map((duty) => mayDo({ profession: 'vendor', duties: [duty] }, action))
    assert.deepEqual(
      [...byProfession, ...byDuty].map((may) => (may ? '○' : '×')),
      expected[i]!.slice(1),
      action,
    )
  }
})

test('duties add to a profession and take nothing away', () => {
  for (const profession of PROFESSIONS)
    for (const duty of DUTIES)
      for (const action of ACTIONS satisfies readonly Action[]) {
        const both = mayDo({ profession, duties: [duty] }, action)
        assert.equal(
          both,
          mayDo({ profession, duties: [] }, action) || mayDo({ profession: 'vendor', duties: [duty] }, action),
        )
      }
})

test('a vendor reads evidence at most; nothing is held twice', () => {
  assert.ok(rolesAllowed({ profession: 'vendor', duties: ['inspector'] }))
  assert.ok(!rolesAllowed({ profession: 'vendor', duties: ['administrator'] }))
  assert.ok(!rolesAllowed({ profession: 'vendor', duties: ['director'] }))
  assert.ok(rolesAllowed({ profession: 'clerk', duties: ['administrator', 'director'] }))
  assert.ok(!rolesAllowed({ profession: 'clerk', duties: ['director', 'director'] }))
})

test('opening a chart', () => {
  const doctor = { profession: 'doctor', duties: [] } as const
  const patient = { protectedStaff: false, ownChart: false }
  const open = (
    items: Parameters<typeof decideOpening>[1]['items'],
    more: object = {},
    roles: Parameters<typeof decideOpening>[0] = doctor,
  ) => decideOpening(roles, { items, patient, ...more })
  assert.deepEqual(open(['labs']), { decision: 'open', flags: [] })
  assert.deepEqual(open(['labs', 'stigma-infections']), { decision: 'reason-needed', flags: ['by-reason'] })
  assert.deepEqual(open(['stigma-infections'], { reason: '手術前' }), { decision: 'open', flags: ['by-reason'] })
  const staff = { patient: { protectedStaff: true, ownChart: true } }
  assert.deepEqual(open(['identity'], staff), { decision: 'reason-needed', flags: ['protected-staff', 'own-chart'] })
  assert.equal(open(['identity'], { ...staff, reason: ' ' }).decision, 'reason-needed')
  assert.deepEqual(open(['identity'], { ...staff, reason: '外来担当' }), {
    decision: 'open',
    flags: ['protected-staff', 'own-chart'],
  })
  assert.equal(
    open(['identity', 'notes'], { reason: 'x' }, { profession: 'clerk', duties: ['administrator'] }).decision,
    'denied',
  )
  assert.equal(open([], {}, { profession: 'vendor', duties: ['inspector'] }).decision, 'denied')
})

test('the minimum of a ward is decided by a nurse or doctor with a duty, by nobody else', () => {
  const decides = (profession: Roles['profession'], ...duties: Roles['duties'][number][]) =>
    decidesMinimum({ profession, duties })
  assert.deepEqual(
    [decides('nurse', 'director'), decides('doctor', 'administrator'), decides('nurse'), decides('nurse', 'inspector')],
    [true, true, false, false],
  )
  for (const other of ['pharmacist', 'technologist', 'clerk', 'vendor'] as const)
    assert.equal(decides(other, 'director', 'administrator'), false)
})
