/**
 * The ledger as a table, for screens: by type, actor, subject and time, in pages. Derived: it may be thrown away at any
 * moment and is rebuilt from the log, also when the log it was made from is not the one at hand.
 */
import type { EpochMs } from '#base'
import type { Database, Kysely, Migration } from '#db'
import { rootAt } from '#tlog'
import { parseStored, type StoredEntry } from './codec.ts'
import type { LedgerReader } from './reader.ts'

export const JOURNAL_MIGRATIONS: readonly Migration[] = [
  {
    id: 2026112210,
    name: 'journal: derived table of the ledger',
    sql: [
      'CREATE TABLE journal_entry (idx BIGINT PRIMARY KEY, type {text} NOT NULL, at_ms BIGINT NOT NULL, actor {text} NOT NULL, subject {text}, body {text} NOT NULL)',
      'CREATE INDEX journal_entry_type ON journal_entry (type, idx)',
      'CREATE INDEX journal_entry_actor ON journal_entry (actor, idx)',
      'CREATE INDEX journal_entry_subject ON journal_entry (subject, idx)',
      'CREATE INDEX journal_entry_at ON journal_entry (at_ms)',
      'CREATE TABLE journal_position (origin {text} PRIMARY KEY, size BIGINT NOT NULL, root {text} NOT NULL)',
    ],
  },
]

interface Tables {
  journal_entry: { idx: number; type: string; at_ms: number; actor: string; subject: string | null; body: string }
  journal_position: { origin: string; size: number; root: string }
}

export interface JournalQuery {
  readonly types?: readonly string[]
  /** One, or any of several. */
  readonly actor?: string | readonly string[]
  /** Plain letters, `:` and `-`. */
  readonly actorBegins?: readonly string[]
  readonly subject?: string | readonly string[]
  /** From this instant on, and before that one. */
  readonly fromMs?: EpochMs
  readonly untilMs?: EpochMs
  /** Entries older than this index: `next` of the page before. */
  readonly before?: number
  /** 1 to 500, 50 where not given. */
  readonly limit?: number
}

export interface JournalPage {
  /** Newest first. */
  readonly entries: readonly { readonly index: number; readonly entry: StoredEntry }[]
  /** What to pass as `before` for the next page; undefined on the last. */
  readonly next: number | undefined
}

export interface JournalIndex {
  /**
   * The log as this table last saw it. Hand it to `verifyLedger` as known before catching up: a log that was cut off or
   * swapped while the server stood still is noticed at the next start.
   */
  lastSeen(): Promise<{ readonly size: number; readonly root: Uint8Array } | undefined>
  /** Takes in what the log has more; starts over where the table was made from another log. Returns the log's size. */
  catchUp(reader: LedgerReader): Promise<number>
  /** Throws the table away and makes it again. */
  rebuild(reader: LedgerReader): Promise<number>
  query(query: JournalQuery): Promise<JournalPage>
  /** The newest entry of a type, by subject where given. */
  latest(type: string, subject?: string): Promise<StoredEntry | undefined>
}

/** Rows written per transaction: short enough that a screen's query does not wait. */
const BATCH = 500
const MAX_PAGE = 500

export function openJournalIndex(database: Database): JournalIndex {
  const db = database.tables<Tables>()
  const index: JournalIndex = {
    async lastSeen() {
      const position = await db.selectFrom('journal_position').selectAll().executeTakeFirst()
      return position && { size: position.size, root: Buffer.from(position.root, 'hex') }
    },
    async catchUp(reader) {
      const position = await db.selectFrom('journal_position').selectAll().executeTakeFirst()
      return position && (await isBeginningOf(position, reader))
        ? takeIn(db, reader, position.size)
        : index.rebuild(reader)
    },
    async rebuild(reader) {
      await db.transaction().execute(async (transaction) => {
        await transaction.deleteFrom('journal_entry').execute()
        await transaction.deleteFrom('journal_position').execute()
      })
      return takeIn(db, reader, 0)
    },
    query: (query) => queryPage(db, query),
    async latest(type, subject) {
      const page = await queryPage(db, { types: [type], limit: 1, ...(subject === undefined ? {} : { subject }) })
      return page.entries[0]?.entry
    },
  }
  return index
}

async function isBeginningOf(position: Tables['journal_position'], reader: LedgerReader): Promise<boolean> {
  if (position.origin !== reader.checkpoint.origin || position.size > reader.log.size) return false
  return Buffer.from(await rootAt(reader.log, position.size)).toString('hex') === position.root
}

/** Adds the entries from `from` on; rows and position change together, so a crash leaves a shorter, true table. */
async function takeIn(db: Kysely<Tables>, reader: LedgerReader, from: number): Promise<number> {
  const { origin } = reader.checkpoint
  for (let start = from; start < reader.log.size; start += BATCH) {
    const end = Math.min(start + BATCH, reader.log.size)
    const rows: Tables['journal_entry'][] = []
    for await (const read of reader.entries(start, end)) rows.push(toRow(read))
    const position = { size: end, root: Buffer.from(await rootAt(reader.log, end)).toString('hex') }
    await db.transaction().execute(async (transaction) => {
      // A crashed or second run may have left rows beyond the position.
      await transaction.deleteFrom('journal_entry').where('idx', '>=', start).where('idx', '<', end).execute()
      for (let i = 0; i < rows.length; i += 100)
        await transaction
          .insertInto('journal_entry')
          .values(rows.slice(i, i + 100))
          .execute()
      await transaction
        .insertInto('journal_position')
        .values({ origin, ...position })
        .onConflict((conflict) => conflict.column('origin').doUpdateSet(position))
        .execute()
    })
  }
  return reader.log.size
}

function toRow({ index, entry }: { index: number; entry: StoredEntry }): Tables['journal_entry'] {
  const { atMs: at_ms, ...body } = entry
  return {
    idx: index,
    type: entry.type,
    at_ms,
    actor: entry.actor,
    subject: entry.subject ?? null,
    body: JSON.stringify(body),
  }
}

async function queryPage(db: Kysely<Tables>, query: JournalQuery): Promise<JournalPage> {
  const limit = Math.min(Math.max(1, query.limit ?? 50), MAX_PAGE)
  let select = db.selectFrom('journal_entry').select(['idx', 'body']).orderBy('idx', 'desc')
  if (query.types) select = select.where('type', 'in', [...query.types])
  if (query.actor !== undefined) select = select.where('actor', 'in', [query.actor].flat())
  const { actorBegins } = query
  if (actorBegins) select = select.where((is) => is.or(actorBegins.map((begin) => is('actor', 'like', `${begin}%`))))
  if (query.subject !== undefined) select = select.where('subject', 'in', [query.subject].flat())
  if (query.fromMs !== undefined) select = select.where('at_ms', '>=', query.fromMs)
  if (query.untilMs !== undefined) select = select.where('at_ms', '<', query.untilMs)
  if (query.before !== undefined) select = select.where('idx', '<', query.before)
  const rows = await select.limit(limit + 1).execute()
  const entries = rows.slice(0, limit).map((row) => ({ index: row.idx, entry: parseStored(row.body) }))
  return { entries, next: rows.length > limit ? entries.at(-1)?.index : undefined }
}
