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

interface Opening {
  readonly reason?: string
  usedAtMs: EpochMs
}
interface Notes {
  readonly searches: Map<string, string>
  readonly openings: Map<string, Opening>
}

export interface SessionNotes {
  /** Keeps a query and answers the token that stands for it in the address. */
  keepSearch(sessionId: string, query: string): string
  search(sessionId: string, token: string): string | undefined
  keepOpening(sessionId: string, chart: string, reason: string | undefined): void
  /** The opening of this chart, prolonged by its use, or undefined where it has to be opened (again). */
  opening(sessionId: string, chart: string): { readonly reason?: string } | undefined
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
    const notes = sessions.get(sessionId) ?? { searches: new Map(), openings: new Map() }
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
    keepOpening(sessionId, chart, reason) {
      const { openings } = of(sessionId)
      openings.set(chart, { usedAtMs: clock.now(), ...(reason === undefined ? {} : { reason }) })
      trim(openings, NOTES_MAX)
    },
    opening(sessionId, chart) {
      const found = sessions.get(sessionId)?.openings.get(chart)
      if (!found || clock.now() - found.usedAtMs > OPENING_MS) return undefined
      found.usedAtMs = clock.now()
      return found
    },
    forget: (sessionId) => void sessions.delete(sessionId),
  }
}
