import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Aim, AIMS, DEFAULT_POLICY, type SourcePlan } from '#vault'
import { MESSAGES } from '../messages/index.ts'
import { inputOf, type PlanInput, planOf, strengthened } from './policy-input.ts'

const PLAN: SourcePlan = { policy: DEFAULT_POLICY, rhythm: 'day', places: ['keeper-4'], originals: ['chart'] }
const words = MESSAGES.ja.policy
const typed = (change: Partial<PlanInput['numbers']>) => {
  const input = inputOf(PLAN)
  return planOf({ ...input, numbers: { ...input.numbers, ...change } }, words)
}

test('a plan goes through the form unchanged; full-width digits are digits', () => {
  assert.deepEqual(planOf(inputOf(PLAN), words), { plan: PLAN })
  const read = typed({ 'daily-days': ' ４２ ' })
  assert.ok('plan' in read)
  assert.equal(read.plan.policy.dailyDays, 42)
})

test('what is no plan is said at its field', () => {
  const wrong = (change: Partial<PlanInput['numbers']>) => {
    const read = typed(change)
    return 'errors' in read ? read.errors : {}
  }
  assert.deepEqual(wrong({ 'daily-days': '' }), { 'daily-days': words.wrong.number })
  assert.deepEqual(wrong({ 'daily-days': '-3', 'weekly-days': '1e3' }), {
    'daily-days': words.wrong.number,
    'weekly-days': words.wrong.number,
  })
  assert.deepEqual(wrong({ floor: '2' }), { floor: words.wrong.floor })
  assert.deepEqual(wrong({ 'monthly-days': '42500' }), { 'monthly-days': words.wrong.range('0', '7400') })
  assert.deepEqual(wrong({ 'lock-days': '1096' }), { 'lock-days': words.wrong.aboveCeiling })
})

test('hostile values of choices become the plain ones, never a rule of their own', () => {
  const input = { ...inputOf(PLAN), rhythm: 'hours:900', ceilingReason: '<b>', originals: ['__proto__', 'chart'] }
  const read = planOf(input, words)
  assert.ok('plan' in read)
  assert.deepEqual(
    [read.plan.rhythm, read.plan.policy.ceiling.reason, read.plan.originals],
    ['business-day', 'erasure', ['chart']],
  )
})

test('ready profiles weaken nothing and add up, in whatever order', () => {
  const strong = { ...PLAN, policy: { ...DEFAULT_POLICY, dailyDays: 90, yearlyDays: 1830 }, rhythm: 'hours:1' } as const
  for (const aim of AIMS) {
    const made = strengthened(strong, aim)
    assert.ok(made.policy.dailyDays === 90 && made.policy.yearlyDays === 1830 && made.rhythm === 'hours:1', aim)
    assert.deepEqual([made.places, made.originals], [strong.places, strong.originals])
  }
  const orders: Aim[][] = [[...AIMS], AIMS.toReversed()]
  const [first, second] = orders.map((aims) => aims.reduce<SourcePlan>((plan, aim) => strengthened(plan, aim), PLAN))
  assert.deepEqual(first, second)
  assert.deepEqual([first?.policy.dailyDays, first?.rhythm], [42, 'hours:4'])
})
