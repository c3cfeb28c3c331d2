/** Draft and versions of one institution's plan. */
import { AppError, type Clock, type EpochMs, inTurns } from '#base'
import type { Kysely } from '#db'
import { type Draft, draftSchema, EMPTY_DRAFT, hashOfText } from './plan.ts'
import type { BcpTables } from './tables.ts'

export interface Version {
  readonly number: number
  readonly draft: Draft
  /** JSON of the document's blocks. */
  readonly document: string
  readonly sections: Readonly<Record<string, string>>
  /** SHA-256 of `document`. */
  readonly hash: string
  readonly approvedAt: EpochMs
  readonly approvedBy: string
  /** False: of before numbers at home were kept out of the plan. */
  readonly hidesPrivate: boolean
}

export class Plans {
  readonly #tables: Kysely<BcpTables>
  readonly #clock: Clock
  readonly #inTurn = inTurns()

  constructor(tables: Kysely<BcpTables>, clock: Clock) {
    this.#tables = tables
    this.#clock = clock
  }

  async draft(): Promise<Draft> {
    const row = await this.#tables.selectFrom('bcp_draft').selectAll().where('id', '=', 1).executeTakeFirst()
    return row ? draftSchema.parse(JSON.parse(row.body)) : EMPTY_DRAFT
  }

  /** One after the other, so that two who answer different questions keep both. */
  change(work: (draft: Draft) => Draft): Promise<Draft> {
    return this.#inTurn(async () => {
      const draft = draftSchema.parse(work(await this.draft()))
      const row = { id: 1, body: JSON.stringify(draft), changed_at: this.#clock.now() }
      await this.#tables
        .insertInto('bcp_draft')
        .values(row)
        .onConflict((conflict) => conflict.column('id').doUpdateSet({ body: row.body, changed_at: row.changed_at }))
        .execute()
      return draft
    })
  }

  /** Newest first. */
  async versions(): Promise<Version[]> {
    const rows = await this.#tables.selectFrom('bcp_version').selectAll().orderBy('number', 'desc').execute()
    return rows.map((row) => ({
      number: row.number,
      draft: draftSchema.parse(JSON.parse(row.draft)),
      document: row.document,
      sections: JSON.parse(row.sections) as Record<string, string>,
      hash: row.hash,
      approvedAt: row.approved_at,
      approvedBy: row.approved_by,
      hidesPrivate: row.hides_private === 1,
    }))
  }

  /**
   * Undefined where nothing differs from the newest version: the second click makes no second version.
   * @param before is done before the version is kept: the ledger's entry
   */
  approve(
    input: Pick<Version, 'document' | 'sections' | 'approvedBy'>,
    before: (version: Pick<Version, 'number' | 'hash'>) => Promise<void>,
  ): Promise<Version | undefined> {
    return this.#inTurn(async () => {
      const [newest] = await this.versions()
      const hash = hashOfText(input.document)
      if (newest?.hash === hash) return undefined
      const version = { number: (newest?.number ?? 0) + 1, hash }
      await before(version)
      const approvedAt = this.#clock.now()
      const draft = await this.draft()
      await this.#tables
        .insertInto('bcp_version')
        .values({
          ...version,
          draft: JSON.stringify(draft),
          document: input.document,
          sections: JSON.stringify(input.sections),
          approved_at: approvedAt,
          approved_by: input.approvedBy,
          hides_private: 1,
        })
        .execute()
      return { ...input, ...version, draft, approvedAt, hidesPrivate: true }
    })
  }

  /** @throws BASE_BUG where what is kept is no longer what was approved */
  async version(number: number): Promise<Version | undefined> {
    const version = (await this.versions()).find((one) => one.number === number)
    if (version && hashOfText(version.document) !== version.hash)
      throw new AppError('BASE_BUG', { detail: 'an approved plan was changed' })
    return version
  }
}

/** Sections whose content is no longer what was approved. */
export const staleSections = (version: Version, now: Readonly<Record<string, string>>): string[] =>
  Object.keys(now).filter((code) => version.sections[code] !== now[code])
