/** Improvement items: what came out of an incident or exercise, with owner and date; exercises look whether it works. */
import { randomUUID } from 'node:crypto'
import { AppError, type Clock, type EpochMs, hasWords, institutionDate } from '#base'
import type { Kysely } from '#db'
import type { Ledger } from '#journal'
import type { ImprovementRow, IncidentTables } from './tables.ts'

/** `dropped`: decided against, with the reason. */
export const IMPROVEMENT_STATES = ['open', 'done', 'dropped'] as const
export type ImprovementState = (typeof IMPROVEMENT_STATES)[number]

export interface ImprovementInput {
  /** Where it came from: `incident:<id>`, `exercise:<id>`. */
  readonly origin: string
  readonly what: string
  readonly owner: string
  /** `YYYY-MM-DD` */
  readonly dueOn: string
}

export interface Improvement extends ImprovementInput {
  readonly id: string
  readonly state: ImprovementState
  readonly outcome: string
  readonly addedAt: EpochMs
  readonly changedAt: EpochMs
  readonly isOverdue: boolean
  /** The last exercise that looked whether it works. */
  readonly checked: { readonly in: string; readonly works: boolean; readonly at: EpochMs } | undefined
}

interface ImprovementsParts {
  readonly tables: Kysely<IncidentTables>
  readonly ledger: Pick<Ledger, 'append'>
  readonly clock: Clock
}

export class Improvements {
  readonly #parts: ImprovementsParts

  constructor(parts: ImprovementsParts) {
    this.#parts = parts
  }

  /** Open ones first, the earliest date first. @param origin only those of one incident or exercise */
  async list(origin?: string): Promise<Improvement[]> {
    const { tables, clock } = this.#parts
    const all = tables.selectFrom('improvement').selectAll()
    const rows = await (origin === undefined ? all : all.where('origin', '=', origin)).execute()
    const today = institutionDate(clock.now())
    return rows
      .map((row) => toImprovement(row, today))
      .toSorted(
        (a, b) =>
          Number(a.state !== 'open') - Number(b.state !== 'open') ||
          (a.dueOn < b.dueOn ? -1 : a.dueOn > b.dueOn ? 1 : 0) ||
          a.addedAt - b.addedAt,
      )
  }

  /** The same again (a second click) adds nothing. @throws INCIDENT_IMPROVEMENT_INCOMPLETE */
  async add(input: ImprovementInput, by: string): Promise<string> {
    const { tables, ledger, clock } = this.#parts
    if (!hasWords(input.what) || !hasWords(input.owner) || !isDay(input.dueOn))
      throw new AppError('INCIDENT_IMPROVEMENT_INCOMPLETE')
    const known = await this.list(input.origin)
    const same = known.find(
      ({ what, owner, dueOn }) => what === input.what && owner === input.owner && dueOn === input.dueOn,
    )
    if (same) return same.id
    const id = randomUUID()
    const { origin, what, owner, dueOn } = input
    await ledger.append({ type: 'improvement.added', actor: `person:${by}`, data: { item: id, origin, due: dueOn } })
    const now = clock.now()
    const made = { added_at: now, added_by: by, changed_at: now, changed_by: by }
    const unchecked = { checked_in: '', checked_works: null, checked_at: null }
    await tables
      .insertInto('improvement')
      .values({ id, origin, what, owner, due_on: dueOn, state: 'open', outcome: '', ...made, ...unchecked })
      .execute()
    return id
  }

  /** Done, dropped, or open again, with what was done or why. @throws INCIDENT_IMPROVEMENT_INCOMPLETE */
  async settle(id: string, state: ImprovementState, outcome: string, by: string): Promise<void> {
    const { tables, ledger, clock } = this.#parts
    if (!hasWords(outcome)) throw new AppError('INCIDENT_IMPROVEMENT_INCOMPLETE')
    const known = (await this.list()).find((one) => one.id === id)
    if (!known || (known.state === state && known.outcome === outcome)) return
    await ledger.append({ type: 'improvement.settled', actor: `person:${by}`, data: { item: id, state } })
    await tables
      .updateTable('improvement')
      .set({ state, outcome, changed_at: clock.now(), changed_by: by })
      .where('id', '=', id)
      .execute()
  }

  /** An exercise looked at it. What does not work is open again. @param where the exercise's origin */
  async check(id: string, where: string, works: boolean, by: string): Promise<void> {
    const { tables, ledger, clock } = this.#parts
    await ledger.append({
      type: 'improvement.checked',
      actor: `person:${by}`,
      data: { item: id, in: where, works },
    })
    await tables
      .updateTable('improvement')
      .set({
        checked_in: where,
        checked_works: Number(works),
        checked_at: clock.now(),
        ...(works ? {} : { state: 'open' }),
      })
      .where('id', '=', id)
      .execute()
  }
}

const isDay = (text: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text))

function toImprovement(row: ImprovementRow, today: string): Improvement {
  const state = IMPROVEMENT_STATES.find((known) => known === row.state) ?? 'open'
  return {
    id: row.id,
    origin: row.origin,
    what: row.what,
    owner: row.owner,
    dueOn: row.due_on,
    state,
    outcome: row.outcome,
    addedAt: row.added_at,
    changedAt: row.changed_at,
    isOverdue: state === 'open' && row.due_on < today,
    checked:
      row.checked_at === null ? undefined : { in: row.checked_in, works: row.checked_works === 1, at: row.checked_at },
  }
}
