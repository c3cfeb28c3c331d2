/** The systems of the institution, who answers for them, and who backs up what of each. */
import { createHash, randomBytes } from 'node:crypto'
import { addDays, AppError, type Clock } from '#base'
import type { Kysely } from '#db'
import type { AcceptanceRow, GovernanceTables, SystemPartRow, SystemRow } from './tables.ts'

export const SYSTEM_KINDS = ['ehr', 'billing', 'imaging', 'lab', 'pharmacy', 'files', 'network', 'other'] as const
export type SystemKind = (typeof SYSTEM_KINDS)[number]

/** What of a system must be able to come back (R15, R17, R18). `devices`: settings of the hardware around it. */
export const PARTS = ['data', 'programs', 'settings', 'devices'] as const
export type Part = (typeof PARTS)[number]

/** Who sees to a part. Dates are `YYYY-MM-DD` of the institution. */
export type PartPlan =
  | { readonly way: 'open' }
  | { readonly way: 'source'; readonly sourceId: string }
  /** `paperOn`: date of the vendor's paper that says so; absent: none came yet. */
  | { readonly way: 'vendor'; readonly paperOn?: string; readonly nextCheckOn?: string }
  /** Written down device by device (R17): those of the register that belong to the system. */
  | { readonly way: 'records' }
  | { readonly way: 'not-needed'; readonly reason: string }

export interface System {
  readonly id: string
  readonly kind: SystemKind
  readonly name: string
  /** '' where nobody wrote one. */
  readonly vendor: string
  readonly responsible: string
  readonly parts: Readonly<Record<Part, PartPlan>>
  /** Newest first. */
  readonly acceptances: readonly Acceptance[]
}

export const ACCEPTANCE_RESULTS = ['ok', 'problem'] as const
export type AcceptanceResult = (typeof ACCEPTANCE_RESULTS)[number]

/** 検収 (R15): somebody saw this generation restored and the system work. */
export interface Acceptance {
  readonly on: string
  readonly who: string
  readonly generationId: string
  readonly result: AcceptanceResult
}

export interface SystemInput extends Pick<System, 'kind' | 'name' | 'vendor' | 'responsible'> {
  readonly parts: Partial<Record<Part, PartPlan>>
}

/** A vendor's paper that names no next check is looked at again after a year. */
const CHECK_AFTER_DAYS = 365

export class Systems {
  readonly #tables: Kysely<GovernanceTables>
  readonly #clock: Clock

  constructor(tables: Kysely<GovernanceTables>, clock: Clock) {
    this.#tables = tables
    this.#clock = clock
  }

  /** In the order they were added. */
  async list(): Promise<System[]> {
    const systems = await this.#tables
      .selectFrom('system')
      .selectAll()
      .where('removed_at', 'is', null)
      .orderBy('created_at')
      .orderBy('id')
      .execute()
    const parts = await this.#tables.selectFrom('system_part').selectAll().execute()
    const acceptances = await this.#tables
      .selectFrom('acceptance')
      .selectAll()
      .orderBy('accepted_on', 'desc')
      .orderBy('created_at', 'desc')
      .execute()
    return systems.map((row) => toSystem(row, parts, acceptances))
  }

  async get(id: string): Promise<System | undefined> {
    return (await this.list()).find((system) => system.id === id)
  }

