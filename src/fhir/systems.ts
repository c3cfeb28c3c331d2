/**
 * Code and identifier systems under all the names they are met with: URI of JP Core, `urn:oid:`, `OID:`, bare OID, the
 * name in HL7 v2 tables (`JC10`), URIs of earlier drafts. Source: JP Core 1.2 guide-urlmap and aliases, JP-CLINS 1.5.2,
 * SS-MIX2 code table annex.
 */

import { percentDecoded } from '#base'

const JP = 'http://jpfhir.jp/fhir/core/'
const MHLW = `${JP}mhlw/`
const MEDIS = 'http://medis.or.jp/CodeSystem/'
const JAMI = 'http://jami.jp/CodeSystem/'

/** The one URI under which each system is compared and written. */
export const SYSTEM = {
  hot7: `${MEDIS}master-HOT7`,
  hot9: `${MEDIS}master-HOT9`,
  hot13: `${MEDIS}master-HOT13`,
  yj: 'http://capstandard.jp/iyaku.info/CodeSystem/YJ-code',
  genericDrug: `${MHLW}CodeSystem/MedicationGeneralOrderCode`,
  jlac10: `${MEDIS}master-JLAC10-17digits`,
  diseaseKey: `${MEDIS}master-disease-keyNumber`,
  diseaseExchange: `${MEDIS}master-disease-exCode`,
  modifierKey: `${MEDIS}master-disease-modKeyNumber`,
  modifierExchange: `${MEDIS}master-disease-modExCode`,
  icd10: `${MHLW}CodeSystem/ICD10-2013-full`,
  usage: `${JAMI}MedicationUsage`,
  usageAdditional: `${JAMI}MedicationUsageAdditional`,
  usageEPrescription: `${MHLW}CodeSystem/MedicationUsage_ePrescription`,
  methodBasic: `${JAMI}MedicationMethodBasicUsage`,
  methodDetail: `${JAMI}MedicationMethodDetailUsage`,
  bodySiteExternal: `${JAMI}MedicationBodySiteExternal`,
  merit9: `${MHLW}CodeSystem/MedicationUnitMERIT9Code`,
  merit9Category: `${JP}CodeSystem/JP_MedicationCategoryMERIT9_CS`,
  strengthType: `${MHLW}CodeSystem/MedicationIngredientStrengthStrengthType`,
  route: `${JP}CodeSystem/route-codes`,
  department: 'http://jami.jp/SS-MIX2/CodeSystem/ClinicalDepartment',
  diseaseOutcome: `${JP}CodeSystem/JHSD0006`,
  observationCategory: `${JP}CodeSystem/JP_SimpleObservationCategory_CS`,
  indication: 'http://jpfhir.jp/fhir/clins/CodeSystem/JP_ehrshrs_indication',
  ucum: 'http://unitsofmeasure.org',
  loinc: 'http://loinc.org',
  snomed: 'http://snomed.info/sct',
  dicom: 'http://dicom.nema.org/resources/ontology/DCM',
  interpretation: 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation',
  actCode: 'http://terminology.hl7.org/CodeSystem/v3-ActCode',
  rpNumber: `${MHLW}IdSystem/Medication-RPGroupNumber`,
  rpIndex: `${MHLW}IdSystem/MedicationAdministrationIndex`,
  prescription: 'urn:oid:1.2.392.100495.20.3.11',
  resourceInstance: `${JP}IdSystem/resourceInstance-identifier`,
  institution: `${JP}IdSystem/insurance-medical-institution-no`,
  insurer: `${MHLW}IdSystem/InsurerNumber`,
  insuredMember: 'http://jpfhir.jp/fhir/clins/Idsystem/JP_Insurance_memberID',
  /** Followed by `1` and the 10 digits of the institution. */
  patientOid: 'urn:oid:1.2.392.100495.20.3.51.',
} as const

