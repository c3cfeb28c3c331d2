/** Printed sheets that lie ready: printed with a number less those that came back; put right by a count. */
import type { Clock, EpochMs } from '#base'
import type { Kysely } from '#db'
import type { DowntimeTables } from './tables.ts'

export interface SheetStock {
  readonly form: number
  readonly printed: number
  /** Came in at back-entry. */
  readonly used: number
  readonly left: number
  readonly counted: { readonly at: EpochMs; readonly by: string } | undefined
}

export class Stock {
  readonly #tables: Kysely<DowntimeTables>
  readonly #clock: Clock

  constructor(tables: Kysely<DowntimeTables>, clock: Clock) {
    this.#tables = tables
    this.#clock = clock
  }

  /** Of every form that was ever printed with numbers or counted. */
  async list(printed: ReadonlyMap<number, number>, used: ReadonlyMap<number, number>): Promise<SheetStock[]> {
    const rows = await this.#tables.selectFrom('sheet_count').selectAll().execute()
    const counts = new Map(rows.map((row) => [row.form, row]))
    const forms = [...new Set([...printed.keys(), ...used.keys(), ...counts.keys()])].toSorted((a, b) => a - b)
    return forms.map((form) => {
      const count = counts.get(form)
      const [all, back] = [printed.get(form) ?? 0, used.get(form) ?? 0]
      const left = Math.max(0, all - back + (count?.differs ?? 0))
      return { form, printed: all, used: back, left, counted: count && { at: count.at, by: count.counted_by } }
    })
  }

  /** @param lie how many somebody counted; @param reckoned printed less used at that moment */
  async count(form: number, lie: number, reckoned: number, by: string): Promise<void> {
    const row = { differs: lie - reckoned, at: this.#clock.now(), counted_by: by }
    await this.#tables
      .insertInto('sheet_count')
      .values({ form, ...row })
      .onConflict((conflict) => conflict.column('form').doUpdateSet(row))
      .execute()
  }
}
