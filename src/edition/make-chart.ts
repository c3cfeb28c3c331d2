/** One patient's chart as it goes onto the medium: taken out by kind, cut to the period, packed. */
import { deflateSync } from 'node:zlib'
import {
  type Chart,
  type ChartAccess,
  type ClinicalDocument,
  type DateText,
  localTime,
  redactFor,
  stayHoldsUntil,
} from '#chart'
import type { StoredChart } from './format/index.ts'
import { withinPeriod } from './period.ts'

export interface ChartPolicy {
  readonly access: ChartAccess
  /** Break-glass parts are in: whoever unlocks an edition for treatment gives name and reason. */
  readonly reasonGiven: boolean
  readonly since?: DateText
}

export interface WantedDocument {
  readonly path: string
  readonly contentType: string
  /** 0: reports, summaries, letters; 1: pictures. */
  readonly rank: 0 | 1
}

/** What the builder keeps of a chart beside its packed bytes; small, because there are 100,000. */
export interface MadeChart {
  readonly packed: Uint8Array
  readonly older: number
  readonly documents: readonly WantedDocument[]
  /** Null: not for another edition, because something damaged may be whole again. Else when time alone changes it. */
  readonly holdsUntil: DateText | undefined | null
  /** `missing` of the chart, the same for all patients of an edition. */
  readonly missing: Chart['missing']
}

export function makeChart(whole: Chart, policy: ChartPolicy): MadeChart {
  const allowed = redactFor(whole, policy.access, policy.reasonGiven)
  const { chart, leftOut } =
    policy.since === undefined ? { chart: allowed, leftOut: {} } : withinPeriod(allowed, policy.since)
  const { generation: _, similar: __, missing, ...rest } = chart
  const stored: StoredChart = { ...rest, leftOut }
  return {
    packed: deflateSync(JSON.stringify(stored)),
    older: Object.values(leftOut).reduce((sum, n) => sum + n, 0),
    documents: documentsOf(chart),
    holdsUntil: holdsUntil(whole),
    missing,
  }
}

/** Newest first within a rank, as the chart lists them. */
function documentsOf({ notes, documents }: Chart): WantedDocument[] {
  const all = [notes, documents].flatMap((section) => (section.access === 'shown' ? section.value : []))
  return all.flatMap((document: ClinicalDocument) =>
    document.files
      .filter(({ sizeBytes }) => sizeBytes !== 0)
      .map(({ path, contentType }) => ({
        path,
        contentType,
        rank: document.kind === 'image' || contentType.startsWith('image/') ? (1 as const) : (0 as const),
      })),
  )
}

/** The signature of the files is the one of sound bytes: it does not tell that they could not be read. */
function holdsUntil({ encounters, unshown, generation }: Chart): MadeChart['holdsUntil'] {
  if (unshown.some(({ state }) => state === 'damaged') || encounters.access === 'withheld') return null
  return stayHoldsUntil(encounters.value, localTime(generation.asOf))
}
