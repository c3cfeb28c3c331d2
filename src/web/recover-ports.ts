/** What the page 「前の砦から戻す」 asks for: on the sample's server of a new machine. */
import type { EpochMs, ErrorCode } from '#base'

export const RECOVER_PLACES = ['folder', 'keeper', 's3'] as const

export interface RecoverInput {
  /** Words of one sheet, or of two parted by an empty line. */
  readonly words: string
  readonly place: (typeof RECOVER_PLACES)[number]
  /** A folder's path, a Keeper's address, or https://host/bucket/prefix. */
  readonly address: string
  /** A Keeper's fingerprint and one-time code; a bucket's key and its secret. */
  readonly name: string
  readonly secret: string
  /** As printed; '' where it is not at hand. */
  readonly ledgerKey: string
}

export interface RecoverDay {
  readonly snapshot: string
  readonly atMs: EpochMs
  readonly mark?: 'attested' | 'received'
}

export type RecoverState =
  | { readonly kind: 'asking' }
  | { readonly kind: 'choosing'; readonly days: readonly RecoverDay[]; readonly corrected: readonly Corrected[] }
  | { readonly kind: 'running'; readonly source?: string; readonly files?: number; readonly filesTotal?: number }
  | { readonly kind: 'failed'; readonly code: ErrorCode }
  | {
      readonly kind: 'done'
      readonly url: string
      readonly institution: string
      readonly loginName: string
      readonly code: string
      readonly sources: readonly { readonly name: string; readonly brought: number; readonly left: number }[]
      /** Errors of the ledger's check; 0: all is as recorded. */
      readonly problems: number
    }

interface Corrected {
  readonly at: number
  readonly word: string
}

/** `unreadable`: which sheet, how many words were read, and the places of those that are none. */
export type RecoverLook =
  | { readonly kind: 'ok' }
  | { readonly kind: 'unreadable'; readonly sheet: number; readonly count: number; readonly unknown: readonly number[] }
  | { readonly kind: 'refused'; readonly code: ErrorCode }

export interface RecoverService {
  /** False where this server cannot begin another beside itself. */
  readonly offered: boolean
  state(): Promise<RecoverState>
  look(input: RecoverInput): Promise<RecoverLook>
  start(snapshot: string): Promise<void>
  /** Back to the form; a restore that runs goes on. */
  forget(): Promise<void>
}
