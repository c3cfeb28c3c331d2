/** How much of a patient an index tells of, for whoever did not open the chart. */
import type { PatientEntry } from './patient-index.ts'

/** Data kinds of SS-MIX2 (`ext:…` are documents) and types of FHIR. */
const IS_DOCUMENT = /^(?:ext:|DocumentReference|Composition)/
const IS_IDENTITY = /^(?:ADT-00|Patient)\b/

/** Current records beside the patient's own data; documents are counted apart. */
export function recordCounts({ kinds }: Pick<PatientEntry, 'kinds'>): { records: number; documents: number } {
  const all = Object.entries(kinds)
  const sum = (of: typeof all) => of.reduce((total, [, count]) => total + count, 0)
  return {
    documents: sum(all.filter(([kind]) => IS_DOCUMENT.test(kind))),
    records: sum(all.filter(([kind]) => !IS_DOCUMENT.test(kind) && !IS_IDENTITY.test(kind))),
  }
}
