export { caseOf, clockTopic, type ClockNow, happenedAt, type IncidentCase, type StepNow } from './case.ts'
export { type ClockCode, CLOCKS, clocksOf, isClockCode } from './clocks.ts'
export { CUT_GROUPS, type CutGroup, type CutLine, cutOrder } from './cut-order.ts'
export type { EvidenceRecord } from './evidence.ts'
export { Improvements, IMPROVEMENT_STATES } from './improvements.ts'
export type { Improvement, ImprovementInput, ImprovementState } from './improvements.ts'
export { CASE_ENTRIES, type CaseEntry, type CaseInput, Incidents } from './incidents.ts'
export * from './kinds.ts'
export {
  CHECKS,
  type CheckCode,
  isStepCode,
  runbookOf,
  STEPS,
  type Step,
  type StepCode,
  WHO,
  type Who,
} from './runbooks.ts'
export {
  DEADLINE_FROM,
  DEADLINE_UNITS,
  DEADLINE_WHEN,
  type Deadline,
  deadlineTopic,
  deadlineValue,
  type HouseDeadline,
  isDeadlineAmount,
  type OwnClock,
} from './own-clocks.ts'
export { INCIDENT_MIGRATIONS, type IncidentTables } from './tables.ts'
export { corrections, type Topic, topicsOf } from './topics.ts'
