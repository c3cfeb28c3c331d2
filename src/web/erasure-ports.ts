/** What the pages of the erasure register ask for. */
import type { EpochMs } from '#base'
import type { EraseReason, LiftReason } from '#journal'
import type { Refused, Viewer } from './ports.ts'

export interface ErasureInput {
  readonly kind: 'patient' | 'path'
  /** A patient's id, or an absolute path below a source. */
  readonly what: string
  readonly reason: EraseReason
}

export interface ErasureView {
  readonly id: string
  readonly kind: 'patient' | 'path'
  /** Patient data. */
  readonly label: string
  readonly sourceId: string
  readonly sourceName: string
  readonly reason: EraseReason
  readonly enteredAtMs: EpochMs
  readonly enteredBy: string
  /** lifted: shown again; done: gone everywhere; waiting: hidden, still in `held` backups. */
  readonly state: 'waiting' | 'lifted' | 'done'
  readonly stateAtMs: EpochMs
  readonly held: number
  /** Absent: the source must go on in a new repository before the day is certain. */
  readonly endsAtMs?: EpochMs
}

export interface ErasureService {
  /** @throws ACCESS_DENIED, VAULT_KEY_MISSING */
  list(viewer: Viewer): Promise<readonly ErasureView[]>
  enter(viewer: Viewer, input: ErasureInput): Promise<{ kind: 'ok' } | Refused<'what'>>
  lift(viewer: Viewer, id: string, reason: LiftReason): Promise<void>
  /** The source goes on in a new repository. */
  renew(viewer: Viewer, sourceId: string): Promise<void>
}
