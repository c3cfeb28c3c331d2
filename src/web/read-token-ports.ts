/** What the page of tokens for programs (外部からの読み取り) asks for. */
import type { Profession } from '#access'
import type { EpochMs } from '#base'
import type { Refused, Viewer } from './ports.ts'

/** Which resources a token may read: whatever its profession sees, what is needed at once, or patients' names alone. */
export const TOKEN_RANGES = ['all', 'safety', 'names'] as const
export type TokenRange = (typeof TOKEN_RANGES)[number]

export interface ReadTokenInput {
  readonly name: string
  readonly profession: Exclude<Profession, 'vendor'>
  /** Ids; empty for all. */
  readonly sources: readonly string[]
  readonly range: TokenRange
  /** '' for none. */
  readonly reason: string
  /** Days from today. */
  readonly days: number
}

export interface ReadTokenView {
  readonly id: string
  readonly name: string
  readonly profession: Profession
  /** Names; empty for all. */
  readonly sources: readonly string[]
  readonly range: TokenRange
  readonly hasReason: boolean
  readonly madeAtMs: EpochMs
  readonly madeBy: string
  readonly untilMs: EpochMs
  readonly usedAtMs?: EpochMs
  readonly state: 'live' | 'withdrawn' | 'expired'
}

export interface ReadTokenService {
  view(viewer: Viewer): Promise<{
    readonly tokens: readonly ReadTokenView[]
    /** Sources with charts. */
    readonly sources: readonly { readonly id: string; readonly name: string }[]
  }>
  /** The token, this once. @throws ACCESS_KEYS_LOCKED */
  make(viewer: Viewer, input: ReadTokenInput): Promise<{ kind: 'ok'; token: string } | Refused<'name' | 'days'>>
  withdraw(viewer: Viewer, id: string): Promise<void>
}
