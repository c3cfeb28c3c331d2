/** 非常用PC on production's screens: making one, how each is, taking its log in. */
import type { EpochMs, ErrorCode } from '#base'
import type { StationReason } from '#journal'
import type { Refused, Viewer } from './ports.ts'

export interface EmergencyPc {
  /** Four hex digits, as on its card. */
  readonly id: string
  readonly name: string
  /** `never`: it has not reported yet; `silent`: it has no way to report; `stale`: it reports, and its copies are old. */
  readonly state: 'good' | 'late' | 'stale' | 'never' | 'silent' | 'withdrawn'
  readonly waitsForCard: boolean
  readonly reportedAtMs?: EpochMs
  readonly copiedAtMs?: EpochMs
  /** Of the newest backup that it can show. */
  readonly asOfMs?: EpochMs
  readonly patients?: number
  readonly failure?: ErrorCode
  readonly test?: {
    readonly atMs: EpochMs
    readonly problems: number
    readonly printed: boolean
    readonly isOverdue: boolean
  }
  /** Entries of its log that were reported and not taken in yet. */
  readonly logWaiting: number
}

export interface PrintedWords {
  readonly word: string
  readonly number: string
}

export interface NewEmergencyPc {
  readonly id: string
  readonly name: string
  readonly madeAtMs: EpochMs
  /** Shown once, kept nowhere. */
  readonly words: readonly PrintedWords[]
}

export interface StationsService {
  list(): Promise<readonly EmergencyPc[]>
  /** @throws VAULT_KEY_MISSING where no person's password opened the reading keys */
  make(
    viewer: Viewer,
    input: { readonly name: string; readonly server: string },
  ): Promise<{ readonly kind: 'ok'; readonly made: NewEmergencyPc } | Refused<'name' | 'server'>>
  /** The file for the PC; its secrets are sealed by the card. Undefined for an unknown one. */
  file(viewer: Viewer, id: string): Promise<string | undefined>
  withdraw(viewer: Viewer, id: string, reason: StationReason): Promise<void>
  /** Takes a log in. */
  merge(
    viewer: Viewer,
    bytes: Uint8Array,
  ): Promise<
    | { readonly kind: 'ok'; readonly id: string; readonly looks: number; readonly missing: number }
    | { readonly kind: 'refused'; readonly code: ErrorCode }
  >
  /** What a PC sent by itself. @returns the signed answer @throws TLOG_…, VAULT_KEY_MISSING */
  report(text: string): Promise<string>
  /** What an emergency PC wrote down, and what it lacks. @returns the answer @throws TLOG_SIGNATURE_INVALID, TLOG_MALFORMED */
  books(text: string): Promise<string>
}
