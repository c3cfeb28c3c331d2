/** The parts of a chart as values, and what is sensitive in which. */
import type { Missing, MissingTopic, Part, Sensitivity } from './model.ts'

export const PARTS = [
  'identity',
  'contacts',
  'coverage',
  'drugAllergy',
  'allergies',
  'infections',
  'bloodType',
  'alerts',
  'prescriptions',
  'injections',
  'administrations',
  'labs',
  'labOrders',
  'microbiology',
  'vitals',
  'problems',
  'stay',
  'encounters',
  'diets',
  'examinations',
  'notes',
  'documents',
] as const satisfies readonly Part[]

export const SENSITIVITIES = [
  'uninformed',
  'undelivered',
  'stigma-infection',
  'psychiatry',
] as const satisfies readonly Sensitivity[]

/**
 * Which sensitive items a part may hold. Drugs and places are not marked by department: hiding an anticonvulsant or the
 * ward a patient lies on would be the greater danger; the same holds for every allergy.
 */
export const MAY_HOLD: Readonly<Record<Part, readonly Sensitivity[]>> = {
  identity: [],
  contacts: [],
  coverage: [],
  drugAllergy: [],
  allergies: [],
  infections: ['stigma-infection', 'undelivered'],
  bloodType: ['undelivered'],
  alerts: ['stigma-infection', 'undelivered'],
  prescriptions: ['undelivered'],
  injections: ['undelivered'],
  administrations: ['undelivered'],
  labs: ['stigma-infection', 'undelivered'],
  labOrders: ['stigma-infection', 'undelivered'],
  microbiology: ['stigma-infection', 'undelivered'],
  vitals: ['undelivered'],
  problems: ['uninformed', 'stigma-infection', 'psychiatry', 'undelivered'],
  stay: [],
  encounters: [],
  diets: ['undelivered'],
  examinations: ['undelivered'],
  notes: ['psychiatry', 'uninformed', 'undelivered'],
  documents: ['psychiatry', 'uninformed', 'undelivered'],
}

/** Topics of この画面に無いもの that come with a part that is withheld. */
const TOPICS_OF: Readonly<Partial<Record<Part, readonly MissingTopic[]>>> = {
  prescriptions: ['prescriptions'],
  injections: ['injections'],
  administrations: ['administered-drugs', 'administered-injections'],
  labs: ['lab-results'],
  microbiology: ['microbiology'],
  problems: ['problems'],
  allergies: ['allergies'],
  vitals: ['vitals'],
  diets: ['diets'],
  encounters: ['admissions'],
  examinations: ['imaging-reports'],
  notes: ['progress-notes'],
  documents: ['summaries'],
}

/** `missing` with the topics of withheld parts added; a topic is named once. */
export function withWithheldTopics(missing: readonly Missing[], withheld: readonly Part[]): Missing[] {
  const named = new Set(missing.map(({ topic }) => topic))
  const topics = withheld.flatMap((part) => TOPICS_OF[part] ?? []).filter((topic) => !named.has(topic))
  return [...missing, ...[...new Set(topics)].map((topic) => ({ topic, why: 'withheld' }) as const)]
}

/** What no chart shows, whatever the source: SS-MIX2 has no record for it (guideline 1.2, table 1-1), and no view reads it of others. */
export const NEVER_SHOWN: readonly MissingTopic[] = [
  'nursing-orders',
  'brought-in-drugs',
  'other-clinics-drugs',
  'transfusion',
  'surgery-anaesthesia',
  'dialysis-rehabilitation',
  'resuscitation-wishes',
]

/** Every topic of この画面に無いもの, in the order in which a list offers them. */
export const MISSING_TOPICS = [
  'prescriptions',
  'injections',
  'administered-drugs',
  'administered-injections',
  'allergies',
  'problems',
  'lab-results',
  'microbiology',
  'vitals',
  'nursing-orders',
  'nursing-records',
  'progress-notes',
  'summaries',
  'diets',
  'admissions',
  'imaging-reports',
  'images',
  'brought-in-drugs',
  'other-clinics-drugs',
  'appointments',
  'transfusion',
  'surgery-anaesthesia',
  'dialysis-rehabilitation',
  'resuscitation-wishes',
] as const satisfies readonly MissingTopic[]
