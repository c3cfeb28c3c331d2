/** The printed binder (冊子): when it was printed, of which version, and what of it reads otherwise today. */
import { type Clock, type EpochMs, institutionDate, inTurns } from '#base'
import type { Kysely } from '#db'
import type { BcpTables } from './tables.ts'

/** In the order of the sheets. */
export const BINDER_PARTS = ['five', 'roles', 'tree', 'cut-list', 'plan', 'orders', 'forms', 'papers'] as const
export type BinderPart = (typeof BINDER_PARTS)[number]

/** Half a year: people and numbers change more often than that. */
export const BINDER_OLD_DAYS = 180
const DAY_MS = 86_400_000

export interface Printing {
  readonly number: number
  readonly printedAt: EpochMs
  readonly printedBy: string
  /** Of the plan. */
  readonly version: number
  readonly pages: number
  /** By part: hash of what stands there. */
  readonly parts: Readonly<Partial<Record<BinderPart, string>>>
}

export class Printings {
  readonly #tables: Kysely<BcpTables>
  readonly #clock: Clock
  readonly #inTurn = inTurns()

  constructor(tables: Kysely<BcpTables>, clock: Clock) {
    this.#tables = tables
    this.#clock = clock
  }

  async newest(): Promise<Printing | undefined> {
    return (await this.#newestRow())?.printing
  }

  /** The newest, sealed as it was handed in. */
  async sealed(): Promise<{ readonly printing: Printing; readonly bytes: Uint8Array } | undefined> {
    const row = await this.#newestRow()
    return row?.sealed ? { printing: row.printing, bytes: row.sealed } : undefined
  }

  /**
   * False where the newest says the same and is of today: a second click prints no second binder.
   * @param opens whether the newest can still be read; else it is printed again
   * @param make draws and seals it, and writes it into the ledger, before it is kept
   */
  print(
    input: Pick<Printing, 'printedBy' | 'version' | 'parts'>,
    opens: () => Promise<boolean>,
    make: (number: number, printedAt: EpochMs) => Promise<{ pages: number; sealed: Uint8Array }>,
  ): Promise<boolean> {
    return this.#inTurn(async () => {
      const now = this.#clock.now()
      const newest = await this.newest()
      const isOfToday = newest && institutionDate(newest.printedAt) === institutionDate(now)
      if (isOfToday && isSame(newest, input.parts) && (await opens())) return false
      const number = (newest?.number ?? 0) + 1
      const { pages, sealed } = await make(number, now)
      const row = { printed_at: now, printed_by: input.printedBy, version: input.version, pages }
      await this.#tables.transaction().execute(async (tables) => {
        await tables
          .insertInto('bcp_printing')
          .values({ number, ...row, parts: JSON.stringify(input.parts), sealed })
          .execute()
        // Only the newest travels; of the others it stays known when they were printed.
        await tables.updateTable('bcp_printing').set({ sealed: null }).where('number', '<', number).execute()
      })
      return true
    })
  }

  async #newestRow() {
    const row = await this.#tables
      .selectFrom('bcp_printing')
      .selectAll()
      .orderBy('number', 'desc')
      .limit(1)
      .executeTakeFirst()
    if (!row) return undefined
    const printing: Printing = {
      number: row.number,
      printedAt: row.printed_at,
      printedBy: row.printed_by,
      version: row.version,
      pages: row.pages,
      parts: JSON.parse(row.parts) as Printing['parts'],
    }
    return { printing, sealed: row.sealed }
  }
}

const isSame = (a: Printing, parts: Printing['parts']): boolean => changedParts(a, parts).length === 0

/** What reads otherwise today. */
export const changedParts = ({ parts }: Printing, now: Printing['parts']): BinderPart[] =>
  BINDER_PARTS.filter((part) => parts[part] !== now[part])

/** Whole days; never less than none, whatever the clock did. */
export const ageInDays = (at: EpochMs, now: EpochMs): number => Math.max(0, Math.floor((now - at) / DAY_MS))
