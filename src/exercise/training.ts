/** The monthly three-minute test and the short lessons: who did what, and how well. */
import { randomBytes } from 'node:crypto'
import type { Clock, EpochMs } from '#base'
import type { Kysely } from '#db'
import type { Ledger } from '#journal'
import type { ExerciseTables } from './tables.ts'

/** Each with as many questions as its words have. */
export const LESSONS = ['phishing', 'usb', 'printer', 'log-out', 'spoofed'] as const
export type Lesson = (typeof LESSONS)[number]

/** Three of today's real patients: allergy and prescription found. No patient is named anywhere. */
export interface FindingTest {
  readonly at: EpochMs
  readonly who: string
  readonly job: string
  readonly seconds: number
  /** Of three. */
  readonly found: number
  readonly onStation: boolean
}

export const THREE_MINUTES = 180

export class Training {
  readonly #parts: { tables: Kysely<ExerciseTables>; ledger: Pick<Ledger, 'append'>; clock: Clock }

  constructor(parts: { tables: Kysely<ExerciseTables>; ledger: Pick<Ledger, 'append'>; clock: Clock }) {
    this.#parts = parts
  }

  /** Oldest first. */
  async tests(): Promise<FindingTest[]> {
    const rows = await this.#parts.tables.selectFrom('finding_test').selectAll().orderBy('at').execute()
    return rows.map(({ at, who, job, seconds, found, on_station }) => {
      return { at, who, job, seconds, found, onStation: on_station === 1 }
    })
  }

  async addTest(test: Omit<FindingTest, 'at'>, by: string): Promise<void> {
    const { tables, ledger, clock } = this.#parts
    const { who, job, seconds, found, onStation } = test
    await ledger.append({
      type: 'exercise.tested',
      actor: `person:${by}`,
      data: { seconds, found, station: onStation },
    })
    await tables
      .insertInto('finding_test')
      .values({
        id: randomBytes(6).toString('hex'),
        at: clock.now(),
        who,
        job,
        seconds,
        found,
        on_station: onStation ? 1 : 0,
      })
      .execute()
  }

  /** By lesson and person: when, and how many answers were right. The newest counts. */
  async read(): Promise<{ lesson: Lesson; personId: string; at: EpochMs; right: number }[]> {
    const rows = await this.#parts.tables.selectFrom('lesson_read').selectAll().execute()
    return rows.flatMap(({ lesson, person_id, at, right }) => {
      const known = LESSONS.find((one) => one === lesson)
      return known ? [{ lesson: known, personId: person_id, at, right }] : []
    })
  }

  async markRead(lesson: Lesson, personId: string, right: number): Promise<void> {
    const at = this.#parts.clock.now()
    await this.#parts.tables
      .insertInto('lesson_read')
      .values({ lesson, person_id: personId, at, right })
      .onConflict((conflict) => conflict.columns(['lesson', 'person_id']).doUpdateSet({ at, right }))
      .execute()
  }
}
