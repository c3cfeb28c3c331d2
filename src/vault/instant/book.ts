/** Sessions of disks that were started out of a generation, in the state database. */
import type { EpochMs } from '#base'
import type { Kysely } from '#db'
import type { InstantReason } from '#journal'
import type { InstantRow, VaultTables } from '../tables.ts'

export type InstantEnd = 'person' | 'server' | 'failed'

export interface InstantSession {
  readonly id: string
  readonly generationId: string
  readonly sourceId: string
  readonly format: string | undefined
  readonly sizeBytes: number | undefined
  readonly reason: InstantReason
  /** Of another computer's way: `host:port`; undefined: the socket on this one. */
  readonly address: string | undefined
  readonly beganAt: EpochMs
  readonly beganBy: string
  readonly ended: { readonly at: EpochMs; readonly how: InstantEnd } | undefined
  readonly bytesRead: number
  readonly changedBytes: number
  readonly canWrite: boolean
  /** Its changes lie here and can be continued, written out or thrown away. */
  readonly keepsChanges: boolean
}

/** Sessions that are over are shown so many. */
const MOST_SHOWN = 100

export class InstantBook {
  readonly #tables: Kysely<VaultTables>

  constructor(tables: Kysely<VaultTables>) {
    this.#tables = tables
  }

  async add(row: InstantRow): Promise<void> {
    await this.#tables.insertInto('instant').values(row).execute()
  }

  async note(id: string, change: Partial<InstantRow>): Promise<void> {
    await this.#tables.updateTable('instant').set(change).where('id', '=', id).execute()
  }

  async remove(id: string): Promise<void> {
    await this.#tables.deleteFrom('instant').where('id', '=', id).execute()
  }

  row(id: string): Promise<InstantRow | undefined> {
    return this.#tables.selectFrom('instant').selectAll().where('id', '=', id).executeTakeFirst()
  }

  /** Newest first; those that run or keep changes are all there. */
  async rows(): Promise<InstantRow[]> {
    const all = () => this.#tables.selectFrom('instant').selectAll().orderBy('began_at', 'desc')
    const [open, newest] = [await this.open(), await all().limit(MOST_SHOWN).execute()]
    const shown = new Set(newest.map(({ id }) => id))
    return [...newest, ...open.filter(({ id }) => !shown.has(id))]
  }

  /** Those that run, or whose changes lie here. */
  open(): Promise<InstantRow[]> {
    return this.#tables
      .selectFrom('instant')
      .selectAll()
      .where((is) => is.or([is('ended_at', 'is', null), is('changes_here', '=', 1)]))
      .orderBy('began_at', 'desc')
      .execute()
  }
}

export function sessionOf(row: InstantRow): InstantSession {
  const how = (row.ended ?? 'server') as InstantEnd
  return {
    id: row.id,
    generationId: row.generation_id,
    sourceId: row.source_id,
    format: row.format ?? undefined,
    sizeBytes: row.size_bytes ?? undefined,
    reason: row.reason as InstantReason,
    address: row.address ?? undefined,
    beganAt: row.began_at,
    beganBy: row.began_by,
    ended: row.ended_at === null ? undefined : { at: row.ended_at, how },
    bytesRead: row.bytes_read,
    changedBytes: row.changed_bytes,
    canWrite: row.changes !== null,
    keepsChanges: row.changes_here === 1,
  }
}
