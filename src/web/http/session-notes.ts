/**
 * What a session remembers on the server for a short while: what was searched for and which charts were opened. It keeps
 * names and ids out of addresses (history, logs, a glance at the screen), and lets "back" work after a post. In memory
 * only; a restart asks again.
 */
import { randomBytes } from 'node:crypto'
import type { Clock, EpochMs } from '#base'

/** An opening is good for this long without use; then two identifiers are asked again. */
const OPENING_MS = 30 * 60_000
const SESSIONS_MAX = 500
const NOTES_MAX = 100
const PATIENTS_MAX = 5000

/** What was said and shown at an opening. */
interface Opening {
  readonly reason?: string
  /** As confirmed: name, typed birth date. */
  readonly identifiers: readonly string[]
  /** Paths of the documents that the chart names; an address carries only the place in this list. */
  documents?: readonly string[]
}
interface Notes {
  readonly searches: Map<string, string>
  readonly openings: Map<string, { opening: Opening; usedAtMs: EpochMs }>
  /** Patient key to token and back. */
  readonly tokens: Map<string, string>
  readonly patients: Map<string, string>
}

export interface SessionNotes {
  /** Keeps a query and answers the token that stands for it in the address. */
  keepSearch(sessionId: string, query: string): string
  search(sessionId: string, token: string): string | undefined
  /** Stands for a patient in addresses of this session: keys are made of patient ids. */
  patientToken(sessionId: string, patientKey: string): string
  patientKey(sessionId: string, token: string): string | undefined
  keepOpening(sessionId: string, chart: string, opening: Opening): void
  /** The opening of this chart, prolonged by its use, or undefined where it has to be opened (again). */
  opening(sessionId: string, chart: string): Opening | undefined
  forget(sessionId: string): void
}

/** Drops the oldest entries of an insertion-ordered map. */
function trim(map: Map<string, unknown>, max: number): void {
  for (const key of map.keys()) {
    if (map.size <= max) return
    map.delete(key)
  }
}

export function createSessionNotes(clock: Clock): SessionNotes {
  const sessions = new Map<string, Notes>()
  function of(sessionId: string): Notes {
    const notes = sessions.get(sessionId) ?? {
      searches: new Map(),
      openings: new Map(),
      tokens: new Map(),
      patients: new Map(),
    }
    sessions.delete(sessionId)
    sessions.set(sessionId, notes)
    trim(sessions, SESSIONS_MAX)
    return notes
  }
  return {
    keepSearch(sessionId, query) {
      const token = randomBytes(9).toString('base64url')
      const { searches } = of(sessionId)
      searches.set(token, query)
      trim(searches, NOTES_MAX)
      return token
    },
    search: (sessionId, token) => sessions.get(sessionId)?.searches.get(token),
    patientToken(sessionId, patientKey) {
      const { tokens, patients } = of(sessionId)
      const token = tokens.get(patientKey) ?? randomBytes(12).toString('base64url')
      tokens.set(patientKey, token)
      patients.set(token, patientKey)
      trim(tokens, PATIENTS_MAX)
      trim(patients, PATIENTS_MAX)
      return token
    },
    patientKey: (sessionId, token) => sessions.get(sessionId)?.patients.get(token),
    keepOpening(sessionId, chart, opening) {
      const { openings } = of(sessionId)
      openings.set(chart, { opening, usedAtMs: clock.now() })
      trim(openings, NOTES_MAX)
    },
    opening(sessionId, chart) {
      const found = sessions.get(sessionId)?.openings.get(chart)
      if (!found || clock.now() - found.usedAtMs > OPENING_MS) return undefined
      found.usedAtMs = clock.now()
      return found.opening
    },
    forget: (sessionId) => void sessions.delete(sessionId),
  }
}
