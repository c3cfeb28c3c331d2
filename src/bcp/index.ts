export { type BiaInput, type BiaLine, rolledUp } from './bia.ts'
export { type Change, compareSections, type SectionChange, sectionsIn, type TableWords } from './compare.ts'
export { type AnswerProblem, type Draft, EMPTY_DRAFT, hashOfText, openIn, ordered, problemOf } from './plan.ts'
export { emptyIn, type Gap, gapsOf, type Progress, progressOf } from './plan.ts'
export { Plans, staleSections, type Version } from './plans.ts'
export { ageInDays, BINDER_OLD_DAYS, type BinderPart, changedParts, type Printing, Printings } from './printings.ts'
export { BCP_MIGRATIONS, type BcpTables } from './tables.ts'
export {
  CARE,
  CRITERIA as PLAN_CRITERIA,
  EVENTS,
  INSTITUTION_KINDS,
  type InstitutionKind,
  type Live,
  type Order,
  ORDERS,
  type Question,
  questionsOf,
  RECOVERY,
  type Section,
  SECTIONS,
  sectionsOf,
} from './tree.ts'
