/** The state tables of this room. Staff only: no patient is named here; protected patients are keyed hashes. */
import type { Migration } from '#db'

export const ACCESS_MIGRATIONS: readonly Migration[] = [
  {
    id: 2026112220,
    name: 'access: people, sessions, throttle',
    sql: [
      'CREATE TABLE access_person (id {text} PRIMARY KEY, login_name {text} NOT NULL UNIQUE, display_name {text} NOT NULL, profession {text} NOT NULL, duties {text} NOT NULL, password_hash {text}, code_hash {text}, code_expires_ms BIGINT, disabled BIGINT NOT NULL, created_ms BIGINT NOT NULL)',
      'CREATE TABLE access_session (token_hash {text} PRIMARY KEY, person_id {text} NOT NULL REFERENCES access_person (id), seen_ms BIGINT NOT NULL, expires_ms BIGINT NOT NULL)',
      'CREATE INDEX access_session_person ON access_session (person_id)',
      'CREATE TABLE access_throttle (throttle_key {text} PRIMARY KEY, failures BIGINT NOT NULL, blocked_until_ms BIGINT NOT NULL, last_ms BIGINT NOT NULL)',
      'CREATE TABLE access_known_address (person_id {text} NOT NULL REFERENCES access_person (id), address {text} NOT NULL, last_ms BIGINT NOT NULL, PRIMARY KEY (person_id, address))',
      'CREATE TABLE access_protected_patient (subject {text} PRIMARY KEY, person_id {text} REFERENCES access_person (id))',
    ],
  },
  {
    id: 2026112830,
    name: 'access: which patient is protected, sealed',
    sql: ['ALTER TABLE access_protected_patient ADD COLUMN sealed {text}'],
  },
  {
    id: 2026112881,
    name: 'access: recovery kits and who holds their sheets',
    sql: [
      'CREATE TABLE access_kit (id {text} PRIMARY KEY, issued_ms BIGINT NOT NULL, issued_by {text} NOT NULL, facts_hash {text}, revoked_ms BIGINT, revoke_reason {text})',
      'CREATE TABLE access_kit_sheet (kit_id {text} NOT NULL REFERENCES access_kit (id), part BIGINT NOT NULL, holder {text} NOT NULL, kept_at {text} NOT NULL, outside BIGINT NOT NULL, questions {text} NOT NULL, checked_ms BIGINT, PRIMARY KEY (kit_id, part))',
    ],
  },
  {
    id: 2026112882,
    name: 'access: asking for another recovery kit',
    sql: [
      'CREATE TABLE access_kit_request (requested_ms BIGINT PRIMARY KEY, requested_by {text} NOT NULL, reason {text} NOT NULL, confirmed_ms BIGINT, confirmed_by {text}, done_ms BIGINT)',
    ],
  },
  {
    id: 2026112950,
    name: 'access: emergency envelopes, tokens of programs that read',
    sql: [
      'CREATE TABLE access_envelope (number BIGINT PRIMARY KEY, asked_ms BIGINT NOT NULL, asked_by {text} NOT NULL, made_ms BIGINT, made_by {text}, code_hash {text}, opened_ms BIGINT, until_ms BIGINT, ended_ms BIGINT, ended_why {text}, reviewed_ms BIGINT, reviewed_by {text}, result {text})',
      'CREATE TABLE access_read_token (id {text} PRIMARY KEY, name {text} NOT NULL, profession {text} NOT NULL, sources {text}, scopes {text} NOT NULL, reason {text}, token_hash {text} NOT NULL UNIQUE, created_ms BIGINT NOT NULL, created_by {text} NOT NULL, expires_ms BIGINT NOT NULL, withdrawn_ms BIGINT, used_ms BIGINT)',
    ],
  },
]

export interface AccessTables {
  access_person: {
    id: string
    login_name: string
    display_name: string
    profession: string
    /** JSON array. */
    duties: string
    /** PHC string, or null until the first password is set. */
    password_hash: string | null
    /** PHC string of a one-time code that waits to be used. */
    code_hash: string | null
    code_expires_ms: number | null
    disabled: number
    created_ms: number
  }
  /** `token_hash`: SHA-256 of the token, hex; the token itself is only in the browser. */
  access_session: { token_hash: string; person_id: string; seen_ms: number; expires_ms: number }
  access_throttle: { throttle_key: string; failures: number; blocked_until_ms: number; last_ms: number }
  access_known_address: { person_id: string; address: string; last_ms: number }
  /** `subject`: `patient:<HMAC>`; `person_id`: the colleague, where it is one with an account; `sealed`: the patient's id, as in the ledger. */
  access_protected_patient: { subject: string; person_id: string | null; sealed: string | null }
  /** No secret: what a kit opens lies in the ring, the kit itself on paper. `facts_hash`: of the list of places as it was printed. */
  access_kit: {
    id: string
    issued_ms: number
    issued_by: string
    facts_hash: string | null
    revoked_ms: number | null
    revoke_reason: string | null
  }
  /** Another kit takes two people, or the same one on a later day. `done_ms`: used or withdrawn. */
  access_kit_request: {
    requested_ms: number
    requested_by: string
    reason: string
    confirmed_ms: number | null
    confirmed_by: string | null
    done_ms: number | null
  }
  /** An emergency account is one sealed envelope with one code; used up or withdrawn, another one is made. */
  access_envelope: {
    number: number
    asked_ms: number
    asked_by: string
    /** When a second person made the code; null: only asked for. */
    made_ms: number | null
    made_by: string | null
    /** PHC string; null before it is made and after its end. */
    code_hash: string | null
    opened_ms: number | null
    until_ms: number | null
    ended_ms: number | null
    ended_why: string | null
    reviewed_ms: number | null
    reviewed_by: string | null
    result: string | null
  }
  /** `sources`, `scopes`: JSON lists, `sources` null for all; `token_hash`: SHA-256, hex. */
  access_read_token: {
    id: string
    name: string
    profession: string
    sources: string | null
    scopes: string
    reason: string | null
    token_hash: string
    created_ms: number
    created_by: string
    expires_ms: number
    withdrawn_ms: number | null
    used_ms: number | null
  }
  /** `part` 0: the kit, 1 to 3 its shares. `questions`: JSON, places of words and the PHC string of what stands there. */
  access_kit_sheet: {
    kit_id: string
    part: number
    holder: string
    kept_at: string
    /** 1: in another building. */
    outside: number
    questions: string
    /** When its words were last typed in right; null: never, so nobody has proved that it was printed. */
    checked_ms: number | null
  }
}
