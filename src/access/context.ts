/** What the parts of this room share. */
import type { Clock } from '#base'
import type { Kysely } from '#db'
import type { Ledger } from '#journal'
import type { KeyRing, ReadingKeys } from './key-ring.ts'
import type { Argon2Cost } from './password.ts'
import type { Person } from './person.ts'
import type { Sessions } from './session.ts'
import type { SystemKey } from './system-key.ts'
import type { AccessTables } from './tables.ts'
import type { Throttle } from './throttle.ts'

/** Where this room notes what happened: the ledger, or in tests what stands in for it. */
export type AccessJournal = Pick<Ledger, 'append'>

export interface AccessContext {
  readonly db: Kysely<AccessTables>
  readonly clock: Clock
  readonly journal: AccessJournal
  readonly ring: KeyRing
  readonly systemKey: SystemKey
  readonly cost: Argon2Cost
  readonly sessions: Sessions
  readonly throttle: Throttle
  /** Reading keys unlocked by running sessions, by token hash; in memory only, gone with the process. */
  readonly unlocked: Map<string, ReadingKeys>
}

export interface SignedIn {
  readonly person: Person
  /** The session's token: for the cookie, and the key of form tokens. */
  readonly token: string
  /** Present when this session's person typed the password since the server started and may hold them. */
  readonly reading: ReadingKeys | undefined
}
