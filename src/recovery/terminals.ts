/** Terminals that are set up anew after an attack: 2,200 PCs of a hospital, each with its turn, its state, who does it. */
import { randomUUID } from 'node:crypto'
import { type Clock, type EpochMs, institutionDate, inTurns } from '#base'
import type { Kysely } from '#db'
import type { Ledger } from '#journal'
import type { RecoveryTables, TerminalRow } from './tables.ts'
import { LAST, parseTerminals, type TerminalInput } from './terminal-list.ts'

/** In the order of the work. `given-up`: goes to waste, or is not needed any more. */
export const TERMINAL_STATES = ['waiting', 'working', 'done', 'given-up'] as const
export type TerminalState = (typeof TERMINAL_STATES)[number]

export interface Terminal extends TerminalInput {
  readonly id: string
  readonly state: TerminalState
  readonly changedAt: EpochMs
}

export interface TerminalFilter {
  readonly state?: TerminalState | undefined
  /** Part of a name, place or person. */
  readonly words?: string | undefined
}

export interface TerminalQueue {
  readonly counts: Readonly<Record<TerminalState, number>>
  /** Left at the end of each day from the first entry on, today last. */
  readonly burnDown: readonly { readonly day: string; readonly left: number }[]
  /** Done a day over the last days of work; undefined while nothing was done. */
  readonly perDay: number | undefined
  /** `YYYY-MM-DD` when nothing is left at that pace. */
  readonly forecast: string | undefined
}

const DAY_MS = 86_400_000
/** Days that the pace is taken from. */
const PACE_DAYS = 5
const MOST_DAYS = 120
const AT_ONCE = 500

interface TerminalsParts {
  readonly tables: Kysely<RecoveryTables>
  readonly ledger: Pick<Ledger, 'append'>
  readonly clock: Clock
}

export class Terminals {
  readonly #parts: TerminalsParts
  readonly #inTurn = inTurns()

  constructor(parts: TerminalsParts) {
    this.#parts = parts
  }

  /**
   * Adds the rows of a list; those whose name is known get its place, turn and person, and keep their state.
   * @throws RECOVERY_LIST_WRONG and nothing is changed
   */
  enter(bytes: Uint8Array, by: string): Promise<{ added: number; changed: number }> {
    return this.#inTurn(async () => {
      const { tables, ledger, clock } = this.#parts
      const known = new Map((await this.#rows()).map((row) => [row.name, row]))
      // A list without a column leaves what is known of it.
      const inputs = parseTerminals(bytes).map(({ name, place, priority, who }): TerminalInput => {
        const old = known.get(name)
        return {
          name,
          place: place ?? old?.place ?? '',
          priority: priority ?? old?.priority ?? LAST,
          who: who ?? old?.who ?? '',
        }
      })
      const fresh = inputs.filter(({ name }) => !known.has(name))
      const changed = inputs.filter((input) => differs(known.get(input.name), input))
      if (fresh.length + changed.length === 0) return { added: 0, changed: 0 }
      const told = { added: fresh.length, changed: changed.length }
      await ledger.append({ type: 'terminals.entered', actor: `person:${by}`, data: told })
      const now = clock.now()
      const rows = fresh.map((input) => ({
        ...input,
        id: randomUUID(),
        state: 'waiting',
        changed_at: now,
        changed_by: by,
        added_at: now,
        done_at: null,
      }))
      await tables.transaction().execute(async (all) => {
        for (let i = 0; i < rows.length; i += AT_ONCE)
          await all
            .insertInto('terminal')
            .values(rows.slice(i, i + AT_ONCE))
            .execute()
        for (const { name, place, priority, who } of changed)
          await all.updateTable('terminal').set({ place, priority, who }).where('name', '=', name).execute()
      })
      return told
    })
  }

