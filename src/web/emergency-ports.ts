/** What the pages of emergency accounts ask for: envelopes, the way in with one, and the review. */
import type { EmergencyOpening, Envelope } from '#access'
import type { EpochMs } from '#base'
import type { EmergencyEnd } from '#journal'
import type { SignInResult, Viewer } from './ports.ts'
import type { JournalRow } from './read-models.ts'

export interface EnvelopeView extends Pick<Envelope, 'number' | 'state'> {
  readonly endedWhy?: EmergencyEnd
  readonly result?: 'right' | 'questioned'
  readonly askedAtMs: EpochMs
  readonly askedBy: string
  readonly madeAtMs?: EpochMs
  readonly openedAtMs?: EpochMs
  readonly untilMs?: EpochMs
  readonly endedAtMs?: EpochMs
  readonly reviewedAtMs?: EpochMs
  readonly reviewedBy?: string
  /** This person may make the code now: another one than who asked. */
  readonly mayMake: boolean
}

export interface EmergencyView {
  readonly envelopes: readonly EnvelopeView[]
  /** May ask for another one. */
  readonly mayAsk: boolean
}

/** One person's use of an envelope: what was given at the door, and every look. */
export interface EnvelopeUse {
  readonly atMs: EpochMs
  /** Absent where the reader of this page may not see what is sealed. */
  readonly name?: string
  readonly profession: string
  readonly reason: string
  readonly reasonText?: string
  readonly looks: readonly JournalRow[]
}

export interface EmergencyService {
  view(viewer: Viewer): Promise<EmergencyView>
  ask(viewer: Viewer): Promise<void>
  /** The code, this once; undefined where the number is none. @throws ACCESS_SECOND_PERSON, ACCESS_KEYS_LOCKED */
  make(viewer: Viewer, number: number): Promise<string>
  end(viewer: Viewer, number: number, why: Exclude<EmergencyEnd, 'time'>): Promise<void>
  uses(viewer: Viewer, number: number): Promise<{ envelope: EnvelopeView; uses: readonly EnvelopeUse[] } | undefined>
  sign(viewer: Viewer, number: number, result: 'right' | 'questioned'): Promise<void>
  /** The way in, for who is not signed in. */
  open(opening: EmergencyOpening): Promise<Exclude<SignInResult, { kind: 'first' }>>
}
