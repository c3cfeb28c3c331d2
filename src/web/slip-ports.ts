import type { EpochMs } from '#base'
import type { RangeReason } from '#downtime'
import type { SlipKind } from '#sheets'
import type { Viewer } from './ports.ts'

export interface NumbersState {
  /** There are numbers to print with. */
  readonly isReady: boolean
  /** An emergency PC was given others, because an earlier state of it came back or a copy of it is about. */
  readonly changed?: { readonly why: RangeReason; readonly atMs: EpochMs }
}

export interface SlipService {
  /** Serials of blank sheets of a form, used from now on. @throws DOWNTIME_NUMBERS_OUT */
  serials(viewer: Viewer, kind: SlipKind, count: number): Promise<readonly string[]>
  /** 仮番号 of patients whose number is not known, used from now on. @throws DOWNTIME_NUMBERS_OUT */
  temporary(viewer: Viewer, count: number): Promise<readonly string[]>
  state(viewer: Viewer): Promise<NumbersState>
}
