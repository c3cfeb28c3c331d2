/** Sessions: the browser holds a random token, the state only its SHA-256. */
import { createHash, randomBytes } from 'node:crypto'
import type { Clock } from '#base'
import type { Database } from '#db'
import type { AccessTables } from './tables.ts'

export interface SessionLimits {
  /** Ends after this long without a request. */
  readonly idleMs: number
  /** Ends after this long in any case. */
  readonly absoluteMs: number
}

/** Half an hour away from the PC, one long shift. */
export const DEFAULT_LIMITS: SessionLimits = { idleMs: 30 * 60_000, absoluteMs: 13 * 3_600_000 }
/** A request is noted at most this often: not a write for every image. */
const TOUCH_MS = 60_000

export interface Sessions {
  /** 256 random bits, base64url. */
  start(personId: string): Promise<string>
  /** Whose session it is, if it still runs; notes that it was used. */
  use(token: string): Promise<{ readonly personId: string } | undefined>
  /** Whether it still runs. Asking is no use of it: an open screen that asks by itself keeps nobody signed in. */
  runs(token: string): Promise<boolean>
  end(token: string): Promise<void>
  /** Ends what nobody used for too long or what is over its time. */
  endIdle(): Promise<void>
  /** Ends all of a person's sessions but the given one. */
  endAll(personId: string, exceptToken?: string): Promise<void>
}

export const tokenHash = (token: string): string => createHash('sha256').update(token).digest('hex')

/** `onEnd` hears of every session that ends, by token hash: what was unlocked for it is forgotten. */
export function createSessions(
  database: Database,
  clock: Clock,
  limits: SessionLimits,
  onEnd: (hash: string) => void,
): Sessions {
  const db = database.tables<AccessTables>()
  const remove = async (hashes: readonly string[]) => {
    hashes.forEach(onEnd)
    if (hashes.length > 0)
      await db
        .deleteFrom('access_session')
        .where('token_hash', 'in', [...hashes])
        .execute()
  }
  return {
    async start(personId) {
      const now = clock.now()
      await removeOld(now)
      const token = randomBytes(32).toString('base64url')
      const row = {
        token_hash: tokenHash(token),
        person_id: personId,
        seen_ms: now,
        expires_ms: now + limits.absoluteMs,
      }
      await db.insertInto('access_session').values(row).execute()
      return token
    },
    async use(token) {
      const now = clock.now()
      const hash = tokenHash(token)
      const row = await db.selectFrom('access_session').selectAll().where('token_hash', '=', hash).executeTakeFirst()
      if (!row) return undefined
      if (now >= row.expires_ms || now >= row.seen_ms + limits.idleMs) {
        await remove([hash])
        return undefined
      }
      if (now >= row.seen_ms + TOUCH_MS)
        await db.updateTable('access_session').set({ seen_ms: now }).where('token_hash', '=', hash).execute()
      return { personId: row.person_id }
    },
    async runs(token) {
      const now = clock.now()
      const row = await db
        .selectFrom('access_session')
        .selectAll()
        .where('token_hash', '=', tokenHash(token))
        .executeTakeFirst()
      return row !== undefined && now < row.expires_ms && now < row.seen_ms + limits.idleMs
    },
    end: (token) => remove([tokenHash(token)]),
    endIdle: () => removeOld(clock.now()),
    async endAll(personId, exceptToken) {
      const rows = await db
        .selectFrom('access_session')
        .select('token_hash')
        .where('person_id', '=', personId)
        .execute()
      const kept = exceptToken === undefined ? '' : tokenHash(exceptToken)
      await remove(rows.map((row) => row.token_hash).filter((hash) => hash !== kept))
    },
  }

  async function removeOld(now: number): Promise<void> {
    const rows = await db
      .selectFrom('access_session')
      .select('token_hash')
      .where((where) => where.or([where('expires_ms', '<=', now), where('seen_ms', '<=', now - limits.idleMs)]))
      .execute()
    await remove(rows.map((row) => row.token_hash))
  }
}
