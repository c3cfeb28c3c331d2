/** The day of an unannounced test: the server draws it within days that a person names, and tells nobody before it has come. */
import { randomInt } from 'node:crypto'
import { addDays, type Clock, institutionDate } from '#base'
import type { Kysely } from '#db'
import type { ExerciseTables } from './tables.ts'

/** `today`: the drawn day has come and no test was written down since. The day itself is told to nobody. */
export interface Unannounced {
  readonly from: string
  readonly until: string
  readonly state: 'waits' | 'today' | 'held'
}

export const MOST_WINDOW_DAYS = 92

export class UnannouncedDay {
  readonly #parts: { tables: Kysely<ExerciseTables>; clock: Clock }

  constructor(parts: { tables: Kysely<ExerciseTables>; clock: Clock }) {
    this.#parts = parts
  }

  /** @param tests days (`YYYY-MM-DD`) on which a test was written down */
  async state(tests: readonly string[]): Promise<Unannounced | undefined> {
    const row = await this.#parts.tables
      .selectFrom('unannounced_day')
      .selectAll()
      .orderBy('number', 'desc')
      .executeTakeFirst()
    if (!row) return undefined
    const today = institutionDate(this.#parts.clock.now())
    const isHeld = tests.some((day) => day >= row.day)
    const state = today < row.day ? 'waits' : isHeld ? 'held' : 'today'
    return { from: row.from_day, until: row.until_day, state }
  }

  /** Another window supersedes the one before. @returns false where the days are none, past or too many */
  async draw(from: string, until: string): Promise<boolean> {
    const today = institutionDate(this.#parts.clock.now())
    if (until < from || from < today || addDays(from, MOST_WINDOW_DAYS) < until) return false
    const days: string[] = []
    for (let day = from; day <= until; day = addDays(day, 1)) days.push(day)
    const values = { from_day: from, until_day: until, day: days[randomInt(days.length)]! }
    await this.#parts.tables.transaction().execute(async (tables) => {
      const newest = await tables
        .selectFrom('unannounced_day')
        .select('number')
        .orderBy('number', 'desc')
        .executeTakeFirst()
      await tables
        .insertInto('unannounced_day')
        .values({ ...values, number: (newest?.number ?? 0) + 1 })
        .execute()
    })
    return true
  }
}
