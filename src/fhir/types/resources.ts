/** The resource types Toride knows. Others are read and kept as {@link UnknownResource}. */
import type {
  AllergyIntolerance,
  Condition,
  DiagnosticReport,
  Flag,
  NutritionOrder,
  Observation,
  Procedure,
  ServiceRequest,
  Specimen,
} from './clinical.ts'
import type { Meta } from './datatypes.ts'
import type { Binary, Bundle, DocumentReference, OperationOutcome, Provenance } from './documents.ts'
import type { Medication, MedicationAdministration, MedicationRequest } from './medication.ts'
import type { Appointment, Coverage, Encounter, Location, Organization, Patient, Practitioner } from './people.ts'

export type Resource =
  | AllergyIntolerance
  | Appointment
  | Binary
  | Bundle
  | Condition
  | Coverage
  | DiagnosticReport
  | DocumentReference
  | Encounter
  | Flag
  | Location
  | Medication
  | MedicationAdministration
  | MedicationRequest
  | NutritionOrder
  | Observation
  | OperationOutcome
  | Organization
  | Patient
  | Practitioner
  | Procedure
  | Provenance
  | ServiceRequest
  | Specimen

export type ResourceType = Resource['resourceType']

/** A resource of a type outside {@link Resource} (Composition, CarePlan, …): kept whole. */
export interface UnknownResource {
  resourceType: string
  id?: string
  meta?: Meta
  readonly [element: string]: unknown
}
