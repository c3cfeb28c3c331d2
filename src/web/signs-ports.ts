/** What the page of signs of an attack asks for. */
import type { EpochMs, ErrorCode } from '#base'
import type { ClearReason } from '#journal'
import type { SignKind } from '#vault'
import type { Viewer } from './ports.ts'

export interface SuspicionView {
  readonly generationId: string
  readonly sourceName: string
  readonly takenAtMs: EpochMs
  readonly signs: readonly { readonly kind: SignKind; readonly files: number }[]
  /** Of the same source, before it, without signs; undefined: there is none. */
  readonly lastClean: { readonly generationId: string; readonly takenAtMs: EpochMs } | undefined
  /** Files that it rests on, by their paths; undefined: this viewer may not see them. */
  readonly files: readonly string[] | undefined
}

export interface SignsService {
  /** Those that nobody has cleared, newest first. */
  open(viewer: Viewer): Promise<readonly SuspicionView[]>
  /**
   * Also plants again what watched there. `unplanted`: it was cleared, and why that was not possible.
   * @throws ACCESS_DENIED, VAULT_GENERATION_UNKNOWN
   */
  clear(
    viewer: Viewer,
    generationId: string,
    reason: ClearReason,
  ): Promise<{ readonly unplanted: ErrorCode | undefined }>
}
