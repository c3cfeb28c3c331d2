export {
  againstTheLaw,
  CEILING_REASONS,
  DEFAULT_POLICY,
  expired,
  goodDays,
  keepUntil,
  LEGAL_FLOOR_GENERATIONS,
  lockUntil,
  longestKeepDays,
  parsePolicy,
  policySchema,
  tokyoDay,
} from './policy.ts'
export type {
  CeilingReason,
  HeldGeneration,
  KeepRule,
  KeptGeneration,
  PolicyFinding,
  RetentionPolicy,
} from './policy.ts'
export {
  businessDaysBetween,
  businessDaysOld,
  calendarSchema,
  DEFAULT_CALENDAR,
  holidayOf,
  HOLIDAYS_KNOWN_TO_YEAR,
  isBusinessDay,
  nextBusinessDay,
  parseCalendar,
} from './calendar.ts'
export type { BusinessCalendar } from './calendar.ts'
export { DEFAULT_RHYTHM, dueBy, missedBackups, rhythmSchema } from './late.ts'
export type { Rhythm } from './late.ts'
export { lockHorizon, oldestCleanCandidate } from './horizon.ts'
export type { Candidate, CandidateReason, CleanCandidate, LockHorizon } from './horizon.ts'
export { isVerified, PLACE_KINDS, placeSchema, threeTwoOne, VERIFIED_DAYS } from './places.ts'
export type { PlaceFacts, PlaceKind, ThreeTwoOne } from './places.ts'
export { AIMS, judgeAim, missingPlaces, PROFILES } from './profiles.ts'
export type { Aim, AimFinding, PlaceDemand, Profile } from './profiles.ts'
export { forecast, leastLockDays, refusalsOf } from './plan.ts'
export type { Plan, PlanRefusal } from './plan.ts'
export { judgePolicy } from './judge.ts'
export type { PolicyFacts, RuleFinding, RuleState } from './judge.ts'
export { RULES, rulesOf } from './rules.ts'
export type { Rule, RuleId, RuleStrength } from './rules.ts'
export { EDITIONS, isUnverified } from './source-of.ts'
export type { Certainty, Edition, Reference, Words } from './source-of.ts'
export { RECORD_KINDS } from './record-kinds.ts'
export type { RecordKind, RecordKindRule } from './record-kinds.ts'
