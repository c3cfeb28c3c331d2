/** Drills of one institution. */
import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { AppError, type Clock, type EpochMs, inTurns } from '#base'
import type { Kysely } from '#db'
import type { Ledger } from '#journal'
import { elapsedMs, isPaused } from './clock.ts'
import { LENGTHS, type Length, scenarioId, type ScenarioId, TIMED_PARTS } from './scenarios.ts'
import type { ExerciseTables } from './tables.ts'

const name = z.string().max(60)
const NO_DRAFT = { what: '', owner: '', dueOn: '' }
const bodySchema = z.strictObject({
  pauses: z.array(z.strictObject({ from: z.int(), until: z.int().optional() })),
  /** Injects that the leader brought before their time. */
  early: z.array(z.int()),
  people: z.array(z.strictObject({ name, job: z.string().max(40) })).max(500),
  /** By place of the objective. */
  objectives: z.record(z.string(), z.enum(['reached', 'not'])),
  timed: z.array(z.strictObject({ part: z.enum(TIMED_PARTS), from: z.int(), until: z.int().optional(), by: name })),
  good: z.string().max(4000),
  bad: z.string().max(4000),
  /** An improvement that is being written and was not added yet. */
  draft: z.strictObject({ what: z.string().max(200), owner: name, dueOn: z.string().max(10) }).default(NO_DRAFT),
  /** 連絡網: who was called, in order, and whether they answered. */
  calls: z
    .array(z.strictObject({ name, at: z.int(), answered: z.boolean() }))
    .max(500)
    .default([]),
})
export type DrillBody = z.infer<typeof bodySchema>
const EMPTY: DrillBody = {
  pauses: [],
  early: [],
  people: [],
  objectives: {},
  timed: [],
  good: '',
  bad: '',
  draft: NO_DRAFT,
  calls: [],
}

export interface Drill extends DrillBody {
  readonly id: string
  readonly scenario: ScenarioId
  readonly minutes: Length
  /** `YYYY-MM-DD` */
  readonly plannedOn: string
  readonly startedAt: EpochMs | undefined
  readonly endedAt: EpochMs | undefined
}

/** Why a drill does not end yet. */
export type EndLack = 'not-started' | 'nobody' | 'objectives'

interface Parts {
  readonly tables: Kysely<ExerciseTables>
  readonly ledger: Pick<Ledger, 'append'>
  readonly clock: Clock
}

export class Drills {
  readonly #parts: Parts
  readonly #inTurn = inTurns()

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Newest day first. */
  async list(): Promise<Drill[]> {
    const rows = await this.#parts.tables
      .selectFrom('drill')
      .selectAll()
      .orderBy('planned_on', 'desc')
      .orderBy('created_at', 'desc')
      .execute()
    return rows.map(toDrill)
  }

  async get(id: string): Promise<Drill | undefined> {
    return (await this.list()).find((one) => one.id === id)
  }

