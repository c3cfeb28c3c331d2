/**
 * What of a source without SS-MIX2 could not be read, and which parts of a chart it leaves open. A file that nobody could
 * read may hold anybody's records: while it is there, "nothing recorded" means nothing for the parts that it may feed.
 */
import { INTAKE_PROBLEM_SEVERITY } from '#intake'
import type { Part, Unshown } from '../model.ts'
import { PARTS } from '../parts.ts'
import type { PatientIndex } from '../patient-index/patient-index.ts'

const PARTS_OF_TYPE: Readonly<Record<string, readonly Part[]>> = {
  AllergyIntolerance: ['allergies', 'drugAllergy'],
  Composition: ['notes', 'documents'],
  Condition: ['problems'],
  Coverage: ['coverage'],
  DiagnosticReport: ['labs', 'microbiology', 'examinations'],
  DocumentReference: ['notes', 'documents'],
  Encounter: ['encounters', 'stay'],
  Flag: ['alerts'],
  MedicationAdministration: ['administrations'],
  MedicationRequest: ['prescriptions', 'injections'],
  NutritionOrder: ['diets'],
  Observation: ['labs', 'infections', 'microbiology', 'bloodType', 'vitals', 'examinations'],
  Patient: ['identity', 'contacts'],
  Procedure: ['examinations'],
  ServiceRequest: ['labOrders', 'examinations'],
}

/** Problems that say by themselves what is open: a document without a number; a table that nobody said is a record. */
const PARTS_OF_CODE: Readonly<Record<string, readonly Part[]>> = {
  'name-unmatched': ['documents'],
  'table-unmapped': [],
  'no-claims': [],
}

/** @param kinds as surveys count them: `Observation:laboratory` */
export function partsOfKinds(kinds: Iterable<string>): Part[] {
  return [...new Set([...kinds].flatMap((kind) => PARTS_OF_TYPE[kind.split(':')[0]!] ?? []))]
}

/** More say no more. */
const MOST_LISTED = 100

/** What keeps every chart of the source from being whole. Without paths: they may name other patients. */
export function sourceGaps(index: PatientIndex): Unshown[] {
  const gaps: Unshown[] = []
  for (const { code, path, patientKey } of index.problems()) {
    if (patientKey !== undefined || isRemark(code)) continue
    const { type, isWhole } = placeOf(path)
    const parts = PARTS_OF_CODE[code] ?? (type === undefined ? (isWhole ? PARTS : []) : PARTS_OF_TYPE[type]!)
    if (parts.length === 0 || gaps.length === MOST_LISTED) continue
    gaps.push({ state: code.startsWith('RESTIC_') ? 'damaged' : 'unreadable', code, parts })
  }
  return gaps
}

function isRemark(code: string): boolean {
  return (INTAKE_PROBLEM_SEVERITY as Readonly<Record<string, string>>)[code] === 'notice'
}

/** A problem's path ends with `(line 3)`, or `(Observation)` where a server withheld a type, where it is not the whole file's. */
function placeOf(path: string): { type: string | undefined; isWhole: boolean } {
  const [, file = path, where] = /^(.*?)(?: \(([^()]*)\))?$/s.exec(path) ?? []
  const named = [
    where ?? '',
    ...file
      .split('/')
      .toReversed()
      .map((segment) => segment.split(/[._-]/)[0]!),
  ]
  return { type: named.find((name) => Object.hasOwn(PARTS_OF_TYPE, name)), isWhole: where === undefined }
}
