/** Generations and their proofs in the state database: what the ledger attested, in rows that screens can ask for. */
import { randomUUID } from 'node:crypto'
import { AppError, type EpochMs, type ErrorCode, type LockStrength } from '#base'
import type { Insertable, Kysely } from '#db'
import type { KeepRule } from '#retention'
import type { GenerationRow, ProofRow, VaultTables } from './tables.ts'

export type ProofKind = 'closure' | 'all-data' | 'restore' | 'chart'

export interface Proof {
  readonly kind: ProofKind
  readonly at: EpochMs
  readonly passed: boolean
  readonly files: number
  readonly bytes: number
  readonly durationMs: number
  /** Of a restore test that failed; undefined where it passed, and of those before this was kept. */
  readonly failure?: ProofFailure | undefined
}

export interface ProofFailure {
  /** Of most problems. */
  readonly code: ErrorCode
  readonly count: number
}

export interface Generation {
  /** Snapshot id. */
  readonly id: string
  readonly sourceId: string
  readonly repository: string
  readonly tree: string
  /** The due time that the run answered: the generation's day. */
  readonly dueAt: EpochMs
  readonly startedAt: EpochMs
  readonly finishedAt: EpochMs
  readonly files: number
  readonly filesNew: number
  readonly filesChanged: number
  readonly filesUnmodified: number
  readonly filesGone: number
  readonly bytes: number
  readonly addedBytes: number
  readonly skipped: number
  readonly closure: 'complete' | 'incomplete'
  readonly walk: 'full' | 'incremental'
  readonly keepUntil: EpochMs
  readonly keepRule: KeepRule
  readonly lockedUntil: EpochMs | undefined
  readonly lockStrength: LockStrength | undefined
  readonly ledgerIndex: number
  readonly patients: number | undefined
  readonly proofs: readonly Proof[]
  /** Looks as after an attack, and nobody has cleared it. */
  readonly suspect: boolean
}

/** Whole, and nothing speaks against it: what counts for rules, lights and what is read first. */
export const isGood = ({ closure, suspect }: Pick<Generation, 'closure' | 'suspect'>): boolean =>
  closure === 'complete' && !suspect

export class Generations {
  readonly #tables: Kysely<VaultTables>

  constructor(tables: Kysely<VaultTables>) {
    this.#tables = tables
  }

  async add(row: Insertable<GenerationRow>): Promise<void> {
    await this.#tables
      .insertInto('generation')
      .values(row)
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute()
  }

  async update(id: string, change: Partial<GenerationRow>): Promise<void> {
    await this.#tables.updateTable('generation').set(change).where('id', '=', id).execute()
  }

  /** @param problemsSealed the first problems of a failed one, as `restore-test.ts` seals them */
  async addProof(generationId: string, proof: Proof, problemsSealed?: Uint8Array): Promise<void> {
    await this.#tables
      .insertInto('proof')
      .values({
        id: randomUUID(),
        generation_id: generationId,
        kind: proof.kind,
        at: proof.at,
        passed: proof.passed ? 1 : 0,
        files: proof.files,
        bytes: proof.bytes,
        duration_ms: proof.durationMs,
        code: proof.failure?.code ?? null,
        problem_count: proof.failure?.count ?? null,
        problems_sealed: problemsSealed ?? null,
      })
      .execute()
  }

  /**
   * The newest proof of a kind for a source; `asOf`: when the generation that it is about was begun. Also where that one has
   * expired since: what was proved on its day stays proved.
   */
  async newestProof(sourceId: string, kind: ProofKind): Promise<(Proof & { readonly asOf: EpochMs }) | undefined> {
    const row = await this.#tables
      .selectFrom('proof')
      .innerJoin('generation', 'generation.id', 'proof.generation_id')
      .selectAll('proof')
      .select('generation.started_at')
      .where('generation.source_id', '=', sourceId)
      .where('proof.kind', '=', kind)
      .orderBy('proof.at', 'desc')
      .limit(1)
      .executeTakeFirst()
    return row && { ...toProof(row), asOf: row.started_at }
  }

  /** Those that are still there, newest first: by when they were due, as rules count; `byTaken`, as people read. */
  async list(
    filter: { sourceId?: string; limit?: number; offset?: number; byTaken?: boolean } = {},
  ): Promise<Generation[]> {
    let query = this.#tables.selectFrom('generation').selectAll().where('expired_at', 'is', null)
    if (filter.sourceId !== undefined) query = query.where('source_id', '=', filter.sourceId)
    const rows = await query
      .orderBy(filter.byTaken ? 'started_at' : 'due_at', 'desc')
      .orderBy('started_at', 'desc')
      .limit(filter.limit ?? 10_000)
      .offset(filter.offset ?? 0)
      .execute()
    return this.#withProofs(rows)
  }

