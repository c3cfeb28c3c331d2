import type { BiaLine, Draft, InstitutionKind, Order, Progress, Version } from '#bcp'
import type { Viewer } from './ports.ts'

export interface BcpView {
  readonly kind: InstitutionKind | undefined
  readonly draft: Draft
  readonly progress: Progress | undefined
  /** Newest first. */
  readonly versions: readonly Pick<Version, 'number' | 'approvedAt' | 'approvedBy' | 'hash'>[]
  /** Sections whose content differs from the newest version. */
  readonly changed: readonly string[]
  /** Rows of the live tables of a section, as text: head and rows, by live code. */
  readonly live: Readonly<Record<string, LiveTable>>
  /** The newest approval is more than a year old. */
  readonly reviewDue: boolean
  readonly systems: readonly BiaSystem[]
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
  /** @param version undefined: the draft. Undefined is answered for a version that there is not. */
  file(viewer: Viewer, format: 'docx' | 'pdf', version?: number): Promise<Uint8Array | undefined>
}
