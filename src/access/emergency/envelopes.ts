/**
 * Emergency accounts (SECURITY.md 18): a sealed envelope with a printed code that opens charts when nobody's own account
 * does. Two people make it beforehand; it asks name, profession and reason; from its first use it runs for twelve hours,
 * whoever reads; then it is over for good, its looks are reviewed, and a new one is made. Sessions live in memory alone:
 * after a restart the code is typed again.
 */
import { randomBytes } from 'node:crypto'
import { AppError, type EpochMs, hasWords, inTurns } from '#base'
import { detailSealer, type EmergencyEnd, newEntry } from '#journal'
import type { AccessContext, SignedIn } from '../context.ts'
import type { ReadingKeys } from '../key-ring.ts'
import { type Action, mayDo } from '../matrix.ts'
import { newCode, type OneTimeCode, tidyCode } from '../one-time-code.ts'
import { hashPassword, isPassword } from '../password.ts'
import type { PersonId } from '../person.ts'
import type { Profession } from '../roles.ts'
import { tokenHash } from '../session.ts'
import type { AccessTables } from '../tables.ts'

/** Who is asked for in an emergency: by an envelope and at the emergency PC alike. */
export const EMERGENCY_PROFESSIONS = ['doctor', 'nurse', 'pharmacist', 'technologist', 'clerk'] as const
export const EMERGENCY_REASONS = ['down', 'drill', 'other'] as const
/** Ready ones at a time; each has to be found and counted. */
export const MOST_ENVELOPES = 5
/** From the first use on. */
const OPEN_MS = 12 * 3_600_000
const IDLE_MS = 30 * 60_000
/** Name of the reading key that seals name and reason, as all that the ledger says of patients. */
const SUBJECT_KEY = 'patient-subject'

export interface Envelope {
  readonly number: number
  /** asked: waits for a second person; ready: sealed; open: in use; ended: waits for its review; reviewed; void: never used. */
  readonly state: 'asked' | 'ready' | 'open' | 'ended' | 'reviewed' | 'void'
  readonly askedAt: EpochMs
  readonly askedBy: string
  readonly madeAt: EpochMs | undefined
  readonly madeBy: string | undefined
  readonly openedAt: EpochMs | undefined
  readonly until: EpochMs | undefined
  readonly endedAt: EpochMs | undefined
  readonly endedWhy: EmergencyEnd | undefined
  readonly reviewedAt: EpochMs | undefined
  readonly reviewedBy: string | undefined
  readonly result: 'right' | 'questioned' | undefined
}

export interface EmergencyOpening {
  readonly code: string
  readonly name: string
  readonly profession: (typeof EMERGENCY_PROFESSIONS)[number]
  readonly reason: (typeof EMERGENCY_REASONS)[number]
  readonly reasonText: string
  readonly address: string
}

export type EmergencyResult =
  | { readonly kind: 'ok'; readonly signedIn: SignedIn; readonly isFirst: boolean }
  | { readonly kind: 'wrong' }
  | { readonly kind: 'wait'; readonly untilMs: EpochMs }

export interface Emergency {
  /** The newest first. */
  list(): Promise<Envelope[]>
  /** One is asked for at a time; asked again, the first stays. @throws ACCESS_DENIED, ACCESS_ENVELOPES_ENOUGH */
  ask(by: SignedIn): Promise<void>
  /** By another person, who holds the reading keys. The code is shown this once. @throws ACCESS_DENIED, ACCESS_SECOND_PERSON, ACCESS_KEYS_LOCKED */
  make(by: SignedIn, number: number): Promise<{ readonly code: OneTimeCode }>
  /** Name, profession and reason with the code. Journaled before anything opens. */
  open(opening: EmergencyOpening): Promise<EmergencyResult>
  session(token: string): SignedIn | undefined
  /** Asking does not prolong it. */
  sessionRuns(token: string): boolean
  signOut(token: string): Promise<boolean>
  anyoneReads(): boolean
  /** What was given when this session opened; undefined for everybody else. */
  reasonOf(personId: string): string | undefined
  /** Ends it for everybody who reads with it; what is not in use is void. @throws ACCESS_DENIED */
  end(by: SignedIn, number: number, why: Exclude<EmergencyEnd, 'time'>): Promise<void>
  /** Ends those whose time is over. */
  endDue(): Promise<void>
  /** Signed off by a named person. @throws ACCESS_DENIED */
  review(by: SignedIn, number: number, looks: number, result: 'right' | 'questioned'): Promise<void>
}

interface Session {
  readonly signedIn: SignedIn
  readonly number: number
  readonly reason: string
  readonly startedMono: number
  usedMono: number
}

type Row = AccessTables['access_envelope']

export const envelopeId = (number: number): string => `emergency-${number}`

