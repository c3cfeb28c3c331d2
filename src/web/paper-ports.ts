/** Printing many charts at once. */
import type { EpochMs, ErrorCode } from '#base'
import type { Viewer } from './ports.ts'
import type { Ui } from './ui.ts'

/** Whose sheets a stack holds: one ward's inpatients, or everybody booked on a day. */
export type StackChoice =
  | { readonly scope: 'ward'; readonly ward: string }
  | { readonly scope: 'booked'; readonly day: string }

/** What could be printed as a stack now. */
export interface StackLists {
  readonly asOfMs: EpochMs
  /** `''`: inpatients whose ward is not recorded. */
  readonly wards: readonly { readonly ward: string; readonly patients: number }[]
  /** Today and tomorrow, where anybody is booked. */
  readonly days: readonly { readonly day: string; readonly patients: number }[]
  /** Above this number in a day it is told to the administrators at once (SECURITY.md, 18). */
  readonly alarmAbove: number
}

/** A stack that is being made or lies ready. */
export interface Stack {
  readonly id: string
  readonly scope: StackChoice['scope'] | 'night'
  /** Ward or day; '' for the night's. */
  readonly about: string
  readonly state: 'running' | 'ready' | 'failed'
  readonly code?: ErrorCode
  readonly patients: number
  readonly done: number
  readonly sheets: number
  readonly notPrinted: number
  /** How many characters no font has. */
  readonly missing: number
  readonly asOfMs: EpochMs
  readonly madeAtMs: EpochMs
}

export type StartStack = { readonly kind: 'ok' | 'nobody' | 'busy' | 'limit' }

/** The reader's language: what stands on the sheets. */
export type PaperTongue = Pick<Ui, 't' | 'f'>

/** All throw ACCESS_DENIED for who may not read what stands on the sheets, VAULT_KEY_MISSING while the keys are closed. */
export interface StackService {
  /** undefined: no readable backup. */
  lists(viewer: Viewer): Promise<StackLists | undefined>
  /** Journaled with its reason before a chart is read. One at a time. */
  start(viewer: Viewer, choice: StackChoice, reason: string, tongue: PaperTongue): Promise<StartStack>
  /** What this person made, and the night's file where one is made. */
  stacks(viewer: Viewer): Promise<readonly Stack[]>
  /** A file that this person made; undefined where it is not there (any more). */
  file(viewer: Viewer, id: string): Promise<Uint8Array | undefined>
}

export interface PaperService extends StackService {
  /** The night's file, journaled with its reason; undefined where there is none. */
  night(viewer: Viewer, reason: string): Promise<Uint8Array | undefined>
}
