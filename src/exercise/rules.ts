/** The house's short rules for its staff, by versions, and who has read which (R88). A version is never changed. */
import type { Clock, EpochMs } from '#base'
import type { Kysely } from '#db'
import type { Ledger } from '#journal'
import type { ExerciseTables } from './tables.ts'

export interface RulesVersion {
  readonly number: number
  readonly text: string
  readonly at: EpochMs
  /** Account. */
  readonly by: string
}

export interface RulesRead {
  readonly number: number
  readonly personId: string
  readonly at: EpochMs
}

export const MOST_RULES = 4000

export class StaffRules {
  readonly #parts: { tables: Kysely<ExerciseTables>; ledger: Pick<Ledger, 'append'>; clock: Clock }

  constructor(parts: { tables: Kysely<ExerciseTables>; ledger: Pick<Ledger, 'append'>; clock: Clock }) {
    this.#parts = parts
  }

  /** Newest first. */
  async versions(): Promise<RulesVersion[]> {
    const rows = await this.#parts.tables.selectFrom('staff_rules').selectAll().orderBy('number', 'desc').execute()
    return rows.map(({ number, text, at, person_id }) => ({ number, text, at, by: person_id }))
  }

  /** Who read which version, and when first. */
  async read(): Promise<RulesRead[]> {
    const rows = await this.#parts.tables.selectFrom('staff_rules_read').selectAll().execute()
    return rows.map(({ number, person_id, at }) => ({ number, personId: person_id, at }))
  }

  /** The next version; the same text as the newest makes none (a second click). Two at once: both are kept, one behind the other. */
  async publish(text: string, by: string): Promise<number> {
    const { tables, ledger, clock } = this.#parts
    const number = await tables.transaction().execute(async (all) => {
      const newest = await all.selectFrom('staff_rules').selectAll().orderBy('number', 'desc').executeTakeFirst()
      if (newest?.text === text) return undefined
      const next = (newest?.number ?? 0) + 1
      await all.insertInto('staff_rules').values({ number: next, text, at: clock.now(), person_id: by }).execute()
      return next
    })
    if (number === undefined) return (await this.versions())[0]!.number
    const data = { version: number, characters: text.length }
    await ledger.append({ type: 'rules.published', actor: `person:${by}`, data })
    return number
  }

  /** A version that is none, or was read already, changes nothing. */
  async markRead(number: number, personId: string): Promise<void> {
    if (!(await this.versions()).some((one) => one.number === number)) return
    const values = { number, person_id: personId, at: this.#parts.clock.now() }
    await this.#parts.tables
      .insertInto('staff_rules_read')
      .values(values)
      .onConflict((conflict) => conflict.columns(['number', 'person_id']).doNothing())
      .execute()
  }
}
