export { elapsedMs, isPaused } from './clock.ts'
export { type Drill, Drills, type EndLack, lackOf } from './drills.ts'
export {
  LENGTHS,
  type Length,
  rolesOf,
  scenarioId,
  type ScenarioId,
  SCENARIOS,
  TIMED_PARTS,
  type TimedPart,
  timetable,
} from './scenarios.ts'
export { MOST_RULES, type RulesRead, type RulesVersion, StaffRules } from './rules.ts'
export { type Unannounced, UnannouncedDay } from './unannounced.ts'
export { EXERCISE_MIGRATIONS, type ExerciseTables } from './tables.ts'
export { type GroupTraining, GroupTrainings } from './group-training.ts'
export { isTrained, type Learner, learnersOf, lessonsHad, type Member, membersOf } from './learners.ts'
export { type FindingTest, type Lesson, LESSONS, THREE_MINUTES, Training } from './training.ts'
export { proposalsOf, yearPlan } from './year-plan.ts'
