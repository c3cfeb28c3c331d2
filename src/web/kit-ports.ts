/** What the pages of the recovery kit ask for. */
import type { EpochMs } from '#base'
import type { KitReason } from '#journal'
import type { Refused, Viewer } from './ports.ts'

export const SHEET_PARTS = [0, 1, 2, 3] as const
/** 0: the kit itself; 1 to 3: its shares. */
export type SheetPart = (typeof SHEET_PARTS)[number]

export interface SheetHolder {
  readonly part: SheetPart
  readonly holder: string
  readonly keptAt: string
  readonly outside: boolean
}

export interface SheetView extends SheetHolder {
  readonly checkedAtMs?: EpochMs
}

/**
 * none: never made, or revoked; unproven: nobody has typed a word of it yet; facts: the list of places changed since it was
 * printed; facts-unprinted: it was never printed; due: half a year since the last check; good.
 */
export type KitCondition = 'none' | 'unproven' | 'facts-unprinted' | 'facts' | 'due' | 'good'

export interface KitView {
  readonly condition: KitCondition
  readonly kit?: {
    readonly id: string
    readonly issuedAtMs: EpochMs
    readonly issuedBy: string
    readonly sheets: readonly SheetView[]
  }
  /** The sheets of a kit that was just made can still be shown to this person. */
  readonly mayPrint: boolean
  /** Another kit needs a second person's word first. */
  readonly needsRequest: boolean
  readonly request?: {
    readonly atMs: EpochMs
    readonly by: string
    readonly reason: KitReason
    readonly confirmed: boolean
    readonly mayConfirm: boolean
  }
  /** May make and revoke a kit; others may confirm and check. */
  readonly mayManage: boolean
}

/** One sheet, to be printed once. */
export interface PrintedSheet extends SheetHolder {
  readonly words: readonly { readonly word: string; readonly number: string }[]
}

export interface PrintedKit {
  readonly id: string
  readonly issuedAtMs: EpochMs
  readonly sheets: readonly PrintedSheet[]
}

/** No secret: what a bare machine has to know besides the words. */
export interface KitFacts {
  readonly kitId: string
  readonly ledgerOrigin: string
  readonly ledgerKey: string
  readonly places: readonly {
    readonly kind: string
    readonly name: string
    readonly location: string
    /** Certificate's SHA-256 of a Keeper, its public key, and as what it knows us. */
    readonly pin?: string
    readonly key?: string
    readonly client?: string
  }[]
  readonly repositories: readonly { readonly folder: string; readonly name: string; readonly id: string }[]
}

export interface KitService {
  view(viewer: Viewer): Promise<KitView>
  /** `holders` of one sheet or all four. */
  issue(viewer: Viewer, holders: readonly SheetHolder[]): Promise<{ kind: 'ok' } | Refused<'outside'>>
  /** The sheets of the kit just made, for the one who made it, until its first check or half an hour. */
  sheets(viewer: Viewer): Promise<PrintedKit | undefined>
  facts(viewer: Viewer): Promise<KitFacts | undefined>
  /** The list of places was printed as it is now. */
  factsPrinted(viewer: Viewer): Promise<void>
  question(viewer: Viewer, part: SheetPart): Promise<readonly number[] | undefined>
  answer(viewer: Viewer, part: SheetPart, places: readonly number[], words: readonly string[]): Promise<boolean>
  revoke(viewer: Viewer, reason: KitReason): Promise<void>
  ask(viewer: Viewer, reason: KitReason): Promise<void>
  confirm(viewer: Viewer): Promise<void>
  withdraw(viewer: Viewer): Promise<void>
}
