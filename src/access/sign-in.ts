/** Signing in and out, first password, unlocking after a restart. Every way in passes the throttle and is journaled. */
import { AppError } from '#base'
import { newEntry, type EntryData } from '#journal'
import type { AccessContext, SignedIn } from './context.ts'
import type { ReadingKeys } from './key-ring.ts'
import { tidyCode } from './one-time-code.ts'
import { hashPassword, isPassword } from './password.ts'
import { type PasswordProblem, passwordProblems } from './password-rules.ts'
import { needsReadingKeys, type Person, toPerson } from './person.ts'
import { tokenHash } from './session.ts'
import type { AccessTables } from './tables.ts'

export interface Credentials {
  readonly loginName: string
  /** The password, or the one-time code at the first sign-in. */
  readonly password: string
  /** Where the request comes from, as the web server believes it (behind a proxy: what the trusted proxy says). */
  readonly address: string
}

export type SignInResult =
  | { readonly ok: true; readonly signedIn: SignedIn }
  /** One answer for no such account, wrong password and disabled account. */
  | { readonly ok: false; readonly why: 'wrong' }
  | { readonly ok: false; readonly why: 'locked-out'; readonly untilMs: number }
  /** The one-time code was right: ask for a new password, then {@link SignIn.setFirstPassword} with the same code. */
  | { readonly ok: false; readonly why: 'must-set-password' }
  | { readonly ok: false; readonly why: 'code-expired' }
  | { readonly ok: false; readonly why: 'weak-password'; readonly problems: readonly PasswordProblem[] }

export interface SignIn {
  signIn(credentials: Credentials): Promise<SignInResult>
  setFirstPassword(credentials: Credentials & { readonly newPassword: string }): Promise<SignInResult>
  /** Ends the person's other sessions. Throws ACCESS_PASSWORD_WRONG, ACCESS_PASSWORD_WEAK, ACCESS_LOCKED_OUT. */
  changePassword(signedIn: SignedIn, current: string, newPassword: string): Promise<void>
  /** After a restart of the server: the same person types the password again and may read charts. */
  unlock(signedIn: SignedIn, password: string, address: string): Promise<SignInResult>
  /** The session behind a cookie, or undefined where there is none that runs. */
  session(token: string): Promise<SignedIn | undefined>
  /** Whether the session behind a cookie still runs; unlike `session`, asking does not prolong it. */
  sessionRuns(token: string): Promise<boolean>
  signOut(token: string): Promise<void>
  /** Whether a running session still holds reading keys; sessions that nobody uses any more end first. */
  anyoneReads(): Promise<boolean>
}

type Row = AccessTables['access_person']
type FailureReason = EntryData<'sign-in.failed'>['why']

