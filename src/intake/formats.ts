import { fhirFormat } from './fhir/format.ts'
import type { IntakeFormat, IntakeKind } from './format.ts'

/** The formats that are there; undefined for a kind of a later version. */
export const INTAKE_FORMATS: Readonly<Partial<Record<IntakeKind, IntakeFormat>>> = {
  fhir: fhirFormat,
}
