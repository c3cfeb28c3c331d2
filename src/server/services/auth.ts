/** Signing in, as the web asks for it. */
import type { PasswordProblem, SignInResult as AccessResult } from '#access'
import { isAppError } from '#base'
import type { AuthService, FirstSignInResult, SignInResult } from '#web'
import { forgetUnread, type Institution } from '../institution.ts'
import { READING_KEYS } from '../keys.ts'
import { sessionOf, viewerOf } from './viewers.ts'

/** The cookie may live this long; the session behind it ends earlier when nobody uses it. */
const COOKIE_MS = 12 * 3_600_000

export function authService(institution: Institution): AuthService {
  const { access, keys, clock, vault, reserve, night, nightEditions, casebook } = institution
  const takeUp = async (): Promise<void> => {
    await vault.runs.recover()
    await vault.ensureOwnState()
  }
  const accept = (result: AccessResult): SignInResult => {
    if (result.ok) {
      const wasClosed = !keys.backupIsOpen
      const { reading } = result.signedIn
      if (reading) {
        keys.admit(reading)
        const key = reading.key(READING_KEYS.patientIndex)
        // Nobody waits to sign in for the sake of the night's file.
        if (key) void night.admit(key).catch(() => undefined)
        const bookKey = reading.key(READING_KEYS.patientSubject)
        if (bookKey) casebook.admit(bookKey)
        void nightEditions.learn(reading).catch(() => undefined)
      }
      // Where the institution keeps no system key, backup waited for this person.
      if (wasClosed && keys.backupIsOpen) void takeUp().catch(() => undefined)
      return { kind: 'ok', token: result.signedIn.token, expiresAtMs: clock.now() + COOKIE_MS }
    }
    if (result.why === 'must-set-password') return { kind: 'first' }
    return result.why === 'locked-out' ? { kind: 'wait', untilMs: result.untilMs } : { kind: 'wrong' }
  }
  return {
    async firstSignInOpen() {
      return (await access.people.list()).every((person) => person.waitsForFirstSignIn)
    },
    async signIn(loginName, password, address) {
      return accept(await reserve.spend(() => access.signIn({ loginName, password, address })))
    },
    async firstSignIn({ loginName, code, password }, address): Promise<FirstSignInResult> {
      const result = await reserve.spend(() =>
        access.setFirstPassword({ loginName, password: code, newPassword: password, address }),
      )
      if (!result.ok && result.why === 'weak-password') return { kind: weakness(result.problems) }
      return accept(result)
    },
    async session(token) {
      const session = access.emergency.session(token) ?? (await reserve.spend(() => access.session(token)))
      return session && viewerOf(session)
    },
    sessionRuns: async (token) => access.emergency.sessionRuns(token) || access.sessionRuns(token),
    async signOut(token) {
      if (!(await access.emergency.signOut(token))) await access.signOut(token)
      await forgetUnread(institution)
    },
    async unlock(viewer, password, address) {
      const result = await reserve.spend(() => access.unlock(sessionOf(viewer), password, address))
      const accepted = accept(result)
      if (accepted.kind === 'wait') return accepted
      if (accepted.kind !== 'ok') return { kind: 'wrong' }
      return result.ok && result.signedIn.reading ? { kind: 'ok' } : { kind: 'no-keys' }
    },
    async changePassword(viewer, current, next) {
      try {
        await access.changePassword(sessionOf(viewer), current, next)
        return { kind: 'ok' }
      } catch (error) {
        if (isAppError(error, 'ACCESS_PASSWORD_WRONG')) return { kind: 'wrong' }
        if (isAppError(error, 'ACCESS_PASSWORD_WEAK'))
          return { kind: weakness(String(error.context['problems']).split(',') as PasswordProblem[]) }
        throw error
      }
    },
  }
}

function weakness(problems: readonly PasswordProblem[]): 'short' | 'common' | 'same' {
  if (problems.includes('too-short')) return 'short'
  return problems.includes('guessable') ? 'common' : 'same'
}
