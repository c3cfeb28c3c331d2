/** What is backed up, as the state database keeps it, each with its repository in the local place. */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { AppError, type Clock } from '#base'
import type { Kysely } from '#db'
import { DEFAULT_POLICY, parsePolicy, type RecordKind } from '#retention'
import { INSIDE } from './data-folder.ts'
import { ownStateFolder } from './own-state.ts'
import type { Repositories } from './repositories.ts'
import {
  checkPaths,
  isDumped,
  isOwnFolder,
  type PathRules,
  type Source,
  type SourceInput,
  type StopReason,
} from './source.ts'
import type { SourceRow, VaultTables } from './tables.ts'
import type { WatchState } from './watch.ts'

/** Id (until a recovery kit gives it another repository) and name of the source that every institution has. */
const OWN_STATE = 'own-state'
const OWN_STATE_NAME = '砦の設定と記録'

export interface SourcesParts {
  readonly tables: Kysely<VaultTables>
  readonly repositories: Repositories
  readonly pathRules: PathRules
  readonly clock: Clock
}

export class Sources {
  readonly #parts: SourcesParts

  constructor(parts: SourcesParts) {
    this.#parts = parts
  }

  /** In the order they were added; Toride's own state last. */
  async list(): Promise<Source[]> {
    const rows = await this.#parts.tables
      .selectFrom('source')
      .selectAll()
      .where('removed_at', 'is', null)
      .orderBy('created_at')
      .execute()
    const all = rows.map((row) => fromRow(row, this.#parts.pathRules.dataFolder))
    return [
      ...all.filter((source) => source.kind !== 'own-state'),
      ...all.filter((source) => source.kind === 'own-state'),
    ]
  }

  async get(id: string): Promise<Source | undefined> {
    return (await this.list()).find((source) => source.id === id)
  }

  /** Saves a source and makes its repository. @throws as `trySource`, and what making a repository throws */
  async add(input: SourceInput): Promise<Source> {
    const { tables, repositories, pathRules, clock } = this.#parts
    const id = input.kind === 'own-state' ? OWN_STATE : `${input.kind}-${randomUUID().slice(0, 8)}`
    const paths = isOwnFolder(input.kind) ? [] : checkPaths(input, pathRules)
    const { repository } = await repositories.create(id)
    await tables
      .insertInto('source')
      .values({
        id,
        kind: input.kind,
        name: input.name,
        paths: JSON.stringify(paths),
        options: JSON.stringify(input.options ?? {}),
        unfinished: null,
        newest_file_at: null,
        watch: null,
        cron: input.schedule?.cron ?? null,
        repository: repository.config.id,
        policy: JSON.stringify(parsePolicy(input.policy ?? DEFAULT_POLICY)),
        created_at: clock.now(),
        last_due_at: null,
        last_failure: null,
        last_failure_at: null,
        removed_at: null,
        stopped_at: null,
        stop_reason: null,
        rhythm: null,
        places: null,
        originals: null,
        raise_pending: null,
        lowered_at: null,
        replaced_by: null,
        replaced_at: null,
      })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute()
    return (await this.get(id))!
  }

  /** Makes the source of Toride's own state where it is not there yet. */
  async ensureOwnState(): Promise<void> {
    if (await this.ownState()) return
    await this.add({ kind: 'own-state', name: OWN_STATE_NAME, paths: [] })
  }

  /** The one that is taken today. */
  async ownState(): Promise<Source | undefined> {
    return (await this.list()).find((source) => source.kind === 'own-state' && !source.replaced)
  }

  /**
   * Goes on with the same folders in a new repository; the old one takes no more and stays to its last lock (SECURITY.md,
   * "Re-keying means a new repository"). Cut in between, the old one goes on and the new folder is taken up the next time.
   * @throws VAULT_SOURCE_INVALID for an unknown or re-keyed source
   */
  async replace(id: string, by: string): Promise<Source> {
    const { tables, repositories, clock } = this.#parts
    const { repository } = await repositories.create(by)
    const now = clock.now()
    await tables.transaction().execute(async (transaction) => {
      const row = await transaction.selectFrom('source').selectAll().where('id', '=', id).executeTakeFirst()
      if (!row || row.replaced_at !== null) throw new AppError('VAULT_SOURCE_INVALID', { context: { why: 'replaced' } })
      const next = {
        ...row,
        id: by,
        repository: repository.config.id,
        created_at: now,
        last_due_at: null,
        unfinished: null,
        // The new repository holds nothing yet.
        watch: null,
      }
      await transaction.insertInto('source').values(next).execute()
      const over = { replaced_by: by, replaced_at: now, last_failure: null, last_failure_at: null }
      await transaction.updateTable('source').set(over).where('id', '=', id).execute()
    })
    return (await this.get(by))!
  }

  /** One that the clinic added. @throws VAULT_SOURCE_INVALID for an unknown id and Toride's own state */
  async ofClinic(id: string): Promise<Source> {
    const source = await this.get(id)
    if (!source || source.kind === 'own-state' || source.replaced)
      throw new AppError('VAULT_SOURCE_INVALID', { context: { why: 'unknown' } })
    return source
  }

  /** No more runs until it is resumed; false, and nothing changed, where it is stopped. @throws as {@link ofClinic} */
  async stop(id: string, reason: StopReason): Promise<boolean> {
    if ((await this.ofClinic(id)).stopped) return false
    await this.note(id, { stopped_at: this.#parts.clock.now(), stop_reason: reason })
    return true
  }

  /** False where it was not stopped. */
  async resume(id: string): Promise<boolean> {
    if (!(await this.ofClinic(id)).stopped) return false
    await this.note(id, { stopped_at: null, stop_reason: null })
    return true
  }

  async note(id: string, change: Partial<SourceRow>): Promise<void> {
    await this.#parts.tables.updateTable('source').set(change).where('id', '=', id).execute()
  }
}

/** A data folder that was moved or brought back lies elsewhere than when the source was made. */
function pathsOf({ id, kind, paths }: SourceRow, dataFolder: string): string[] {
  if (kind === 'own-state') return [ownStateFolder(dataFolder)]
  return isDumped(kind as Source['kind']) ? [join(dataFolder, INSIDE.dumps, id)] : (JSON.parse(paths) as string[])
}

function fromRow(row: SourceRow, dataFolder: string): Source {
  return {
    id: row.id,
    kind: row.kind as Source['kind'],
    name: row.name,
    paths: pathsOf(row, dataFolder),
    schedule: row.cron === null ? undefined : { cron: row.cron },
    policy: parsePolicy(JSON.parse(row.policy)),
    dayRhythm: row.rhythm === 'day' ? 'day' : 'business-day',
    places: row.places === null ? undefined : (JSON.parse(row.places) as string[]),
    originals: row.originals === null ? [] : (JSON.parse(row.originals) as RecordKind[]),
    raisePending: row.raise_pending === 1,
    loweredAt: row.lowered_at ?? undefined,
    options: JSON.parse(row.options ?? '{}') as Source['options'],
    unfinished: row.unfinished ?? undefined,
    newestFileAt: row.newest_file_at ?? undefined,
    watch: row.watch === null ? undefined : (JSON.parse(row.watch) as WatchState),
    repository: row.repository,
    createdAt: row.created_at,
    lastDueAt: row.last_due_at ?? undefined,
    lastFailure: row.last_failure === null ? undefined : { code: row.last_failure, at: row.last_failure_at ?? 0 },
    stopped:
      row.stopped_at === null ? undefined : { at: row.stopped_at, reason: (row.stop_reason ?? 'other') as StopReason },
    replaced: row.replaced_by === null ? undefined : { by: row.replaced_by, at: row.replaced_at ?? 0 },
  }
}
