/** Drills, three-minute tests and lessons read, in the state database: names stay out of the ledger. */
import type { Migration } from '#db'

export interface ExerciseTables {
  drill: {
    id: string
    scenario: string
    minutes: number
    planned_on: string
    body: string
    started_at: number | null
    ended_at: number | null
    created_at: number
  }
  finding_test: { id: string; at: number; who: string; job: string; seconds: number; found: number; on_station: number }
  staff_rules: { number: number; text: string; at: number; person_id: string }
  staff_rules_read: { number: number; person_id: string; at: number }
  unannounced_day: { number: number; from_day: string; until_day: string; day: string }
  /** `body`: which lessons, and who signed the list. */
  group_training: { id: string; day: string; body: string; at: number; person_id: string }
  lesson_read: { lesson: string; person_id: string; at: number; right: number }
}

export const EXERCISE_MIGRATIONS: readonly Migration[] = [
  {
    id: 2026113200,
    name: 'exercise: drills, three-minute tests, lessons',
    sql: [
      `CREATE TABLE drill (
        id {text} PRIMARY KEY, scenario {text} NOT NULL, minutes BIGINT NOT NULL, planned_on {text} NOT NULL,
        body {text} NOT NULL, started_at BIGINT, ended_at BIGINT, created_at BIGINT NOT NULL)`,
      `CREATE TABLE finding_test (
        id {text} PRIMARY KEY, at BIGINT NOT NULL, who {text} NOT NULL, job {text} NOT NULL, seconds BIGINT NOT NULL,
        found BIGINT NOT NULL, on_station BIGINT NOT NULL)`,
      `CREATE TABLE lesson_read (
        lesson {text} NOT NULL, person_id {text} NOT NULL, at BIGINT NOT NULL, "right" BIGINT NOT NULL,
        PRIMARY KEY (lesson, person_id))`,
    ],
  },
  {
    id: 2026113330,
    name: 'exercise: rules for staff, the day of an unannounced test',
    sql: [
      `CREATE TABLE staff_rules (
        number BIGINT PRIMARY KEY, text {text} NOT NULL, at BIGINT NOT NULL, person_id {text} NOT NULL)`,
      `CREATE TABLE staff_rules_read (
        number BIGINT NOT NULL, person_id {text} NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (number, person_id))`,
      `CREATE TABLE unannounced_day (
        number BIGINT PRIMARY KEY, from_day {text} NOT NULL, until_day {text} NOT NULL, day {text} NOT NULL)`,
    ],
  },
  {
    id: 2026113350,
    name: 'exercise: training of a group, from its signed list',
    sql: [
      `CREATE TABLE group_training (
        id {text} PRIMARY KEY, day {text} NOT NULL, body {text} NOT NULL, at BIGINT NOT NULL,
        person_id {text} NOT NULL)`,
    ],
  },
]
