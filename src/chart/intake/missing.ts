/** この画面に無いもの, of sources without SS-MIX2: by the kinds of record that the whole source has. */
import type { Missing, MissingTopic } from '../model.ts'
import { NEVER_SHOWN } from '../parts.ts'

/** A topic, and which kinds of record (`recordKind` of intake) would tell of it. */
const TOPICS: readonly (readonly [MissingTopic, RegExp])[] = [
  ['administered-drugs', /^MedicationAdministration/],
  ['administered-injections', /^MedicationAdministration/],
  ['prescriptions', /^MedicationRequest/],
  ['injections', /^MedicationRequest/],
  ['lab-results', /^Observation:laboratory/],
  ['microbiology', /^Observation:laboratory/],
  ['problems', /^Condition/],
  ['allergies', /^AllergyIntolerance/],
  ['admissions', /^Encounter:(IMP|ACUTE|NONAC|SS)/],
  ['appointments', /^(Appointment|Encounter:planned)/],
  ['diets', /^NutritionOrder/],
  ['imaging-reports', /^DiagnosticReport:(RAD|LP29684-5)/],
  ['vitals', /^Observation:vital-signs/],
  ['progress-notes', /^(DocumentReference|Composition):(11506-3|34108-1|34112-3)/],
  ['nursing-records', /^(DocumentReference|Composition):34746-8/],
  ['summaries', /^(DocumentReference|Composition):18842-5/],
  ['images', /^(DocumentReference(?!:(claim|11506-3|34108-1|34112-3|34746-8|18842-5))|ImagingStudy)/],
]

export function missingFromIntake(kindTotals: ReadonlyMap<string, number>): Missing[] {
  const kinds = [...kindTotals.keys()]
  return [
    ...TOPICS.filter(([, pattern]) => !kinds.some((kind) => pattern.test(kind))).map(
      ([topic]) => ({ topic, why: 'source' }) as const,
    ),
    ...NEVER_SHOWN.map((topic) => ({ topic, why: 'never' }) as const),
  ]
}
