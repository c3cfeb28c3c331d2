/** 病名: as written, with outcome, main diagnosis and whether the patient was told. */
import { EXTENSION, findExtension, SYSTEM } from '#fhir'
import type { Condition, Resource } from '#fhir'
import type { Sensitivity } from '../model.ts'
import type { Problem } from '../model-clinical.ts'
import {
  dateOf,
  defined,
  departmentOf,
  disclosureOf,
  hasCode,
  isGone,
  itemOf,
  newestFirst,
  noteTexts,
  ofType,
  words,
} from './read.ts'

const PRINCIPAL = 'http://terminology.hl7.org/CodeSystem/ex-diagnosistype'
/** ICD-10: viral hepatitis, HIV disease and infection, syphilis, HTLV-1. */
const STIGMA_ICD10 = /^(B1[5-9]|B2[0-4]|A5[0-3]|Z21|Z22\.?[56]|B33\.?3)/
/** ICD-10 chapter V. */
const PSYCHIATRY_ICD10 = /^F\d/

/** Open problems first, the main diagnosis at the head, then newest first. Entered in error (PRB-1 DE) is left out. */
export function problemsOf(resources: readonly Resource[]): Problem[] {
  const problems = ofType(resources, 'Condition')
    .filter((c) => !isInError(c))
    .map(problem)
  return newestFirst(problems, ({ onset }) => onset).toSorted((a, b) => weight(b) - weight(a))
}

function weight({ open, main }: Problem): number {
  return (open ? 2 : 0) + (main ? 1 : 0)
}

function isInError({ verificationStatus }: Condition): boolean {
  return verificationStatus?.coding?.some(({ code }) => code === 'entered-in-error') ?? false
}

function problem(resource: Condition): Problem {
  const outcome = words(findExtension(resource, EXTENSION.diseaseOutcome)?.valueCodeableConcept)
  const ended = dateOf(resource.abatementDateTime) ?? resource.abatementString
  const clinical = resource.clinicalStatus?.coding?.[0]?.code
  const diagnosis = findExtension(resource, EXTENSION.diagnosisType)?.valueCodeableConcept
  return defined<Problem>({
    ...itemOf(resource, marksOf(resource)),
    name: words(resource.code) ?? '',
    codes: (resource.code?.coding ?? []).flatMap(({ code, system }) => (code ? [defined({ code, system })] : [])),
    main: diagnosis !== undefined && hasCode([diagnosis], PRINCIPAL, 'principal'),
    suspected: resource.verificationStatus?.coding?.some(({ code }) => code === 'provisional') ?? false,
    onset: dateOf(resource.onsetDateTime) ?? resource.onsetString,
    outcome,
    outcomeOn: dateOf(findExtension(resource, EXTENSION.outcomeDate)?.valueDateTime),
    endedOn: ended,
    department: departmentOf(resource),
    setting: settingOf(resource),
    told: disclosureOf(resource),
    open:
      !isGone(resource) &&
      ended === undefined &&
      (clinical === undefined || clinical === 'active' || clinical === 'recurrence'),
    notes: noteTexts(resource.note),
  })
}

export function marksOf(resource: Condition): Sensitivity[] {
  const icd = (resource.code?.coding ?? []).filter(({ system }) => system === SYSTEM.icd10).map(({ code = '' }) => code)
  return [
    ...(icd.some((code) => STIGMA_ICD10.test(code)) ? (['stigma-infection'] as const) : []),
    ...(icd.some((code) => PSYCHIATRY_ICD10.test(code)) ? (['psychiatry'] as const) : []),
  ]
}

/** 診断種別: O 外来, I 入院 (JHSD0004 and its words). */
function settingOf({ category }: Condition): Problem['setting'] {
  for (const { coding, text = '' } of category ?? []) {
    const code = coding?.[0]?.code
    if (code === 'O' || text.includes('外来')) return 'outpatient'
    if (code === 'I' || code === 'H' || text.includes('入院')) return 'inpatient'
  }
  return undefined
}
