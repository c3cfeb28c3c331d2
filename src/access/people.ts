/** Managing accounts. Every change is journaled; none removes the last person who could undo it. */
import { randomUUID } from 'node:crypto'
import { AppError, type EpochMs, isAppError } from '#base'
import type { Kysely } from '#db'
import { newEntry } from '#journal'
import type { AccessContext, SignedIn } from './context.ts'
import { mayDo } from './matrix.ts'
import { newCode, type OneTimeCode } from './one-time-code.ts'
import { hashPassword } from './password.ts'
import {
  checkNewPerson,
  checkRoles,
  needsReadingKeys,
  type NewPerson,
  type Person,
  type PersonId,
  toPerson,
} from './person.ts'
import type { ReadingKeys } from './key-ring.ts'
import type { Roles } from './roles.ts'
import type { AccessTables } from './tables.ts'

/** Who manages: somebody signed in, or whoever sits at the server's terminal (set-up, `toride access …`). */
export type By = SignedIn | 'terminal'

const CODE_VALID_MS = 72 * 3_600_000

export interface People {
  list(): Promise<Person[]>
  find(id: PersonId): Promise<Person | undefined>
  /** When each account was made. */
  madeAt(): Promise<ReadonlyMap<PersonId, EpochMs>>
  /**
   * The first account, when there is none with a password yet; its code is printed on the terminal. Called again before
   * the code was used, it gives a new one. Undefined as soon as somebody has set a password, for good.
   */
  firstAdministrator(first: NewPerson): Promise<{ person: Person; code: OneTimeCode } | undefined>
  /** Throws ACCESS_LOGIN_NAME_TAKEN, ACCESS_LOGIN_NAME_INVALID, ACCESS_ROLES_INVALID, ACCESS_KEYS_LOCKED, ACCESS_DENIED. */
  create(by: By, person: NewPerson): Promise<{ person: Person; code: OneTimeCode }>
  /**
   * Takes the password away and gives a one-time code; the person sets a new one. From the terminal nobody holds the
   * reading keys: the person can then sign in, and reads charts once an administrator resets the password again.
   */
  resetPassword(by: By, id: PersonId): Promise<{ code: OneTimeCode }>
  /**
   * After a restore on another machine: every session of the lost one ends, and an administrator (by name, else the first)
   * gets a one-time code and a place on the ring. Throws ACCESS_PERSON_NOT_FOUND where there is none.
   */
  recoverAdministrator(reading: ReadingKeys, loginName?: string): Promise<{ person: Person; code: OneTimeCode }>
  /** Throws ACCESS_LAST_ADMINISTRATOR. Who newly needs the reading keys gets them with the next `resetPassword`. */
  changeRoles(by: By, id: PersonId, roles: Roles): Promise<void>
  /** The name shown beside what this person did; sessions go on. Throws ACCESS_DENIED, ACCESS_PERSON_NOT_FOUND. */
  rename(by: By, id: PersonId, displayName: string): Promise<void>
  /** Ends the sessions and takes the keys away. Throws ACCESS_LAST_ADMINISTRATOR. */
  disable(by: By, id: PersonId): Promise<void>
  /** Comes back with a one-time code. */
  enable(by: By, id: PersonId): Promise<{ code: OneTimeCode }>
}

