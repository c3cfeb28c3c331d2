/**
 * The extensions Toride writes and reads. FHIR's and JP Core's where they exist; our own (`urn:toride:fhir:…`) only for
 * what neither has: the exact text of the source, and what HL7 v2 records but R4 has no element for.
 */
import type { Element, Extension, Quantity } from './types.ts'

const JP_CORE = 'http://jpfhir.jp/fhir/core/Extension/StructureDefinition/'
const JP_ECS = 'http://jpfhir.jp/fhir/eCS/Extension/StructureDefinition/'
const TORIDE = 'urn:toride:fhir:'

export const EXTENSION = {
  /** `IDE` kanji, `SYL` kana, `ABC` alphabetic. valueCode. */
  nameRepresentation: 'http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation',
  /** valueCodeableConcept. */
  patientDisability: 'http://hl7.org/fhir/StructureDefinition/patient-disability',
  /** JP Core: validity of a dosage, days of use, 調剤指示, device. */
  periodOfUse: `${JP_CORE}JP_MedicationDosage_PeriodOfUse`,
  usageDuration: `${JP_CORE}JP_MedicationDosage_UsageDuration`,
  dosageDevice: `${JP_CORE}JP_MedicationDosage_Device`,
  administrationLocation: `${JP_CORE}JP_MedicationAdministration_Location`,
  administrationRequester: `${JP_CORE}JP_MedicationAdministration_Requester`,
  administrationOrderedOn: `${JP_CORE}JP_MedicationAdministration_RequestAuthoredOn`,
  /** 転帰. valueCodeableConcept. */
  diseaseOutcome: `${JP_CORE}JP_Condition_DiseaseOutcome`,
  /** On Condition.code: 修飾語. valueCodeableConcept, one extension each. */
  diseasePrefix: `${JP_CORE}JP_Condition_DiseasePrefixModifier`,
  diseaseSuffix: `${JP_CORE}JP_Condition_DiseasePostfixModifier`,
  /** On Condition: PRB-15, the date of the outcome. valueDateTime. */
  outcomeDate: `${TORIDE}outcome-date`,
  insuredSymbol: `${JP_CORE}JP_Coverage_InsuredPersonSymbol`,
  insuredNumber: `${JP_CORE}JP_Coverage_InsuredPersonNumber`,
  insuredBranch: `${JP_CORE}JP_Coverage_InsuredPersonSubNumber`,
  /** 主病名: coding `principal` of ex-diagnosistype beside the source's own code. valueCodeableConcept. */
  diagnosisType: `${JP_ECS}JP_eCS_DiagnosisType`,
  /** 診療科. valueCodeableConcept. On any resource. */
  department: `${JP_ECS}JP_eCS_Department`,
  /** On AllergyIntolerance: the kind that FHIR's four categories have no place for. valueString. */
  allergyKind: `${TORIDE}allergy-kind`,
  /** What the source wrote, exactly, where the element beside it is a reading of it. valueString. */
  sourceText: `${TORIDE}source-text`,
  /** On Observation: the result as a number with its unit, for trends only. valueQuantity; only a unit where no number is. */
  numericValue: `${TORIDE}numeric-value`,
  /** On Observation: OBX-4, which groups results (organism and its quantity). valueString. */
  subId: `${TORIDE}sub-id`,
  /** On DiagnosticReport, Observation: OBR-26, the result this one belongs to. valueString. */
  parentResult: `${TORIDE}parent-result`,
  /** On DiagnosticReport, Procedure: who ordered it. valueReference. */
  requester: `${TORIDE}requester`,
  /** On NutritionOrder: ODS-2, the meal. valueCodeableConcept. */
  mealService: `${TORIDE}meal-service`,
  /** On Procedure: IPC-5. valueCodeableConcept. */
  modality: `${TORIDE}modality`,
  /** On Procedure, MedicationAdministration: ORC-29 (v2-0482 `I` or `O`); requests carry it in `category`. valueCodeableConcept. */
  orderSetting: `${TORIDE}order-setting`,
  /** On DiagnosticReport: OBR-22 where it is less precise than an instant. valueDateTime. */
  reportedOn: `${TORIDE}reported-on`,
  /** On Encounter: EVN-6, when the event happened. valueDateTime. */
  eventTime: `${TORIDE}event-time`,
  /** On Encounter.location.location: the place before a move (PV1-6). valueBoolean. */
  formerPlace: `${TORIDE}former-place`,
  /** On Dosage, CodeableConcept: words that were decoded from a code because the source wrote none. valueBoolean. */
  decoded: `${TORIDE}decoded`,
  /** On Medication.ingredient: RXC-1, `B` base or `A` additive. valueCode. */
  componentRole: `${TORIDE}component-role`,
  /** On any resource: a field no element of ours holds, as written. Nested `field` (`RXE-33`) and `text`. */
  otherField: `${TORIDE}other-field`,
} as const

/** Tags and categories of our own. */
export const TORIDE_SYSTEM = {
  /** Observation.category: `infection`, `blood-type`. */
  category: `${TORIDE}category`,
  /** Observation.category: which infection: `hbv`, `hcv`, `hiv`, `htlv`, `syphilis`, `mrsa`, `tuberculosis`, `other`. */
  infection: `${TORIDE}infection`,
  /** meta.tag of Condition: `told`, or `unknown` where the source does not say whether the patient was told (告知). */
  disclosure: `${TORIDE}disclosure`,
  /** meta.tag: `gone`, where the newest complete export of a table no longer holds the row; `display`: since which one. */
  exported: `${TORIDE}exported`,
  /** meta.tag: `entered-afterwards`, from paper (事後入力). */
  backEntry: `${TORIDE}back-entry`,
} as const

export function extension(url: string, value: Omit<Extension, 'url'>): Extension {
  return { url, ...value }
}

export function findExtension(element: Element | undefined, url: string): Extension | undefined {
  return element?.extension?.find((e) => e.url === url)
}

/** The number as the source wrote it (`5.0`), with the number itself for comparison. */
export function quantityText(quantity: Quantity | undefined): string {
  if (!quantity) return ''
  const written = findExtension(quantity, EXTENSION.sourceText)?.valueString
  if (written !== undefined) return written
  return quantity.value === undefined ? '' : `${quantity.comparator ?? ''}${quantity.value}`
}
