/** Which of a Patient's identifiers is the number on the card, and who the patient is. */
import { dropMisshapen, nameOf, SYSTEM, type HumanName } from '#fhir'
import type { SurveyedIdentity } from '../format.ts'
import { childrenOf, type Json, object, text } from './json.ts'

/** JP Core: the institution's patient number is `urn:oid:1.2.392.100495.20.3.51.1` and 10 digits. */
const BY_INSTITUTION = new RegExp(`^${SYSTEM.patientOid.replaceAll('.', String.raw`\.`)}1(\\d{10})$`)

function numbers(patient: Json): { system: string; value: string; isMedicalRecord: boolean; isInsurance: boolean }[] {
  return childrenOf(patient, 'identifier').flatMap((identifier) => {
    const value = text(identifier['value'])
    if (value === undefined || text(identifier['use']) === 'old') return []
    const system = text(identifier['system']) ?? ''
    const isMedicalRecord = childrenOf(object(identifier['type']) ?? {}, 'coding').some(({ code }) => code === 'MR')
    return [{ system, value, isMedicalRecord, isInsurance: /insur|memberid/i.test(system) }]
  })
}

/** The patient's number; undefined where only FHIR's own id is there. */
export function patientNumber(patient: Json): string | undefined {
  const all = numbers(patient)
  const found =
    all.find(({ system }) => system.startsWith(SYSTEM.patientOid)) ??
    all.find(({ isMedicalRecord }) => isMedicalRecord) ??
    all.find(({ isInsurance }) => !isInsurance)
  return found?.value
}

export function institutionOf(patient: Json): string | undefined {
  for (const { system } of numbers(patient)) {
    const found = BY_INSTITUTION.exec(system)?.[1]
    if (found) return found
  }
  return undefined
}

const SEX: Readonly<Record<string, SurveyedIdentity['sex']>> = { male: 'M', female: 'F', other: 'O' }

export function identityOf(patient: Json): SurveyedIdentity {
  const { resource } = dropMisshapen(patient)
  const names = (resource['name'] ?? []) as HumanName[]
  const institution = institutionOf(patient)
  const birthDate = text(patient['birthDate']) ?? ''
  return {
    patientId: patientNumber(patient) ?? text(patient['id']) ?? '',
    ...(institution && { institution }),
    kanji: nameOf(names, 'IDE') ?? '',
    kana: nameOf(names, 'SYL') ?? '',
    birthDate: /^\d{4}(-\d\d(-\d\d)?)?$/.test(birthDate) ? birthDate : '',
    sex: SEX[text(patient['gender']) ?? ''] ?? '',
    dead: patient['deceasedBoolean'] === true || text(patient['deceasedDateTime']) !== undefined,
    recordedAt: text(object(patient['meta'])?.['lastUpdated']) ?? '',
  }
}
