/** People, sign-in, keys and protected patients as one face for the rooms above. */
import { AppError, type Clock } from '#base'
import type { Database } from '#db'
import { newEntry } from '#journal'
import type { AccessContext, AccessJournal, SignedIn } from './context.ts'
import { createEmergency, type Emergency } from './emergency/envelopes.ts'
import type { KeyRing } from './key-ring.ts'
import { createKits, type Kits } from './kit/register.ts'
import { createKeySettings, type KeySettings } from './key-settings.ts'
import { mayDo } from './matrix.ts'
import { type Argon2Cost, DEFAULT_COST } from './password.ts'
import { createPeople, type People } from './people.ts'
import type { PersonId } from './person.ts'
import { createReadTokens, type ReadTokens } from './read-tokens.ts'
import { createSessions, DEFAULT_LIMITS, type SessionLimits } from './session.ts'
import { createSignIn, type SignIn } from './sign-in.ts'
import type { SystemKey } from './system-key.ts'
import type { AccessTables } from './tables.ts'
import { createThrottle } from './throttle.ts'

export interface AccessOptions {
  readonly database: Database
  readonly clock: Clock
  readonly journal: AccessJournal
  readonly ring: KeyRing
  readonly systemKey: SystemKey
  readonly limits?: SessionLimits
  readonly cost?: Argon2Cost
}

export interface Access extends SignIn {
  readonly people: People
  readonly protectedPatients: ProtectedPatients
  readonly keys: KeySettings
  readonly kits: Kits
  readonly emergency: Emergency
  readonly readTokens: ReadTokens
  /** From the terminal: nobody has to wait any more for this account. */
  clearLockOut(loginName: string): Promise<void>
}

/** Colleagues who are patients. `subject`: `patient:<HMAC>`; `sealed`: the patient's id, for who holds the reading keys. */
export interface ProtectedPatients {
  protect(by: SignedIn, subject: string, more?: { colleague?: PersonId; sealed?: string }): Promise<void>
  lift(by: SignedIn, subject: string): Promise<void>
  list(by: SignedIn): Promise<readonly { readonly subject: string; readonly sealed: string | undefined }[]>
  /** All that are protected, to mark them in what leaves the house. */
  subjects(): Promise<readonly string[]>
  /** For `decideOpening`. */
  about(viewer: PersonId, subject: string): Promise<{ readonly protectedStaff: boolean; readonly ownChart: boolean }>
}

export function openAccess(options: AccessOptions): Access {
  const { database, clock, journal, ring, systemKey, limits = DEFAULT_LIMITS, cost = DEFAULT_COST } = options
  const db = database.tables<AccessTables>()
  const unlocked: AccessContext['unlocked'] = new Map()
  const sessions = createSessions(database, clock, limits, (hash) => unlocked.delete(hash))
  const throttle = createThrottle(database, clock)
  const context: AccessContext = { db, clock, journal, ring, systemKey, cost, sessions, throttle, unlocked }
  return {
    ...createSignIn(context),
    people: createPeople(context),
    protectedPatients: protectedPatients(context),
    keys: createKeySettings(context),
    kits: createKits(context),
    emergency: createEmergency(context),
    readTokens: createReadTokens(context),
    async clearLockOut(loginName) {
      const row = await db
        .selectFrom('access_person')
        .select('id')
        .where('login_name', '=', loginName)
        .executeTakeFirst()
      await throttle.clear(loginName, row?.id)
    },
  }
}

function protectedPatients({ db, journal }: AccessContext): ProtectedPatients {
  const find = (subject: string) =>
    db.selectFrom('access_protected_patient').selectAll().where('subject', '=', subject).executeTakeFirst()
  return {
    async protect(by, subject, { colleague, sealed } = {}) {
      demandProtecting(by)
      const about = actorAnd(by, subject)
      // Told again without a colleague or the id: what is known of them stays.
      const told = { ...(colleague && { person_id: colleague }), ...(sealed !== undefined && { sealed }) }
      await db
        .insertInto('access_protected_patient')
        .values({ subject, person_id: null, sealed: null, ...told })
        .onConflict((conflict) => conflict.column('subject').doUpdateSet({ subject, ...told }))
        .execute()
      await journal.append(
        newEntry('patient.protected', { ...about, ...(sealed === undefined ? {} : { sealed }), data: {} }),
      )
    },
    async lift(by, subject) {
      demandProtecting(by)
      const row = await find(subject)
      if (!row) return
      const about = actorAnd(by, subject)
      await db.deleteFrom('access_protected_patient').where('subject', '=', subject).execute()
      const sealed = row.sealed === null ? {} : { sealed: row.sealed }
      await journal.append(newEntry('patient.unprotected', { ...about, ...sealed, data: {} }))
    },
    async list(by) {
      demandProtecting(by)
      const rows = await db.selectFrom('access_protected_patient').selectAll().orderBy('subject').execute()
      return rows.map((row) => ({ subject: row.subject, sealed: row.sealed ?? undefined }))
    },
    async subjects() {
      const rows = await db.selectFrom('access_protected_patient').select('subject').execute()
      return rows.map(({ subject }) => subject)
    },
    async about(viewer, subject) {
      const row = await find(subject)
      return { protectedStaff: row !== undefined, ownChart: row?.person_id === viewer }
    },
  }
}

function demandProtecting(by: SignedIn): void {
  if (!mayDo(by.person, 'protect-patients')) throw new AppError('ACCESS_DENIED')
}

function actorAnd(by: SignedIn, subject: string): { actor: `person:${string}`; subject: `patient:${string}` } {
  if (!isPatientSubject(subject))
    throw new AppError('BASE_BUG', { detail: 'a patient is named by patientSubject only' })
  return { actor: `person:${by.person.id}`, subject }
}

const isPatientSubject = (subject: string): subject is `patient:${string}` => /^patient:[0-9a-f]{64}$/.test(subject)
