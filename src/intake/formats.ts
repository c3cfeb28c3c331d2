import { csvFormat } from './csv/format.ts'
import { documentsFormat } from './documents/format.ts'
import { fhirFormat } from './fhir/format.ts'
import type { IntakeFormat, IntakeKind } from './format.ts'
import { ukeFormat } from './uke/format.ts'

export const INTAKE_FORMATS: Readonly<Record<IntakeKind, IntakeFormat>> = {
  fhir: fhirFormat,
  csv: csvFormat as IntakeFormat,
  uke: ukeFormat,
  documents: documentsFormat as IntakeFormat,
}
