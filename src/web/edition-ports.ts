/** 非常用ディスク as the screens need it: the register, making one, its files, its passphrases once. */
import type { EpochMs, ErrorCode } from '#base'
import type { CopyMode, CopyPlan, EditionEvent, EditionKind, EditionMedium, EditionRecord } from '#edition'
import type { EditionMove } from '#journal'
import type { Refused, Viewer } from './ports.ts'
import type { JournalRow } from './read-models.ts'

export type { CopyMode, CopyPlan, EditionLogs } from '#edition'
export type { EditionEvent, EditionKind, EditionMedium, EditionRecord, EditionState } from '#edition'

export interface EditionList {
  /** Newest first. */
  readonly editions: readonly EditionRecord[]
  /** One that is being made. */
  readonly jobId: string | undefined
}

/** A source that opens as charts. */
export interface EditionSourceChoice {
  readonly id: string
  readonly name: string
  /** Its last generation is kept, and no newer one will come. */
  readonly isRetired: boolean
  /** Newest first; suspected ones behind the newest that is not. */
  readonly generations: readonly {
    readonly id: string
    readonly takenAtMs: EpochMs
    /** Looks as after an attack: not first, and said. */
    readonly isSuspected: boolean
  }[]
}

export interface EditionPreparation {
  /** What this person may make; empty: nothing. */
  readonly kinds: readonly EditionKind[]
  readonly sources: readonly EditionSourceChoice[]
}

/** What is decided whether a person makes one now or the night makes them. */
export interface EditionContents {
  readonly kind: EditionKind
  /** Undefined: all. */
  readonly months: number | undefined
  readonly documents: 'first' | 'all' | 'none'
  readonly holder: string
  readonly place: string
  /** Names of the envelopes. */
  readonly slots: readonly string[]
}

export interface EditionRequest extends EditionContents {
  readonly medium: EditionMedium
  /** One of each source that goes in, the most important source first. */
  readonly generationIds: readonly string[]
  /** `YYYY-MM-DD`. */
  readonly returnOn: string
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

/** What a person decides once, for editions that are made by night without one. */
export interface NightRequest extends EditionContents {
  readonly sources: readonly string[]
  /** Where each is put, in place of the one before. */
  readonly folder: string
  /** 0 Sunday to 6. */
  readonly days: readonly number[]
}

export interface NightView {
  readonly mayAsk: boolean
  readonly kinds: readonly EditionKind[]
  readonly sources: readonly Pick<EditionSourceChoice, 'id' | 'name' | 'isRetired'>[]
  readonly policy:
    | (NightRequest & {
        /** `asked`: waits for the second person. */
        readonly state: 'asked' | 'on'
        readonly signer: string
        readonly askedByName: string
        readonly askedAt: EpochMs
        readonly confirmedByName?: string
        readonly mayConfirm: boolean
        readonly hasPassphrases: boolean
        readonly sourceNames: readonly string[]
        /** The newest one. */
        readonly made?: { readonly number: number; readonly isCopied: boolean; readonly asOf: EpochMs }
      })
    | undefined
  readonly failure: { readonly atMs: EpochMs; readonly code: ErrorCode } | undefined
}

export interface NightEditionService {
  night(viewer: Viewer): Promise<NightView>
  /** Waits for a second person then. @throws ACCESS_DENIED, VAULT_KEY_MISSING, STORAGE_* for the folder */
  askNight(viewer: Viewer, request: NightRequest): Promise<void>
  confirmNight(viewer: Viewer): Promise<void>
  endNight(viewer: Viewer): Promise<void>
  /** Of the envelopes, for who asked, and not for long. */
  nightPassphrases(viewer: Viewer): readonly { readonly name: string; readonly passphrase: string }[] | undefined
  forgetNightPassphrases(viewer: Viewer): void
}

/** A PDF that goes onto every edition. */
export interface EditionPaper {
  readonly id: string
  readonly title: string
  readonly bytes: number
  readonly addedMs: EpochMs
  /** Its file went, as after a recovery. */
  readonly isMissing: boolean
}

export interface EditionService extends NightEditionService {
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
  /** Sticks and disks that are put in, by the folders where they lie open. */
  mounted(viewer: Viewer): Promise<readonly { readonly folder: string; readonly label: string }[]>
  /** What a copy would do, before it does it. @throws STORAGE_*, EDITION_PLACE_GONE */
  planCopy(viewer: Viewer, number: number, folder: string): Promise<CopyPlan | undefined>
  /** Starts copying; one at a time. @throws as the plan */
  copy(viewer: Viewer, number: number, folder: string, mode: CopyMode): Promise<{ readonly jobId: string } | undefined>
  /** Takes a saved log in. @throws EDITION_LOG_FOREIGN, EDITION_LOG_UNKNOWN, VAULT_KEY_MISSING */
  bringLog(viewer: Viewer, text: string): Promise<{ readonly number: number; readonly looks: number }>
  /** Every look that came back of an edition, the oldest first; for who may see patients. */
  looks(viewer: Viewer, number: number): Promise<readonly JournalRow[]>
  review(viewer: Viewer, number: number, result: 'right' | 'questioned'): Promise<void>
  papers(viewer: Viewer): Promise<readonly EditionPaper[]>
  /** False: no PDF, or too much. */
  addPaper(viewer: Viewer, title: string, bytes: Uint8Array): Promise<boolean>
  removePaper(viewer: Viewer, id: string): Promise<void>
  paper(viewer: Viewer, id: string): Promise<Uint8Array | undefined>
  /** Deletes what lies on the server; the register stays. */
  removeFiles(viewer: Viewer, number: number): Promise<void>
}
