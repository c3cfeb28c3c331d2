export type * from './model.ts'
export type * from './model-clinical.ts'
export type {
  AccessRule,
  ChartAccess,
  ChartLook,
  FileNote,
  GenerationReader,
  JournalLook,
  OpeningReason,
  UnitFile,
  UnitNotes,
} from './ports.ts'
export { buildPatientIndex, openPatientIndex } from './patient-index/build.ts'
export type { BuiltIndex } from './patient-index/build.ts'
export type { IndexedProblem, PatientEntry, PatientIndex } from './patient-index/patient-index.ts'
export type { ExpectedPatient, Inpatient, Ward, WardList } from './patient-index/lists.ts'
export type { Booking, FileCounts } from './patient-index/unit-entry.ts'
export { compareIdentity } from './compare-identity.ts'
export type { IdentityMatch } from './compare-identity.ts'
export { matchingRows, rowsOfNumber, searchPatients } from './search/search.ts'
export type { SearchableIndex, SearchHit, SearchResult } from './search/search.ts'
export { cdaDocument } from './ssmix2/cda-document.ts'
export type { CdaBlock, CdaDocument, CdaSection } from './ssmix2/cda-document.ts'
export { documentText } from './ssmix2/document-text.ts'
export { accessOf } from './access-rules.ts'
export { redactFor } from './redact.ts'
export { confirmed } from './identify.ts'
export { chartOf, gatherChart, openChart, openDocument } from './open-chart.ts'
export type { GatheredChart, Opening, OpenRequest, OpenResult } from './open-chart.ts'
export { openRecords } from './open-records.ts'
export type { OpenedRecords, RecordsResult } from './open-records.ts'
export { partsOfType } from './resource-parts.ts'
export { withholdingOf } from './redact-resources.ts'
export type { Withholding } from './redact-resources.ts'
export { buildChart } from './build/chart.ts'
export type { ChartInput } from './build/chart.ts'
export { localTime } from './date-text.ts'
export { missingIn } from './missing.ts'
export { recordCounts } from './patient-index/record-counts.ts'
export { stayHoldsUntil } from './build/encounters.ts'
export { MISSING_TOPICS, PARTS, SENSITIVITIES } from './parts.ts'
export { patientTokens } from './patient-token.ts'
export type { PatientTokens } from './patient-token.ts'
