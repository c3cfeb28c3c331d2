import type { BiaLine, BinderPart, Change, Draft, InstitutionKind, Order, Progress, SectionChange, Version } from '#bcp'
import type { EpochMs } from '#base'
import type { Viewer } from './ports.ts'

export interface BcpView {
  readonly kind: InstitutionKind | undefined
  readonly draft: Draft
  readonly progress: Progress | undefined
  /** Newest first. */
  readonly versions: readonly Pick<Version, 'number' | 'approvedAt' | 'approvedBy' | 'hash'>[]
  /** Sections whose content differs from the newest version. */
  readonly changed: readonly string[]
  /** What of the changed sections reads otherwise, and since when. */
  readonly stale: readonly StaleSection[]
  /** Absent: no version was approved, so there is nothing to print. */
  readonly binder: BinderView | undefined
  /** Rows of the live tables of a section, as text: head and rows, by live code. */
  readonly live: Readonly<Record<string, LiveTable>>
  /** The newest approval is more than a year old. */
  readonly reviewDue: boolean
  readonly systems: readonly BiaSystem[]
}

export interface StaleSection {
  readonly code: string
  /** The approved version did not have it. */
  readonly isNew: boolean
  /** The oldest change of it that is known by its time. */
  readonly sinceMs: EpochMs | undefined
  readonly changes: readonly (Change & { readonly atMs: EpochMs | undefined })[]
}

export interface BinderView {
  /** The newest; absent: never printed. */
  readonly printing:
    | {
        readonly number: number
        readonly printedAtMs: EpochMs
        readonly printedBy: string
        /** Of the plan. */
        readonly version: number
        readonly pages: number
      }
    | undefined
  readonly ageDays: number
  readonly isOld: boolean
  /** Parts that read otherwise today. */
  readonly changed: readonly BinderPart[]
}

/** `number` undefined: what is not approved yet. */
export interface Comparison {
  readonly from: number
  readonly to: number | undefined
  readonly sections: readonly SectionChange[]
}

export interface LiveTable {
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

export interface BiaSystem extends BiaLine {
  readonly name: string
  /** Hours, of the source that holds its data. */
  readonly measuredHours?: number
}

export interface BcpService {
  /** Live tables in the words of the language. */
  view(viewer: Viewer, language: 'ja' | 'en'): Promise<BcpView>
  setKind(viewer: Viewer, kind: InstitutionKind): Promise<void>
  answer(viewer: Viewer, answers: Readonly<Record<string, string>>): Promise<void>
  setOrder(viewer: Viewer, order: Order, codes: readonly string[]): Promise<void>
  setBia(viewer: Viewer, bia: Draft['bia']): Promise<void>
  /** Undefined where nothing differs from the newest version. */
  approve(viewer: Viewer, approver: string): Promise<number | undefined>
  /** Two versions, section by section; undefined where there is no such version. @param to undefined: the draft */
  compare(viewer: Viewer, from: number, to?: number): Promise<Comparison | undefined>
  /** Undefined where no version is approved; false where the same was printed today. */
  printBinder(viewer: Viewer): Promise<boolean | undefined>
  /** The binder as it was printed last. */
  binderFile(viewer: Viewer): Promise<Uint8Array | undefined>
  /** @param version undefined: the draft. Undefined is answered for a version that there is not. */
  file(viewer: Viewer, format: 'docx' | 'pdf', version?: number): Promise<Uint8Array | undefined>
}
