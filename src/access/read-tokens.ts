/**
 * Tokens with which programs read (docs/design/fhir-api.md): made by a person on a screen for a name, a profession, sources,
 * scopes and a time; shown once, kept as SHA-256. A token has its own place on the ring of keys, so it reads without a
 * person and no longer than it is there.
 */
import { randomBytes } from 'node:crypto'
import { AppError, type EpochMs } from '#base'
import { newEntry } from '#journal'
import type { AccessContext, SignedIn } from './context.ts'
import type { ReadingKeys } from './key-ring.ts'
import { mayDo } from './matrix.ts'
import type { PersonId } from './person.ts'
import { PROFESSIONS, type Profession } from './roles.ts'
import { tokenHash } from './session.ts'
import type { AccessTables } from './tables.ts'

export interface NewReadToken {
  readonly name: string
  readonly profession: Exclude<Profession, 'vendor'>
  /** Ids; undefined: all. */
  readonly sources: readonly string[] | undefined
  readonly scopes: readonly string[]
  /** Given with each look: opens what the profession sees with a reason. */
  readonly reason: string | undefined
  readonly until: EpochMs
}

export interface ReadToken extends NewReadToken {
  readonly id: string
  readonly madeAt: EpochMs
  readonly madeBy: string
  readonly usedAt: EpochMs | undefined
  readonly state: 'live' | 'withdrawn' | 'expired'
}

export interface ReadTokens {
  /** The newest first. */
  list(): Promise<ReadToken[]>
  /** The token is shown this once. @throws ACCESS_DENIED, ACCESS_KEYS_LOCKED */
  make(by: SignedIn, wanted: NewReadToken): Promise<{ readonly id: string; readonly token: string }>
  /** The second time changes nothing. @throws ACCESS_DENIED */
  withdraw(by: SignedIn, id: string): Promise<void>
  /** All of them, after a recovery: who holds the lost machine may hold them. @returns how many read until then */
  withdrawAll(reading: ReadingKeys): Promise<number>
  /** Who reads with it; undefined for an unknown, withdrawn or expired one. */
  use(token: string): Promise<{ readonly signedIn: SignedIn; readonly about: ReadToken } | undefined>
  /** Whether a program read within the last half hour. */
  anyoneReads(): boolean
}

const PREFIX = 'toride_'
const RECENT_MS = 30 * 60_000
const TOUCH_MS = 60_000

type Row = AccessTables['access_read_token']

export function createReadTokens({ db, clock, journal, ring }: AccessContext): ReadTokens {
  /** Opening a place on the ring costs as much as a password: once per token and process. */
  const unlocked = new Map<string, { readonly reading: ReadingKeys; usedMono: number }>()
  const change = (id: string, values: Partial<Row>) =>
    db.updateTable('access_read_token').set(values).where('id', '=', id).execute()

  async function over(
    row: Row,
    why: 'person' | 'time' | 'recovered',
    actor: `person:${string}` | 'system:access',
    places: Pick<ReadingKeys, 'dismiss'> = ring,
  ): Promise<void> {
    unlocked.delete(row.token_hash)
    places.dismiss(row.id)
    await journal.append(newEntry('token.withdrawn', { actor, subject: `person:${row.id}`, data: { why } }))
    await change(row.id, { withdrawn_ms: clock.now() })
  }

  return {
    async list() {
      const rows = await db.selectFrom('access_read_token').selectAll().orderBy('created_ms', 'desc').execute()
      return rows.map((row) => tokenOf(row, clock.now()))
    },
    async make(by, wanted) {
      demand(by)
      if (!by.reading) throw new AppError('ACCESS_KEYS_LOCKED')
      const id = `token-${randomBytes(6).toString('hex')}`
      const token = PREFIX + randomBytes(32).toString('base64url')
      await by.reading.admit(id, token)
      const { name, profession, sources, scopes, reason, until } = wanted
      const data = {
        profession,
        sources: [...(sources ?? [])],
        scopes: [...scopes],
        reason: reason !== undefined,
        until: new Date(until).toISOString(),
      }
      await journal.append(newEntry('token.made', { actor: `person:${by.person.id}`, subject: `person:${id}`, data }))
      await db
        .insertInto('access_read_token')
        .values({
          id,
          name,
          profession,
          sources: sources ? JSON.stringify(sources) : null,
          scopes: JSON.stringify(scopes),
          reason: reason ?? null,
          token_hash: tokenHash(token),
          created_ms: clock.now(),
          created_by: by.person.id,
          expires_ms: until,
          withdrawn_ms: null,
          used_ms: null,
        })
        .execute()
      return { id, token }
    },
    async withdraw(by, id) {
      demand(by)
      const row = await db.selectFrom('access_read_token').selectAll().where('id', '=', id).executeTakeFirst()
      if (row && row.withdrawn_ms === null) await over(row, 'person', `person:${by.person.id}`)
    },
    async withdrawAll(reading) {
      const rows = await db.selectFrom('access_read_token').selectAll().where('withdrawn_ms', 'is', null).execute()
      for (const row of rows) await over(row, 'recovered', 'system:access', reading)
      return rows.length
    },
    async use(token) {
      if (!token.startsWith(PREFIX)) return undefined
      const hash = tokenHash(token)
      const row = await db.selectFrom('access_read_token').selectAll().where('token_hash', '=', hash).executeTakeFirst()
      if (!row || row.withdrawn_ms !== null) return undefined
      const now = clock.now()
      if (now >= row.expires_ms) {
        await over(row, 'time', 'system:access')
        return undefined
      }
      const reading = unlocked.get(hash)?.reading ?? (await ring.unlockByPerson(row.id, token))
      if (!reading) return undefined
      unlocked.set(hash, { reading, usedMono: clock.monotonic() })
      if (now - (row.used_ms ?? 0) > TOUCH_MS) await change(row.id, { used_ms: now })
      const about = tokenOf(row, now)
      return { signedIn: { person: personOf(about), token, reading }, about }
    },
    anyoneReads: () => [...unlocked.values()].some(({ usedMono }) => clock.monotonic() - usedMono < RECENT_MS),
  }
}

function tokenOf(row: Row, now: EpochMs): ReadToken {
  const profession = PROFESSIONS.find((known) => known === row.profession)
  return {
    id: row.id,
    name: row.name,
    // The least sight of charts where the row was changed by hand.
    profession: profession === undefined || profession === 'vendor' ? 'clerk' : profession,
    sources: row.sources === null ? undefined : (JSON.parse(row.sources) as string[]),
    scopes: JSON.parse(row.scopes) as string[],
    reason: row.reason ?? undefined,
    until: row.expires_ms,
    madeAt: row.created_ms,
    madeBy: row.created_by,
    usedAt: row.used_ms ?? undefined,
    state: row.withdrawn_ms !== null ? 'withdrawn' : now >= row.expires_ms ? 'expired' : 'live',
  }
}

function personOf({ id, name, profession }: ReadToken): SignedIn['person'] {
  const rest = { duties: [], disabled: false, waitsForFirstSignIn: false }
  return { id: id as PersonId, loginName: id, displayName: name, profession, ...rest }
}

function demand(by: SignedIn): void {
  if (!mayDo(by.person, 'manage-people')) throw new AppError('ACCESS_DENIED')
}