  /** All or none of them: a proposal that a kill cut would not be made again. */
  async add(inputs: readonly SystemInput[]): Promise<string[]> {
    const now = this.#clock.now()
    return this.#tables.transaction().execute(async (tables) => {
      const ids: string[] = []
      for (const [i, { parts, ...facts }] of inputs.entries()) {
        const id = randomBytes(6).toString('hex')
        // In the order of the list, though added at one moment.
        await tables
          .insertInto('system')
          .values({ ...facts, id, created_at: now + i, removed_at: null })
          .execute()
        await keepParts(tables, id, parts)
        ids.push(id)
      }
      return ids
    })
  }

  /** Parts that are not given stay. @throws BASE_BUG for an unknown id: who asks has looked before */
  async change(id: string, { parts, ...facts }: SystemInput): Promise<void> {
    await this.#tables.transaction().execute(async (tables) => {
      const { numUpdatedRows } = await tables.updateTable('system').set(facts).where('id', '=', id).executeTakeFirst()
      if (numUpdatedRows === 0n) throw new AppError('BASE_BUG', { detail: 'system unknown' })
      await keepParts(tables, id, parts)
    })
  }

  /** False where it was gone already. Its acceptances stay in the table. */
  async remove(id: string): Promise<boolean> {
    const { numUpdatedRows } = await this.#tables
      .updateTable('system')
      .set({ removed_at: this.#clock.now() })
      .where('id', '=', id)
      .where('removed_at', 'is', null)
      .executeTakeFirst()
    return numUpdatedRows > 0n
  }

  /** False where the same was recorded before (a second click). */
  async accept(systemId: string, { on, who, generationId, result }: Acceptance): Promise<boolean> {
    const id = createHash('sha256')
      .update(JSON.stringify([systemId, on, who, generationId, result]))
      .digest('hex')
    const row: AcceptanceRow = {
      id,
      system_id: systemId,
      accepted_on: on,
      who,
      generation_id: generationId,
      result,
      created_at: this.#clock.now(),
    }
    const { numInsertedOrUpdatedRows } = await this.#tables
      .insertInto('acceptance')
      .values(row)
      .onConflict((conflict) => conflict.column('id').doNothing())
      .executeTakeFirst()
    return (numInsertedOrUpdatedRows ?? 0n) > 0n
  }
}

async function keepParts(
  tables: Kysely<GovernanceTables>,
  systemId: string,
  parts: Partial<Record<Part, PartPlan>>,
): Promise<void> {
  for (const [part, plan] of Object.entries(parts)) {
    const row = toRow(systemId, part, plan)
    await tables
      .insertInto('system_part')
      .values(row)
      .onConflict((conflict) => conflict.columns(['system_id', 'part']).doUpdateSet(row))
      .execute()
  }
}

function toRow(systemId: string, part: string, plan: PartPlan): SystemPartRow {
  const empty = { source_id: null, paper_on: null, next_check_on: null, reason: null }
  const row = { system_id: systemId, part, way: plan.way, ...empty }
  if (plan.way === 'source') return { ...row, source_id: plan.sourceId }
  if (plan.way === 'not-needed') return { ...row, reason: plan.reason }
  if (plan.way !== 'vendor' || plan.paperOn === undefined) return row
  return { ...row, paper_on: plan.paperOn, next_check_on: plan.nextCheckOn ?? addDays(plan.paperOn, CHECK_AFTER_DAYS) }
}

function toSystem(
  { id, kind, name, vendor, responsible }: SystemRow,
  parts: readonly SystemPartRow[],
  acceptances: readonly AcceptanceRow[],
): System {
  const own = parts.filter((row) => row.system_id === id)
  const plan = (part: Part): PartPlan => toPlan(own.find((row) => row.part === part))
  return {
    id,
    kind: SYSTEM_KINDS.find((known) => known === kind) ?? 'other',
    name,
    vendor,
    responsible,
    parts: { data: plan('data'), programs: plan('programs'), settings: plan('settings'), devices: plan('devices') },
    acceptances: acceptances
      .filter((row) => row.system_id === id)
      .map((row) => ({
        on: row.accepted_on,
        who: row.who,
        generationId: row.generation_id,
        result: row.result === 'ok' ? 'ok' : 'problem',
      })),
  }
}

function toPlan(row: SystemPartRow | undefined): PartPlan {
  if (row?.way === 'source' && row.source_id !== null) return { way: 'source', sourceId: row.source_id }
  if (row?.way === 'records') return { way: 'records' }
  if (row?.way === 'not-needed') return { way: 'not-needed', reason: row.reason ?? '' }
  if (row?.way === 'vendor')
    return {
      way: 'vendor',
      ...(row.paper_on === null ? {} : { paperOn: row.paper_on }),
      ...(row.next_check_on === null ? {} : { nextCheckOn: row.next_check_on }),
    }
  return { way: 'open' }
}