/** Whoever reads with an envelope's code has an account of that session only. */
export const isEmergencyAccount = ({ id }: { readonly id: string }): boolean => /^emergency-\d+-/.test(id)

export function createEmergency(context: AccessContext): Emergency {
  const { db, clock, journal, ring, cost, throttle } = context
  const sessions = new Map<string, Session>()
  /** Checking a code takes a second: what an envelope is must not change between the look and the deed. */
  const inTurn = inTurns()
  const rows = () => db.selectFrom('access_envelope').selectAll().orderBy('number', 'desc').execute()
  const find = (number: number) =>
    db.selectFrom('access_envelope').selectAll().where('number', '=', number).executeTakeFirst()
  const change = (number: number, values: Partial<Row>) =>
    db.updateTable('access_envelope').set(values).where('number', '=', number).execute()
  const ofPerson = (by: SignedIn) => ({ actor: `person:${by.person.id}` as const })

  const emergency: Emergency = {
    async list() {
      return (await rows()).map(envelopeOf)
    },
    ask: (by) =>
      inTurn(async () => {
        demand(by, 'manage-people')
        const all = await rows()
        const live = all.filter(({ ended_ms }) => ended_ms === null)
        if (live.some(({ made_ms }) => made_ms === null)) return
        if (live.length >= MOST_ENVELOPES) throw new AppError('ACCESS_ENVELOPES_ENOUGH')
        const number = (all[0]?.number ?? 0) + 1
        await journal.append(newEntry('emergency.asked', { ...ofPerson(by), data: { envelope: number } }))
        await db
          .insertInto('access_envelope')
          .values({ number, asked_ms: clock.now(), asked_by: by.person.id, ...NOTHING_YET })
          .execute()
      }),
    make: (by, number) =>
      inTurn(async () => {
        demand(by, 'confirm-kit')
        const row = await find(number)
        if (!row || row.made_ms !== null || row.ended_ms !== null) throw new AppError('ACCESS_ENVELOPE_OVER')
        if (row.asked_by === by.person.id) throw new AppError('ACCESS_SECOND_PERSON')
        if (!by.reading) throw new AppError('ACCESS_KEYS_LOCKED')
        const code = newCode()
        await by.reading.admit(envelopeId(number), code)
        await journal.append(newEntry('emergency.made', { ...ofPerson(by), data: { envelope: number } }))
        const codeHash = await hashPassword(code, cost)
        await change(number, { made_ms: clock.now(), made_by: by.person.id, code_hash: codeHash })
        return { code }
      }),
    async open(opening) {
      const key = `emergency ${opening.address}`
      // By address alone: nobody elsewhere can keep a ward out by guessing.
      const attempt = await throttle.begin(key, opening.address, undefined)
      if (!attempt.allowed) return { kind: 'wait', untilMs: attempt.untilMs }
      await emergency.endDue()
      const found = await withCode(tidyCode(opening.code))
      if (!found) {
        await noteWrong(opening.address)
        return { kind: 'wrong' }
      }
      await throttle.forget(key, opening.address)
      return inTurn(async () => {
        // Ended while its code was compared: nobody comes in by what was true then.
        const row = await find(found.row.number)
        return row?.ended_ms === null ? begin(row, found.reading, opening) : { kind: 'wrong' }
      })
    },
    session(token) {
      const session = running(token)
      if (session) session.usedMono = clock.monotonic()
      return session?.signedIn
    },
    sessionRuns: (token) => running(token) !== undefined,
    async signOut(token) {
      const session = running(token)
      if (!session) return false
      sessions.delete(tokenHash(token))
      const data = { why: 'signed-out' } as const
      await journal.append(newEntry('sign-in.ended', { ...ofPerson(session.signedIn), data }))
      return true
    },
    anyoneReads: () => [...sessions.keys()].some((hash) => alive(hash) !== undefined),
    reasonOf: (personId) => [...sessions.values()].find((one) => one.signedIn.person.id === personId)?.reason,
    end: (by, number, why) =>
      inTurn(async () => {
        demand(by, 'confirm-kit')
        const row = await find(number)
        if (row && row.ended_ms === null) await over(row, why, `person:${by.person.id}`)
      }),
    endDue: () =>
      inTurn(async () => {
        for (const row of await rows())
          if (row.ended_ms === null && row.until_ms !== null && clock.now() >= row.until_ms)
            await over(row, 'time', 'system:access')
      }),
    async review(by, number, looks, result) {
      demand(by, 'read-journal')
      const row = await find(number)
      if (!row || row.ended_ms === null || row.opened_ms === null || row.reviewed_ms !== null) return
      const data = { envelope: number, looks, result }
      await journal.append(newEntry('emergency.reviewed', { ...ofPerson(by), data }))
      await change(number, { reviewed_ms: clock.now(), reviewed_by: by.person.id, result })
    },
  }
  return emergency

  async function withCode(code: string): Promise<{ row: Row; reading: ReadingKeys } | undefined> {
    for (const row of await rows()) {
      if (row.code_hash === null || row.ended_ms !== null || !(await isPassword(code, row.code_hash, cost))) continue
      const reading = await ring.unlockByPerson(envelopeId(row.number), code)
      if (reading) return { row, reading }
    }
    return undefined
  }

  async function begin(row: Row, reading: ReadingKeys, opening: EmergencyOpening): Promise<EmergencyResult> {
    const { name, profession, reason, reasonText } = opening
    if (!hasWords(name) || !hasWords(reasonText)) throw new AppError('BASE_BUG', { detail: 'the form asks for both' })
    const subjectKey = reading.key(SUBJECT_KEY)
    if (!subjectKey) throw new AppError('ACCESS_KEYS_LOCKED')
    const id = `${envelopeId(row.number)}-${randomBytes(6).toString('hex')}` as PersonId
    const until = row.until_ms ?? clock.now() + OPEN_MS
    const subject = `person:${id}` as const
    const sealed = detailSealer(subjectKey).seal(JSON.stringify({ name, reason: reasonText }), subject)
    const data = { envelope: row.number, profession, reason, until: new Date(until).toISOString() }
    await journal.append(newEntry('emergency.opened', { actor: subject, subject, sealed, data }))
    const isFirst = row.opened_ms === null
    if (isFirst) await change(row.number, { opened_ms: clock.now(), until_ms: until })
    const token = randomBytes(32).toString('base64url')
    const signedIn = { person: personOf(id, name, profession), token, reading }
    const now = clock.monotonic()
    sessions.set(tokenHash(token), {
      signedIn,
      number: row.number,
      reason: reasonText,
      startedMono: now,
      usedMono: now,
    })
    return { kind: 'ok', signedIn, isFirst }
  }

  function running(token: string): Session | undefined {
    return alive(tokenHash(token))
  }

  /** By the clock that nobody can set back. */
  function alive(hash: string): Session | undefined {
    const session = sessions.get(hash)
    const now = clock.monotonic()
    if (session && now - session.usedMono < IDLE_MS && now - session.startedMono < OPEN_MS) return session
    sessions.delete(hash)
    return undefined
  }

  async function over(row: Row, why: EmergencyEnd, actor: `person:${string}` | 'system:access'): Promise<void> {
    for (const [hash, { number }] of sessions) if (number === row.number) sessions.delete(hash)
    ring.dismiss(envelopeId(row.number))
    await journal.append(newEntry('emergency.ended', { actor, data: { envelope: row.number, why } }))
    await change(row.number, { ended_ms: clock.now(), ended_why: why, code_hash: null })
  }

  async function noteWrong(address: string): Promise<void> {
    await journal.append(newEntry('sign-in.failed', { actor: 'system:sign-in', data: { address, why: 'code' } }))
  }
}