export function createPeople(context: AccessContext): People {
  const { db, clock, journal, ring } = context

  const people: People = {
    async list() {
      return (await db.selectFrom('access_person').selectAll().orderBy('login_name').execute()).map(toPerson)
    },
    async madeAt() {
      const rows = await db.selectFrom('access_person').select(['id', 'created_ms']).execute()
      return new Map(rows.map((row) => [row.id as PersonId, row.created_ms]))
    },
    async find(id) {
      const row = await db.selectFrom('access_person').selectAll().where('id', '=', id).executeTakeFirst()
      return row && toPerson(row)
    },
    async firstAdministrator(first) {
      const all = await people.list()
      if (all.some((person) => !person.waitsForFirstSignIn)) return undefined
      const waiting = all.find((person) => person.loginName === first.loginName)
      const reading = ring.unlockSetUp(context.systemKey)
      // Set-up is over: a code that was given since (by `toride recover`) is what opens the ring, and stays.
      if (all.length > 0 && !reading) return undefined
      if (waiting) return { person: waiting, ...(await giveCode(waiting, reading)) }
      return people.create('terminal', first)
    },
    async create(by, wanted) {
      demand(by)
      checkNewPerson(wanted)
      const reading = readingFor(by, wanted)
      const id = randomUUID() as PersonId
      await insert(id, wanted)
      const person = (await people.find(id))!
      const { loginName, profession, duties } = person
      await note(by, 'person.created', person, { loginName, profession, duties: [...duties] })
      return { person, ...(await giveCode(person, reading)) }
    },
    async resetPassword(by, id) {
      demand(by)
      const person = await demandPerson(id)
      await context.sessions.endAll(id)
      // An administrator who resets the own password uses `changePassword` instead; this one would lock the last out.
      const given = await giveCode(person, by === 'terminal' ? ring.unlockSetUp(context.systemKey) : by.reading)
      await note(by, 'person.changed', person, { changes: ['password-reset'] })
      return given
    },
    async recoverAdministrator(reading, loginName) {
      const person = (await people.list()).find(
        (one) =>
          !one.disabled &&
          one.duties.includes('administrator') &&
          (loginName === undefined || one.loginName === loginName),
      )
      if (!person) throw new AppError('ACCESS_PERSON_NOT_FOUND')
      for (const { id } of await people.list()) await context.sessions.endAll(id)
      await context.throttle.clear(person.loginName, person.id)
      const given = await giveCode(person, reading)
      await note('terminal', 'person.changed', person, { changes: ['password-reset'] })
      return { person, ...given }
    },
    async changeRoles(by, id, roles) {
      demand(by)
      checkRoles(roles)
      const person = await demandPerson(id)
      const keepsAdministration = roles.duties.includes('administrator')
      await unlessLastAdministrator(id, keepsAdministration, (transaction) =>
        transaction
          .updateTable('access_person')
          .set({ profession: roles.profession, duties: JSON.stringify(roles.duties) })
          .where('id', '=', id)
          .execute(),
      )
      if (!needsReadingKeys(roles)) ring.dismiss(id)
      // What is already open was opened under the old roles.
      await context.sessions.endAll(id)
      const { profession, duties } = roles
      await note(by, 'person.changed', person, { changes: ['roles'], profession, duties: [...duties] })
    },
    async rename(by, id, displayName) {
      demand(by)
      const person = await demandPerson(id)
      const values = { display_name: displayName.trim() }
      await db.updateTable('access_person').set(values).where('id', '=', id).execute()
      await note(by, 'person.changed', person, { changes: ['display-name'] })
    },
    async disable(by, id) {
      demand(by)
      const person = await demandPerson(id)
      const values = { disabled: 1, password_hash: null, code_hash: null, code_expires_ms: null }
      await unlessLastAdministrator(id, false, (transaction) =>
        transaction.updateTable('access_person').set(values).where('id', '=', id).execute(),
      )
      await context.sessions.endAll(id)
      ring.dismiss(id)
      await note(by, 'person.disabled', person, {})
    },
    async enable(by, id) {
      demand(by)
      const person = await demandPerson(id)
      const reading = readingFor(by, person)
      await db.updateTable('access_person').set({ disabled: 0 }).where('id', '=', id).execute()
      await note(by, 'person.enabled', person, {})
      return giveCode(person, reading)
    },
  }
  return people

  async function insert(id: PersonId, { loginName, displayName, profession, duties }: NewPerson): Promise<void> {
    try {
      await db
        .insertInto('access_person')
        .values({
          id,
          login_name: loginName,
          display_name: displayName.trim(),
          profession,
          duties: JSON.stringify(duties),
          password_hash: null,
          code_hash: null,
          code_expires_ms: null,
          disabled: 0,
          created_ms: clock.now(),
        })
        .execute()
    } catch (error) {
      throw isAppError(error, 'DB_CONFLICT') ? new AppError('ACCESS_LOGIN_NAME_TAKEN', { cause: error }) : error
    }
  }

  /** A new one-time code; the old password is gone. */
  async function giveCode(person: Person, reading: ReadingKeys | undefined): Promise<{ code: OneTimeCode }> {
    const code = newCode()
    const codeHash = await hashPassword(code, context.cost)
    // Without the reading keys at hand the old place stays: it may be the last that opens the ring.
    if (!needsReadingKeys(person)) ring.dismiss(person.id)
    else if (reading) await reading.admit(person.id, code)
    await db
      .updateTable('access_person')
      .set({ password_hash: null, code_hash: codeHash, code_expires_ms: clock.now() + CODE_VALID_MS })
      .where('id', '=', person.id)
      .execute()
    return { code }
  }

  /** The reading keys that a new place on the ring is made with. Throws ACCESS_KEYS_LOCKED where they are not at hand. */
  function readingFor(by: By, roles: Roles): ReadingKeys | undefined {
    if (!needsReadingKeys(roles)) return undefined
    const reading = by === 'terminal' ? ring.unlockSetUp(context.systemKey) : by.reading
    if (!reading) throw new AppError('ACCESS_KEYS_LOCKED')
    return reading
  }

  async function demandPerson(id: PersonId): Promise<Person> {
    const person = await people.find(id)
    if (!person) throw new AppError('ACCESS_PERSON_NOT_FOUND')
    return person
  }

  /** Changes a person only if somebody else can still administer. Serializable: two must not remove each other at once. */
  async function unlessLastAdministrator(
    id: PersonId,
    stays: boolean,
    change: (transaction: Kysely<AccessTables>) => Promise<unknown>,
  ): Promise<void> {
    await db
      .transaction()
      .setIsolationLevel('serializable')
      .execute(async (transaction) => {
        const able = (await transaction.selectFrom('access_person').selectAll().where('disabled', '=', 0).execute())
          .map(toPerson)
          .filter((person) => !person.waitsForFirstSignIn && person.duties.includes('administrator'))
        const isOne = able.some((person) => person.id === id)
        if (isOne && !stays && able.length === 1) throw new AppError('ACCESS_LAST_ADMINISTRATOR')
        await change(transaction as unknown as Kysely<AccessTables>)
      })
  }

  async function note<T extends 'person.created' | 'person.changed' | 'person.disabled' | 'person.enabled'>(
    by: By,
    type: T,
    person: Person,
    data: Parameters<typeof newEntry<T>>[1]['data'],
  ): Promise<void> {
    const actor = by === 'terminal' ? 'system:terminal' : (`person:${by.person.id}` as const)
    await journal.append(newEntry(type, { actor, subject: `person:${person.id}`, data }))
  }
}

function demand(by: By): void {
  if (by !== 'terminal' && !mayDo(by.person, 'manage-people')) throw new AppError('ACCESS_DENIED')
}
