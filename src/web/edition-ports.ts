/** 非常用ディスク as the screens need it: the register, making one, its files, its passphrases once. */
import type { EpochMs } from '#base'
import type { EditionEvent, EditionKind, EditionMedium, EditionRecord } from '#edition'
import type { EditionMove } from '#journal'
import type { Refused, Viewer } from './ports.ts'

export type { EditionEvent, EditionKind, EditionMedium, EditionRecord, EditionState } from '#edition'

export interface EditionList {
  /** Newest first. */
  readonly editions: readonly EditionRecord[]
  /** One that is being made. */
  readonly jobId: string | undefined
}

export interface EditionPreparation {
  /** What this person may make; empty: nothing. */
  readonly kinds: readonly EditionKind[]
  /** Backups with charts, newest first. */
  readonly generations: readonly { readonly id: string; readonly sourceName: string; readonly takenAtMs: EpochMs }[]
}

export interface EditionRequest {
  readonly kind: EditionKind
  readonly medium: EditionMedium
  readonly generationId: string
  /** Undefined: all. */
  readonly months: number | undefined
  readonly documents: 'first' | 'all' | 'none'
  readonly holder: string
  readonly place: string
  /** `YYYY-MM-DD`. */
  readonly returnOn: string
  readonly slots: readonly string[]
}

export interface EditionView {
  readonly edition: EditionRecord
  readonly history: readonly EditionEvent[]
  /** Names of persons by id. */
  readonly names: ReadonlyMap<string, string>
  /** Who may witness a destruction: everybody but this viewer. */
  readonly witnesses: readonly { readonly id: string; readonly name: string }[]
  /** What still lies on the server. `isoBytes` undefined: there is no ISO file. */
  readonly discs: readonly { readonly n: number; readonly folder: string; readonly isoBytes: number | undefined }[]
  /** This viewer can still print the passphrases. */
  readonly hasPassphrases: boolean
  readonly supportPhone: string | undefined
}

export interface EditionService {
  list(): Promise<EditionList>
  prepare(viewer: Viewer): Promise<EditionPreparation>
  /** Starts making; one at a time. @throws VAULT_RUN_IN_PROGRESS, VAULT_KEY_MISSING, ACCESS_DENIED */
  make(viewer: Viewer, request: EditionRequest): Promise<{ readonly jobId: string } | Refused<'generation'>>
  get(viewer: Viewer, number: number): Promise<EditionView | undefined>
  move(
    viewer: Viewer,
    number: number,
    what: EditionMove,
    more: { readonly witness?: string; readonly holder?: string; readonly place?: string; readonly returnOn?: string },
  ): Promise<boolean>
  /** Only for who made it, and not for long. */
  passphrases(
    viewer: Viewer,
    number: number,
  ): readonly { readonly name: string; readonly passphrase: string }[] | undefined
  forgetPassphrases(viewer: Viewer, number: number): void
  /** The ISO file of one disc. */
  iso(
    viewer: Viewer,
    number: number,
    disc: number,
  ): Promise<{ readonly stream: ReadableStream<Uint8Array>; readonly bytes: number } | undefined>
  /** Deletes what lies on the server; the register stays. */
  removeFiles(viewer: Viewer, number: number): Promise<void>
}