  /** Those that were let go too, with no more than when they end. */
  async listWithGone(
    sourceId: string,
  ): Promise<(Pick<Generation, 'id' | 'startedAt' | 'keepUntil' | 'lockedUntil'> & { readonly isGone: boolean })[]> {
    const rows = await this.#tables
      .selectFrom('generation')
      .select(['id', 'started_at', 'keep_until', 'locked_until', 'expired_at'])
      .where('source_id', '=', sourceId)
      .execute()
    return rows.map((row) => ({
      id: row.id,
      startedAt: row.started_at,
      keepUntil: row.keep_until,
      lockedUntil: row.locked_until ?? undefined,
      isGone: row.expired_at !== null,
    }))
  }

  async count(sourceId?: string): Promise<number> {
    let query = this.#tables
      .selectFrom('generation')
      .select((e) => e.fn.countAll<number>().as('count'))
      .where('expired_at', 'is', null)
    if (sourceId !== undefined) query = query.where('source_id', '=', sourceId)
    return (await query.executeTakeFirstOrThrow()).count
  }

  /** Of all good ones that the source ever had, in any order; those that are gone with them. */
  async goodDueTimes(sourceId: string): Promise<EpochMs[]> {
    const rows = await this.#tables
      .selectFrom('generation')
      .select('due_at')
      .where('source_id', '=', sourceId)
      .where('closure', '=', 'complete')
      .where('id', 'not in', this.#suspects())
      .execute()
    return rows.map((row) => row.due_at)
  }

  async get(id: string): Promise<Generation | undefined> {
    const row = await this.#tables.selectFrom('generation').selectAll().where('id', '=', id).executeTakeFirst()
    return row && (await this.#withProofs([row]))[0]
  }

  /** @throws VAULT_GENERATION_UNKNOWN */
  async demand(id: string): Promise<Generation> {
    const generation = await this.get(id)
    if (!generation) throw new AppError('VAULT_GENERATION_UNKNOWN')
    return generation
  }

  /** Manifests of the generations that are still there. */
  async manifests(sourceId: string): Promise<{ id: string; manifest: Uint8Array }[]> {
    return this.#tables
      .selectFrom('generation')
      .select(['id', 'manifest'])
      .where('source_id', '=', sourceId)
      .where('expired_at', 'is', null)
      .execute()
  }

  /** Deflated; undefined where the row was lost. */
  async manifest(id: string): Promise<Uint8Array | undefined> {
    const row = await this.#tables.selectFrom('generation').select('manifest').where('id', '=', id).executeTakeFirst()
    return row?.manifest
  }

  /** The first problems of its newest restore test. */
  async restoreProblemsSealed(id: string): Promise<Uint8Array | undefined> {
    const row = await this.#tables
      .selectFrom('proof')
      .select('problems_sealed')
      .where('generation_id', '=', id)
      .where('kind', '=', 'restore')
      .orderBy('at', 'desc')
      .limit(1)
      .executeTakeFirst()
    return row?.problems_sealed ?? undefined
  }

  async skippedSealed(id: string): Promise<Uint8Array | undefined> {
    const row = await this.#tables
      .selectFrom('generation')
      .select('skipped_sealed')
      .where('id', '=', id)
      .executeTakeFirst()
    return row?.skipped_sealed ?? undefined
  }

  async #withProofs(rows: GenerationRow[]): Promise<Generation[]> {
    if (rows.length === 0) return []
    const ids = rows.map((row) => row.id)
    const proofs = await this.#tables
      .selectFrom('proof')
      .selectAll()
      .where('generation_id', 'in', ids)
      .orderBy('at', 'desc')
      .execute()
    const suspects = new Set((await this.#suspects().execute()).map(({ generation_id }) => generation_id))
    return rows.map((row) =>
      fromRow(
        row,
        proofs.filter((proof) => proof.generation_id === row.id),
        suspects.has(row.id),
      ),
    )
  }

  #suspects() {
    return this.#tables
      .selectFrom('signs')
      .select('generation_id')
      .where('signs', '!=', '[]')
      .where('cleared_at', 'is', null)
  }
}

function fromRow(row: GenerationRow, proofs: ProofRow[], suspect: boolean): Generation {
  return {
    id: row.id,
    sourceId: row.source_id,
    repository: row.repository,
    tree: row.tree,
    dueAt: row.due_at,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    files: row.files,
    filesNew: row.files_new,
    filesChanged: row.files_changed,
    filesUnmodified: row.files_unmodified,
    filesGone: row.files_gone,
    bytes: row.bytes,
    addedBytes: row.added_bytes,
    skipped: row.skipped,
    closure: row.closure as Generation['closure'],
    walk: row.walk as Generation['walk'],
    keepUntil: row.keep_until,
    keepRule: row.keep_rule as KeepRule,
    lockedUntil: row.locked_until ?? undefined,
    lockStrength: (row.lock_strength ?? undefined) as LockStrength | undefined,
    ledgerIndex: row.ledger_index,
    patients: row.patients ?? undefined,
    proofs: proofs.map(toProof),
    suspect,
  }
}

function toProof(row: ProofRow): Proof {
  return {
    kind: row.kind as ProofKind,
    at: row.at,
    passed: row.passed === 1,
    files: row.files,
    bytes: row.bytes,
    durationMs: row.duration_ms,
    failure: row.code === null ? undefined : { code: row.code as ErrorCode, count: row.problem_count ?? 1 },
  }
}