const NOTHING_YET = {
  made_ms: null,
  made_by: null,
  code_hash: null,
  opened_ms: null,
  until_ms: null,
  ended_ms: null,
  ended_why: null,
  reviewed_ms: null,
  reviewed_by: null,
  result: null,
}

function envelopeOf(row: Row): Envelope {
  return {
    number: row.number,
    state: stateOf(row),
    askedAt: row.asked_ms,
    askedBy: row.asked_by,
    madeAt: row.made_ms ?? undefined,
    madeBy: row.made_by ?? undefined,
    openedAt: row.opened_ms ?? undefined,
    until: row.until_ms ?? undefined,
    endedAt: row.ended_ms ?? undefined,
    endedWhy: (row.ended_why ?? undefined) as EmergencyEnd | undefined,
    reviewedAt: row.reviewed_ms ?? undefined,
    reviewedBy: row.reviewed_by ?? undefined,
    result: row.result === 'right' || row.result === 'questioned' ? row.result : undefined,
  }
}

function stateOf(row: Row): Envelope['state'] {
  if (row.reviewed_ms !== null) return 'reviewed'
  if (row.ended_ms !== null) return row.opened_ms === null ? 'void' : 'ended'
  if (row.opened_ms !== null) return 'open'
  return row.made_ms === null ? 'asked' : 'ready'
}

function personOf(id: PersonId, displayName: string, profession: Profession): SignedIn['person'] {
  const rest = { duties: [], disabled: false, waitsForFirstSignIn: false }
  return { id, loginName: id, displayName, profession, ...rest }
}

function demand(by: SignedIn, action: Action): void {
  if (!mayDo(by.person, action)) throw new AppError('ACCESS_DENIED')
}
