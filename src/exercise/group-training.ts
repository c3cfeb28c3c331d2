/** 集合研修: lessons that a group had together, written down from the list that everybody signed. */
import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { type Clock, type EpochMs, inTurns } from '#base'
import type { Kysely } from '#db'
import type { Ledger } from '#journal'
import type { ExerciseTables } from './tables.ts'
import { type Lesson, LESSONS } from './training.ts'

export interface GroupTraining {
  readonly id: string
  /** `YYYY-MM-DD` */
  readonly day: string
  readonly lessons: readonly Lesson[]
  /** Who signed: the keys of `Member`, and the name as it was on that day. */
  readonly people: readonly { readonly keys: readonly string[]; readonly name: string }[]
  readonly at: EpochMs
  /** Account that wrote it down. */
  readonly by: string
}

const bodySchema = z.strictObject({
  lessons: z.array(z.enum(LESSONS)),
  people: z.array(z.strictObject({ keys: z.array(z.string()), name: z.string() })),
})

export class GroupTrainings {
  readonly #parts: { tables: Kysely<ExerciseTables>; ledger: Pick<Ledger, 'append'>; clock: Clock }
  readonly #inTurn = inTurns()

  constructor(parts: { tables: Kysely<ExerciseTables>; ledger: Pick<Ledger, 'append'>; clock: Clock }) {
    this.#parts = parts
  }

  /** Newest day first. */
  async list(): Promise<GroupTraining[]> {
    const rows = await this.#parts.tables
      .selectFrom('group_training')
      .selectAll()
      .orderBy('day', 'desc')
      .orderBy('at', 'desc')
      .execute()
    return rows.map(({ id, day, body, at, person_id }) => {
      return { id, day, at, by: person_id, ...bodySchema.parse(JSON.parse(body)) }
    })
  }

  /** The same list again (a second click) adds none. The ledger hears figures, no name. */
  add(input: Pick<GroupTraining, 'day' | 'lessons' | 'people'>, by: string): Promise<void> {
    const { tables, ledger, clock } = this.#parts
    const { day } = input
    const body = JSON.stringify(bodySchema.parse({ lessons: input.lessons, people: input.people }))
    return this.#inTurn(async () => {
      const same = tables.selectFrom('group_training').select('id').where('day', '=', day).where('body', '=', body)
      if (await same.executeTakeFirst()) return
      const id = randomBytes(6).toString('hex')
      const data = { training: id, day, lessons: input.lessons.length, people: input.people.length }
      await ledger.append({ type: 'training.recorded', actor: `person:${by}`, data })
      await tables.insertInto('group_training').values({ id, day, body, at: clock.now(), person_id: by }).execute()
    })
  }

  /** One that was written down wrongly. That it was, stays in the ledger. */
  remove(id: string, by: string): Promise<void> {
    const { tables, ledger } = this.#parts
    return this.#inTurn(async () => {
      if (!(await this.list()).some((one) => one.id === id)) return
      await ledger.append({ type: 'training.removed', actor: `person:${by}`, data: { training: id } })
      await tables.deleteFrom('group_training').where('id', '=', id).execute()
    })
  }
}
