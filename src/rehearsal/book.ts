/** What is kept of rehearsals. */
import { AppError, type EpochMs } from '#base'
import type { Kysely } from '#db'
import type { Declared, Rehearsal, Result, StepResult } from './model.ts'
import type { RehearsalRow, RehearsalTables } from './tables.ts'

const COLUMNS = [
  'id',
  'generation_id',
  'source_id',
  'taken_at',
  'started_at',
  'ended_at',
  'started_by',
  'result',
  'steps',
  'declared',
  'report_hash',
] as const

export class RehearsalBook {
  readonly #tables: Kysely<RehearsalTables>

  constructor(tables: Kysely<RehearsalTables>) {
    this.#tables = tables
  }

  async begin(one: Pick<Rehearsal, 'id' | 'generationId' | 'sourceId' | 'takenAt' | 'startedAt' | 'by' | 'declared'>) {
    await this.#tables
      .insertInto('rehearsal')
      .values({
        id: one.id,
        generation_id: one.generationId,
        source_id: one.sourceId,
        taken_at: one.takenAt,
        started_at: one.startedAt,
        ended_at: null,
        started_by: one.by,
        result: null,
        steps: '[]',
        declared: JSON.stringify(one.declared),
        details_sealed: null,
        report_hash: null,
        report: null,
        report_note: null,
      })
      .execute()
  }

  /** As far as it has come: what a kill leaves. */
  async note(id: string, steps: readonly StepResult[]): Promise<void> {
    await this.#tables
      .updateTable('rehearsal')
      .set({ steps: JSON.stringify(steps) })
      .where('id', '=', id)
      .execute()
  }

  async end(
    id: string,
    end: {
      readonly at: EpochMs
      readonly result: Result
      readonly steps: readonly StepResult[]
      readonly details?: Uint8Array | undefined
      readonly report?: { readonly pdf: Uint8Array; readonly hash: string; readonly note: string } | undefined
    },
  ): Promise<void> {
    await this.#tables
      .updateTable('rehearsal')
      .set({
        ended_at: end.at,
        result: end.result,
        steps: JSON.stringify(end.steps),
        details_sealed: end.details ?? null,
        report_hash: end.report?.hash ?? null,
        report: end.report?.pdf ?? null,
        report_note: end.report?.note ?? null,
      })
      .where('id', '=', id)
      .execute()
  }

  /** Those that began and that nobody is working at: their process was killed. Newest first, all of them. */
  async unended(going: ReadonlySet<string>): Promise<Rehearsal[]> {
    const rows = await this.#tables.selectFrom('rehearsal').select(COLUMNS).where('ended_at', 'is', null).execute()
    return rows.filter(({ id }) => !going.has(id)).map(fromRow)
  }

  /** Newest first. */
  async list(filter: { readonly sourceId?: string | undefined; readonly limit: number }): Promise<Rehearsal[]> {
    let query = this.#tables.selectFrom('rehearsal').select(COLUMNS)
    if (filter.sourceId !== undefined) query = query.where('source_id', '=', filter.sourceId)
    return (await query.orderBy('started_at', 'desc').limit(filter.limit).execute()).map(fromRow)
  }

  /** Of one generation, newest first. */
  async of(generationId: string): Promise<Rehearsal[]> {
    const query = this.#tables.selectFrom('rehearsal').select(COLUMNS).where('generation_id', '=', generationId)
    return (await query.orderBy('started_at', 'desc').execute()).map(fromRow)
  }

  /** @throws REHEARSAL_UNKNOWN */
  async get(id: string): Promise<Rehearsal> {
    const row = await this.#tables.selectFrom('rehearsal').select(COLUMNS).where('id', '=', id).executeTakeFirst()
    if (!row) throw new AppError('REHEARSAL_UNKNOWN')
    return fromRow(row)
  }

  async detailsSealed(id: string): Promise<Uint8Array | undefined> {
    const row = await this.#tables
      .selectFrom('rehearsal')
      .select('details_sealed')
      .where('id', '=', id)
      .executeTakeFirst()
    return row?.details_sealed ?? undefined
  }

  async report(id: string): Promise<Uint8Array | undefined> {
    const row = await this.#tables.selectFrom('rehearsal').select('report').where('id', '=', id).executeTakeFirst()
    return row?.report ?? undefined
  }

  /** Undefined also of a report that was made before notes were. */
  async reportNote(id: string): Promise<string | undefined> {
    const row = await this.#tables.selectFrom('rehearsal').select('report_note').where('id', '=', id).executeTakeFirst()
    return row?.report_note ?? undefined
  }
}

function fromRow(row: Pick<RehearsalRow, (typeof COLUMNS)[number]>): Rehearsal {
  return {
    id: row.id,
    generationId: row.generation_id,
    sourceId: row.source_id,
    takenAt: row.taken_at,
    startedAt: row.started_at,
    endedAt: row.ended_at ?? undefined,
    by: row.started_by,
    result: (row.result ?? undefined) as Result | undefined,
    steps: JSON.parse(row.steps) as StepResult[],
    declared: JSON.parse(row.declared) as Declared,
    reportHash: row.report_hash ?? undefined,
  }
}
