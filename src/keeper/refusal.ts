/** A request that the Keeper does not do. Not an error of the Keeper: an answer, counted and alarmed. */
export type RefusalCode =
  | 'unauthorized'
  | 'too-many-attempts'
  | 'not-yours'
  | 'append-only'
  | 'exists'
  | 'not-found'
  | 'bad-request'
  | 'unknown-call'
  | 'hash-differs'
  | 'too-large'
  | 'too-many'
  | 'quota'
  | 'disk-full'
  | 'keys-closed'
  | 'bulk-reading'
  | 'manifest-malformed'
  | 'manifest-incomplete'
  | 'manifest-differs'
  /** What is to be held or replaced is no file, or has another name: an intruder's way to what is held. */
  | 'second-name'
  | 'enrolment-code'
  | 'policy-lower'
  | 'log-unknown'
  | 'log-signature'
  | 'log-size'
  | 'log-forked'
  | 'attestation'

/** HTTP status of each. restic gives up at once on 403, 404 and 507, and tries others again for up to 15 minutes. */
export const STATUS: Readonly<Record<RefusalCode, number>> = {
  unauthorized: 401,
  'too-many-attempts': 429,
  'not-yours': 403,
  'append-only': 403,
  exists: 403,
  'not-found': 404,
  'bad-request': 400,
  'unknown-call': 404,
  'hash-differs': 400,
  'too-large': 413,
  'too-many': 403,
  quota: 507,
  'disk-full': 507,
  'keys-closed': 403,
  'bulk-reading': 403,
  'manifest-malformed': 400,
  'manifest-incomplete': 409,
  'manifest-differs': 409,
  'second-name': 409,
  'enrolment-code': 403,
  'policy-lower': 403,
  'log-unknown': 404,
  'log-signature': 403,
  'log-size': 409,
  'log-forked': 422,
  attestation: 403,
}

export const isRefusalCode = (code: string | undefined): code is RefusalCode =>
  code !== undefined && Object.hasOwn(STATUS, code)

/** Those that happen in honest use (a file that is there already, one that is asked for and missing): no alarm. */
const HONEST: ReadonlySet<RefusalCode> = new Set(['exists', 'not-found', 'log-size', 'disk-full'])

export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly code: RefusalCode
  /** Further words for the log and the answer; never from the request unless checked. */
  readonly detail: string

  constructor(code: RefusalCode, detail = '') {
    super(detail === '' ? code : `${code}: ${detail}`)
    this.code = code
    this.detail = detail
  }

  get isSuspicious(): boolean {
    return !HONEST.has(this.code)
  }
}