export function createSignIn(context: AccessContext): SignIn {
  const { db, clock, journal, ring, cost, sessions, throttle, unlocked } = context

  return {
    async signIn(credentials) {
      const checked = await check(credentials)
      if (!checked.ok) return checked
      if (checked.by === 'code') return { ok: false, why: 'must-set-password' }
      return { ok: true, signedIn: await begin(checked.row, credentials) }
    },
    async setFirstPassword({ newPassword, ...credentials }) {
      const checked = await check(credentials)
      if (!checked.ok) return checked
      // A password is changed where the present one is asked for, not with it.
      if (checked.by !== 'code') return { ok: false, why: 'wrong' }
      const problems = problemsOf(newPassword, toPerson(checked.row))
      if (problems.length > 0) return { ok: false, why: 'weak-password', problems }
      await setPassword(checked.row, credentials.password, newPassword)
      return { ok: true, signedIn: await begin(checked.row, { ...credentials, password: newPassword }) }
    },
    async changePassword({ person, token }, current, newPassword) {
      const row = await findRow(person.loginName)
      // Counted by itself: whoever finds an open session must not try passwords without end.
      const attempt = await throttle.begin(`change ${person.id}`, `change ${person.id}`, undefined)
      if (!attempt.allowed) throw new AppError('ACCESS_LOCKED_OUT', { context: { untilMs: attempt.untilMs } })
      if (!row || !(await isPassword(current, row.password_hash, cost))) throw new AppError('ACCESS_PASSWORD_WRONG')
      await throttle.succeeded(`change ${person.id}`, `change ${person.id}`, person.id)
      const problems = problemsOf(newPassword, person)
      if (problems.length > 0 || newPassword === current)
        throw new AppError('ACCESS_PASSWORD_WEAK', { context: { problems: problems.join(',') || 'unchanged' } })
      await setPassword(row, current, newPassword)
      await sessions.endAll(person.id, token)
      const data = { changes: ['password'] }
      await journal.append(
        newEntry('person.changed', { actor: `person:${person.id}`, subject: `person:${person.id}`, data }),
      )
    },
    async unlock({ person, token }, password, address) {
      const checked = await check({ loginName: person.loginName, password, address })
      if (!checked.ok) return checked
      if (checked.by === 'code') return { ok: false, why: 'must-set-password' }
      return { ok: true, signedIn: await open(toPerson(checked.row), token, password) }
    },
    async session(token) {
      const session = await sessions.use(token)
      const row =
        session &&
        (await db.selectFrom('access_person').selectAll().where('id', '=', session.personId).executeTakeFirst())
      if (!row || row.disabled !== 0) return undefined
      return { person: toPerson(row), token, reading: unlocked.get(tokenHash(token)) }
    },
    sessionRuns: (token) => sessions.runs(token),
    async signOut(token) {
      const session = await sessions.use(token)
      if (!session) return
      await sessions.end(token)
      await journal.append(
        newEntry('sign-in.ended', { actor: `person:${session.personId}`, data: { why: 'signed-out' } }),
      )
    },
    async anyoneReads() {
      await sessions.endIdle()
      return unlocked.size > 0
    },
  }

  /** The one place where a password or code is compared. */
  async function check({
    loginName,
    password,
    address,
  }: Credentials): Promise<{ ok: true; row: Row; by: 'password' | 'code' } | Extract<SignInResult, { ok: false }>> {
    const name = loginName.trim().normalize('NFKC').toLowerCase()
    const row = await findRow(name)
    const attempt = await throttle.begin(name, address, row?.id)
    if (!attempt.allowed) return { ok: false, why: 'locked-out', untilMs: attempt.untilMs }
    const byPassword = await isPassword(password, row?.password_hash ?? null, cost)
    const byCode = !byPassword && row?.code_hash != null && (await isPassword(tidyCode(password), row.code_hash, cost))
    const expired = byCode && clock.now() >= (row.code_expires_ms ?? 0)
    if (row && row.disabled === 0 && (byPassword || (byCode && !expired))) {
      await throttle.succeeded(name, address, row.id)
      return { ok: true, row, by: byPassword ? 'password' : 'code' }
    }
    await noteFailure(row, address, failureReason(row, expired), attempt.lockedOut)
    return { ok: false, why: expired ? 'code-expired' : 'wrong' }
  }

  async function begin(row: Row, { password, address }: Credentials): Promise<SignedIn> {
    const person = toPerson({ ...row, password_hash: row.password_hash ?? '' })
    const token = await sessions.start(person.id)
    await journal.append(newEntry('sign-in.succeeded', { actor: `person:${person.id}`, data: { address } }))
    return open(person, token, password)
  }

  /** Unlocks the reading keys for a session, where its person has a place on the ring. */
  async function open(person: Person, token: string, password: string): Promise<SignedIn> {
    const reading = needsReadingKeys(person) ? await ring.unlockByPerson(person.id, password) : undefined
    if (reading) {
      unlocked.set(tokenHash(token), reading)
      await journal.append(newEntry('keys.unlocked', { actor: `person:${person.id}`, data: { by: 'person' } }))
    }
    return { person, token, reading }
  }

  /**
   * First the ring, then the hash. Killed between the two, the old password or code still signs in, and the next try finds
   * the ring open to the new one already. During set-up the system key helps out, so that the ring cannot be lost.
   */
  async function setPassword(row: Row, old: string, password: string): Promise<void> {
    const hash = await hashPassword(password, cost)
    const reading = needsReadingKeys(toPerson(row))
      ? await readingOf(row.id, [old, tidyCode(old), password])
      : undefined
    if (reading) await reading.admit(row.id, password)
    await db
      .updateTable('access_person')
      .set({ password_hash: hash, code_hash: null, code_expires_ms: null })
      .where('id', '=', row.id)
      .execute()
    if (reading) ring.endSetUp()
  }

  async function readingOf(personId: string, secrets: readonly string[]): Promise<ReadingKeys | undefined> {
    for (const secret of secrets) {
      const reading = await ring.unlockByPerson(personId, secret)
      if (reading) return reading
    }
    return ring.unlockSetUp(context.systemKey)
  }

  function findRow(loginName: string): Promise<Row | undefined> {
    return db.selectFrom('access_person').selectAll().where('login_name', '=', loginName).executeTakeFirst()
  }

  /** Without an account nothing is said about the name: people type their password into that field. */
  async function noteFailure(
    row: Row | undefined,
    address: string,
    why: FailureReason,
    lockedOut: { scope: 'account' | 'address' | 'device'; untilMs: number } | undefined,
  ): Promise<void> {
    const about = { actor: 'system:sign-in', ...(row ? { subject: `person:${row.id}` as const } : {}) } as const
    const notes = [journal.append(newEntry('sign-in.failed', { ...about, data: { address, why } }))]
    if (lockedOut) {
      const data = { address, scope: lockedOut.scope, until: new Date(lockedOut.untilMs).toISOString() }
      notes.push(journal.append(newEntry('sign-in.locked-out', { ...about, data })))
    }
    await Promise.all(notes)
  }
}

function failureReason(row: Row | undefined, expired: boolean): FailureReason {
  if (!row) return 'unknown'
  if (row.disabled !== 0) return 'disabled'
  if (expired) return 'expired'
  return row.code_hash === null ? 'password' : 'code'
}

const problemsOf = (password: string, { loginName, displayName }: Person): PasswordProblem[] =>
  passwordProblems(password, [loginName, displayName])
