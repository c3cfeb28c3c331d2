/** The first list of systems, from the answer of the first hour: something to strike through is easier than an empty page. */
import { type PartPlan, PARTS, type SystemInput, type SystemKind } from './systems.ts'

/** Which electronic chart is in use; the same answers as the first hour asks for. */
export const EHR_KINDS = ['cloud', 'onPremise', 'orca', 'paper', 'unknown'] as const
export type EhrKind = (typeof EHR_KINDS)[number]

/** Nearly every clinic has these; a chart on paper has no system. */
const LISTS: Readonly<Record<EhrKind, readonly SystemKind[]>> = {
  cloud: ['ehr', 'billing', 'imaging', 'lab', 'files', 'network'],
  onPremise: ['ehr', 'billing', 'imaging', 'lab', 'pharmacy', 'files', 'network'],
  orca: ['ehr', 'billing', 'imaging', 'lab', 'files', 'network'],
  paper: ['billing', 'imaging', 'lab', 'files', 'network'],
  unknown: ['ehr', 'billing', 'imaging', 'lab', 'pharmacy', 'files', 'network'],
}

export interface ProposalInput {
  readonly ehr: EhrKind
  /** The words of the screen's language: name of each kind, and why a part falls away. */
  readonly nameOf: (kind: SystemKind) => string
  readonly noData: string
  readonly noProgram: string
  /** A source that holds charts, where there is one. */
  readonly chartSource?: string | undefined
}

/** What nobody can know stays open, so that it shows red until a person decides. */
export function proposal({ ehr, nameOf, noData, noProgram, chartSource }: ProposalInput): SystemInput[] {
  return LISTS[ehr].map((kind) => {
    const parts: Record<string, PartPlan> = Object.fromEntries(PARTS.map((part) => [part, { way: 'open' }]))
    if (kind === 'ehr' && ehr === 'cloud') for (const part of PARTS) parts[part] = { way: 'vendor' }
    if (kind === 'ehr' && chartSource !== undefined) parts['data'] = { way: 'source', sourceId: chartSource }
    if (kind === 'network') {
      parts['data'] = { way: 'not-needed', reason: noData }
      parts['programs'] = { way: 'not-needed', reason: noProgram }
    }
    if (kind === 'files') parts['programs'] = { way: 'not-needed', reason: noProgram }
    return { kind, name: nameOf(kind), vendor: '', responsible: '', parts }
  })
}