/** Further names of each system: OIDs without prefix, v2 names, old URIs. */
const SYNONYMS: Partial<Record<keyof typeof SYSTEM, readonly string[]>> = {
  hot7: ['HOT7', '1.2.392.200119.4.403.2'],
  hot9: ['HOT9', 'HOT', '1.2.392.200119.4.403.1', '1.2.392.100495.20.2.74'],
  hot13: ['HOT13', '1.2.392.200119.4.402.1'],
  yj: ['YJ', '1.2.392.100495.20.2.73', '1.2.392.100495.20.1.73'],
  genericDrug: ['1.2.392.100495.20.2.81', '1.2.392.100495.20.1.81'],
  jlac10: ['JC10', 'JLAC10', '1.2.392.200119.4.504'],
  diseaseKey: ['MDCDX2', '1.2.392.200119.4.101.2'],
  diseaseExchange: ['1.2.392.200119.4.101.6'],
  modifierKey: ['1.2.392.200119.4.201.2'],
  modifierExchange: ['1.2.392.200119.4.201.5'],
  icd10: ['I10', 'ICD10', 'http://hl7.org/fhir/sid/icd-10', `${JP}CodeSystem/JP_ConditionDisaseCodeICD10_CS`],
  usage: ['JAMISDP01', '1.2.392.200250.2.2.20.20', '1.2.392.200250.2.2.20'],
  usageAdditional: ['1.2.392.200250.2.2.20.22'],
  methodBasic: ['1.2.392.200250.2.2.20.30'],
  methodDetail: ['1.2.392.200250.2.2.20.40'],
  bodySiteExternal: ['1.2.392.200250.2.2.20.32'],
  merit9: ['MR9P', 'MERIT9', '1.2.392.100495.20.2.101'],
  strengthType: ['1.2.392.100495.20.2.22'],
  route: ['HL70162', '1.2.392.100495.20.2.34', 'http://terminology.hl7.org/CodeSystem/v2-0162'],
  department: ['1.2.392.200250.2.2.2', 'HL70069'],
  diseaseOutcome: ['JHSD0006'],
  ucum: ['UCUM', '2.16.840.1.113883.6.8'],
  loinc: ['LN', 'LOINC', '2.16.840.1.113883.6.1'],
  dicom: ['DCM', '1.2.840.10008.2.16.4'],
  rpNumber: ['1.2.392.100495.20.3.81'],
  rpIndex: ['1.2.392.100495.20.3.82'],
  insurer: ['1.2.392.100495.20.3.61'],
}

const CANONICAL = new Map<string, string>(
  Object.entries(SYSTEM).flatMap(([name, uri]) => [
    [key(uri), uri],
    ...(SYNONYMS[name as keyof typeof SYSTEM] ?? []).map((synonym): [string, string] => [key(synonym), uri]),
  ]),
)

/** Names of v2 local tables that no URI is known for. */
const LOCAL_PREFIX = 'urn:toride:codesystem:'

/**
 * The one URI of a system, whatever name it came under. An HL7 table (`HL70127`) becomes its terminology.hl7.org URI, an
 * unknown URI stays, an unknown table name (`99XYZ`, `JSHR`) becomes `urn:toride:codesystem:99XYZ`.
 */
export function canonicalSystem(name: string): string {
  const before = ASKED.get(name)
  if (before !== undefined) return before
  const uri = canonical(name)
  // Names come out of the data: a hostile source must not fill the memory with them.
  if (ASKED.size < MOST_ASKED) ASKED.set(name, uri)
  return uri
}

/** Asked for each code of each record, always for the same few dozen names. */
const ASKED = new Map<string, string>()
const MOST_ASKED = 1000

function canonical(name: string): string {
  const known = CANONICAL.get(key(name))
  if (known) return known
  const table = /^HL7(\d{4})$/i.exec(name.trim())
  if (table) return `http://terminology.hl7.org/CodeSystem/v2-${table[1]}`
  if (/^[a-z][a-z0-9+.-]*:/i.test(name)) return oidUri(name)
  if (/^\d+(\.\d+)+$/.test(name)) return `urn:oid:${name}`
  return LOCAL_PREFIX + encodeURIComponent(name.trim().toWellFormed())
}

export function sameSystem(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && b !== undefined && canonicalSystem(a) === canonicalSystem(b)
}

/** For people: the table name of a local system, else the URI itself. */
export function systemLabel(system: string): string {
  return system.startsWith(LOCAL_PREFIX) ? percentDecoded(system.slice(LOCAL_PREFIX.length)) : system
}

/** Case, `urn:oid:`, `OID:`, https and drafts' hosts do not tell systems apart. */
function key(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/^(urn:)?oid:/, '')
    .replace(/^https:/, 'http:')
    .replace(/\/\/(www\.)?hl7fhir\.jp\//, '//jpfhir.jp/')
}

function oidUri(uri: string): string {
  return uri.replace(/^(urn:)?oid:/i, 'urn:oid:')
}
