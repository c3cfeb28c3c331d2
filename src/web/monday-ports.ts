/** The Monday sheet for whoever directs the house. */
import type { Viewer } from './ports.ts'

export interface MondaySheet {
  readonly title: string
  /** One for each of the five lights. */
  readonly lines: readonly string[]
  /** At most one thing to do, or that there is none. */
  readonly request: string
}

export interface MondayService {
  sheet(viewer: Viewer, language: 'ja' | 'en'): Promise<MondaySheet>
  /** In Japanese. @returns a PDF of one page */
  pdf(viewer: Viewer): Promise<Uint8Array>
}
