/** By what an emergency is judged: the approved plan's criteria, or the known ones where no plan names any. */
import { CRITERIA } from '#incident'
import type { PlanCriteria } from './incident-ports.ts'
import type { Messages } from './messages/index.ts'

export interface CriterionOption {
  readonly value: string
  readonly label: string
}

/** What is judged by stands first; the way out for who decides always last. */
export function criteriaOptions(t: Messages, plan: PlanCriteria | undefined): CriterionOption[] {
  const known = CRITERIA.map((value) => ({ value, label: t.incident.criterion[value] }))
  if (!plan || plan.criteria.length === 0) return known
  const { waitMinutes } = plan
  return [
    ...plan.criteria.map((value) => ({ value, label: t.bcp.choice[value] ?? value })),
    ...(waitMinutes === undefined ? [] : [{ value: 'long-outage', label: t.incident.waited(String(waitMinutes)) }]),
    { value: 'other', label: t.incident.criterion.other },
  ]
}

/** Where they come from. */
export function criteriaSource(t: Messages, plan: PlanCriteria | undefined): string {
  if (!plan) return t.incident.criteriaFrom.none
  return t.incident.criteriaFrom[plan.criteria.length === 0 ? 'empty' : 'plan'](t.bcp.version(String(plan.version)))
}

/** Of a record, whichever list it was taken from. */
export function criterionWords(t: Messages, code: string, isPlans = false): string {
  const known = CRITERIA.find((one) => one === code)
  const own = t.bcp.choice[code]
  return (isPlans ? own : undefined) ?? (known && t.incident.criterion[known]) ?? own ?? code
}
