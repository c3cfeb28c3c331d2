/** The year in figures for the committee; on the server alone. */
import type { EpochMs } from '#base'
import type { ScenarioId } from '#exercise'
import type { IncidentKind } from '#incident'
import type { Worksheet } from '#office'
import type { Viewer } from './ports.ts'

export interface YearIncident {
  readonly id: string
  readonly openedAt: EpochMs
  readonly kind: IncidentKind
  readonly state: 'open' | 'active' | 'not' | 'ended'
  /** From the first report to the end; undefined while it goes on. */
  readonly lastedMs: number | undefined
  /** Versions of reports and notices that went out. */
  readonly sent: number
}

/** A drill that ended, with what came of it. */
export interface YearDrill {
  readonly id: string
  readonly scenario: ScenarioId
  readonly endedAt: EpochMs
  readonly tookMs: number
  readonly people: number
  readonly objectives: number
  readonly reached: number
  /** Items that came of it, and of them those that are still open. */
  readonly items: number
  readonly open: number
}

/** How many there were, how many of them went well, and how long one took (the middle one). */
export interface YearCount {
  readonly count: number
  readonly good: number
  readonly middleMs: number | undefined
}

export interface YearFigures {
  readonly year: number
  readonly incidents: readonly YearIncident[]
  readonly rehearsals: YearCount
  readonly restores: YearCount
  /** Good: every objective was reached. */
  readonly drills: YearCount & {
    readonly people: number
    readonly tests: number
    readonly testsGood: number
    /** Oldest first. */
    readonly held: readonly YearDrill[]
  }
  readonly improvements: { readonly added: number; readonly open: number; readonly overdue: number }
}

export interface YearService {
  figures(viewer: Viewer, year: number): Promise<YearFigures>
  /** @returns an XLSX */
  file(sheets: readonly Worksheet[]): Promise<Uint8Array>
}
