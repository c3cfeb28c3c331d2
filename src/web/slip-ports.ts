import type { SlipKind } from '#sheets'
import type { Viewer } from './ports.ts'

export interface SlipService {
  /** Serials of blank sheets of a form, used from now on. */
  serials(viewer: Viewer, kind: SlipKind, count: number): Promise<readonly string[]>
}
