export {
  DECLARED,
  EVERY_DAYS,
  FIGURES,
  isWhole,
  STEPS,
  type Declared,
  type Details,
  type DumpResult,
  type Figure,
  type Question,
  type Rehearsal,
  type RehearsalSettings,
  type Result,
  type Step,
  type StepResult,
  type StepState,
} from './model.ts'
export { nextRehearsal, Rehearsals, type RehearsalsParts, type ReportFacts } from './rehearsals.ts'
export { MOST_QUESTIONS } from './settings.ts'
export { REHEARSAL_MIGRATIONS, type RehearsalTables } from './tables.ts'