  /** Moves some to a state. Those that have it already stay untouched. */
  move(ids: readonly string[], to: TerminalState, who: string | undefined, by: string): Promise<number> {
    return this.#inTurn(async () => {
      const { tables, ledger, clock } = this.#parts
      const wanted = new Set(ids)
      const moved = (await this.#rows()).filter(
        (row) => wanted.has(row.id) && (row.state !== to || (who && row.who !== who)),
      )
      if (moved.length === 0) return 0
      const data = { state: to, terminals: moved.length }
      await ledger.append({ type: 'terminals.moved', actor: `person:${by}`, data })
      const now = clock.now()
      const change = { state: to, changed_at: now, changed_by: by, ...(who && { who }) }
      const done_at = to === 'done' || to === 'given-up' ? now : null
      for (let i = 0; i < moved.length; i += AT_ONCE) {
        const some = moved.slice(i, i + AT_ONCE).map(({ id }) => id)
        await tables
          .updateTable('terminal')
          .set({ ...change, done_at })
          .where('id', 'in', some)
          .execute()
      }
      return moved.length
    })
  }

  /** In the order of the work: those in hand, then those that wait by their turn, then what is over. */
  async list(
    { state, words }: TerminalFilter,
    page: { from: number; most: number },
  ): Promise<{ rows: Terminal[]; total: number }> {
    const all = (await this.#rows()).filter(
      (row) =>
        (state === undefined || row.state === state) &&
        (!words || [row.name, row.place, row.who].some((text) => text.toLowerCase().includes(words.toLowerCase()))),
    )
    const order: Record<string, number> = { working: 0, waiting: 1, done: 2, 'given-up': 3 }
    all.sort((a, b) => order[a.state]! - order[b.state]! || a.priority - b.priority || compare(a, b))
    return { rows: all.slice(page.from, page.from + page.most).map(toTerminal), total: all.length }
  }

  async queue(): Promise<TerminalQueue> {
    return queueOf(await this.#rows(), this.#parts.clock.now())
  }

  #rows(): Promise<TerminalRow[]> {
    return this.#parts.tables.selectFrom('terminal').selectAll().execute()
  }
}

const compare = (a: TerminalRow, b: TerminalRow): number => (a.name < b.name ? -1 : 1)

function differs(row: TerminalRow | undefined, input: TerminalInput): boolean {
  return row !== undefined && (row.place !== input.place || row.priority !== input.priority || row.who !== input.who)
}

/** Exported for the tests. */
export function queueOf(
  rows: readonly Pick<TerminalRow, 'state' | 'added_at' | 'done_at'>[],
  now: EpochMs,
): TerminalQueue {
  const counts = { waiting: 0, working: 0, done: 0, 'given-up': 0 }
  for (const { state } of rows) counts[state as TerminalState] += 1
  const today = institutionDate(now)
  const first = rows.reduce((least, row) => Math.min(least, row.added_at), now)
  const days: string[] = []
  for (let at = Math.max(first, now - MOST_DAYS * DAY_MS); institutionDate(at) < today; at += DAY_MS)
    days.push(institutionDate(at))
  days.push(today)
  const added = perDay(rows.map((row) => row.added_at))
  const over = perDay(rows.flatMap((row) => (row.done_at === null ? [] : [row.done_at])))
  const burnDown = days.map((day) => ({ day, left: upTo(added, day) - upTo(over, day) }))
  const left = counts.waiting + counts.working
  const working = [...over.keys()].toSorted().slice(-PACE_DAYS)
  const pace = working.reduce((sum, day) => sum + over.get(day)!, 0) / working.length
  const hasPace = working.length > 0 && left > 0
  return {
    counts,
    burnDown,
    perDay: working.length > 0 ? pace : undefined,
    forecast: hasPace ? institutionDate(now + Math.ceil(left / pace) * DAY_MS) : undefined,
  }
}

function perDay(instants: readonly EpochMs[]): Map<string, number> {
  const days = new Map<string, number>()
  for (const at of instants) days.set(institutionDate(at), (days.get(institutionDate(at)) ?? 0) + 1)
  return days
}

function upTo(days: ReadonlyMap<string, number>, last: string): number {
  let sum = 0
  for (const [day, count] of days) if (day <= last) sum += count
  return sum
}

function toTerminal({ id, name, place, priority, state, who, changed_at }: TerminalRow): Terminal {
  return { id, name, place, priority, state: state as TerminalState, who, changedAt: changed_at }
}

/** For callers that get a state as text. */
export function terminalState(text: string): TerminalState | undefined {
  return TERMINAL_STATES.find((known) => known === text)
}
