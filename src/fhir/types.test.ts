/** Each of our types must be assignable to the full R4 types of another author: the compiler is the judge. */
import { test } from 'node:test'
import type * as r4 from '@medplum/fhirtypes'
import type * as ours from './types.ts'

type Assignable<Ours extends Theirs, Theirs> = [Ours, Theirs]

export type Checks = [
  Assignable<ours.AllergyIntolerance, r4.AllergyIntolerance>,
  Assignable<ours.Appointment, r4.Appointment>,
  Assignable<ours.Binary, r4.Binary>,
  Assignable<ours.Bundle, r4.Bundle>,
  Assignable<ours.Condition, r4.Condition>,
  Assignable<ours.Coverage, r4.Coverage>,
  Assignable<ours.DiagnosticReport, r4.DiagnosticReport>,
  Assignable<ours.DocumentReference, r4.DocumentReference>,
  Assignable<ours.Encounter, r4.Encounter>,
  Assignable<ours.Flag, r4.Flag>,
  Assignable<ours.Location, r4.Location>,
  Assignable<ours.Medication, r4.Medication>,
  Assignable<ours.MedicationAdministration, r4.MedicationAdministration>,
  Assignable<ours.MedicationRequest, r4.MedicationRequest>,
  Assignable<ours.NutritionOrder, r4.NutritionOrder>,
  Assignable<ours.Observation, r4.Observation>,
  Assignable<ours.OperationOutcome, r4.OperationOutcome>,
  Assignable<ours.Organization, r4.Organization>,
  Assignable<ours.Patient, r4.Patient>,
  Assignable<ours.Practitioner, r4.Practitioner>,
  Assignable<ours.Procedure, r4.Procedure>,
  Assignable<ours.Provenance, r4.Provenance>,
  Assignable<ours.ServiceRequest, r4.ServiceRequest>,
  Assignable<ours.Specimen, r4.Specimen>,
]

test('our R4 types are assignable to the full R4 types', (t) => {
  t.diagnostic('judged by tsc: npm run check')
})