  /** The same plan again (a second click) makes none. */
  plan(scenario: ScenarioId, minutes: Length, plannedOn: string): Promise<string> {
    return this.#inTurn(async () => {
      const same = (await this.list()).find(
        (one) => one.scenario === scenario && one.plannedOn === plannedOn && one.startedAt === undefined,
      )
      if (same) return same.id
      const id = randomBytes(6).toString('hex')
      await this.#parts.tables
        .insertInto('drill')
        .values({
          id,
          scenario,
          minutes,
          planned_on: plannedOn,
          body: JSON.stringify(EMPTY),
          started_at: null,
          ended_at: null,
          created_at: this.#parts.clock.now(),
        })
        .execute()
      return id
    })
  }

  /** A drill that was never begun may go; one that was is evidence. */
  async drop(id: string): Promise<void> {
    await this.#parts.tables.deleteFrom('drill').where('id', '=', id).where('started_at', 'is', null).execute()
  }

  start(id: string): Promise<void> {
    return this.#change(
      id,
      () => ({}),
      async (drill) => {
        if (drill.startedAt === undefined)
          await this.#parts.tables
            .updateTable('drill')
            .set({ started_at: this.#parts.clock.now() })
            .where('id', '=', id)
            .execute()
      },
    )
  }

  /** Stands still, or goes on. */
  pause(id: string): Promise<void> {
    const now = this.#parts.clock.now()
    return this.#change(id, (drill) => {
      if (drill.startedAt === undefined) return {}
      const clock = { startedAt: drill.startedAt, pauses: drill.pauses }
      if (!isPaused(clock)) return { pauses: [...drill.pauses, { from: now }] }
      return { pauses: drill.pauses.map((pause) => ({ ...pause, until: pause.until ?? Math.max(now, pause.from) })) }
    })
  }

  /** Brings an inject at once. */
  bring(id: string, inject: number): Promise<void> {
    return this.#change(id, ({ early }) => ({ early: [...new Set([...early, inject])] }))
  }

  /** Starts a timed part, or ends the one that runs. */
  time(id: string, part: (typeof TIMED_PARTS)[number], by: string): Promise<void> {
    const now = this.#parts.clock.now()
    return this.#change(id, ({ timed }) => {
      const runs = timed.some((one) => one.part === part && one.until === undefined)
      if (!runs) return { timed: [...timed, { part, from: now, by }] }
      return {
        timed: timed.map((one) =>
          one.part === part && one.until === undefined ? { ...one, until: Math.max(now, one.from) } : one,
        ),
      }
    })
  }

  /** A part that somebody timed with a watch of their own: how long it took, and that it ended now. */
  took(id: string, part: (typeof TIMED_PARTS)[number], seconds: number, by: string): Promise<void> {
    const now = this.#parts.clock.now()
    return this.#change(id, ({ timed }) => {
      const isRunning = (one: (typeof timed)[number]) => one.part === part && one.until === undefined
      const who = by || (timed.find(isRunning)?.by ?? '')
      const kept = timed.filter((one) => !isRunning(one))
      return { timed: [...kept, { part, from: now - seconds * 1000, until: now, by: who }] }
    })
  }

  /**
   * One call of the contact tree. The first starts its clock, the last ends it.
   * @param of how many are to be called
   */
  call(id: string, who: string, answered: boolean, of: number): Promise<void> {
    const now = this.#parts.clock.now()
    return this.#change(id, ({ calls, timed }) => {
      if (calls.some((one) => one.name === who && one.answered)) return {}
      const next = [...calls.filter((one) => one.name !== who), { name: who, at: now, answered }]
      const isTree = ({ part }: DrillBody['timed'][number]) => part === 'call-tree'
      const running = timed.some(isTree) ? timed : [...timed, { part: 'call-tree' as const, from: now, by: '' }]
      const isDone = next.filter((one) => one.answered).length >= of
      const ended = running.map((one) =>
        isTree(one) && one.until === undefined ? { ...one, until: Math.max(now, one.from) } : one,
      )
      return { calls: next, timed: isDone ? ended : running }
    })
  }

  /** What people wrote on the page of the drill; also after its end, where what was said is written down. */
  write(
    id: string,
    fields: Partial<Pick<DrillBody, 'people' | 'objectives' | 'good' | 'bad' | 'draft'>>,
  ): Promise<void> {
    return this.#change(id, () => fields)
  }

  /**
   * Ends it: from now on it counts.
   * @param objectives how many the scenario has
   * @returns what is missing; undefined where it ended, or had ended before
   */
  end(id: string, objectives: number, by: string): Promise<EndLack | undefined> {
    return this.#inTurn(async () => {
      const drill = await this.get(id)
      if (!drill || drill.endedAt !== undefined) return undefined
      const lack = lackOf(drill, objectives)
      if (lack) return lack
      const now = this.#parts.clock.now()
      const clock = { startedAt: drill.startedAt!, pauses: drill.pauses }
      const reached = Object.values(drill.objectives).filter((one) => one === 'reached').length
      await this.#parts.ledger.append({
        type: 'exercise.ended',
        actor: `person:${by}`,
        data: {
          drill: id,
          scenario: drill.scenario,
          minutes: drill.minutes,
          took: Math.round(elapsedMs(clock, now) / 60_000),
          people: drill.people.length,
          objectives,
          reached,
        },
      })
      await this.#parts.tables.updateTable('drill').set({ ended_at: now }).where('id', '=', id).execute()
      return undefined
    })
  }

  #change(
    id: string,
    work: (drill: Drill) => Partial<DrillBody>,
    also: (drill: Drill) => Promise<void> = () => Promise.resolve(),
  ): Promise<void> {
    return this.#inTurn(async () => {
      const drill = await this.get(id)
      if (!drill) throw new AppError('BASE_BUG', { detail: 'drill unknown' })
      const { id: _, scenario, minutes, plannedOn, startedAt, endedAt, ...body } = drill
      const next = bodySchema.parse({ ...body, ...work(drill) })
      await this.#parts.tables
        .updateTable('drill')
        .set({ body: JSON.stringify(next) })
        .where('id', '=', id)
        .execute()
      await also({ ...next, id, scenario, minutes, plannedOn, startedAt, endedAt })
    })
  }
}

export function lackOf(drill: Drill, objectives: number): EndLack | undefined {
  if (drill.startedAt === undefined) return 'not-started'
  if (drill.people.length === 0) return 'nobody'
  return Object.keys(drill.objectives).length < objectives ? 'objectives' : undefined
}

function toDrill(row: ExerciseTables['drill']): Drill {
  return {
    ...bodySchema.parse(JSON.parse(row.body)),
    id: row.id,
    scenario: scenarioId(row.scenario) ?? 'd1',
    minutes: LENGTHS.find((known) => known === row.minutes) ?? 10,
    plannedOn: row.planned_on,
    startedAt: row.started_at ?? undefined,
    endedAt: row.ended_at ?? undefined,
  }
}
