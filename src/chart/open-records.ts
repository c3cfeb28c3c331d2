/**
 * One patient's records as FHIR resources, for programs that read a generation: the same rights, reasons and journal as a
 * chart. Whoever asks named the patient by the index's key, so no second identifier is asked: nobody chose from a list.
 */
import type { Resource } from '#fhir'
import type { Missing, Unshown } from './model.ts'
import { admit, type Opening, recordsAt } from './open-chart.ts'
import type { PatientEntry } from './patient-index/patient-index.ts'
import type { ChartAccess, OpeningReason } from './ports.ts'
import { redactResources, withholdingOf, type Withholding } from './redact-resources.ts'

export interface OpenedRecords extends Withholding {
  readonly patient: PatientEntry
  /** What this reader may see. Ids and references as the source's mapping gave them. */
  readonly resources: readonly Resource[]
  /** Files that are in no resource; paths only for the room's own use. */
  readonly unshown: readonly Unshown[]
  readonly missing: readonly Missing[]
}

export type RecordsResult =
  | { readonly outcome: 'opened'; readonly records: OpenedRecords }
  | { readonly outcome: 'not-found' }
  | { readonly outcome: 'denied' }
  | { readonly outcome: 'reason-needed' }

/**
 * Journaled before anything is handed over, refusals too; where the journal cannot be written, nothing is.
 * Errors: what the reader throws when a place cannot be reached; never for a damaged file.
 */
export async function openRecords(
  opening: Opening,
  request: { readonly patientKey: string; readonly access: ChartAccess; readonly reason?: OpeningReason },
): Promise<RecordsResult> {
  const { reader, index } = opening
  const { access, reason } = request
  const admitted = await admit(opening, request)
  if (admitted.outcome !== 'admitted') return admitted
  const { row } = admitted
  const patient = index.entry(row)
  const { resources, unshown, files, missing } = await recordsAt(reader, index, row)
  await admitted.journalOpened(files.read, unshown)
  const withholding = withholdingOf(access, reason !== undefined)
  return {
    outcome: 'opened',
    records: {
      ...withholding,
      patient,
      resources: redactResources(resources, withholding),
      unshown,
      missing,
    },
  }
}
