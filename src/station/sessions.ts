/** Who reads at the emergency PC: opened by the card with name, job and reason; ended by the lock or by not being touched. */
import { createHash, randomBytes } from 'node:crypto'
import type { EMERGENCY_PROFESSIONS, EMERGENCY_REASONS, Profession } from '#access'
import type { Clock, EpochMs } from '#base'
import { detailSealer, type Ledger, newEntry } from '#journal'
import type { Capability, Viewer } from '#web'

const IDLE_MS = 15 * 60_000

export interface Opening {
  readonly name: string
  readonly profession: (typeof EMERGENCY_PROFESSIONS)[number]
  readonly reason: (typeof EMERGENCY_REASONS)[number]
  readonly reasonText: string
}

interface Session {
  readonly viewer: Viewer
  usedAt: EpochMs
}

const CAN: ReadonlySet<Capability> = new Set<Capability>(['see-patients'])

export class Sessions {
  readonly #clock: Clock
  readonly #log: Pick<Ledger, 'append' | 'size'>
  readonly #station: string
  readonly #sessions = new Map<string, Session>()

  constructor(clock: Clock, log: Pick<Ledger, 'append' | 'size'>, station: string) {
    this.#clock = clock
    this.#log = log
    this.#station = station
  }

  /** Journaled before anything opens. @returns the cookie's token */
  async open({ name, profession, reason, reasonText }: Opening, subjectKey: Uint8Array): Promise<string> {
    const subject = `station:${this.#station}` as const
    const sealed = detailSealer(subjectKey).seal(JSON.stringify({ name, reason: reasonText }), subject)
    const personId = `station-${this.#station}-${randomBytes(6).toString('hex')}`
    await this.#log.append(
      newEntry('station.opened', { actor: `person:${personId}`, subject, sealed, data: { profession, reason } }),
    )
    const token = randomBytes(32).toString('base64url')
    const viewer = viewerOf(personId, name, profession, token)
    this.#sessions.set(token, { viewer, usedAt: this.#clock.now() })
    return token
  }

  get isAnyOpen(): boolean {
    return this.#sessions.size > 0
  }

  /** Its use prolongs it. */
  async session(token: string): Promise<Viewer | undefined> {
    await this.endIdle()
    const session = this.#sessions.get(token)
    if (session) session.usedAt = this.#clock.now()
    return session?.viewer
  }

  async end(token: string): Promise<void> {
    const session = this.#sessions.get(token)
    if (!session) return
    this.#sessions.delete(token)
    await this.#closed(session.viewer.personId, 'locked')
  }

  async endIdle(): Promise<void> {
    const now = this.#clock.now()
    // A clock that was put back makes nobody's session longer.
    const idle = [...this.#sessions].filter(([, { usedAt }]) => Math.abs(now - usedAt) > IDLE_MS)
    for (const [token, { viewer }] of idle) {
      this.#sessions.delete(token)
      await this.#closed(viewer.personId, 'idle')
    }
  }

  /** What ends is over whether it can be written down or not. */
  async #closed(personId: string, why: 'locked' | 'idle'): Promise<void> {
    const entry = newEntry('station.closed', { actor: `person:${personId}`, data: { why } })
    await this.#log.append(entry).catch(() => undefined)
  }
}

function viewerOf(personId: string, displayName: string, profession: Profession, token: string): Viewer {
  return {
    personId,
    displayName,
    profession,
    duties: [],
    can: CAN,
    sessionId: createHash('sha256').update(`session ${token}`).digest('base64url'),
    mustChangePassword: false,
  }
}
