/**
 * Growing delays against guessing. An attempt is counted before the password is looked at (a thousand at once are not
 * a thousand free tries) and forgotten when it was right. While blocked, nothing is looked at and nothing grows.
 *
 * Nobody can be kept out for ever: a delay never exceeds 15 minutes; from an address where the person has signed in
 * before only failures from that very address count, so a stranger's guessing does not block the administrator's desk;
 * and the terminal of the server clears everything (`clearLockOut`).
 */
import type { Clock, EpochMs } from '#base'
import type { Database, Kysely } from '#db'
import type { AccessTables } from './tables.ts'

type ThrottleScope = 'account' | 'address' | 'device'

interface Rule {
  /** Failures before the first delay. */
  readonly free: number
}
const RULES: Readonly<Record<ThrottleScope, Rule>> = {
  account: { free: 5 },
  device: { free: 5 },
  // Behind one address may sit a whole ward.
  address: { free: 20 },
}
const FIRST_DELAY_MS = 30_000
const MAX_DELAY_MS = 15 * 60_000
/** Failures older than this are forgotten. */
const FORGET_MS = 24 * 3_600_000
/** How long an address stays known after the last sign-in there. */
const KNOWN_MS = 90 * 24 * 3_600_000

type Attempt =
  | { readonly allowed: true; /** This failure, if it is one, starts a delay. */ readonly lockedOut?: LockOut }
  | { readonly allowed: false; readonly untilMs: EpochMs }

interface LockOut {
  readonly scope: ThrottleScope
  readonly untilMs: EpochMs
}

export interface Throttle {
  /** Counts an attempt. `personId`: whose account the login name is, where there is one. */
  begin(loginName: string, address: string, personId: string | undefined): Promise<Attempt>
  /** The password was right: forget the failures, remember the address. */
  succeeded(loginName: string, address: string, personId: string): Promise<void>
  /** The right code came from there, of no account: forget what was counted for it, and nothing of other desks. */
  forget(loginName: string, address: string): Promise<void>
  /** From the terminal: nobody waits any more for this account, from anywhere. */
  clear(loginName: string, personId: string | undefined): Promise<void>
}

type Db = Kysely<AccessTables>

export function createThrottle(database: Database, clock: Clock): Throttle {
  const db = database.tables<AccessTables>()
  return {
    async begin(loginName, address, personId) {
      const now = clock.now()
      const scopes = await scopesOf(db, loginName, address, personId, now)
      return db.transaction().execute((transaction) => count(transaction, scopes, now))
    },
    async succeeded(loginName, address, personId) {
      const now = clock.now()
      const keys = (await scopesOf(db, loginName, address, personId, now)).map(({ key }) => key)
      await db.deleteFrom('access_throttle').where('throttle_key', 'in', keys).execute()
      await db
        .insertInto('access_known_address')
        .values({ person_id: personId, address, last_ms: now })
        .onConflict((conflict) => conflict.columns(['person_id', 'address']).doUpdateSet({ last_ms: now }))
        .execute()
    },
    async forget(loginName, address) {
      const keys = (await scopesOf(db, loginName, address, undefined, clock.now())).map(({ key }) => key)
      await db.deleteFrom('access_throttle').where('throttle_key', 'in', keys).execute()
    },
    async clear(loginName, personId) {
      const rows = await db.selectFrom('access_throttle').select('throttle_key').execute()
      const own = rows.map((row) => row.throttle_key).filter((key) => isOf(key, loginName, personId))
      if (own.length > 0) await db.deleteFrom('access_throttle').where('throttle_key', 'in', own).execute()
    },
  }
}

interface Scope {
  readonly scope: ThrottleScope
  readonly key: string
}

/** Addresses are nobody's: they are cleared with any account, because the person may sit behind one. */
const isOf = (key: string, loginName: string, personId: string | undefined): boolean =>
  key === accountKey(loginName) ||
  key.startsWith('address:') ||
  (personId !== undefined && key.startsWith(`device:${personId}:`))

const accountKey = (loginName: string): string => `account:${loginName.slice(0, 100)}`

async function scopesOf(
  db: Db,
  loginName: string,
  address: string,
  personId: string | undefined,
  now: EpochMs,
): Promise<Scope[]> {
  const known =
    personId !== undefined &&
    (await db
      .selectFrom('access_known_address')
      .select('last_ms')
      .where('person_id', '=', personId)
      .where('address', '=', address)
      .where('last_ms', '>', now - KNOWN_MS)
      .executeTakeFirst())
  if (known) return [{ scope: 'device', key: `device:${personId}:${address}` }]
  return [
    { scope: 'account', key: accountKey(loginName) },
    { scope: 'address', key: `address:${address}` },
  ]
}

async function count(db: Db, scopes: readonly Scope[], now: EpochMs): Promise<Attempt> {
  const keys = scopes.map(({ key }) => key)
  const rows = await db.selectFrom('access_throttle').selectAll().where('throttle_key', 'in', keys).execute()
  const untilMs = Math.max(...rows.map((row) => row.blocked_until_ms), 0)
  // A clock that was set back must not turn a delay of minutes into one of years.
  if (untilMs > now && untilMs <= now + MAX_DELAY_MS) return { allowed: false, untilMs }
  let lockedOut: LockOut | undefined
  for (const { scope, key } of scopes) {
    const row = rows.find((found) => found.throttle_key === key)
    const failures = (row && row.last_ms > now - FORGET_MS ? row.failures : 0) + 1
    const delay = delayMs(failures - RULES[scope].free)
    const values = { failures, blocked_until_ms: delay > 0 ? now + delay : 0, last_ms: now }
    if (delay > 0) lockedOut = { scope, untilMs: now + delay }
    await db
      .insertInto('access_throttle')
      .values({ throttle_key: key, ...values })
      .onConflict((conflict) => conflict.column('throttle_key').doUpdateSet(values))
      .execute()
  }
  return { allowed: true, ...(lockedOut ? { lockedOut } : {}) }
}

/** None up to the last free failure, then 30 s doubling to 15 min. `over`: failures beyond the free ones, from 0. */
const delayMs = (over: number): number => (over < 0 ? 0 : Math.min(FIRST_DELAY_MS * 2 ** over, MAX_DELAY_MS))
